"""Scores as plain data, for JSON."""

from __future__ import annotations

from typing import Any

from afterload.core.source import Source
from afterload.scores.tally import Given, Line, Tally


def tally_data(tally: Tally) -> dict[str, Any]:
    """A score for one patient as plain data, for JSON."""
    return {
        "score": tally.score,
        "total": _plain(tally.total),
        "low": _plain(tally.low),
        "high": _plain(tally.high),
        "classes": list(tally.classes),
        "outcome": _outcome_data(tally),
        "items": [_line_data(line) for line in tally.items],
        "missing": list(tally.missing),
        "source": source_data(tally.source),
        "warnings": list(tally.warnings),
        "inputs": {given.name: _given_data(given) for given in tally.inputs},
        "version": tally.version,
    }


def source_data(source: Source) -> dict[str, str]:
    """Where a number comes from, as plain data."""
    return {
        "citation": source.citation,
        "doi": source.doi,
        "place": source.place,
        "confidence": source.confidence,
        "note": source.note,
    }


def _outcome_data(tally: Tally) -> dict[str, Any] | None:
    if not tally.outcome:
        return None
    values = [outcome.value for outcome in tally.outcome]
    first = tally.outcome[0]
    return {
        "measure": first.measure,
        "horizon": first.horizon,
        "value": values[0] if len(values) == 1 else None,
        "low": min(values),
        "high": max(values),
        "by_class": {outcome.class_name: outcome.value for outcome in tally.outcome},
        "source": source_data(first.source),
    }


def _line_data(line: Line) -> dict[str, Any]:
    return {
        "name": line.name,
        "label": line.label,
        "inputs": {given.name: _given_data(given) for given in line.given},
        "points": _plain(line.points),
        "low": _plain(line.low),
        "high": _plain(line.high),
        "band": line.band,
        "missing": list(line.wants),
        "source": source_data(line.source),
    }


def _given_data(given: Given) -> dict[str, Any]:
    value = list(given.value) if isinstance(given.value, tuple) else given.value
    return {
        "value": _plain(value) if isinstance(value, float) else value,
        "unit": given.unit,
        "entered": given.entered,
    }


def _plain(value: float | None) -> float | int | None:
    return int(value) if value is not None and float(value).is_integer() else value
