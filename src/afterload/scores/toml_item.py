"""The items of a TOML card: bands, answers, levels, what is worked out, and what is composed."""

from __future__ import annotations

from dataclasses import replace
from math import isfinite
from typing import Literal, cast

from afterload.core.errors import InputError, UnknownUnit
from afterload.core.unit import convert, form_of
from afterload.core.variable import Variable
from afterload.core.vocabulary import standard
from afterload.scores.band import Band, check_tiling, wording
from afterload.scores.card import Composed, Item, Row, by_level
from afterload.scores.derive import AnyOf, Derived, Equation, Test
from afterload.scores.formula import Formula
from afterload.scores.toml_table import ENDS, Table

_BAND = ("points", *ENDS, "text")
_POINTS = ("bands", "yes", "levels")
_COMPOSED = ("most_of", "least_of")
_ITEM = (
    "variable", "label", "unit", *_POINTS, "no", "derive", "asks", "at", "worst", "hours",
    "definition", "source",
)  # fmt: skip
_WHOLE = ("name", "label", *_COMPOSED, "definition", "source")
_WAYS = ("any_of", "ratio", "difference", "hours_before_first_flow", "formula")
_TEST = ("variable", *ENDS, "levels", "yes")


def rows(table: Table, key: str) -> tuple[Row, ...]:
    """The items under a key.

    Raises:
        InputError: One says something that is not understood.
    """
    return tuple(_row(one) for one in table.tables(key))


def _row(table: Table) -> Row:
    label = table.content.get("label", table.content.get("variable", table.content.get("name")))
    table = replace(table, place=f"{table.place} ({label})") if label else table
    if not any(key in table.content for key in _COMPOSED):
        return _item(table)
    table.only(*_WHOLE)
    key = table.exactly_one(*_COMPOSED)
    take: Literal["most", "least"] = "most" if key == "most_of" else "least"
    name = table.text("name")
    source = table.sourced()
    return Composed(
        name,
        table.text("label", name),
        rows(replace(table, source=source), key),
        source,
        take,
        table.text("definition", ""),
    )


def _item(table: Table) -> Item:
    table.only(*_ITEM)
    variable = table.variable(table.text("variable"))
    worst, hours = table.one_of("worst", ("", "lowest", "highest"), ""), table.number("hours", 0)
    if hours < 0 or bool(worst) != bool(hours):
        raise table.wrong("worst, lowest or highest, and the hours looked back on go together")
    return Item(
        variable=variable.name,
        label=table.text("label", variable.label),
        bands=_bands(table, variable),
        source=table.sourced(),
        derive=tuple(_derived(one, variable) for one in table.tables("derive")),
        asks=tuple(table.variable(word).name for word in table.texts("asks")),
        at=_points_in_time(table),
        definition=table.text("definition", ""),
        worst=cast(Literal["", "lowest", "highest"], worst),
        hours=hours,
    )


def _points_in_time(table: Table) -> tuple[str, ...]:
    """The registry's time points it is read at, in order; before support by default."""
    known = standard()["timepoint"].levels
    for word in table.texts("at"):
        if word not in known:
            raise table.wrong(f"at: {word!r} must be one of {', '.join(known)}")
    return table.texts("at") or ("pre",)


def _bands(table: Table, variable: Variable) -> tuple[Band, ...]:
    key = table.exactly_one(*_POINTS)
    if key != "yes" and "no" in table.content:
        raise table.wrong("no goes with yes, the points of the two answers")
    if key != "bands" and "unit" in table.content:
        raise table.wrong("unit goes with bands")
    if key == "yes":
        if variable.kind != "bool":
            raise table.wrong(f"yes is for yes or no, and {variable.name} is {_kind(variable)}")
        return Band(table.whole("no", 0), high=1), Band(table.whole("yes"), low=1)
    if key == "levels":
        return _levels(table, variable)
    if not variable.is_numeric:
        raise table.wrong(f"bands are for numbers, and {variable.name} is {_kind(variable)}")
    unit = table.text("unit", "")
    try:
        form_of(variable, unit)
        bands = tuple(_band(one, variable, unit) for one in table.tables("bands"))
    except UnknownUnit as error:
        raise table.wrong(f"unit: {error}".rstrip(".")) from error
    check_tiling(bands, f"{table.place}, bands")
    return bands


def _levels(table: Table, variable: Variable) -> tuple[Band, ...]:
    if variable.kind != "enum":
        raise table.wrong(f"levels are for one category, and {variable.name} is {_kind(variable)}")
    found = table.table("levels")
    assert found is not None
    points = {level: found.whole(level) for level in found.content}
    try:
        return by_level(variable, points)
    except InputError as error:
        raise table.wrong(f"levels: {error}".rstrip(".")) from error


