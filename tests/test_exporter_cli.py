"""The `exporter` command: what it prints, in words and in JSON, and how it ends."""

from __future__ import annotations

import json
import os
import signal
from datetime import UTC, datetime
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

import exports
import pytest
from exporter_command import Exporter
from exports import book

from exporter import leases
from exporter.cli import entry, export_now
from exporter.process import Process
from exporter.queue import Queue

if TYPE_CHECKING:
    from gitrun import Git

HEADER = "date,description,amount,category,reference\n"


@pytest.fixture
def exporter(team_repo: Path, capsys: pytest.CaptureFixture[str]) -> Exporter:
    """Offer the command in a fresh repository."""
    return Exporter(team_repo, capsys)


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Write a book of 250 rows."""
    place = tmp_path / "book.csv"
    place.write_text(book(250), encoding="utf-8")
    return place


def test_enqueue_tells_what_became_of_the_rows(exporter: Exporter, source: Path) -> None:
    """In words: queued, known already, rejected; the same again adds nothing and is no fault."""
    first, again = (exporter("enqueue", str(source)) for _ in range(2))
    assert (first.code, again.code) == (0, 0)
    assert first.out == f"250 entries queued from {source}; 0 known already, 0 rejected\n"
    assert again.out == f"0 entries queued from {source}; 250 known already, 0 rejected\n"


def test_enqueue_with_bad_rows_names_line_and_reason_and_ends_with_1(
    exporter: Exporter, source: Path
) -> None:
    """The good rows are kept, the bad ones lie beside the input."""
    source.write_text(HEADER + "2026-03-01,a,1,b,c\n2026-03-01,a,1x,b,c\n")
    done = exporter("enqueue", str(source))
    assert done.code == 1
    first, heading, second, third = done.out.splitlines()
    assert first == f"1 entry queued from {source}; 0 known already, 1 rejected"
    assert heading == "rejected: 1 row, not queued:"
    assert second.startswith("  line 3: amount '1x' is not a plain decimal number")
    assert third == (
        f"rejected rows are in {source.with_name('book.rejects.csv')}; mend them in {source} and "
        "enqueue it again: only what is new is taken"
    )


def test_enqueue_tells_how_many_rows_it_does_not_show(exporter: Exporter, source: Path) -> None:
    """Ten of each kind stand under a heading of their own; the file has all rejected ones."""
    good = "".join(f"2026-03-01,a,{number},b,c\n" for number in range(13))
    source.write_text(HEADER + good + "2026-03-01,a,1x,b,c\n" * 17)
    lines = exporter("enqueue", str(source)).out.splitlines()
    warning = "warning: 12 rows have a reference that is known with other content, and queued"
    assert lines[1] == f"{warning} all the same:"
    assert lines[12] == "  … and 2 more"
    assert lines[13] == "rejected: 17 rows, not queued:"
    assert lines[24] == f"  … and 7 more, all in {source.with_name('book.rejects.csv')}"


def test_enqueue_in_json_has_every_field(exporter: Exporter, source: Path) -> None:
    """One document, the same whether rows were rejected or not."""
    source.write_text(HEADER + "2026-03-01,a,1.005,b,c\n2026-03-01,d,2,b,c\nx,d,2,b,c\n")
    done = exporter("enqueue", str(source), "--round", "--json")
    assert done.document == {
        "status": "rejected",
        "source": str(source),
        "read": 3,
        "added": 2,
        "known": 0,
        "rejected": 1,
        "rounded": 1,
        "repeated_references": 1,
        "warnings": [{"line": 3, "reference": "c"}],
        "rejects": [{"line": 4, "reason": "date 'x' is no date of the form %Y-%m-%d"}],
        "rejects_file": str(source.with_name("book.rejects.csv")),
    }
    words = exporter("enqueue", str(source), "--round").out
    assert "1 amount rounded half up to two decimals" in words


def test_enqueue_warns_of_references_known_with_other_content(
    exporter: Exporter, source: Path
) -> None:
    """A warning is no fault."""
    source.write_text(HEADER + "2026-03-01,a,1,b,c\n2026-03-01,d,2,b,c\n")
    done = exporter("enqueue", str(source))
    assert done.code == 0
    assert done.out.splitlines()[1:] == [
        "warning: 1 row has a reference that is known with other content, and queued all the same:",
        "  line 3: reference c",
    ]


@pytest.mark.parametrize(("sign", "said"), [(";", ";"), ("\t", "\\t")])
def test_enqueue_of_cells_separated_otherwise(
    exporter: Exporter, source: Path, sign: str, said: str
) -> None:
    """It says which option reads them; rejected rows are written as they came."""
    text = HEADER + '2026-03-01,"a, b",1,b,c\nx,"a, b",1,b,c\n'
    source.write_text(text.replace(",", sign).replace(f"a{sign} b", "a, b"))
    refused = exporter("enqueue", str(source))
    assert (refused.code, f"say --delimiter '{said}' if" in refused.err) == (2, True)
    done = exporter("enqueue", str(source), "--delimiter", said)
    assert done.out.startswith("1 entry queued")
    rejects = source.with_name("book.rejects.csv").read_text(encoding="utf-8-sig")
    assert rejects.splitlines()[1].endswith(sign.join(["", "x", "a, b", "1", "b", "c"]))


def test_enqueue_says_which_fields_have_no_column(exporter: Exporter, source: Path) -> None:
    """A forgotten --map must not go unseen; where one is mapped its column must be there."""
    source.write_text("date,amount,Supplier,category\n2026-03-01,1,a,b\n")
    done = exporter("enqueue", str(source))
    assert done.code == 0
    assert done.err == "no column for description, reference: left empty. See --map\n"
    mapped = exporter("enqueue", str(source), "--map", "reference=No")
    assert "there is no column 'No' for reference" in mapped.err


def test_enqueue_that_is_interrupted_says_so(
    exporter: Exporter, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C while it reads: nothing was queued, and the next call takes all of it."""

    def press() -> bool:
        raise KeyboardInterrupt

    monkeypatch.setattr("exporter.cli.enqueue.is_terminal", press)
    done = exporter("enqueue", str(source))
    assert (done.code, done.err) == (130, "interrupted; nothing is half done\n")
    monkeypatch.undo()
    assert exporter("enqueue", str(source)).out.startswith("250 entries queued")


