"""The report as one HTML file that needs nothing from outside: no script, font or picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.report.study_report_document import DENSE, WIDE, Document
from afterload.report.table_view import TableView

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates; every text they are given is escaped."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page(document: Document) -> str:
    """The whole report as one HTML page; all text is escaped."""
    from markupsafe import Markup

    drawn = {figure.name: Markup(figure.svg) for figure in document.figures}
    css = Markup((TEMPLATES / "report.css").read_text(encoding="utf-8"))
    template = environment().get_template("report.html")
    return template.render(document=document, drawn=drawn, css=css, wide=WIDE, dense=DENSE) + "\n"


def table_html(view: TableView) -> str:
    """One table as HTML, as it stands in the report."""
    module = environment().get_template("table.html").make_module({"wide": WIDE, "dense": DENSE})
    return str(module.table(view))  # type: ignore[attr-defined]
