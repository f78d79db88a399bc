"""The sample entries: our own, in Thai and English, for a queue that is new."""

from __future__ import annotations

from typing import TYPE_CHECKING

import exports
from exports import at_work, book, put, run_settings

from exporter.samples import enqueue_samples, is_new

if TYPE_CHECKING:
    from pathlib import Path


def test_samples_are_for_a_queue_that_was_never_used(tmp_path: Path) -> None:
    """Neither what was queued nor a run that delivered nothing leaves it new."""
    with exports.open_queue(tmp_path) as queue:
        assert is_new(queue)
        put(queue, tmp_path, book(1))
        assert not is_new(queue)
    (tmp_path / "other").mkdir()
    clock = exports.SetClock()
    with exports.open_queue(tmp_path / "other") as queue:
        with at_work(queue, tmp_path / "out", clock) as shift:
            shift.begin("daily", clock.now().date(), run_settings())
        assert not is_new(queue)


def test_samples_are_all_good_and_all_leave_under_the_defaults(tmp_path: Path) -> None:
    """None is rejected, none waits for review; Thai, quotes, a newline and a formula are there."""
    clock = exports.SetClock()
    with exports.open_queue(tmp_path) as queue:
        report = enqueue_samples(queue, tmp_path, clock=clock)
        assert (report.intake.rejected, report.intake.doubtful) == (0, 0)
        with at_work(queue, tmp_path / "out", clock) as shift:
            done = shift.carry_out(shift.begin("manual", clock.now().date(), run_settings()))
    texts = [row["Description"] for row in exports.delivered_rows(tmp_path / "out")]
    assert done.run.entries == report.intake.added == len(texts)
    assert any("\u0e04\u0e48\u0e32\u0e44\u0e1f\u0e1f\u0e49\u0e32" in text for text in texts)
    assert any('"archive"' in text for text in texts)
    assert any("\n" in text for text in texts)
    assert any(text.startswith("'=") for text in texts)
