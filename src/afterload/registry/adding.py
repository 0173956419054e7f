"""Rows of a batch on their way into a registry: new ones, completions, and what is passed over."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from afterload.core.errors import RecordError
from afterload.core.progress import Progress
from afterload.registry.batch import Rows
from afterload.registry.keyed import sort_out
from afterload.registry.links import Links
from afterload.registry.past import ENTRY_FIELDS
from afterload.registry.repeats import Repeats
from afterload.registry.shape import NOTES, Shape
from afterload.registry.stored import store
from afterload.registry.writer import Added, Entry, Writer

_CHUNK = 4000


class Share:
    """How much of a batch is done."""

    def __init__(self, progress: Progress, total: int) -> None:
        self.progress, self.total, self.done = progress, max(total, 1), 0

    def add(self, what: str, count: int) -> None:
        """Tell that `count` more rows of a table are done."""
        self.done += count
        self.progress(what, self.done / self.total)


@dataclass(slots=True)
class Work:
    """A batch being written, and what became of its rows."""

    writer: Writer
    links: Links
    repeats: Repeats
    done: Share
    new: dict[str, int] = field(default_factory=dict)
    passed: dict[str, int] = field(default_factory=dict)

    def count(self, table: str, new: int, passed: int) -> None:
        """Count rows nobody knew, and rows that were passed over."""
        for counts, more in ((self.new, new), (self.passed, passed)):
            if more:
                counts[table] = counts.get(table, 0) + more

    def told(self, entry: Entry) -> Added:
        """The entry with what became of the rows; without an own one, `counts` is empty."""
        fields = {name: getattr(entry, name) for name in ENTRY_FIELDS}
        fields["counts"] = dict(self.writer.counts)
        return Added(**fields, new=self.new, passed=self.passed)


def add_unnamed(work: Work, shape: Shape, rows: Rows) -> None:
    """Write rows that have no key, a chunk at a time, so that memory stays flat.

    Only where episodes are older than the batch are rows compared with what is recorded.
    """
    compare = work.repeats.concerns(shape, rows)
    whole = (range(start, min(start + _CHUNK, len(rows))) for start in range(0, len(rows), _CHUNK))
    chunks: Iterable[Sequence[int]] = work.repeats.slices(rows, _CHUNK) if compare else whole
    for places in chunks:
        given = {name: _at(values, places) for name, values in rows.columns.items()}
        columns = _stored_columns(work.links, shape, given, len(places))
        count = len(places)
        if compare:
            keys = given.get("episode", [None] * count)
            left = work.repeats.remaining(shape, columns, keys)
            columns, count = left.columns, left.count
            _complete(work.writer, shape, left.completed)
            work.count(shape.name, 0, left.passed)
        work.writer.insert(shape.name, columns, count)
        work.count(shape.name, count, 0)
        work.done.add(shape.name, len(places))


def _at(values: Sequence[Any], places: Sequence[int]) -> Sequence[Any]:
    if isinstance(places, range):
        return values[places.start : places.stop]
    return [values[place] for place in places]


def _complete(
    writer: Writer, shape: Shape, completed: Sequence[tuple[int, int, dict[str, Any]]]
) -> list[int]:
    """Write new versions of rows that gain something; their root ids."""
    replaced = [(root, previous) for root, previous, _ in completed]
    if completed:
        columns = _as_columns([row for _, _, row in completed])
        writer.insert(shape.name, columns, len(completed), superseding=replaced)
    return [root for root, _ in replaced]


def add_named(work: Work, shape: Shape, rows: Rows) -> None:
    """Write rows that have a key: new ones, and completions of those that are there."""
    columns = _stored_columns(work.links, shape, rows.columns, len(rows))
    found = sort_out(work.links.connection, shape, columns, len(rows))
    work.count(shape.name, len(found.new) + found.revived, found.passed)
    new, old = found.new, [row for _, _, row in found.completed]
    roots = list(work.writer.insert(shape.name, _as_columns(new), len(new)))
    roots += _complete(work.writer, shape, found.completed)
    if shape.name != "outcome":
        keys = (tuple(r[k] for k in shape.key) for r in (*new, *old))
        named = (key if shape.name == "run" else key[0] for key in keys)
        work.links.learn(shape.name, dict(zip(named, roots, strict=True)))
    work.done.add(shape.name, len(rows))


def _as_columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[Any]]:
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: [row.get(name) for row in rows] for name in names}


def _stored_columns(
    links: Links, shape: Shape, given: Mapping[str, Sequence[Any]], count: int
) -> dict[str, list[Any]]:
    """Columns in the form the database keeps; links as root ids."""
    columns: dict[str, list[Any]] = links.resolve(shape, given)
    for of in (*shape.fields, *NOTES):
        if of.kind == "link":
            continue
        if of.name in given or of.default is not None:
            values = given.get(of.name, [None] * count)
            if of.default is not None:
                values = [of.default if value is None else value for value in values]
            columns[of.name] = store(of, values)
    refuse_disorder(shape, columns, given.get("episode", ()))
    return columns


def refuse_disorder(
    shape: Shape, columns: Mapping[str, Sequence[Any]], episodes: Sequence[Any]
) -> None:
    """Refuse a stop before its start, and what tells more of what did not occur, saying where.

    The database would refuse times like these too.
    """
    _refuse_told_absence(shape, columns, episodes)
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


def _refuse_told_absence(
    shape: Shape, columns: Mapping[str, Sequence[Any]], episodes: Sequence[Any]
) -> None:
    """Refuse a complication that did not occur and has a time or a grade."""
    if "occurred" not in shape.by_name:
        return
    details = [n for n, f in shape.by_name.items() if f.kind == "time" or n.endswith("_h")]
    details += [n for n, f in shape.by_name.items() if f.variable and n not in details]
    for place, occurred in enumerate(columns.get("occurred", ())):
        told = [n for n in details if n in columns and columns[n][place] is not None]
        if told and occurred is not None and not occurred:
            raise RecordError(
                f"The {columns['kind'][place]} of episode {episodes[place]!r} did not occur and "
                f"has {told[0]} = {columns[told[0]][place]}. Say that it occurred, or empty "
                f"{told[0]}."
            )
