"""Writing to a registry: add, correct, withdraw. Nothing is ever changed or removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from afterload.core.errors import InputError, RecordError, UnknownName
from afterload.core.progress import Progress, silent
from afterload.core.variable import Variable
from afterload.registry.batch import Batch, Rows
from afterload.registry.engine import writing
from afterload.registry.keyed import note_text, sort_out
from afterload.registry.links import Links
from afterload.registry.rows import shape_of
from afterload.registry.shape import NOTES, TABLES, Field, Shape
from afterload.registry.store import Registry, enlarged, put_variables
from afterload.registry.stored import store
from afterload.registry.version import CONTENT, content, locate
from afterload.registry.writer import Entry, Writer, said

_CHUNK = 4000
_DEFAULTS: dict[tuple[str, str], str] = {("run", "key"): "1", ("query", "status"): "open"}


def add(
    registry: Registry,
    batch: Batch,
    *,
    who: str,
    why: str,
    now: datetime,
    variables: Sequence[Variable] = (),
    progress: Progress = silent,
) -> Entry:
    """Add rows to a registry: all of them, or none.

    Rows of patients, episodes, runs and outcomes that are there already fill what is missing.

    Args:
        registry: Where.
        batch: What.
        who, why: Who adds it and for what reason.
        now: When.
        variables: Variables of the site's own that the rows need; those the registry lacks are
            added in the same transaction, with an audit entry of their own.
        progress: Told after every few thousand rows.

    Returns:
        The audit entry; its hash is the receipt.

    Raises:
        InputError: A column, a link or a value is not one the registry can keep.
        RecordError: A row would change a value that is there, times contradict each other, or the
            registry cannot be written.
    """
    said(who, why)
    larger, new = enlarged(registry, variables)
    _refuse_unknown(larger, batch)
    done = _Share(progress, sum(len(rows) for rows in batch.rows))
    with writing(registry.engine) as connection:
        if new:
            put_variables(connection, larger, new, who=who, why=why, now=now)
        writer = Writer.begin(connection, larger.shapes)
        links = Links(connection)
        for table in TABLES:
            for rows in batch.rows:
                if rows.table == table and len(rows):
                    shape = larger.shapes[table]
                    put = _add_named if shape.key else _add_unnamed
                    put(writer, links, shape, rows, done)
        return writer.close(who=who, why=why, action="add", origin=batch.origin, now=now)


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
        RecordError: The row is superseded or withdrawn, or nothing would change.
    """
    shape = shape_of(registry.shapes, table)
    with writing(registry.engine) as connection:
        there = locate(connection, shape, row)
        stored = _stored_changes(Links(connection), shape, there, changes)
        version = content({**there, **stored})
        if version == content(there):
            raise RecordError(f"Nothing of {table} row {there['id']} would change.")
        writer = Writer.begin(connection, registry.shapes)
        _refuse_disorder(shape, {n: [v] for n, v in version.items()}, [str(row)])
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

    shape = shape_of(registry.shapes, table)
    if table == "site_variable":
        raise RecordError("A site's variable cannot be withdrawn: its column stays.")
    with writing(registry.engine) as connection:
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


class _Share:
    """How much of a batch is done."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, max(total, 1), 0

    def add(self, what: str, count: int) -> None:
        self.done += count
        self.progress(what, self.done / self.total)


def _refuse_unknown(registry: Registry, batch: Batch) -> None:
    """Refuse tables and columns nobody declared before anything is written."""
    if not any(len(rows) for rows in batch.rows):
        raise InputError("There is nothing to add: no row was given.")
    for rows in batch.rows:
        shape = shape_of(registry.shapes, rows.table)
        if rows.table == "site_variable":
            raise InputError("A site's variables are added by add_site_variables.")
        known = [*shape.by_name, *(note.name for note in NOTES)]
        for name in rows.columns:
            if name not in known:
                raise UnknownName(f"column of {rows.table}", name, known)
        for field in shape.fields:
            given = field.name in rows.columns or (shape.name, field.name) in _DEFAULTS
            if field.required and not given:
                raise InputError(f"A row of {shape.name!r} needs the column {field.name!r}.")


def _add_unnamed(writer: Writer, links: Links, shape: Shape, rows: Rows, done: _Share) -> None:
    """Write rows that have no key, a chunk at a time, so that memory stays flat."""
    for start in range(0, len(rows), _CHUNK):
        part = {name: values[start : start + _CHUNK] for name, values in rows.columns.items()}
        count = min(_CHUNK, len(rows) - start)
        columns = _stored_columns(links, shape, part, count)
        writer.insert(shape.name, columns, count)
        done.add(shape.name, count)


def _add_named(writer: Writer, links: Links, shape: Shape, rows: Rows, done: _Share) -> None:
    """Write rows that have a key: new ones, and completions of those that are there."""
    columns = _stored_columns(links, shape, rows.columns, len(rows))
    found = sort_out(links.connection, shape, columns, len(rows))
    new, old = found.new, [row for _, _, row in found.completed]
    roots: list[int] = []
    if new:
        roots = list(writer.insert(shape.name, _as_columns(new), len(new)))
    if old:
        replaced = [(root, previous) for root, previous, _ in found.completed]
        writer.insert(shape.name, _as_columns(old), len(old), superseding=replaced)
        roots += [root for root, _ in replaced]
    if shape.name != "outcome":
        keys = (tuple(r[k] for k in shape.key) for r in (*new, *old))
        named = (key if shape.name == "run" else key[0] for key in keys)
        links.learn(shape.name, dict(zip(named, roots, strict=True)))
    done.add(shape.name, len(rows))


def _as_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _stored_columns(
    links: Links, shape: Shape, given: Mapping[str, Sequence[Any]], count: int
) -> dict[str, list[Any]]:
    """Columns in the form the database keeps; links as root ids."""
    columns: dict[str, list[Any]] = links.resolve(shape, given)
    for field in (*shape.fields, *NOTES):
        if field.kind == "link":
            continue
        default = _DEFAULTS.get((shape.name, field.name))
        if field.name in given or default:
            values = given.get(field.name, [None] * count)
            if default:
                values = [default if value is None else value for value in values]
            columns[field.name] = store(field, values)
    _refuse_disorder(shape, columns, given.get("episode", ()))
    return columns


def _refuse_disorder(
    shape: Shape, columns: Mapping[str, Sequence[Any]], episodes: Sequence[Any]
) -> None:
    """Refuse a stop before its start, saying where; the database would refuse it too."""
    for end in ("", "_h"):
        starts, stops = columns.get(f"start{end}"), columns.get(f"stop{end}")
        if starts is None or stops is None or "start" not in shape.by_name:
            continue
        for place, (start, stop) in enumerate(zip(starts, stops, strict=True)):
            if start is not None and stop is not None and stop < start:
                raise RecordError(
                    f"A {shape.name} of episode {episodes[place]!r} stops ({stop}) before it "
                    f"starts ({start}). Check the two times."
                )


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
