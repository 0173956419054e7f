"""What changes from beat to beat: contractility with coronary perfusion, reflexes, the brain's
vessels, pump speed.

These are slow against a beat, so they are moved once per beat, from the means of the beat before.
Each tells where it would settle if that beat went on for ever; the steady state is the beat at
which all have settled.
"""

from __future__ import annotations

from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass
from typing import Protocol, final

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics import brain
from afterload.hemodynamics.body import PUMPS

Array = NDArray[np.float64]


class Control(Protocol):
    """Something slow: one number per lane that follows the means of the beats."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def time_constant(self) -> float:
        """Seconds in which it follows."""

    @property
    def delay(self) -> float:
        """Seconds after which it begins to follow."""

    @property
    def scale(self) -> float:
        """A difference that counts as small, for telling whether it has settled."""

    def acts(self, parameters: Mapping[str, Array]) -> NDArray[np.bool_]:
        """The lanes it acts on, shape (lanes,); on others it stays where it begins."""

    def begin(self, parameters: Mapping[str, Array]) -> Array:
        """Its value before the first beat, shape (lanes,)."""

    def settles_at(
        self, value: Array, means: Mapping[str, Array], parameters: Mapping[str, Array]
    ) -> Array:
        """Where it would settle, were the beat's means to stay, shape (lanes,).

        Args:
            value: Its value now.
            means: The watched signals' means over the last beat; "period" is its length, s.
            parameters: All parameters, as they stand without it.
        """

    def apply(self, value: Array, parameters: MutableMapping[str, Array]) -> None:
        """Change the parameters it acts on, in place."""


@final
@dataclass(frozen=True, slots=True)
class Perfusion:
    """Contractility follows the blood that the left coronary artery gets.

    Equation:
        factor = (min(Q, saturation) / min(reference, saturation)) ^ gain
        of ees of both ventricles

    Parameters (of the patient):
        perfusion.gain        -      0 for none
        perfusion.reference   mL/s   coronary flow at which ees is as told
        perfusion.saturation  mL/s   flow above which more blood adds nothing

    Without it VA-ECMO lowers stroke work, which in pigs it raises (hemodynamics reference,
    finding 7 and section C.5; the gain between 0.4 and 0.5 stands there as a start).
    """

    name: str = "contractility"
    time_constant: float = 20.0
    delay: float = 0.0
    scale: float = 0.002

    def acts(self, parameters: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Where the gain is not 0."""
        return np.asarray(parameters["perfusion.gain"] != 0.0)

    def begin(self, parameters: Mapping[str, Array]) -> Array:
        """Full contractility."""
        return np.ones_like(parameters["perfusion.gain"])

    def settles_at(
        self, value: Array, means: Mapping[str, Array], parameters: Mapping[str, Array]
    ) -> Array:
        """The factor for the last beat's coronary flow."""
        del value
        most = parameters["perfusion.saturation"]
        now = np.clip(means["q.coronary_l"], 0.02 * most, most)
        then = np.minimum(parameters["perfusion.reference"], most)
        return np.asarray(np.clip((now / then) ** parameters["perfusion.gain"], 0.2, 3.0))

    def apply(self, value: Array, parameters: MutableMapping[str, Array]) -> None:
        """Contractility of both ventricles."""
        for name in ("lv.ees", "rv.ees"):
            parameters[name] = parameters[name] * value


