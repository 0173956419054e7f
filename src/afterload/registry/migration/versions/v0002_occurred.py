"""Complications that did not occur: a column for the answer, and its guards.

Rows written before keep their digest, because what is missing is left out of it. They are read as
events, which all of them were.
"""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import inspect

from afterload.registry.guard import one_answer
from afterload.registry.schema import add_column

revision = "0002"
down_revision: str | None = "0001"


def upgrade() -> None:
    """Add what a registry of the first schema lacks; a new one has it from the start."""
    connection = op.get_bind()
    dialect = connection.dialect.name
    if any(c["name"] == "occurred" for c in inspect(connection).get_columns("complication")):
        return
    shape = context.config.attributes["shapes"]["complication"]
    rules = [(rule, sql) for rule, sql, _ in shape.sentences]
    field = shape.by_name["occurred"]
    connection.exec_driver_sql(add_column("complication", field, dialect, *rules))
    for statement in one_answer(dialect):
        connection.exec_driver_sql(statement)
