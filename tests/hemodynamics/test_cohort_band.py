"""What devices may truly be, the same for every patient of a cohort."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics.cohort_band import (
    CENTRE,
    CURVES,
    as_they_may_be,
    deviates,
    has_bands,
)
from afterload.hemodynamics.device import SLOTS, parse_device
from afterload.hemodynamics.fit_prior import NORMAL_ADULT
from afterload.hemodynamics.fit_support import TIMING, supported

WORDS = ("impella-cp:level=P6", "ecls:rpm=3000", "iabp", "septostomy", "tandemheart")


def patients(n: int) -> dict[str, NDArray[np.float64]]:
    return {name: np.full(n, value) for name, value in NORMAL_ADULT.items()}


def test_deviates_are_standard_normal_and_fill_every_slice() -> None:
    drawn = deviates("impella-cp", "left_pump.a", 1)
    assert len(drawn) == CURVES
    assert drawn.mean() == pytest.approx(0, abs=1e-9)
    assert drawn.std() == pytest.approx(1, abs=0.05)
    # The quartiles of the normal distribution hold a quarter each, to the one.
    edges = np.searchsorted(np.sort(drawn), [-0.6744898, 0.0, 0.6744898])
    assert edges.tolist() == [CURVES // 4, CURVES // 2, 3 * CURVES // 4]
    assert np.array_equal(drawn, deviates("impella-cp", "left_pump.a", 1))
    for other in (("impella-5.0", "left_pump.a", 1), ("impella-cp", "left_pump.c", 1),
                  ("impella-cp", "left_pump.a", 2)):  # fmt: skip
        assert abs(np.corrcoef(drawn, deviates(*other))[0, 1]) < 0.6


@pytest.mark.parametrize("word", WORDS)
def test_bands_are_as_wide_as_those_of_one_patient(word: str) -> None:
    """They move the same numbers as far as the draws for the intervals of one patient do."""
    devices = (parse_device(word),)
    assert has_bands(devices)
    many = supported(patients(4000), devices, None, np.random.default_rng(1))
    set_ = supported(patients(CURVES), devices)
    ours = as_they_may_be(set_, devices, np.arange(CURVES), 1)
    moved = [name for name in many if np.ptp(many[name]) > 0]
    assert moved == [name for name in ours if np.ptp(ours[name]) > 0]
    for name in moved:
        if name in TIMING:
            a, b = many[name] - set_[name][0], ours[name] - set_[name][0]
        else:
            a, b = np.log(many[name] / set_[name][0]), np.log(ours[name] / set_[name][0])
        assert b.std() == pytest.approx(a.std(), rel=0.12), name
        assert abs(b.mean() - a.mean()) < 0.12 * a.std(), name


@pytest.mark.parametrize("word", [*WORDS, "ecls:flow=4", "vav:flow=4"])
def test_a_number_lies_as_far_off_as_its_device_says(word: str) -> None:
    """One standard deviation above: e^sd times the usual value, and the scatter later; shares of a
    flow are then divided by their sum, so that their ratios tell."""
    device = parse_device(word)
    told = device.settings()
    usual = supported(patients(1), (device,))
    above = supported(patients(1), (device,), luck=lambda *_: np.ones(1))
    bands = {band.parameter.removeprefix("scales."): band.sd for band in told.bands}
    shared = [
        [name for name in told.parameters if name.startswith(group)]
        for group in SLOTS[device.slot].shares
    ]
    for group in shared:
        sizes = np.array([usual[name][0] * np.exp(bands.get(name, 0.0)) for name in group])
        found = np.array([above[name][0] for name in group])
        np.testing.assert_allclose(found, sizes / sizes.sum(), rtol=1e-12)
    for name, value in usual.items():
        if name in TIMING:
            scatter = told.balloon.scatter if told.balloon is not None else 0.0
            assert above[name] == pytest.approx(value + scatter, abs=1e-12), name
        elif not any(name in group for group in shared):
            expected = value * np.exp(bands.get(name, 0.0))
            np.testing.assert_allclose(above[name], expected, rtol=1e-12, err_msg=name)


def test_a_truth_is_the_same_for_every_patient_and_the_centre_is_what_is_set() -> None:
    devices = (parse_device("ecls:flow=4"),)
    curve = np.array([CENTRE, 3, 3, 7, CENTRE])
    set_ = supported(patients(5), devices)
    ours = as_they_may_be(set_, devices, curve, 1)
    for name, values in ours.items():
        np.testing.assert_allclose(values[[0, 4]], set_[name][0], rtol=1e-12)
        assert np.array_equal(values[1], values[2], equal_nan=True), name
    assert ours["ecls.r"][1] != ours["ecls.r"][3]
    for group in SLOTS["ecls"].shares:
        shares = [values for name, values in ours.items() if name.startswith(group)]
        np.testing.assert_allclose(np.sum(shares, axis=0), 1.0)


def test_what_a_fit_told_of_a_device_stands() -> None:
    devices = (parse_device("impella-cp:rpm=40000"),)
    ran = {"impella-cp": {"left_pump.a": np.full(2, 1.1)}}
    set_ = supported(patients(2), devices, ran=ran)
    ours = as_they_may_be(set_, devices, np.array([1, 5]), 1, ran)
    assert np.array_equal(ours["left_pump.a"], set_["left_pump.a"])
    assert not np.array_equal(ours["left_pump.suction"], set_["left_pump.suction"])
