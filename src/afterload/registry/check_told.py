"""What a look over the registry asks of devices nobody tells of, and of times that had not come."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from afterload.registry.facts import assumed_start
from afterload.registry.findings import Finding
from afterload.registry.numbers import time_number
from afterload.registry.rows import holds, key_of_root, select
from afterload.registry.shifted import MANY, TOLERANCE


def device_findings(connection: Connection) -> Iterator[Finding]:
    """What is not known of devices: whether there was one, when it started, when it stopped."""
    keys = key_of_root(connection, "episode")
    sql = f'SELECT "root", "id", "no_device" FROM "episode" WHERE {holds("episode")} ORDER BY "id"'
    told = select(connection, sql)
    sql = f'SELECT "episode", "stop", "stop_h", "entered" FROM "device" WHERE {holds("device")}'
    devices = select(connection, sql)
    had = {row[0] for row in devices}
    for root, row, none in told:
        if none and root in had:
            yield Finding(
                "two-answers", "warning", "episode", row, keys.get(root, ""),
                "The episode is said to have had no device, and has one. Withdraw the device, or "
                "correct no_device.",
            )  # fmt: skip
    untold = sum(1 for root, _, none in told if root not in had and not none)
    if untold:
        yield _untold("device", f"No device is recorded, nor that there was none, in {untold} of "
                      f"{len(told)} episodes ({100 * untold / len(told):.0f} %).")  # fmt: skip
    open_ended = sum(1 for _, stop, stop_h, _ in devices if stop is None and stop_h is None)
    if open_ended:
        yield _untold("device", f"{open_ended} of {len(devices)} devices have no stop: how long "
                      "they ran is not known.")  # fmt: skip
    taken = sum(1 for *_, entered in devices if assumed_start({"entered": entered}))
    if taken:
        yield _untold("device", f"{taken} of {len(devices)} devices have no start of their own and "
                      "are taken to start at t0.")  # fmt: skip


def times_to_come(connection: Connection) -> list[Finding]:
    """Times zero that had not come when they were recorded; one note where most of them had not."""
    d, keys = connection.dialect.name, key_of_root(connection, "episode")
    written = f'(SELECT {time_number("at", d)} FROM "entry" WHERE "entry"."id" = "episode"."entry")'
    sql = (
        f'SELECT "root", "id", {time_number("t0", d)}, {written} FROM "episode" '
        f'WHERE "t0" IS NOT NULL AND {holds("episode")} ORDER BY "id"'
    )
    rows = select(connection, sql)
    late = [row for row in rows if row[2] > row[3] + TOLERANCE.total_seconds()]
    if len(late) >= MANY and 2 * len(late) > len(rows):
        return [_untold("episode", f"Time zero lies in the future of its record in {len(late)} of "
                        f"{len(rows)} episodes: the dates were shifted.")]  # fmt: skip
    return [
        Finding("time:future", "warning", "episode", row, keys.get(root, ""),
                "Time zero had not come when it was recorded. Check its year.")
        for root, row, _, _ in late
    ]  # fmt: skip


def _untold(table: str, sentence: str) -> Finding:
    return Finding("missing", "note", table, None, "", sentence)
