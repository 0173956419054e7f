"""Table 1 and the table of biology over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from afterload.report import number
from afterload.report.number import DASH
from afterload.report.table_view import EMPTY, Cell, ColumnHead, Notes, Row, TableView
from afterload.report.tables_cell import (
    Sheet,
    Subject,
    arm_heads,
    compare,
    count_cell,
    digits_of,
    mark_note,
    number_cell,
    p_cell,
    pairwise_cells,
    pairwise_heads,
    shown,
)
from afterload.report.theme import Theme
from afterload.study.design import Item, Study

POINT_WORDS = {"pre": "before support", "worst6h": "worst of first 6 h", "wean": "at weaning"}


def point_label(point: str) -> str:
    """A nominal time point in words, e.g. "24h" -> "24 h", "day7" -> "day 7".

    Example:
        >>> point_label("48h"), point_label("day7"), point_label("pre")
        ('48 h', 'day 7', 'before support')
    """
    if point.startswith("day") and point[3:].isdigit():
        return f"day {point[3:]}"
    if point.endswith("h") and point[:-1].isdigit():
        return f"{point[:-1]} h"
    return POINT_WORDS.get(point, point)


def baseline_table(study: Study, theme: Theme, position: int, *, overall: bool = True) -> TableView:
    """Table 1: who was in each arm, with tests, standardised differences and missing counts."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    arms = ("", *study.design.arms) if overall else study.design.arms
    rows = [row for item in study.design.baseline for row in _variable_rows(sheet, item, arms)]
    heads = [ColumnHead("Characteristic", kind="stub"), *arm_heads(sheet, overall)]
    heads += [ColumnHead(theme.p_symbol, kind="narrow")] if theme.baseline_p else []
    heads += pairwise_heads(sheet) if theme.baseline_p else ()
    if theme.baseline_smd:
        heads.append(ColumnHead("SMD", kind="narrow", refs=sheet.notes.refs(_smd_words(sheet))))
    heads.append(ColumnHead("Missing", kind="narrow"))
    return TableView(
        number=position,
        name="baseline",
        title="Characteristics at baseline" + (", by arm" if len(study.design.arms) > 1 else ""),
        columns=tuple(heads),
        rows=tuple(rows),
        footnotes=sheet.notes.footnotes(),
        note=_baseline_note(sheet),
    )


def _smd_words(sheet: Sheet) -> str:
    if len(sheet.design.arms) == 2:
        return "Standardised mean difference between the two arms."
    return "Standardised mean difference, averaged over all pairs of arms."


def _baseline_note(sheet: Sheet) -> str:
    kinds = {item.summary for item in sheet.design.baseline if item.kind == "number"}
    words = [f"median {sheet.theme.iqr_words}"] if "median" in kinds else []
    words += ["mean (SD)"] if "mean" in kinds else []
    words += [f"{sheet.theme.count_symbol} (%) of those with a value"]
    told = f"Values are {', '.join(words[:-1])} or {words[-1]}." if words[:-1] else words[0]
    marks = mark_note(sheet) if sheet.theme.baseline_p else ""
    return f"{told} Missing values are left out, never a category. {marks}".strip()


def _variable_rows(sheet: Sheet, item: Item, arms: tuple[str, ...]) -> Iterator[Row]:
    """The rows of one variable of Table 1, at each of its points."""
    digits = digits_of(sheet, item, "baseline") if item.kind == "number" else 0
    for point in item.points:
        about = Subject("baseline", item.name, point=point)
        place = point_label(point) if point and len(item.points) > 1 else ""
        if item.kind == "number":
            yield _number_row(sheet, item, about, arms, digits, place)
        elif item.is_yes_no:
            cells = _count_cells(sheet, replace(about, level="yes"), arms, compared=True)
            tail = _comparisons(sheet, about)
            yield Row(item.label, (*cells, *tail), detail=_join(place, _counted(sheet)))
        else:
            blank = [compare(sheet, about, arm, EMPTY) if arm else EMPTY for arm in arms]
            tail = _comparisons(sheet, about)
            yield Row(item.label, (*blank, *tail), "group", detail=_join(place, _counted(sheet)))
            for level, label in zip(item.levels, _labels(item), strict=True):
                if _nobody(sheet, replace(about, level=level)):
                    continue
                cells = _count_cells(sheet, replace(about, level=level), arms)
                yield Row(label, cells + (EMPTY,) * len(tail), "level", indent=1)


