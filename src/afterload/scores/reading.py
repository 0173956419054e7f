"""Where a reading of ours stands: what a publication leaves open, and a score must decide."""

from __future__ import annotations

from afterload.core.source import Source


def own_reading(silent: str) -> Source:
    """The source of a reading taken here.

    Args:
        silent: What says nothing of the point, e.g. "the paper is".
    """
    return Source(
        "This implementation", place=f"reading taken where {silent} silent", confidence="M"
    )
