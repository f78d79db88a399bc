"""The daemon with a clock of its own: it follows real settings in a real repository."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import timedelta
from threading import Timer
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import wait_until
from exports import Told, book, put
from sqlalchemy import text

import gitcfg
from exporter import presence, process, rounds
from exporter.bell import Bell
from exporter.clock import SystemClock
from exporter.daemon import Daemon
from exporter.destinations.folder import Folder
from exporter.errors import AlarmError, HeldError, QueueError, SettingsError
from exporter.queue import Queue

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from gitrun import Git

    from exporter.address import Address
    from exporter.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class House:
    """A daemon in its surroundings."""

    repo: Path
    live: gitcfg.Live
    queue: Queue
    out: Path
    clock: exports.SetClock
    told: Told
    daemon: Daemon

    def set(self, key: str, value: object) -> None:
        """Commit a setting, and wait until the daemon was told."""
        gitcfg.open(self.repo).set(key, value, reason="because")
        self.wait_for("settings_changed")

    def edit(self, file: str, old: str, new: str) -> None:
        """Edit a file by hand."""
        place = self.repo / file
        place.write_text(place.read_text().replace(old, new))

    def wait_for(self, name: str) -> Event:
        """Wait until an event was told, and forget what was told so far."""
        wait_until(lambda: name in self.told.names, (name, self.told.names))
        event = self.told.events[self.told.names.index(name)]
        self.told.events.clear()
        return event

    @property
    def effect(self) -> str | None:
        """Read what others learn of the daemon."""
        (follower,) = gitcfg.open(self.repo).followers()
        return follower.effect


@pytest.fixture
def house(team_repo: Path, database: Address) -> Iterator[House]:
    """Make a daemon on a new queue at noon in Bangkok, not begun yet."""
    clock, told, out = exports.SetClock(), Told(), team_repo / "var" / "export"
    with (
        Queue.open(database, clock=clock) as queue,
        gitcfg.follow(team_repo, name="exporter", interval=0.1) as live,
    ):
        daemon = Daemon(
            live=live,
            queue=queue,
            destination=Folder(out),
            bell=Bell(0.01),
            clock=clock,
            me=process.this(),
            tell=told,
        )
        yield House(
            repo=team_repo,
            live=live,
            queue=queue,
            out=out,
            clock=clock,
            told=told,
            daemon=daemon,
        )


def test_daemon_on_a_new_queue_records_a_baseline_and_delivers_nothing(house: House) -> None:
    """It says how many entries wait and when they leave; yesterday's 18:00 is made up for never."""
    put(house.queue, house.repo, book(3))
    put(house.queue, house.repo, book(2, first=900, confidence="0.5"))
    house.daemon.begin()
    house.daemon.tick()
    assert house.told.names == ["started", "baseline"]
    started = house.told.events[0].facts()
    assert (started["waiting"], started["review"]) == (3, 2)
    facts = house.told.events[1].facts()
    assert (facts["date"], facts["waiting"], facts["next_date"]) == ("2026-03-30", 3, "2026-03-31")
    assert exports.names(house.out) == []


def test_daemon_started_again_records_no_second_baseline(house: House) -> None:
    """The schedule goes on where it was."""
    house.daemon.begin()
    house.daemon.begin()
    assert house.told.names == ["started", "baseline", "started"]


def test_daemon_records_a_baseline_though_a_date_was_run_by_hand(house: House) -> None:
    """`export-now --date` of last month does not make the first start run what lies between."""
    with exports.at_work(house.queue, house.out, house.clock) as shift:
        day = house.clock.now().date() - timedelta(days=30)
        rounds.export_now(shift, exports.run_settings(), Told(), day=day)
    house.daemon.begin()
    house.daemon.tick()
    assert house.told.names == ["started", "baseline"]


def test_daemon_that_starts_leaves_alone_what_another_process_is_writing(house: House) -> None:
    """Only who brings a file clears away what is left of it: it may be under way."""
    Folder(house.out).claim(house.queue.id)
    left = house.out / ".delivering-batch-2026-03-30-001.csv-0123"
    left.write_bytes(b"half")
    put(house.queue, house.repo, book(1))
    house.daemon.begin()
    assert exports.names(house.out) == [left.name]
    house.clock.advance(hours=6)
    house.daemon.tick()
    assert exports.names(house.out) == [left.name, "batch-2026-03-31-001.csv"]


