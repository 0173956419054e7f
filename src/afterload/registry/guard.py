"""The triggers that keep a registry append-only and its times in order, on both engines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from afterload.registry.shape import Shape

APPEND_ONLY = (
    "A registry is append-only: rows are corrected by a new row and withdrawn, "
    "never changed or removed."
)


@dataclass(frozen=True, slots=True)
class Order:
    """A time of an outcome that cannot come before a time of its episode."""

    rule: str
    early: str
    late: str
    sentence: str


ORDERS: tuple[Order, ...] = (
    Order("death_after_t0", "t0", "death_dt", "Death comes before time zero."),
    Order("discharge_after_t0", "t0", "hosp_discharge_dt", "Discharge comes before time zero."),
    Order(
        "discharge_after_admission",
        "hosp_admit_dt",
        "hosp_discharge_dt",
        "Hospital discharge comes before admission.",
    ),
    Order(
        "death_after_admission",
        "hosp_admit_dt",
        "death_dt",
        "Death comes before hospital admission.",
    ),
)


ONE_ANSWER = "A complication cannot have occurred and not have occurred in one episode."


def create_guards(shapes: Mapping[str, Shape], dialect: str) -> list[str]:
    """The statements that put every guard in place."""
    tables = ["entry", *shapes]
    append_only = [s for table in tables for s in append_only_guards(table, dialect)]
    orders = [
        order
        for order in ORDERS
        if order.early in shapes["episode"].by_name and order.late in shapes["outcome"].by_name
    ]
    if dialect == "sqlite":
        return [*append_only, *_sqlite_orders(orders), *one_answer(dialect)]
    return [_FUNCTION, *append_only, *_postgresql_orders(orders), *one_answer(dialect)]


def append_only_guards(table: str, dialect: str) -> list[str]:
    """The statements that keep one table append-only."""
    if dialect == "sqlite":
        return [*_sqlite_append_only(table)]
    return [_postgresql_append_only(table)]


def _sqlite_append_only(table: str) -> Iterable[str]:
    refuse = f"BEGIN SELECT RAISE(ABORT, '{APPEND_ONLY}'); END"
    yield f'CREATE TRIGGER "{table}_no_update" BEFORE UPDATE ON "{table}" {refuse}'
    yield f'CREATE TRIGGER "{table}_no_delete" BEFORE DELETE ON "{table}" {refuse}'
    # INSERT OR REPLACE removes the old row without firing the trigger on deletion.
    yield (
        f'CREATE TRIGGER "{table}_no_replace" BEFORE INSERT ON "{table}" '
        f'WHEN EXISTS (SELECT 1 FROM "{table}" WHERE "id" = NEW."id") {refuse}'
    )


_FUNCTION = f"""
CREATE FUNCTION afterload_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '{APPEND_ONLY}' USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


def _postgresql_append_only(table: str) -> str:
    return (
        f'CREATE TRIGGER "{table}_append_only" BEFORE UPDATE OR DELETE OR TRUNCATE ON "{table}" '
        "FOR EACH STATEMENT EXECUTE FUNCTION afterload_append_only()"
    )


def _current(table: str, condition: str) -> str:
    """SQL that is true when a current row of `table`, called c, meets a condition."""
    return (
        f'EXISTS (SELECT 1 FROM "{table}" c WHERE {condition} AND c."withdrawn" = {{no}} '
        f'AND NOT EXISTS (SELECT 1 FROM "{table}" n WHERE n."supersedes" = c."id"))'
    )


def _of_outcome(order: Order) -> str:
    """True when a new outcome comes before a time of its episode."""
    same = '(c."id" = NEW."episode" OR (c."supersedes" IS NOT NULL AND c."root" = NEW."episode"))'
    return _current("episode", f'{same} AND NEW."{order.late}" < c."{order.early}"')


def _of_episode(order: Order) -> str:
    """True when a corrected episode comes after a time of its outcome."""
    return _current(
        "outcome", f'c."episode" = NEW."root" AND c."{order.late}" < NEW."{order.early}"'
    )


def _cases(order: Order) -> Iterable[tuple[str, str, str]]:
    """Table, when its new rows are looked at, and what they must not be."""
    of_outcome = f'NEW."{order.late}" IS NOT NULL'
    of_episode = f'NEW."supersedes" IS NOT NULL AND NEW."{order.early}" IS NOT NULL'
    yield "outcome", of_outcome, _of_outcome(order)
    yield "episode", of_episode, _of_episode(order)


def one_answer(dialect: str) -> list[str]:
    """The guard that keeps an episode from having and not having had one kind of complication."""
    no, yes = ("0", "1") if dialect == "sqlite" else ("false", "true")
    other = (
        'c."episode" = NEW."episode" AND c."kind" = NEW."kind" AND c."root" <> NEW."root" '
        f'AND coalesce(c."occurred", {yes}) <> coalesce(NEW."occurred", {yes})'
    )
    broken = _current("complication", other).format(no=no)
    if dialect == "sqlite":
        return [
            'CREATE TRIGGER "complication_one_answer" BEFORE INSERT ON "complication" '
            f'WHEN NEW."withdrawn" = 0 AND {broken} '
            f"BEGIN SELECT RAISE(ABORT, '{ONE_ANSWER}'); END"
        ]
    return [
        _refusing("complication_one_answer", broken, ONE_ANSWER),
        'CREATE TRIGGER "complication_one_answer" BEFORE INSERT ON "complication" FOR EACH ROW '
        'WHEN (NOT NEW."withdrawn") EXECUTE FUNCTION afterload_complication_one_answer()',
    ]


def _refusing(name: str, broken: str, sentence: str) -> str:
    """A function of PostgreSQL that refuses a row."""
    return f"""
CREATE FUNCTION afterload_{name}() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF {broken} THEN
    RAISE EXCEPTION '{sentence}' USING ERRCODE = 'check_violation';
  END IF;
  RETURN NEW;
END $$"""


def _sqlite_orders(orders: Iterable[Order]) -> Iterable[str]:
    for order in orders:
        for table, when, broken in _cases(order):
            yield (
                f'CREATE TRIGGER "{table}_{order.rule}" BEFORE INSERT ON "{table}" '
                f'WHEN {when} AND NEW."withdrawn" = 0 AND {broken.format(no=0)} '
                f"BEGIN SELECT RAISE(ABORT, '{order.sentence}'); END"
            )


def _postgresql_orders(orders: Iterable[Order]) -> Iterable[str]:
    for order in orders:
        for table, when, broken in _cases(order):
            name = f"{table}_{order.rule}"
            yield _refusing(name, broken.format(no="false"), order.sentence)
            yield (
                f'CREATE TRIGGER "{name}" BEFORE INSERT ON "{table}" FOR EACH ROW '
                f'WHEN ({when} AND NOT NEW."withdrawn") EXECUTE FUNCTION afterload_{name}()'
            )
