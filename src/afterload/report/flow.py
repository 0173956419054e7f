"""The STROBE flow diagram: who was there, who left at which rule, who is in which arm.

The boxes are laid out once, in points; one small function writes them as SVG with real text, and
another draws the same boxes for Word.
"""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from html import escape
from typing import Any, Literal

from afterload.report.figure import COLOURS, INK, MUTED, canvas
from afterload.report.tables_cell import shown
from afterload.study.ard import Results, Statistic
from afterload.study.design import Design, Study

_PAGE = 640.0
_LEADING = 14.5
_PAD = 10.0
_SIZE = 11.5


@dataclass(frozen=True, slots=True)
class Box:
    """A box of the diagram: its corner and size in points, its first line in bold."""

    x: float
    y: float
    width: float
    lines: tuple[str, ...]
    kind: Literal["main", "side", "arm"] = "main"
    tone: str = INK

    @property
    def height(self) -> float:
        """Tall enough for its lines."""
        return 2 * _PAD + _LEADING * len(self.lines) - 3


@dataclass(frozen=True, slots=True)
class Arrow:
    """A line with an arrowhead at its end, through the corners given."""

    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class Flow:
    """The whole diagram, in points."""

    height: float
    boxes: tuple[Box, ...]
    arrows: tuple[Arrow, ...]
    width: float = _PAGE


def _n(row: Statistic | None) -> str:
    """A number of episodes after "n", e.g. "= 52" or "< 5"."""
    text = shown(row, lambda x: f"{x:,.0f}")
    return f"< {text[1:]}" if text.startswith("<") else f"= {text}"


def lay_out(study: Study) -> Flow:
    """Place the boxes: the population down the middle, those who leave to the right."""
    results, design = study.results, study.design
    boxes: list[Box] = []
    arrows: list[Arrow] = []
    spine = 190.0
    start = results.find("flow", "start", "count")
    first = Box(spine - 130, 4, 260, ("Episodes in the registry", f"n {_n(start)}"))
    boxes.append(first)
    y = first.y + first.height
    for side_lines in _leavers(study):
        side = Box(350, y + 14, 286, side_lines, "side")
        middle = side.y + side.height / 2
        boxes.append(side)
        arrows.append(Arrow(((spine, middle), (side.x, middle))))
        y = side.y + side.height
    analysed = _analysed(results, design)
    final = Box(spine - 130, y + 20, 260, ("Analysed", f"n = {analysed}"))
    arrows.append(Arrow(((spine, first.y + first.height), (spine, final.y))))
    boxes.append(final)
    arms, split = _arm_boxes(results, design, final)
    bottom = max(box.y + box.height for box in (final, *arms))
    return Flow(bottom + 6, (*boxes, *arms), (*arrows, *split))


def rules(results: Results) -> list[str]:
    """The names of the population's rules, in order."""
    names = dict.fromkeys(
        row.variable for row in results.section("flow") if row.variable.startswith("rule:")
    )
    return sorted(names, key=lambda name: int(name.removeprefix("rule:")))


def why_left(study: Study, name: str) -> str:
    """Why a rule made somebody leave, with labels for names, e.g. "not: Age ≥ 18"."""
    rows = (study.results.find("flow", name, part) for part in ("excluded", "remaining"))
    text = next((row.text for row in rows if row is not None and row.text), name)
    labels = {item.name: item.label for item in (*study.design.baseline, *study.design.biology)}
    signs = {">=": "≥", "<=": "≤", "!=": "≠"}
    text = re.sub(r">=|<=|!=", lambda found: signs[found[0]], text)
    text = re.sub(r"[A-Za-z_]\w*", lambda found: labels.get(found[0], found[0]), text)
    if text.startswith("Include if "):
        return f"not: {text.removeprefix('Include if ')}"
    return text.removeprefix("Exclude if ")


def _leavers(study: Study) -> list[tuple[str, ...]]:
    """What the boxes to the right say, one per rule that made somebody leave."""
    results, told = study.results, []
    for name in rules(results):
        excluded, unknown = (results.find("flow", name, s) for s in ("excluded", "unknown"))
        lines = [f"Excluded: n {_n(excluded)}", *_wrap(why_left(study, name), 46)]
        if unknown is not None and unknown.value != 0:
            lines.append(f"Could not be told: n {_n(unknown)}")
        kept = results.find("flow", name, "unknown_kept")
        if kept is not None and kept.text:
            lines += _wrap(kept.text, 46)
        told.append(tuple(lines))
    none = results.find("flow", "arm:none", "count")
    if none is not None and none.value != 0:
        told.append((f"In none of the arms: n {_n(none)}",))
    return told


def _wrap(text: str, width: int) -> list[str]:
    return textwrap.wrap(text, width) or [""]


def _analysed(results: Results, design: Design) -> str:
    from afterload.report.tables_cell import analysed

    known = analysed(results, design)
    return "[c]" if known is None else f"{known:,.0f}"


