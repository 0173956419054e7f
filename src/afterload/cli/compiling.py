"""Telling that the circulation is compiled: once per machine, before the first result."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import click

PATIENCE_S = 2.0
"""Seconds after which it is told even where nobody watches a terminal."""

MESSAGE = (
    "Compiling the circulation for this machine: once, some ten seconds each for one patient and "
    "for many. `afterload warm` does it ahead."
)


@contextmanager
def compiling_told() -> Iterator[None]:
    """Tell on standard error, while the block runs, that it begins with compiling, if it does."""
    from afterload.hemodynamics.body import BODY
    from afterload.hemodynamics.kernel import WIDE, is_compiled
    from afterload.hemodynamics.solve import WATCH

    if all(is_compiled(BODY, WATCH, lanes) for lanes in (1, WIDE)):
        yield
        return
    if sys.stderr.isatty():
        _tell()
        yield
        return
    timer = threading.Timer(PATIENCE_S, _tell)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _tell() -> None:
    click.echo(MESSAGE, err=True)
