"""What a device is to the circulation: a place it takes, parameters, and how sure we are of them.

A device file holds one final class. Its fields are what a user can set; `settings` turns them into
numbers. Nothing else is written per device, so a device of your own is one file as well.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import final

from afterload.core.source import Source

ML_PER_S = 1000.0 / 60.0
"""mL/s in one L/min."""


@final
@dataclass(frozen=True, slots=True)
class Slot:
    """A place of the circulation that one device can take.

    Args:
        place: What it is, in words, after "both take".
        prefix: What the names of its parameters begin with.
        shares: Groups of parameters that add up to 1.
    """

    place: str
    prefix: str
    shares: tuple[str, ...] = ()


SLOTS: dict[str, Slot] = {
    "ecls": Slot("the place of the ECLS circuit", "ecls.", ("ecls.from_", "ecls.to_")),
    "vent": Slot("the place of the left heart's vent", "vent.", ("vent.from_", "vent.to_")),
    "left_pump": Slot("the way from the left ventricle to the aorta", "left_pump."),
    "left_atrial_pump": Slot("the way from the left atrium to the aorta", "left_atrial_pump."),
    "right_pump": Slot("the way from the right atrium to the pulmonary artery", "right_pump."),
    "septostomy": Slot("the atrial septum", "septostomy."),
    "balloon": Slot("the place of the balloon in the aorta", "desc.balloon"),
}
"""The places for devices in the circulation (`hemodynamics.body`)."""


@final
@dataclass(frozen=True, slots=True)
class Band:
    """How far a number may be off: it is drawn log-normally, so that it keeps its sign.

    Args:
        parameter: Its full name, as in `Settings.parameters`, or of a timing. Shares that are drawn
            are then divided by their sum.
        sd: Relative standard deviation.
    """

    parameter: str
    sd: float


@final
@dataclass(frozen=True, slots=True)
class Balloon:
    """When an intra-aortic balloon is full.

    Args:
        volume: Of the full balloon, mL.
        inflate: When filling begins, s after the dicrotic notch.
        deflate: When emptying begins, s after the R wave.
        ramp: How long filling and emptying take, s.
        scatter: Standard deviation of both times around what is set, s.
        ratio: Beats per filling: 1 for every beat, 2 for every second, 3 for every third.
    """

    volume: float
    inflate: float
    deflate: float
    ramp: float
    scatter: float = 0.0
    ratio: int = 1


@final
@dataclass(frozen=True, slots=True)
class Pulse:
    """Changes of a pump's speed by a clock of its own: down, up, and back.

    Args:
        swing: By how much it goes down and up, krpm.
        period: From one pulse to the next, s.
        down: How long it is down, s.
        up: How long it is then up, s.
    """

    swing: float
    period: float
    down: float
    up: float

    @property
    def parameters(self) -> dict[str, float]:
        """As the circulation reads them (`hemodynamics.cycle`)."""
        return {
            "pulse.swing": self.swing, "pulse.period": self.period,
            "pulse.down": self.down, "pulse.up": self.up,
        }  # fmt: skip


@final
@dataclass(frozen=True, slots=True)
class MembraneLung:
    """A membrane lung in a circuit.

    Args:
        rated_flow: Blood flow up to which it saturates venous blood, mL/s.
        fdo2: Fraction of oxygen in the sweep gas.
        sweep: Flow of the sweep gas, mL/s; None for as much as brings the blood behind it to a
            PCO2 of 40 mmHg.
    """

    rated_flow: float
    fdo2: float
    sweep: float | None


@final
@dataclass(frozen=True, slots=True)
class Settings:
    """A device as numbers.

    Args:
        parameters: Parameters of the circulation that it sets, "part.parameter", in mmHg, mL, s
            and krpm.
        sources: For every number, where it comes from. What the user sets has none.
        bands: How far numbers may be off.
        reasons: Of numbers that carry no band, why they need none.
        target: Flow that its speed is to be found for, mL/s; None at a set speed.
        speeds: Lowest and highest speed it can run at, krpm; None for what is no pump.
        balloon: Timing, for a balloon.
        pulse: Of its speed, for a pump from the left ventricle that has one.
        lung: Its membrane lung, if it has one.
        scales: Factors on the patient's own parameters.
        links: Parameters that take the value of another one, which another device sets.
        needs: A slot that another device must take for this one to work; "" for none.
        warnings: What a reader must know with every result.
    """

    parameters: Mapping[str, float]
    sources: Mapping[str, tuple[Source, ...]]
    bands: tuple[Band, ...] = ()
    target: float | None = None
    speeds: tuple[float, float] | None = None
    balloon: Balloon | None = None
    lung: MembraneLung | None = None
    scales: Mapping[str, float] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)
    needs: str = ""
    warnings: tuple[str, ...] = ()
    reasons: Mapping[str, str] = field(default_factory=dict)
    pulse: Pulse | None = None


class AbstractDevice(ABC):
    """A device in the circulation.

    Abstract or final: this class is never instantiated, its children are never subclassed, and no
    child overrides a method that already has a body.
    """

    __slots__ = ()

    @property
    @abstractmethod
    def word(self) -> str:
        """Its word on the command line."""

    @property
    @abstractmethod
    def slot(self) -> str:
        """The place it takes, a key of `SLOTS`."""

    @abstractmethod
    def settings(self) -> Settings:
        """The device as numbers."""

    def parameters(self) -> dict[str, float]:
        """Parameters of the circulation that it sets; of a pump with a target, n is a guess."""
        return dict(self.settings().parameters)

    @property
    def target(self) -> float | None:
        """Flow that its speed is to be found for, mL/s."""
        return self.settings().target

    @property
    def speeds(self) -> tuple[float, float] | None:
        """Lowest and highest speed, krpm."""
        return self.settings().speeds

    @property
    def balloon(self) -> Balloon | None:
        """Timing, for a balloon."""
        return self.settings().balloon

    @property
    def oxygen(self) -> MembraneLung | None:
        """Its membrane lung, if it has one."""
        return self.settings().lung

    @property
    def bands(self) -> tuple[Band, ...]:
        """How far numbers may be off."""
        return self.settings().bands

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a reader must know with every result."""
        return self.settings().warnings

    @property
    def sources(self) -> dict[str, tuple[Source, ...]]:
        """For every number, where it comes from."""
        return dict(self.settings().sources)
