"""The inputs of a score: their names, and how one patient's values are read."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from afterload.core.errors import InputError, UnknownName
from afterload.core.unit import check, convert, parse_number
from afterload.core.variable import Variable
from afterload.core.vocabulary import standard
from afterload.scores import assigned, card, composite, definition, formula, staging
from afterload.scores.band import Span
from afterload.scores.tally import Given, Kind

Score = (
    card.Card
    | formula.Formula
    | staging.Staging
    | definition.Definition
    | assigned.Assigned
    | composite.Composite
)
"""A score of any kind."""


@dataclass(frozen=True, slots=True)
class KindOf:
    """One kind of score: its name, and which inputs its scores ask (some twice)."""

    name: Kind
    input_names: Callable[[Any], Iterator[str]]


KINDS: Mapping[type, KindOf] = {
    card.Card: KindOf("card", card.input_names),
    formula.Formula: KindOf("formula", formula.input_names),
    staging.Staging: KindOf("staging", staging.input_names),
    definition.Definition: KindOf("definition", definition.input_names),
    assigned.Assigned: KindOf("assigned", assigned.input_names),
    composite.Composite: KindOf("composite", composite.input_names),
}
"""Every kind of score; `patient.READERS` and `columns.READERS` read them. A composite reads one
patient itself."""

_NUMBER = re.compile(r"([-+\u2212]?[\d.,'\u00a0\u202f ]*\d(?:[eE][-+]?\d+)?)\s*(.*)", re.DOTALL)
_YES = frozenset({"yes", "y", "1", "true", "oui", "o", "vrai"})
_NO = frozenset({"no", "n", "0", "false", "non", "faux", "none"})
_MISSING = frozenset({"", "?", "na", "n/a", "nan", "unknown", "missing", "inconnu"})


@dataclass(frozen=True, slots=True)
class Patient:
    """One patient's values as a score reads them.

    Args:
        variables: Every input of the score by name, as far as its population reaches.
        known: Values in the variables' own units; yes is 1, a category its place in the list,
            several categories a bit mask of their places.
        given: The same values as people read them.
    """

    variables: Mapping[str, Variable]
    known: Mapping[str, float]
    given: Mapping[str, Given]

    @property
    def spans(self) -> dict[str, Span]:
        """What each input is, or can still be."""
        return {name: span_of(var, self.known.get(name)) for name, var in self.variables.items()}

    def told(self, names: Iterable[str]) -> tuple[Given, ...]:
        """Those of some inputs that were given, as people read them."""
        return tuple(self.given[name] for name in names if name in self.given)


@cache
def variables_of(score: Score) -> Mapping[str, Variable]:
    """Every input of a score by name, in its order; those that only warn come last."""
    declared = {variable.name: variable for variable in score.about.declares}
    limits = {limit.variable: limit for limit in score.about.limits}
    found: dict[str, Variable] = {}
    for name in dict.fromkeys([*_names(score), *limits, *_cautioned(score)]):
        variable = declared[name] if name in declared else standard()[name]
        if name in limits:
            low, high = limits[name].readable
            variable = replace(variable, low=min(low, variable.low), high=max(high, variable.high))
        found[variable.name] = variable
    return found


@cache
def population_of(score: Score) -> Mapping[str, Variable]:
    """The same inputs, each reaching only as far as the population the score is for."""
    limits = {limit.variable: limit for limit in score.about.limits}
    return {
        name: replace(v, low=max(v.low, limits[name].low), high=min(v.high, limits[name].high))
        if name in limits
        else v
        for name, v in variables_of(score).items()
    }


def kind_of(score: Score) -> Kind:
    """Which kind of score it is."""
    return KINDS[type(score)].name


def needed(score: Score) -> tuple[str, ...]:
    """Names of the inputs that can change the result, each once."""
    return tuple(dict.fromkeys(_names(score)))


def _names(score: Score) -> Iterator[str]:
    return KINDS[type(score)].input_names(score)


def _cautioned(score: Score) -> Iterator[str]:
    return (c.about for c in score.about.cautions if c.about not in ("", "total"))


def span_of(variable: Variable, value: float | None) -> Span:
    """A known value as a point; a missing one as everything the variable can be."""
    if value is not None:
        return Span(value, value)
    if variable.kind == "bool":
        return Span(0.0, 1.0)
    if variable.kind == "enum":
        return Span(0.0, len(variable.choices) - 1.0)
    if variable.kind == "multi":
        return Span(0.0, 2.0 ** len(variable.choices) - 1)
    return Span(variable.low, variable.high)


def find(score: Score, name: str) -> Variable:
    """The input a name or alias means, for this score.

    Raises:
        UnknownName: It means none; the closest names are offered.
    """
    variables = variables_of(score)
    spoken = {alias: v for v in variables.values() for alias in v.aliases}
    wanted = name.strip().lower()
    if wanted in variables:
        return variables[wanted]
    if wanted in spoken:
        return spoken[wanted]
    raise UnknownName(f"input of {score.about.title}", name, [*variables, *spoken])


def read_patient(score: Score, values: Mapping[str, object]) -> Patient:
    """Read one patient's values for a score.

    Args:
        score: The score.
        values: Values by name or alias: numbers in the variable's own unit, texts with a unit
            ("27 mg/dL", "3,5"), yes/no as words or booleans, categories by name. None, NaN and
            "unknown" are missing.

    Raises:
        UnknownName: A name is no input of the score.
        UnknownUnit: A value's unit cannot be read for its variable.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read, or one input is given twice.
    """
    known: dict[str, float] = {}
    given: dict[str, Given] = {}
    for name, value in _apart(score, values):
        variable = find(score, name)
        variable = _yes_no_of(score, variable, value)
        code = read_value(variable, value)
        if code is None:
            continue
        if variable.name in known:
            raise InputError(f"{variable.name} is given twice, once as {name!r}. Give it once.")
        known[variable.name] = code
        given[variable.name] = as_given(variable, code, value if isinstance(value, str) else "")
    return Patient(population_of(score), known, given)


def _apart(score: Score, values: Mapping[str, object]) -> Iterator[tuple[str, object]]:
    """Every value by name; a class told with its modifiers in one word ("1-TCS") as two values."""
    for name, value in values.items():
        found = None
        if isinstance(score, assigned.Assigned) and find(score, name).name == score.variable:
            found = assigned.apart(score, value)
        if found is None or not isinstance(score, assigned.Assigned):
            yield name, value
            continue
        level, told = found
        yield name, level.name
        one = variables_of(score)[score.marked].kind == "bool"
        yield score.marked, True if one else [modifier.name for modifier in told]


def _yes_no_of(score: Score, variable: Variable, value: object) -> Variable:
    """The yes/no input to read instead, when a category that can be "none" is answered by yes."""
    if variable.kind != "enum" or "none" not in variable.levels or not isinstance(score, card.Card):
        return variable
    if value is not True and str(value).strip().lower() not in _YES:
        return variable
    for item in card.leaves(score.items):
        if any(variable.name in derived.inputs for derived in item.derive):
            return variables_of(score)[item.variable]
    return variable


def read_value(variable: Variable, value: object) -> float | None:
    """One value of one input, or None if it is missing.

    Raises:
        InputError: It cannot be read, or the variable cannot take it.
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, str) and value.strip().lower() in _MISSING:
        return None
    readers: dict[str, Callable[[Variable, object], float]] = {
        "bool": _read_yes_no,
        "enum": _read_choice,
        "multi": _read_choices,
    }
    return readers.get(variable.kind, _read_number)(variable, value)


