"""A name for an episode that tells nobody who it is, the same whenever it is asked for.

It follows from the episode's key and from the hash of the audit entry that added it. Only who has
the registry can find the key of a reference; and the references of a registry do not tell in which
order its episodes came.
"""

from __future__ import annotations

import hmac

from afterload.registry.engine import reading
from afterload.registry.rows import select
from afterload.registry.store import Registry

LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ23456789"
"""Letters and digits that are not taken for one another."""

LENGTH = 10


def references(registry: Registry) -> dict[str, str]:
    """The reference of every episode that was ever added, by its key."""
    sql = (
        'SELECT "episode"."key", "entry"."hash" FROM "episode" '
        'JOIN "entry" ON "entry"."id" = "episode"."entry" WHERE "episode"."supersedes" IS NULL'
    )
    with reading(registry.engine) as connection:
        return {key: _reference(key, secret) for key, secret in select(connection, sql)}


def _reference(key: str, secret: str) -> str:
    number = int.from_bytes(hmac.digest(secret.encode(), key.encode(), "sha256"), "big")
    letters = []
    for _ in range(LENGTH):
        number, place = divmod(number, len(LETTERS))
        letters.append(LETTERS[place])
    return "".join(letters)
