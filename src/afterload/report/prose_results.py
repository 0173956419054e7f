"""The results in sentences; every number in them is looked up, so they agree with the tables."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from afterload.report import theme as themes
from afterload.report.figure_forest import smd_lines
from afterload.report.flow import rules, why_left
from afterload.report.landmark import at_days
from afterload.report.number import DASH
from afterload.report.prose_words import listed
from afterload.report.table_view import Notes
from afterload.report.tables_biology import point_label
from afterload.report.tables_cell import (
    Sheet,
    Subject,
    against_reference,
    analysed,
    count_cell,
    digits_of,
    ends,
    is_suppressed,
    shown,
)
from afterload.report.tables_outcome import effect_text, n_of, rate_style, unknown_text
from afterload.report.tables_survival import survival_text
from afterload.report.theme import DEFAULT, Theme
from afterload.study.design import Item, Outcome, Study


@dataclass(frozen=True, slots=True)
class Findings:
    """The results in sentences, by what they are about; empty where there is nothing to say."""

    patients: str
    baseline: str
    outcomes: tuple[str, ...]
    biology: str
    complications: str


def findings(study: Study, theme: Theme = DEFAULT) -> Findings:
    """The results in sentences, with the numbers as the theme writes them."""
    sheet = _sheet(study, theme)
    outcomes = (outcome_sentence(sheet, outcome) for outcome in study.design.outcomes)
    return Findings(
        patients=f"{flow_sentence(sheet)} {left_sentence(study, sheet)}".strip(),
        baseline=balance_sentence(study, sheet),
        outcomes=tuple(text for text in outcomes if text),
        biology=biology_sentence(sheet),
        complications=complications_sentence(sheet),
    )


def _sheet(study: Study, theme: Theme) -> Sheet:
    """In a sentence a percentage always has its sign."""
    return Sheet(study.design, study.results, replace(theme, percent_sign=True), Notes())


def key_sentences(study: Study, theme: Theme = DEFAULT) -> tuple[str, ...]:
    """Who was compared, and the first outcome: what a reader sees first."""
    sheet = _sheet(study, theme)
    first = study.design.outcomes[:1]
    told = [flow_sentence(sheet), *(_comparison_sentence(sheet, outcome) for outcome in first)]
    return tuple(text for text in told if text)


def first_outcome(study: Study, theme: Theme, arm: str) -> str:
    """The study's first outcome in one arm, e.g. "Death in hospital: 27/52 (52%)"."""
    sheet = _sheet(study, theme)
    for outcome in study.design.outcomes[:1]:
        about = Subject("outcomes", outcome.name)
        if outcome.kind == "binary" and sheet.find(about, "count", arm) is not None:
            parts = (n_of(sheet, about, arm), unknown_text(sheet, about, arm))
            known = ", ".join(part for part in parts if part and part != DASH)
            return f"{outcome.label}: {known or DASH}"
        if outcome.kind == "time-to-event":
            text = survival_text(sheet, outcome.name, arm)
            return "" if text == DASH else f"{outcome.curve_label}, %: {text}"
    return ""


def _comparison_sentence(sheet: Sheet, outcome: Outcome) -> str:
    """How the arms compare in an outcome, without the counts of each."""
    if outcome.kind == "time-to-event":
        return _survival_sentence(sheet, outcome)
    about = Subject("outcomes", outcome.name)
    known = [text for arm in sheet.design.others if (text := _effect(sheet, about, arm))]
    overall = sheet.find(about, "p")
    parts = []
    if overall is not None and overall.value is not None and len(sheet.design.others) > 1:
        parts.append(f"between all arms {themes.p_text(sheet.theme, overall.value)}")
    if known:
        parts.append(
            f"compared with {sheet.design.reference}, the risk difference was {'; '.join(known)}"
        )
    return f"{outcome.label}: {'; '.join(parts)}." if parts else ""


