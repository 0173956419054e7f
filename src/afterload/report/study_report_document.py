"""A report before it is drawn: chapters of sentences, tables, figures, for HTML and Word."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from afterload.report import prose, prose_results
from afterload.report.figure import FigureView, colour
from afterload.report.figure_list import build_figures
from afterload.report.figure_process import Drawing
from afterload.report.prose_warnings import warnings
from afterload.report.table_view import Notes, TableView
from afterload.report.tables import build_tables
from afterload.report.tables_cell import Sheet, arm_size
from afterload.report.theme import Theme
from afterload.study.design import Study

DENSE = 8
"""From so many columns a table is printed in smaller letters."""
WIDE = 10
"""From so many columns a table is printed on a page turned sideways."""


@dataclass(frozen=True, slots=True)
class Arm:
    """An arm as the summary shows it."""

    name: str
    size: str
    colour: str
    reference: bool
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A titled part of the report."""

    title: str
    slug: str
    paragraphs: tuple[str, ...] = ()
    tables: tuple[TableView, ...] = ()
    figures: tuple[FigureView, ...] = ()

    @property
    def is_wide(self) -> bool:
        """Whether its first table needs a page turned sideways."""
        return bool(self.tables) and len(self.tables[0].columns) >= WIDE


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report.

    Args:
        title: Title of the study.
        question: What it asks.
        authors: Who wrote the protocol.
        key: The sentences a reader sees first.
        arms: The arms with their sizes.
        warnings: What a reader must know before reading on.
        chapters: The parts, in order.
        references: What the methods rest on, numbered from 1.
        provenance: What it was computed from and with, as pairs of words.
        italic_p: Whether the P of a p-value stands in italics.
    """

    title: str
    question: str
    authors: str
    key: tuple[str, ...]
    arms: tuple[Arm, ...]
    warnings: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    references: tuple[str, ...]
    provenance: tuple[tuple[str, str], ...]
    italic_p: bool = False

    @property
    def tables(self) -> tuple[TableView, ...]:
        """All tables, in order."""
        return tuple(table for chapter in self.chapters for table in chapter.tables)

    @property
    def figures(self) -> tuple[FigureView, ...]:
        """All figures, in order."""
        return tuple(figure for chapter in self.chapters for figure in chapter.figures)


def document(
    study: Study,
    theme: Theme,
    now: datetime | None = None,
    drawing: Drawing | None = None,
    *,
    png: bool = True,
) -> Document:
    """Build every sentence, table and figure of a study.

    Args:
        study: The study's shape and numbers.
        theme: How the numbers look.
        now: When the report is written; not told if None.
        drawing: The figures in the making; drawn here if None.
        png: Whether the figures are needed as images too.
    """
    design = study.design
    drawing = drawing or (lambda: build_figures(study, theme, png=png))
    return Document(
        title=design.title,
        question=design.question,
        authors=design.authors,
        key=prose_results.key_sentences(study, theme),
        arms=_arms(study, theme),
        warnings=(*warnings(study, theme), *prose.crude(design)),
        chapters=_chapters(study, theme, drawing),
        references=prose.citations(study.results),
        provenance=_provenance(study, theme, now),
        italic_p=theme.p_italic,
    )


def _arms(study: Study, theme: Theme) -> tuple[Arm, ...]:
    sheet = Sheet(study.design, study.results, theme, Notes())
    return tuple(
        Arm(
            arm,
            arm_size(sheet, arm),
            colour(index),
            arm == study.design.reference,
            prose_results.first_outcome(study, theme, arm),
        )
        for index, arm in enumerate(study.design.arms)
    )


def _chapters(study: Study, theme: Theme, drawing: Drawing) -> tuple[Chapter, ...]:
    tables = {table.name: table for table in build_tables(study, theme)}
    said = prose_results.findings(study, theme)
    methods, cautions = prose.methods(study, theme), prose.cautions(study)
    figures = {figure.name: figure for figure in drawing()}
    survival = tuple(name for name in figures if name.startswith("survival-"))

    def chapter(
        title: str,
        slug: str,
        paragraphs: tuple[str, ...],
        table_names: tuple[str, ...] = (),
        figure_names: tuple[str, ...] = (),
    ) -> Chapter:
        return Chapter(
            title,
            slug,
            tuple(text for text in paragraphs if text),
            tuple(tables[name] for name in table_names if name in tables),
            tuple(figures[name] for name in figure_names if name in figures),
        )

    made = (
        chapter("Patients", "patients", (said.patients,), (), ("flow",)),
        chapter("Baseline", "baseline", (said.baseline,), ("baseline",), ("balance",)),
        chapter(
            "Outcomes", "outcomes", said.outcomes, ("outcomes", "survival"),
            ("outcomes", *survival),
        ),
        chapter("Biology over time", "biology", (said.biology,), ("biology",), ("biology",)),
        chapter("Complications", "complications", (said.complications,), ("complications",)),
        chapter(methods.title, "methods", methods.paragraphs),
        chapter(cautions.title, "limitations", cautions.paragraphs),
        chapter("Appendix: every comparison", "appendix", (), ("comparisons",)),
    )  # fmt: skip
    return tuple(one for one in made if one.paragraphs or one.tables or one.figures)


def _guarded(study: Study) -> str:
    """That numbers were withheld, and below what count."""
    threshold = prose.meta(study.results, "disclosure")
    if not threshold:
        return ""
    return f"counts below {threshold} withheld; what would tell them withheld or told less exactly"


def _provenance(study: Study, theme: Theme, now: datetime | None) -> tuple[tuple[str, str], ...]:
    told = [
        ("Software", f"afterload {prose.meta(study.results, 'version')}".strip()),
        ("Protocol, SHA-256", prose.meta(study.results, "protocol_sha256")),
        ("Data, SHA-256", prose.meta(study.results, "data_sha256")),
        ("Written", f"{now:%Y-%m-%d %H:%M}" if now else ""),
        ("Number style", theme.name),
        ("Disclosure control", _guarded(study)),
        ("Statistics in the results dataset", f"{len(study.results):,}"),
    ]
    return tuple((name, text) for name, text in told if text)
