"""Scores that are an equation: a sum of terms or a regression, and what it attains."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import UNIT_LABELS, Variable
from afterload.scores.about import About
from afterload.scores.band import Span
from afterload.scores.derive import Equation, attainable


@dataclass(frozen=True, slots=True)
class Term:
    """One part of a formula that is worth showing by itself.

    Args:
        name: Short name.
        label: What it is, in words.
        equation: How it is computed.
        source: Where its coefficient stands.
    """

    name: str
    label: str
    equation: Equation
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A score that is an equation.

    Args:
        about: Name, origin and reach.
        equation: The whole equation; it equals the sum of the terms when there are several.
        terms: Its parts, shown one by one.
        unit: Unit of the result (UCUM); empty for points.
        also: What is told beside the result and adds nothing to it: the same in another unit, or
            by another reading of the paper.
    """

    about: About
    equation: Equation
    terms: tuple[Term, ...]
    unit: str = ""
    also: tuple[Term, ...] = ()


def formula_of(about: About, term: Term, unit: str = "", also: tuple[Term, ...] = ()) -> Formula:
    """A formula of one term."""
    return Formula(about, term.equation, (term,), unit, also)


def total_of(terms: tuple[Term, ...]) -> Equation:
    """The sum of some terms, as one equation.

    Raises:
        InputError: An input rises in one term and falls in another: the extremes of the sum need
            not stand at the ends then.
    """
    equations = tuple(term.equation for term in terms)
    functions = tuple(equation.function for equation in equations)

    def add(names: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for group in names for name in group))

    rises, falls = add(e.rises for e in equations), add(e.falls for e in equations)
    torn = set(rises) & set(falls) | {name for e in equations for name in e.either}
    if torn:
        raise InputError(f"{min(torn)} can rise in one term and fall in another; write one term.")
    return Equation(
        text=" + ".join(equation.text for equation in equations),
        function=lambda maths, x: sum(function(maths, x) for function in functions),
        rises=rises,
        falls=falls,
        flags=tuple(dict.fromkeys(flag for e in equations for flag in e.flags)),
    )


def input_names(formula: Formula) -> Iterator[str]:
    """Every input of the formula, in the order of its terms (some twice)."""
    for term in (*formula.terms, *formula.also):
        yield from term.equation.inputs


def interval(
    formula: Formula, variables: Mapping[str, Variable], spans: Mapping[str, Span]
) -> tuple[float, float]:
    """Lowest and highest attainable value.

    Raises:
        InputError: The values contradict each other: the result would be impossible.
    """
    equation = formula.equation
    span = attainable(equation, variables, spans)
    if span.is_empty:
        known = {n: spans[n].low for n in equation.inputs if spans[n].low == spans[n].high}
        given = ", ".join(f"{name} = {value:g}" for name, value in known.items())
        unit = UNIT_LABELS.get(formula.unit, formula.unit)
        raise InputError(
            f"{given} cannot all be right: {equation.text} would lie outside "
            f"{equation.low:g} to {equation.high:g} {unit}".rstrip()
            + ". Check these values."
        )
    return span.low, span.high
