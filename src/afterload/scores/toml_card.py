"""A score written as a TOML file by who holds the paper: the same rules, and then equal to ours.

    name = "toy"
    title = "Toy score"
    version = "1.0"
    [source]
    citation = "Nobody et al. 2020, J Made Up 1:1-2"
    place = "table 2"
    confidence = "C1"
    [[item]]
    variable = "age_years"
    bands = [{ points = 0, below = 60 }, { points = 2, from = 60 }]
    [[item]]
    variable = "hx_ckd"
    yes = 3

See docs/how-to/add-a-score-from-a-paper.md for all that can be said.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, cast, get_args

from afterload.core.errors import InputError
from afterload.core.source import Confidence, Source
from afterload.core.variable import Variable
from afterload.core.vocabulary import declared_variables, standard
from afterload.scores import support
from afterload.scores.about import About, Caution, Limit, Note, Status, Validation
from afterload.scores.card import Card, Class
from afterload.scores.card_check import check_card
from afterload.scores.risk import Logistic
from afterload.scores.toml_item import rows
from afterload.scores.toml_table import ENDS, SOURCE, Table

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TOP = (
    "name", "title", "purpose", "version", "status", "cohort", "discrimination", "population",
    "before_support", "support", "measure", "horizon", "source", "variable", "item", "constant",
    "class", "predict", "caution", "limit", "note", "validation",
)  # fmt: skip


def read_card(path: Path) -> Card:
    """Read a score from a TOML file, and make sure that it is sound.

    Args:
        path: The file.

    Raises:
        InputError: It cannot be read, says something that is not understood, or is not sound: the
            bands of an item leave a gap, a number has no source with a place ...; one sentence
            that names the file and the key.
    """
    try:
        document = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    return parse_card(document, path.name)


def parse_card(document: str, where: str) -> Card:
    """Read the text of a TOML card; `where` names it in errors.

    Raises:
        InputError: As `read_card`.
    """
    try:
        content = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} is not valid TOML: {error}.") from error
    declared = _declared(content.get("variable", {}), where)
    table = Table(content, where, Source(""), declared).only(*_TOP)
    table = replace(table, source=_source(table))
    card = Card(
        about=_about(table),
        items=rows(table, "item"),
        **_constant(table),
        classes=tuple(_class(one) for one in table.tables("class")),
        measure=table.text("measure", ""),
        horizon=table.text("horizon", ""),
        predict=_predict(table),
    )
    if not card.items:
        raise table.wrong("item is missing: a card has one [[item]] or more")
    if any(class_.value is not None for class_ in card.classes) and not card.measure:
        raise table.wrong('measure is missing: say what the value of a class counts, as "survival"')
    try:
        check_card(card)
    except InputError as error:
        raise InputError(f"{where}: {error}") from error
    return card


def _declared(tables: Any, where: str) -> dict[str, Variable]:
    declared = {v.name: v for v in declared_variables(tables, where)}
    for name in declared:
        if name in standard():
            raise InputError(f"{where}: [variable.{name}] is a standard variable already.")
    return declared


def _source(table: Table) -> Source:
    found = table.table("source")
    if found is None:
        raise table.wrong("source is missing: citation, place and confidence of the paper's table")
    found.only(*SOURCE)
    sure = cast(Confidence, found.one_of("confidence", get_args(Confidence)))
    return Source(
        found.text("citation"), found.text("doi", ""), found.text("place"), sure,
        found.text("note", ""),
    )  # fmt: skip


def _about(table: Table) -> About:
    from afterload.scores import ALL

    name = table.text("name")
    if not _NAME.fullmatch(name):
        raise table.wrong(
            f"name = {name!r} must be of lower-case letters, digits, - and _, 40 at most"
        )
    if name.replace("-", "_") in {own.replace("-", "_") for own in ALL}:
        raise table.wrong(f"name = {name!r} is the name of a score that comes with afterload")
    title = table.text("title")
    quantities = table.texts("support")
    for quantity in quantities:
        if quantity not in get_args(support.Quantity):
            allowed = ", ".join(get_args(support.Quantity))
            raise table.wrong(f"support: {quantity!r} must be one of {allowed}")
    by_support = bool(quantities)
    asked = cast("tuple[support.Quantity, ...]", quantities)
    return About(
        name=name,
        title=title,
        purpose=table.text("purpose", ""),
        version=table.text("version"),
        source=table.source,
        cohort=table.text("cohort", ""),
        discrimination=table.text("discrimination", ""),
        population=table.text("population", ""),
        status=cast(Status, table.one_of("status", ("exact", "provisional"), "exact")),
        declares=(*table.declared.values(), *((support.SUPPORT,) if by_support else ())),
        cautions=(
            *(_caution(one) for one in table.tables("caution")),
            *((support.NONE_AND_A_DEVICE,) if by_support else ()),
        ),
        limits=tuple(_limit(one) for one in table.tables("limit")),
        notes=tuple(_note(one) for one in table.tables("note")),
        support=support.under_support(title, *asked) if by_support else (),
        validations=tuple(_validation(one) for one in table.tables("validation")),
        before_support=table.yes_no("before_support"),
    )


def _constant(table: Table) -> Mapping[str, Any]:
    found = table.table("constant")
    if found is None:
        return {}
    found.only("points", "source")
    return {"constant": found.whole("points"), "constant_source": found.sourced()}


def _class(table: Table) -> Class:
    table.only("name", *ENDS, "value", "source")
    low, high, low_closed, high_closed = table.ends()
    value = table.number("value") if "value" in table.content else None
    if value is not None and not 0 <= value <= 1:
        raise table.wrong(f"value must be a share between 0 and 1, not {value:g}")
    for key in ENDS:
        if key in table.content and not table.number(key).is_integer():
            raise table.wrong(f"{key} must be a whole number of points")
    return Class(table.text("name"), table.sourced(), low, high, low_closed, high_closed, value)


def _predict(table: Table) -> Logistic | None:
    found = table.table("predict")
    if found is None:
        return None
    found.only("measure", "horizon", "intercept", "per_point", "per_log", "source")
    return Logistic(
        found.text("measure"),
        found.text("horizon"),
        found.sourced(),
        found.number("intercept"),
        found.number("per_point"),
        found.number("per_log", 0),
    )


def _caution(table: Table) -> Caution:
    table.only("text", "about", *ENDS, "levels", "source")
    about, levels = table.text("about", ""), table.texts("levels")
    if about not in ("", "total"):
        variable = table.variable(about)
        about = variable.name
        unknown = [level for level in levels if level not in variable.levels]
        if unknown:
            allowed = ", ".join(variable.levels) or "no categories"
            raise table.wrong(f"levels: {unknown[0]!r} is none; {about} has {allowed}")
    elif levels or (not about and any(key in table.content for key in ENDS)):
        raise table.wrong("about is missing: the input, or total, that the range is of")
    return Caution(table.text("text"), table.sourced(), about, *table.ends(), levels)


def _limit(table: Table) -> Limit:
    table.only("variable", "from", "to", "readable", "text", "source")
    variable = table.variable(table.text("variable"))
    readable = table.content.get("readable", [variable.low, variable.high])
    if not (isinstance(readable, list) and len(readable) == 2):
        raise table.wrong("readable must be two numbers, [low, high]")
    numbers = replace(table, content=dict(zip(("low", "high"), readable, strict=True)))
    return Limit(
        variable.name,
        table.number("from", variable.low),
        table.number("to", variable.high),
        (numbers.number("low"), numbers.number("high")),
        table.text("text"),
        table.sourced(),
    )


def _note(table: Table) -> Note:
    table.only("topic", "text", "source")
    return Note(table.text("topic"), table.text("text"), table.sourced())


def _validation(table: Table) -> Validation:
    table.only("cohort", "found", "source")
    return Validation(table.text("cohort"), table.text("found"), table.sourced())