def test_daemon_delivers_when_the_time_has_come(house: House) -> None:
    """The job's events hold the settings it used, their versions and the revision."""
    put(house.queue, house.repo, book(3))
    house.daemon.begin()
    house.clock.advance(hours=6)
    house.told.events.clear()
    house.daemon.tick()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: 3"]
    used = house.told.events[0].facts()["settings"]
    assert used["revision"] == house.live.snapshot.revision
    assert [one["version"] for one in used["values"]] == [1] * 5
    assert exports.names(house.out) == ["batch-2026-03-31-001.csv"]


def test_daemon_tells_a_change_with_its_effect(house: House) -> None:
    """Old, new, version, who, why, and the next run; others read the effect in its record."""
    house.daemon.begin()
    assert house.effect == "next export today 18:00"
    gitcfg.open(house.repo).set("DAILY_EXPORT_TIME", "19:30", reason="Peak time")
    facts = house.wait_for("settings_changed").facts()
    assert (facts["old"], facts["new"], facts["version"], facts["reason"]) == (
        *("18:00", "19:30", 2, "Peak time"),
    )
    assert (facts["author"]["name"], facts["uncommitted"]) == ("Test Person", False)
    assert (facts["effect"], facts["next_run"]) == (
        *("next export today 19:30", "2026-03-31T12:30:00.000000+00:00"),
    )
    wait_until(lambda: house.effect == "next export today 19:30", house.effect)


def test_daemon_tells_a_hand_edit_and_who_committed_it(house: House, git: Git) -> None:
    """Uncommitted first, with the next run; once committed, who and why."""
    house.daemon.begin()
    house.edit("config/export.yaml", "18:00", "20:15")
    assert house.wait_for("settings_changed").facts()["uncommitted"]
    git.commit(house.repo, "Evenings are quieter")
    facts = house.wait_for("settings_committed").facts()
    assert (facts["version"], facts["reason"]) == (2, "Evenings are quieter")


def test_daemon_runs_uncommitted_settings_on_record_as_such(house: House) -> None:
    """The run holds the base revision, the deviating key, and the word."""
    house.daemon.begin()
    house.edit("config/performance.yaml", "100", "50")
    house.wait_for("settings_changed")
    house.clock.advance(hours=6)
    house.daemon.tick()
    used = house.told.events[0].facts()["settings"]
    assert used["uncommitted"] == {"MAX_BATCH_SIZE": 50}
    assert used["revision"] == house.live.snapshot.revision


def test_daemon_keeps_its_schedule_when_settings_are_refused(house: House) -> None:
    """Why, with file and line; the old schedule holds; the repaired file is taken."""
    house.daemon.begin()
    house.edit("config/export.yaml", "18:00", "23:59")
    refused = house.wait_for("settings_refused").facts()
    assert refused["findings"][0]["file"] == "config/export.yaml"
    assert "between 06:00 and 22:00" in refused["findings"][0]["message"]
    assert refused["next_run"] == "2026-03-31T11:00:00.000000+00:00"
    house.edit("config/export.yaml", "23:59", "18:00")
    assert house.wait_for("settings_repaired").facts()["next_date"] == "2026-03-31"


def test_daemon_started_on_refused_settings_says_so(house: House) -> None:
    """What is not in force must not be learnt from its absence only."""
    house.edit("config/export.yaml", "18:00", "23:59")
    wait_until(lambda: house.live.refusal is not None, "the refusal")
    house.daemon.begin()
    assert house.told.names == ["started", "baseline", "settings_refused"]


def test_daemon_with_settings_that_steer_no_exporter_keeps_the_last_good_ones(
    house: House, git: Git
) -> None:
    """Another schema may let a value go: it says which one, once, and goes on as it was."""
    house.daemon.begin()
    house.told.events.clear()
    for folder, file in (("config", "performance.yaml"), ("schemas", "performance.schema.json")):
        (house.repo / folder / file).unlink()
    revision = git.commit(house.repo, "Drop a setting")
    wait_until(lambda: house.live.snapshot.revision == revision, revision)
    house.daemon.tick()
    house.daemon.tick()
    (refused,) = [event for event in house.told.events if event.name == "settings_refused"]
    assert refused.facts()["findings"][0]["key"] == "MAX_BATCH_SIZE"
    house.clock.advance(hours=6)
    house.daemon.tick()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: 0"]


