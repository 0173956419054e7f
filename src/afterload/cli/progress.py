"""A progress bar that stays out of the way: after two seconds, and only on a terminal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from afterload.core.progress import Progress

if TYPE_CHECKING:
    from rich.console import Console

PATIENCE_S = 2.0
"""Seconds a job may take before a bar appears."""


@contextmanager
def progress_bar(
    console: Console | None = None, clock: Callable[[], float] = time.monotonic
) -> Iterator[Progress]:
    """A progress to hand to a long job; it is drawn on standard error and gone at the end.

    Args:
        console: Where to draw; standard error if None.
        clock: Tells the seconds.
    """
    from rich.console import Console as RichConsole
    from rich.progress import BarColumn, TaskProgressColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    console = console or RichConsole(stderr=True)
    columns = (TextColumn("{task.description}", markup=False), BarColumn(), TaskProgressColumn())
    bar = Bar(*columns, TimeElapsedColumn(), console=console, transient=True)
    task = bar.add_task("", total=1.0)
    began = clock()

    def told(what: str, share: float) -> None:
        bar.update(task, description=what, completed=min(max(share, 0.0), 1.0))
        if not bar.live.is_started and console.is_terminal and clock() - began > PATIENCE_S:
            bar.start()

    try:
        yield told
    finally:
        if bar.live.is_started:
            bar.stop()
