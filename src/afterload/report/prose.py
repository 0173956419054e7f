"""The words of a study: what was done, how, with what, and what to be careful about.

Every sentence is made of the design and of what the results say was computed; a method nobody used
is not mentioned, and one that was used cannot be left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from afterload.report.prose_warnings import warnings
from afterload.report.prose_words import listed
from afterload.report.tables_cell import SUPPRESSED
from afterload.report.theme import DEFAULT, Theme
from afterload.study.ard import Results, Section, Statistic
from afterload.study.design import Design, Study


@dataclass(frozen=True, slots=True)
class Passage:
    """A titled run of paragraphs."""

    title: str
    paragraphs: tuple[str, ...]


def citations(results: Results) -> tuple[str, ...]:
    """What the methods rest on, as the methods paragraph cites it; the place is its number."""
    rows = [
        row
        for section, _ in _WHERE
        for wanted in _GROUPS
        for row in results.section(section)
        if row.method and wanted(row)
    ]
    told = (part.strip() for row in [*rows, *results] for part in row.reference.split(";"))
    return tuple(dict.fromkeys(text for text in told if text))


def meta(results: Results, name: str) -> str:
    """A text about the study as a whole, such as its protocol's hash; empty if not told."""
    rows = (row for row in results.section("meta") if row.variable == name)
    return next((row.text for row in rows if row.text), "")


def methods(study: Study, theme: Theme = DEFAULT) -> Passage:
    """What was computed, exactly, with the number of each citation."""
    design, results = study.design, study.results
    parts = [
        _who(design),
        _summaries(design, theme),
        *_tests(design, results),
        _support(design),
        _multiplicity(design, theme),
        software(results),
    ]
    return Passage("Methods", tuple(part for part in parts if part))


def _who(design: Design) -> str:
    parts = []
    if design.population:
        parts.append(_ended(design.population))
    if design.time_zero:
        parts.append(f"Time zero: {_ended(_lower(design.time_zero))}")
    arms = [
        f"{arm} ({rule})" if rule else arm
        for arm, rule in zip(
            design.arms, design.arm_rules or ("",) * len(design.arms), strict=False
        )
    ]
    parts.append(f"The arms, and the rule that makes them, were {listed(arms)}.")
    if design.others:
        parts.append(f"{design.reference} is the reference.")
    if design.landmark_days:
        parts.append(
            f"The comparison starts at a landmark {design.landmark_days:g} days after time zero: "
            "only episodes alive and followed then are in it, in the arm they had reached by then."
        )
    return " ".join(parts)


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:]


def _ended(text: str) -> str:
    return text if text.endswith((".", "!", "?")) else f"{text}."


def _summaries(design: Design, theme: Theme) -> str:
    numbers = [i for i in (*design.baseline, *design.biology) if i.kind == "number"]
    means = list(dict.fromkeys(item.label for item in numbers if item.summary == "mean"))
    parts = []
    if any(item.summary == "median" for item in numbers):
        parts.append(f"Numbers are given as median {theme.iqr_words}")
    if means:
        how = f"mean (SD) for {listed(map(_lower, means))}" if parts else "Numbers as mean (SD)"
        parts.append(how)
    words = ", ".join(parts) + ". " if parts else ""
    return (
        f"{words}Categories are given as {theme.count_symbol} (%) of those with a value. Missing "
        "values were left out variable by variable, are counted in the tables, never made a "
        "category, and nothing was imputed."
    )


_WHERE: tuple[tuple[Section, str], ...] = (
    ("baseline", "characteristics at baseline"),
    ("biology", "biology over time"),
    ("complications", "complications"),
    ("outcomes", "outcomes"),
    ("survival", "times to an event"),
)


def _tests(design: Design, results: Results) -> list[str]:
    """One paragraph per part of the report: its tests, its estimates and their intervals."""
    numbers = {text: place for place, text in enumerate(citations(results), start=1)}
    told = []
    for section, words in _WHERE:
        rows = [row for row in results.section(section) if row.method]
        if not rows:
            continue
        between, versus, other = (_named(rows, numbers, wanted) for wanted in _GROUPS)
        parts = [f"arms were compared by {listed(between, 'or')}"] if between else []
        parts += [f"each arm with {design.reference} by {listed(versus, 'or')}"] if versus else []
        parts += [f"estimates: {listed(other)}"] if other else []
        told.append(f"For {words}: {'; '.join(parts)}.")
    return told


def _support(design: Design) -> str:
    """Which events a rate counts, and over what time."""
    if not design.complications:
        return ""
    hours = design.support_margin_hours
    after = f" or within {hours:g} hours after one" if hours else ""
    return (
        f"Rates per 1,000 device-days count the events while any device ran{after}; days with two "
        "devices count once. Numbers of patients, and of all events, are of the whole course."
    )


