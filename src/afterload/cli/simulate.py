"""The verb `simulate`: a patient without a device, with some, and with others instead."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from afterload.cli.simulate_cohort import Sample, samples
from afterload.cli.simulate_course import OverTime, over_time, run_course
from afterload.core.errors import InputError

if TYPE_CHECKING:
    from afterload.actions.simulate import Simulation
    from afterload.actions.simulate_patient import Subject


DRAWS, SPREAD, SEED = 64, 0.3, 1
"""Draws of one patient, how far virtual patients lie apart, and where chance begins, by default."""


@click.command(
    "simulate",
    epilog="""\b
Examples:
  afterload simulate --list                            patients, and devices with their options
  afterload simulate --patient ami-lv-shock            a patient without a device
  afterload simulate --patient dcm lv.ees=0.3 --device iabp
  afterload simulate --patient ami-lv-shock --device ecls:flow=4 --device impella-cp:level=P6
  afterload simulate --patient rv-shock --device impella-rp --versus ecls:flow=3 --out DIR
  afterload simulate hr=104 map=58 cvp=14 pcwp=27 co=3.1 lvef=20 --device impella-cp
  afterload simulate --patient ami-lv-shock --ramp ecls:flow=5..1 --out weaning
  afterload simulate --patient ami-lv-shock --event "60 ecls:flow=4" --event "5 min dobutamine=5"
  afterload simulate --patient dcm --device iabp --versus impella-cp --n 1000 --out trial
  afterload simulate --registry shock.db --device impella-cp --versus ecls:flow=4 --out trial
  afterload simulate --validate --out DIR              what studies measured, simulated
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
    help="Another device or combination (joined by +) to compare with; several one after the "
    "other.",
)
@click.option(
    "--ramp",
    metavar="DEVICE:OPTION=FROM..TO",
    help="Change one setting step by step, as ecls:flow=5..1; all --device run beside it.",
)
@click.option("--steps", type=int, default=0, help="Steps of the ramp; round values by default.")
@over_time
@click.option(
    "--draws",
    type=click.IntRange(min=0),
    default=None,
    help="Draws that the 90 % intervals rest on, 0 for the most probable values alone; 64 of one "
    "patient, of a registry's 8 to 64 of each, which make some 1,000. A course of more than 10 min "
    "has intervals only where they are asked for.",
)
@click.option(
    "--measured-on",
    "on",
    multiple=True,
    metavar="DEVICE",
    help="A device that ran when the patient was measured; with --registry what ran where it does "
    "not tell, `none` for nothing.",
)
@click.option(
    "--n",
    "n",
    type=int,
    metavar="N",
    help="So many virtual patients, each in every option; with --registry chosen from its "
    "patients, with replacement.",
)
@click.option(
    "--spread",
    type=float,
    default=None,
    help=f"How far virtual patients of --n lie apart, 0 to 1; {SPREAD:g} by default.",
)
@click.option(
    "--seed",
    type=click.IntRange(min=0),
    default=None,
    help=f"Where chance begins, of --n and --registry; {SEED} by default.",
)
@click.option(
    "--cluster",
    default="",
    metavar="ADDRESS",
    help="Dask scheduler that shares the work of --n, as tcp://host:8786.",
)
@samples
@click.option(
    "--out",
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for a page with figures and the numbers; made if it is not there.",
)
@click.option("--json", "json_", is_flag=True, help="Print the result as JSON.")
@click.option(
    "--list",
    "list_",
    is_flag=True,
    help="List patients, and devices with options; with --json, indices too.",
)
@click.option("--validate", "validate_", is_flag=True, help="Recompute the validation table.")
def simulate(
    values: tuple[str, ...],
    patient: str | None,
    devices: tuple[str, ...],
    versus: tuple[str, ...],
    ramp: str | None,
    steps: int,
    draws: int | None,
    on: tuple[str, ...],
    n: int | None,
    spread: float | None,
    seed: int | None,
    cluster: str,
    out: Path | None,
    json_: bool,
    list_: bool,
    validate_: bool,
    sample: Sample,
    course: OverTime,
) -> None:
    """Simulate a patient without a device, with some, and with others instead.

    The patient is a preset, a file, or values as NAME=VALUE: what was measured, as map=58 pcwp=25,
    or, also on top of a preset or a file, parameters of the circulation, as lv.ees=0.6. All
    --device run together; each --versus is an option of its own, to compare with. Shown are the
    beats in which each option settles; with --event or --course, every beat of one patient over
    time, from the beat that settles with all --device.
    """
    if list_:
        _refuse_beside("--list", ("list_", "json_"), "--json alone")
        _list(json_)
        return
    if validate_:
        _refuse_beside("--validate", ("validate_", "out", "json_"), "--out and --json alone")
        _validate(out, json_)
        return
    if out is not None:
        _refuse_other(out, n is not None or sample.registry is not None)
    course.check({"--versus": versus, "--ramp": ramp, "--n": n is not None,
                  "--registry": sample.registry})  # fmt: skip
    if ramp is None and steps:
        raise InputError("--steps is for a ramp: give --ramp too, as ecls:flow=5..1.")
    if sample.registry is not None:
        if spread is not None:
            raise InputError(
                "--spread is for patients drawn around one; those of a registry lie apart as they "
                "were measured. Leave it out."
            )
        began = SEED if seed is None else seed
        _registry(sample, values, patient, (devices, versus, ramp, on), (n, draws, began, cluster),
                  out, json_)  # fmt: skip
        return
    sample.refuse_alone()
    if n is None and cluster:
        raise InputError("--cluster shares the work of --n patients. Give --n too.")
    if n is None and (spread, seed) != (None, None):
        one = "--seed" if spread is None else "--spread"
        raise InputError(f"{one} is for virtual patients: give --n too.")
    if n is not None and draws is not None:
        raise InputError(
            "--draws and --n exclude each other for one patient: each of --n is a draw. Leave "
            "--draws out."
        )
    if n is not None and ramp is not None:
        raise InputError("--ramp and --n exclude each other. Run them one after the other.")
    if n is not None and out is None:
        raise InputError("--n writes every patient into a folder. Give --out DIR.")
    if ramp is not None and draws is not None:
        raise InputError(
            "--draws is for intervals, and the steps of a ramp carry none. Leave it out, or "
            "compare settings with --versus."
        )
    if ramp is not None and versus:
        raise InputError("--ramp and --versus exclude each other. Run them one after the other.")
    from afterload.actions.simulate import simulate as action
    from afterload.cli.compiling import compiling_told

    with compiling_told():
        subject = _subject(patient, values, on)
        if ramp is not None:
            _ramp(subject, ramp, devices, steps, out, json_)
            return
        if course:
            run_course(subject, course, devices or on, out, json_)
            return
        if n is not None:
            from afterload.cli.simulate_cohort import of_patient, options_of

            assert out is not None
            began = SEED if seed is None else seed
            of_patient(
                subject, options_of(devices, versus), (n, spread, began, cluster), out, json_
            )
            return
        found = action(subject, devices, versus, draws=DRAWS if draws is None else draws)
    if out is not None:
        from afterload.report.sim_report import write_simulation

        written = write_simulation(found, out)
    if json_:
        from afterload.report.sim_data import simulation_data

        _print_json(simulation_data(found))
        return
    _show(found)
    if out is not None:
        _tell(written, out)


