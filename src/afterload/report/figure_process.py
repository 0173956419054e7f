"""Figures drawn by a second process, beside the first one that reads, computes and writes.

What draws takes as long to load as a study takes to compute, so it is loaded in the meantime. The
second process is the same Python with the same import path; it is told the study through a pipe
and gives the finished figures back. Where it cannot be started, or breaks off, the figures are
drawn in the first process: a report never depends on it.
"""

from __future__ import annotations

import gc
import os
import pickle
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import fields
from functools import partial
from operator import attrgetter
from typing import TYPE_CHECKING

from afterload.report.figure import FigureView
from afterload.report.theme import Theme
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study

if TYPE_CHECKING:
    from afterload.report.figure_list import Plan

Drawing = Callable[[], tuple[FigureView, ...]]
"""Figures in the making; when called, it waits until they are finished."""

Draw = Callable[[Study, Theme], Drawing]
"""Begins to draw the figures of a study."""

_START = "import sys; sys.path[:] = {path!r}; from {module} import serve; serve()"
_values = attrgetter(*(one.name for one in fields(Statistic)))


def draw_here(study: Study, theme: Theme) -> Drawing:
    """Draw the figures of a study in this process, once they are asked for."""

    def drawn() -> tuple[FigureView, ...]:
        from afterload.report.figure_list import build_figures

        return build_figures(study, theme)

    return drawn


@contextmanager
def second_process() -> Iterator[Draw]:
    """Load what draws in a second process for as long as the block lasts.

    Returns:
        What begins to draw a study there; on a machine with one processor, `draw_here`.
    """
    process = _started() if _processors() > 1 else None
    if process is None:
        yield draw_here
        return
    with process, ThreadPoolExecutor(1) as pool:
        try:
            yield partial(_begin, process, pool)
        finally:
            _stop(process)


def _processors() -> int:
    """How many processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _started() -> subprocess.Popen[bytes] | None:
    """A process that waits for a study; None where Python cannot be started a second time."""
    if not sys.executable or hasattr(sys, "frozen"):
        return None
    code = _START.format(path=sys.path, module=__name__)
    pipe = subprocess.PIPE
    try:
        # In a session of its own, an interruption from the keyboard reaches the first process only.
        return subprocess.Popen(
            [sys.executable, "-c", code], stdin=pipe, stdout=pipe, start_new_session=True
        )
    except OSError:
        return None


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the process, with its forks, if it has not ended by itself."""
    if process.poll() is not None:
        return
    if sys.platform == "win32":
        process.kill()
    else:
        os.killpg(process.pid, signal.SIGKILL)


def _begin(
    process: subprocess.Popen[bytes], pool: ThreadPoolExecutor, study: Study, theme: Theme
) -> Drawing:
    told = pickle.dumps((study.design, [_values(row) for row in study.results], theme))
    answer = pool.submit(process.communicate, told)
    return partial(_finished, process, answer, study, theme)


def _finished(
    process: subprocess.Popen[bytes],
    answer: Future[tuple[bytes, bytes]],
    study: Study,
    theme: Theme,
) -> tuple[FigureView, ...]:
    drawn, _ = answer.result()
    if process.returncode == 0:
        views: tuple[FigureView, ...] = pickle.loads(drawn)
        return views
    return draw_here(study, theme)()


def serve() -> None:
    """The second process: load what draws, wait for a study, give its figures back."""
    from afterload.report.figure_list import plans

    gc.disable()
    _warm_up()
    try:
        design, rows, theme = pickle.load(sys.stdin.buffer)
    except EOFError:
        # The first process is gone, or had nothing to draw.
        return
    study = Study(design, Results(tuple(Statistic(*row) for row in rows)))
    gc.freeze()  # nothing is searched for rubbish at the end: the first process waits for it
    pickle.dump(_drawn(plans(study, theme)), sys.stdout.buffer)


def _warm_up() -> None:
    """Load all that a figure needs, fonts too, by drawing one that nobody sees."""
    from afterload.report.figure import canvas, style, to_png, to_svg

    with style():
        figure = canvas(1, 1)
        figure.add_axes((0.2, 0.2, 0.8, 0.8)).set_title("Title", fontweight="bold")
        to_svg(figure, "warm-up")
        to_png(figure)


def _drawn(all_plans: tuple[Plan, ...]) -> tuple[FigureView, ...]:
    """All figures; on Linux one beside the other, in forks that have everything loaded."""
    from afterload.report.figure_list import build_figure

    if sys.platform != "linux" or len(all_plans) < 2:
        return tuple(build_figure(plan) for plan in all_plans)
    import multiprocessing

    places = range(len(all_plans))
    forked = multiprocessing.get_context("fork")
    with forked.Pool(min(_processors(), len(places)), _keep, (all_plans,)) as pool:
        # From the last on, since the last ones take longest.
        return tuple(pool.map(_draw_kept, places[::-1], chunksize=1))[::-1]


_kept: list[Plan] = []
"""In a fork: the figures to draw. They are handed down as they are, for they cannot be pickled."""


def _keep(all_plans: tuple[Plan, ...]) -> None:
    _kept.extend(all_plans)


def _draw_kept(place: int) -> FigureView:
    from afterload.report.figure_list import build_figure

    return build_figure(_kept[place])
