"""A look over the whole registry: ranges, times, gaps and open questions."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from math import isinf

from sqlalchemy import Connection

from afterload.core.calculated import CALCULATED
from afterload.core.variable import Variable
from afterload.registry.check_told import device_findings, times_to_come
from afterload.registry.course import courses
from afterload.registry.engine import reading
from afterload.registry.findings import Finding
from afterload.registry.numbers import episodes
from afterload.registry.order import temporal_findings
from afterload.registry.rows import holds, key_of_root, select
from afterload.registry.schema import check_of
from afterload.registry.shape import COMPLICATIONS, OCCURRED, Field, Shape
from afterload.registry.store import Registry


@dataclass(frozen=True, slots=True)
class Gap:
    """How often one variable is missing.

    Args:
        variable: Which one.
        missing: Episodes without it (for what is measured repeatedly: at any time).
        episodes: All episodes.
    """

    variable: Variable
    missing: int
    episodes: int

    @property
    def share(self) -> float:
        """The share of episodes without it, 0 to 1."""
        return self.missing / self.episodes if self.episodes else 0.0


def check_all(registry: Registry) -> list[Finding]:
    """Everything worth knowing about the registry's current rows.

    Errors are what cannot be true, warnings what should be asked about, notes what is missing or
    still open. The audit chain is `audit.verify_chain`.
    """
    with reading(registry.engine) as connection:
        found = [f for shape in registry.shapes.values() for f in _ranges(connection, shape)]
        known = episodes(connection)
        found += temporal_findings(courses(connection, known))
        found += _duplicates(connection, registry)
        found += _open_queries(connection)
        found += _two_answers(connection)
        found += device_findings(connection)
        found += times_to_come(connection)
        gaps = _gaps(connection, registry)
        found += _unanswered(connection)
    found += [_gap_finding(gap) for gap in gaps if gap.missing and gap.variable.level == "core"]
    return found


def missingness(registry: Registry) -> list[Gap]:
    """How often each variable is missing, in the order of the dictionary.

    Variables of complications, devices, runs and follow-ups are left out: they are recorded only
    where there is one. `check_all` tells which complications are neither recorded nor ruled out.
    """
    with reading(registry.engine) as connection:
        return _gaps(connection, registry)


def _ranges(connection: Connection, shape: Shape) -> Iterator[Finding]:
    """Values the field cannot hold (the database was meant to refuse them), and unusual ones."""
    hard = [(f, c) for f in shape.fields if (c := check_of(f, connection.dialect.name))]
    if not hard:
        return
    episode = '"episode"' if any(f.name == "episode" for f in shape.fields) else "NULL"
    if shape.name == "episode":
        episode = '"root"'
    keys = key_of_root(connection, "episode")
    condition = " OR ".join(f"NOT ({check})" for _, check in hard)
    columns = ", ".join(f"CASE WHEN NOT ({check}) THEN 1 ELSE 0 END" for _, check in hard)
    sql = (
        f'SELECT "id", {episode}, {columns} FROM "{shape.name}" '
        f"WHERE ({condition}) AND {holds(shape.name)}"
    )
    for row, root, *bad in select(connection, sql):
        for (field, _), is_bad in zip(hard, bad, strict=True):
            if is_bad:
                yield Finding(
                    "range:hard", "error", shape.name, row, keys.get(root, ""),
                    f"{field.name} holds a value it cannot take. {_allowed(field)}",
                )  # fmt: skip
    yield from _unusual(connection, shape, episode, keys)


def _unusual(
    connection: Connection, shape: Shape, episode: str, keys: dict[int, str]
) -> Iterator[Finding]:
    """Values outside the usual range that nobody accepted."""
    soft = [f for f in shape.fields if f.variable and _has_soft(f)]
    if not soft:
        return
    condition = " OR ".join(
        f'"{f.name}" < {f.variable.soft_low!r} OR "{f.name}" > {f.variable.soft_high!r}'.replace(
            "-inf", "-1e300"
        ).replace("inf", "1e300")
        for f in soft
        if f.variable
    )
    columns = ", ".join(f'"{f.name}"' for f in soft)
    sql = (
        f'SELECT "id", {episode}, "accepted", {columns} FROM "{shape.name}" '
        f"WHERE ({condition}) AND {holds(shape.name)}"
    )
    for row, root, accepted, *values in select(connection, sql):
        let_through = set(json.loads(accepted or "[]"))
        for field, value in zip(soft, values, strict=True):
            variable = field.variable
            if variable is None or value is None or field.name in let_through:
                continue
            if not variable.soft_low <= value <= variable.soft_high:
                yield Finding(
                    "range:soft", "warning", shape.name, row, keys.get(root, ""),
                    f"{field.name} = {value:g} {variable.unit} is unusual (usually "
                    f"{variable.soft_low:g} to {variable.soft_high:g}). Check it, or accept it.",
                )  # fmt: skip


def _has_soft(field: Field) -> bool:
    v = field.variable
    return (
        v is not None
        and v.is_numeric
        and field.kind in ("real", "int")
        and not (isinf(v.soft_low) and isinf(v.soft_high))
    )


def _allowed(field: Field) -> str:
    if field.words:
        return f"Allowed: {', '.join(field.words)}."
    if field.kind in ("real", "int"):
        return f"Allowed: {field.low:g} to {field.high:g}."
    return "Check it."


def _duplicates(connection: Connection, registry: Registry) -> Iterator[Finding]:
    """Rows of one episode that say exactly the same: the same file imported twice."""
    keys = key_of_root(connection, "episode")
    for table in ("device", "observation", "infusion", "complication", "decision", "followup"):
        fields = [f.name for f in registry.shapes[table].fields]
        listed = ", ".join(f'"{name}"' for name in fields)
        sql = (
            f'SELECT max("id"), "episode", count(*) FROM "{table}" WHERE {holds(table)} '
            f"GROUP BY {listed} HAVING count(*) > 1"
        )
        for row, root, count in sorted(select(connection, sql)):
            yield Finding(
                "duplicate", "warning", table, row, keys.get(root, ""),
                f"{count} rows say exactly the same. Withdraw all but one if it is one event.",
            )  # fmt: skip


def _two_answers(connection: Connection) -> Iterator[Finding]:
    """Complications that are said to have occurred and not to have (the database refuses them)."""
    keys = key_of_root(connection, "episode")
    sql = (
        'SELECT "episode", "kind", '
        f'max(CASE WHEN {OCCURRED} THEN NULL ELSE "id" END) '
        f'FROM "complication" WHERE {holds("complication")} GROUP BY "episode", "kind" '
        f"HAVING count(DISTINCT CASE WHEN {OCCURRED} THEN 1 ELSE 0 END) > 1"
    )
    for root, kind, row in sorted(select(connection, sql)):
        yield Finding(
            "two-answers", "error", "complication", row, keys.get(root, ""),
            f"The episode is said to have had {kind} and not to have had it. Withdraw one.",
        )  # fmt: skip


def _unanswered(connection: Connection) -> Iterator[Finding]:
    """How often a kind of complication that is recorded at all is neither recorded nor ruled out.

    An episode is answered once, however many events it had.
    """
    total = int(
        select(connection, f'SELECT count(*) FROM "episode" WHERE {holds("episode")}')[0][0]
    )
    sql = (
        'SELECT "kind", count(DISTINCT "episode") FROM "complication" '
        f'WHERE {holds("complication")} GROUP BY "kind"'
    )
    told = dict(select(connection, sql))
    for kind in COMPLICATIONS:
        missing = total - told.get(kind, total)
        if missing:
            yield Finding(
                "missing", "note", "complication", None, "",
                f"{kind} is recorded neither as having occurred nor as not having in {missing} of "
                f"{total} episodes ({100 * missing / total:.0f} %).",
            )  # fmt: skip


def _open_queries(connection: Connection) -> Iterator[Finding]:
    keys = key_of_root(connection, "episode")
    sql = (
        'SELECT "id", "episode", "variable", "question" FROM "query" '
        f'WHERE "status" = \'open\' AND {holds("query")} ORDER BY "id"'
    )
    for row, root, variable, question in select(connection, sql):
        about = f" about {variable}" if variable else ""
        yield Finding(
            "query", "note", "query", row, keys.get(root, ""), f"Open question{about}: {question}"
        )


_ONCE = {"patient": '"root"', "episode": '"root"', "outcome": '"episode"'}


def _gaps(connection: Connection, registry: Registry) -> list[Gap]:
    total = int(
        select(connection, f'SELECT count(*) FROM "episode" WHERE {holds("episode")}')[0][0]
    )
    there: dict[str, int] = {}
    for table in ("patient", "episode", "outcome", "observation"):
        there.update(_recorded(connection, registry.shapes[table]))
    return [
        Gap(variable, total - there[variable.name], total)
        for variable in registry.vocabulary.variables.values()
        if variable.name in there and variable.name not in CALCULATED
    ]


def _recorded(connection: Connection, shape: Shape) -> dict[str, int]:
    """For each variable of a table, how many episodes have it."""
    variables = [f.variable for f in shape.fields if f.variable and f.variable.name == f.name]
    known = [f'CASE WHEN {_is_known(v)} THEN 1 ELSE 0 END AS "{v.name}"' for v in variables]
    best = ", ".join(f'max("{v.name}") AS "{v.name}"' for v in variables)
    sums = ", ".join(f'coalesce(sum("{v.name}"), 0)' for v in variables)
    by = '"id"' if shape.name == "patient" else _ONCE.get(shape.name, '"episode"')
    source = (
        f'SELECT {by} AS of_row, {", ".join(known)} FROM "{shape.name}" WHERE {holds(shape.name)}'
    )
    if shape.name == "patient":
        # A patient with two episodes counts twice, because the share is of episodes.
        source = (
            f'SELECT e."id" AS of_row, {", ".join(f"p.{_q(v)} AS {_q(v)}" for v in variables)} '
            f'FROM "episode" e JOIN (SELECT "root" AS of_patient, {", ".join(known)} '
            f'FROM "patient" WHERE {holds("patient")}) p ON p.of_patient = e."patient" '
            f"WHERE {_held_by('e', 'episode')}"
        )
    sql = f"SELECT {sums} FROM (SELECT of_row, {best} FROM ({source}) r GROUP BY of_row) b"
    counts = select(connection, sql)[0]
    return {v.name: int(count) for v, count in zip(variables, counts, strict=True)}


def _held_by(alias: str, table: str) -> str:
    return (
        holds(table)
        .replace('"withdrawn"', f'{alias}."withdrawn"', 1)
        .replace('"id" NOT IN', f'{alias}."id" NOT IN', 1)
    )


def _is_known(variable: Variable) -> str:
    name = f'"{variable.name}" IS NOT NULL'
    return f'{name} OR "{variable.name}_h" IS NOT NULL' if variable.kind == "datetime" else name


def _q(variable: Variable) -> str:
    return f'"{variable.name}"'


def _gap_finding(gap: Gap) -> Finding:
    return Finding(
        "missing", "note", gap.variable.table, None, "",
        f"{gap.variable.name} is missing in {gap.missing} of {gap.episodes} episodes "
        f"({100 * gap.share:.0f} %).",
    )  # fmt: skip
