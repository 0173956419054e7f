"""How a long job tells how far it is; what draws it, if anything, is a face's business."""

from __future__ import annotations

from collections.abc import Callable

Progress = Callable[[str, float], None]
"""Called with what is being done and the share of it done, 0 to 1."""


def silent(_what: str, _share: float) -> None:
    """A progress nobody watches."""
