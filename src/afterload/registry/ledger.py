"""Writing to a registry: add, correct, withdraw. Nothing is ever changed or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import InputError, RecordError, UnknownName
from afterload.core.progress import Progress, silent
from afterload.core.variable import Variable
from afterload.registry.adding import Share, Work, add_named, add_unnamed, refuse_disorder
from afterload.registry.batch import Batch
from afterload.registry.engine import rehearsing, writing
from afterload.registry.keyed import note_text
from afterload.registry.links import Links
from afterload.registry.past import read_entries
from afterload.registry.repeats import Repeats
from afterload.registry.rows import shape_of
from afterload.registry.shape import NOTES, TABLES, Field, Shape
from afterload.registry.store import Registry, as_it_is, enlarged, put_variables
from afterload.registry.stored import store
from afterload.registry.version import CONTENT, content, locate
from afterload.registry.writer import Added, Changes, Entry, Writer, said


def add(
    registry: Registry,
    batch: Batch,
    *,
    who: str,
    why: str,
    now: datetime,
    variables: Sequence[Variable] = (),
    progress: Progress = silent,
) -> Added:
    """Add rows to a registry: all of them, or none.

    What is recorded already is passed over, so that telling it again changes nothing. Rows of
    patients, episodes, runs and outcomes that are there fill what is missing; so do measurement
    sets and follow-ups of the same moment, and devices and events of the same kind and time.

    Args:
        registry: Where.
        batch: What.
        who, why: Who adds it and for what reason.
        now: When.
        variables: Variables of the site's own that the rows need; those the registry lacks are
            added in the same transaction, with an audit entry of their own.
        progress: Told after every few thousand rows.

    Returns:
        The audit entry; its hash is the receipt. If nothing at all is new, none is written and
        its `counts` are empty; see `Added`.

    Raises:
        InputError: A column, a link or a value is not one the registry can keep.
        RecordError: A row would change a value that is there, times contradict each other, or the
            registry cannot be written.
    """
    said(who, why)
    adding = _Adding(registry, batch, tuple(variables), who, why, now, progress)
    with writing(registry.engine) as connection:
        return adding.put(connection)


def rehearse(
    registry: Registry,
    batch: Batch,
    *,
    who: str,
    why: str,
    now: datetime,
    variables: Sequence[Variable] = (),
    progress: Progress = silent,
) -> Changes:
    """What `add` would come to, found by doing it and undoing it: nothing is written.

    The arguments and the errors are those of `add`. Like `add`, it waits for another writer.
    """
    said(who, why)
    adding = _Adding(registry, batch, tuple(variables), who, why, now, progress)
    told: Added | None = None
    with rehearsing(registry.engine) as connection:
        told = adding.put(connection)
    assert told is not None
    return Changes(told.counts, told.new, told.passed)


@dataclass(frozen=True, slots=True)
class _Adding:
    """Rows to be added: what, by whom, why and when."""

    registry: Registry
    batch: Batch
    variables: tuple[Variable, ...]
    who: str
    why: str
    now: datetime
    progress: Progress

    def put(self, connection: Connection) -> Added:
        """Write the rows, within a transaction that writes."""
        batch = self.batch
        told: dict[str, Any] = {"who": self.who, "why": self.why, "now": self.now}
        # Another writer may have added variables since the registry was opened.
        larger, new = enlarged(as_it_is(connection, self.registry), self.variables)
        _refuse_unknown(larger, batch)
        done = Share(self.progress, sum(len(rows) for rows in batch.rows))
        if new:
            put_variables(connection, larger, new, **told)
        writer = Writer.begin(connection, larger.shapes)
        links = Links(connection)
        work = Work(writer, links, Repeats.begin(links), done)
        for table in TABLES:
            for rows in batch.rows:
                if rows.table == table and len(rows):
                    shape = larger.shapes[table]
                    put = add_named if shape.key else add_unnamed
                    put(work, shape, rows)
        work.repeats.refuse()
        if not writer.counts:
            return work.told(read_entries(connection)[-1])
        return work.told(writer.close(action="add", origin=batch.origin, **told))


def correct(
    registry: Registry,
    table: str,
    row: int | str,
    changes: Mapping[str, Any],
    *,
    who: str,
    why: str,
    now: datetime,
) -> Entry:
    """Correct a row by a new version that takes its place; the old one stays for the history.

    Args:
        registry: Where.
        table: The table.
        row: The id of the current version, or the key of a patient, episode, run or outcome (an
            outcome has the key of its episode).
        changes: New values by column name; None empties one. A link takes a key. Of a time's two
            columns (`X`, `X_h`) the one that is given holds.
        who, why, now: Who corrects it, for what reason, and when.

    Raises:
        InputError: A value is not one the column can hold, or `who` or `why` is empty.
        RecordError: The row is superseded or withdrawn, is a kept result of a score, or nothing
            would change.
    """
    if table == "score":
        raise RecordError(
            "A result of a score is not corrected by hand: it would no longer follow from its "
            "values. Correct the record and store the score again, or withdraw the result."
        )
    with writing(registry.engine) as connection:
        registry = as_it_is(connection, registry)
        shape = shape_of(registry.shapes, table)
        there = locate(connection, shape, row)
        stored = _stored_changes(Links(connection), shape, there, changes)
        version = content({**there, **stored})
        if version == content(there):
            raise RecordError(f"Nothing of {table} row {there['id']} would change.")
        writer = Writer.begin(connection, registry.shapes)
        refuse_disorder(shape, {n: [v] for n, v in version.items()}, [str(row)])
        columns = {name: [value] for name, value in version.items()}
        writer.insert(table, columns, 1, superseding=[(there["root"], there["id"])])
        return writer.close(who=who, why=why, action="correct", origin="", now=now)


def withdraw(
    registry: Registry, table: str, row: int | str, *, who: str, why: str, now: datetime
) -> Entry:
    """Withdraw a row: it no longer counts, and stays for the history.

    What hangs on it is withdrawn with it: the episodes of a patient, all that belongs to an
    episode, the devices of a run.

    Args:
        registry: Where.
        table: The table.
        row: The id of the current version, or a key; see `correct`.
        who, why, now: Who withdraws it, for what reason, and when.

    Raises:
        InputError: `who` or `why` is empty.
        RecordError: The row is superseded or withdrawn already, or there is no such row.
    """
    from afterload.registry.version import hanging_on

    if table == "site_variable":
        raise RecordError("A site's variable cannot be withdrawn: its column stays.")
    with writing(registry.engine) as connection:
        registry = as_it_is(connection, registry)
        shape = shape_of(registry.shapes, table)
        writer = Writer.begin(connection, registry.shapes)
        there = locate(connection, shape, row)
        gone = hanging_on(connection, registry.shapes, table, there)
        for name in TABLES:
            rows = gone.get(name, [])
            columns = {n: [r[n] for r in rows] for n in (rows[0] if rows else ()) if n in CONTENT
                       or n in registry.shapes[name].by_name}  # fmt: skip
            if rows:
                replaced = [(r["root"], r["id"]) for r in rows]
                writer.insert(name, columns, len(rows), superseding=replaced, withdrawn=True)
        return writer.close(who=who, why=why, action="withdraw", origin="", now=now)


def _refuse_unknown(registry: Registry, batch: Batch) -> None:
    """Refuse tables and columns nobody declared before anything is written."""
    if not any(len(rows) for rows in batch.rows):
        raise InputError("There is nothing to add: no row was given.")
    for rows in batch.rows:
        shape = shape_of(registry.shapes, rows.table)
        if rows.table == "site_variable":
            raise InputError("A site's variables are added by add_site_variables.")
        if rows.table == "score":
            raise InputError("Results of scores are kept by `afterload score --store`.")
        known = [*shape.by_name, *(note.name for note in NOTES)]
        for name in rows.columns:
            if name not in known:
                raise UnknownName(f"column of {rows.table}", name, known)
        for field in shape.fields:
            given = field.name in rows.columns or field.default is not None
            if field.required and not given:
                raise InputError(f"A row of {shape.name!r} needs the column {field.name!r}.")


def _stored_changes(
    links: Links, shape: Shape, there: Mapping[str, Any], changes: Mapping[str, Any]
) -> dict[str, Any]:
    """What a correction changes, as stored; notes about the old values go with them."""
    if not changes:
        raise InputError("A correction needs at least one new value.")
    known = {**shape.by_name, **{note.name: note for note in NOTES}}
    stored: dict[str, Any] = {}
    for name, value in changes.items():
        if name not in known:
            raise UnknownName(f"column of {shape.name}", name, known)
        if name in shape.key:
            raise RecordError(
                f"The {name} of a {shape.name} is its name and cannot be corrected. "
                "Withdraw the row and add it again."
            )
        stored[name] = _stored_change(links, known[name], there, value)
    for name in changes:
        twin = name.removesuffix("_h") if name.endswith("_h") else f"{name}_h"
        if twin in shape.by_name and twin not in changes and stored[name] is not None:
            stored[twin] = None
    return {**stored, **_notes_after(there, stored)}


def _stored_change(links: Links, field: Field, there: Mapping[str, Any], value: Any) -> Any:
    if field.kind == "link" and value is not None:
        key = (there["episode"], value) if field.link == "run" else value
        root = links.roots(field.link).get(key)
        if root is None:
            raise UnknownName(field.link, str(value), [str(k) for k in links.roots(field.link)])
        return root
    return store(field, [value])[0]


def _notes_after(there: Mapping[str, Any], stored: Mapping[str, Any]) -> dict[str, str | None]:
    """The raw texts, acceptances and reasons that still hold after a correction."""
    import json

    kept: dict[str, str | None] = {}
    for note in ("entered", "accepted", "missing"):
        if note in stored:
            continue
        held = json.loads(there[note] or "null")
        if isinstance(held, dict):
            kept[note] = note_text({n: v for n, v in held.items() if n not in stored})
        elif held:
            kept[note] = note_text([n for n in held if n not in stored])
    return kept