def test_daemon_where_no_setting_fits_does_not_start(house: House, git: Git) -> None:
    """A repository of other settings is no exporter's."""
    for folder, file in (("config", "performance.yaml"), ("schemas", "performance.schema.json")):
        (house.repo / folder / file).unlink()
    git.commit(house.repo, "Drop a setting")
    with (
        gitcfg.follow(house.repo) as live,
        pytest.raises(SettingsError, match="MAX_BATCH_SIZE: the exporter needs it"),
    ):
        Daemon(
            live=live,
            queue=house.queue,
            destination=Folder(house.out),
            bell=Bell(),
            clock=house.clock,
            me=process.this(),
            tell=house.told,
        )


def test_daemon_takes_a_change_up_after_the_run(house: House) -> None:
    """A time moved after the day's run changes tomorrow; an empty run lets it through as well."""
    house.daemon.begin()
    house.clock.advance(hours=6)
    house.daemon.tick()
    house.set("DAILY_EXPORT_TIME", "19:30")
    house.clock.advance(hours=2)
    house.daemon.tick()
    assert house.told.names == []
    assert house.effect == "next export tomorrow 19:30"
    house.clock.advance(hours=23, minutes=30)
    house.daemon.tick()
    assert exports.outcomes(house.told) == ["daily 2026-04-01: 0"]


def test_daemon_keeps_its_words_true_as_days_go_by(house: House) -> None:
    """What was tomorrow yesterday is today now."""
    house.daemon.begin()
    house.clock.advance(hours=6)
    house.daemon.tick()
    assert house.effect == "next export tomorrow 18:00"
    house.clock.advance(hours=7)
    house.daemon.tick()
    assert house.effect == "next export today 18:00"


def test_daemon_resumes_at_its_start_what_was_left(house: House) -> None:
    """Also what waits for a person, whose restart is a word."""
    put(house.queue, house.repo, book(1))
    house.daemon.begin()
    (house.out / "batch-2026-03-31-001.csv").write_text("someone else's")
    house.clock.advance(hours=6)
    house.daemon.tick()
    house.daemon.tick()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: alarm"]
    (house.out / "batch-2026-03-31-001.csv").unlink()
    house.told.events.clear()
    again = Daemon(
        live=house.live,
        queue=house.queue,
        destination=Folder(house.out),
        bell=Bell(),
        clock=house.clock,
        me=process.this(),
        tell=house.told,
    )
    again.begin()
    again.tick()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: 1"]


def test_daemon_does_not_start_on_another_queues_folder(house: House) -> None:
    """It stops and says so, before anything is scheduled."""
    Folder(house.out).claim("another queue")
    with pytest.raises(AlarmError, match="belongs to another queue"):
        house.daemon.begin()
    assert house.told.names == []


def test_daemon_leaves_the_work_to_who_holds_the_lease(house: House) -> None:
    """An `export-now` is at work: its turn, and the next tick tries again."""
    house.daemon.begin()
    house.clock.advance(hours=6)
    house.told.events.clear()
    with exports.at_work(house.queue, house.out, house.clock):
        house.daemon.tick()
    assert house.told.names == []
    house.daemon.tick()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: 0"]


def test_daemon_tells_trouble_once_until_it_is_over(house: House) -> None:
    """A queue that cannot be read is told, and the schedule goes on when it can."""
    house.daemon.begin()
    house.told.events.clear()
    with house.queue.writing() as connection:
        connection.execute(text("ALTER TABLE entries RENAME TO hidden"))
    house.daemon.tick()
    house.daemon.tick()
    assert house.told.names == ["trouble"]
    with house.queue.writing() as connection:
        connection.execute(text("ALTER TABLE hidden RENAME TO entries"))
    house.clock.advance(hours=6)
    house.daemon.tick()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: 0"]
    (recovered,) = [event for event in house.told.events if event.name == "recovered"]
    assert recovered.facts()["message"] == house.told.events[0].facts()["message"]
    assert recovered.facts()["since"] == "2026-03-31T05:00:00.000000+00:00"


def test_daemon_knows_the_next_run_while_the_queue_cannot_be_read(house: House) -> None:
    """A change is told with what was known last."""
    house.daemon.begin()
    house.told.events.clear()
    with house.queue.writing() as connection:
        connection.execute(text("ALTER TABLE runs RENAME TO hidden"))
    house.set("DAILY_EXPORT_TIME", "19:30")
    assert house.effect == "next export today 19:30"


