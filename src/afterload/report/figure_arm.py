"""How arms look in figures: colour, line, marker, a name that fits, and the legend.

No two of sixteen arms look the same: beyond the eight colours the line and the marker change, and
the marker is hollow.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from afterload.report.figure import COLOURS, WIDTH, colour

DASHES: tuple[Any, ...] = (
    "solid", (0, (6, 1.6)), (0, (1.4, 1.2)), (0, (7, 1.6, 1.4, 1.6)), (0, (3, 1.2)),
    (0, (9, 2)), (0, (5, 1.2, 1.2, 1.2, 1.2, 1.2)), (0, (2, 2)),
)  # fmt: skip
MARKERS = ("o", "s", "D", "^", "v", "P", "X", "*")
LETTERS = 42
"""A longer name is shortened in a legend, so that two stand beside each other."""

_LETTER, _HANDLE, _LINE = 0.062, 0.66, 0.172
_LARGER = {"P": 1.25, "X": 1.25, "*": 1.7}


@dataclass(frozen=True, slots=True)
class Look:
    """How an arm is drawn.

    Args:
        colour: Of its line and its marker.
        dash: The pattern of its line.
        marker: The shape of its points.
        hollow: Whether its points are outlines.
    """

    colour: str
    dash: Any
    marker: str
    hollow: bool

    def points(self, size: float) -> dict[str, Any]:
        """What matplotlib is told about its points, `size` in points."""
        return {
            "marker": self.marker,
            "markersize": size * _LARGER.get(self.marker, 1),
            "markerfacecolor": "white" if self.hollow else self.colour,
            "markeredgecolor": self.colour if self.hollow else "white",
            "markeredgewidth": 1.1 if self.hollow else 0.5,
        }


def look(index: int) -> Look:
    """The look of an arm by its place; the reference is the dark, solid one."""
    again, place = divmod(index, len(COLOURS))
    turned = (place + 3 * again) % len(COLOURS)
    return Look(colour(index), DASHES[turned], MARKERS[turned], again % 2 == 1)


def short_names(names: Sequence[str], letters: int) -> tuple[str, ...]:
    """Names of at most so many letters, as different as they were.

    Example:
        >>> short_names(["ECLS", "Impella, early start", "Impella, early stop"], 12)
        ('ECLS', 'Impella…tart', 'Impella…stop')
    """
    ways = (
        tuple(_end(name, letters) for name in names),
        tuple(middle(name, letters) for name in names),
    )
    for short in ways:
        if len(set(short)) == len(set(names)):
            return short
    return tuple(_end(f"{place}. {name}", letters) for place, name in enumerate(names, start=1))


def _end(name: str, letters: int) -> str:
    return name if len(name) <= letters else f"{name[: letters - 1].rstrip(' ,;')}…"


def middle(name: str, letters: int) -> str:
    """A name of at most so many letters that keeps its beginning and its end."""
    if len(name) <= letters:
        return name
    tail = name[-(letters * 2 // 5 + 1) :].partition(" ")[2] or name[-(letters * 2 // 5) :]
    return f"{name[: letters - 1 - len(tail)].rstrip(' ,;')}…{tail}"


def two_lines(text: str, letters: int) -> str:
    """A text on one or two lines of so many letters; the rest is left out of the second."""
    first, *more = textwrap.wrap(text, letters) or [""]
    return "\n".join([first, middle(" ".join(more), letters)]) if more else first


def _columns(names: Sequence[str]) -> int:
    """How many names stand beside each other in a legend: as many as fit, in even lines."""
    across = next((n for n in range(len(names), 1, -1) if _width(names, n) <= WIDTH), 1)
    lines = -(-len(names) // across)
    return -(-len(names) // lines)


def _width(names: Sequence[str], across: int) -> float:
    """Inches of a legend of so many columns, filled one after the other."""
    down = -(-len(names) // across)
    columns = (names[start : start + down] for start in range(0, len(names), down))
    return sum(_HANDLE + _LETTER * max(map(len, column)) for column in columns)


def legend_height(arms: Sequence[str]) -> float:
    """Inches the legend of these arms takes."""
    return -(-len(arms) // _columns(short_names(arms, LETTERS))) * _LINE + 0.06


def arm_legend(
    figure: Any,
    arms: Sequence[str],
    shown: Sequence[str],
    size: float = 0.0,
    *,
    lines: bool = True,
) -> None:
    """The legend at the top of a figure.

    Args:
        figure: The figure.
        arms: All arms, in order.
        shown: Those in the legend.
        size: Size of their points; 0 for a line without points.
        lines: Whether the arms are drawn as lines.
    """
    from matplotlib.lines import Line2D

    names = short_names(shown, LETTERS)
    looks = [look(arms.index(arm)) for arm in shown]
    handles = [
        Line2D([], [], color=one.colour, linestyle=one.dash if lines else "none", lw=1.6,
               label=name, **(one.points(size) if size else {}))
        for one, name in zip(looks, names, strict=True)
    ]  # fmt: skip
    figure.legend(
        handles=handles, loc="upper left", bbox_to_anchor=(0.008, 0.998), ncols=_columns(names),
        frameon=False, fontsize=8, handlelength=3.4 if lines else 1.0, handletextpad=0.6,
        columnspacing=1.4, labelspacing=0.35, borderaxespad=0,
    )  # fmt: skip