@final
@dataclass(frozen=True, slots=True)
class Reflex:
    """The baroreflex: low pressure in the arch raises resistance, tone, contractility and rate.

    Equation (static, Ursino 1998):
        fcs = (fmin + fmax exp((P - pn) / ka)) / (1 + exp((P - pn) / ka))
        fes = fesinf + (fes0 - fesinf) exp(-kes fcs)
        drive = ln(fes - fesmin + 1), told as its difference from that at the reference pressure

    Parameters (of the patient):
        reflex.gain       -      share of the normal reflex that is left; 0 for none
        reflex.reference  mmHg   pressure in the arch at which all is as told
        reflex.centre     mmHg   pressure pn about which the receptors answer; 92 in an adult. It is
                                 the species' resting pressure, to which the reflex is set
        reflex.rate       -      share of its effect on the rate that is left; 0 in a paced heart

    Source:
        Ursino 1998, values as in VAD-0D-DNN 5fa2755 Mathcard.mo (hemodynamics reference C.4).
        Effects relative to resting values: resistance 0.695/2.49 (splanchnic) and 0.53/0.78, and
        the pressure at which arteries close as much, since tone moves both (Andrei 2023),
        unstressed venous volume -265.4 and -132.5 mL (of the 1,280 and 870 mL that the veins hold
        here without pressure; 1,435 and 1,537 mL there), contractility of the ventricles
        0.475/2.392 and 0.282/1.412; rate by its sympathetic arm alone, -0.13/0.58. Delay and time
        constant are those of contractility, 2 and 8 s, for all effects (resistance has 2 and 6 s,
        venous volume 5 and 20 s, rate 2 and 2 s).
    """

    name: str = "sympathetic drive"
    time_constant: float = 8.0
    delay: float = 2.0
    scale: float = 0.002

    def acts(self, parameters: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Where the gain is not 0."""
        return np.asarray(parameters["reflex.gain"] != 0.0)

    def begin(self, parameters: Mapping[str, Array]) -> Array:
        """No change."""
        return np.zeros_like(parameters["reflex.gain"])

    def settles_at(
        self, value: Array, means: Mapping[str, Array], parameters: Mapping[str, Array]
    ) -> Array:
        """The drive for the last beat's pressure, less that at the reference."""
        del value
        pn = parameters["reflex.centre"]
        now, then = (_drive(p, pn) for p in (means["p.arch"], parameters["reflex.reference"]))
        return np.asarray(parameters["reflex.gain"] * (now - then))

    def apply(self, value: Array, parameters: MutableMapping[str, Array]) -> None:
        """Resistances with the pressure at which arteries close, veins, contractility and rate."""
        for names, effect in EFFECTS:
            factor = np.clip(1.0 + effect * value, 0.4, 2.5)
            for name in names:
                parameters[name] = parameters[name] * factor
        shorter = 0.13 / 0.58 * value * parameters["reflex.rate"]
        parameters["beat.hr"] = parameters["beat.hr"] / np.clip(1 - shorter, 0.5, 1.8)


EFFECTS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("viscera.r", "viscera.close"), 0.695 / 2.49),
    (("legs.r", "arms.r", "legs.close", "arms.close"), 0.53 / 0.78),
    (("v_visceral.v0",), -265.4 / 1280),
    (("v_upper.v0", "v_legs.v0"), -132.5 / 870),
    (("lv.ees",), 0.475 / 2.392),
    (("rv.ees",), 0.282 / 1.412),
)
"""What one unit of sympathetic drive does, as a share of the resting value.

The vessels of the brain follow `Brain` alone.
"""


def _drive(pressure: Array, centre: Array) -> Array:
    """ln(fes - fesmin + 1) at a mean arterial pressure, mmHg."""
    x = np.exp(np.clip((pressure - centre) / 11.758, -30, 30))
    afferent = (2.52 + 47.78 * x) / (1 + x)
    efferent = 2.1 + (16.11 - 2.1) * np.exp(-0.0675 * afferent)
    return np.asarray(np.log(np.maximum(efferent - 2.66, 0.0) + 1.0))


