"""A reference page for every score, as Markdown, made from the score itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from afterload.core.source import CONFIDENCE_MEANING, Source
from afterload.core.variable import Variable
from afterload.report.score_explain import STATUS
from afterload.report.score_guide import level_lines
from afterload.report.score_help import KINDS, band_points, by_kind, how, rows
from afterload.report.score_text import until
from afterload.scores import Assigned, Card, Composite, Definition, Formula, Score, Staging
from afterload.scores.band import wording
from afterload.scores.card import Composed, Item
from afterload.scores.derive import Test
from afterload.scores.inputs import needed, variables_of
from afterload.scores.slots import Slot
from afterload.scores.support import NONE_AND_A_DEVICE

Row = Sequence[str]
STATUS_WORDS = {**STATUS, "exact": "exact", "provisional": f"provisional: {STATUS['provisional']}"}
"""What the page says of a score's status."""


def index_markdown(scores: Iterable[Score | Slot]) -> str:
    """The page that lists every score, by kind."""
    parts = [
        "# Scores\n",
        "Each page is made from the score as the program computes it: its table, where every "
        "number stands and how sure we are of it, where public sources disagree and which reading "
        "was taken. `afterload score NAME` shows the same in a terminal.\n",
        "| confidence | meaning |\n|---|---|",
        *(f"| {tag} | {meaning} |" for tag, meaning in CONFIDENCE_MEANING.items()),
        "",
    ]
    for kind, members in by_kind(scores):
        table = _table(
            ("Name", "Score", "Status"),
            [
                (f"[`{name}`]({name}.md)" if kind != "slot" else f"[`{name}`](slots.md#{name})",
                 title, status)
                for name, title, status in members
            ],
        )  # fmt: skip
        parts.append(f"## {KINDS[kind]}\n\n{table}")
    return "\n".join(parts)


def slots_markdown(slots: Iterable[Slot]) -> str:
    """The page of the scores that cannot be computed, and why."""
    parts = [
        "# Scores without confirmed points\n",
        "Each of these is published; its points were not readable where they could be confirmed. "
        "Asking for one tells why. Who holds the paper can add it: "
        "[Add a score from a paper](../../how-to/add-a-score-from-a-paper.md).\n",
    ]
    for slot in slots:
        parts.append(f"## {slot.title} {{ #{slot.name} }}\n")
        parts.append(
            _facts(
                [
                    ("Name", f"`{slot.name}`"),
                    ("What it tells", slot.purpose),
                    ("Inputs", slot.inputs),
                    ("Cohort", slot.cohort),
                    ("Confirmed", slot.confirmed),
                    ("Why it cannot be computed", slot.why),
                    ("Source", _source(slot.source)),
                ],
            )
        )
    return "\n".join(parts)


def score_markdown(score: Score) -> str:
    """The page of one score."""
    about = score.about
    facts = [
        ("Name", f"`{about.name}`"),
        ("Status", STATUS_WORDS[about.status]),
        ("For whom", about.population),
        ("Derived in", about.cohort),
        ("Discrimination", about.discrimination),
        *(("Validated in", f"{v.cohort}: {v.found} [{v.source.confidence}]")
          for v in about.validations),
        ("Source", _source(about.source)),
        ("Version", about.version),
    ]  # fmt: skip
    parts = [f"# {about.title}\n", f"{about.purpose}\n"]
    parts.append(_facts([fact for fact in facts if fact[1]]))
    parts += _body(score)
    warned = [(c.text, _when(c.about, c), c.source.confidence) for c in about.cautions]
    warned += [(c.text, _under(c.levels), c.source.confidence) for c in about.support]
    if warned:
        parts.append("## Warnings\n")
        parts.append(_table(("Text", "Shown", "Confidence"), warned))
    if about.limits:
        parts.append("## No result for\n")
        parts.append(_table(("Text", "Confidence"), [(i.text, i.source.confidence)
                                                     for i in about.limits]))  # fmt: skip
    if about.notes:
        parts.append("## Where sources disagree or are silent, and the reading taken\n")
        parts.append(
            _table(
                ("Point", "Reading", "Source"),
                [(n.topic, n.text, _source(n.source, short=True)) for n in about.notes],
            )
        )
    return "\n".join(parts)


def _body(score: Score) -> Iterator[str]:
    if isinstance(score, Card):
        yield from _card(score)
    elif isinstance(score, Formula):
        yield "## Equation\n"
        yield _table(
            ("Part", "Equation", "Source"),
            [(t.label, t.equation.text, _source(t.source, short=True)) for t in score.terms],
        )
        yield _inputs(score)
    elif isinstance(score, Staging):
        yield from _staging(score)
    elif isinstance(score, Definition):
        yield "## Criteria, all of which must hold\n"
        yield _table(
            ("Criterion", "Part", "Source"),
            [(c.label, c.part, _source(c.source, short=True)) for c in score.criteria],
        )
        yield _inputs(score)
    elif isinstance(score, Assigned):
        yield from _assigned(score)
    elif isinstance(score, Composite):
        yield from _composite(score)


