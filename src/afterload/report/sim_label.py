"""What devices and scenarios are called, for readers."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from afterload.hemodynamics.device import DEVICES, AbstractDevice
from afterload.hemodynamics.device.base import ML_PER_S
from afterload.hemodynamics.device.option import Option

if TYPE_CHECKING:
    from afterload.actions.simulate import Scenario

NO_DEVICE = "No device"
_SHORT = {
    "vav": "VAV-ECLS",
    "iabp": "IABP",
    "lv-vent": "LV vent",
    "pa-vent": "PA vent",
    "septostomy": "Septostomy",
    "ecls": "ECLS",
    "ecls-subclavian": "ECLS subclavian",
    "ecls-central": "ECLS central",
}
"""Short names where the title's first words would not do."""


def device_name(device: AbstractDevice) -> str:
    """A device's short name, e.g. "Impella CP"."""
    offer = DEVICES.get(device.word)
    title = offer.title.partition(",")[0] if offer else device.word
    return _SHORT.get(device.word, title)


def device_title(device: AbstractDevice) -> str:
    """What a device is, in words."""
    offer = DEVICES.get(device.word)
    return offer.title if offer else device.word


def setting(device: AbstractDevice, told: str = "") -> str:
    """What a device is set to, e.g. "4 L/min", "P6", "volume 40 mL".

    Args:
        device: The device.
        told: The words it was asked for by; what they set beyond the drive is told too.
    """
    parts = []
    drive = getattr(device, "drive", None)
    if drive is not None:
        if drive.level:
            parts.append(str(drive.level))
        elif drive.target is not None:
            parts.append(f"{drive.target / ML_PER_S:.3g} L/min")
        else:
            parts.append(f"{1000 * drive.n:,.0f} rpm".replace(",", "\N{NARROW NO-BREAK SPACE}"))
    units = {one.name: getattr(one, "unit", "") for one in _options(device)}
    for piece in told.split(":")[1:]:
        name, _, value = piece.partition("=")
        name = name.strip().lower()
        if name in ("flow", "level", "rpm"):
            continue
        if name == "ratio":
            parts.append(f"1:{value.strip()}")
            continue
        shown = value.strip().replace("-", "\N{MINUS SIGN}")
        parts.append(f"{name} {shown} {units.get(name, '')}".strip())
    return ", ".join(parts)


def _options(device: AbstractDevice) -> tuple[Option, ...]:
    offer = DEVICES.get(device.word)
    return tuple(offer.options) if offer else ()


def device_label(device: AbstractDevice, told: str = "") -> str:
    """A device with what it is set to, e.g. "ECLS 4 L/min"."""
    return f"{device_name(device)} {setting(device, told)}".strip()


def scenario_label(scenario: Scenario) -> str:
    """A scenario's name, e.g. "ECLS 4 L/min + Impella CP P6"."""
    pairs = zip(scenario.devices, scenario.words, strict=True)
    return " + ".join(device_label(device, told) for device, told in pairs) or NO_DEVICE


def labels(scenarios: tuple[Scenario, ...]) -> tuple[str, ...]:
    """The names of scenarios, no two the same."""
    names = [scenario_label(one) for one in scenarios]
    counts, seen, found = Counter(names), Counter[str](), []
    for name in names:
        seen[name] += 1
        found.append(f"{name} ({seen[name]})" if counts[name] > 1 else name)
    return tuple(found)
