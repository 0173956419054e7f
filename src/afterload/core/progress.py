"""How a long job tells how far it is; what draws it, if anything, is a face's business."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it done, 0 to 1."""


def silent(_what: str, _share: float) -> None:
    """A progress nobody watches."""


def part(progress: Progress, low: float, high: float) -> Progress:
    """A progress for one part of a job: its shares 0 to 1 are told as `low` to `high`.

    Example:
        >>> told = []
        >>> part(lambda what, share: told.append((what, share)), 0.5, 1.0)("Reading", 0.5)
        >>> told
        [('Reading', 0.75)]
    """
    return lambda what, share: progress(what, low + (high - low) * share)
