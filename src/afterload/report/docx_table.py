"""A table as Word's own XML: booktabs rules, a repeated header, rows that never split."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from afterload.report.study_report_document import DENSE
from afterload.report.table_view import Cell, ColumnHead, Row, TableView

_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
_THICK = '<w:{side} w:val="single" w:sz="10" w:space="0" w:color="1D2733"/>'
_THIN = '<w:{side} w:val="single" w:sz="4" w:space="0" w:color="1D2733"/>'
_HAIR = '<w:{side} w:val="single" w:sz="2" w:space="0" w:color="D5DADF"/>'
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
MUTED = "55616D"
_STYLE = "TableText"
_TOGETHER = 18
"""A table of fewer rows is kept on one page."""
_LETTER = 12.8
"""Twentieths of a point a digit takes per point of its size, in DejaVu Sans (0.636 of it)."""
_SIDES = 110
"""Twentieths of a point between the columns."""
_BOLD, _RAISED = 1.1, 0.7
"""Bold letters, and raised ones, against a plain digit."""
_NARROWEST = 6.2
"""A column is at least as wide as so many letters, where there is room."""


def xml_text(text: str) -> str:
    """Text fit for XML: escaped, without the control characters XML does not know."""
    return escape(_FORBIDDEN.sub("", text), quote=True)


def run(text: str, *, bold: bool = False, raised: bool = False, quiet: bool = False) -> str:
    """A run of text; `quiet` is smaller and grey."""
    if not text:
        return ""
    parts = ["<w:b/>"] if bold else []
    parts += [f'<w:color w:val="{MUTED}"/><w:sz w:val="14"/>'] if quiet else []
    parts += ['<w:vertAlign w:val="superscript"/>'] if raised else []
    look = f"<w:rPr>{''.join(parts)}</w:rPr>" if parts else ""
    return f'<w:r>{look}<w:t xml:space="preserve">{xml_text(text)}</w:t></w:r>'


def _paragraph(runs: str, indent: int = 0, keep: bool = False) -> str:
    look = f'<w:pStyle w:val="{_STYLE}"/>'
    look += "<w:keepNext/>" if keep else ""
    look += f'<w:ind w:left="{indent * 140}"/>' if indent else ""
    return f"<w:p><w:pPr>{look}</w:pPr>{runs}</w:p>"


def _box(content: str, width: int, span: int = 1, borders: str = "", bottom: bool = False) -> str:
    look = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    look += f'<w:gridSpan w:val="{span}"/>' if span > 1 else ""
    look += f"<w:tcBorders>{borders}</w:tcBorders>" if borders else ""
    look += '<w:vAlign w:val="bottom"/>' if bottom else ""
    return f"<w:tc><w:tcPr>{look}</w:tcPr>{content}</w:tc>"


def _row(cells: Iterable[str], header: bool = False) -> str:
    look = "<w:cantSplit/>" + ("<w:tblHeader/>" if header else "")
    return f"<w:tr><w:trPr>{look}</w:trPr>{''.join(cells)}</w:tr>"


def table_xml(view: TableView, width: int) -> str:
    """The table as a `w:tbl` element.

    Args:
        view: The table.
        width: Width of the page between its margins, twentieths of a point.
    """
    widths = _widths(view, width)
    grid = "".join(f'<w:gridCol w:w="{one}"/>' for one in widths)
    rows = [*_heads(view, widths)]
    last = len(view.rows) - 1
    for index, row in enumerate(view.rows):
        keep = index < last and (last < _TOGETHER or row.kind == "group")
        rows.append(_body(row, widths, keep, first=index == 0, last=index == last))
    body = "".join(rows)
    if len(view.columns) >= DENSE:
        body = body.replace(f'w:val="{_STYLE}"', f'w:val="{_STYLE}Dense"')
    return (
        f'<w:tbl {_W}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        '<w:tblLayout w:type="fixed"/><w:tblCellMar><w:left w:w="30" w:type="dxa"/>'
        '<w:right w:w="70" w:type="dxa"/></w:tblCellMar>'
        f'<w:tblCaption w:val="{xml_text(view.title)}"/></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"
    )


def _widths(view: TableView, width: int) -> list[int]:
    """Column widths: room for the longest number of each, the rest by what the columns hold.

    A number is never broken, also not in a font as wide as DejaVu Sans, which stands in for Arial
    where that is not installed.
    """
    dense = len(view.columns) >= DENSE
    size = 7 if dense else 8
    letter, small = _LETTER * size, 7 / size
    least, wanted = [], []
    for place, head in enumerate(view.columns):
        cells = [row.cells[place - 1] for row in view.rows if 0 < place <= len(row.cells)]
        narrow = max([_unbroken(head.title) * _BOLD + _RAISED * len(head.refs), 0.0])
        longest = max(narrow, len(head.second) * small, _NARROWEST)
        if place == 0:
            cap = 22 if dense else 28
            longest = max([longest, *(min(len(r.label) + 2 * r.indent, cap) for r in view.rows)])
            narrow = max([narrow, *(_unbroken(row.label) * _BOLD for row in view.rows)])
        for cell in cells:
            narrow = max(narrow, _narrowest(cell, small))
            longest = max(longest, _length(cell, small))
        least.append(narrow * letter + _SIDES)
        wanted.append(max(longest * letter + _SIDES, least[-1]))
    return _shared(least, wanted, width)


def _shared(least: list[float], wanted: list[float], width: int) -> list[int]:
    """Widths that fill a line: what is left over, or missing, is shared out above the least."""
    if sum(least) > width or sum(wanted) <= width:
        base = least if sum(least) > width else wanted
        widths = [int(one * width / sum(base)) for one in base]
    else:
        part = (width - sum(least)) / (sum(wanted) - sum(least))
        widths = [int(low + part * (high - low)) for low, high in zip(least, wanted, strict=True)]
    widths[0] += width - sum(widths)
    return widths


def _unbroken(text: str) -> int:
    """Letters of the longest part that is not broken over two lines."""
    return max((len(word) for word in re.split(r"[ \-/–]", text)), default=0)


def _narrowest(cell: Cell, small: float) -> float:
    """The width of what must stand on one line, in letters."""
    parts = re.split(r" ", cell.text)
    bold = _BOLD if cell.mark else 1.0
    last = len(parts[-1]) * bold + _RAISED * (len(cell.mark) + len(cell.refs))
    words = [len(part) * bold for part in parts[:-1]]
    return max([last, *words, *(len(word) * small for word in cell.note.split(" "))])


def _length(cell: Cell, small: float) -> float:
    bold = _BOLD if cell.mark else 1.0
    letters = len(cell.text) * bold + _RAISED * (len(cell.mark) + len(cell.refs))
    return max(letters, len(cell.note) * small)


def _heads(view: TableView, widths: list[int]) -> Iterator[str]:
    top = _THICK.format(side="top")
    if view.spanners:
        yield _row(_spanners(view, widths, top), header=True)
        top = ""
    under = _THIN.format(side="bottom")
    cells = (
        _box(_head(head), one, borders=top + under, bottom=True)
        for head, one in zip(view.columns, widths, strict=True)
    )
    yield _row(cells, header=True)


def _spanners(view: TableView, widths: list[int], top: str) -> Iterator[str]:
    place = 0
    for title, span in view.spanners:
        wide = sum(widths[place : place + span])
        under = _HAIR.format(side="bottom") if title else ""
        content = _paragraph(run(title, bold=True), keep=True)
        yield _box(content, wide, span, top + under)
        place += span


def _head(head: ColumnHead) -> str:
    lines = _paragraph(
        run(head.title, bold=True) + run(",".join(head.refs), raised=True), keep=True
    )
    if head.second:
        lines += _paragraph(run(head.second, quiet=True), keep=True)
    return lines


def _body(row: Row, widths: list[int], keep: bool, *, first: bool, last: bool) -> str:
    hair = "" if first or row.kind in {"level", "missing"} else _HAIR.format(side="top")
    borders = hair + (_THICK.format(side="bottom") if last else "")
    strong = row.kind != "level"
    label = run(row.label, bold=strong)
    label += run(f", {row.detail}", quiet=True) if row.detail else ""
    label += run(",".join(row.refs), raised=True)
    stub = _paragraph(label, row.indent, keep)
    if not row.cells:
        return _row([_box(stub, sum(widths), len(widths), borders)])
    boxes = [_box(stub, widths[0], borders=borders)]
    for cell, one in zip(row.cells, widths[1:], strict=True):
        boxes.append(_box(_cell(cell), one, borders=borders))
    return _row(boxes)


def _cell(cell: Cell) -> str:
    runs = run(cell.text, bold=bool(cell.mark)) + run(cell.mark, bold=True)
    runs += run(",".join(cell.refs), raised=True)
    lines = _paragraph(runs)
    return lines + (_paragraph(run(cell.note, quiet=True)) if cell.note else "")
