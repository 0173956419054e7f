"""What one column of a map stands for: a variable, a device, a complication, an infusion ..."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from afterload.core.errors import InputError
from afterload.core.vocabulary import Vocabulary
from afterload.registry.mapping import CellRules, Event, Infusion, Spec
from afterload.registry.mapping_event import event_of
from afterload.registry.mapping_infusion import infusion_of
from afterload.registry.mapping_spec import spec_of


def target(
    column: str,
    entry: Any,
    own: CellRules,
    vocabulary: Vocabulary,
    place: str,
    *,
    timed: bool,
    units: bool = False,
) -> Iterator[Spec | Event | Infusion]:
    """What a column stands for; a list in the map makes it several things.

    Args:
        column: Name of the column.
        entry: What the map says of it: a name, a table, or a list of them.
        own: How the cells of its table are read.
        vocabulary: The variables it may be.
        place: How errors name the table.
        timed: Whether the table itself tells when its measurements were taken.
        units: Whether the table itself tells the unit of each value.

    Raises:
        InputError: The entry is not understood.
    """
    place = f"{place}, column {column!r}"
    if entry == []:
        raise InputError(f"{place} is an empty list. Name a variable, or list it under ignore.")
    for one in entry if isinstance(entry, list) else [entry]:
        table = {"to": one} if isinstance(one, str) else one
        if not isinstance(table, Mapping) or not isinstance(table.get("to"), str):
            raise InputError(f'{place} needs to = the name of a variable, e.g. "lactate@pre".')
        if table["to"] in ("device", "complication", "decision"):
            yield event_of(column, table, own, vocabulary, place)
        elif table["to"].partition("@")[0] == "infusion":
            yield infusion_of(column, table, own, vocabulary, place, timed=timed, units=units)
        else:
            spec = spec_of(column, table, own, vocabulary, place, timed=timed)
            if spec.variable.table in ("device", "complication"):
                raise InputError(
                    f"{place}: {spec.variable.name} belongs to a {spec.variable.table}. "
                    f'Write it under set of that column, e.g. {{ to = "{spec.variable.table}", '
                    f"... , set = {{ {spec.variable.name} = ... }} }}."
                )
            yield spec
