"""The reference page of the simulator tells everything that can be told to it, with its unit."""

from __future__ import annotations

import pytest

from afterload.actions.simulate_patient import presets
from afterload.hemodynamics.device import DEVICES
from afterload.hemodynamics.patient.value import settable
from afterload.report.sim_reference import parameters_told, simulation_markdown
from afterload.report.sim_rows import EVERY


@pytest.fixture(scope="module")
def page() -> str:
    return simulation_markdown(presets(), DEVICES)


def test_every_parameter_that_can_be_told_is_explained() -> None:
    assert set(parameters_told()) == set(settable())


@pytest.mark.parametrize(
    ("name", "about", "unit"),
    [
        ("lv.ees", "slope of the end-systolic pressure-volume line", "mmHg/mL"),
        ("viscera.r", "resistance", "mmHg s/mL"),
        ("pa.c", "compliance", "mL/mmHg"),
        ("aortic.b", "Bernoulli loss", "mmHg s²/mL²"),
        ("mitral_leak.k", "its size", "mL/s/mmHg^0.5"),
        ("desc.tau", "viscosity of the wall over its elasticity", "s"),
        ("blood.hb", "haemoglobin", "g/L"),
    ],
)
def test_meaning_and_unit_are_those_of_the_law(name: str, about: str, unit: str) -> None:
    told = parameters_told()[name]
    assert about in told.about
    assert told.unit == unit


def test_the_page_names_all_that_there_is(page: str) -> None:
    words = [*presets(), *DEVICES, *(one.name for one in EVERY), *settable()]
    assert [word for word in words if f"| `{word}` |" not in page] == []
    for offer in DEVICES.values():
        assert all(f"`{option.name}=` {option.help}" in page for option in offer.options)


def test_every_row_of_a_table_has_as_many_cells_as_its_head(page: str) -> None:
    width = 0
    for line in page.splitlines():
        if not line.startswith("| "):
            width = 0
            continue
        cells = line.replace("\\|", "").count("|") - 1
        assert cells == (width or cells)
        width = cells
