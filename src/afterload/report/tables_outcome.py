"""The tables of complications and of yes/no outcomes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from afterload.report import number
from afterload.report import theme as themes
from afterload.report.number import DASH
from afterload.report.table_view import EMPTY, Cell, ColumnHead, Notes, Row, TableView
from afterload.report.tables_cell import (
    Sheet,
    Subject,
    against_reference,
    alpha_words,
    arm_heads,
    compare,
    count_cell,
    ends,
    is_suppressed,
    mark_note,
    p_cell,
    pairwise_cells,
    pairwise_heads,
    shown,
)
from afterload.report.theme import Theme
from afterload.study.design import Item, Outcome, Study


def complications_table(study: Study, theme: Theme, position: int) -> TableView:
    """Complications: how many patients, and how many events per 1,000 device-days."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    shared = tuple(_device_days(sheet))
    rows = [
        row
        for item in study.design.complications
        for row in _complication(sheet, item, days=not shared)
    ]
    heads = (
        ColumnHead("Complication", kind="stub"),
        *arm_heads(sheet, overall=True),
        ColumnHead(theme.p_symbol, kind="narrow"),
        *pairwise_heads(sheet),
    )
    return TableView(
        number=position,
        name="complications",
        title="Complications, by arm",
        columns=heads,
        rows=(*shared, *rows),
        footnotes=sheet.notes.footnotes(),
        note=(
            f"Patients with at least one event, {theme.count_symbol} (%) with exact 95% confidence "
            "interval (Clopper–Pearson), and events per 1,000 device-days with exact 95% "
            "confidence interval (Garwood), both of those recorded as having had it or not. "
            "Patients are counted over the whole course, rates over events during support. "
            f"{mark_note(sheet)}"
        ).strip(),
    )


def _device_days(sheet: Sheet) -> Iterator[Row]:
    """The days under support, once, where all complications share them."""
    arms = ("", *sheet.design.arms)
    told = {
        tuple(sheet.value(Subject("complications", item.name), "device_days", arm) for arm in arms)
        for item in sheet.design.complications
    }
    if len(told) == 1 and None not in (days := next(iter(told))):
        cells = tuple(Cell(sheet.fixed(day)) for day in days if day is not None)
        blank = (EMPTY,) * (1 + len(pairwise_heads(sheet)))
        yield Row("Device-days", (*cells, *blank))


def _complication(sheet: Sheet, item: Item, days: bool) -> Iterator[Row]:
    """The lines of one complication; with its device-days where they are its own."""
    about = Subject("complications", item.name)
    arms = ("", *sheet.design.arms)
    patients = tuple(_patients(sheet, about, arm) for arm in arms)
    tail = (p_cell(sheet, sheet.find(about, "p")), *pairwise_cells(sheet, about))
    counted = f"{sheet.theme.count_symbol} (%)"
    yield Row(item.label, (*patients, *tail), "group", detail=counted)
    yield from _not_recorded(sheet, about, len(tail))
    rates = tuple(_rate(sheet, about, arm) for arm in arms)
    if any(rate.text != DASH for rate in rates):
        blank = (EMPTY,) * len(tail)
        if days:
            of = tuple(Cell(shown(sheet.find(about, "device_days", a), sheet.fixed)) for a in arms)
            yield Row("device-days", (*of, *blank), "level", indent=1)
        yield Row("per 1,000 device-days", (*rates, *blank), "level", indent=1)
    every = [sheet.find(about, "events_all", arm) for arm in arms]
    if any(is_suppressed(row) or (row is not None and row.value) for row in every):
        support = (sheet.find(about, "events", arm) for arm in arms)
        pairs = zip(support, every, strict=True)
        texts = (f"{shown(a, sheet.fixed)} of {shown(b, sheet.fixed)}" for a, b in pairs)
        cells = (*map(Cell, texts), *(EMPTY,) * len(tail))
        yield Row("events during support, of all", cells, "level", indent=1)