def flow_sentence(sheet: Sheet) -> str:
    """From how many episodes to how many in each arm."""
    start = sheet.results.find("flow", "start", "count")
    total = analysed(sheet.results, sheet.design)
    arms = []
    for arm in sheet.design.arms:
        size = sheet.results.find("flow", "arm", "count", arm=arm)
        arms.append(f"{arm} ({shown(size, sheet.fixed)})")
    whole = "[c]" if total is None else sheet.fixed(total)
    if start is None or not (rules(sheet.results) or start.value != total):
        return f"{whole} episodes were analysed: {listed(arms)}."
    return f"Of {shown(start, sheet.fixed)} episodes, {whole} were analysed: {listed(arms)}."


def left_sentence(study: Study, sheet: Sheet) -> str:
    """How many left the study at each rule, and why."""
    told = []
    for name in rules(sheet.results):
        excluded, unknown = (sheet.results.find("flow", name, s) for s in ("excluded", "unknown"))
        if excluded is not None and excluded.value != 0:
            told.append(f"{shown(excluded, sheet.fixed)} ({why_left(study, name)})")
        if unknown is not None and unknown.value != 0:
            why = why_left(study, name).removeprefix("not: ")
            told.append(f"{shown(unknown, sheet.fixed)} (could not be told: {why})")
    none = sheet.results.find("flow", "arm:none", "count")
    if none is not None and none.value != 0:
        told.append(f"{shown(none, sheet.fixed)} (in none of the arms)")
    return f"Left out: {listed(told)}." if told else ""


def balance_sentence(study: Study, sheet: Sheet) -> str:
    """How different the arms were at baseline."""
    lines = smd_lines(study)
    if not lines:
        return ""
    largest = [(max(values.values()), label, values) for label, values in lines]
    apart = [line for line in largest if line[0] > 0.1]
    size, label, values = max(largest, key=lambda line: line[0])
    arm = max(values, key=lambda name: values[name])
    rows = sum(len(item.points) for item in sheet.design.baseline)
    which = "characteristics"
    if len(lines) < rows:
        which = f"characteristics that could be compared (of {rows})"
    return (
        f"At baseline, {len(apart)} of {len(lines)} {which} differed from "
        f"{sheet.design.reference} by a standardised mean difference above "
        f"{sheet.fixed(0.1, 1)} in at least one arm (the largest: {label}, "
        f"{sheet.fixed(size, 2)}, {arm})."
    )


def outcome_sentence(sheet: Sheet, outcome: Outcome) -> str:
    """One outcome: each arm's count, and how it compares with the reference."""
    if outcome.kind == "time-to-event":
        return _survival_sentence(sheet, outcome)
    about = Subject("outcomes", outcome.name)
    if sheet.find(about, "count", sheet.design.reference) is None:
        return ""
    counts = []
    for arm in sheet.design.arms:
        unknown = unknown_text(sheet, about, arm)
        counts.append(
            f"{n_of(sheet, about, arm)} with {arm}" + (f" ({unknown})" if unknown else "")
        )
    text = f"{outcome.label}: {'; '.join(counts)}{_overall(sheet, about)}."
    effects = [_effect(sheet, about, arm) for arm in sheet.design.others]
    known = [effect for effect in effects if effect]
    if known:
        text += f" Compared with {sheet.design.reference}, the risk difference was "
        text += f"{'; '.join(known)}."
    return text


def _overall(sheet: Sheet, about: Subject) -> str:
    row = sheet.find(about, "p")
    if row is None or row.value is None:
        return ""
    return f" ({themes.p_text(sheet.theme, row.value)})"


def _effect(sheet: Sheet, about: Subject, arm: str) -> str:
    text, interval = effect_text(sheet, about, arm, "risk_difference")
    if text == DASH or not interval:
        return ""
    p = against_reference(sheet, about, arm)
    tail = ""
    if p is not None and p.value is not None:
        label = f"adjusted {sheet.theme.p_symbol}" if len(sheet.design.others) > 1 else ""
        tail = f"; {themes.p_text(sheet.theme, p.value, label)}"
    return f"{text} percentage points with {arm} (95% CI {interval}{tail})"


