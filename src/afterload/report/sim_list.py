"""What can be simulated: patients, and devices with their options, for the terminal."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from afterload.hemodynamics.device import Offer
from afterload.hemodynamics.device.option import Number, OneOf, Option, Word, YesNo
from afterload.hemodynamics.drug import DRUGS
from afterload.report.number import MINUS
from afterload.report.score_text import NOT_A_DEVICE
from afterload.report.sim_rows import EVERY

if TYPE_CHECKING:
    from rich.console import RenderableType

    from afterload.hemodynamics.patient import Patient


def list_view(patients: Mapping[str, Patient], devices: Mapping[str, Offer]) -> RenderableType:
    """Every patient and every device, with what can be set."""
    from rich import box
    from rich.console import Group
    from rich.table import Table
    from rich.text import Text

    people = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    people.add_column("--patient", no_wrap=True)
    people.add_column("Who it is")
    for one in patients.values():
        people.add_row(one.name, Text(one.title))
    pumps = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    pumps.add_column("--device", no_wrap=True)
    pumps.add_column("What it is", min_width=18)
    pumps.add_column("Options", no_wrap=True)
    for offer in devices.values():
        words = "\n".join((offer.word, *offer.aliases))
        options = "\n".join(map(_option, offer.options))
        pumps.add_row(Text(words), Text(offer.title), Text(options))
    drugs = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    drugs.add_column("--event", no_wrap=True)
    drugs.add_column("What it is")
    drugs.add_column("Dose", no_wrap=True)
    for drug in DRUGS.values():
        dose = f"{drug.lowest:g} to {drug.highest:g} {drug.unit}"
        drugs.add_row(Text(f"{drug.word}="), Text(drug.title), Text(dose))
    return Group(
        people,
        pumps,
        drugs,
        Text("A device stands as WORD:OPTION=VALUE:OPTION=VALUE, as ecls:flow=4:arterial=17."),
        Text(NOT_A_DEVICE, style="dim"),
    )


def list_data(patients: Mapping[str, Patient], devices: Mapping[str, Offer]) -> dict[str, Any]:
    """The same as what JSON can hold, and every index with its unit (UCUM)."""
    return {
        "patients": [
            {
                "name": one.name,
                "title": one.title,
                "targets": {goal.name: goal.value for goal in one.targets},
            }
            for one in patients.values()
        ],
        "devices": [
            {
                "word": offer.word,
                "aliases": list(offer.aliases),
                "title": offer.title,
                "options": [_option_data(option) for option in offer.options],
            }
            for offer in devices.values()
        ],
        "indices": [{"name": one.name, "label": one.label, "unit": one.unit} for one in EVERY],
    }


def _option_data(option: Option) -> dict[str, Any]:
    told = {"name": option.name, "help": option.help}
    if isinstance(option, Number):
        return {**told, "unit": option.unit, "low": option.low, "high": option.high}
    words = option.words if isinstance(option, (Word, OneOf)) else ("yes", "no")
    return {**told, "words": list(words)}


def _option(option: Option) -> str:
    """An option in few words, e.g. "flow=0.3..8 L/min"."""
    if isinstance(option, Number):
        low, high = (f"{end:g}".replace("-", MINUS) for end in (option.low, option.high))
        return f"{option.name}=  {low} to {high} {option.unit}".rstrip()
    if isinstance(option, YesNo):
        return f"{option.name}=  yes or no"
    if isinstance(option, OneOf):
        return f"{option.name}=  {' or '.join(option.words)}"
    return f"{option.name}=  {option.help.partition(', ')[2]}"
