"""Impella 2.5, CP, 5.0 and 5.5: axial pumps through the aortic valve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import final

from afterload.core.source import Source
from afterload.hemodynamics.device.base import AbstractDevice, Settings
from afterload.hemodynamics.device.curve import Curve, Loss, rotary
from afterload.hemodynamics.device.drive import Drive, Speeds
from afterload.hemodynamics.device.inlet import LEFT
from afterload.hemodynamics.device.offer import Offer

MANUAL = Source(
    "Abiomed, Impella 2.5 and Impella CP with the Automated Impella Controller, manual",
    place="P-level flow rates for the Impella 2.5 catheter; hemodynamics reference D.1",
    confidence="C1",
)
COPIED = (
    "The manual itself was not seen: its table was, as copied into a public teaching simulator "
    "(russellmiller49/Interventional-Pulm-Education-Project, mechanical-circulatory-support, "
    "engine/model.ts). Speeds by level are general knowledge."
)
MANUAL_CP = Source(
    "Abiomed, Impella CP with SmartAssist, instructions for use 0048-9007 rev. V (2026)",
    place="Table 5.3, p. 5.25: mean flow by P-level, and up to 4.3 L/min in systole at P-9",
    confidence="C2",
    note=COPIED,
)
MANUAL_55 = Source(
    "Abiomed, Impella 5.5 with SmartAssist, instructions for use 10003049 rev. L (2026)",
    place="Table 5.3, p. 5.26: mean flow by P-level at a pressure difference of 30 to 60 mmHg",
    confidence="C2",
    note=COPIED,
)
READING = Source(
    "Reading of the flow ranges",
    place="upper end at 30 mmHg, lower at 60 mmHg, as the instructions of the 5.5 say of theirs",
    confidence="M",
    note="The tables of the 2.5 and the CP tell no heads; 20-30 and 60-80 mmHg give the spread.",
)
MEMORY_50 = Source(
    "P-level table of the Impella 5.0",
    place="general knowledge; hemodynamics reference D.1",
    confidence="M",
    note="The table itself was not seen.",
)
READING_50 = Source(
    "Reading of the 5.0's flow ranges",
    place="upper end at 25 mmHg (systole), lower end at 70 mmHg (diastole); hemodynamics "
    "reference D.1",
    confidence="M",
    note="Wider than 30 and 60 mmHg can give. 20-30 and 60-80 mmHg give the spread.",
)
BORE_50 = Source(
    "Losses of the Impella 5.0 that do not grow with its speed",
    place="those of the 5.5, a pump of the same bore, as the least that they can be",
    confidence="M",
    note="Its table is met best without any, and then nothing would stop blood at P0.",
)
CATHETER = Source(
    "Inertance of the blood in pump and catheter",
    place="order of magnitude, mmHg s²/mL: blood in 7 cm of 4 mm has 0.04",
    confidence="M",
    note="Measured on a longer pump of this kind, the Hemopump: 0.16 ± 0.05 in blood, 0.08 in "
    "water (Kunst EE et al. 1994, Int J Artif Organs, issue 5, pp. 272-279, abstract).",
)

BLOOD = Loss(r=0.0, c=0.0, l=0.05, sd=0.0, sources=(CATHETER,), l_sd=0.4)
"""Losses are in the curve; only inertia is added."""


@final
@dataclass(frozen=True, slots=True)
class Model:
    """An Impella as data.

    Args:
        word: Its word.
        title: Its name.
        curve: Head and flow.
        speeds: Its P-levels.
        flows: Flow range that the level table tells, L/min, by level; empty if it tells none.
        warning: What is not known of it; "" if all is.
    """

    word: str
    title: str
    curve: Curve
    speeds: Speeds
    flows: dict[str, tuple[float, float]]
    warning: str = ""


@final
@dataclass(frozen=True, slots=True)
class Impella(AbstractDevice):
    """An axial pump through the aortic valve: from the left ventricle into the ascending aorta.

        lv ---[ inlet ]===( n )===[ outlet ]---> asc

    Equation:
        l dq/dt = p_in - p_out + a n² - (b n + r + s) q - c q |q|

    Parameters:
        n  krpm       speed, by P-level
        a  mmHg/krpm²; b  mmHg s/mL/krpm; r  mmHg s/mL; c  mmHg s²/mL²    of the curve
        l  mmHg s²/mL   inertance
        s = suction max(0, p_low - p_in)   collapse; suction s/mL, p_low mmHg

    Sources:
        2.5: impella.MANUAL (C1); CP: impella.MANUAL_CP (C2); both read by impella.READING (M)
        5.0: impella.MEMORY_50 (M), impella.READING_50 (M), impella.BORE_50 (M)
        5.5: impella.MANUAL_55 (C2)
        inertance: impella.CATHETER (M); collapse: inlet.SIMAAN (M)

    Valid from P2 up, against 0 to 100 mmHg; the published flows lie at 30 and 60 mmHg. At P0 the
    motor stands still, the catheter keeps the valve ajar and blood runs back through it; how much
    is extrapolated. The table of the 5.0 alone would have all its losses grow with speed and leave
    none at rest: it loses no less than the 5.5, whose bore it has.
    """

    model: Model
    drive: Drive

    @property
    def word(self) -> str:
        """The model's."""
        return self.model.word

    @property
    def slot(self) -> str:
        """Through the aortic valve."""
        return "left_pump"

    def settings(self) -> Settings:
        """The pump as numbers."""
        stopped = self.drive.n == 0.0
        slow = stopped or self.drive.level == "P1"
        warnings = (
            *((self.model.warning,) if self.model.warning else ()),
            *((f"{self.model.title} below P2: its curve is extrapolated there.",) if slow else ()),
        )
        model = self.model
        return rotary(
            self.slot, self.drive, model.speeds, model.curve, (BLOOD,), LEFT, warnings=warnings
        )


