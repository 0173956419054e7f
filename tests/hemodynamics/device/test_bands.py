"""What is uncertain of a device is drawn, and what carries no band hardly matters."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics.body import BODY
from afterload.hemodynamics.device import SLOTS, parameters_together, parse_device
from afterload.hemodynamics.fit_support import supported, uncertain
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient.normal import CONTROLLED, NORMAL
from afterload.hemodynamics.solve import settle, steady
from afterload.hemodynamics.trace import trace

Array = NDArray[np.float64]

SHOCK = {"lv.ees": 0.67, "lv.alpha": 0.031, "blood.volume": 6000.0, "beat.hr": 100.0}
"""As in `test_in_body`."""

CLOSED = 0.34
"""When the aortic valve closes there, s."""


def patients(n: int) -> dict[str, Array]:
    return {k: np.full(n, v) for k, v in {**NORMAL, **CONTROLLED, **SHOCK}.items()}


def drawn(text: str, n: int) -> dict[str, Array]:
    devices = [parse_device(word) for word in text.split()]
    return supported(patients(n), devices, np.full(n, CLOSED), np.random.default_rng(5))


@pytest.mark.parametrize("text", ["ecls", "vav:split=0.3", "ecls-central", "ecls pa-vent"])
def test_shares_that_are_drawn_add_up_to_one(text: str) -> None:
    p = drawn(text, 4000)
    for slot in {parse_device(word).slot for word in text.split()}:
        for group in SLOTS[slot].shares:
            names = [name for name in BODY.parameters if name.startswith(group)]
            np.testing.assert_allclose(np.sum([p[name] for name in names], axis=0), 1, atol=1e-12)


def test_where_blood_is_drained_is_open() -> None:
    """The log of the ratio of two log-normals of sd 0.6 is normal with sd 0.6 sqrt(2)."""
    p = drawn("ecls", 20000)
    ratio = np.log(p["ecls.from_ra"] / p["ecls.from_ivc"])
    assert float(ratio.std()) == pytest.approx(0.6 * np.sqrt(2), rel=0.03)
    assert float(ratio.mean()) == pytest.approx(0.0, abs=0.03)
    assert np.all(drawn("ecls-central", 50)["ecls.from_ra"] == 1.0)


def test_a_fit_leaves_shares_alone() -> None:
    """They would no longer add up to 1, and blood would be lost."""
    free = uncertain([parse_device("ecls:rpm=3500")])
    names = {name for one in free for name in one.scales}
    assert "ecls.a" in names
    assert not [name for name in names if ".from_" in name or ".to_" in name]


def test_a_balloon_scatters_around_what_is_set() -> None:
    p = drawn("iabp:inflate=-40:deflate=10", 20000)
    for name, centre in (("balloon.inflate", CLOSED - 0.04), ("balloon.deflate", -0.01)):
        assert float(p[name].mean()) == pytest.approx(centre, abs=5e-4)
        assert float(p[name].std()) == pytest.approx(0.02, rel=0.03)
    devices = [parse_device("iabp")]
    assert np.all(supported(patients(3), devices, np.full(3, CLOSED))["balloon.deflate"] == 0.0)


@pytest.mark.parametrize("text", ["impella-cp", "impella-5.5", "php", "vav", "heartmate-3"])
def test_every_draw_has_a_steady_beat(text: str) -> None:
    """The bands on inertance leave the steps of the solver stable."""
    found = settle(drawn(text, 64))
    assert found.settled(0.05).all()


CHANGES: tuple[tuple[str, Mapping[str, float], str, float], ...] = (
    ("impella-cp", {"left_pump.p_low": 0.0}, "map", 0.05),
    ("impella-cp", {"left_pump.p_low": 3.0}, "map", 0.05),
    ("ecls", {"ecls.p_low": 3.0}, "map", 0.05),
    ("ecls", {"ecls.from_ra": 1.0, "ecls.from_ivc": 0.0}, "map", 0.2),
    ("ecls", {"ecls.from_ra": 1.0, "ecls.from_ivc": 0.0}, "pcwp", 0.2),
    ("vav", {"ecls.from_ra": 0.0, "ecls.from_ivc": 1.0}, "pcwp", 0.2),
    ("septostomy", {"septostomy.r": 0.0}, "pcwp", 0.05),
    ("iabp", {"desc.balloon": 44.0, "q_desc.balloon": 44.0}, "map", 0.8),
)
"""Device, what is changed, and by how much (mmHg) it may change a pressure."""


def test_what_carries_no_band_hardly_matters() -> None:
    """The sensitivities that the files' reasons tell."""
    rows = []
    for text, change, _, _ in CHANGES:
        device = parse_device(text)
        own = {**NORMAL, **CONTROLLED, **SHOCK, **parameters_together([device])}
        if device.target is not None:
            own[f"{device.slot}.target"] = device.target
        if device.speeds:
            own |= dict(zip((f"{device.slot}.n_low", f"{device.slot}.n_high"), device.speeds,
                            strict=True))  # fmt: skip
        own |= {"balloon.inflate": CLOSED, "balloon.deflate": 0.0, "balloon.ramp": 0.06}
        rows += [own, {**own, **change}]
    base = {**NORMAL, **CONTROLLED}
    p = {
        name: np.array([row.get(name, base.get(name, np.nan)) for row in rows])
        for name in {name for row in rows for name in row}
    }
    found = indices(trace(steady(p)))
    for k, (text, change, index, most) in enumerate(CHANGES):
        assert abs(found[index][2 * k + 1] - found[index][2 * k]) < most, (text, change)