def _not_recorded(sheet: Sheet, about: Subject, blanks: int) -> Iterator[Row]:
    """How many have no answer, and how many are taken not to have had it without one."""
    for statistic, label in (
        ("unknown", "not recorded"),
        ("assumed_no", "not recorded, taken as no"),
    ):
        rows = [sheet.find(about, statistic, arm) for arm in ("", *sheet.design.arms)]
        if any(is_suppressed(row) or (row is not None and row.value) for row in rows):
            cells = tuple(Cell(shown(row, sheet.fixed)) for row in rows)
            yield Row(label, (*cells, *(EMPTY,) * blanks), "level", indent=1)


def _patients(sheet: Sheet, about: Subject, arm: str) -> Cell:
    cell = count_cell(sheet, about, arm)
    cell = replace(cell, note=_share_interval(sheet, about, arm))
    return compare(sheet, about, arm, cell) if arm else cell


def _share_interval(sheet: Sheet, about: Subject, arm: str) -> str:
    """The interval of a proportion, in percent, with the decimals of the proportion itself."""
    row = sheet.find(about, "proportion", arm)
    share = row.value if row is not None and row.value is not None else 0.0
    out_of = (row.denominator if row is not None else None) or 0
    digits = themes.percent_digits(sheet.theme, share, out_of)

    def style(x: float) -> str:
        return sheet.fixed(x * 100, digits)

    text = ends(sheet, about, ("ci_low", "ci_high"), style, arm)
    return f"{text}%" if text and sheet.theme.percent_sign else text


def rate_style(sheet: Sheet) -> number.Style:
    """How a rate is written, in tables and sentences."""
    return lambda x: number.sigfig(x, 2, sheet.theme.marks) if x else "0"


def _rate(sheet: Sheet, about: Subject, arm: str) -> Cell:
    style = rate_style(sheet)
    row = sheet.find(about, "rate", arm)
    interval = ends(sheet, about, ("rate_low", "rate_high"), style, arm)
    return Cell(shown(row, style), note=interval, refs=sheet.refs(row))


def outcomes_table(study: Study, theme: Theme, position: int) -> TableView:
    """Outcomes: counts, and difference, ratio and odds ratio against the reference arm."""
    sheet = Sheet(study.design, study.results, theme, Notes())
    binary = [outcome for outcome in study.design.outcomes if outcome.kind == "binary"]
    rows = [row for outcome in binary for row in _outcome(sheet, outcome)]
    vs = f"versus {study.design.reference}"
    heads = (
        ColumnHead("Outcome", kind="stub"),
        ColumnHead("Patients", f"{theme.count_symbol}/N (%)"),
        ColumnHead("95% CI", "%"),
        ColumnHead("Risk difference", "95% CI, % points", vs),
        ColumnHead("Risk ratio", "95% CI", vs),
        ColumnHead("Odds ratio", "95% CI", vs),
        ColumnHead(theme.p_symbol, "adjusted", vs, "narrow")
        if len(study.design.arms) > 2
        else ColumnHead(theme.p_symbol, "", vs, "narrow"),
    )
    return TableView(
        number=position,
        name="outcomes",
        title="Outcomes, by arm",
        columns=heads,
        rows=tuple(rows),
        footnotes=sheet.notes.footnotes(),
        note=_outcome_note(sheet),
    )


def _outcome_note(sheet: Sheet) -> str:
    parts = ["Differences and ratios are crude: not adjusted for differences between the arms."]
    parts += [holm_note(sheet)]
    parts += [f"* {alpha_words(sheet)}."] if sheet.theme.show_marks else []
    return " ".join(part for part in parts if part)


def holm_note(sheet: Sheet) -> str:
    """Which p-values are corrected, where there are more than two arms."""
    if len(sheet.design.arms) <= 2:
        return ""
    return (
        f"In the line of each outcome, {sheet.theme.p_symbol} compares all arms; below it, each "
        f"arm with {sheet.design.reference}, corrected by Holm's method."
    )


