"""What is done to a patient over time, as data: devices set, changes made, blood given or lost."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from afterload.hemodynamics.device import DEVICES, AbstractDevice, Offer, parse_device
from afterload.hemodynamics.device.drive import Drive
from afterload.hemodynamics.device.option import Word
from afterload.hemodynamics.device.parse import load_offer
from afterload.hemodynamics.drug import DRUGS, VEINS
from afterload.hemodynamics.fit_prior import BEDS, CLOSINGS


@dataclass(frozen=True, slots=True)
class Quantity:
    """Something of the patient that an event can change.

    Args:
        label: What it is, in words.
        unit: As printed; "" for what is told as a factor alone.
        parameters: The parameters that it stands for.
    """

    label: str
    unit: str
    parameters: tuple[str, ...]


QUANTITIES: dict[str, Quantity] = {
    "hr": Quantity("heart rate", "/min", ("beat.hr",)),
    "svr": Quantity("systemic resistance", "", (*BEDS, *CLOSINGS)),
    "pvr": Quantity("pulmonary resistance", "", ("lung_in.r", "lung_out.r")),
    "ees": Quantity("contractility of both ventricles", "", ("lv.ees", "rv.ees")),
    "unstressed": Quantity("unstressed volume of the veins", "", VEINS),
    "fio2": Quantity("inspired oxygen fraction", "", ("lung.fio2",)),
    "hb": Quantity("haemoglobin", "g/L", ("blood.hb",)),
}
"""Short words for changes at the bedside; any parameter of a patient can be told as well."""

DRIVES = ("flow", "level", "rpm")
"""Options of which one at a time sets the speed of a pump."""

Kind = Literal["flow", "level", "rpm", ""]

Way = Literal["to", "by", "times"]


@dataclass(frozen=True, slots=True)
class DeviceAct:
    """A device switched on, or set otherwise.

    Args:
        word: Its word.
        texts: Options as they were told.
    """

    word: str
    texts: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class OffAct:
    """A device switched off."""

    word: str


@dataclass(frozen=True, slots=True)
class ChangeAct:
    """Something of the patient changed.

    Args:
        name: A key of `QUANTITIES`, or a parameter.
        way: To a value, by a difference, or a number of times.
        value: The value, difference or factor.
    """

    name: str
    way: Way
    value: float

    @property
    def parameters(self) -> tuple[str, ...]:
        """The parameters that it changes."""
        known = QUANTITIES.get(self.name)
        return known.parameters if known else (self.name,)


@dataclass(frozen=True, slots=True)
class BloodAct:
    """Blood or fluid given, or lost where it is negative, mL."""

    volume: float


@dataclass(frozen=True, slots=True)
class DrugAct:
    """A drug begun, or its dose set otherwise.

    Args:
        word: Its word.
        dose: In the drug's unit; 0 ends it.
    """

    word: str
    dose: float


Act = DeviceAct | OffAct | ChangeAct | BloodAct | DrugAct


@dataclass(frozen=True, slots=True)
class Told:
    """An event as it was told.

    Args:
        text: Its words.
        time: When it begins, s.
        over: How long it takes, s; 0 for at once.
        acts: What is done.
        note: What the user calls it, from behind a "#"; "" for nothing.
    """

    text: str
    time: float
    over: float
    acts: tuple[Act, ...]
    note: str = ""

    @property
    def lasts(self) -> float:
        """Seconds until all of it acts; a drug needs its time."""
        return max((self.takes(act) for act in self.acts), default=self.over)

    def takes(self, act: Act) -> float:
        """Seconds until one thing of it acts."""
        own = DRUGS[act.word].settles if isinstance(act, DrugAct) else 0.0
        return max(self.over, own)


@dataclass(frozen=True, slots=True)
class Running:
    """A device that runs.

    Args:
        word: Its word, or the file that it comes from.
        texts: Its options as they were told.
        device: It.
    """

    word: str
    texts: Mapping[str, str]
    device: AbstractDevice

    @property
    def words(self) -> str:
        """It with its options, as it would be asked for."""
        return words_of(self.word, self.texts)

    @property
    def drive(self) -> Drive | None:
        """What a pump is driven by."""
        found = getattr(self.device, "drive", None)
        return found if isinstance(found, Drive) else None

    @property
    def kind(self) -> Kind:
        """Whether a pump runs at a flow, a level or a speed; "" for what is no pump."""
        if self.drive is None:
            return ""
        if self.drive.target is not None:
            return "flow"
        return "level" if self.drive.level else "rpm"


@dataclass(frozen=True, slots=True)
class Step:
    """One thing that is done.

    Args:
        told: The event it belongs to.
        act: What was told of it.
        before: The device as it ran before; None where it did not, or for no device.
        after: The device as it runs then.
        dose: Of a drug, the dose before.
    """

    told: Told
    act: Act
    before: Running | None = None
    after: Running | None = None
    dose: float = 0.0

    @property
    def over(self) -> float:
        """Seconds until it acts in full."""
        return self.told.takes(self.act)


def words_of(word: str, texts: Mapping[str, str]) -> str:
    """A device as it is asked for."""
    return ":".join((word, *(f"{name}={text}" for name, text in texts.items())))


def made(word: str, texts: Mapping[str, str]) -> Running:
    """A device of some options.

    Raises:
        UnknownName, InputError: There is no such device or option.
    """
    return Running(word, texts, parse_device(words_of(word, texts)))


def offer_of(word: str) -> Offer | None:
    """A device by its word, another word for it, or a file of the user's own."""
    if word.endswith(".py"):
        return load_offer(word)
    plain = word.lower()
    aliases = {alias: offer for offer in DEVICES.values() for alias in offer.aliases}
    return DEVICES.get(plain) or aliases.get(plain)


def levels(step: Step) -> list[tuple[float, Running]]:
    """The levels of a pump on the way to another: the first at once, the last at the end.

    Returns:
        When each begins, s, and the pump at it.
    """
    before, after = step.before, step.after
    assert before is not None
    assert after is not None
    assert before.drive is not None
    assert after.drive is not None
    offer = offer_of(after.word)
    kinds = [one for one in offer.options if isinstance(one, Word)] if offer else []
    words = kinds[0].words if kinds else ()
    first, last = words.index(before.drive.level), words.index(after.drive.level)
    way = 1 if last > first else -1
    places = range(first + way, last + way, way) if first != last else range(0)
    pause = step.told.over / max(1, len(places) - 1)
    return [
        (step.told.time + k * pause, made(after.word, {**after.texts, "level": words[place]}))
        for k, place in enumerate(places)
    ]


def clock(seconds: float) -> str:
    """A time as it is told, e.g. "45 s", "6 min 40 s", "2 h 5 min".

    Example:
        >>> clock(45), clock(400), clock(7500), clock(1.25)
        ('45 s', '6 min 40 s', '2 h 5 min', '1.2 s')
    """
    if seconds < 10 and seconds != round(seconds):
        return f"{seconds:.1f} s"
    whole = round(seconds)
    parts = ((whole // 3600, "h"), (whole // 60 % 60, "min"), (whole % 60, "s"))
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "0 s"
