"""What a column that is a device, a complication or a decision may say, and where times stand."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from afterload.core.errors import InputError
from afterload.core.vocabulary import Vocabulary
from afterload.registry.mapping import CellRules, Event, When, unknown
from afterload.registry.mapping_rules import RULE_KEYS, check_keys, choice, rules, text, yes_no
from afterload.registry.mapping_spec import codes_of, constants, fix_of
from afterload.registry.reader import squeeze
from afterload.registry.shape import DECISIONS

_TIMES = tuple(
    f"{edge}{unit}" for edge in ("start", "stop", "at") for unit in ("", "_days", "_hours")
)
_TEXTS = ("who", "reason")
_EVENT = (
    "to", "kind", "when", "codes", "days", "hours", "set", "fix", "empty", *_TEXTS, *_TIMES,
    *RULE_KEYS,
)  # fmt: skip


def when(table: Mapping[str, Any], key: str, place: str) -> When | None:
    """The column and unit of a time: `at`, with `at_unit` or as `at_days`, `at_hours`.

    Raises:
        InputError: Two of them are given, or the unit is not known.
    """
    given = [k for k in (key, f"{key}_days", f"{key}_hours") if table.get(k)]
    if not given:
        return None
    if len(given) > 1:
        raise InputError(f"{place}: {given[0]} and {given[1]} say the same; keep one.")
    column = squeeze(text(table, given[0], place))
    if given[0] != key:
        return When(column, "days" if given[0].endswith("days") else "hours")
    unit = choice(table, f"{key}_unit", ("date", "days", "hours", "minutes"), place)
    return When(column, unit)  # type: ignore[arg-type]


def _kinds(name: str, vocabulary: Vocabulary) -> tuple[str, ...]:
    """Every kind of device, complication or decision."""
    if name == "decision":
        return DECISIONS
    return vocabulary["support_type" if name == "device" else "compl_type"].levels


def event_of(
    column: str, table: Mapping[str, Any], own: CellRules, vocabulary: Vocabulary, place: str
) -> Event:
    """What a column that tells of a device, a complication or a decision stands for.

    Raises:
        InputError: The entry of the map is not understood.
    """
    check_keys(table, _EVENT, place)
    kind = text(table, "kind", place)
    name = table["to"]
    known = _kinds(name, vocabulary)
    codes = codes_of(table.get("when", table.get("codes", {})), place)
    if name == "decision" and not (kind or codes):
        codes = {word: word for word in known}
    named = [value for value in codes.values() if isinstance(value, str)]
    for word in [kind, *named] if kind else named:
        if word not in known:
            raise unknown(place, name, word, known)
    durations = [key for key in ("days", "hours") if yes_no(table, key, place)]
    if not kind and not named:
        raise InputError(f'{place}: say which {name} with kind = "..." or with codes.')
    if len(durations) > 1 or (durations and (name != "device" or not kind)):
        raise InputError(f"{place}: days = true or hours = true goes with a device and its kind.")
    fixed = constants(table.get("set", {}), own, vocabulary, place, of=name)
    texts = {key: squeeze(text(table, key, place)) for key in _TEXTS if table.get(key)}
    if texts and name != "decision":
        raise InputError(f"{place}: {' and '.join(texts)} belong to a decision.")
    empty = choice(table, "empty", ("", "no"), place) if "empty" in table else ""
    if empty and name != "device":
        raise InputError(
            f'{place}: empty = "no" goes with a device. Of a {name} an empty cell says nothing.'
        )
    return Event(
        column=column,
        table=name,
        rules=rules(table, own, place),
        kind=kind,
        holds=durations[0] if durations else ("flag" if kind else "kind"),  # type: ignore[arg-type]
        codes=codes,
        start=when(table, "start" if name == "device" else "at", place),
        stop=when(table, "stop", place),
        constants={spec.variable.name: value for spec, value in fixed},
        texts=texts,
        fix=fix_of(table, place),
        empty=empty,  # type: ignore[arg-type]
    )
