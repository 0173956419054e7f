"""Reading numbers and units, once, at the border; inside, every value is in its variable's unit."""

from __future__ import annotations

import math
import re
import unicodedata
from functools import lru_cache

from afterload.core.errors import InputError, OutOfRange, UnknownUnit
from afterload.core.variable import UnitForm, Variable

_WORDS = {
    spelling: word
    for word, spellings in {
        "a": "y yr yrs year years an ans annee annees jahr jahre",
        "mo": "month months mois monat monate",
        "d": "day days jour jours j tag tage 24h",
        "h": "hr hrs hour hours heure heures std stunde stunden",
        "min": "mn minute minutes minuten",
        "s": "sec secs sek second seconds seconde secondes sekunde sekunden",
        "g": "gr gram grams gramme grammes gramm",
        "kg": "kgs kilo kilos",
        "ug": "mcg microg γ gamma",
        "umol": "mcmol micromol",
        "l": "liter liters litre litres",
        "dl": "100ml",
        "ul": "mcl microl mm3",
        "meq": "mval",
        "u": "iu ui ie e unit units unite unites einheit einheiten",
        "mu": "miu mui mie",
        "ku": "kiu kui kie",
        "%": "percent pct pourcent prozent",
        "1": "ratio fraction inr",
        "score": "point points pts punkt punkte",
        "mmhg": "torr",
        "cmh2o": "cmh20 cmeau",
        "cel": "°c c degc celsius",
        "degf": "°f f fahrenheit",
        "ini": "in inch inches",
        "fti": "ft foot feet",
        "lbav": "lb lbs pound pounds",
        "ch": "fr french charriere",
        "/min": "bpm rpm cpm",
        "g/dl": "g%",
        "mg/dl": "mg%",
        "woodum2": "wum2 wood",
    }.items()
    for spelling in spellings.split()
}
"""Words of English, French and German lab sheets; UCUM's own brackets are dropped before."""

_COUNTED = {
    spelling: number
    for number, spellings in {
        "103": "1000 k tsd tausend thou thousand mille",
        "109": "giga gpt mrd milliard milliards",
        "": "1 beat beats battement battements breath breaths cycle cycles tr tours rev rotation",
    }.items()
    for spelling in spellings.split()
}
"""What may stand before "/L" or "/min" and is a number or nothing but a noun."""

_WHOLE = {"dyns/cm5m2": "dynsm2/cm5", "dynscm-5m2": "dynsm2/cm5", "dynscm-5/m2": "dynsm2/cm5"}

_PUNCTUATION = str.maketrans("µμ−", "uu-", " \t.·⋅*^×()[]{}_'’\"")
_PER = re.compile(r"[ .·⋅*]*([a-z]+)-1")
_POWER = re.compile(r"^x?10e?(\d)")


@lru_cache(maxsize=4096)
def plain(unit: str) -> str:
    """A unit without its spelling, for comparing: equal results are one unit for one variable.

    "µmol/L", "umol/l" and "μmol·L⁻¹" are one unit, and so are "10*9/L", "x10^9/l", "Giga/L" and
    "Gpt/l". Case is dropped, so "G/L" (giga per litre) reads as "g/L": only variables that are
    counted know it as a count.
    """
    text = unicodedata.normalize("NFKD", unit).casefold().strip()
    text = "".join(c for c in text if not unicodedata.combining(c)).replace("−", "-")
    text = _PER.sub(r"/\1", text).translate(_PUNCTUATION)
    parts = _POWER.sub(r"10\1", text).split("/")
    if len(parts) > 1:
        parts[0] = _COUNTED.get(parts[0], parts[0])
    text = "/".join(_WORDS.get(part, part) for part in parts)
    return _WHOLE.get(text, text)


def form_of(variable: Variable, unit: str) -> UnitForm:
    """How to bring a value entered in `unit` into the variable's own unit.

    Raises:
        UnknownUnit: The variable cannot be read in `unit`.
    """
    wanted = plain(unit)
    if not wanted or wanted == plain(variable.unit):
        return UnitForm(variable.unit, 1.0)
    for form in variable.units:
        if plain(form.unit) == wanted:
            return form
    raise UnknownUnit(variable, unit)


def convert(variable: Variable, value: float, unit: str) -> float:
    """A value entered in `unit`, in the variable's own unit.

    Raises:
        UnknownUnit: The variable cannot be read in `unit`.
    """
    form = form_of(variable, unit)
    return value * form.factor + form.offset


_NUMBER = re.compile(
    r"""[+-]?
        (?: \d{1,3} (?:[ '] \d{3})+   # thousands set apart: 1 200 or 1'200
          | \d+ | (?=[.,]\d) )        # or plain digits, or none before ".5"
        (?: [.,] \d* )?               # decimal point or decimal comma
        (?: [eE] [+-]? \d+ )?""",
    re.VERBOSE | re.ASCII,
)
_TYPED = str.maketrans("\u00a0\u2009\u202f’−", "   '-")
_BOUND = re.compile(r"\s*[<>≤≥~]")


def parse_number(text: str) -> float:
    """A number as people type it: "3.5", "3,5", "1 200", "1'200,5".

    A comma is always the decimal comma, never a separator of thousands: "1,200" is 1.2. Spaces
    (also narrow and non-breaking ones) and apostrophes may set thousands apart, in threes.

    Raises:
        InputError: The text is not a finite number; "<0.3" is a bound, not a number.
    """
    cleaned = text.translate(_TYPED).strip()
    if _BOUND.match(cleaned):
        raise InputError(
            f"{text!r} is a bound, not a number. Enter the value measured, or say in the map what "
            "a bound is to be read as."
        )
    if not _NUMBER.fullmatch(cleaned):
        raise InputError(
            f"{text!r} is not a number. Write 3.5 or 3,5; thousands may be set apart by a space."
        )
    value = float(cleaned.replace(" ", "").replace("'", "").replace(",", "."))
    if not math.isfinite(value):
        raise InputError(f"{text!r} is not a finite number.")
    return value


def fitting_units(variable: Variable, value: float) -> tuple[str, ...]:
    """The other units an unusual value would be usual in; units that mean the same, once.

    Empty when the value lies inside the variable's soft range as it stands, or fits no unit.
    """
    if variable.soft_low <= value <= variable.soft_high:
        return ()
    fits: dict[tuple[float, float], str] = {}
    for form in variable.units:
        if variable.soft_low <= value * form.factor + form.offset <= variable.soft_high:
            fits.setdefault((form.factor, form.offset), form.unit)
    return tuple(fits.values())


def looks_like(variable: Variable, value: float) -> str | None:
    """The unit a value out of its usual range was probably entered in, or None.

    The guess is made only when the value lies outside the soft range as it stands and inside it
    when read in exactly one other way (units that mean the same, as ng/mL and ug/L, count once).
    """
    fits = fitting_units(variable, value)
    return fits[0] if len(fits) == 1 else None


def check(variable: Variable, value: float) -> float:
    """The value itself, if the variable can physically take it.

    Raises:
        OutOfRange: It cannot; the message names the units the value looks like.
        InputError: The variable counts in whole numbers and the value is not one.
    """
    if not variable.low <= value <= variable.high:
        units = fitting_units(variable, value)
        hint = f"It looks like a value in {' or '.join(units)}." if units else ""
        raise OutOfRange(variable, value, hint)
    if variable.kind == "int" and value != math.floor(value):
        raise InputError(f"{variable.name} = {value:g} must be a whole number.")
    return value
