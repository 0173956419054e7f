"""The patient to simulate, told or measured."""

from __future__ import annotations

from afterload.actions.simulate_patient import find_patient


def test_a_parameter_that_is_told_stays_as_told_in_a_fit() -> None:
    measured = {"hr": 100, "map": 62, "cvp": 12, "pcwp": 24, "co": 3.4}
    free = find_patient(measured)
    held = find_patient({**measured, "lv.alpha": 0.035})
    assert held.parameters["lv.alpha"][0] == 0.035
    assert held.fit is not None
    assert (held.fit.drawn()["lv.alpha"] == 0.035).all()
    assert "lv.alpha" not in {one.name for one in held.fit.estimates}
    assert free.fit is not None
    assert "lv.alpha" in {one.name for one in free.fit.estimates}
