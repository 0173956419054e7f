"""The synthetic cohort as a spreadsheet, the way hospitals keep them: one row per episode.

French headings with units, yes/no as 1/0, haemoglobin in g/dL, everything else in SI. Numbers and
dates stay numbers and dates here; `demo_cohort.as_csv` writes them as text.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from afterload.actions.synthetic.biology import HOURS, Measured
from afterload.actions.synthetic.course import COMPLICATIONS, Course
from afterload.actions.synthetic.marginals import Bools, Floats
from afterload.actions.synthetic.people import ARRESTS, CAUSES, People

Cell = str | int | float | datetime | None
Heading = tuple[str, Sequence[Cell]]

NOTE = "SYNTHETIC - not a patient"
NOT_DONE = "NF"
"""How this ward writes "non fait"; other empty cells stay empty."""
POINT_WORDS: dict[str, str] = {"pre": "avant", "24h": "24 h", "48h": "48 h", "day7": "J7"}
CAUSE_WORDS = dict(
    zip(
        CAUSES,
        ("IDM", "ICC décompensée", "Post-cardiotomie", "Myocardite", "Orage rythmique", "Autre"),
        strict=True,
    )
)
ARREST_WORDS = dict(zip(ARRESTS, ("non", "intra-hospitalier", "extra-hospitalier"), strict=True))
COMPLICATION_WORDS = dict(
    zip(
        COMPLICATIONS,
        ("Saignement majeur", "Ischémie de membre", "AVC", "Hémolyse", "Infection", "EER"),
        strict=True,
    )
)
LABS: tuple[tuple[str, str, float], ...] = (
    ("hb", "Hémoglobine {} (g/dL)", 0.1),
    ("bnp", "BNP {} (ng/L)", 1.0),
    ("ast", "ASAT {} (UI/L)", 1.0),
    ("alt", "ALAT {} (UI/L)", 1.0),
    ("bilirubin", "Bilirubine {} (µmol/L)", 1.0),
    ("lactate", "Lactate {} (mmol/L)", 1.0),
    ("creatinine", "Créatinine {} (µmol/L)", 1.0),
    ("platelets", "Plaquettes {} (G/L)", 1.0),
    ("hco3", "HCO3 {} (mmol/L)", 1.0),
    ("pt_activity", "TP {} (%)", 1.0),
    ("hr", "FC {} (/min)", 1.0),
    ("lvef", "FEVG {} (%)", 1.0),
    ("norepi", "Noradrénaline {} (µg/kg/min)", 1.0),
    ("epi", "Adrénaline {} (µg/kg/min)", 1.0),
    ("dobutamine", "Dobutamine {} (µg/kg/min)", 1.0),
)
"""Variable, heading, and what a value is multiplied by to be in the heading's unit."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """The candidates that make the cohort, and when each one's support began."""

    people: People
    course: Course
    measured: Measured
    index: NDArray[np.int64]
    t0: tuple[datetime, ...]

    def numbers(self, values: Floats, decimals: int = 0) -> list[float | int | None]:
        """Values of the chosen, rounded; None where there is none."""
        rounded = np.round(values[self.index], decimals).tolist()
        if decimals == 0:
            return [None if x != x else int(x) for x in rounded]
        return [None if x != x else x for x in rounded]

    def flags(self, values: Bools, known: Bools | None = None) -> list[int | None]:
        """1 for yes, 0 for no, None where it is not `known`."""
        told = np.ones_like(values) if known is None else known
        pairs = zip(values[self.index], told[self.index], strict=True)
        return [int(value) if there else None for value, there in pairs]

    def times(self, hours: Floats) -> list[datetime | None]:
        """Dates and times from hours after t0; None where NaN or infinite."""
        return [
            start + timedelta(minutes=round(h * 60)) if np.isfinite(h) else None
            for start, h in zip(self.t0, hours[self.index].tolist(), strict=True)
        ]


def spreadsheet(chosen: Chosen) -> dict[str, tuple[Any, ...]]:
    """Every column of the cohort, by heading, in order."""
    parts = (_person(chosen), _before(chosen), _devices(chosen), _labs(chosen), _after(chosen))
    return {heading: tuple(cells) for part in parts for heading, cells in part}


def _person(c: Chosen) -> Iterator[Heading]:
    people, n = c.people, len(c.index)
    width = max(3, len(str(n)))
    yield "Identifiant", [f"SYN-{row:0{width}d}" for row in range(1, n + 1)]
    yield "Remarque", [NOTE] * n
    yield "Âge (ans)", c.numbers(people.age)
    yield "Sexe", ["H" if male else "F" for male in people.male[c.index]]
    yield "Taille (cm)", c.numbers(people.height)
    yield "Poids (kg)", c.numbers(people.weight, 1)
    yield "Cause du choc", [CAUSE_WORDS[CAUSES[i]] for i in people.cause[c.index]]
    yield "Diabète", c.flags(people.diabetes)
    yield "IRC", c.flags(people.ckd)
    yield "IDM ou pontage ancien", c.flags(people.old_infarct)
    yield "Greffé cardiaque", c.flags(people.transplanted)
    yield "ICC connue", c.flags(people.cause == CAUSES.index("chronic"))


def _before(c: Chosen) -> Iterator[Heading]:
    people, labs = c.people, c.measured
    yield "Arrêt cardiaque", [ARREST_WORDS[ARRESTS[i]] for i in people.arrest[c.index]]
    yield "Intubation", c.times(-people.intubated_h)
    yield "SCAI", _scai(c)
    yield "Glasgow", c.numbers(people.gcs)
    # What the SAVE score calls failure, ticked by its own definition where the value is known.
    creatinine, bilirubin = labs["creatinine", "pre"], labs["bilirubin", "pre"]
    enzymes = np.fmax(labs["ast", "pre"], labs["alt", "pre"])
    liver_known = ~np.isnan(bilirubin) & ~np.isnan(enzymes)
    yield "IRA avant", c.flags(creatinine > 132.6, ~np.isnan(creatinine))
    yield "Insuffisance hépatique avant", c.flags((bilirubin >= 33) | (enzymes > 70), liver_known)
    yield "Atteinte neurologique avant", c.flags((people.gcs < 9) & (people.arrest > 0))
    yield "Pression de crête avant (cmH2O)", _where_ventilated(c, labs["pip", "pre"])


def _scai(c: Chosen) -> list[str]:
    """SCAI stage: E for the sickest and for arrests that stay severe, else D or C."""
    severity = c.people.severity + 0.5 * (c.people.arrest > 0)
    return [("C", "D", "E")[i] for i in np.digitize(severity[c.index], (-0.35, 0.95))]


def _where_ventilated(c: Chosen, values: Floats) -> list[float | int | None]:
    return c.numbers(np.where(np.isnan(c.people.intubated_h), np.nan, values))


def _devices(c: Chosen) -> Iterator[Heading]:
    yield "Début assistance", list(c.t0)
    for name, (start, stop) in (("ECLS", c.course.ecls), ("Impella 5.0", c.course.impella)):
        yield name, c.flags(~np.isnan(start))
        yield f"{name} début", c.times(start)
        yield f"{name} fin", c.times(stop)
    flow = np.where(np.isnan(c.course.ecls[0]), np.nan, c.measured["flow_lmin", "24h"])
    yield "Débit ECLS 24 h (L/min)", c.numbers(np.where(c.course.ecls[1] > 24, flow, np.nan), 1)


def _labs(c: Chosen) -> Iterator[Heading]:
    for point in ("pre", "24h"):
        pressure, pulse = c.measured["map", point], c.measured["pulse_pressure", point]
        known = ~np.isnan(pressure + pulse)
        low = np.where(known, np.maximum(pressure - pulse / 3, 18.0), np.nan)
        word = POINT_WORDS[point]
        yield f"PAS {word} (mmHg)", c.numbers(low + pulse)
        yield f"PAD {word} (mmHg)", c.numbers(low)
        yield f"PAM {word} (mmHg)", c.numbers(pressure)
    for name, heading, times in LABS:
        decimals = 1 if name in ("hb", "lactate", "hco3", "dobutamine") else 0
        decimals = 2 if name in ("norepi", "epi") else decimals
        for point, word in POINT_WORDS.items():
            if (name, point) in c.measured:
                cells = c.numbers(c.measured[name, point] * times, decimals)
                yield heading.format(word), _told(c, cells, point) if name == "bnp" else cells


def _told(c: Chosen, cells: list[float | int | None], point: str) -> list[Cell]:
    """The cells, with "NF" (not done) where a patient still there was not measured."""
    there = (c.course.death_h > HOURS[point]) & (c.course.discharge_h > HOURS[point])
    pairs = zip(cells, there[c.index], strict=True)
    return [NOT_DONE if cell is None and present else cell for cell, present in pairs]


def _after(c: Chosen) -> Iterator[Heading]:
    course = c.course
    for kind, word in COMPLICATION_WORDS.items():
        hours = course.complication_h[kind]
        yield word, c.flags(~np.isnan(hours))
        # Rounded down to a tenth of a day, so that no event comes after its patient's death.
        yield f"{word} (jour)", c.numbers(np.floor(hours / 2.4) / 10, 1)
    yield "Greffe", c.times(course.transplant_h)
    yield "LVAD", c.times(course.lvad_h)
    yield "Date de sortie", c.times(course.discharge_h)
    yield "Devenir", _destination(c)
    yield "Date de décès", c.times(course.death_h)
    yield "Dernières nouvelles", c.times(course.last_known_h)
    dead = np.isfinite(course.death_h)[c.index]
    yield "Statut", ["décédé" if x else "vivant" for x in dead]


def _destination(c: Chosen) -> list[str]:
    """Where each one went; who stayed longer goes home less."""
    stay = c.course.discharge_h - np.where(c.course.died_in_hospital, 0.0, c.course.support_end_h)
    places = np.digitize(stay / 24, (14.0, 22.0))
    words = np.array(["domicile", "SSR", "autre hôpital"])[places]
    return [str(w) for w in np.where(c.course.died_in_hospital, "décédé", words)[c.index]]