def _outcome(sheet: Sheet, outcome: Outcome) -> Iterator[Row]:
    about = Subject("outcomes", outcome.name)
    refs = sheet.notes.refs(definition(outcome.note))
    several = len(sheet.design.arms) > 2
    p = p_cell(sheet, sheet.find(about, "p")) if several else EMPTY
    yield Row(outcome.label, (*(EMPTY,) * 5, p), "group", refs=refs)
    for arm in sheet.design.arms:
        yield _outcome_arm(sheet, about, arm)


def definition(text: str) -> str:
    """How an outcome is defined, as a footnote."""
    return f"Definition: {text.removeprefix('if ').rstrip('.')}." if text else ""


def _outcome_arm(sheet: Sheet, about: Subject, arm: str) -> Row:
    reference = sheet.design.reference
    row = sheet.find(about, "proportion", arm)
    note = unknown_text(sheet, about, arm)
    counts = Cell(n_of(sheet, about, arm), note=note, refs=sheet.refs(row))
    share = Cell(_share_interval(sheet, about, arm).removesuffix("%") or DASH)
    if arm == reference:
        return Row(arm, (counts, share, *(Cell("reference"), *(Cell(DASH),) * 3)), "level", 1)
    effects = (
        _effect(sheet, about, arm, "risk_difference"),
        _effect(sheet, about, arm, "risk_ratio"),
        _effect(sheet, about, arm, "odds_ratio"),
    )
    versus = against_reference(sheet, about, arm)
    p = p_cell(sheet, versus)
    differs = versus is not None and versus.value is not None
    differs = differs and versus is not None and (versus.value or 0.0) < sheet.design.alpha
    p = replace(p, mark="*" if differs and sheet.theme.show_marks else "")
    return Row(arm, (counts, share, *effects, p), "level", 1)


def n_of(sheet: Sheet, about: Subject, arm: str) -> str:
    """A count over what it is out of, e.g. "27/52 (52%)"; a dash where nothing is known."""
    row, share = sheet.find(about, "count", arm), sheet.find(about, "proportion", arm)
    text = shown(row, sheet.fixed)
    if row is not None and row.value == 0 and row.denominator == 0:
        return DASH
    if share is not None and share.value is None and share.warning and not is_suppressed(share):
        return text  # only those who had it are known: they are out of nothing
    out_of = row.denominator if row is not None else None
    if row is not None and row.value is not None and out_of is not None:
        text += f"/{sheet.fixed(out_of)}"
    if share is not None and share.value is not None:
        text += f" ({themes.percentage(sheet.theme, share.value, out_of or 0)})"
    return text


def unknown_text(sheet: Sheet, about: Subject, arm: str) -> str:
    """Of how many an outcome is not known, e.g. "12 unknown", or assumed; empty if of none."""
    told = []
    for statistic, word in (("unknown", "unknown"), ("assumed_no", "taken as no")):
        row = sheet.find(about, statistic, arm)
        if is_suppressed(row) or (row is not None and row.value):
            told.append(f"{shown(row, sheet.fixed)} {word}")
    return ", ".join(told)


_ENDS = ("", "_low", "_high")


def effect_text(sheet: Sheet, about: Subject, arm: str, name: str) -> tuple[str, str]:
    """An effect against the reference and its interval, as text."""

    versus = sheet.design.reference
    row = sheet.find(about, name, arm, versus)
    wide = max(abs(sheet.value(about, f"{name}{end}", arm, versus) or 0) for end in _ENDS)

    def points(x: float) -> str:
        return sheet.fixed(x * 100, 0 if wide >= 0.1 else 1)

    def times(x: float) -> str:
        return number.ratio(x, sheet.theme.marks)

    style = points if name == "risk_difference" else times
    return shown(row, style), ends(
        sheet, about, (f"{name}_low", f"{name}_high"), style, arm, versus
    )


def _effect(sheet: Sheet, about: Subject, arm: str, name: str) -> Cell:
    text, interval = effect_text(sheet, about, arm, name)
    row = sheet.find(about, name, arm, sheet.design.reference)
    return Cell(f"{text} ({interval})" if interval else text, refs=sheet.refs(row))
