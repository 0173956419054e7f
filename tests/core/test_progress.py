"""A progress nobody watches says nothing."""

from __future__ import annotations

from afterload.core.progress import Progress, part, silent


def test_silent_is_a_progress_and_writes_nothing(capsys):
    progress: Progress = silent
    for share in (0.0, 0.5, 1.0):
        progress("reading", share)
    assert capsys.readouterr() == ("", "")


def test_a_part_of_a_job_tells_its_share_of_the_whole() -> None:
    told: list[tuple[str, float]] = []
    second = part(lambda what, share: told.append((what, share)), 0.5, 0.75)
    for share in (0.0, 0.5, 1.0):
        second("Checking", share)
    assert told == [("Checking", 0.5), ("Checking", 0.625), ("Checking", 0.75)]