def _refuse_beside(what: str, taken: tuple[str, ...], takes: str) -> None:
    """Refuse everything on the command line that would be ignored.

    Raises:
        InputError: There is something.
    """
    from click.core import ParameterSource

    context = click.get_current_context()
    for one in context.command.params:
        assert one.name is not None
        told = context.get_parameter_source(one.name) is ParameterSource.COMMANDLINE
        if told and one.name not in taken and context.params.get(one.name) != ():
            other = one.opts[0] if isinstance(one, click.Option) else "a value"
            raise InputError(f"{what} takes {takes}, not {other}. Leave one of them out.")


def _refuse_other(out: Path, of_many: bool) -> None:
    """Refuse a folder that holds something other than earlier results of the same kind."""
    if of_many:
        from afterload.report.cohort_report import refuse_other
    else:
        from afterload.report.sim_report import refuse_other
    refuse_other(out)


def _validate(out: Path | None, json_: bool) -> None:
    from afterload.actions.validate import validate
    from afterload.cli.compiling import compiling_told
    from afterload.report.earlier import check_writable
    from afterload.report.sim_validation import validation_data
    from afterload.report.sim_validation_page import write_validation
    from afterload.report.sim_validation_text import validation_view

    if out is not None:
        check_writable(out)
    with compiling_told():
        found = validate()
    written = write_validation(found, out) if out is not None else []
    if json_:
        _print_json(validation_data(found))
        return
    from afterload.cli.terminal import terminal

    terminal().print(validation_view(found))
    if out is not None:
        click.echo(f"{len(written)} files written into {out}; open {written[0]}.")


