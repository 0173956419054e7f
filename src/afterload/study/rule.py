"""Simple rules on variables, as a protocol writes them.

    age_years >= 18 and not (ecpr == 'yes')
    lactate@24h > 2 or lactate@24h is missing
    scai_stage@pre in ['c', 'd', 'e']

A rule is true, false or unknown for an episode: what is missing makes a comparison unknown, never
false (Kleene's three-valued logic). Numbers are in the variable's own unit; words are the names of
its levels.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from afterload.core.column import Column
from afterload.core.errors import InputError, UnknownName

Truth = NDArray[np.int8]
"""Shape (n,): 1 true, 0 false, -1 unknown."""

ORDERED: frozenset[str] = frozenset({"scai_stage"})
"""Categorical variables whose words stand in an order, so that < and > mean something."""

TRUE, FALSE, UNKNOWN = np.int8(1), np.int8(0), np.int8(-1)

_TOKEN = re.compile(
    r"\s*(?:(?P<op><=|>=|==|!=|<|>|\(|\)|\[|\]|,)"
    r"|(?P<number>[-+]?\d+(?:\.\d+)?(?![\w@]))"
    r"|(?P<text>'[^']*'|\"[^\"]*\")"
    r"|(?P<name>[A-Za-z_][\w.:+-]*(?:@\w+)?))"
)
_COMPARE: dict[str, Callable[[NDArray[np.float64], float], NDArray[np.bool_]]] = {
    "==": np.equal,
    "!=": np.not_equal,
    "<": np.less,
    "<=": np.less_equal,
    ">": np.greater,
    ">=": np.greater_equal,
}


@dataclass(frozen=True, slots=True)
class Compare:
    """A variable beside one value, or a list of values for "in"."""

    name: str
    op: str
    values: tuple[str | float, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a variable is recorded at all."""

    name: str
    known: bool


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite of a rule."""

    of: Node


@dataclass(frozen=True, slots=True)
class Both:
    """Two rules joined by "and" or "or"."""

    left: Node
    op: Literal["and", "or"]
    right: Node


Node = Compare | Known | Not | Both


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule, its wording and its meaning."""

    text: str
    node: Node

    def names(self) -> tuple[str, ...]:
        """The columns it needs, e.g. ("age_years", "lactate@24h")."""
        return tuple(dict.fromkeys(_names(self.node)))

    def holds(self, columns: Mapping[str, Column]) -> Truth:
        """For each episode: 1 if it holds, 0 if not, -1 if it cannot be told.

        Raises:
            InputError: A value is not one the variable can take.
            UnknownName: A column is not among `columns`.
        """
        return _evaluate(self.node, columns, self.text)


def parse(text: str) -> Rule:
    """Read a rule.

    Raises:
        InputError: The rule cannot be read; the message quotes it.
    """
    tokens = list(_tokens(text))
    parser = _Parser(text, tokens)
    node = parser.either()
    parser.finish()
    return Rule(text, node)


def worded(rule: Rule, columns: Mapping[str, Column]) -> str:
    """A rule with its variables by their labels, for a reader: "Age >= 18"."""

    def label(found: re.Match[str]) -> str:
        column = columns[found.group()]
        return column.variable.label + (f" ({column.point})" if column.point else "")

    text = re.sub(r"\s*==\s*(['\"])yes\1", "", rule.text)
    text = re.sub(r"\s*(==|!=)\s*(['\"])([^'\"]*)\2", _is, text)
    names = sorted(rule.names(), key=len, reverse=True)
    either = "|".join(re.escape(name) for name in names)
    return re.sub(rf"(?<![\w@'\"])(?:{either})(?![\w@'\"])", label, text)


def _is(found: re.Match[str]) -> str:
    return f" {'is' if found[1] == '==' else 'is not'} {found[3]}"


def _tokens(text: str) -> Iterator[str]:
    place = 0
    while text[place:].strip():
        match = _TOKEN.match(text, place)
        if match is None:
            raise InputError(f"The rule {text!r} cannot be read at {text[place:].strip()[:12]!r}.")
        yield match.group().strip()
        place = match.end()