def test_enqueue_reads_standard_input(exporter: Exporter) -> None:
    """`-`; rejected rows go to var/, and it says where."""
    rows = b'{"date":"2026-03-01","description":"a","amount":1,"category":"","reference":""}\nx\n'
    done = exporter.process("enqueue", "-", "--format", "jsonl", "--json", stdin=rows)
    assert (done.code, done.document["added"], done.document["rejected"]) == (1, 1, 1)
    rejects = Path(done.document["rejects_file"])
    assert (rejects.parent, rejects.exists()) == (exporter.repo / "var", True)
    assert rejects.name.startswith("stdin-")
    words = exporter.process("enqueue", "-", stdin=(HEADER + "x,a,1,b,c\n").encode()).out
    assert "; mend them where the input comes from and pass all of it in again: only" in words


def test_enqueue_reads_a_pipe_that_has_a_name(
    exporter: Exporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As of `<(…)`: no size is known, rejects go to var/, and the name need not be text."""
    monkeypatch.setattr("exporter.cli.enqueue.is_terminal", lambda: True)
    pipe = tmp_path / os.fsdecode(b"pipe-\xe0")
    os.mkfifo(pipe)
    writer = Thread(target=pipe.write_text, args=(book(3) + "x,y,z,a,b,,\n",))
    writer.start()
    done = exporter("enqueue", str(pipe), "--quiet")
    writer.join()
    assert done.code == 1
    assert done.out.startswith("3 entries queued")
    assert str(exporter.repo / "var") in done.out


def test_enqueue_of_the_options(exporter: Exporter, source: Path) -> None:
    """Map, date format, Buddhist years and encoding together."""
    text = "\u0e27\u0e31\u0e19\u0e17\u0e35\u0e48,x,y,z,r\n29/02/2567,\u0e04\u0e48\u0e32,1,c,r\n"
    source.write_bytes(text.encode("cp874"))
    fields = ("date=\u0e27\u0e31\u0e19\u0e17\u0e35\u0e48", "description=x", "amount=y")
    words = [word for field in (*fields, "category=z", "reference=r") for word in ("--map", field)]
    more = ("--date-format", "%d/%m/%Y", "--buddhist", "--encoding", "cp874")
    assert exporter("enqueue", str(source), *words, *more).code == 0
    exporter("export-now")
    assert exports.delivered_rows(exporter.out)[0]["Date"] == "2024-02-29"


@pytest.mark.parametrize(
    ("words", "code", "kind", "reason"),
    [
        (("enqueue", "nowhere.csv"), 1, "input", "nowhere.csv: No such file"),
        (("enqueue", "."), 1, "input", "Is a directory"),
        (("enqueue", "x", "--map", "when=x"), 2, "usage", "the fields are"),
        (("enqueue", "x", "--date-format", "%d"), 2, "usage", "names no whole date"),
        (("enqueue",), 2, "usage", "required: FILE"),
        (("enqueue", "/dev/null", "--delimiter", "ab"), 2, "usage", "is no single sign"),
        (("export-now", "--date", "tomorrow"), 2, "usage", "is no date of the form"),
        (("export-now", "--date", "2999-01-01"), 1, "refused", "is in the future"),
        (("runs", "-n", "0"), 2, "usage", "give 1 or more"),
        (("runs", "-n", "\u0663"), 2, "usage", "give 1 or more"),
        (("fly",), 2, "usage", "invalid choice: 'fly'"),
        ((), 2, "usage", "required: VERB"),
        (("status", "--fast"), 2, "usage", "unrecognized arguments: --fast"),
    ],
)
def test_mistakes_are_told_in_words_and_in_json(
    exporter: Exporter, words: tuple[str, ...], code: int, kind: str, reason: str
) -> None:
    """Exit code, kind and message, on stderr or as the one document."""
    done = exporter(*words)
    assert (done.code, done.out) == (code, "")
    assert reason in done.err
    document = exporter("--json", *words).document
    assert document["error"]["kind"] == kind
    assert reason in document["error"]["message"]
    assert document["error"]["findings"] == []


def test_outside_of_a_repository_it_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The library's own error, in the exporter's form."""
    done = Exporter(tmp_path, capsys)("status", "--json")
    assert (done.code, done.document["error"]["kind"]) == (1, "repository")


def test_settings_that_are_refused_everywhere_are_told_with_findings(
    exporter: Exporter, git: Git
) -> None:
    """Where no revision was ever valid there is nothing to run on."""
    place = exporter.repo / "config" / "export.yaml"
    place.write_text(place.read_text().replace("18:00", "99:99"))
    git(exporter.repo, "commit", "--quiet", "--all", "--amend", "--message", "Broken")
    document = exporter("status", "--json").document
    assert document["error"]["kind"] == "invalid"
    assert document["error"]["findings"][0]["key"] == "DAILY_EXPORT_TIME"


def test_mistake_of_ours_is_a_bug_and_no_traceback(
    exporter: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exit 3, and a file for the report."""

    def break_down(*_: object) -> None:
        raise RuntimeError("broken")

    monkeypatch.setattr(entry, "parse", break_down)
    done = exporter("status")
    assert done.code == 3
    assert "this is a bug in the exporter, not your mistake: RuntimeError: broken" in done.err
    log = Path(done.err.split("The traceback is in ")[1].split(". Please")[0])
    assert "Traceback" in log.read_text()
    log.unlink()


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (KeyboardInterrupt(), 130, ""),
        (OSError(28, "No space left on device", "x"), 1, "x: No space left on device"),
    ],
)
def test_end_from_outside_is_told_as_such(
    exporter: Exporter,
    monkeypatch: pytest.MonkeyPatch,
    error: BaseException,
    code: int,
    told: str,
) -> None:
    """Ctrl-C is 130 and says nothing; the system's errors are named."""

    def end(*_: object) -> None:
        raise error

    monkeypatch.setattr(entry, "parse", end)
    done = exporter("status")
    assert done.code == code
    assert told in done.err


def test_help_and_version_are_no_mistakes(exporter: Exporter) -> None:
    """They end with 0 and name every verb."""
    assert exporter("--version").out.startswith("exporter ")
    text = exporter("--help").out
    assert all(verb in text for verb in ("enqueue", "run", "export-now", "status", "runs"))
    assert all(exporter(verb, "--help").code == 0 for verb in ("enqueue", "run", "runs"))


def test_export_now_delivers_and_tells(exporter: Exporter, source: Path) -> None:
    """Files of at most MAX_BATCH_SIZE rows; the run is on record with its settings."""
    exporter("enqueue", str(source))
    done = exporter("export-now")
    assert done.code == 0
    begun, ended = done.out.splitlines()
    assert "manual export of" in begun
    assert "under revision" in begun
    assert "done: 250 entries in 3 files, total 31375.00, to" in ended
    assert len(exports.names(exporter.out)) == 3
    (run,) = exporter("runs", "--json").document
    assert (run["kind"], run["entries"], run["total"]) == ("manual", 250, "31375.00")
    assert [one["version"] for one in run["settings"]["values"]] == [1] * 5


def test_export_now_in_json_is_one_document(exporter: Exporter, source: Path) -> None:
    """Entries, total, files, and every run."""
    exporter("enqueue", str(source))
    document = exporter("export-now", "--json").document
    assert (document["status"], document["entries"], document["total"]) == (
        *("done", 250, "31375.00"),
    )
    assert document["files"] == exports.names(exporter.out)
    assert [run["state"] for run in document["runs"]] == ["done"]


def test_export_now_that_fails_ends_with_1(exporter: Exporter, source: Path) -> None:
    """And tells which file is in the way."""
    exporter("enqueue", str(source))
    assert exporter("export-now").code == 0
    today = exports.names(exporter.out)[0].removeprefix("batch-")[:10]
    (exporter.out / f"batch-{today}-004.csv").write_text("someone else's")
    source.write_text(book(251))
    exporter("enqueue", str(source))
    done = exporter("export-now", "--json")
    assert (done.code, done.document["status"]) == (1, "failed")
    assert "exists with other content" in done.document["runs"][0]["error"]
    table = exporter("runs").out
    assert "alarm" in table
    assert "exists with other content" in table
    assert "exists with other content" in exporter("status").out


def test_dry_run_changes_nothing(exporter: Exporter, source: Path) -> None:
    """Not even a queue is made where none is."""
    first = exporter("export-now", "--dry-run")
    assert (first.code, (exporter.repo / "var").exists()) == (0, False)
    assert first.out.startswith("would deliver 0 entries in 0 files dated ")
    exporter("enqueue", str(source))
    source.write_text(book(5, first=900, confidence="0.5"))
    exporter("enqueue", str(source))
    source.write_text(book(2, first=950, path="immediate"))
    exporter("enqueue", str(source))
    lines = exporter("export-now", "--dry-run").out.splitlines()
    assert lines[0].startswith("would deliver 250 entries in 3 files dated ")
    assert lines[1:] == [
        "5 entries wait for review: confidence under 0.85",
        "2 immediate entries are still in the buffer",
    ]
    document = exporter("export-now", "--dry-run", "--json").document
    assert (document["status"], document["entries"], document["review"]) == ("dry-run", 250, 5)
    assert not exporter.out.exists()
    assert exporter("runs").out == "no run yet\n"


def test_dry_run_counts_what_is_frozen_already(exporter: Exporter, source: Path) -> None:
    """It leaves with the next export."""
    exporter("export-now")
    exporter("enqueue", str(source))
    today = exporter("export-now", "--dry-run", "--json").document["date"]
    (exporter.out / f"batch-{today}-001.csv").write_text("someone else's")
    exporter("export-now")
    assert "and 1 file that an earlier run has frozen" in exporter("export-now", "--dry-run").out


def test_export_now_that_fails_without_a_daemon_promises_no_retry(
    exporter: Exporter, source: Path
) -> None:
    """Nobody would come; it says what to do instead."""
    exporter("enqueue", str(source))
    clock = exports.SetClock(datetime.now(UTC))
    with (
        Queue.open(exporter.repo / "var" / "exporter.sqlite3", clock=clock) as queue,
        exports.at_work(queue, exporter.out, clock) as shift,
    ):
        shift.begin("daily", clock.now().date(), exports.run_settings())
    exporter.out.write_text("in the way")
    done = exporter("export-now")
    assert (done.code, "tried again at" in done.out) == (1, False)
    assert "no daemon runs: start `exporter run`, or call `exporter export-now` again" in done.out


def test_export_now_asked_to_end_while_it_waits_begins_nothing(
    exporter: Exporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever waits for another's lease may be ended, and says that nothing was begun."""
    queue = Queue.open(exporter.repo / "var" / "exporter.sqlite3", clock=exports.SetClock())
    with queue, queue.writing() as connection:
        leases.take(connection, Process("elsewhere", 4711, ""), datetime.now(UTC))
    monkeypatch.setattr("time.sleep", lambda _: signal.raise_signal(signal.SIGTERM))
    done = exporter("export-now")
    assert (done.code, exporter.out.exists()) == (143, False)
    assert done.err.endswith("ended before anything was begun\n")
    told = exporter("export-now", "--json")
    assert (told.code, told.document["status"], told.document["runs"]) == (143, "interrupted", [])
    assert signal.getsignal(signal.SIGTERM) is signal.SIG_DFL


def test_export_now_waits_for_a_lease_and_then_tells_who_holds_it(
    exporter: Exporter, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """At most one lease long; a holder that renews it is at work."""
    exporter("enqueue", str(source))
    queue = Queue.open(exporter.repo / "var" / "exporter.sqlite3", clock=exports.SetClock())
    with queue, queue.writing() as connection:
        leases.take(connection, Process("elsewhere", 4711, ""), datetime.now(UTC))
    monkeypatch.setattr(export_now, "_PATIENCE", 0.3)
    done = exporter("export-now")
    assert done.code == 1
    assert done.err.count("process 4711 on elsewhere has been exporting for") == 2
    monkeypatch.setattr(leases, "LENGTH", leases.LENGTH * 0)
    assert exporter("export-now").code == 0


def test_status_tells_where_things_stand(exporter: Exporter, source: Path) -> None:
    """Before anything was queued, and after."""
    empty = exporter("status", "--json").document
    assert (empty["daemon"], empty["next_run"], empty["last_run"]) == (None, None, None)
    assert "none planned: the first `exporter run` begins" in exporter("status").out
    exporter("enqueue", str(source))
    for text in (book(1, first=900, confidence="0.5"), book(2, first=901, path="immediate")):
        source.write_text(text)
        exporter("enqueue", str(source))
    status = exporter("status", "--json").document
    assert status["waiting"] == {"scheduled": 250, "immediate": 2, "review": 1}
    assert status["next_immediate"] is not None
    exporter("export-now")
    words = exporter("status").out
    assert f"queue        {exporter.repo / 'var' / 'exporter.sqlite3'}" in words
    assert "0 scheduled, 2 immediate, 1 for review (confidence under 0.85)" in words
    assert "exported     250 entries" in words
    assert "last run     manual export of" in words


def test_status_and_dry_run_tell_of_files_that_are_refused(exporter: Exporter) -> None:
    """What they show are the old values; the line to mend is named."""
    assert exporter("status", "--json").document["refused"] is None
    place = exporter.repo / "config" / "performance.yaml"
    place.write_text(place.read_text().replace("100", "0"))
    words, preview = exporter("status").out, exporter("export-now", "--dry-run")
    assert "refused      config/performance.yaml:" in words
    assert words.count("; the old settings hold\n") == 1
    assert preview.code == 0
    assert preview.err.startswith("settings refused: config/performance.yaml:")
    for verb in (("status",), ("export-now", "--dry-run")):
        refused = exporter(*verb, "--json").document["refused"]
        assert refused["findings"][0]["key"] == "MAX_BATCH_SIZE"


def test_status_shows_who_is_at_work_and_what_is_open(exporter: Exporter, source: Path) -> None:
    """The lease's holder, the daemon, and the run that is not finished."""
    exporter("enqueue", str(source))
    clock = exports.SetClock(datetime.now(UTC))
    with (
        Queue.open(exporter.repo / "var" / "exporter.sqlite3", clock=clock) as queue,
        exports.at_work(queue, exporter.out, clock) as shift,
    ):
        for kind in ("baseline", "daily"):
            shift.begin(kind, clock.now().date(), exports.run_settings())
        words = exporter("status").out
        status = exporter("status", "--json").document
    assert f"at work      {exports.ME}" in words
    assert "not finished" in words
    assert status["at_work"] == str(exports.ME)
    assert [run["state"] for run in status["open_runs"]] == ["open"]
    assert status["next_run"] is not None


def test_runs_under_uncommitted_settings_say_so(exporter: Exporter) -> None:
    """The base revision and the deviating key."""
    place = exporter.repo / "config" / "performance.yaml"
    place.write_text(place.read_text().replace("100", "50"))
    exporter("export-now")
    (run,) = exporter("runs", "--json").document
    assert run["settings"]["uncommitted"] == {"MAX_BATCH_SIZE": 50}
    assert "+ uncommitted MAX_BATCH_SIZE" in exporter("runs").out
    log = (exporter.repo / "var" / "exporter.log").read_text(encoding="utf-8")
    facts = [json.loads(line.split(" ", 3)[3]) for line in log.splitlines()]
    assert [one["event"] for one in facts] == ["job_started", "job_completed"]
    assert facts[0]["settings"]["uncommitted"] == {"MAX_BATCH_SIZE": 50}


def test_terminal_shows_progress(
    exporter: Exporter, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Long work is watched where somebody sits; the answer is the same, and bars go to stderr."""
    for module in ("enqueue", "export_now"):
        monkeypatch.setattr(f"exporter.cli.{module}.is_terminal", lambda: True)
    first = exporter("enqueue", str(source))
    second = exporter("export-now")
    assert (first.code, second.code) == (0, 0)
    assert first.out.startswith("250 entries queued")
    assert "done: 250 entries in 3 files" in second.out


def test_log_that_cannot_be_written_stops_no_export(exporter: Exporter, source: Path) -> None:
    """A full disk for the log is no reason to keep entries, nor for a traceback."""
    exporter("enqueue", str(source))
    (exporter.repo / "var" / "exporter.log").symlink_to("/dev/full")
    done = exporter("export-now")
    assert (done.code, done.err) == (0, "")


def test_quiet_prints_answers_only(exporter: Exporter) -> None:
    """Progress and notes are left out, `-q` before or after the verb."""
    assert exporter("-q", "export-now").out == ""
    assert exporter("runs", "--quiet").out.startswith("RUN")


def test_environment_wins_over_the_file_in_the_repository(
    exporter: Exporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`.env` is read from the repository, wherever the command is called."""
    (exporter.repo / ".env").write_text("EXPORT_FOLDER=from-file\n")
    assert exporter("status", "--json").document["destination"].endswith("/team/from-file")
    monkeypatch.setenv("EXPORT_FOLDER", str(tmp_path / "from-environment"))
    assert exporter("status", "--json").document["destination"].endswith("/from-environment")


@pytest.mark.parametrize("verb", ["run", "export-now", "status", "runs"])
def test_queue_in_no_folder_is_refused_by_every_verb(
    exporter: Exporter, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Nothing is made, and an empty queue is not shown for the one that is meant."""
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path}/no/q.db")
    done = exporter(verb)
    assert (done.code, (tmp_path / "no").exists()) == (1, False)
    assert done.err.startswith("error: DATABASE_URL: names ")


@pytest.mark.parametrize("verb", ["run", "export-now"])
def test_drive_is_named_and_nothing_is_delivered_elsewhere(
    exporter: Exporter, source: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    """Exit 1, and no folder was made."""
    monkeypatch.setenv("DRIVE_FOLDER_ID", "abc")
    assert exporter("enqueue", str(source)).code == 0
    done = exporter(verb)
    assert (done.code, exporter.out.exists()) == (1, False)
    assert done.err.startswith("error: GOOGLE_APPLICATION_CREDENTIALS: is not set, and DRIVE")