def _nobody(sheet: Sheet, about: Subject) -> bool:
    """Whether a category was seen in no arm: it is then not shown."""
    seen = [sheet.find(about, "count", arm) for arm in sheet.design.arms]
    return all(row is not None and row.value == 0 for row in seen)


def _labels(item: Item) -> tuple[str, ...]:
    return item.level_labels or item.levels


def _counted(sheet: Sheet) -> str:
    return f"{sheet.theme.count_symbol} (%)"


def _join(*parts: str) -> str:
    return ", ".join(part for part in parts if part)


def _number_row(
    sheet: Sheet, item: Item, about: Subject, arms: tuple[str, ...], digits: int, place: str
) -> Row:
    cells = [
        compare(sheet, about, arm, number_cell(sheet, about, item, arm, digits)) if arm
        else number_cell(sheet, about, item, arm, digits)
        for arm in arms
    ]  # fmt: skip
    how = "mean (SD)" if item.summary == "mean" else ""
    return Row(
        item.label,
        (*cells, *_comparisons(sheet, about)),
        detail=_join(place, item.unit_label, how),
    )


def _count_cells(
    sheet: Sheet, about: Subject, arms: tuple[str, ...], compared: bool = False
) -> tuple[Cell, ...]:
    cells = ((arm, count_cell(sheet, about, arm)) for arm in arms)
    return tuple(
        compare(sheet, about, arm, cell) if arm and compared else cell for arm, cell in cells
    )


def _comparisons(sheet: Sheet, about: Subject) -> tuple[Cell, ...]:
    """What stands right of the arms: p, p against the reference, SMD, missing."""
    cells: list[Cell] = []
    if sheet.theme.baseline_p:
        cells += [p_cell(sheet, sheet.find(about, "p")), *pairwise_cells(sheet, about)]
    if sheet.theme.baseline_smd:
        smd = sheet.find(about, "smd")
        if smd is None and len(sheet.design.others) == 1:
            smd = sheet.find(about, "smd", sheet.design.others[0], sheet.design.reference)
        cells.append(Cell(shown(smd, lambda x: sheet.fixed(x, 2)), refs=sheet.refs(smd)))
    missing = sheet.find(about, "missing")
    cells.append(Cell(shown(missing, sheet.fixed)))
    return tuple(cells)


def biology_table(study: Study, theme: Theme, position: int) -> TableView:
    """Biology over time: each variable at each point by arm, marked where it differs."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    rows = [row for item in study.design.biology for row in _time_rows(sheet, item)]
    heads = (
        ColumnHead("Biology", kind="stub"),
        *arm_heads(sheet, overall=False),
        ColumnHead(theme.p_symbol, "between arms", kind="narrow"),
        *pairwise_heads(sheet),
    )
    return TableView(
        number=position,
        name="biology",
        title=f"Biology over time, median {theme.iqr_words}, by arm",
        columns=heads,
        rows=tuple(rows),
        footnotes=sheet.notes.footnotes(),
        note=f"n: patients with a value at that time. {mark_note(sheet)}".strip(),
    )


def _time_rows(sheet: Sheet, item: Item) -> Iterator[Row]:
    digits = digits_of(sheet, item, "biology")
    yield Row(item.label, kind="group", detail=item.unit_label)
    for point in item.points:
        about = Subject("biology", item.name, point=point)
        cells = tuple(_time_cell(sheet, about, item, arm, digits) for arm in sheet.design.arms)
        tail = (p_cell(sheet, sheet.find(about, "p")), *pairwise_cells(sheet, about))
        yield Row(point_label(point).capitalize(), (*cells, *tail), "level", indent=1)


def _time_cell(sheet: Sheet, about: Subject, item: Item, arm: str, digits: int) -> Cell:
    cell = number_cell(sheet, about, item, arm, digits)
    n = shown(sheet.find(about, "n", arm), lambda x: number.count(x, sheet.theme.marks))
    noted = replace(cell, note="" if n == DASH else f"n={n}")
    return compare(sheet, about, arm, noted)
