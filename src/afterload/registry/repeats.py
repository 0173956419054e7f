"""What a batch tells again of episodes that were there: passed over, completed, or refused."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from afterload.core.errors import RecordError
from afterload.registry.batch import Rows
from afterload.registry.facts import Reader, assumed_start, columns_of, without_assumed_start
from afterload.registry.keyed import complete, note_text
from afterload.registry.links import Links
from afterload.registry.matching import Matcher, Told, Verdict
from afterload.registry.recorded import Known, Recorded
from afterload.registry.rows import key_of_root
from afterload.registry.shape import NOTES, Shape
from afterload.registry.version import content

MOST_LISTED = 20
"""How many contradictions a refusal lists."""

Columns = dict[str, list[Any]]


@dataclass(frozen=True, slots=True)
class Remaining:
    """What is left to write of some rows.

    Args:
        columns: New rows, as stored columns.
        count: How many.
        completed: Root id, superseded id and whole new content of rows that gain something.
        passed: How many rows said nothing that was not recorded.
    """

    columns: Columns
    count: int
    completed: list[tuple[int, int, dict[str, Any]]]
    passed: int


@dataclass(slots=True)
class Repeats:
    """Compares a batch with what was there before it, table by table."""

    links: Links
    recorded: Recorded
    _taken: dict[str, set[int]] = field(default_factory=dict)
    _differing: list[str] = field(default_factory=list)

    @classmethod
    def begin(cls, links: Links) -> Repeats:
        """Before the first row of a batch is written: take note of what is there."""
        made = cls(links, Recorded(links.connection))
        made.recorded.last("episode")
        return made

    def concerns(self, shape: Shape, rows: Rows) -> bool:
        """Whether any row may tell again what was recorded before the batch."""
        if not self.recorded.last(shape.name):
            return False
        return any(self._was_there(self._root(key)) for key in set(self._keys(rows)))

    def slices(self, rows: Rows, size: int) -> Iterator[list[int]]:
        """Places of rows in portions of at least `size`, the rows of an episode together."""
        places: dict[Any, list[int]] = {}
        for place, key in enumerate(self._keys(rows)):
            places.setdefault(key, []).append(place)
        portion: list[int] = []
        for of_one in places.values():
            portion += of_one
            if len(portion) >= size:
                yield portion
                portion = []
        if portion:
            yield portion

    def remaining(self, shape: Shape, columns: Columns, keys: Sequence[Any]) -> Remaining:
        """What is left to write of rows; contradictions are kept for `refuse`.

        Args:
            shape: The table.
            columns: Stored values by field name, links as root ids.
            keys: The key of each row's episode.
        """
        names = list(columns)
        rows = [dict(zip(names, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        of_episode: dict[int | None, list[int]] = {}
        for place, row in enumerate(rows):
            of_episode.setdefault(row.get("episode"), []).append(place)
        known = self.recorded.of(shape, [root for root in of_episode if self._was_there(root)])
        reader = Reader.of(shape)
        left: dict[int, dict[str, Any]] = {}
        completed: list[tuple[int, int, dict[str, Any]]] = []
        for root, places in of_episode.items():
            if root not in known:
                left.update((place, rows[place]) for place in places)
                continue
            for verdict in self._verdicts(reader, known[root], rows, places):
                place = verdict.told.place
                if verdict.means in ("differs", "corrected"):
                    self._differing += self._told(shape, keys[place], rows[place], verdict)
                elif verdict.means == "completes" and verdict.kept:
                    more = _only(rows[place], verdict)
                    there = content(verdict.kept.row)
                    if "start" in verdict.names and assumed_start(there):
                        there = without_assumed_start(there)
                    whole = complete(shape, there, more)
                    completed.append((verdict.kept.root, verdict.kept.id, whole))
                elif verdict.means != "known":
                    new = verdict.means == "new"
                    left[place] = rows[place] if new else _only(rows[place], verdict)
        made = [left[place] for place in sorted(left)]
        put = {name: [row.get(name) for row in made] for name in names}
        passed = len(rows) - len(made) - len(completed)
        return Remaining(put, len(made), completed, passed)

    def refuse(self) -> None:
        """Refuse the batch if it contradicts what is recorded.

        Raises:
            RecordError: It does; every contradiction is named, up to `MOST_LISTED`.
        """
        if not self._differing:
            return
        count = len(self._differing)
        how = (
            "Adding rows fills what is missing and changes nothing; "
            "use: afterload record correct TABLE:ROW NAME=VALUE"
        )
        if count == 1:
            raise RecordError(f"Nothing was imported: {self._differing[0]}. {how}")
        listed = [f"  {line}" for line in self._differing[:MOST_LISTED]]
        if count > MOST_LISTED:
            listed.append(f"  ... and {count - MOST_LISTED} more")
        lines = "\n".join(listed)
        raise RecordError(
            f"Nothing was imported: {count} values differ from what is recorded.\n{lines}\n{how}"
        )

    def _keys(self, rows: Rows) -> Sequence[Any]:
        return rows.columns.get("episode", [None] * len(rows))

    def _root(self, key: Any) -> int | None:
        return None if key is None else self.links.roots("episode").get(key)

    def _was_there(self, root: int | None) -> bool:
        """Whether an episode is older than the batch; what belongs to none may be."""
        return root is None or root <= self.recorded.last("episode")

    def _verdicts(
        self, reader: Reader, known: Known, rows: Sequence[Mapping[str, Any]], places: Sequence[int]
    ) -> list[Verdict]:
        told = [Told(place, reader.facts(rows[place], known.t0)) for place in places]
        taken = self._taken.setdefault(reader.table, set())
        return Matcher(reader.table, known, taken).verdicts(told)

    def _told(self, shape: Shape, key: Any, row: Mapping[str, Any], verdict: Verdict) -> list[str]:
        """A contradiction in words, one for each value."""
        what = f"episode {key!r}, {_described(shape, row)}"
        if verdict.means == "corrected" and verdict.kept:
            number = f"{shape.name}:{verdict.kept.id}"
            return [f"{what}: this was recorded and corrected since ({number})"]
        return [
            f"{what}: {name} is {self._value(shape, name, kept.row)}, "
            f"not {self._value(shape, name, row)} ({shape.name}:{kept.id})"
            for name, kept in zip(verdict.names, verdict.others, strict=True)
        ]

    def _value(self, shape: Shape, name: str, row: Mapping[str, Any]) -> str:
        """One value as people read it."""
        of = shape.by_name[name]
        value = of.default if row.get(name) is None else row[name]
        if of.kind == "time":
            return _time(name, row)
        if of.kind == "link":
            return repr(key_of_root(self.links.connection, of.link).get(int(value or 0)))
        if of.kind == "bool":
            return "yes" if value else "no"
        unit = of.variable.unit if of.variable else ""
        text = repr(value) if isinstance(value, float) else str(value)
        return f"{text} {unit}".strip()


def _only(row: Mapping[str, Any], verdict: Verdict) -> dict[str, Any]:
    """A row with the facts that are new, what places it, and the notes on them."""
    import json

    placing = ("episode", "nominal", *columns_of("at", row)) if verdict.means == "part" else ()
    columns = [column for name in verdict.names for column in columns_of(name, row)]
    made = {name: row[name] for name in (*placing, *columns) if name in row}
    entered, accepted, missing = (json.loads(row.get(note.name) or "null") for note in NOTES)
    notes = {
        "entered": {n: text for n, text in (entered or {}).items() if n in columns},
        "accepted": [n for n in accepted or () if n in columns],
        "missing": {n: why for n, why in (missing or {}).items() if n not in verdict.recorded},
    }
    return {**made, **{name: note_text(held) for name, held in notes.items()}}


def _described(shape: Shape, row: Mapping[str, Any]) -> str:
    """A row without a name, by what it is about."""
    words = [shape.name.replace("followup", "follow-up")]
    words += [str(row[name]) for name in ("kind", "drug") if row.get(name)]
    if row.get("nominal"):
        words.append(f"at {row['nominal']}")
    for name, word in (("at", "at"), ("start", "from")):
        if row.get(name) is not None or row.get(f"{name}_h") is not None:
            words.append(f"{word} {_time(name, row)}")
    return " ".join(words)


def _time(name: str, row: Mapping[str, Any]) -> str:
    if row.get(name) is not None:
        return str(row[name])[:16]
    return f"{row.get(f'{name}_h'):g} h"
