"""Indices as Python gives them: attributes and items, declared with their units."""

from __future__ import annotations

import ast
import copy
import inspect
import pickle
from itertools import pairwise

import numpy as np
import pytest

import afterload
from afterload.hemodynamics.indices import Indices
from afterload.report.sim_rows import EVERY, LABELS


def declared() -> dict[str, str]:
    """The attributes of the class with the texts below them, as its source has them."""
    tree = ast.parse(inspect.getsource(Indices)).body[0]
    assert isinstance(tree, ast.ClassDef)
    found = {}
    for one, after in pairwise(tree.body):
        if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
            assert isinstance(after, ast.Expr)
            found[one.target.id] = ast.literal_eval(after.value)
    return found


def test_every_index_is_declared_with_what_it_is_and_its_unit() -> None:
    wanted = {
        one.name: f"{one.label}; {LABELS.get(one.unit, one.unit) or 'without a unit'}."
        for one in EVERY
    }
    assert declared() == wanted, "write it into the class Indices"


def test_an_index_is_an_attribute_and_an_item() -> None:
    found = Indices({"map": np.array([60.0, 72.5]), "hr": np.array([90.0, np.nan])})
    assert found.map is found["map"]
    assert list(found) == ["map", "hr"]
    assert dict(found.items())["hr"][0] == 90.0
    assert (found.n, len(found), "map" in found, found.get("svo2")) == (2, 2, True, None)
    assert found.of(1)["map"] == 72.5
    assert {"map", "hr", "of", "unit"} <= set(dir(found))
    assert "svo2" not in dir(found)
    assert repr(found) == "Indices of 2 patients: map, hr"


def test_what_is_not_there_says_why() -> None:
    found = Indices({"map": np.array([60.0])})
    with pytest.raises(AttributeError, match=r"no index 'mapp' here\. Did you mean map\?"):
        found.mapp  # type: ignore[attr-defined]  # noqa: B018
    with pytest.raises(AttributeError, match="cannot be with these devices"):
        found.sweep_lmin  # noqa: B018
    with pytest.raises(KeyError):
        found["sweep_lmin"]
    with pytest.raises(KeyError):
        found.unit("mapp")
    with pytest.raises(AttributeError):
        found.map = np.zeros(1)  # they are read, not written


def test_a_copy_and_a_pickle_hold_the_same() -> None:
    found = Indices({"map": np.array([60.0])})
    for again in (copy.deepcopy(found), copy.copy(found), pickle.loads(pickle.dumps(found))):
        assert isinstance(again, Indices)
        assert again.map.tolist() == [60.0]


def test_a_simulation_gives_indices_and_traces_of_one_shape() -> None:
    """One patient and many: shape (n,) of every index, (steps, n) of every waveform."""
    for n in (1, 3):
        ees = np.linspace(0.5, 0.7, n)
        found = afterload.simulate({"base": "ami-lv-shock", "lv.ees": ees}, "ecls:flow=3")
        assert isinstance(found, afterload.Simulation)
        for one in found.scenarios:
            assert isinstance(one, afterload.Scenario)
            assert isinstance(one.indices, afterload.Indices)
            assert isinstance(one.trace, afterload.Trace)
            assert {values.shape for values in one.indices.values()} == {(n,)}
            assert one.trace.pressures["lv"].shape == one.trace.time.shape
            assert one.trace.time.shape[1] == n
            assert set(one.indices.units) == set(one.indices)
    assert found.scenarios[1].indices.unit("map") == "mm[Hg]"
    assert (np.diff(found.scenarios[1].indices.map) > 0).all()
    assert "sweep_lmin" in found.scenarios[1].indices
    assert "sweep_lmin" not in found.scenarios[0].indices


def test_units_are_those_of_json() -> None:
    from afterload.report.sim_data import simulation_data

    found = afterload.simulate("normal")
    told = simulation_data(found)["units"]
    assert found.scenarios[0].indices.units.items() <= told.items()
