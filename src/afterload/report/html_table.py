"""A table as HTML: header and row labels stay in sight, marks and footnotes can be read aloud."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from markupsafe import escape

from afterload.report.study_report_document import DENSE, WIDE
from afterload.report.table_view import Cell, ColumnHead, Row, TableView


def table_html(view: TableView) -> str:
    """One table as it stands in the report; all text is escaped."""
    columns, name = len(view.columns), f"Table {view.number}"
    look = "table" + (" dense" if columns >= DENSE else "") + (" wide" if columns >= WIDE else "")
    title = escape(view.title)
    return "\n".join(
        (
            f'<figure class="{look}" id="table-{escape(view.name)}">',
            f'<figcaption aria-hidden="true"><b>{name}.</b> {title}</figcaption>',
            f'<div class="scroll" tabindex="0" role="region" aria-label="{name}, {title}">',
            "<table>",
            f'<caption class="unseen">{name}. {title}</caption>',
            "<thead>",
            *_spanners(view.spanners),
            f"<tr>{''.join(map(_head, view.columns))}</tr>",
            "</thead>",
            "<tbody>",
            *(_row(row, columns) for row in view.rows),
            "</tbody>",
            "</table>",
            "</div>",
            *_notes(view),
            "</figure>\n",
        )
    )


def _spanners(spanners: Iterable[tuple[str, int]]) -> Iterator[str]:
    cells = [
        f'<th scope="colgroup" colspan="{width}"><span>{escape(title)}</span></th>'
        if title
        else f'<td colspan="{width}"></td>'
        for title, width in spanners
    ]
    if cells:
        yield f'<tr class="spanners">{"".join(cells)}</tr>'


def _head(head: ColumnHead) -> str:
    second = f'<span class="second">{escape(head.second)}</span>' if head.second else ""
    text = f"{escape(head.title)}{_refs(head.refs)}{second}"
    return f'<th scope="col" class="{head.kind}">{text}</th>'


def _row(row: Row, columns: int) -> str:
    detail = f'<span class="detail">, {escape(row.detail)}</span>' if row.detail else ""
    label = f"{escape(row.label)}{detail}{_refs(row.refs)}"
    if row.cells:
        indent = ' class="in"' if row.indent else ""
        cells = f'<th scope="row"{indent}>{label}</th>{"".join(map(_cell, row.cells))}'
    else:
        stuck = f'<span class="stuck">{label}</span>'
        cells = f'<th scope="colgroup" colspan="{columns}">{stuck}</th>'
    return f'<tr class="{row.kind}">{cells}</tr>'


def _cell(cell: Cell) -> str:
    differs = ' class="differs"' if cell.mark else ""
    mark = f'<span class="mark">{escape(cell.mark)}</span>' if cell.mark else ""
    note = f'<span class="note">{escape(cell.note)}</span>' if cell.note else ""
    return f"<td{differs}>{escape(cell.text)}{mark}{_refs(cell.refs)}{note}</td>"


def _refs(letters: tuple[str, ...]) -> str:
    return f'<sup class="ref">{escape(",".join(letters))}</sup>' if letters else ""


def _notes(view: TableView) -> Iterator[str]:
    """What stands under the table: what holds for all of it, then its footnotes."""
    if not (view.note or view.footnotes):
        return
    yield '<div class="notes">'
    if view.note:
        yield f"<p>{escape(view.note)}</p>"
    if view.footnotes:
        notes = (
            f'<span class="footnote"><sup>{escape(note.letter)}</sup>{escape(note.text)}</span> '
            for note in view.footnotes
        )
        yield f"<p>{''.join(notes)}</p>"
    yield "</div>"
