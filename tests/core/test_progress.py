"""A progress nobody watches says nothing."""

from __future__ import annotations

from afterload.core.progress import Progress, silent


def test_silent_is_a_progress_and_writes_nothing(capsys):
    progress: Progress = silent
    for share in (0.0, 0.5, 1.0):
        progress("reading", share)
    assert capsys.readouterr() == ("", "")
