"""Rates of infusions at a nominal point, where the times they ran from and to are not known."""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import inspect

from afterload.registry.schema import add_column

revision = "0003"
down_revision: str | None = "0002"


def upgrade() -> None:
    """Add the column an older registry lacks; a new one has it from the start."""
    connection = op.get_bind()
    if any(c["name"] == "nominal" for c in inspect(connection).get_columns("infusion")):
        return
    field = context.config.attributes["shapes"]["infusion"].by_name["nominal"]
    connection.exec_driver_sql(add_column("infusion", field, connection.dialect.name))
