"""What a column (or a word of a long table) that is an infusion may say in a map."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterload.core.errors import InputError
from afterload.core.vocabulary import Vocabulary
from afterload.registry.mapping import CellRules, Infusion, unknown
from afterload.registry.mapping_event import when
from afterload.registry.mapping_rules import RULE_KEYS, check_keys, rules, text
from afterload.registry.mapping_spec import codes_of, fix_of, point_of
from afterload.registry.rate_units import DRUGS, PER_KG, RATE_UNITS, drug_variable, rate_form
from afterload.registry.reader import squeeze

_TIMES = tuple(f"{edge}{unit}" for edge in ("start", "stop") for unit in ("", "_days", "_hours"))
_INFUSION = ("to", "drug", "other_drug", "unit", "weight", "codes", "fix", *_TIMES, *RULE_KEYS)


def infusion_of(
    column: str,
    table: Mapping[str, Any],
    own: CellRules,
    vocabulary: Vocabulary,
    place: str,
    *,
    timed: bool,
    units: bool = False,
) -> Infusion:
    """What a column with the rate of an infusion stands for; see `mapping_target.target`.

    Args:
        column, table, own, vocabulary, place: See there.
        timed: Whether the table itself tells when it ran.
        units: Whether the table itself tells the unit of each rate.

    Raises:
        InputError: The entry of the map is not understood.
    """
    check_keys(table, _INFUSION, place)
    _, at, word = table["to"].partition("@")
    point = point_of(word, place) if at else ""
    name, variable = _drug(table, vocabulary, place)
    unit = text(table, "unit", place)
    if not unit and not units and variable is None:
        raise InputError(f'{place}: say in which unit {name} is given, e.g. unit = "ug/kg/min".')
    if unit and rate_form(variable, unit, weighed=False) is None:
        raise unknown(place, "unit of a rate", unit, [one.unit for one in RATE_UNITS.values()])
    start, stop = when(table, "start", place), when(table, "stop", place)
    if sum((bool(point), timed, bool(start))) != 1 or (stop and not start):
        raise InputError(
            f"{place}: say once when it ran: infusion@24h, or start (and stop) = the columns with "
            "the times, or at or point for the whole table."
        )
    weight = squeeze(text(table, "weight", place))
    if weight and (variable is None or variable.unit not in PER_KG.values()):
        raise InputError(f"{place}: the rate of {name} is not kept per kg; leave weight out.")
    codes = codes_of(table.get("codes", {}), place)
    if any(isinstance(value, bool | str) for value in codes.values()):
        raise InputError(f"{place}: the codes of a rate stand for numbers, e.g. {{ off = 0 }}.")
    return Infusion(
        column=column,
        drug=name,
        variable=variable,
        rules=rules(table, own, place),
        point=point,
        unit=unit,
        weight=weight,
        codes=codes,
        start=start,
        stop=stop,
        fix=fix_of(table, place),
    )


def _drug(table: Mapping[str, Any], vocabulary: Vocabulary, place: str) -> tuple[str, Any]:
    """The drug's name in the registry, and its variable if its rate has one."""
    known, other = text(table, "drug", place), text(table, "other_drug", place).strip()
    if bool(known) == bool(other):
        raise InputError(
            f"{place}: say which drug with drug = one of {', '.join(DRUGS)}, or with "
            'other_drug = "..." for one the vocabulary does not have.'
        )
    names = {**{d: d for d in DRUGS}, **{a: d for d in DRUGS for a in vocabulary[d].aliases}}
    if other:
        if other.casefold() in names:
            raise InputError(f'{place}: write drug = "{names[other.casefold()]}" for {other}.')
        return other, None
    if known.casefold() not in names:
        raise unknown(place, "drug", known, names)
    name = names[known.casefold()]
    return name, drug_variable(name, vocabulary)
