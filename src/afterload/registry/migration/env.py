"""Runs the migrations inside the transaction it is given; afterload calls it, nobody else."""

from __future__ import annotations

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    # SQLite's DDL is transactional here because transactions are begun by hand (see store.py).
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