def _arm_boxes(results: Results, design: Design, above: Box) -> tuple[list[Box], list[Arrow]]:
    """A box per arm under the population, up to four in a line."""
    across = min(len(design.arms), 4)
    gap = 12.0
    width = min(200.0, (_PAGE - 8 - gap * (across - 1)) / across)
    total = across * width + gap * (across - 1)
    left = 4.0 if total > 2 * 186 else 190.0 - total / 2
    letters = int((width - 2 * _PAD) / 6.1)
    boxes, y = [], above.y + above.height + 40
    for row in range(0, len(design.arms), across):
        line = design.arms[row : row + across]
        wrapped = [_wrap(arm, letters) for arm in line]
        most = max(len(words) for words in wrapped)
        for place, (arm, words) in enumerate(zip(line, wrapped, strict=True)):
            size = results.find("flow", "arm", "count", arm=arm)
            lines = (*words, *[""] * (most - len(words)), f"n {_n(size)}")
            tone = COLOURS[(row + place) % len(COLOURS)]
            boxes.append(Box(left + place * (width + gap), y, width, lines, "arm", tone))
        y = boxes[-1].y + boxes[-1].height + 24
    return boxes, _split(above, boxes[:across])


def _split(above: Box, boxes: list[Box]) -> list[Arrow]:
    """From the population to each arm of the first line."""
    x, y = above.x + above.width / 2, above.y + above.height
    bar = y + 20
    return [
        Arrow(((x, y), (x, bar), (box.x + box.width / 2, bar), (box.x + box.width / 2, box.y)))
        for box in boxes
    ]


def to_svg(flow: Flow, title: str) -> str:
    """The diagram as SVG, with text that can be searched and read aloud."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {flow.width:g} {flow.height:g}" '
        f'role="img" aria-label="{escape(title)}" font-size="{_SIZE}" '
        "font-family=\"'Helvetica Neue', Helvetica, Arial, 'Liberation Sans', sans-serif\">",
        '<defs><marker id="flow-head" viewBox="0 0 8 8" refX="7.2" refY="4" markerWidth="7" '
        f'markerHeight="7" orient="auto"><path d="M0 0 8 4 0 8z" fill="{MUTED}"/></marker></defs>',
    ]
    for arrow in flow.arrows:
        corners = " ".join(f"{x:g},{y:g}" for x, y in arrow.points)
        parts.append(
            f'<polyline points="{corners}" fill="none" stroke="{MUTED}" '
            'marker-end="url(#flow-head)"/>'
        )
    parts += [line for box in flow.boxes for line in _svg_box(box)]
    return "\n".join([*parts, "</svg>"])


def _svg_box(box: Box) -> list[str]:
    fill, edge = ("#f4f6f8", "#c9d0d6") if box.kind == "side" else ("#ffffff", box.tone)
    lines = [
        f'<rect x="{box.x:g}" y="{box.y:g}" width="{box.width:g}" height="{box.height:g}" rx="3" '
        f'fill="{fill}" stroke="{edge}"/>'
    ]
    for index, text in enumerate(box.lines):
        x, anchor = _anchor(box)
        y = box.y + _PAD + 9.5 + index * _LEADING
        weight = ' font-weight="600"' if _bold(box, index) else ""
        lines.append(
            f'<text x="{x:g}" y="{y:g}" text-anchor="{anchor}"{weight} '
            f'fill="{_ink(box, index)}">{escape(text)}</text>'
        )
    return [line for line in lines if not line.endswith("></text>")]


def _anchor(box: Box) -> tuple[float, str]:
    return (box.x + _PAD, "start") if box.kind == "side" else (box.x + box.width / 2, "middle")


def _bold(box: Box, index: int) -> bool:
    return index == 0 if box.kind != "arm" else index < len(box.lines) - 1


def _ink(box: Box, index: int) -> str:
    if box.kind == "arm":
        return box.tone if _bold(box, index) else INK
    return MUTED if box.kind == "side" and index else INK


def draw_flow(flow: Flow) -> Any:
    """The same diagram drawn for Word."""
    from matplotlib.patches import FancyBboxPatch

    inches = 7.2
    figure = canvas(inches, inches * flow.height / flow.width)
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set_xlim(0, flow.width)
    axes.set_ylim(flow.height, 0)
    axes.set_axis_off()
    size = _SIZE * inches * 72 / flow.width * 0.9
    for arrow in flow.arrows:
        *body, (x0, y0), (x1, y1) = arrow.points
        if body:
            xs, ys = zip(*arrow.points[:-1], strict=True)
            axes.plot(xs, ys, color=MUTED, lw=0.8)
        axes.annotate(
            "", xy=(x1, y1), xytext=(x0, y0), arrowprops={"arrowstyle": "-|>", "color": MUTED,
            "lw": 0.8, "shrinkA": 0, "shrinkB": 0, "mutation_scale": 8},
        )  # fmt: skip
    for box in flow.boxes:
        fill, edge = ("#f4f6f8", "#c9d0d6") if box.kind == "side" else ("#ffffff", box.tone)
        patch = FancyBboxPatch(
            (box.x, box.y), box.width, box.height, boxstyle="round,pad=0,rounding_size=3", fc=fill,
            ec=edge, lw=0.8,
        )  # fmt: skip
        axes.add_patch(patch)
        _draw_lines(axes, box, size)
    return figure


def _draw_lines(axes: Any, box: Box, size: float) -> None:
    for index, text in enumerate(box.lines):
        x, anchor = _anchor(box)
        axes.text(
            x, box.y + _PAD + 9.5 + index * _LEADING, text, fontsize=size,
            ha="left" if anchor == "start" else "center", va="baseline",
            color=_ink(box, index), fontweight="bold" if _bold(box, index) else "normal",
        )  # fmt: skip