def _levels(table: dict[str, tuple[float, float, float]]) -> dict[str, float]:
    return {"P0": 0.0} | {level: rpm for level, (rpm, _, _) in table.items()}


def _flows(table: dict[str, tuple[float, float, float]]) -> dict[str, tuple[float, float]]:
    return {level: (least, most) for level, (_, least, most) in table.items()}


TABLE_25: dict[str, tuple[float, float, float]] = {
    "P1": (25000, 0.0, 1.1), "P2": (35000, 0.8, 1.5), "P3": (38000, 1.1, 1.7),
    "P4": (40000, 1.3, 1.8), "P5": (43000, 1.5, 1.9), "P6": (45000, 1.7, 2.1),
    "P7": (47000, 1.8, 2.2), "P8": (50000, 2.1, 2.4), "BOOST": (51000, 2.1, 2.5),
}  # fmt: skip
"""rpm, flow from, to (L/min)."""

TABLE_CP: dict[str, tuple[float, float, float]] = {
    "P1": (23000, 0.0, 0.9), "P2": (31000, 1.1, 2.1), "P3": (33000, 1.6, 2.3),
    "P4": (35000, 2.0, 2.5), "P5": (37000, 2.3, 2.7), "P6": (39000, 2.5, 2.9),
    "P7": (42000, 2.9, 3.3), "P8": (44000, 3.1, 3.4), "P9": (46000, 3.3, 3.7),
}  # fmt: skip
TABLE_50: dict[str, tuple[float, float, float]] = {
    "P1": (10000, 0.0, 1.4), "P2": (17000, 0.5, 2.6), "P3": (20000, 0.9, 3.1),
    "P4": (22000, 1.4, 3.4), "P5": (24000, 2.0, 3.7), "P6": (26000, 2.6, 4.0),
    "P7": (28000, 3.1, 4.3), "P8": (30000, 3.7, 4.7), "P9": (33000, 4.2, 5.3),
}  # fmt: skip

TABLE_55: dict[str, tuple[float, float, float]] = {
    "P1": (10000, 0.0, 0.0), "P2": (17000, 0.0, 1.9), "P3": (20000, 1.1, 2.7),
    "P4": (22000, 1.9, 3.3), "P5": (24000, 2.8, 3.7), "P6": (26000, 3.4, 4.1),
    "P7": (28000, 3.9, 4.5), "P8": (30000, 4.3, 4.9), "P9": (33000, 5.0, 5.5),
}  # fmt: skip
"""The speeds are those of the 5.0; with them its flows follow one curve within 0.11 L/min."""

IMPELLA_25 = Model(
    "impella-2.5",
    "Impella 2.5",
    Curve(0.06602, 0.02497, 0.05267, 0.0, (MANUAL, READING), {"a": 0.044}, residual=0.04),
    Speeds(25000.0, 51000.0, 0.2, 2.5, ("level", "P8"), _levels(TABLE_25)),
    _flows(TABLE_25),
)
IMPELLA_CP = Model(
    "impella-cp",
    "Impella CP",
    Curve(0.087, 0.0, 0.03423, 0.3776, (MANUAL_CP, READING), {"a": 0.063}, residual=0.08),
    Speeds(23000.0, 46000.0, 0.2, 4.3, ("level", "P8"), _levels(TABLE_CP)),
    _flows(TABLE_CP),
    "Impella CP: its flows by level are the manual's at second hand and tell no pressures; they "
    "are read at 30 and 60 mmHg, and its flow carries a band of 0.17 L/min (1 SD).",
)
IMPELLA_50 = Model(
    "impella-5.0",
    "Impella 5.0",
    Curve(
        0.2432,
        0.06078,
        0.008474,
        0.01326,
        (MEMORY_50, READING_50, BORE_50),
        {"a": 0.117},
        residual=0.30,
    ),
    Speeds(10000.0, 33000.0, 0.3, 5.3, ("level", "P9"), _levels(TABLE_50)),
    _flows(TABLE_50),
    "Impella 5.0: its level table is general knowledge, not seen in a source; its flow carries a "
    "band of 0.56 L/min (1 SD) for that.",
)
IMPELLA_55 = Model(
    "impella-5.5",
    "Impella 5.5",
    Curve(0.2049, 0.03797, 0.008474, 0.01326, (MANUAL_55,), {"a": 0.037}, residual=0.12),
    Speeds(10000.0, 33000.0, 0.3, 6.2, ("level", "P9"), _levels(TABLE_55)),
    _flows(TABLE_55),
    "Impella 5.5: its flows by level, at 30 to 60 mmHg, are the manual's at second hand, its "
    "speeds general knowledge; its flow carries a band of 0.19 L/min (1 SD).",
)
MODELS = (IMPELLA_25, IMPELLA_CP, IMPELLA_50, IMPELLA_55)


def _offer(model: Model, *aliases: str) -> Offer:
    speeds = model.speeds
    title = f"{model.title}, left ventricle to aorta"
    return Offer(
        model.word,
        title,
        speeds.options,
        lambda told: Impella(model, speeds.drive(model.word, told)),
        aliases,
    )


OFFERS = (
    _offer(IMPELLA_25, "impella2.5"),
    _offer(IMPELLA_CP, "impellacp"),
    _offer(IMPELLA_50, "impella5.0"),
    _offer(IMPELLA_55, "impella5.5"),
)
