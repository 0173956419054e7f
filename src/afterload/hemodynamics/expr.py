"""Laws written once: evaluated on numbers or arrays, or traced into straight-line source.

A law of the circulation is an ordinary function of pressures, volumes and parameters that uses the
few functions of `Maths`. Given NumPy arrays it computes; given `Expr` it leaves a record of what it
would compute, from which `Tape.source` writes a straight line of Python without a function call, a
loop or a branch, so that a compiler can run many patients in one instruction.
"""

from __future__ import annotations

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol


class Maths(Protocol):
    """The functions a law may use, beside + - * / and comparisons."""

    def exp(self, a: Any, /) -> Any:
        """The exponential."""

    def sqrt(self, a: Any, /) -> Any:
        """The square root."""

    def maximum(self, a: Any, b: Any, /) -> Any:
        """The larger of two."""

    def minimum(self, a: Any, b: Any, /) -> Any:
        """The smaller of two."""

    def where(self, condition: Any, a: Any, b: Any, /) -> Any:
        """`a` where the condition holds, else `b`."""


@dataclass(slots=True)
class Tape:
    """What was computed while laws were traced; equal computations are recorded once.

    `fixed` holds the places of what stays as it is for a whole beat: numbers, parameters, and all
    that is computed from these alone.
    """

    nodes: list[tuple[str, tuple[Any, ...]]] = field(default_factory=list)
    known: dict[tuple[str, tuple[Any, ...]], int] = field(default_factory=dict)
    fixed: set[int] = field(default_factory=set)

    def symbol(self, name: str, fixed: bool = False) -> Expr:
        """A value that the source will find under a name; told whether it stays for a beat."""
        expr = self.add("symbol", (name,))
        if fixed:
            self.fixed.add(expr.place)
        return expr

    def add(self, op: str, args: tuple[Any, ...]) -> Expr:
        """Record one operation; `args` are places of earlier nodes, or constants."""
        key = (op, args)
        if key not in self.known:
            self.known[key] = len(self.nodes)
            self.nodes.append(key)
            if op == "number" or (op != "symbol" and self.fixed.issuperset(args)):
                self.fixed.add(self.known[key])
        return Expr(self, self.known[key])

    def of(self, value: Any) -> Expr:
        """A number as an expression; an expression as it is."""
        return value if isinstance(value, Expr) else self.add("number", (float(value),))

    def source(
        self,
        outputs: Mapping[str, Expr],
        given: Mapping[str, Expr] | None = None,
        prefix: str = "",
    ) -> list[str]:
        """Lines that compute some values, each under its name, in an order that works.

        A value used once is written where it is used; one used more often has a name of its own.

        Args:
            outputs: The values.
            given: Values that the source will find, each under its name.
            prefix: What names begin with that the source makes up.
        """
        written = {expr.place: name for name, expr in (given or {}).items()}
        uses = self._uses([expr.place for expr in outputs.values()], written)
        lines: list[str] = []
        for place in range(len(self.nodes)):
            if place not in uses or place in written:
                continue
            op, args = self.nodes[place]
            text = self._text(op, args, written, lines, f"{prefix}t{place}")
            if op in LEAVES or (uses[place] == 1 and len(text) < LONGEST):
                written[place] = text
            else:
                lines.append(f"{prefix}t{place} = {text}")
                written[place] = f"{prefix}t{place}"
        return [*lines, *(f"{name} = {written[e.place]}" for name, e in outputs.items())]

    def count(self, outputs: Iterable[Expr], given: Iterable[Expr] = ()) -> int:
        """How many additions, multiplications, divisions, roots, comparisons and choices it takes.

        Args:
            outputs: The values to compute.
            given: Values that need no computing.
        """
        done = {expr.place for expr in given}
        ops = [self.nodes[place][0] for place in self.needed(outputs, given) - done]
        return sum(COST.get(op, 1) for op in ops if op not in LEAVES)

    def needed(self, outputs: Iterable[Expr], given: Iterable[Expr] = ()) -> set[int]:
        """The places of all that some values are computed from, the given ones included."""
        given_places = {expr.place for expr in given}
        return set(self._uses([expr.place for expr in outputs], given_places))

    def exponentials(self, outputs: Iterable[Expr], given: Iterable[Expr] = ()) -> list[Expr]:
        """The exponentials among it that need no other one."""
        given = list(given)
        needed = self.needed(outputs, given) - {expr.place for expr in given}
        found = [Expr(self, place) for place in sorted(needed) if self.nodes[place][0] == "exp"]
        places = {expr.place for expr in found}
        return [e for e in found if not places & self.needed(e.args("exp"), given)]

    def once(self, outputs: Iterable[Expr]) -> dict[str, Expr]:
        """What of some values need be computed only once per beat, named "f_0", "f_1", ..."""
        places = self._uses([expr.place for expr in outputs], self.fixed)
        kept = sorted(k for k in places if k in self.fixed and self.nodes[k][0] not in LEAVES)
        return {f"f_{i}": Expr(self, place) for i, place in enumerate(kept)}

    def _uses(self, outputs: Sequence[int], given: Container[int] = ()) -> dict[int, int]:
        """How often each needed node is used; what is given needs nothing itself."""
        uses: dict[int, int] = {}
        todo = list(outputs)
        while todo:
            place = todo.pop()
            uses[place] = uses.get(place, 0) + 1
            op, args = self.nodes[place]
            if uses[place] == 1 and op not in LEAVES and place not in given:
                todo += args
        return uses

    def _text(
        self,
        op: str,
        args: tuple[Any, ...],
        written: Mapping[int, str],
        lines: list[str],
        name: str,
    ) -> str:
        if op == "symbol":
            return str(args[0])
        if op == "number":
            return repr(args[0])
        a = [written[arg] for arg in args]
        if op in INFIX:
            return f"({a[0]} {INFIX[op]} {a[1]})"
        match op:
            case "neg":
                return f"(-{a[0]})"
            case "max" | "min":
                left, right = (_named(text, lines, f"{name}_{k}") for k, text in enumerate(a))
                return f"select({left} {'>' if op == 'max' else '<'} {right}, {left}, {right})"
            case "where":
                return f"select({a[0]}, {a[1]}, {a[2]})"
            case "sqrt":
                return f"sqrt({a[0]})"
            case "exp":
                return f"exp({a[0]})"
            case _:
                raise AssertionError(op)


