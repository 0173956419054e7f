"""Several devices at once: whether they can be, and their parameters together."""

from __future__ import annotations

from collections.abc import Sequence

from afterload.core.errors import InputError
from afterload.hemodynamics.device.base import SLOTS, AbstractDevice


def check_together(devices: Sequence[AbstractDevice]) -> None:
    """Devices that can run in one patient at the same time.

    Raises:
        InputError: Two of them take the same place, or one lacks what it joins.
    """
    taken: dict[str, AbstractDevice] = {}
    for device in devices:
        other = taken.setdefault(device.slot, device)
        if other is not device:
            raise InputError(
                f"{other.word} and {device.word} cannot run together: both take "
                f"{SLOTS[device.slot].place}. Keep one of them."
            )
    for device in devices:
        needs = device.settings().needs
        if needs and needs not in taken:
            raise InputError(
                f"{device.word} needs an ECLS, whose circuit it joins. Add one, as ecls:flow=4."
                if needs == "ecls"
                else f"{device.word} needs a device that takes {SLOTS[needs].place}."
            )


def parameters_together(devices: Sequence[AbstractDevice]) -> dict[str, float]:
    """Parameters of all devices, those that follow another device's resolved.

    Raises:
        InputError: They cannot run together.
    """
    check_together(devices)
    found: dict[str, float] = {}
    for device in devices:
        found |= device.parameters()
    for device in devices:
        for name, other in device.settings().links.items():
            found[name] = found[other]
    return found
