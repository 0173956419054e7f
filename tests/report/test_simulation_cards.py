"""The cards of a simulation's page: on a narrow page every number stands below its like."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest

from afterload.actions.simulate import Simulation, simulate
from afterload.report.sim_html import simulation_page


def cells(found: Simulation) -> Iterator[tuple[int, list[int]]]:
    """How many columns the cards have, and how many cells each of their lines."""
    page = simulation_page(found, ())
    cards = re.search(
        r'<ul class="cards[^"]*" style="--cells: ([^"]*)">(.*?)</ul>', page, re.DOTALL
    )
    assert cards is not None
    lines = re.findall(r"<dd>(.*?)</dd>", cards[2], re.DOTALL)
    inner = [re.sub(r'<span class="unit">.*?</span>', "", line) for line in lines]
    yield len(cards[1].split()), [line.count("<span") for line in inner]


@pytest.mark.parametrize(
    ("devices", "draws", "columns"), [((), 0, 1), (("iabp",), 0, 2), (("iabp",), 20, 3)]
)
def test_every_line_has_a_cell_for_every_column(
    devices: tuple[str, ...], draws: int, columns: int
) -> None:
    """The number with its unit, the interval, the change; without a device they are blank."""
    for wide, lines in cells(simulate("ami-lv-shock", devices, draws=draws)):
        assert wide == columns
        assert len(lines) == 5 * (1 + len(devices))
        assert set(lines) == {columns}
