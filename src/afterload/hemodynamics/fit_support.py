"""Devices put into many patients at once, with what is uncertain about them drawn."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source
from afterload.hemodynamics.activation import peak_time
from afterload.hemodynamics.cycle import USUAL
from afterload.hemodynamics.device import SLOTS, AbstractDevice, parameters_together
from afterload.hemodynamics.fit_prior import Free

Array = NDArray[np.float64]

BAND = Source(
    "The device's own band",
    place="relative standard deviation in its file, around the value set there",
    confidence="M",
)

Ran = Mapping[str, Mapping[str, Array]]
"""What devices turned out to be: by word, factors on the usual values of their parameters."""

TIMING = ("balloon.inflate", "balloon.deflate")
"""Times that lie as far from what is set as the balloon's `scatter` says."""

Luck = Callable[[str, str], Array]
"""How far what is uncertain is from its usual value, in standard deviations, shape (n,): by device
and by what of it. It tells the same however often it is asked."""

NOTCH = 1.08
"""When the aortic valve closes, as a share of the time of strongest contraction: 1.04-1.12 in the
beats of the phenotypes here. It times a balloon where no beat without one is at hand."""


def supported(
    p: Mapping[str, Array],
    devices: Sequence[AbstractDevice],
    closed: Array | None = None,
    rng: np.random.Generator | None = None,
    ran: Ran | None = None,
    luck: Luck | None = None,
) -> dict[str, Array]:
    """Parameters with devices in place.

    Args:
        p: All parameters, shape (n,) each.
        devices: Devices that run together; none leaves all as it is.
        closed: When the aortic valve closes, s, shape (n,); a balloon is timed by it.
        rng: Draws what the devices' bands leave open, one draw per lane; None takes their centres.
        ran: Devices that ran when the patient was measured, and what they turned out to be; these
            are the same devices still, and are not drawn.
        luck: Tells what the bands leave open instead of `rng`, so that a device that is set
            otherwise later stays what it was.

    Raises:
        InputError: They cannot run together.
    """
    n = len(p["beat.hr"])
    found = {**{name: np.full(n, value) for name, value in USUAL.items()}, **p}
    if luck is None and rng is not None:
        luck = _any_luck(rng, n)
    usual, ran = NOTCH * peak_time(60.0 / p["beat.hr"]), ran or {}
    for name, value in parameters_together(devices).items():
        found[name] = np.full(n, value)
    for device in devices:
        told, same = device.settings(), device.word in ran
        if told.speeds is not None:
            for end, speed in zip(("n_low", "n_high"), told.speeds, strict=True):
                found[f"{device.slot}.{end}"] = np.full(n, speed)
        if told.target is not None:
            found[f"{device.slot}.target"] = np.full(n, told.target)
        for name, factor in told.scales.items():
            found[name] = found[name] * factor
        if told.balloon is not None:
            shut = usual if closed is None or same else closed
            found["balloon.inflate"] = shut + told.balloon.inflate
            found["balloon.deflate"] = np.full(n, -told.balloon.deflate)
            found["balloon.ramp"] = np.full(n, told.balloon.ramp)
            found["balloon.ratio"] = np.full(n, float(told.balloon.ratio))
        if told.pulse is not None:
            for name, value in told.pulse.parameters.items():
                found[name] = np.full(n, value)
        for band in told.bands:
            name = band.parameter.removeprefix("scales.")
            if name in ran.get(device.word, {}):
                found[name] = found[name] * ran[device.word][name]
        if luck is not None:
            blur(found, device, luck, ran)
    return found


def blur(found: dict[str, Array], device: AbstractDevice, luck: Luck, ran: Ran) -> None:
    """Make a device that is in place what it may truly be, in place.

    Args:
        found: All parameters, shape (n,) each.
        device: The device.
        luck: Tells what its bands leave open.
        ran: Devices that ran when the patient was measured: what is known of them stands.
    """
    told, known = device.settings(), ran.get(device.word, {})
    if told.balloon is not None and device.word not in ran:
        for name in TIMING:
            found[name] = found[name] + told.balloon.scatter * luck(device.word, name)
    for band in told.bands:
        name = band.parameter.removeprefix("scales.")
        if name not in known:
            found[name] = found[name] * np.exp(band.sd * luck(device.word, name))
    for group in SLOTS[device.slot].shares:
        names = [name for name in told.parameters if name.startswith(group)]
        total = np.sum([found[name] for name in names], axis=0)
        for name in names:
            found[name] = found[name] / total


def _any_luck(rng: np.random.Generator, n: int) -> Luck:
    """Another draw each time it is asked."""
    return lambda _word, _name: rng.standard_normal(n)


def turned_out(
    devices: Sequence[AbstractDevice], prior: Sequence[Free], z: Array
) -> dict[str, dict[str, Array]]:
    """What devices that ran turned out to be (`Ran`), at z of shape (free, n)."""
    found = {free.name: free.value(row) for free, row in zip(prior, z, strict=True) if free.device}
    return {
        device.word: {free.scales[0]: found[free.name] for free in uncertain([device])}
        for device in devices
    }


def uncertain(devices: Sequence[AbstractDevice]) -> tuple[Free, ...]:
    """What is uncertain of devices that run, each a factor around 1.

    A pump that is to give a flow gives it whatever its curve, which is then not among them. Shares
    are not either: they change what comes back, and hardly a pressure.
    """
    found = []
    for device in devices:
        told = device.settings()
        for band in told.bands:
            name = band.parameter.removeprefix("scales.")
            if told.target is not None and name.startswith(f"{device.slot}."):
                continue
            if name.startswith(SLOTS[device.slot].shares):
                continue
            label = f"{device.word}: {name}, of its usual value"
            found.append(
                Free(f"{device.word} {name}", label, "", 1.0, band.sd, BAND, (name,), device=True)
            )
    return tuple(found)
