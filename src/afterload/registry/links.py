"""Links between rows: given by key, kept as the root id of the row they point at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Connection

from afterload.core.errors import InputError
from afterload.registry.rows import holds, select
from afterload.registry.shape import Shape


@dataclass(slots=True)
class Links:
    """The root ids of current patients, episodes and runs by key, read when first asked for."""

    connection: Connection
    _roots: dict[str, dict[Any, int]] = field(default_factory=dict)

    def roots(self, table: str) -> dict[Any, int]:
        """Root id by key; a run's key is (root id of its episode, its own key)."""
        if table not in self._roots:
            key = '"episode", "key"' if table == "run" else '"key"'
            sql = f'SELECT "root", {key} FROM "{table}" WHERE {holds(table)}'
            rows = select(self.connection, sql)
            self._roots[table] = {(r[1:] if table == "run" else r[1]): r[0] for r in rows}
        return self._roots[table]

    def learn(self, table: str, roots: Mapping[Any, int]) -> None:
        """Rows just written can be pointed at."""
        self.roots(table).update(roots)

    def resolve(self, shape: Shape, given: Mapping[str, Sequence[Any]]) -> dict[str, list[Any]]:
        """Every link column of some rows as root ids.

        Args:
            shape: The table the rows are for.
            given: Key texts by column.

        Raises:
            InputError: A link is missing, or points at nothing.
        """
        made: dict[str, list[Any]] = {}
        for link in shape.links:
            if link.name not in given:
                if link.required:
                    raise InputError(f"A row of {shape.name!r} needs the column {link.name!r}.")
                continue
            values: Sequence[Any] = given[link.name]
            if link.link == "run":
                runs = zip(made["episode"], values, strict=True)
                values = [None if run is None else (episode, run) for episode, run in runs]
            made[link.name] = self._look_up(shape, link.link, link.required, values)
        return made

    def _look_up(
        self, shape: Shape, table: str, required: bool, keys: Sequence[Any]
    ) -> list[int | None]:
        roots = self.roots(table)
        found = [None if key is None else roots.get(key) for key in keys]
        for key, root in zip(keys, found, strict=True):
            if root is None and (key is not None or required):
                name = key[1] if isinstance(key, tuple) else key
                raise InputError(
                    f"A row of {shape.name!r} points at the {table} {name!r}, which is neither in "
                    "the registry nor in what is being added. Check the key."
                )
        return found
