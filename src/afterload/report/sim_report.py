"""Write a simulation into a folder: a page, its figures, and all numbers."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.report.earlier import earlier_files, put

if TYPE_CHECKING:
    from afterload.actions.simulate import Simulation
    from afterload.actions.simulate_ramp import Ramp

SCHEMA = "afterload simulation 1"
"""What `simulation.json` calls itself."""


def write_simulation(found: Simulation, out: Path) -> list[Path]:
    """Write the page of a simulation, its figures, indices and waveforms into a folder.

    Args:
        found: The simulation; of several patients the first is drawn.
        out: The folder; made if it is not there. An earlier simulation in it is replaced.

    Returns:
        What was written, `index.html` first.

    Raises:
        InputError: The folder holds something else.
    """
    return write_files(_files(found), out)


def _files(found: Simulation) -> dict[str, bytes]:
    from afterload.report.sim_data import indices_csv, simulation_data, waveforms_csv
    from afterload.report.sim_figure import drawing_svg
    from afterload.report.sim_figure_list import drawings
    from afterload.report.sim_html import simulation_page
    from afterload.report.sim_label import labels

    drawn = drawings(found.scenarios)
    files = {"index.html": simulation_page(found, drawn).encode()}
    names = labels(found.scenarios)
    for drawing in drawn:
        files[f"figures/{drawing.name}.svg"] = (drawing_svg(drawing, names) + "\n").encode()
    files["indices.csv"] = indices_csv(found).encode()
    files["waveforms.csv.gz"] = waveforms_csv(found)
    tell(files, simulation_data(found))
    return files


def write_ramp(ramp: Ramp, out: Path) -> list[Path]:
    """Write the page of a ramp, its figures, indices and waveforms into a folder.

    Raises:
        InputError: The folder holds something else.
    """
    from afterload.report.sim_data import indices_csv, ramp_data, waveforms_csv
    from afterload.report.sim_figure import drawing_svg
    from afterload.report.sim_html import ramp_page
    from afterload.report.sim_ramp import ramp_drawings

    drawn = ramp_drawings(ramp)
    files = {"index.html": ramp_page(ramp, drawn).encode()}
    for drawing in drawn:
        files[f"figures/{drawing.name}.svg"] = (drawing_svg(drawing, ()) + "\n").encode()
    files["indices.csv"] = indices_csv(ramp.found).encode()
    files["waveforms.csv.gz"] = waveforms_csv(ramp.found)
    tell(files, ramp_data(ramp))
    return write_files(files, out)


def tell(files: dict[str, bytes], data: dict[str, Any]) -> None:
    """Add the numbers as JSON, which also name all files, so that they can be replaced."""
    told = {"schema": SCHEMA, "files": [*files, "simulation.json"], **data}
    text = json.dumps(told, ensure_ascii=False, indent=2, allow_nan=False)
    files["simulation.json"] = (text + "\n").encode()


def write_files(files: dict[str, bytes], out: Path) -> list[Path]:
    """Write files into a folder that is new, empty or of an earlier simulation.

    Raises:
        InputError: It holds something else, or a file would lie outside of it.
    """
    return put(out, files, earlier_files(out, "simulation.json", SCHEMA, "simulation"))


def refuse_other(out: Path) -> None:
    """Refuse a folder that holds something other than an earlier simulation.

    Raises:
        InputError: It does.
    """
    earlier_files(out, "simulation.json", SCHEMA, "simulation")