LEAVES = ("symbol", "number")
"""Nodes that need no computing."""

LONGEST = 160
"""Text of a value that is longer than this gets a name of its own."""

INFIX = {
    "add": "+",
    "sub": "-",
    "mul": "*",
    "div": "/",
    "gt": ">",
    "lt": "<",
    "ge": ">=",
    "le": "<=",
}

COST = {"exp": 22}
"""Operations of what costs more than one: exp bounds its argument (2), takes it apart (4), has 7
terms of a product and a sum and 2 squares (16) in `wide`; its last, on bits, does not count."""


def _named(text: str, lines: list[str], name: str) -> str:
    """A value that is written twice, under a short name."""
    if text.isidentifier() or text.replace(".", "").replace("-", "").isdigit():
        return text
    lines.append(f"{name} = {text}")
    return name


@dataclass(frozen=True, slots=True, eq=False)
class Expr:
    """A value that will be computed: a place on a tape."""

    tape: Tape
    place: int

    def _number(self) -> float | None:
        op, args = self.tape.nodes[self.place]
        return args[0] if op == "number" else None

    def args(self, op: str) -> tuple[Expr, ...]:
        """What an operation was done on, if this is its result; else nothing."""
        own, args = self.tape.nodes[self.place]
        return tuple(Expr(self.tape, place) for place in args) if own == op else ()

    def _hoisted(self, op: str, a: Expr, b: Expr) -> Expr | None:
        """A changing value and a fixed one, so that as much as can be is done once per beat.

        a / b is a (1 / b); (x + f) + b is x + (f + b); (x + f) b is x b + f b, one instruction.
        """
        if op == "div":
            return a * (1.0 / b)
        if op == "mul" and a.args("mul"):
            x, f = a.args("mul")
            x, f = (x, f) if f.place in self.tape.fixed else (f, x)
            if f.place in self.tape.fixed:
                return x * (f * b)
        for inner in ("add", "sub"):
            if not a.args(inner):
                continue
            x, f = a.args(inner)
            if inner == "add" and x.place in self.tape.fixed:
                x, f = f, x
            if f.place not in self.tape.fixed:
                continue
            if op == "mul":
                return x * b + f * b if inner == "add" else x * b - f * b
            if op in ("add", "sub"):
                f = f if inner == "add" else 0.0 - f
                return x + (f + b if op == "add" else f - b)
        return None

    def _with(self, op: str, left: Any, right: Any) -> Expr:
        a, b = self.tape.of(left), self.tape.of(right)
        x, y = a._number(), b._number()
        if x is not None and y is not None:
            return self.tape.of(FOLD[op](x, y))
        if op == "mul" and 1.0 in (x, y):
            return b if x == 1.0 else a
        if op == "mul" and 0.0 in (x, y):
            return self.tape.of(0.0)
        if op == "add" and 0.0 in (x, y):
            return b if x == 0.0 else a
        if op == "sub" and y == 0.0:
            return a
        if op == "div" and y == 1.0:
            return a
        if op == "div" and b.args("exp"):
            (c,) = b.args("exp")
            return self._with("mul", a, TRACED.exp(0.0 - c))
        if b.place in self.tape.fixed and a.place not in self.tape.fixed:
            moved = self._hoisted(op, a, b)
            if moved is not None:
                return moved
        if op == "add" and b.args("neg"):
            (c,) = b.args("neg")
            return self._with("sub", a, c)
        if op in ("add", "mul") and a.place in self.tape.fixed and b.place not in self.tape.fixed:
            return self._with(op, b, a)
        places = (a.place, b.place)
        return self.tape.add(op, tuple(sorted(places)) if op in ("add", "mul") else places)

    def __add__(self, other: Any) -> Expr:
        return self._with("add", self, other)

    def __radd__(self, other: Any) -> Expr:
        return self._with("add", other, self)

    def __sub__(self, other: Any) -> Expr:
        return self._with("sub", self, other)

    def __rsub__(self, other: Any) -> Expr:
        return self._with("sub", other, self)

    def __mul__(self, other: Any) -> Expr:
        return self._with("mul", self, other)

    def __rmul__(self, other: Any) -> Expr:
        return self._with("mul", other, self)

    def __truediv__(self, other: Any) -> Expr:
        return self._with("div", self, other)

    def __rtruediv__(self, other: Any) -> Expr:
        return self._with("div", other, self)

    def __neg__(self) -> Expr:
        return self.tape.add("neg", (self.place,))

    def __gt__(self, other: Any) -> Expr:
        return self.tape.add("gt", (self.place, self.tape.of(other).place))

    def __lt__(self, other: Any) -> Expr:
        return self.tape.add("lt", (self.place, self.tape.of(other).place))

    def __abs__(self) -> Expr:
        return self.tape.add("max", (self.place, (-self).place))


FOLD = {
    "add": lambda x, y: x + y,
    "sub": lambda x, y: x - y,
    "mul": lambda x, y: x * y,
    "div": lambda x, y: x / y,
}


class _Traced:
    """`Maths` for expressions."""

    @staticmethod
    def exp(a: Expr) -> Expr:
        return a.tape.add("exp", (a.place,))

    @staticmethod
    def sqrt(a: Expr) -> Expr:
        return a.tape.add("sqrt", (a.place,))

    @staticmethod
    def maximum(a: Any, b: Any) -> Expr:
        tape = (a if isinstance(a, Expr) else b).tape
        return tape.add("max", (tape.of(a).place, tape.of(b).place))

    @staticmethod
    def minimum(a: Any, b: Any) -> Expr:
        tape = (a if isinstance(a, Expr) else b).tape
        return tape.add("min", (tape.of(a).place, tape.of(b).place))

    @staticmethod
    def where(condition: Expr, a: Any, b: Any) -> Expr:
        tape = condition.tape
        return tape.add("where", (condition.place, tape.of(a).place, tape.of(b).place))


TRACED: Maths = _Traced()
"""The functions for tracing."""
