"""Scores as plain data, for JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from afterload.core.source import Source
from afterload.scores.about import About
from afterload.scores.change import Change
from afterload.scores.tally import Given, Line, Predicted, Tally


def tally_data(
    tally: Tally, about: About | None = None, changes: Sequence[Change] = ()
) -> dict[str, Any]:
    """A score for one patient as plain data, for JSON.

    Args:
        tally: The score.
        about: Its background, to be told as well.
        changes: What would change the class; told with the background.
    """
    data = _result_data(tally)
    if tally.kind == "composite":
        data |= _rule_data(tally)
    if about is not None:
        data["changes"] = [_change_data(change) for change in changes]
        data["about"] = about_data(about)
    return data


def _result_data(tally: Tally) -> dict[str, Any]:
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
        "predicted": _predicted_data(tally.predicted),
        "assumed": list(tally.assumed),
        "title": tally.title,
        "kind": tally.kind,
        "unit": tally.unit,
        "status": tally.status,
    }


def _rule_data(tally: Tally) -> dict[str, Any]:
    """What is not known of a score's rule, and where the rule filled in what was missing."""
    return {
        "unknowns": [
            {
                "topic": unknown.topic,
                "text": unknown.text,
                "in_interval": unknown.open,
                "readings": [
                    {"reading": r.words, "low": _plain(r.low), "high": _plain(r.high)}
                    for r in unknown.readings
                ],
                "source": source_data(unknown.source),
            }
            for unknown in tally.unknowns
        ],
        "applied": [
            {
                "what": rule.what,
                "reason": rule.reason,
                "used": rule.used,
                "source": source_data(rule.source),
            }
            for rule in tally.applied
        ],
    }


def about_data(about: About) -> dict[str, Any]:
    """Where a score comes from, for whom it holds and how it did elsewhere, as plain data."""
    return {
        "name": about.name,
        "title": about.title,
        "purpose": about.purpose,
        "status": about.status,
        "version": about.version,
        "cohort": about.cohort,
        "discrimination": about.discrimination,
        "population": about.population,
        "validations": [
            {"cohort": v.cohort, "found": v.found, "source": source_data(v.source)}
            for v in about.validations
        ],
        "notes": [
            {"topic": n.topic, "text": n.text, "source": source_data(n.source)} for n in about.notes
        ],
        "source": source_data(about.source),
    }


def _change_data(change: Change) -> dict[str, Any]:
    return {
        "input": change.name,
        "now": change.now,
        "would": change.would,
        "classes": list(change.classes),
    }


def _predicted_data(predicted: Predicted | None) -> dict[str, Any] | None:
    if predicted is None:
        return None
    settled = predicted.low == predicted.high
    return {
        "measure": predicted.measure,
        "horizon": predicted.horizon,
        "value": predicted.low if settled else None,
        "low": predicted.low,
        "high": predicted.high,
        "equation": predicted.text,
        "source": source_data(predicted.source),
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
