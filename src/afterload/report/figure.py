"""What every figure shares: size, colours, lines, and how a drawing becomes SVG and PNG.

Drawn with matplotlib's `Figure` objects, never with pyplot's hidden state. The same results always
give the same bytes: no date, no random identifiers.
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import StringIO
from typing import Any

INK = "#1d2733"
MUTED = "#5b6672"
RULE = "#c9d0d6"
GRID = "#eceff2"
COLOURS = ("#30404f", "#0072b2", "#d55e00", "#009e73", "#aa4499", "#b8860b", "#56b4e9", "#882255")
WIDTH = 7.2
"""Inches: the width of a printed page between its margins."""

DPI = 300
_RC: Any = {
    "font.family": "DejaVu Sans",
    "font.size": 8.5,
    "text.color": INK,
    "axes.labelcolor": INK,
    "axes.edgecolor": MUTED,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.unicode_minus": True,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.labelcolor": INK,
    "ytick.labelcolor": INK,
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.titley": 1.0,
    "text.hinting": "none",
    "text.parse_math": False,
    "svg.fonttype": "none",
    "svg.hashsalt": "afterload",
}
_WEB_FONTS = "'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', 'DejaVu Sans', sans-serif"


@dataclass(frozen=True, slots=True)
class FigureView:
    """A finished figure.

    Args:
        number: Its number in the report, from 1.
        name: Short name, used for its file.
        title: What it shows.
        caption: What a reader needs to read it.
        alt: What it shows in words, for those who cannot see it.
        svg: The drawing as SVG, without an XML declaration.
        png: The drawing at 300 dots per inch.
        width: Its width on a printed page, inches.
    """

    number: int
    name: str
    title: str
    caption: str
    alt: str
    svg: str
    png: bytes
    width: float = WIDTH


@contextmanager
def style() -> Iterator[None]:
    """The look of every figure, for as long as one is drawn."""
    import matplotlib as mpl

    with mpl.rc_context(_RC):
        yield


def canvas(width: float, height: float) -> Any:
    """An empty figure of so many inches; use within `style`."""
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), facecolor="white")


def untitled(axes: Any) -> None:
    """Spare matplotlib measuring every number of axes to place axis labels they do not have."""
    axes.xaxis.set_label_coords(0.5, -0.1)
    axes.yaxis.set_label_coords(-0.1, 0.5)


def to_svg(figure: Any, name: str) -> str:
    """A drawing as SVG; use within `style`."""
    text = StringIO()
    figure.savefig(text, format="svg", metadata=_NO_METADATA)
    return tidy(text.getvalue(), name)


def to_png(figure: Any) -> bytes:
    """A drawing at 300 dots per inch, packed fast: line art is small however it is packed."""
    import numpy as np
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    figure.set_dpi(DPI)
    agg: Any = FigureCanvasAgg(figure)
    agg.draw()
    pixels = np.asarray(agg.buffer_rgba())
    height, width = pixels.shape[:2]
    rows = np.zeros((height, 1 + 3 * width), dtype=np.uint8)
    packed = rows[:, 1:].reshape(height, width, 3)
    for channel in range(3):
        packed[:, :, channel] = pixels[:, :, channel]
    data = zlib.compress(rows.data, 3)
    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    per_metre = round(DPI / 0.0254)
    density = struct.pack(">IIB", per_metre, per_metre, 1)
    parts = ((b"IHDR", size), (b"pHYs", density), (b"IDAT", data), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(_chunk(kind, body) for kind, body in parts)


def _chunk(kind: bytes, body: bytes) -> bytes:
    check = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)


_NO_METADATA = {"Date": None, "Creator": None, "Format": None, "Type": None}


def tidy(svg: str, name: str) -> str:
    """An SVG fit to stand in a page with others: own identifiers, fonts the reader has."""
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r"\s*<metadata>.*?</metadata>", "", svg, flags=re.DOTALL)
    svg = re.sub(r'\bid="([^"]+)"', rf'id="{name}-\1"', svg)
    svg = re.sub(r"url\(#([^)]+)\)", rf"url(#{name}-\1)", svg)
    svg = re.sub(r'href="#([^"]+)"', rf'href="#{name}-\1"', svg)
    svg = svg.replace("'DejaVu Sans'", _WEB_FONTS)
    svg = re.sub(r'(<svg\b[^>]*?) width="[\d.]+pt"', r"\1", svg)
    return re.sub(r'(<svg\b[^>]*?) height="[\d.]+pt"', r"\1", svg)


def colour(index: int) -> str:
    """The colour of an arm; the reference is the dark one."""
    return COLOURS[index % len(COLOURS)]


def spread_labels(wanted: Sequence[float], gap: float) -> list[float]:
    """Positions as near as possible to those wanted and at least `gap` apart.

    Example:
        >>> spread_labels([0.50, 0.51], 0.1)
        [0.455, 0.555]
    """
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    blocks: list[tuple[float, list[int]]] = []
    for index in order:
        blocks.append((wanted[index], [index]))
        while len(blocks) > 1 and _overlap(blocks[-2], blocks[-1], gap):
            (_, first), (_, second) = blocks[-2], blocks[-1]
            both = first + second
            centre = sum(wanted[i] for i in both) / len(both)
            blocks[-2:] = [(centre, both)]
    placed = [0.0] * len(wanted)
    for centre, members in blocks:
        start = centre - gap * (len(members) - 1) / 2
        for step, index in enumerate(members):
            placed[index] = round(start + gap * step, 9)
    return placed


def _overlap(low: tuple[float, list[int]], high: tuple[float, list[int]], gap: float) -> bool:
    top = low[0] + gap * (len(low[1]) - 1) / 2
    bottom = high[0] - gap * (len(high[1]) - 1) / 2
    return bottom - top < gap - 1e-12