def _survival_sentence(sheet: Sheet, outcome: Outcome) -> str:
    told = []
    for arm in sheet.design.arms:
        text = survival_text(sheet, outcome.name, arm)
        told.append(f"{'not estimable' if text == DASH else text} with {arm}")
    if all(text.startswith("not estimable") for text in told):
        return ""
    when = f" {at_days(sheet.design, outcome.horizon_days)}" if outcome.horizon_days else ""
    about = Subject("survival", outcome.name)
    row = sheet.find(about, "p")
    p = ""
    if row is not None and row.value is not None:
        p = f" (log-rank {themes.p_text(sheet.theme, row.value)})"
    return f"{outcome.curve_label}{when}, % (95% CI): {'; '.join(told)}{p}."


def biology_sentence(sheet: Sheet) -> str:
    """Where biology differed from the reference, variable by variable."""
    if not sheet.design.biology or not sheet.design.others:
        return ""
    told = [text for item in sheet.design.biology if (text := "; ".join(_differing(sheet, item)))]
    rows = [
        against_reference(sheet, Subject("biology", item.name, point=point), arm)
        for item in sheet.design.biology
        for point in item.points
        for arm in sheet.design.others
    ]
    tested = sum(row is not None and row.value is not None for row in rows)
    made = f"{tested} of {len(rows)} comparisons"
    if not tested:
        return f"Biology could not be compared with {sheet.design.reference} at any time point."
    if not told:
        where = "at any time point" if tested == len(rows) else f"where it could be tested ({made})"
        return f"No arm was found to differ from {sheet.design.reference} in biology {where}."
    symbol = sheet.theme.p_symbol
    rest = "" if tested == len(rows) else f" Only {made} could be made."
    return (
        f"Biology differed from {sheet.design.reference} (corrected {symbol}). {' '.join(told)}"
        f"{rest}"
    )


def _differing(sheet: Sheet, item: Item) -> Iterator[str]:
    """The time points and arms at which a variable differed, for one sentence."""
    digits = digits_of(sheet, item, "biology")
    unit = f" {item.unit_label}" if item.unit_label else ""
    name = "mean" if item.summary == "mean" else "median"
    found = [
        (point, arm, p.value)
        for point in item.points
        for arm in sheet.design.others
        if (p := against_reference(sheet, Subject("biology", item.name, point=point), arm))
        and p.value is not None
        and p.value < sheet.design.alpha
    ]
    for place, (point, arm, value) in enumerate(found):
        about = Subject("biology", item.name, point=point)
        here, there = (
            shown(sheet.find(about, name, a), lambda x: sheet.fixed(x, digits))
            for a in (arm, sheet.design.reference)
        )
        head = f"{item.label}: " if place == 0 else ""
        where = f"{point_label(point)}, " if point else ""
        end = "." if place == len(found) - 1 else ""
        told = themes.p_text(sheet.theme, value)
        yield f"{head}{where}{arm} ({here} vs {there}{unit}, {told}){end}"


def complications_sentence(sheet: Sheet) -> str:
    """How often each complication happened in all arms together, most frequent first."""
    told = []
    for item in sheet.design.complications:
        about = Subject("complications", item.name)
        row = sheet.find(about, "count")
        if row is None or is_suppressed(row) or row.value is None:
            continue
        rate = sheet.find(about, "rate")
        text = f"{item.label.lower()} in {count_cell(sheet, about, '').text}"
        unknown = sheet.find(about, "unknown")
        if unknown is not None and (is_suppressed(unknown) or unknown.value):
            text += f", not recorded in {shown(unknown, sheet.fixed)}"
        if rate is not None and rate.value is not None:
            per = rate_style(sheet)(rate.value)
            interval = ends(sheet, about, ("rate_low", "rate_high"), rate_style(sheet))
            text += f" ({per} per 1,000 device-days{f', 95% CI {interval}' if interval else ''})"
        told.append((row.value, text))
    ordered = [text for _, text in sorted(told, key=lambda pair: -pair[0])]
    return f"Complications, all arms: {'; '.join(ordered)}." if ordered else ""
