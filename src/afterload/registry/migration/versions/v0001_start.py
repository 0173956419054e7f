"""Every table, check, index and guard of the first schema.

The columns come from the vocabulary the registry is created with. A later version of the
vocabulary brings its new columns by a migration of its own that adds those that are not there.
"""

from __future__ import annotations

from alembic import context, op

from afterload.registry.guard import create_guards

revision = "0001"
down_revision: str | None = None


def upgrade() -> None:
    """Create the schema in an empty database."""
    given = context.config.attributes
    connection = op.get_bind()
    given["tables"].create_all(connection, checkfirst=False)
    for statement in create_guards(given["shapes"], connection.dialect.name):
        connection.exec_driver_sql(statement)
