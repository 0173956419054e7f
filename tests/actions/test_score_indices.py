"""The indices of a registry's episodes, from the doses and pressures recorded there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import numpy as np
import pytest

from afterload.actions.score import score
from afterload.actions.score_registry import ScoredEpisodes, score_registry
from afterload.core.vocabulary import standard
from afterload.registry import Batch, Registry, Rows, add, memory
from afterload.scores.inputs import needed

KEYS = ["full", "partly", "zero"]
NAN = float("nan")
RECORDED: dict[str, list[float | None]] = {
    "dopamine": [5.0, 0.0, 0.0], "dobutamine": [5.0, 4.0, 0.0], "epi": [0.05, 0.0, 0.0],
    "norepi": [0.05, None, 0.0], "milrinone": [0.5, 0.0, 0.0], "vasopressin": [0.03, 0.0, 0.0],
    "map": [65.0, 70.0, 60.0], "co": [4.0, None, 3.0], "ci": [2.0, None, 1.5],
    "pa_sys": [30.0, 40.0, 30.0], "pa_dia": [15.0, 20.0, 20.0], "pa_mean": [20.0, 28.0, 24.0],
    "cvp": [15.0, 10.0, 0.0], "pcwp": [20.0, None, 18.0], "sbp": [90.0, 95.0, 80.0],
    "dbp": [60.0, 50.0, 60.0], "lactate": [8.0, 4.0, 2.0],
    "bilirubin": [34.2, 20.0, 10.0], "creatinine": [132.63, 100.0, 80.0],
}  # fmt: skip
NAMES = ("vis", "inotrope_score", "cpo", "cpi", "papi", "rap_pcwp", "svr", "pvr",
         "pulse_pressure", "meld_xi", "egfr_mdrd")  # fmt: skip


@pytest.fixture(scope="module")
def registry() -> Registry:
    made = memory(standard())
    observations: dict[str, Any] = {"episode": KEYS, "nominal": ["pre"] * 3, **RECORDED}
    rows = (
        Rows("patient", {"key": KEYS, "sex": ["male", "female", "male"]}),
        Rows("episode", {"key": KEYS, "patient": KEYS, "age_years": [60.0, 70.0, 50.0],
                         "weight_kg": [70.0, 80.0, None]}),
        Rows("observation", observations),
    )  # fmt: skip
    add(made, Batch(rows), who="A", why="b", now=datetime(2026, 1, 1))
    return made


@pytest.fixture(scope="module")
def scored(registry: Registry) -> dict[str, ScoredEpisodes]:
    return {one.score.about.name: one for one in score_registry(registry, NAMES)}


def test_recorded_doses_feed_vis(scored: dict[str, ScoredEpisodes]) -> None:
    vis, inotropes = scored["vis"].tally, scored["inotrope_score"].tally
    assert vis.total[0] == pytest.approx(25 + 30 / 7)  # the reference's 25, and 0.03 IU/min at 70
    assert (vis.low[1], vis.high[1]) == (4, 1004)  # noradrenaline was not recorded: not zero
    assert scored["vis"].missing[1] == ("norepi",)
    assert vis.total[2] == 0
    assert list(inotropes.total) == pytest.approx([15, 4, 0])


@pytest.mark.parametrize("name", NAMES)
def test_an_episode_scores_as_the_same_patient_by_hand(
    scored: dict[str, ScoredEpisodes], name: str
) -> None:
    asked = needed(scored[name].score)
    once: dict[str, list[object]] = {
        "age_years": [60, 70, 50],
        "weight_kg": [70, 80, None],
        "sex": ["male", "female", "male"],
    }
    for row in range(len(KEYS)):
        values = {k: RECORDED[k][row] if k in RECORDED else once[k][row] for k in asked}
        one = score(name, values)
        low, high = scored[name].tally.low[row], scored[name].tally.high[row]
        if one.low is None:
            assert np.isnan([low, high]).all()
        else:
            assert [low, high] == pytest.approx([one.low, one.high])


def test_a_right_atrial_pressure_of_zero_has_no_papi(scored: dict[str, ScoredEpisodes]) -> None:
    assert list(scored["papi"].tally.total) == pytest.approx([1, 2, NAN], nan_ok=True)
    assert list(scored["rap_pcwp"].tally.total) == pytest.approx([0.75, NAN, 0], nan_ok=True)
