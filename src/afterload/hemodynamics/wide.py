"""What generated source calls: choices and exponentials without a branch, and rows of numbers.

These are written for the compiler, as instructions on one number or on eight side by side, where it
would not find wide instructions by itself.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from llvmlite import ir
from numba import types
from numba.extending import intrinsic

DOUBLE, LONG, INDEX = ir.DoubleType(), ir.IntType(64), ir.IntType(32)
WIDTH = 8
"""Numbers in one instruction of AVX-512; where the processor's are narrower, it takes some."""

LOG2_E = 1.4426950408889634
LIMIT = 700.0
"""exp is computed within -LIMIT and LIMIT and stays there beyond, far from where it would end."""

ROUNDED = 1.5 * 2.0**52
"""A whole number added to this stands in the lowest bits of the sum."""

DEGREE = 7
"""Of the polynomial for 2^f, f within -0.5 and 0.5: the relative error stays below 6e-11. Its eight
terms are summed in pairs."""


@intrinsic
def select(context: Any, condition: Any, a: Any, b: Any) -> Any:
    """`a` where the condition holds, else `b`; both are computed."""
    del context, condition, a, b

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return builder.select(args[0], args[1], args[2])

    return types.float64(types.boolean, types.float64, types.float64), generate


@intrinsic
def exp(context: Any, x: Any) -> Any:
    """The exponential of one number, in arithmetic that runs in all lanes at once."""
    del context, x

    def generate(_context: Any, builder: Any, _signature: Any, args: Any) -> Any:
        return _exp(builder, args[0])

    return types.float64(types.float64), generate


@intrinsic
def exps(context: Any, x: Any) -> Any:
    """The exponentials of a tuple of numbers, eight in one instruction."""
    del context

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        values = [builder.extract_value(args[0], k) for k in range(signature.return_type.count)]
        found = []
        for first in range(0, len(values), WIDTH):
            some = values[first : first + WIDTH]
            row = ir.Constant(ir.VectorType(DOUBLE, WIDTH), ir.Undefined)
            for k in range(WIDTH):
                value = some[min(k, len(some) - 1)]
                row = builder.insert_element(row, value, INDEX(k))
            row = _exp(builder, row)
            found += [builder.extract_element(row, INDEX(k)) for k in range(len(some))]
        return context.make_tuple(builder, signature.return_type, found)

    return x(x), generate


@intrinsic(prefer_literal=True)
def move(context: Any, to: Any, at: Any, source: Any, first: Any, count: Any) -> Any:
    """Copy `count` numbers of `source`, from place `first` on, to place `at` of `to`."""
    del context, at, first
    length = count.literal_value

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        kinds = signature.args
        target = _place(context, builder, kinds[0], args[0], args[1])
        origin = _place(context, builder, kinds[2], args[2], args[3])
        pieces = [(k, WIDTH) for k in range(0, length - WIDTH + 1, WIDTH)]
        pieces += [(k, 1) for k in range(length - length % WIDTH, length)]
        for k, width in pieces:
            _store(builder, _load(builder, origin, k, width), target, k)
        return context.get_dummy_value()

    return types.void(to, types.int64, source, types.int64, count), generate


@intrinsic(prefer_literal=True)
def onward(context: Any, w: Any, count: Any, far: Any, much: Any) -> Any:
    """The end of a stage for rows of `count` numbers, a multiple of 8, that stand in `w` in a row.

    Of the first four rows y, y0, sum and n: y = y0 + far n; sum = sum + much n.
    """
    del context, far, much
    length = count.literal_value

    def generate(context: Any, builder: Any, signature: Any, args: Any) -> Any:
        begin = _place(context, builder, signature.args[0], args[0], LONG(0))
        far_, much_ = (_spread(builder, args[k]) for k in (2, 3))
        for k in range(0, length, WIDTH):
            y0, total, n = (_load(builder, begin, row * length + k, WIDTH) for row in (1, 2, 3))
            _store(builder, builder.fadd(y0, builder.fmul(far_, n)), begin, k)
            _store(builder, builder.fadd(total, builder.fmul(much_, n)), begin, 2 * length + k)
        return context.get_dummy_value()

    return types.void(w, count, types.float64, types.float64), generate


def _exp(builder: Any, x: Any) -> Any:
    """The exponential of a number or a row: 2^n by its bits, n whole, and 2^f by a polynomial."""
    kind = x.type
    count = kind.count if isinstance(kind, ir.VectorType) else 0
    whole = ir.VectorType(LONG, count) if count else LONG

    def number(value: float) -> Any:
        return ir.Constant(kind, [value] * count if count else value)

    most, least = number(LIMIT), number(-LIMIT)
    x = builder.select(builder.fcmp_ordered("<", x, most), x, most)
    x = builder.select(builder.fcmp_ordered(">", x, least), x, least)
    power = builder.fmul(x, number(LOG2_E))
    name = f"llvm.rint.v{count}f64" if count else "llvm.rint.f64"
    rounding = builder.module.globals.get(name)
    if rounding is None:
        rounding = ir.Function(builder.module, ir.FunctionType(kind, [kind]), name)
    n = builder.call(rounding, [power])
    f = builder.fsub(power, n)
    terms = [number(c) for c in _coefficients()]
    while len(terms) > 1:
        terms = [
            builder.fadd(even, builder.fmul(odd, f))
            for even, odd in zip(terms[::2], terms[1::2], strict=True)
        ]
        f = builder.fmul(f, f)
    bits = builder.bitcast(builder.fadd(n, number(ROUNDED)), whole)
    shift = ir.Constant(whole, [52] * count if count else 52)
    return builder.bitcast(
        builder.add(builder.bitcast(terms[0], whole), builder.shl(bits, shift)), kind
    )


@cache
def _coefficients() -> tuple[float, ...]:
    """Of the polynomial for 2^f: it goes through the curve at Chebyshev's points."""
    from numpy.polynomial import Chebyshev, Polynomial

    curve = Chebyshev.interpolate(lambda f: 2.0**f, DEGREE, domain=[-0.5, 0.5])
    return tuple(float(c) for c in curve.convert(kind=Polynomial).coef)


def _place(context: Any, builder: Any, kind: Any, array: Any, index: Any) -> Any:
    """A pointer to a place of a flat array, or from a pointer on."""
    if isinstance(kind, types.Array):
        array = context.make_array(kind)(context, builder, array).data
    return builder.gep(array, [index])


def _load(builder: Any, begin: Any, k: int, width: int) -> Any:
    pointer = builder.gep(begin, [LONG(k)])
    if width == 1:
        return builder.load(pointer)
    return builder.load(
        builder.bitcast(pointer, ir.VectorType(DOUBLE, width).as_pointer()), align=8
    )


def _store(builder: Any, value: Any, begin: Any, k: int) -> None:
    pointer = builder.gep(begin, [LONG(k)])
    if isinstance(value.type, ir.VectorType):
        pointer = builder.bitcast(pointer, value.type.as_pointer())
    builder.store(value, pointer, align=8)


def _spread(builder: Any, value: Any) -> Any:
    """A row of one number."""
    row = ir.Constant(ir.VectorType(DOUBLE, WIDTH), ir.Undefined)
    for k in range(WIDTH):
        row = builder.insert_element(row, value, INDEX(k))
    return row
