"""The rows of a sheet and the keys they are known by."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import polars as pl

from afterload.core.errors import BadCell, InputError
from afterload.registry.convert_cells import Lines, bad_cells
from afterload.registry.convert_key_checks import doubtful, standing_apart
from afterload.registry.convert_numbers import nothing, plain
from afterload.registry.mapping import TableMap, unknown
from afterload.registry.reader import Sheet


@dataclass(frozen=True, slots=True)
class Known:
    """The keys that are known already.

    Args:
        patients: The patients.
        episodes: The patient of each episode.
        timed: The episodes of the registry whose time zero is known.
        supported: The episodes of the registry with a device.
    """

    patients: frozenset[str] = frozenset()
    episodes: Mapping[str, str] = field(default_factory=dict)
    timed: frozenset[str] = frozenset()
    supported: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Keyed:
    """A sheet with the keys of its rows, without the rows that are passed over."""

    columns: Mapping[str, pl.Series]
    lines: Lines
    patient: pl.Series
    episode: pl.Series | None
    known: Known
    bad: tuple[BadCell, ...]
    skipped: int
    notes: tuple[str, ...] = ()


def check_columns(sheet: Sheet, table: TableMap) -> tuple[str, ...]:
    """The columns left out on purpose.

    Raises:
        InputError: The map names a column the sheet has not, or leaves one untold.
    """
    named = table.columns()
    for column, key in named.items():
        if column not in sheet.columns:
            raise unknown(
                f"{table.place}, {key}", f"column of {sheet.where}", column, sheet.columns
            )
    others = [column for column in sheet.columns if column not in named]
    untold = [column for column in others if not table.ignored(column)]
    if untold and not table.ignore_others:
        listed = ", ".join(repr(column) for column in untold)
        raise InputError(
            f"{table.place} does not say what to do with {listed} of {sheet.where}. "
            "Map each, list it under ignore, or write ignore_others = true."
        )
    return tuple(others)


def keyed(sheet: Sheet, table: TableMap, known: Known, *, accept_soft: bool) -> Keyed:
    """Find the keys of the rows; rows whose key must be known and is not are refused or skipped."""
    name = table.episode or table.patient
    keys = plain(sheet.columns[name])
    lines = Lines(sheet.where, sheet.rows, keys, bool(sheet.sheet), accept_soft)
    why = nothing(len(keys)).set(keys.is_null(), "Every row needs the key of its episode.")
    skipped = 0
    keep = keys.is_not_null()
    if table.rows == "existing":
        there = keys.is_in(list(known.episodes if table.episode else known.patients))
        stranger = keep & ~there.fill_null(False)
        if table.unknown_keys == "skip":
            keep, skipped = keep & ~stranger, int(stranger.sum())
        else:
            text = (
                "Nobody has this key yet. Import the sheet that brings it first, or pass such "
                'rows over with unknown_keys = "skip".'
            )
            why = why.set(stranger, text)
            keep = keep & ~stranger
    notes: tuple[str, ...] = ()
    if table.rows == "new" and not table.trusted:
        doubt = doubtful(keys, sheet.rows, known.episodes if table.episode else known.patients)
        why, keep = why.fill_null(doubt), keep & doubt.is_null()
        notes = standing_apart(sheet.rows)
    bad = bad_cells(name, keys, why, lines)
    columns = {column: sheet.columns[column].filter(keep) for column in table.columns()}
    kept = lines.filter(keep)
    if not table.episode:
        more = replace(known, patients=known.patients | set(kept.keys.to_list()))
        return Keyed(columns, kept, kept.keys, None, more, bad, skipped, notes)
    patient = _patients(columns, kept, table, known)
    bad += _two_patients(patient, kept, table, known)
    if table.patient and table.rows == "new" and not table.trusted:
        doubt = doubtful(patient, kept.rows, known.patients)
        bad += bad_cells(table.patient, patient, doubt, kept)
    pairs = dict(zip(kept.keys.to_list(), patient.to_list(), strict=True))
    more = replace(
        known,
        patients=known.patients | set(pairs.values()),
        episodes={**known.episodes, **pairs},
    )
    return Keyed(columns, kept, patient, kept.keys, more, bad, skipped, notes)


def _patients(
    columns: Mapping[str, pl.Series], lines: Lines, table: TableMap, known: Known
) -> pl.Series:
    if table.patient:
        return plain(columns[table.patient]).fill_null(lines.keys)
    if table.rows == "new":
        mapped = {key: known.episodes[key] for key in known.episodes}
        return lines.keys.replace(mapped)
    return lines.keys.replace_strict(dict(known.episodes), return_dtype=pl.String)


def _two_patients(
    patient: pl.Series, lines: Lines, table: TableMap, known: Known
) -> tuple[BadCell, ...]:
    """The rows that give an episode to a second patient."""
    if not table.patient:
        return ()
    pairs = pl.DataFrame({"e": lines.keys, "p": patient})
    first = pairs.group_by("e", maintain_order=True).first()
    owner = dict(zip(first["e"].to_list(), first["p"].to_list(), strict=True))
    owner |= {key: known.episodes[key] for key in owner if key in known.episodes}
    should = lines.keys.replace_strict(owner, return_dtype=pl.String)
    text = "The episode " + lines.keys + " belongs to the patient " + should + " already."
    why = text.set(should == patient, None)
    return bad_cells(table.patient, patient, why, lines)