def _card(card: Card) -> Iterator[str]:
    variables = variables_of(card)
    table: list[Row] = []
    for row, mark in rows(card.items):
        if isinstance(row, Composed):
            which = "the worst" if row.take == "most" else "the least"
            table.append((row.label, f"{which} of the following", "", ""))
            continue
        table.append(_item(row, variables, bool(mark)))
    if card.constant_source is not None:
        source = _source(card.constant_source, short=True)
        table.append(("Constant", "for every patient", f"{card.constant:+d}", source))
    yield "## Points\n"
    yield _table(("Item", "Definition or input", "Points", "Source"), table)
    if card.classes:
        yield f"## Classes and published {card.measure} {until(card.horizon)}\n"
        yield _table(
            ("Class", "Total", card.measure.capitalize() or "Outcome", "Source"),
            [
                (c.name, wording(c), "" if c.value is None else f"{100 * c.value:g} %",
                 _source(c.source, short=True))
                for c in card.classes
            ],
        )  # fmt: skip


def _item(item: Item, variables: Mapping[str, Variable], is_part: bool) -> Row:
    variable = variables[item.variable]
    asked = ", ".join(f"`{name}`" for name in item.asks or (item.variable,))
    derived = [d.text for d in item.derive if d.text]
    told = item.definition or asked + (f"; from {' or '.join(derived)}" if derived else "")
    label = f"&emsp;{item.label}" if is_part else item.label
    unit = f" {variable.unit_label}" if variable.unit_label else ""
    points = band_points(item, variable, is_part=is_part).replace("; ", "<br>")
    return label, told + (f" ({unit.strip()})" if unit else ""), points, _source(item.source, True)


def _staging(staging: Staging) -> Iterator[str]:
    yield "## Stages, asked from the gravest down; the first that holds is the stage\n"
    variables = variables_of(staging)
    table: list[Row] = []
    for stage in reversed(staging.stages):
        rule = "<br>or ".join(
            " and ".join(_test(test, variables) for test in group) or "none of the above"
            for group in stage.groups
        )
        value = "" if stage.value is None else f"{100 * stage.value:g} %"
        shown = [value] if staging.measure else []
        table.append((stage.name, stage.label, rule, *shown, _source(stage.source, short=True)))
    counted = [staging.measure.capitalize()] if staging.measure else []
    yield _table(("Stage", "Meaning", "Rule", *counted, "Source"), table)
    yield _inputs(staging)


def _test(test: Test, variables: Mapping[str, Variable]) -> str:
    variable = variables.get(test.variable)
    if test.levels:
        return f"{test.variable} is {' or '.join(test.levels)}"
    if variable is not None and variable.kind == "bool":
        return test.variable if test.low == 1 else f"not {test.variable}"
    unit = variable.unit_label if variable is not None else ""
    return f"{test.variable} {wording(test, unit)}"


def _composite(score: Composite) -> Iterator[str]:
    yield "## Steps\n"
    yield _table(
        ("Step", "Equation", "Source"),
        [(step.label, step.text, _source(step.source, short=True)) for step in score.steps()],
    )
    yield "## Every number\n"
    yield _table(
        ("Number", "Value", "Source"),
        [(n.name, f"{n.value:.10g}", _source(n.source, short=True)) for n in score.numbers],
    )
    yield _inputs(score)


def _assigned(score: Assigned) -> Iterator[str]:
    yield f"## {score.noun.capitalize()}\n"
    yield _table(
        (score.noun.capitalize(), "What it typically looks like"),
        [(level.name, "<br>".join(level_lines(level))) for level in score.levels],
    )
    if score.modifiers:
        yield "## Modifiers\n"
        yield _table(
            ("Modifier", "When it is added", "Goes with", "Source"),
            [
                (m.name, f"{m.label}: {m.text}", ", ".join(m.levels),
                 _source(m.source, short=True))
                for m in score.modifiers
            ],
        )  # fmt: skip


def _inputs(score: Score) -> str:
    variables = variables_of(score)
    table = [(f"`{name}`", variables[name].label, how(variables[name])) for name in needed(score)]
    return "## Inputs\n\n" + _table(("Name", "What it is", "Typed as"), table)


def _source(source: Source, short: bool = False) -> str:
    """Where something stands; on the score's own page the place is enough."""
    note = f" {source.note}" if source.note else ""
    doi = f", [doi:{source.doi}](https://doi.org/{source.doi})" if source.doi else ""
    if short:
        return f"{source.place or source.citation} [{source.confidence}]"
    place = f", {source.place}" if source.place else ""
    return f"{source.citation}{place}{doi} [{source.confidence}].{note}"


def _when(about: str, caution: object) -> str:
    if not about:
        return "always"
    if caution == NONE_AND_A_DEVICE:
        return "support is none and a device"
    levels = getattr(caution, "levels", ())
    if levels:
        return f"{about} is {' or '.join(levels)}"
    return f"{about} {wording(caution)}"  # type: ignore[arg-type]


def _under(levels: Sequence[str]) -> str:
    return f"under {', '.join(levels)}" if levels else "while support is not told"


def _facts(facts: Sequence[Row]) -> str:
    """Label and text, line by line; the first line heads the table."""
    return _table(facts[0], facts[1:])


def _table(heads: Row, table: Iterable[Row]) -> str:
    """A Markdown table; a bar in a cell would end it."""
    lines = [heads, ["---"] * len(heads), *table]
    cells = [[cell.replace("|", "\\|").replace("\n", " ") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in cells) + "\n"