def _registry(
    sample: Sample,
    values: tuple[str, ...],
    patient: str | None,
    what: tuple[tuple[str, ...], tuple[str, ...], str | None, tuple[str, ...]],
    told: tuple[int | None, int | None, int, str],
    out: Path | None,
    json_: bool,
) -> None:
    from afterload.cli.compiling import compiling_told
    from afterload.cli.simulate_cohort import of_registry, options_of

    devices, versus, ramp, on = what
    if values or patient or ramp:
        one = "--ramp" if ramp else "--patient" if patient else values[0]
        raise InputError(
            f"{one} is for one patient; a registry has its own. Leave one of them out."
        )
    if out is None:
        raise InputError("--registry writes every patient into a folder. Give --out DIR.")
    with compiling_told():
        of_registry(sample, options_of(devices, versus), told, on, out, json_)


def _ramp(
    subject: Subject, told: str, devices: tuple[str, ...], steps: int, out: Path | None, json_: bool
) -> None:
    from afterload.actions.simulate_ramp import ramp as action

    found = action(subject, told, devices, steps)
    if out is not None:
        from afterload.report.sim_report import write_ramp

        written = write_ramp(found, out)
    if json_:
        from afterload.report.sim_data import ramp_data

        _print_json(ramp_data(found))
        return
    from afterload.cli.terminal import terminal
    from afterload.report.sim_text import ramp_view

    terminal().print(ramp_view(found))
    if out is not None:
        _tell(written, out)


def _print_json(data: object) -> None:
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, allow_nan=False))


def _tell(written: list[Path], out: Path) -> None:
    click.echo(f"{len(written)} files written into {out}; open {out / 'index.html'}.")


def _subject(patient: str | None, values: tuple[str, ...], on: tuple[str, ...]) -> Subject:
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
    if patient is not None and not patient.strip():
        raise InputError(
            "--patient has no name. Give a preset, as ami-lv-shock, or a TOML or JSON file."
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
    if patient and not found:
        return find_patient(patient, on)
    return changed(find_patient(patient) if patient else None, found, on)


def _list(json_: bool) -> None:
    from afterload.actions.simulate_patient import presets
    from afterload.cli.terminal import terminal
    from afterload.hemodynamics.device import DEVICES
    from afterload.report.sim_list import list_data, list_view

    if json_:
        _print_json(list_data(presets(), DEVICES))
        return
    terminal().print(list_view(presets(), DEVICES))


def _show(found: Simulation) -> None:
    from afterload.cli.terminal import terminal
    from afterload.report.sim_text import simulation_view

    terminal().print(simulation_view(found))
