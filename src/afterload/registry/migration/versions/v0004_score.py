"""Results of scores that are kept: a table of its own, with its guards."""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import inspect

from afterload.registry.guard import append_only_guards

revision = "0004"
down_revision: str | None = "0003"


def upgrade() -> None:
    """Create the table an older registry lacks; a new one has it from the start."""
    connection = op.get_bind()
    if "score" in inspect(connection).get_table_names():
        return
    context.config.attributes["tables"].tables["score"].create(connection)
    for statement in append_only_guards("score", connection.dialect.name):
        connection.exec_driver_sql(statement)
