"""The verb `simulate`: a patient without a device, with some, and with others instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterload.core.errors import InputError

if TYPE_CHECKING:
    from afterload.actions.simulate import Simulation
    from afterload.actions.simulate_patient import Subject


@click.command(
    "simulate",
    epilog="""\b
Examples:
  afterload simulate --list                            patients, and devices with their options
  afterload simulate --patient normal                  a patient without a device
  afterload simulate --patient normal lv.ees=0.5 --device iabp
  afterload simulate --patient PATIENT.toml --device ecls:flow=4 --device impella-cp:level=P6
  afterload simulate --patient PATIENT.toml --device ecls:flow=4 --versus ecls:flow=4+iabp --out DIR
""",
)
@click.argument("values", nargs=-1, metavar="[NAME=VALUE]...")
@click.option("--patient", metavar="NAME|FILE", help="A preset by name, or a TOML or JSON file.")
@click.option(
    "--device",
    "devices",
    multiple=True,
    metavar="DEVICE[:OPTION=VALUE]...",
    help="A device; several run together, as --device ecls:flow=4 --device impella-cp:level=P6.",
)
@click.option(
    "--versus",
    multiple=True,
    metavar="DEVICE[+DEVICE]...",
    help="Another device or combination (joined by +) to compare with.",
)
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for a page with figures and the numbers; made if it is not there.",
)
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
@click.option("--list", "list_", is_flag=True, help="List patients, and devices with options.")
def simulate(
    values: tuple[str, ...],
    patient: str | None,
    devices: tuple[str, ...],
    versus: tuple[str, ...],
    out: Path | None,
    json_: bool,
    list_: bool,
) -> None:
    """Simulate a patient without a device, with some, and with others instead.

    The patient is a preset, a file, or values as NAME=VALUE on top of either: parameters of the
    circulation such as lv.ees=0.6. All --device run together; each --versus is an option of its
    own. Shown are the beats in which each option settles.
    """
    if list_:
        _list()
        return
    if out is not None:
        from afterload.report.sim_report import refuse_other

        refuse_other(out)
    subject = _subject(patient, values)
    from afterload.actions.simulate import simulate as action
    from afterload.cli.compiling import compiling_told

    with compiling_told():
        found = action(subject, devices, versus)
    if out is not None:
        from afterload.report.sim_report import write_simulation

        written = write_simulation(found, out)
    if json_:
        from afterload.report.sim_data import simulation_data

        data = simulation_data(found)
        click.echo(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))
        return
    _show(found)
    if out is not None:
        click.echo(f"{len(written)} files written into {out}; open {out / 'index.html'}.")


def _subject(patient: str | None, values: tuple[str, ...]) -> Subject:
    """The patient that was told.

    Raises:
        InputError: None was, or a word is not NAME=VALUE.
    """
    from afterload.actions.simulate_patient import changed, find_patient

    if patient is None and not values:
        raise InputError(
            "Which patient? Give --patient NAME or FILE, or values as NAME=VALUE; "
            "`afterload simulate --list` shows them."
        )
    found: dict[str, str] = {}
    for word in values:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise InputError(
                f"{word!r} is not NAME=VALUE, like lv.ees=0.6. A preset or file goes after "
                "--patient, a device after --device."
            )
        if name.strip() in found:
            raise InputError(f"{name.strip()} is given twice. Give it once.")
        found[name.strip()] = value.strip()
    return changed(find_patient(patient) if patient else None, found)


def _list() -> None:
    from afterload.actions.simulate_patient import presets
    from afterload.cli.terminal import terminal
    from afterload.hemodynamics.device import DEVICES
    from afterload.report.sim_list import list_view

    terminal().print(list_view(presets(), DEVICES))


def _show(found: Simulation) -> None:
    from afterload.cli.terminal import terminal
    from afterload.report.sim_text import simulation_view

    terminal().print(simulation_view(found))
