"""Episodes that are said to have had no device, told apart from those of which nothing is said."""

from __future__ import annotations

from alembic import context, op
from sqlalchemy import inspect

from afterload.registry.schema import add_column

revision = "0005"
down_revision: str | None = "0004"


def upgrade() -> None:
    """Add the column an older registry lacks; a new one has it from the start."""
    connection = op.get_bind()
    if any(c["name"] == "no_device" for c in inspect(connection).get_columns("episode")):
        return
    field = context.config.attributes["shapes"]["episode"].by_name["no_device"]
    connection.exec_driver_sql(add_column("episode", field, connection.dialect.name))
