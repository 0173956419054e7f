"""Which devices run at a moment, by their intervals."""

from __future__ import annotations

from datetime import datetime, timedelta

import numpy as np
import pytest

from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory
from afterload.registry.running import Moment, devices_at, moment_of

T0 = datetime(2024, 3, 1, 8, 0)
NAN = float("nan")


def made(
    devices: list[tuple[str, float | None, float | None]] = [],  # noqa: B006
    run: tuple[float | None, float | None] | None = None,
) -> Registry:
    """One episode "e1" with devices, times in hours from t0."""
    registry = memory(standard())
    rows = [
        Rows("patient", {"key": ["e1"]}),
        Rows("episode", {"key": ["e1"], "patient": ["e1"], "t0": [T0]}),
    ]
    if run:
        rows.append(Rows("run", {"episode": ["e1"], "key": ["1"], "start": [time(run[0])],
                                 "stop": [time(run[1])]}))  # fmt: skip
    if devices:
        rows.append(
            Rows(
                "device",
                {
                    "episode": ["e1"] * len(devices),
                    **({"run": ["1"] * len(devices)} if run else {}),
                    "kind": [kind for kind, _, _ in devices],
                    "start": [time(start) for _, start, _ in devices],
                    "stop": [time(stop) for _, _, stop in devices],
                },
            )
        )
    add(registry, Batch(tuple(rows), "test"), who="test", why="test", now=T0)
    return registry


def time(hours: float | None) -> datetime | None:
    return None if hours is None else T0 + timedelta(hours=hours)


def running(registry: Registry, point: str) -> dict[str, float] | None:
    """The devices that run, or None where that is not known."""
    found = {family: float(n[0]) for family, n in devices_at(registry, moment_of(point)).items()}
    if any(np.isnan(list(found.values()))):
        assert all(np.isnan(list(found.values())))
        return None
    return {family: n for family, n in found.items() if n}


COURSE = [("iabp", -5.0, 0.0), ("ecls", 0.0, 120.0), ("impella-cp", 24.0, 200.0)]


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ("pre", {"iabp": 1}),  # just before: the balloon still runs, the ECLS does not yet
        ("1h", {"ecls": 1}),
        ("24h", {"ecls": 1, "impella": 1}),
        ("day5", {"impella": 1}),  # 120 h: the ECLS has just stopped
        ("day10", {}),
        ("peak", None),  # a point without an hour
    ],
)
def test_devices_run_from_start_to_stop(point: str, expected: dict[str, float] | None) -> None:
    assert running(made(COURSE), point) == expected


def test_no_device_recorded_is_not_known_and_never_none() -> None:
    assert running(made(), "24h") is None
    assert running(made([("ecls", 0.0, 10.0)]), "pre") == {}


def test_a_device_whose_times_do_not_tell_is_not_known() -> None:
    assert running(made([("ecls", 0.0, 90.0), ("impella-cp", None, None)]), "24h") is None
    assert running(made([("ecls", 0.0, 90.0), ("impella-cp", None, 5.0)]), "24h") == {"ecls": 1}


def test_a_device_without_an_end_ends_with_its_run() -> None:
    assert running(made([("ecls", 0.0, None)], run=(0.0, 50.0)), "48h") == {"ecls": 1}
    assert running(made([("ecls", 0.0, None)], run=(0.0, 50.0)), "72h") == {}
    assert running(made([("ecls", 0.0, None)], run=(0.0, None)), "72h") == {"ecls": 1}
    assert running(made([("ecls", 0.0, None)]), "72h") == {"ecls": 1}


def test_two_of_a_kind_are_two() -> None:
    assert running(made([("impella-cp", 0.0, 50.0), ("impella-5.5", 20.0, 90.0)]), "24h") == {
        "impella": 2
    }


def test_the_moment_before() -> None:
    assert moment_of("pre") == Moment(0.0, "pre", before=True)
    assert moment_of("24h") == Moment(24.0, "24h", before=False)
