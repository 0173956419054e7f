"""The tables as CSV, and the results dataset as JSON and CSV: what other programs read."""

from __future__ import annotations

import csv
import json
import math
from dataclasses import asdict, fields
from io import StringIO
from typing import Any

from afterload.core.spreadsheet import safe_text
from afterload.report.table_view import TableView
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study

SCHEMA = "afterload/results/1"


def table_csv(view: TableView) -> str:
    """A table as CSV: one line of headers, a line per row, the notes below."""
    out = StringIO()
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow([safe_text(head.plain) for head in view.columns])
    for row in view.rows:
        label = "  " * row.indent + row.label + (f", {row.detail}" if row.detail else "")
        blank = [""] * (len(view.columns) - 1 - len(row.cells))
        writer.writerow([safe_text(label), *(safe_text(cell.plain) for cell in row.cells), *blank])
    writer.writerow([])
    if view.note:
        writer.writerow([safe_text(view.note)])
    for note in view.footnotes:
        writer.writerow([safe_text(f"{note.letter}: {note.text}")])
    return out.getvalue()


def results_csv(results: Results) -> str:
    """The results dataset as CSV, a line per statistic, every field a column."""
    names = [one.name for one in fields(Statistic)]
    out = StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(names)
    for row in results:
        told = statistic_fields(row)
        writer.writerow([_plain(told[name]) for name in names])
    return out.getvalue()


def _plain(x: Any) -> Any:
    """A field as it stands in the CSV: numbers as they are, texts never a formula."""
    if x is None:
        return ""
    return safe_text(x).replace("\r", "\n") if isinstance(x, str) else x


_FIELDS = tuple(sorted(one.name for one in fields(Statistic)))


def statistic_fields(row: Statistic) -> dict[str, Any]:
    """The fields of a statistic; what is not a finite number is None, and infinity is told."""
    told = {name: getattr(row, name) for name in _FIELDS}
    for name in ("value", "at"):
        x = told[name]
        if x is not None and not math.isfinite(x):
            told[name] = None
            if math.isinf(x) and not row.text:
                told["text"] = "infinity" if x > 0 else "-infinity"
    return told


def results_json(study: Study, files: list[str], version: str) -> str:
    """The results dataset and the design as JSON: keys sorted, one statistic a line.

    Args:
        study: The study's shape and numbers.
        files: The files written with it, relative to its folder.
        version: Version of the package.
    """
    head = {
        "schema": SCHEMA,
        "afterload": version,
        "design": asdict(study.design),
        "files": sorted(files),
    }
    text = json.dumps(head, ensure_ascii=False, sort_keys=True, indent=1, allow_nan=False)
    encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode
    rows = ",\n".join(encode(statistic_fields(row)) for row in study.results)
    return f'{text[:-2]},\n "results": [\n{rows}\n]\n}}\n'
