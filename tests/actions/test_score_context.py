"""What the circumstances tell the scores: support, devices, doses, spells, two lactates."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from afterload.actions.score_context import SUPPORT_OF, TABLE
from afterload.actions.score_registry import ScoredEpisodes, score_episode, score_registry
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory
from afterload.registry.strategy import FAMILIES
from afterload.scores.support import SUPPORT

T0 = datetime(2024, 3, 1, 8, 0)
NAN = float("nan")


def time(hours: float | None) -> datetime | None:
    return None if hours is None else T0 + timedelta(hours=hours)


def made(
    devices: list[tuple[str, float, float]],
    sets: list[tuple[float, dict[str, float]]],
    infusions: list[tuple[str, float, float, float]] = [],  # noqa: B006
) -> Registry:
    """Episode "e1" with all that, and "e2" with nothing."""
    registry = memory(standard())
    names = sorted({name for _, values in sets for name in values})
    rows = [
        Rows("patient", {"key": ["e1", "e2"]}),
        Rows("episode", {"key": ["e1", "e2"], "patient": ["e1", "e2"], "t0": [T0, T0]}),
        Rows("device", {
            "episode": ["e1"] * len(devices),
            "kind": [kind for kind, _, _ in devices],
            "start": [time(start) for _, start, _ in devices],
            "stop": [time(stop) for _, _, stop in devices],
        }),
        Rows("observation", {
            "episode": ["e1"] * len(sets),
            "at": [time(hours) for hours, _ in sets],
            **{name: [values.get(name) for _, values in sets] for name in names},
        }),
        Rows("infusion", {
            "episode": ["e1"] * len(infusions),
            "drug": [drug for drug, _, _, _ in infusions],
            "rate": [rate for _, rate, _, _ in infusions],
            "unit": ["ug/kg/min" for _ in infusions],
            "start": [time(start) for _, _, start, _ in infusions],
            "stop": [time(stop) for _, _, _, stop in infusions],
        }),
    ]  # fmt: skip
    kept = tuple(one for one in rows if next(iter(one.columns.values())))
    add(registry, Batch(kept, "test"), who="test", why="test", now=T0)
    return registry


COURSE = [("iabp", -5.0, 0.0), ("ecls", 0.0, 120.0), ("impella-cp", 24.0, 200.0)]


def scored(registry: Registry, name: str, at: str = "") -> ScoredEpisodes:
    return score_registry(registry, [name], at=at)[0]


def devices_named(code: float) -> set[str]:
    return {level for bit, level in enumerate(SUPPORT.levels) if int(code) >> bit & 1}


@pytest.mark.parametrize(
    ("at", "expected"),
    [("", {"iabp"}), ("12h", {"ecls"}), ("24h", {"ecls", "impella"}), ("day10", {"none"})],
)
def test_the_support_of_a_score_is_what_ran_then(at: str, expected: set[str]) -> None:
    found = scored(made(COURSE, [(1.0, {"map": 65.0})]), "cpo", at)
    assert devices_named(found.inputs["support"][0]) == expected
    assert np.isnan(found.inputs["support"][1])  # no device recorded: not known, never none
    assert list(found.context["support"]) == [True, False]
    where = "just before first flow" if not at else f"at {at}"
    assert f"support: by the device intervals, {where}" in found.rule


def test_every_family_of_devices_has_its_name() -> None:
    assert set(SUPPORT_OF) == set(FAMILIES) - {"lv-vent", "pa-vent", "septostomy"}
    assert set(SUPPORT_OF.values()) == set(SUPPORT.levels) - {"none"}
    names = [one.name for one in TABLE]
    assert len(names) == len(set(names))
    for day in (True, False):  # no input has two rules
        inputs = [name for one in TABLE if one.day in (None, day) for name in one.inputs]
        assert len(inputs) == len(set(inputs))


def test_cswg_scai_counts_the_devices_that_run() -> None:
    devices = [*COURSE, ("lv-vent", 0.0, 50.0), ("impella-rp", 10.0, 50.0)]
    registry = made(devices, [(24.0, {"lactate": 1.0, "map": 80.0, "sbp": 110.0})])
    found = scored(registry, "cswg_scai", "24h")
    assert found.inputs["n_devices"][0] == 3  # ECLS, Impella CP and RP; a vent is none
    assert found.tally.classes(0)[0] == "D"  # two or more devices are at least D
    assert "n_devices: counted by the device intervals" in found.rule
    assert np.isnan(found.inputs["n_devices"][1])


def test_a_dose_recorded_with_the_measurements_goes_before_an_infusion() -> None:
    sets = [(0.0, {"norepi": 0.1}), (24.0, {"map": 70.0})]
    registry = made([], sets, [("norepi", 0.4, -5.0, 48.0), ("dobutamine", 5.0, -5.0, 3.0)])
    first = scored(registry, "vis")
    assert (first.inputs["norepi"][0], first.inputs["dobutamine"][0]) == (0.1, 5.0)
    assert "dobutamine: where no dose is recorded with the measurements" in first.rule
    later = scored(registry, "vis", "24h")
    assert (later.inputs["norepi"][0], later.inputs["dobutamine"][0]) == (0.4, 0.0)
    assert np.isnan(later.inputs["epi"][0])  # no infusion of it: not known
    assert "norepi, dobutamine: where no dose" in later.rule


def test_a_spell_of_low_pressure_is_read_from_time_stamped_sets() -> None:
    low = [(-1.0 + k / 4, {"sbp": 80.0}) for k in range(4)]  # 45 min at least, every 15 min
    found = scored(made([], low), "shock-trial")
    assert found.inputs["sbp_below_90_min"][0] == 45
    assert "sbp_below_90_min: by the time-stamped pressures of the 6 h before" in found.rule
    one = scored(made([], low[:1]), "shock-trial")  # one reading proves no duration
    assert "sbp_below_90_min" not in one.context


def test_the_two_lactates_of_a_clearance() -> None:
    sets = [(-30.0, {"lactate": 3.0}), (-2.0, {"lactate": 8.0}), (6.0, {"lactate": 6.0}),
            (23.0, {"lactate": 2.0}), (60.0, {"lactate": 1.0})]  # fmt: skip
    found = scored(made([], sets), "lactate_clearance", "24h")
    told = [found.inputs[n][0] for n in ("lactate_first", "lactate_later", "hours_between")]
    assert told == [8.0, 2.0, 25.0]  # the first from 24 h before first flow on
    assert found.tally.total[0] == pytest.approx(75.0)  # (8 - 2) / 8
    assert np.isnan(found.tally.total[1])
    assert "lactate_first, lactate_later, hours_between: the first lactate" in found.rule
    alone = scored(made([], sets[1:2]), "lactate_clearance", "24h")
    assert not alone.context


def test_one_episode_may_say_otherwise() -> None:
    registry = made(COURSE, [(1.0, {"map": 65.0, "co": 4.0})])
    said: dict[str, Any] = {"support": "none"}
    by_record = score_episode(registry, "e1", ["cpo"], at="1h")
    by_hand = score_episode(registry, "e1", ["cpo"], at="1h", values=said)
    assert any("VA-ECMO" in warning for warning in by_record.tallies[0].warnings)
    assert not any("VA-ECMO" in warning for warning in by_hand.tallies[0].warnings)
    assert "by the device intervals, at 1h" in by_record.rules["cpo"]
    assert "device intervals" not in by_hand.rules["cpo"]


def test_a_device_alone_does_not_ask_for_a_heart() -> None:
    registry = made(COURSE, [(1.0, {"map": 65.0})])
    assert {"icar", "coeur"} <= set(score_episode(registry, "e1", at="24h").untouched)
    found = score_registry(registry, ["icar"], at="24h")[0]
    assert found.inputs["on_ecls"][0] == 1


def test_vv_ecmo_at_first_flow_is_told_to_the_scores_of_shock() -> None:
    lungs = made([("vv-ecmo", 0.0, 90.0)], [(-1.0, {"dbp": 40.0})])
    found = score_episode(lungs, "e1", ["save"])
    assert any("VV-ECMO supports the lungs" in w for w in found.tallies[0].warnings)
    assert "ecmo_mode: by the device intervals, at first flow" in found.rules["save"]
    heart = made([("ecls", 0.0, 90.0), ("vv-ecmo", 0.0, 90.0)], [(-1.0, {"dbp": 40.0})])
    assert not any("VV-ECMO" in w for w in score_episode(heart, "e1", ["save"]).tallies[0].warnings)


def test_sofa_takes_the_highest_dose_of_the_day_that_ran_for_an_hour() -> None:
    infusions = [("norepi", 0.05, 0.0, 10.0), ("norepi", 0.3, 10.0, 12.0),
                 ("norepi", 0.9, 12.0, 12.5), ("norepi", 0.02, 12.5, 40.0)]  # fmt: skip
    registry = made([], [(24.0, {"map": 70.0})], infusions)
    found = scored(registry, "sofa", "24h")
    assert found.inputs["norepi"][0] == 0.3  # 0.9 ran for half an hour only
    assert "norepi: where no dose" in found.rule
    assert "the highest at which infusions ran for 1 h of the 24 h before" in found.rule
    assert scored(registry, "vis", "24h").inputs["norepi"][0] == 0.02