class _Parser:
    """Recursive descent over the tokens of one rule; lives only while a rule is read."""

    def __init__(self, text: str, tokens: list[str]) -> None:
        self._text = text
        self._left = tokens

    def _peek(self) -> str:
        return self._left[0] if self._left else ""

    def _take(self) -> str:
        if not self._left:
            raise InputError(f"The rule {self._text!r} ends too early.")
        return self._left.pop(0)

    def _expect(self, token: str) -> None:
        found = self._take()
        if found != token:
            raise InputError(f"The rule {self._text!r} needs {token!r} where it has {found!r}.")

    def finish(self) -> None:
        if self._left:
            raise InputError(f"The rule {self._text!r} cannot be read at {self._left[0]!r}.")

    def either(self) -> Node:
        node = self._both()
        while self._peek() == "or":
            self._take()
            node = Both(node, "or", self._both())
        return node

    def _both(self) -> Node:
        node = self._one()
        while self._peek() == "and":
            self._take()
            node = Both(node, "and", self._one())
        return node

    def _one(self) -> Node:
        if self._peek() == "not":
            self._take()
            return Not(self._one())
        if self._peek() == "(":
            self._take()
            node = self.either()
            self._expect(")")
            return node
        return self._comparison()

    def _comparison(self) -> Node:
        name = self._take()
        if not (name[0].isalpha() or name[0] == "_"):
            raise InputError(f"The rule {self._text!r} needs a variable where it has {name!r}.")
        op = self._take()
        if op == "is":
            word = self._take()
            if word not in ("missing", "known"):
                raise InputError(f"The rule {self._text!r}: say 'is missing' or 'is known'.")
            return Known(name, word == "known")
        if op == "not":
            self._expect("in")
            return Not(Compare(name, "in", self._list()))
        if op == "in":
            return Compare(name, "in", self._list())
        if op in _COMPARE:
            return Compare(name, op, (self._value(),))
        raise InputError(f"The rule {self._text!r} needs a comparison where it has {op!r}.")

    def _list(self) -> tuple[str | float, ...]:
        self._expect("[")
        values = [self._value()]
        while self._peek() == ",":
            self._take()
            values.append(self._value())
        self._expect("]")
        return tuple(values)

    def _value(self) -> str | float:
        token = self._take()
        if token[0] in "'\"":
            return token[1:-1]
        try:
            return float(token)
        except ValueError:
            raise InputError(
                f"The rule {self._text!r}: {token!r} is neither a number nor a word in quotes."
            ) from None


def _names(node: Node) -> Iterator[str]:
    match node:
        case Compare(name=name) | Known(name=name):
            yield name
        case Not(of=inner):
            yield from _names(inner)
        case Both(left=left, right=right):
            yield from _names(left)
            yield from _names(right)


def _evaluate(node: Node, columns: Mapping[str, Column], text: str) -> Truth:
    match node:
        case Known(name=name, known=known):
            there = ~np.isnan(_column(columns, name).values)
            return np.where(there == known, TRUE, FALSE)
        case Not(of=inner):
            truth = _evaluate(inner, columns, text)
            return np.where(truth == UNKNOWN, UNKNOWN, np.int8(1) - truth).astype(np.int8)
        case Both(left=left, op=op, right=right):
            return _join(_evaluate(left, columns, text), _evaluate(right, columns, text), op)
        case Compare(name=name, op=op, values=values):
            column = _column(columns, name)
            numbers = [_number(column, value, op, text) for value in values]
            if op == "in":
                holds = np.isin(column.values, numbers)
            else:
                with np.errstate(invalid="ignore"):
                    holds = _COMPARE[op](column.values, numbers[0])
            return np.where(np.isnan(column.values), UNKNOWN, holds.astype(np.int8))


def _join(left: Truth, right: Truth, op: str) -> Truth:
    """Kleene's "and" and "or"."""
    decisive = FALSE if op == "and" else TRUE
    decided = (left == decisive) | (right == decisive)
    unknown = (left == UNKNOWN) | (right == UNKNOWN)
    other = np.int8(1) - decisive
    return np.where(decided, decisive, np.where(unknown, UNKNOWN, other)).astype(np.int8)


def _column(columns: Mapping[str, Column], name: str) -> Column:
    if name not in columns:
        raise UnknownName("variable", name, columns)
    return columns[name]


def _number(column: Column, value: str | float, op: str, text: str) -> float:
    """The value as the column holds it: the index of a level, or the number itself."""
    if not column.levels:
        if isinstance(value, str):
            raise InputError(f"The rule {text!r}: {column.name} is a number, not {value!r}.")
        return value
    word = value if isinstance(value, str) else f"{value:g}"
    if word in ("0", "1") and column.levels == ("no", "yes"):
        word = column.levels[int(word)]
    if word not in column.levels:
        raise InputError(
            f"The rule {text!r}: {column.name} can be {', '.join(column.levels)}, not {word!r}."
        )
    if op not in ("==", "!=", "in") and column.variable.name not in ORDERED:
        raise InputError(
            f"The rule {text!r}: the words of {column.name} have no order; use == or !=."
        )
    return float(column.levels.index(word))