@final
@dataclass(frozen=True, slots=True)
class Brain:
    """The brain's vessels keep its flow while its perfusion pressure is within their limits.

    Equation:
        P = arterial pressure - the higher of venous and intracranial pressure
        flow wanted = P / clip(P, lower, upper) of that on the plateau
        factor = (flow wanted / what drives flow through the bed / reference) ^ gain
        of the conductance of the brain's part of the head's vessels

    Parameters (of the patient):
        brain.gain       -     1 for a level plateau, 0 for vessels that do not answer
        brain.share      -     share of the head's flow that is the brain's; the rest, of skin and
                               face, does not answer
        brain.lower, brain.upper  mmHg   ends of the plateau
        brain.icp        mmHg  intracranial pressure
        brain.reference  1/mmHg  the same without a factor, where the head's resistance is as told;
                               NaN where it is not known, and then nothing answers

    Source:
        `brain.LASSEN` for the curve and its limits, `brain.STARLING`, `brain.DYNAMICS`.
    """

    name: str = "cerebral conductance"
    time_constant: float = 5.0
    delay: float = 0.0
    scale: float = 0.002

    def acts(self, parameters: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Where the gain is not 0 and the reference is known."""
        known = np.isfinite(parameters["brain.reference"])
        return np.asarray((parameters["brain.gain"] != 0.0) & known)

    def begin(self, parameters: Mapping[str, Array]) -> Array:
        """As told."""
        return np.ones_like(parameters["brain.gain"])

    def settles_at(
        self, value: Array, means: Mapping[str, Array], parameters: Mapping[str, Array]
    ) -> Array:
        """The factor for the last beat's pressures."""
        del value
        p = {k: parameters[f"brain.{k}"] for k in ("gain", "reference", "icp", "lower", "upper")}
        now = brain.per_pressure(
            means["p.arch"], means["p.v_upper"], p["icp"], p["lower"], p["upper"],
            parameters["head.close"],
        )  # fmt: skip
        factor = np.clip(now / p["reference"], 0.02, 20.0) ** p["gain"]
        return np.where(self.acts(parameters), factor, 1.0)

    def apply(self, value: Array, parameters: MutableMapping[str, Array]) -> None:
        """The head's resistance, and the brain's share of its flow."""
        whole, share = brain.widened(parameters["brain.share"], value)
        parameters["head.r"] = parameters["head.r"] / whole
        parameters["brain.share"] = share


@final
@dataclass(frozen=True, slots=True)
class Speed:
    """The speed of a pump that is to give a flow: it is turned up or down until it does.

    Parameters (of the device):
        SLOT.target  mL/s   the flow; NaN for a pump at a set speed
        SLOT.n_low, SLOT.n_high  krpm   the speeds it can run at
    """

    slot: str
    time_constant: float = 2.0
    delay: float = 0.0
    scale: float = 0.002

    @property
    def name(self) -> str:
        """Whose speed."""
        return f"{self.slot} speed"

    def acts(self, parameters: Mapping[str, Array]) -> NDArray[np.bool_]:
        """Where a flow is asked of the pump."""
        return np.asarray(~np.isnan(parameters[f"{self.slot}.target"]))

    def begin(self, parameters: Mapping[str, Array]) -> Array:
        """The speed as set."""
        return parameters[f"{self.slot}.n"].copy()

    def settles_at(
        self, value: Array, means: Mapping[str, Array], parameters: Mapping[str, Array]
    ) -> Array:
        """One Newton step of the speed towards the flow."""
        p = {k: parameters[f"{self.slot}.{k}"] for k in ("a", "b", "c", "r", "target", "on")}
        q = means[f"q.{self.slot}"]
        short = np.nan_to_num(p["target"] - q) * p["on"]
        steep = p["b"] * value + p["r"] + 2 * p["c"] * np.abs(q) + BODY_RESISTANCE
        per_speed = np.maximum(2 * p["a"] * value - p["b"] * q, 1.0)
        wanted = value + short * steep / per_speed
        low, high = parameters[f"{self.slot}.n_low"], parameters[f"{self.slot}.n_high"]
        settled = np.isnan(p["target"])
        return np.where(settled, value, np.clip(wanted, low, high))

    def apply(self, value: Array, parameters: MutableMapping[str, Array]) -> None:
        """The speed."""
        parameters[f"{self.slot}.n"] = value


BODY_RESISTANCE = 0.8
"""mmHg s/mL that more pump flow meets in the body; it only sets the length of a Newton step."""

CONTROLS: tuple[Control, ...] = (
    Perfusion(), Reflex(), Brain(), *(Speed(slot) for slot in PUMPS),
)  # fmt: skip
"""Everything that is moved from beat to beat."""