def _read_number(variable: Variable, value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise InputError(f"{variable.name} takes a number, not {value!r}.")
    if isinstance(value, str):
        match = _NUMBER.fullmatch(value.strip())
        if match is None:
            raise InputError(f"{variable.name} takes a number, not {value!r}.")
        unit = "" if variable.kind == "datetime" and match[2] == "h" else match[2]
        number = convert(variable, parse_number(match[1]), unit)
    else:
        number = float(value)
    if variable.kind == "int" and not number.is_integer():
        raise InputError(f"{variable.name} takes a whole number, not {number:g}.")
    return check(variable, number)


def _read_yes_no(variable: Variable, value: object) -> float:
    word = str(value).strip().lower()
    if word in _YES or value == 1:
        return 1.0
    if word in _NO or value == 0:
        return 0.0
    raise InputError(f"{variable.name} takes yes or no, not {value!r}.")


def _read_choice(variable: Variable, value: object) -> float:
    no = value is False or str(value).strip().lower() in _NO
    return float(_place(variable, "none" if no and "none" in variable.levels else value))


def _read_choices(variable: Variable, value: object) -> float:
    words: Iterable[object] = (
        re.split(r"[+,;|]", value)
        if isinstance(value, str)
        else value
        if isinstance(value, Iterable)
        else [value]
    )
    mask = 0
    for word in words:
        mask |= 1 << _place(variable, word)
    return float(mask)


def _place(variable: Variable, value: object) -> int:
    word = str(value).strip().lower()
    for place, choice in enumerate(variable.choices):
        if word in (choice.name.lower(), choice.label.lower(), choice.label_fr.lower()):
            return place
    begun = [place for place, choice in enumerate(variable.choices) if choice.name.startswith(word)]
    if len(begun) == 1 and word:
        return begun[0]
    raise _not_a_choice(variable, value)


def _not_a_choice(variable: Variable, value: object) -> InputError:
    several = ", or several of them joined by +" if variable.kind == "multi" else ""
    return InputError(
        f"{variable.name} cannot be {value!r}. It takes {', '.join(variable.levels)}{several}."
    )


def as_given(variable: Variable, code: float, entered: str = "") -> Given:
    """A value as people read it."""
    if variable.kind == "bool":
        return Given(variable.name, bool(code), entered=entered)
    if variable.kind == "enum":
        return Given(variable.name, variable.levels[int(code)], entered=entered)
    if variable.kind == "multi":
        named = (level for bit, level in enumerate(variable.levels) if int(code) >> bit & 1)
        return Given(variable.name, tuple(named), entered=entered)
    unit = "h" if variable.kind == "datetime" else variable.unit
    return Given(variable.name, code, unit, entered)
