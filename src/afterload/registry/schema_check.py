"""Whether the guards of a registry are those this version makes: nothing removed, nothing loosened.

The audit chain tells what was done to rows; this tells what was done to the rules that keep them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from afterload.registry.findings import Finding, Severity
from afterload.registry.schema_parts import Part, expected_parts, live_parts
from afterload.registry.shape import Shape

_WHAT = {
    "table": "The table",
    "column": "The column",
    "check": "The check",
    "unique rule": "The unique rule",
    "unique index": "The unique index",
    "link": "The link",
    "index": "The index",
    "trigger": "The guard",
    "function": "The function",
    "rule": "The rewriting rule",
}
UNREAD = "audit:schema-unread"
"""The rule of the finding that says that the guards could not be compared."""

_LONGEST = 160


def schema_findings(connection: Connection, shapes: Mapping[str, Shape]) -> Iterator[Finding]:
    """What of the schema was removed, changed or put in behind the registry's back.

    Args:
        connection: In a transaction that reads; on PostgreSQL temporary tables are made and undone.
        shapes: The registry's tables, with the site's own variables.
    """
    there = live_parts(connection, shapes)
    try:
        made = expected_parts(connection, shapes)
    except DBAPIError as error:
        reason = (str(error.orig).strip().splitlines() or [""])[0].rstrip(".")
        yield Finding(
            UNREAD, "warning", "", None, "",
            "The guards were not compared with those of this version, because that takes temporary "
            f"tables ({reason}). Verify with a user who may make them.",
        )  # fmt: skip
        return
    gone = {part.table for part in made if part.kind == "table" and part not in there}
    for part, said in made.items():
        if part.table in gone and part.kind != "table":
            continue
        if part not in there:
            yield _missing(part)
        elif said and there[part] != said:
            yield _changed(part, there[part])
    for part in there:
        if part not in made and part.kind != "index" and part.kind != "function":
            yield _unknown(part)


def _missing(part: Part) -> Finding:
    if part.kind == "trigger":
        sentence = f"The guard {part.name!r} that refuses changes was removed or switched off."
        return _finding("guard", part, sentence)
    if part.kind == "index":
        sentence = f"The index {part.name!r} was removed: reading is slower, and nothing is lost."
        return _finding("schema", part, sentence, "warning")
    refuses = {
        "check": " that refuses impossible values",
        "unique rule": " that refuses a second row of the same",
        "unique index": " that refuses a second row of the same",
        "link": " that refuses rows of nobody",
    }.get(part.kind, "")
    return _finding("schema", part, f"{_WHAT[part.kind]} {part.name!r}{refuses} was removed.")


def _changed(part: Part, said: str) -> Finding:
    rule = "guard" if part.kind in ("trigger", "function") else "schema"
    shown = said if len(said) <= _LONGEST else f"{said[:_LONGEST]} ..."
    sentence = f"{_WHAT[part.kind]} {part.name!r} is not the one this version makes. It is: {shown}"
    return _finding(rule, part, sentence)


def _unknown(part: Part) -> Finding:
    rule = "guard" if part.kind == "trigger" else "schema"
    what = {"trigger": "The trigger"}.get(part.kind, _WHAT[part.kind])
    return _finding(
        rule, part, f"{what} {part.name!r} is none this version makes: it was put in from outside."
    )


def _finding(rule: str, part: Part, sentence: str, severity: Severity = "error") -> Finding:
    return Finding(f"audit:{rule}", severity, part.table, None, "", sentence)
