"""The canonical content of rows and entries, and its SHA-256: the same on both engines.

The digest of a row is SHA-256 over four lines: the table; a JSON object of what it stores, numbers
with a fraction apart, sorted by name; the names of those numbers, sorted; the numbers themselves as
big-endian 64-bit IEEE 754. What is missing is left out, so that a column added later changes no
digest. JSON is ASCII without spaces; yes/no is 1/0 and a time is "2024-03-01 14:30:00.000000".
"""

from __future__ import annotations

import hashlib
import json
import struct
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from afterload.registry.shape import TABLES, Shape

_encode = json.JSONEncoder(separators=(",", ":"), check_circular=False).encode


@dataclass(frozen=True, slots=True)
class Digester:
    """Digests of rows that are tuples of the same columns.

    Args:
        table: The table they stand in.
        names: The columns, in alphabetical order.
        reals: Positions of the numbers with a fraction.
        others: Positions of everything else.
        missing: What stands for a missing value.
    """

    table: str
    names: tuple[str, ...]
    reals: tuple[int, ...]
    others: tuple[int, ...]
    missing: Any = None

    def of(self, row: Sequence[Any]) -> str:
        """The digest of one row."""
        missing = self.missing
        names = self.names
        rest = {names[i]: row[i] for i in self.others if row[i] is not missing}
        there = [i for i in self.reals if row[i] is not missing]
        text = f"{self.table}\n{_encode(rest)}\n{','.join([names[i] for i in there])}\n"
        packed = struct.pack(f">{len(there)}d", *_pick(row, there))
        return hashlib.sha256(text.encode() + packed).hexdigest()


def digester(shape: Shape, names: Iterable[str], missing: Any = None) -> Digester:
    """What digests rows of a table that give the columns `names`, in alphabetical order."""
    ordered = tuple(names)
    real = {field.name for field in shape.fields if field.kind == "real"}
    reals = tuple(i for i, name in enumerate(ordered) if name in real)
    others = tuple(i for i, name in enumerate(ordered) if name not in real)
    return Digester(shape.name, ordered, reals, others, missing)


def _pick(row: Sequence[Any], places: Sequence[int]) -> Sequence[float]:
    if len(places) > 1:
        picked: Sequence[float] = itemgetter(*places)(row)
        return picked
    return [row[i] for i in places]


def entry_hash(fields: Mapping[str, Any]) -> str:
    """SHA-256 of an entry: its fields as stored, among them the hash of the previous entry."""
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def counts_text(counts: Mapping[str, int]) -> str:
    """Rows written by table, as an entry stores them."""
    return _encode(dict(sorted(counts.items())))


def content_hash(digests: Mapping[str, Any]) -> str:
    """SHA-256 over the digests of an entry's rows.

    Args:
        digests: By table, a running SHA-256 over the digests of its rows in the order of their id.
    """
    lines = [f"{table}:{digests[table].hexdigest()}" for table in TABLES if table in digests]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