def test_daemon_tells_a_change_though_its_origin_cannot_be_read(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The change itself is known; that the repository is in trouble, the next tick tells."""

    def fail(*_: object) -> None:
        raise gitcfg.RepositoryError("objects are missing")

    house.daemon.begin()
    house.told.events.clear()
    monkeypatch.setattr("exporter.settings.read", fail)
    gitcfg.open(house.repo).set("DAILY_EXPORT_TIME", "19:30")
    assert house.wait_for("settings_changed").facts()["new"] == "19:30"
    house.daemon.tick()
    assert house.told.events[0].facts()["message"] == "objects are missing"
    monkeypatch.undo()
    house.daemon.tick()
    wait_until(lambda: house.effect == "next export today 19:30", house.effect)


def test_daemon_outlives_a_mistake_of_ours(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """One bad tick must not end all exports to come; the log has the traceback."""

    def break_down(*_: object, **__: object) -> None:
        raise RuntimeError("broken")

    house.daemon.begin()
    house.told.events.clear()
    monkeypatch.setattr("exporter.rounds.agenda", break_down)
    house.daemon.tick()
    assert house.told.names == ["trouble"]
    assert "RuntimeError: broken. This is a bug" in house.told.events[0].facts()["message"]


def test_daemon_tells_what_a_person_should_know_of_the_repository(house: House, git: Git) -> None:
    """A branch whose history was rewritten under us renumbers versions: said, once."""
    gitcfg.open(house.repo).set("MAX_BATCH_SIZE", 50)
    house.daemon.begin()
    git(house.repo, "commit", "--amend", "--quiet", "--message", "Rewritten")
    assert "renumbered" in house.wait_for("noticed").facts()["message"]


def test_daemon_ends_when_it_is_asked_to(house: House) -> None:
    """Within a tick, telling so; asked before it began, it does nothing at all."""
    house.daemon.begin()
    house.daemon.stop()
    house.daemon.run()
    assert house.told.names[-1] == "stopped"


def test_daemon_works_tick_by_tick_until_it_is_asked_to_end(house: House) -> None:
    """Asked from another thread, or by a signal, while it waits for the bell."""
    house.daemon.begin()
    house.clock.advance(hours=6)
    timer = Timer(0.3, house.daemon.stop)
    timer.start()
    house.daemon.run()
    timer.join()
    assert exports.outcomes(house.told) == ["daily 2026-03-31: 0"]
    assert house.told.names[-1] == "stopped"


@pytest.mark.parametrize("zone", ["UTC", "America/St_Johns"])
def test_bell_rings_at_the_planned_moment_and_not_before(
    monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    """Whatever the host's zone; a moment that was planned before is forgotten."""
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    bell, now = Bell(30), SystemClock().now()
    bell.plan(now + timedelta(hours=5))
    bell.plan(now + timedelta(seconds=2))
    bell.wait()
    assert timedelta(seconds=0.9) < SystemClock().now() - now < timedelta(seconds=10)
    monkeypatch.undo()
    time.tzset()


def test_bell_without_a_plan_wakes_when_it_is_rung_and_at_the_tick() -> None:
    """Several rings before someone waits wake them once; after that the tick does."""
    tick = 1.5
    bell = Bell(tick)
    bell.ring()
    bell.ring()
    begun = time.monotonic()
    bell.wait()
    rung = time.monotonic()
    bell.wait()
    assert rung - begun < tick
    assert time.monotonic() - rung >= tick


def test_daemon_is_alone_on_its_queue(tmp_path: Path) -> None:
    """A second one learns which process runs; the lock goes with its holder."""
    place = tmp_path / "var" / "queue.lock"
    assert presence.holder(place) is None
    with presence.alone(place, exports.ME):
        assert presence.holder(place) == str(exports.ME)
        with (
            pytest.raises(HeldError, match=f"runs on this queue already: {exports.ME}"),
            presence.alone(place, exports.ME),
        ):
            pass
    assert presence.holder(place) is None
    with presence.alone(place, exports.ME):
        pass


def test_daemon_that_cannot_lock_is_told(tmp_path: Path) -> None:
    """A file stands in the way of var/."""
    (tmp_path / "var").write_text("in the way")
    with pytest.raises(QueueError), presence.alone(tmp_path / "var" / "lock", exports.ME):
        pass
