"""Scores that are an equation: a sum of terms or a regression, and what it attains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from afterload.core.source import Source
from afterload.core.variable import Variable
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
    """

    about: About
    equation: Equation
    terms: tuple[Term, ...]
    unit: str = ""


def total_of(terms: tuple[Term, ...]) -> Equation:
    """The sum of some terms, as one equation."""
    functions = tuple(term.equation.function for term in terms)

    def add(names: tuple[tuple[str, ...], ...]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(name for group in names for name in group))

    return Equation(
        text=" + ".join(term.equation.text for term in terms),
        function=lambda maths, x: sum(function(maths, x) for function in functions),
        rises=add(tuple(term.equation.rises for term in terms)),
        falls=add(tuple(term.equation.falls for term in terms)),
    )


def input_names(formula: Formula) -> Iterator[str]:
    """Every input of the formula, in the order of its terms (some twice)."""
    for term in formula.terms:
        yield from term.equation.inputs


def interval(
    formula: Formula, variables: Mapping[str, Variable], spans: Mapping[str, Span]
) -> tuple[float, float]:
    """Lowest and highest attainable value."""
    span = attainable(formula.equation, variables, spans)
    return span.low, span.high
