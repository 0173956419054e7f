"""Write a finished study into a folder: HTML, Word, tables, figures and the results dataset."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

from afterload.core.progress import Progress, silent
from afterload.report.earlier import earlier_files, put
from afterload.report.figure_process import Draw, draw_here
from afterload.report.theme import DEFAULT, Theme
from afterload.study.design import Study


def write_report(
    study: Study,
    out: Path,
    theme: Theme = DEFAULT,
    disclosure: int | None = None,
    now: datetime | None = None,
    progress: Progress = silent,
    draw: Draw = draw_here,
) -> list[Path]:
    """Write the whole report of a study into a folder.

    Args:
        study: The study's shape and numbers.
        out: The folder; made if it is not there.
        theme: How the numbers look.
        disclosure: Counts from 1 to below this number are withheld; None withholds nothing.
        now: When the report is written; without it no date is told and the bytes never change.
        progress: Told what is being done and how far it is.
        draw: Draws the figures, here or in a second process.

    Returns:
        What was written, `index.html` first.

    Raises:
        InputError: The folder holds something that is not a report of this package, or the
            threshold is below 2, or a file would be written outside the folder.
    """
    from afterload.report.export_tables import SCHEMA

    old = earlier_files(out, "results.json", SCHEMA, "report")
    if disclosure is not None:
        from afterload.report.disclosure import disclose_study

        study = disclose_study(study, disclosure)
    files = _files(study, theme, now, progress, draw)
    written = put(out, files, old)
    progress("report", 1.0)
    return written


def _files(
    study: Study, theme: Theme, now: datetime | None, progress: Progress, draw: Draw
) -> Mapping[str, bytes]:
    """Every file of the report by its name in the folder."""
    progress("report: tables and figures", 0.0)
    drawing = draw(study, theme)
    # Loaded and written while a second process draws: what needs no figure.
    from afterload import __version__
    from afterload.report.docx import word
    from afterload.report.export_tables import results_csv, results_json, table_csv
    from afterload.report.html import page
    from afterload.report.study_report_document import document

    dataset = results_csv(study.results).encode()
    built = document(study, theme, now, drawing)
    progress("report: HTML", 0.6)
    files = {"index.html": page(built).encode()}
    progress("report: Word", 0.7)
    files["report.docx"] = word(built, now)
    for table in built.tables:
        name = f"tables/table-{table.number}-{table.name}.csv"
        files[name] = table_csv(table).encode("utf-8-sig")
    for figure in built.figures:
        name = f"figures/figure-{figure.number}-{figure.name}.svg"
        files[name] = (figure.svg + "\n").encode()
    files["results.csv"] = dataset
    names = [*files, "results.json"]
    files["results.json"] = results_json(study, names, __version__).encode()
    return files
