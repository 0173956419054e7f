"""Every device, by its word."""

from __future__ import annotations

from afterload.hemodynamics.device import (
    ecls,
    heartmate,
    iabp,
    impella,
    impella_rp,
    php,
    septostomy,
    tandemheart,
    vent,
)
from afterload.hemodynamics.device.base import (
    SLOTS,
    AbstractDevice,
    Balloon,
    Band,
    MembraneLung,
    Settings,
)
from afterload.hemodynamics.device.check import check_device, join
from afterload.hemodynamics.device.offer import Offer
from afterload.hemodynamics.device.parse import load_offer, parse_device
from afterload.hemodynamics.device.together import check_together, parameters_together

DEVICES: dict[str, Offer] = {
    offer.word: offer
    for module in (
        ecls,
        impella,
        impella_rp,
        php,
        tandemheart,
        iabp,
        heartmate,
        vent,
        septostomy,
    )
    for offer in module.OFFERS
}
"""Every device that can be asked for, by its word on the command line."""

__all__ = [
    "DEVICES",
    "SLOTS",
    "AbstractDevice",
    "Balloon",
    "Band",
    "MembraneLung",
    "Offer",
    "Settings",
    "check_device",
    "check_together",
    "join",
    "load_offer",
    "parameters_together",
    "parse_device",
]
