"""Drugs by name and dose: what a published dose does to vessels and heart, with its source.

A dose acts as factors on parameters of the patient. Between doses that were measured, and between
none and the lowest of them, a factor's logarithm goes in a straight line. What a drug does to
things for which no figure was found is left out, and told.

Only drugs whose published dose and effect could be read are here, and whose simulated effect was
compared with what other studies measured (docs/explanation/drugs.md). Why others are not is in
`NOT_OFFERED`.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from afterload.core.source import Source
from afterload.hemodynamics.fit_prior import BEDS, CLOSINGS

VEINS = ("v_upper.v0", "v_visceral.v0", "v_legs.v0")

ACTS_ON: dict[str, tuple[str, tuple[str, ...]]] = {
    "svr": ("systemic resistance", (*BEDS, *CLOSINGS)),
    "pvr": ("pulmonary resistance", ("lung_in.r", "lung_out.r")),
    "lv_ees": ("contractility of the left ventricle", ("lv.ees",)),
    "hr": ("heart rate", ("beat.hr",)),
    "veins": ("unstressed volume of the veins", VEINS),
}
"""What a drug can act on: in words, and the parameters."""


@dataclass(frozen=True, slots=True)
class Effect:
    """What a drug does to one thing.

    Args:
        factors: By dose, in the drug's unit, in rising order: what it is multiplied by.
        sd: Standard deviation of the factor's logarithm at these doses, from study to study and
            patient to patient.
        source: Where the factors come from.
    """

    factors: Mapping[float, float]
    sd: float
    source: Source

    def factor(self, dose: float, deviates: float = 0.0) -> float:
        """What it is multiplied by at a dose, so many standard deviations from the usual.

        Example:
            >>> Effect({5.0: 0.81}, 0.1, Source("")).factor(2.5)
            0.9
        """
        doses = (0.0, *self.factors)
        logs = (0.0, *(math.log(one) for one in self.factors.values()))
        shares = (0.0, *(1.0 for _ in self.factors))
        return math.exp(_between(dose, doses, logs) + self.sd * deviates * _between(
            dose, doses, shares
        ))  # fmt: skip


def _between(x: float, xs: tuple[float, ...], ys: tuple[float, ...]) -> float:
    """A straight line from point to point; beyond the last, the last."""
    for left, right, low, high in zip(xs, xs[1:], ys, ys[1:], strict=False):
        if x <= right:
            return low + (high - low) * (x - left) / (right - left)
    return ys[-1]


@dataclass(frozen=True, slots=True)
class Drug:
    """A drug as it is given into a vein.

    Args:
        word: Its word.
        title: Its name, and what is to be known of how it is given.
        unit: Of its dose.
        lowest, highest: Doses at which it was measured; others are refused.
        settles: Seconds in which a new dose comes to act, in a straight line.
        settling: Where that comes from.
        effects: What it acts on, by a key of `ACTS_ON`.
        left_out: What it is known or likely to do besides, for which there is no figure here.
        lasting: Whether it goes on acting for hours after it is ended.
    """

    word: str
    title: str
    unit: str
    lowest: float
    highest: float
    settles: float
    settling: Source
    effects: Mapping[str, Effect]
    left_out: str
    lasting: bool = False

    def factors(self, dose: float, deviates: Mapping[str, float] | None = None) -> dict[str, float]:
        """By parameter, what it is multiplied by at a dose.

        Args:
            dose: In the drug's unit; 0 for none.
            deviates: By effect, how many standard deviations it is from the usual.
        """
        far = deviates or {}
        return {
            parameter: effect.factor(dose, far.get(name, 0.0))
            for name, effect in self.effects.items()
            for parameter in ACTS_ON[name][1]
        }


_UNIT = "µg/kg/min"

_NINE_PATIENTS = Source(
    "Haemodynamic effect of dobutamine in cardiac failure (title as translated), nine patients",
    place="abstract: systemic resistance 1,858 to 1,439 dyn s/cm5 at 5 µg/kg/min, heart rate "
    "unchanged",
    confidence="C2",
    note="Authors and journal were not on the abstract that was read.",
)
_AKHTAR = "Akhtar, Mikulic, Cohn, Chaudhry 1975, Am J Cardiol 36:202-205"

DOBUTAMINE = Drug(
    "dobutamine",
    "Dobutamine",
    _UNIT,
    2.5,
    10.0,
    346.0,
    Source(
        "Dobutamine hydrochloride injection, prescribing information, clinical pharmacology",
        place="onset of action 1-2 min, as much as 10 min to the peak; plasma half-life 2 min",
        confidence="C1",
        note="The straight line has the mean delay of a rise with that half-life, 2.9 min.",
    ),
    {
        "svr": Effect(
            {5.0: 1439 / 1858, 10.0: (98.2 / 5.6) / (93.3 / 3.1)},
            0.12,
            Source(
                f"{_NINE_PATIENTS.citation}; {_AKHTAR}",
                doi="10.1016/0002-9149(75)90526-3",
                place="abstracts: resistance 1,858 to 1,439 dyn s/cm5 at 5 µg/kg/min; at 10 output "
                "3.1 to 5.6 L/min, mean pressure 93.3 to 98.2 mmHg (15 patients)",
                confidence="C2",
                note="At 10 as mean pressure by output, since the right atrium's is not told. From "
                "2.5 to 10 resistance falls and output rises with the dose (Comparative systemic "
                "and regional hemodynamic effects of dopamine and dobutamine in patients with "
                "cardiomyopathic heart failure, abstract).",
            ),
        ),
        "lv_ees": Effect(
            {5.0: 1.41, 10.0: 1.41},
            0.15,
            Source(
                "Ventricular-load optimization by inotropic stimulation in patients with heart "
                "failure, 1991, Int J Cardiol 31:51-58",
                place="abstract: slope of the end-systolic pressure-volume relation +41 % at "
                "5 µg/kg/min",
                confidence="C2",
                note="No figure was found for 10, where it is taken as at 5: with it output, "
                "pressure and wedge come out as Akhtar 1975 measured them.",
            ),
        ),
        "hr": Effect(
            {5.0: 1.0, 10.0: 105.2 / 98.5},
            0.05,
            Source(
                f"{_NINE_PATIENTS.citation}; {_AKHTAR}",
                doi="10.1016/0002-9149(75)90526-3",
                place="abstracts: heart rate unchanged at 5 µg/kg/min, 98.5 to 105.2 /min at 10",
                confidence="C2",
            ),
        ),
    },
    "its effect on the right ventricle, on relaxation and on rhythm",
)

_MILRINONE = Source(
    "Efficacy and safety of sustained (48 hour) intravenous infusions of milrinone in patients "
    "with severe congestive heart failure: a multicenter study (189 patients)",
    place="abstract: systemic resistance -15 to -31 %, heart rate +4 to +13 % over 37.5/0.375, "
    "50/0.50 and 75/0.75 (µg/kg load, µg/kg/min)",
    confidence="C2",
    note="The ends of the ranges are taken as those of the lowest and the highest dose. Authors "
    "and journal were not on the abstract that was read.",
)

MILRINONE = Drug(
    "milrinone",
    "Milrinone, the infusion after its load of 50 µg/kg or so in 10 min",
    _UNIT,
    0.375,
    0.75,
    600.0,
    Source(
        _MILRINONE.citation,
        place="abstract: load in 10 min, strongest effect at 15 min",
        confidence="C2",
        note="A straight line over the load; off the drug it lasts for hours (half-life 2.3 h), "
        "so that switching off is refused.",
    ),
    {
        "svr": Effect({0.375: 0.85, 0.75: 0.69}, 0.10, _MILRINONE),
        "hr": Effect({0.375: 1.04, 0.75: 1.13}, 0.04, _MILRINONE),
        "lv_ees": Effect(
            {0.375: 1.21, 0.75: 1.32},
            0.12,
            Source(
                "Ludmer, Wright, Arnold, Ganz, Braunwald, Colucci 1986, Circulation 73:130-137; "
                "Jaski, Fifer, Wright, Braunwald, Colucci 1985, J Clin Invest 75:643-649",
                doi="10.1161/01.cir.73.1.130",
                place="abstracts: peak dP/dt +21 % into the coronary artery, with resistance as it "
                "was; 858 to 1,130 mmHg/s at the highest intravenous dose",
                confidence="CALC",
                note="Peak dP/dt taken for the slope of the end-systolic line; it falls with "
                "filling, which fell, so that the slope rises by more.",
            ),
        ),
        "pvr": Effect(
            {0.375: 0.75, 0.75: 0.75},
            0.15,
            Source(
                "Jeon, Ryu, Lim, Kim, Bahk, Yoon, Choi: Comparative hemodynamic effects of "
                "vasopressin and norepinephrine after milrinone-induced hypotension in off-pump "
                "coronary artery bypass surgical patients",
                place="abstract: pulmonary resistance 95 to 72 and 119 to 87 dyn s/cm5 after "
                "50 µg/kg",
                confidence="C2",
                note="Of one dose; taken for all.",
            ),
        ),
        "veins": Effect(
            {0.375: 1.17, 0.75: 1.17},
            0.06,
            Source(
                "Intravenous milrinone and lower-limb capacitance vessels, ten patients with "
                "severe chronic heart failure",
                place="abstract: venous volume +17 % after 30 min",
                confidence="C2",
                note="Authors, journal and dose were not on the abstract that was read; of the "
                "legs, taken for all veins.",
            ),
        ),
    },
    "its effect on the right ventricle's contractility (said to be minimal) and on relaxation",
    lasting=True,
)

DRUGS: dict[str, Drug] = {drug.word: drug for drug in (DOBUTAMINE, MILRINONE)}
"""Drugs that can be told by dose."""

_PRESSOR = (
    "published doses for one effect differ several-fold, and the model's feedback, which stands "
    "for pressors that are titrated, takes part of the effect back"
)
_UNREAD = "no dose with what it does to resistance and contractility was found to be read"

NOT_OFFERED: dict[str, tuple[str, str]] = {
    "norepinephrine": (_PRESSOR, "svr=x1.3"),
    "noradrenaline": (_PRESSOR, "svr=x1.3"),
    "vasopressin": (_PRESSOR, "svr=x1.4"),
    "phenylephrine": (_PRESSOR, "svr=x1.3"),
    "epinephrine": (_UNREAD, "svr=x1.1 ees=x1.4 hr=+15"),
    "adrenaline": (_UNREAD, "svr=x1.1 ees=x1.4 hr=+15"),
    "dopamine": (_UNREAD, "ees=x1.2 hr=+10"),
    "levosimendan": (_UNREAD, "svr=x0.75 lv.ees=x1.3"),
    "nitroprusside": (_UNREAD, "svr=x0.6 unstressed=x1.15"),
    "nitroglycerin": (_UNREAD, "unstressed=x1.15"),
    "enoximone": (_UNREAD, "svr=x0.75 lv.ees=x1.3"),
}
"""Drugs that cannot be told by dose: why, and how what they do can be written. The numbers there
are examples of how to write it, and no claim."""
