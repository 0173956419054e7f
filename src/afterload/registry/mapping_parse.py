"""A map file, read and checked: every mistake in it is refused in one sentence."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from afterload.core.errors import InputError
from afterload.core.vocabulary import Vocabulary, declared_variables
from afterload.registry.mapping import (
    CellRules,
    Check,
    Event,
    Infusion,
    Long,
    Map,
    Spec,
    TableMap,
)
from afterload.registry.mapping_event import when
from afterload.registry.mapping_rules import check_keys, choice, is_number, rules, text, yes_no
from afterload.registry.mapping_spec import constants
from afterload.registry.mapping_target import target
from afterload.registry.reader import Reading, is_delimiter, squeeze

_TOP = ("map", "table", "variable")
_MAP = ("title", "decimal", "date_format", "missing", "bad", "soft", "time_zone", "dates")
_TABLE = (
    "file", "sheet", "encoding", "delimiter", "header_row", "layout", "patient", "episode",
    "centre", "encounter", "rows", "unknown_keys", "keys", "t0", "at", "at_unit", "point",
    "decimal", "date_format", "missing", "bad", "soft", "time_zone", "ignore", "ignore_others",
    "constant", "columns", "checks", "long", "values",
)  # fmt: skip
_LONG = (
    "variable", "value", "unit", "at", "at_unit", "point", "order", "start", "start_days",
    "start_hours", "stop", "stop_days", "stop_hours",
)  # fmt: skip
_CHECK = ("column", "at_most", "times", "plus", "why")


def read_map(path: Path, vocabulary: Vocabulary) -> Map:
    """Read a map file.

    Args:
        path: The TOML file.
        vocabulary: The variables it may name, besides those it declares itself.

    Raises:
        InputError: The file cannot be read, or says something that is not understood.
    """
    try:
        document = path.read_text("utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError:
        raise InputError(f"{path} is not UTF-8 text. Save it as UTF-8.") from None
    return parse_map(document, path.name, vocabulary)


def parse_map(document: str, where: str, vocabulary: Vocabulary) -> Map:
    """Read the text of a map; `where` names it in errors.

    Raises:
        InputError: The text says something that is not understood.
    """
    try:
        content = tomllib.loads(document)
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{where} is not valid TOML: {error}.") from error
    check_keys(content, _TOP, where)
    head = content.get("map", {})
    check_keys(head, _MAP, f"{where}: [map]")
    variables = declared_variables(content.get("variable", {}), where)
    for variable in variables:
        if variable.name in vocabulary and vocabulary[variable.name].level != "site":
            raise InputError(f"{where}: [variable.{variable.name}] is a standard variable already.")
    merged = vocabulary.with_variables(v for v in variables if v.name not in vocabulary)
    general = rules(head, CellRules(), f"{where}: [map]")
    tables = content.get("table", [])
    if not isinstance(tables, list) or not tables:
        raise InputError(f"{where} has no [[table]]: it maps nothing.")
    parsed = tuple(
        _table(t, f"{where}: table {i}", general, merged) for i, t in enumerate(tables, start=1)
    )
    shifted = choice(head, "dates", ("real", "shifted"), f"{where}: [map]") == "shifted"
    return Map(text(head, "title", f"{where}: [map]"), parsed, variables, merged, shifted)


def _table(
    table: Mapping[str, Any], place: str, general: CellRules, vocabulary: Vocabulary
) -> TableMap:
    check_keys(table, _TABLE, place)
    own = rules(table, general, place)
    is_long = choice(table, "layout", ("wide", "long"), place) == "long"
    if is_long != ("long" in table):
        raise InputError(f'{place}: layout = "long" and [table.long] go together.')
    if not any(table.get(key) for key in ("columns", "constant", "long", "episode", "patient")):
        raise InputError(f"{place} maps no column.")
    at = when(table, "at", place)
    point = squeeze(text(table, "point", place))
    columns = table.get("columns", {})
    check_keys(columns, columns if isinstance(columns, Mapping) else (), f"{place}: columns")
    targets = [
        one
        for column, entry in columns.items()
        for one in target(squeeze(column), entry, own, vocabulary, place, timed=bool(at or point))
    ]
    patient, episode = (squeeze(text(table, key, place)) for key in ("patient", "episode"))
    if not (patient or episode):
        raise InputError(f"{place} needs episode = the column with the key of the episode.")
    _refuse_doubles(targets, place)
    if not episode:
        _refuse_beyond_patient(targets, place)
    return TableMap(
        place=place,
        file=text(table, "file", place),
        reading=_reading(table, place, wall=own.wall),
        patient=patient,
        episode=episode,
        centre=squeeze(text(table, "centre", place)),
        encounter=squeeze(text(table, "encounter", place)),
        rows="existing"
        if choice(table, "rows", ("new", "existing"), place) == "existing"
        else "new",
        unknown_keys=(
            "skip"
            if choice(table, "unknown_keys", ("refuse", "skip"), place) == "skip"
            else "refuse"
        ),
        trusted=choice(table, "keys", ("checked", "as they are"), place) == "as they are",
        t0=squeeze(text(table, "t0", place)),
        at=at,
        point=point,
        rules=own,
        ignore=_patterns(table.get("ignore", ()), place),
        ignore_others=yes_no(table, "ignore_others", place),
        constant=constants(table.get("constant", {}), own, vocabulary, place),
        specs=tuple(t for t in targets if isinstance(t, Spec)),
        events=tuple(t for t in targets if isinstance(t, Event)),
        infusions=tuple(t for t in targets if isinstance(t, Infusion)),
        checks=_checks(table.get("checks", []), place),
        long=_long(table, own, vocabulary, place) if is_long else None,
    )


def _refuse_doubles(targets: list[Spec | Event | Infusion], place: str) -> None:
    """Refuse two columns that are the same variable at the same time."""
    seen: dict[str, str] = {}
    for spec in targets:
        if not isinstance(spec, Spec) or spec.add:
            continue
        other = seen.setdefault(spec.name, spec.column)
        if other is not spec.column:
            raise InputError(
                f"{place}: the columns {other!r} and {spec.column!r} are both {spec.name}."
            )


def _refuse_beyond_patient(targets: list[Spec | Event | Infusion], place: str) -> None:
    """Refuse what belongs to an episode in a sheet that tells of patients only."""
    for one in targets:
        if not isinstance(one, Spec) or one.variable.table != "patient":
            raise InputError(
                f"{place}: {one.column!r} belongs to an episode. "
                "It needs episode = the column with the key of the episode."
            )


def _patterns(given: Any, place: str) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(p, str) for p in given):
        raise InputError(f"{place}: ignore must be a list of column names.")
    return tuple(squeeze(pattern) for pattern in given)


def _reading(table: Mapping[str, Any], place: str, *, wall: bool) -> Reading:
    header = table.get("header_row", 0)
    if isinstance(header, bool) or not isinstance(header, int) or header < 0:
        raise InputError(f"{place}: header_row must be the row of the column names, 1 or more.")
    delimiter = text(table, "delimiter", place)
    if delimiter and not is_delimiter(delimiter):
        raise InputError(f'{place}: delimiter = {delimiter!r} must be one sign, e.g. ";".')
    return Reading(
        sheet=text(table, "sheet", place),
        encoding=text(table, "encoding", place),
        delimiter=delimiter,
        header_row=header,
        wall=wall,
    )


def _checks(given: Any, place: str) -> tuple[Check, ...]:
    if not isinstance(given, list):
        raise InputError(f"{place}: checks must be [[table.checks]] tables.")
    return tuple(_check(entry, place) for entry in given)


def _check(entry: Mapping[str, Any], place: str) -> Check:
    check_keys(entry, _CHECK, f"{place}: checks")
    column, most = (squeeze(text(entry, key, place)) for key in ("column", "at_most"))
    if not (column and most):
        raise InputError(f"{place}: checks need a column and at_most = another column.")
    numbers = [entry.get("times", 1), entry.get("plus", 0)]
    if not all(is_number(n) for n in numbers):
        raise InputError(f"{place}: times and plus of checks must be numbers.")
    return Check(column, most, float(numbers[0]), float(numbers[1]), text(entry, "why", place))


def _long(table: Mapping[str, Any], own: CellRules, vocabulary: Vocabulary, place: str) -> Long:
    entry = table["long"]
    check_keys(entry, _LONG, f"{place}: [table.long]")
    place = f"{place}: [table.long]"
    keys = ("variable", "value", "unit", "point", "order")
    parts = {key: squeeze(text(entry, key, place)) for key in keys}
    if not (parts["variable"] and parts["value"]):
        raise InputError(f"{place} needs the columns variable and value.")
    at, start, stop = (when(entry, key, place) for key in ("at", "start", "stop"))
    if not (at or parts["point"] or start):
        raise InputError(
            f"{place} needs at = the column with the time, or point; infusions may have start and "
            "stop instead."
        )
    if start and (at or parts["point"]):
        raise InputError(f"{place}: start goes without at and point.")
    if (stop or parts["order"]) and not (start or at):
        raise InputError(f"{place}: stop goes with start, and order with at or start.")
    values = table.get("values", {})
    check_keys(values, values if isinstance(values, Mapping) else (), f"{place}: [table.values]")
    if not values:
        raise InputError(f"{place} needs [table.values]: what each word of the column is.")
    told = {w: _long_value(w, v, own, vocabulary, place, bool(parts["unit"]))
            for w, v in values.items()}  # fmt: skip
    if start and (wrong := [word for word, of in told.items() if isinstance(of, Spec)]):
        raise InputError(f"{place}: {wrong[0]!r} is measured; only infusions have start and stop.")
    return Long(
        variable=parts["variable"],
        value=parts["value"],
        unit=parts["unit"],
        at=at,
        point=parts["point"],
        values=told,
        start=start,
        stop=stop,
        order=parts["order"],
    )


def _long_value(
    word: str, entry: Any, own: CellRules, vocabulary: Vocabulary, place: str, units: bool
) -> Spec | Infusion | None:
    if entry == "ignore":
        return None
    found = tuple(target(word, entry, own, vocabulary, place, timed=True, units=units))
    if len(found) != 1 or isinstance(found[0], Event):
        raise InputError(f'{place}: {word!r} must be one variable, one infusion, or "ignore".')
    return found[0]
