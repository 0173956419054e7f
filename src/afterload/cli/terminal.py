"""The terminal results are shown in."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.console import Console


def terminal(width: int | None = None) -> Console:
    """A terminal that prints every text as it is: "[c]" and ":man:" are no markup.

    Args:
        width: In columns; that of the terminal if None.
    """
    from rich.console import Console

    return Console(markup=False, emoji=False, highlight=False, width=width)
