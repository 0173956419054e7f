"""ICAR, the index of cardiac risk on the waiting list: 0 to 40."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from math import ceil, floor, inf, log

from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.reading import TAKEN, Reading, Rounding


@dataclass(frozen=True, slots=True)
class Biology:
    """The blood tests of one moment; None where one is missing or has expired.

    Args:
        ntprobnp: NT-proBNP, ng/L; preferred over BNP.
        bnp: BNP, ng/L.
        creatinine: Creatinine, µmol/L.
        bilirubin: Total bilirubin, µmol/L.
        dialysis: Whether the patient is on dialysis.
    """

    ntprobnp: float | None = None
    bnp: float | None = None
    creatinine: float | None = None
    bilirubin: float | None = None
    dialysis: bool = False


@dataclass(frozen=True, slots=True)
class Support:
    """The treatments that change the rules.

    Args:
        ecls: Short-term circulatory support "CEC": ECMO or ECLS.
        inotropes: Intravenous inotropes.
        biventricular: Total artificial heart, or biventricular support.
    """

    ecls: bool = False
    inotropes: bool = False
    biventricular: bool = False

    @property
    def acute(self) -> bool:
        """Whether tests count for 4 days only, and the values before support count as well."""
        return self.ecls or self.inotropes


@dataclass(frozen=True, slots=True)
class Index:
    """The index of one moment and what it was made of.

    Args:
        ascd: 1 on short-term support, else 0.
        decile: Decile of natriuretic peptide, 1 to 10.
        gfr: Filtration rate used, mL/min/1.73 m².
        bilirubin: Bilirubin used, µmol/L.
        raw: Ten times the risk above that of the reference, before rounding.
        value: The index, 0 to 40.
    """

    ascd: int
    decile: int
    gfr: float
    bilirubin: float
    raw: float
    value: int


def valid(days: float, support: Support, reading: Reading = TAKEN) -> bool:
    """Whether a blood test of that age, in days, still counts."""
    limit = (c.VALID_DAYS_SUPPORT if support.acute else c.VALID_DAYS).value
    return days < limit or (days == limit and not reading.expires_at_limit)


def decile(biology: Biology, support: Support) -> int:
    """Decile of natriuretic peptide: 10 on support, 1 when neither peptide counts."""
    if support.ecls or support.biventricular:
        return 10
    if biology.ntprobnp is not None:
        return 1 + bisect_right([cut.value for cut in c.NTPROBNP_CUTS], biology.ntprobnp)
    if biology.bnp is not None:
        return 1 + bisect_right([cut.value for cut in c.BNP_CUTS], biology.bnp)
    return 1


def mdrd(creatinine: float, age: float, female: bool) -> float:
    """Glomerular filtration rate by the agency's MDRD equation, mL/min/1.73 m².

    Args:
        creatinine: Creatinine, µmol/L.
        age: Age, years.
        female: Whether the patient is a woman.
    """
    if age <= 0:
        return inf
    ratio = creatinine / c.MDRD_MOLAR.value
    rate = float(c.MDRD.value * ratio**c.MDRD_CREATININE.value * age**c.MDRD_AGE.value)
    return rate * c.MDRD_FEMALE.value if female else rate


def filtration(biology: Biology, age: float, female: bool, missing: float) -> float:
    """The filtration rate used: 15 on dialysis, `missing` without creatinine, else 1 to 150."""
    if biology.dialysis:
        return c.GFR_DIALYSIS.value
    if biology.creatinine is None:
        return missing
    rate = mdrd(biology.creatinine, age, female)
    return min(c.GFR_HIGH.value, max(c.GFR_LOW.value, rate))


def liver(biology: Biology, missing: float) -> float:
    """The bilirubin used: `missing` without one, else 5 to 230 µmol/L."""
    if biology.bilirubin is None:
        return missing
    return min(c.BILIRUBIN_HIGH.value, max(c.BILIRUBIN_LOW.value, biology.bilirubin))


def parts(ascd: int, decile_: int, gfr: float, bilirubin: float, coefficient: float) -> list[float]:
    """What support, peptide, kidney and liver each add to the index, before rounding."""
    return [
        10 * coefficient * ascd,
        10 * c.DECILE.value * (decile_ - 1),
        10 * c.LN_GFR.value * (log(c.GFR_HIGH.value) - log(gfr)),
        10 * c.LN_BILIRUBIN.value * (log(bilirubin) - log(c.BILIRUBIN_LOW.value)),
    ]


def whole(raw: float, rounding: Rounding = "nearest") -> int:
    """The index as a whole number from 0 to 40."""
    # 1e-9: a sum that is a whole number must not be rounded up for its last binary digit.
    number = ceil(raw - 1e-9) if rounding == "up" else floor(raw + 0.5)
    return min(int(c.INDEX_CAP.value), max(0, number))


def index(
    biology: Biology, support: Support, age: float, female: bool, reading: Reading = TAKEN
) -> Index:
    """The index of one moment; what is missing is read as most favourable, as the agency does."""
    ascd = int(support.ecls)
    tenth = decile(biology, support)
    gfr = filtration(biology, age, female, c.GFR_HIGH.value)
    bilirubin = liver(biology, c.BILIRUBIN_LOW.value)
    raw = sum(parts(ascd, tenth, gfr, bilirubin, reading.ascd))
    return Index(ascd, tenth, gfr, bilirubin, raw, whole(raw, reading.rounding))


def icar(
    today: Biology,
    before: Biology,
    support: Support,
    age: float,
    female: bool,
    reading: Reading = TAKEN,
) -> tuple[Index, Index | None]:
    """The index today and, on ECMO, ECLS or inotropes, that before; the higher of them counts.

    Args:
        today: Today's tests, those that have expired left out.
        before: The tests before support or inotropes; they never expire.
        support: The treatments.
        age: Age, years.
        female: Whether the patient is a woman.
        reading: The reading of the rule.
    """
    now = index(today, support, age, female, reading)
    return now, index(before, support, age, female, reading) if support.acute else None
