"""The codebook of an export: what every column holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isinf
from typing import Any

from afterload.core.variable import Variable
from afterload.registry.shape import Field, Shape

COLUMNS = (
    "table", "column", "label", "label_fr", "type", "unit", "low", "high", "usual_low",
    "usual_high", "choices", "choices_fr", "when", "codes", "codes_tag", "n", "missing", "note",
)  # fmt: skip
"""The columns of a codebook."""

_STRUCTURE = {
    "key": "Key of the row",
    "patient": "Key of the patient",
    "episode": "Key of the episode",
    "run": "Key of the run",
    "centre": "Centre",
    "encounter": "Hospital stay",
    "t0": "Time zero: first blood flow",
    "no_device": "Whether it is said that no device was used; empty where nothing is said",
    "start": "Start",
    "stop": "End",
    "at": "Time",
    "nominal": "Nominal time point",
    "kind": "Kind",
    "occurred": "Whether it occurred; no is an answer, a row that is not there is none",
    "model": "Model",
    "drug": "Drug",
    "rate": "Rate",
    "unit": "Unit of the rate",
    "definition": "Definition that was used",
    "who": "Who",
    "reason": "Why",
    "score": "Score",
    "version": "Version of the score's implementation",
    "total": "Total; empty while missing inputs leave it open",
    "low": "Lowest attainable total",
    "high": "Highest attainable total",
    "classes": "Classes still open",
    "inputs": "Values the result rests on, with their units",
    "assumed": "Inputs whose values were assumed, not observed",
    "wanting": "Inputs that would narrow the interval",
    "rule": "At which times, and how, the inputs were read",
    "source": "Publication of the score",
    "doi": "DOI of the publication",
    "warnings": "What the reader of the result must know",
}
_KEPT = {
    "id": "Number of the row",
    "entered": "What was entered, where another value is stored",
    "accepted": "Variables outside their usual range that were let through",
    "missing": "Why a value is missing",
}
_TYPES = {
    "real": "number", "int": "whole number", "bool": "yes or no", "text": "text",
    "word": "one of the choices", "words": "several of the choices, joined by |", "time": "time",
    "json": "text", "link": "key",
}  # fmt: skip


def codebook(
    tables: Mapping[str, Mapping[str, Sequence[Any]]],
    shapes: Mapping[str, Shape],
    notes: Mapping[str, str] | None = None,
) -> dict[str, list[Any]]:
    """What every column of exported tables holds.

    Args:
        tables: The exported columns by table and name.
        shapes: The registry's tables.
        notes: What an export did to a column, by its name.

    Returns:
        One row per column of each table, as the columns `COLUMNS`.
    """
    lines = []
    for table, columns in tables.items():
        fields = shapes[table].by_name
        for name, values in columns.items():
            line = _line(name, fields)
            missing = sum(1 for value in values if value is None)
            counts = {"table": table, "column": name, "n": len(values) - missing}
            note = (notes or {}).get(name, "")
            lines.append({**line, **counts, "missing": missing, "note": note})
    return {name: [_told(line.get(name)) for line in lines] for name in COLUMNS}


def _told(value: Any) -> Any:
    return None if value == "" else value


def _line(name: str, fields: Mapping[str, Field]) -> dict[str, Any]:
    """What one column holds; of a time its hours (`_h`) and days (`_d`) from t0 as well."""
    base, field = name[:-2], fields.get(name)
    times = {"_h": ("hours", "h"), "_d": ("days", "d")}
    count = times.get(name[-2:]) if base in fields and fields[base].kind == "time" else None
    if count:
        field = fields[base]
    if field is None:
        return {"label": _KEPT.get(name, name), "type": "text"}
    if field.variable is not None:
        made = _of_variable(field.variable, _TYPES[field.kind])
    else:
        made = {"label": _STRUCTURE.get(field.name, field.name), "type": _TYPES[field.kind]}
        made |= {"choices": "; ".join(field.words)} if field.words else {}
    if count:
        made |= {"label": f"{made['label']}, {count[0]} from t0", "unit": count[1]}
        made |= {"type": "number"}
        if made.get("label_fr"):
            french = {"hours": "heures", "days": "jours"}[count[0]]
            made["label_fr"] = f"{made['label_fr']}, {french} depuis t0"
    return made


def _of_variable(variable: Variable, kind: str) -> dict[str, Any]:
    def end(value: float) -> float | None:
        return None if isinf(value) else value

    return {
        "label": variable.label,
        "label_fr": variable.label_fr,
        "type": kind,
        "unit": variable.unit,
        "low": end(variable.low),
        "high": end(variable.high),
        "usual_low": end(variable.soft_low),
        "usual_high": end(variable.soft_high),
        "choices": "; ".join(f"{c.name} = {c.label}" for c in variable.choices),
        "choices_fr": "; ".join(f"{c.name} = {c.label_fr or c.label}" for c in variable.choices),
        "when": variable.when,
        "codes": variable.codes,
        "codes_tag": variable.tag,
    }
