"""A cohort of real patients: catheter values of the eICU demo, written into a registry.

Pressures and outputs are as charted. The mean pulmonary and the central venous pressure are taken
back out of the resistances that the monitor made of them: PVR = 80 (PA - wedge) / CO, SVR likewise.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from afterload.actions.cohort_devices import NOT_RECORDED
from afterload.actions.cohort_registry import cohort_of_registry
from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "eicu_demo"
pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the eICU demo (../shared) is not here")

NOW = datetime(2024, 1, 1)
NEAR_MIN = 120
"""Minutes from the first wedge pressure in which the other numbers are looked for."""

CHARTED = {"noninvasivemean": "map", "noninvasivesystolic": "sbp", "noninvasivediastolic": "dbp",
           "cardiacoutput": "co", "svr": "svr", "pvr": "pvr"}  # fmt: skip


def charted() -> dict[str, dict[str, float]]:
    """By stay, what was charted around its first wedge pressure; stays with an arterial mean."""
    table = pl.read_parquet(DATA / "vitalaperiodic.parquet")
    found = {}
    for (stay,), rows in table.sort("observationoffset").group_by(["patientunitstayid"]):
        wedge = rows.filter(pl.col("paop").is_not_null())
        if not wedge.height:
            continue
        off = (pl.col("observationoffset") - wedge["observationoffset"][0]).abs()
        near = rows.filter(off <= NEAR_MIN).sort(off)
        told = {"pcwp": float(wedge["paop"][0])}
        for column, name in CHARTED.items():
            values = near[column].drop_nulls()
            if len(values):
                told[name] = float(values[0])
        if "map" in told:
            found[str(stay)] = with_pressures(told)
    return found


def with_pressures(told: dict[str, float]) -> dict[str, float]:
    """The pressures that the resistances were made of, where they can be pressures."""
    svr, pvr = told.pop("svr", None), told.pop("pvr", None)
    if svr is not None and 0 <= (cvp := told["map"] - svr * told["co"] / 80) <= 40:
        told["cvp"] = cvp
    if pvr is not None:
        told["pa_mean"] = told["pcwp"] + pvr * told["co"] / 80
    return told


def registry_of(stays: dict[str, dict[str, float]]) -> Registry:
    registry = memory(standard())
    keys = list(stays)
    names = sorted({name for told in stays.values() for name in told})
    rows = (
        Rows("patient", {"key": keys}),
        Rows("episode", {"key": keys, "patient": keys}),
        Rows("observation", {
            "episode": keys, "nominal": ["pre"] * len(keys),
            **{name: [stays[key].get(name) for key in keys] for name in names},
        }),
    )  # fmt: skip
    add(registry, Batch(rows, "eICU demo"), who="test", why="test", now=NOW)
    return registry


def test_real_catheter_values_are_fitted_or_left_out_with_a_reason(tmp_path: Path) -> None:
    stays = charted()
    assert len(stays) == 9
    registry = registry_of(stays)
    with pytest.raises(InputError, match=NOT_RECORDED):
        cohort_of_registry(registry, [], tmp_path / "a")
    found = cohort_of_registry(registry, [("iabp",)], tmp_path / "b", draws=0, unrecorded=())
    told = found.registry
    assert told is not None
    assert told.episodes == 9
    assert told.used + sum(told.left_out.values()) == 9
    assert told.used >= 7
    for known in told.measured:
        if told.used == known.n == 9:
            values = [stay[known.name] for stay in stays.values()]
            assert known.measured[1] == pytest.approx(np.median(values)), known
    # A patient without a device has what was measured, to within the errors of measuring it.
    fitted = {one.name: one for one in told.measured}
    assert fitted["co"].fitted[1] == pytest.approx(fitted["co"].measured[1], rel=0.15)
    assert fitted["pcwp"].fitted[1] == pytest.approx(fitted["pcwp"].measured[1], abs=3.0)
    of = {(one.scenario, one.index): one for one in found.summary}
    assert of["none", "pcwp"].quantiles[2] == pytest.approx(fitted["pcwp"].fitted[1], abs=1.0)
    # Counterpulsation takes afterload from the ventricle: its diastolic pressure in the aorta
    # rises above the systolic one before it, and the coronary flow with it.
    assert of["iabp", "coronary_flow"].rises > 0.8