def _between(row: Statistic) -> bool:
    return row.statistic in {"p", "p_raw"} and not row.versus


def _versus(row: Statistic) -> bool:
    return row.statistic in {"p", "p_raw"} and bool(row.versus)


def _estimate(row: Statistic) -> bool:
    return row.statistic not in {"p", "p_raw"}


_GROUPS: tuple[Callable[[Statistic], bool], ...] = (_between, _versus, _estimate)


def _named(
    rows: list[Statistic], numbers: dict[str, int], wanted: Callable[[Statistic], bool]
) -> list[str]:
    """The methods of the wanted rows, each once, with the numbers of their citations."""
    methods: dict[str, list[int]] = {}
    for row in rows:
        if wanted(row):
            cited = methods.setdefault(row.method, [])
            found = (numbers.get(part.strip()) for part in row.reference.split(";"))
            cited += [number for number in found if number and number not in cited]
    return [
        f"{_inside(method)} [{', '.join(map(str, cited))}]" if cited else _inside(method)
        for method, cited in methods.items()
    ]


def _inside(method: str) -> str:
    """The name of a method inside a sentence: "one-way analysis", but "Kaplan–Meier"."""
    return _lower(method) if re.match(r"[A-Z][a-z]+-[a-z]", method) else method


def _multiplicity(design: Design, theme: Theme) -> str:
    symbol = theme.p_symbol
    parts = [f"Tests are two-sided; {symbol} < {design.alpha:g} is called a difference."]
    if len(design.others) > 1:
        parts.append(
            f"Comparisons with {design.reference} were corrected by Holm's method over the "
            f"{len(design.others)} other arms, within each variable and time point; there was no "
            "correction over variables, time points or outcomes."
        )
    return " ".join(parts)


def software(results: Results) -> str:
    """What computed it, from which protocol and data."""
    parts = [f"Computed with afterload {meta(results, 'version')}".rstrip()]
    protocol, data = meta(results, "protocol_sha256"), meta(results, "data_sha256")
    if protocol:
        parts.append(f"protocol SHA-256 {protocol[:12]}")
    if data:
        parts.append(f"data SHA-256 {_fingerprints(data)}")
    return ", ".join(parts) + "."


def _fingerprints(data: str) -> str:
    """The hash of a registry, or of each file with its name, shortened.

    Example:
        >>> _fingerprints("a.csv sha256:" + 64 * "e" + "; b; c.csv sha256:" + 64 * "f")
        'eeeeeeeeeeee (a.csv), ffffffffffff (b; c.csv)'
    """
    files = re.findall(r"(?:^|; )(.+?) sha256:([0-9a-f]{64})", data)
    return ", ".join(f"{hashed[:12]} ({name})" for name, hashed in files) or data[:12]


def cautions(study: Study) -> Passage:
    """What a reader must know before using the numbers."""
    texts = [*warnings(study), *crude(study.design), *_of_the_results(study)]
    threshold = meta(study.results, "disclosure")
    if threshold:
        texts.append(
            f"Counts of 1 to {int(threshold) - 1} patients are shown as <{threshold}; [c] stands "
            "for a number withheld because it would give such a count away. Curves, and outcomes "
            "of the same event, are told only on days that allow it, p-values and curves to two "
            "figures. Not guarded against: two variables that count nearly the same patients "
            "under different names, such as death in hospital and death within 30 days."
        )
    texts += study.design.notes
    return Passage("Limitations", tuple(dict.fromkeys(_ended(text) for text in texts)))


def _of_the_results(study: Study) -> list[str]:
    """The warnings that travel with numbers, each with what it is about."""
    design = study.design
    items = (*design.baseline, *design.biology, *design.complications)
    labels = {item.name: item.label for item in items}
    labels |= {outcome.name: outcome.label for outcome in design.outcomes}
    about: dict[str, dict[str, None]] = {}
    for row in study.results:
        if row.warning and row.section != "meta" and not row.warning.startswith(SUPPRESSED):
            found = about.setdefault(row.warning, {})
            found |= {labels[row.variable]: None} if row.variable in labels else {}
    return [f"{listed(names)}: {_lower(text)}" if names else text for text, names in about.items()]


def crude(design: Design) -> list[str]:
    """That nothing was adjusted for, where arms are compared at all."""
    if not design.others:
        return []
    return [
        "Arms were not randomised and no comparison is adjusted for differences between them: a "
        "difference in outcome is not evidence that the device caused it."
    ]
