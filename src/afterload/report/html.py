"""The report as one HTML file that needs nothing from outside: no script, font or picture."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from afterload.report.emphasis import in_html
from afterload.report.html_table import table_html
from afterload.report.study_report_document import Document

TEMPLATES = Path(__file__).parent / "templates"


@cache
def environment() -> Environment:
    """The templates; every text they are given is escaped."""
    return Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def style(*names: str) -> str:
    """The style sheets of a kind of page, after the colours and fonts that all share."""
    parts = (TEMPLATES / f"{one}.css" for one in ("palette", *names))
    return "".join(part.read_text(encoding="utf-8") for part in parts)


def page(document: Document) -> str:
    """The whole report as one HTML page; all text is escaped."""
    drawn = {figure.name: Markup(figure.svg) for figure in document.figures}
    tables = {table.name: Markup(table_html(table)) for table in document.tables}
    css = Markup(style("report"))
    template = environment().get_template("report.html")
    made = template.render(document=document, drawn=drawn, tables=tables, css=css) + "\n"
    return in_html(made) if document.italic_p else made