def _band(table: Table, variable: Variable, unit: str) -> Band:
    """A band, in the unit of the printed table; its ends are brought into the variable's own."""
    table.only(*_BAND)
    low, high, low_closed, high_closed = table.ends()
    band = Band(table.whole("points"), low, high, low_closed, high_closed, table.text("text", ""))
    if unit:
        words = band.text or wording(band, unit)
        low, high = (convert(variable, end, unit) if isfinite(end) else end for end in (low, high))
        band = Band(band.points, low, high, low_closed, high_closed, words)
    for end in (band.low, band.high):
        if isfinite(end) and not variable.low <= end <= variable.high:
            raise table.wrong(
                f"an end at {end:g} {variable.unit_label}".rstrip()
                + f" lies outside what {variable.name} can be, {variable.low:g} to "
                f"{variable.high:g} {variable.unit_label}".rstrip()
                + "; say the unit of the printed table with unit"
            )
    return band


def _derived(table: Table, variable: Variable) -> Derived:
    """One way to work the item's variable out."""
    key = table.exactly_one(*_WAYS)
    text = table.text("text", "")
    if key == "any_of":
        table.only("any_of", "text")
        if variable.kind != "bool":
            raise table.wrong(f"any_of answers yes or no, and {variable.name} is {_kind(variable)}")
        tests = tuple(_test(one) for one in table.tables("any_of"))
        if not tests:
            raise table.wrong("any_of needs a test")
        return AnyOf(tests, text or " or ".join(test.variable for test in tests))
    if not variable.is_numeric:
        raise table.wrong(f"{key} gives a number, and {variable.name} is {_kind(variable)}")
    if key == "formula":
        table.only("formula")
        return _formula(table, variable)
    if key == "hours_before_first_flow":
        table.only(key, "text")
        return _hours(table, text)
    table.only(key, "text", *(["times"] if key == "ratio" else []))
    return _of_two(table, key, text)


def _of_two(table: Table, key: str, text: str) -> Equation:
    """A ratio or a difference of two numbers."""
    words = table.texts(key)
    if len(words) != 2:
        raise table.wrong(f"{key} must name two variables")
    first, second = (table.variable(word) for word in words)
    for one in (first, second):
        if not one.is_numeric:
            raise table.wrong(f"{key} is of numbers, and {one.name} is {_kind(one)}")
    a, b = first.name, second.name
    if key == "difference":
        return Equation(text or f"{a} - {b}", lambda _, x: x[a] - x[b], (a,), (b,))
    times = table.number("times", 1)
    if not (times > 0 and first.low >= 0 and second.low > 0):
        raise table.wrong(f"ratio is of numbers above 0, and {a}, {b} or times can be 0 or less")
    shown = f"{a} / {b}" if times == 1 else f"{times:g} × {a} / {b}"
    return Equation(text or shown, lambda _, x: times * x[a] / x[b], (a,), (b,))


def _hours(table: Table, text: str) -> Equation:
    variable = table.variable(table.text("hours_before_first_flow"))
    if variable.kind != "datetime":
        raise table.wrong(
            f"hours_before_first_flow is of a date, and {variable.name} is {_kind(variable)}"
        )
    name = variable.name
    return Equation(
        text or f"hours from {name} to first flow",
        lambda maths, x: maths.maximum(0.0, -x[name]),
        falls=(name,),
    )


def _formula(table: Table, variable: Variable) -> Equation:
    from afterload.scores import ALL

    word = table.text("formula")
    shipped = ALL.get(word)
    if not isinstance(shipped, Formula):
        known = ", ".join(name for name, one in ALL.items() if isinstance(one, Formula))
        raise table.wrong(f"formula = {word!r} must be one of {known}")
    if shipped.unit != variable.unit:
        raise table.wrong(
            f"formula = {word!r} gives {shipped.unit or 'a number without unit'}, and "
            f"{variable.name} is in {variable.unit or 'none'}"
        )
    equation, low, high = shipped.equation, variable.low, variable.high
    # What lies beyond the variable's range counts as its end, not as a contradiction.
    return replace(
        equation,
        function=lambda maths, x: maths.minimum(
            high, maths.maximum(low, equation.function(maths, x))
        ),
    )


def _test(table: Table) -> Test:
    table.only(*_TEST)
    variable = table.variable(table.text("variable"))
    if variable.kind in ("enum", "multi"):
        levels = table.texts("levels")
        unknown = [level for level in levels if level not in variable.levels]
        if not levels or unknown:
            raise table.wrong(
                f"levels must name some of {', '.join(variable.levels)}, the categories of "
                f"{variable.name}"
            )
        return Test(variable.name, levels=levels)
    if variable.kind == "bool":
        if not table.yes_no("yes"):
            raise table.wrong(f"yes = true is how {variable.name} answers yes")
        return Test(variable.name, 1, 1)
    if "yes" in table.content or "levels" in table.content:
        raise table.wrong(f"{variable.name} is {_kind(variable)} and takes {', '.join(ENDS)}")
    low, high, low_closed, high_closed = table.ends()
    if not (isfinite(low) or isfinite(high)):
        raise table.wrong(f"it needs one of {', '.join(ENDS)}")
    return Test(variable.name, low, high, low_closed, high_closed)


def _kind(variable: Variable) -> str:
    """What a variable is, as people say it."""
    return {
        "bool": "yes or no", "enum": "a category", "multi": "several categories", "datetime":
        "a date", "id": "a key", "text": "a text",
    }.get(variable.kind, "a number")  # fmt: skip
