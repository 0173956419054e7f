"""Units: their spellings, and their factors against UCUM's definitions and molar masses."""

from __future__ import annotations

import re
from math import inf, nan

import pytest

from afterload.core.errors import InputError, OutOfRange, UnknownUnit
from afterload.core.unit import check, convert, fitting_units, form_of, looks_like, plain
from afterload.core.variable import UnitForm, Variable
from afterload.core.vocabulary import standard

V = standard()

# --- spellings -----------------------------------------------------------------------------------

SPELLINGS = {
    "umol/L": "umol/l µmol/L μmol/l mcmol/l µmol·L⁻¹ micromol/litre",
    "mg/dL": "mg/dl MG/DL mg/100ml mg·dL-1 mg%",
    "mg/L": "mg/l mg/Liter",
    "g/dL": "g/dl gr/dl g/100mL g%",
    "ng/mL": "ng/ml",
    "ug/L": "µg/l mcg/L",
    "meq/L": "mEq/L mval/l",
    "10*9/L": "10^9/L x10^9/L ×10⁹/l 10E9/L 10e9/l Giga/L Gpt/l Mrd/l",
    "10*3/uL": "10^3/µL K/µL K/uL 10³/mm³ Tsd/µl Tsd./µl x1000/µl 1000/mm3",
    "/uL": "/µl /mm3 /mm³",
    "U/L": "u/l IU/L UI/L I.E./l IE/l E/L Units/L unités/l [IU]/L",
    "[IU]/mL": "IU/ml U/mL UI/mL I.E./ml",
    "[IU]/h": "U/h units/hour UI/heure IE/Std",
    "m[IU]/min": "mU/min mIU/min mUI/mn",
    "mm[Hg]": "mmHg MMHG mm_Hg torr",
    "cm[H2O]": "cmH2O cmH₂O cmH20",
    "[degF]": "°F ℉ degF",
    "Cel": "°C ℃ C degC",
    "%": "percent ％ Prozent",
    "1": "fraction ratio {INR}",
    "a": "years Jahre ans année y",
    "h": "hr hours heures Std. Stunden",
    "min": "mn minutes Minuten",
    "s": "sec Sek. secondes",
    "L/min": "l/min L·min⁻¹ Liter/min",
    "L/min/m2": "l/min/m² L/min/m^2",
    "mL/min/{1.73_m2}": "ml/min/1.73m² mL/min/1.73_m2",
    "kg/m2": "kg/m² kg/m^2",
    "ug/kg/min": "µg/kg/min mcg/kg/min gamma/kg/min µg·kg⁻¹·min⁻¹",
    "/min": "1/min min-1 min⁻¹ bpm beats/min Rpm tr/min battements/min",
    "dyn.s.m2/cm5": "dyn·s·m²/cm⁵ dyn*s/cm5.m2 dyn·s·cm⁻⁵·m²",
    "[wood'U].m2": "WU·m²",
    "[Ch]": "Fr French Ch Charrière",
    "[in_i]": "in inches",
    "[lb_av]": "lb lbs pounds",
    "[pH]": "pH",
    "kPa": "KPA",
    "mL/h": "ml/h mL/hour ml/heure",
    "mL/d": "ml/24h ml/jour mL/Tag",
}


@pytest.mark.parametrize(
    ("ucum", "spelling"), [(unit, s) for unit, many in SPELLINGS.items() for s in many.split()]
)
def test_a_spelling_is_the_ucum_unit(ucum, spelling):
    assert plain(spelling) == plain(ucum)


@pytest.mark.parametrize(
    "spelling", ["10^3/ µL\t", " 10*3 / uL", "10 ^ 3/µl", "\u00a010³/µL", "× 10³/µL"]
)
def test_spaces_are_no_part_of_a_unit(spelling):
    assert plain(spelling) == plain("10*3/uL")


def test_units_that_differ_stay_apart():
    units = set(SPELLINGS) - {"[IU]/mL", "[IU]/h"}  # U and [IU] are one thing in a lab sheet
    assert len({plain(unit) for unit in units}) == len(units)


@pytest.mark.parametrize(
    ("name", "unit", "factor"),
    [
        ("platelets", "G/L", 1), ("platelets", "Giga/l", 1), ("platelets", "Tsd./µl", 1),
        ("platelets", "10^9/L", 1), ("platelets", "/mm³", 0.001), ("wbc", "K/µL", 1),
        ("wbc", "/nl", 1), ("hb", "g/l", 1), ("hb", "G/L", 1), ("hb", "g/100 mL", 10),
        ("ast", "UI/L", 1), ("ast", "µkat/l", 60), ("anti_xa", "UI/ml", 1), ("map", "mm Hg", 1),
        ("lactate", "mEq/l", 1), ("fio2", "%", 1), ("age_years", "Jahre", 1), ("rpm", "tr/min", 1),
        ("bmi", "kg/m²", 1), ("co", "l/min", 1), ("lactate", "", 1), ("inr", "", 1),
        ("d_dimer", "mg/l FEU", 1000), ("troponin_t", "ng/ml", 1000),
        ("urea", "mg/dL (BUN)", 0.357),
    ],
)  # fmt: skip
def test_a_unit_of_a_lab_sheet_is_found(name, unit, factor):
    assert form_of(V[name], unit).factor == factor


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("lactate", "g/L"), ("pt_activity", "sec"), ("norepi", "mg/h"), ("norepi", "ug/min"),
        ("ckmb", "U/L"), ("platelets", "mg/dL"), ("hb", "10*9/L"), ("egfr", "mL/min"),
        ("sex", "mg/dL"),
    ],
)  # fmt: skip
def test_a_unit_that_cannot_be_converted_is_refused_with_those_that_can(name, unit):
    with pytest.raises(UnknownUnit, match="Units known for it") as error:
        form_of(V[name], unit)
    assert all(known in str(error.value) for known in V[name].readable_units)


# --- factors -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "unit", "stored"),
    [
        ("lactate", 9.008, "mg/dL", 1), ("lactate", 54, "mg/dL", 54 / 9.008),
        ("creatinine", 1, "mg/dL", 88.42), ("bilirubin", 1, "mg/dL", 17.10),
        ("glucose", 18.02, "mg/dL", 1), ("urea", 1, "mg/dL", 0.357), ("hb", 1, "g/dL", 10),
    ],
)  # fmt: skip
def test_factors_of_the_data_standards(name, value, unit, stored):
    """Section 2.13 of the data standards lists exactly these."""
    assert convert(V[name], value, unit) == pytest.approx(stored, rel=1e-12)


ATOMS = {"H": 1.008, "C": 12.011, "N": 14.007, "O": 15.999, "Ca": 40.078}
"""Standard atomic weights, IUPAC 2021 (abridged)."""


def molar_mass(formula: str) -> float:
    parts = re.findall(r"([A-Z][a-z]?)(\d*)", formula)
    return sum(ATOMS[atom] * int(count or 1) for atom, count in parts)


@pytest.mark.parametrize(
    ("name", "unit", "formula", "milligrams_per_litre", "stored_per_mmol"),
    [
        ("lactate", "mg/dL", "C3H6O3", 10, 1), ("creatinine", "mg/dL", "C4H7N3O", 10, 1000),
        ("creatinine", "mg/L", "C4H7N3O", 1, 1000), ("bilirubin", "mg/dL", "C33H36N4O6", 10, 1000),
        ("bilirubin", "mg/L", "C33H36N4O6", 1, 1000), ("glucose", "mg/dL", "C6H12O6", 10, 1),
        ("glucose", "g/L", "C6H12O6", 1000, 1), ("urea", "mg/dL", "N2", 10, 1),
        ("urea", "mg/dL{BUN}", "N2", 10, 1), ("urea", "mg/dL{urea}", "CH4N2O", 10, 1),
        ("urea", "g/L", "CH4N2O", 1000, 1), ("ica", "mg/dL", "Ca", 10, 1),
    ],
)  # fmt: skip
def test_mass_factors_follow_from_the_formula_of_the_molecule(
    name, unit, formula, milligrams_per_litre, stored_per_mmol
):
    """The data standards round to four digits, hence the tolerance of half a part in a thousand."""
    expected = milligrams_per_litre / molar_mass(formula) * stored_per_mmol
    assert form_of(V[name], unit).factor == pytest.approx(expected, rel=5e-4)


# A small UCUM reader: each unit is a size and powers of kg, m, s, K, mol, IU. Sizes are those of
# the SI brochure and the UCUM table, typed here and not taken from units.csv.

PREFIX = {
    "p": 1e-12,
    "n": 1e-9,
    "u": 1e-6,
    "m": 1e-3,
    "c": 1e-2,
    "d": 1e-1,
    "": 1.0,
    "k": 1e3,
    "h": 1e2,
}
BASE = {
    "g": (1e-3, {"kg": 1}), "m": (1.0, {"m": 1}), "L": (1e-3, {"m": 3}), "s": (1.0, {"s": 1}),
    "K": (1.0, {"K": 1}), "mol": (1.0, {"mol": 1}), "eq": (1.0, {"mol": 1}),
    "[IU]": (1.0, {"IU": 1}), "Pa": (1.0, {"kg": 1, "m": -1, "s": -2}),
    "bar": (1e5, {"kg": 1, "m": -1, "s": -2}), "W": (1.0, {"kg": 1, "m": 2, "s": -3}),
    "m[Hg]": (133322.387415, {"kg": 1, "m": -1, "s": -2}),
    "m[H2O]": (9806.65, {"kg": 1, "m": -1, "s": -2}), "dyn": (1e-5, {"kg": 1, "m": 1, "s": -2}),
    "U": (1e-6 / 60, {"mol": 1, "s": -1}), "kat": (1.0, {"mol": 1, "s": -1}),
    "[wood'U]": (133.322387415 * 60 / 1e-3, {"kg": 1, "m": -4, "s": -1}),
}  # fmt: skip
FIXED = {
    "min": (60.0, {"s": 1}), "h": (3600.0, {"s": 1}), "d": (86400.0, {"s": 1}),
    "a": (31557600.0, {"s": 1}), "mo": (2629800.0, {"s": 1}), "%": (0.01, {}), "1": (1.0, {}),
    "10*": (10.0, {}), "[in_i]": (0.0254, {"m": 1}), "[ft_i]": (0.3048, {"m": 1}),
    "[lb_av]": (0.45359237, {"kg": 1}), "[Ch]": (1e-3 / 3, {"m": 1}), "Cel": (1.0, {"K": 1}),
    "[degF]": (5 / 9, {"K": 1}),
}  # fmt: skip


def atom(text: str) -> tuple[float, dict[str, int]]:
    if text in FIXED:
        return FIXED[text]
    for prefix, size in PREFIX.items():
        if text.startswith(prefix) and text[len(prefix) :] in BASE:
            base, powers = BASE[text[len(prefix) :]]
            return size * base, powers
    raise AssertionError(f"{text!r} is not in this reader")


def ucum(unit: str) -> tuple[float, dict[str, int]]:
    size, total = 1.0, dict.fromkeys(("kg", "m", "s", "K", "mol", "IU"), 0)
    factors = re.sub(r"\{[^}]*\}", "", unit).replace("G/L", "10*9/L")
    for sign, text in re.findall(r"(^|[./])([^./]+)", factors):
        if text == "":
            continue
        name, power = re.fullmatch(r"(10\*|1|[^0-9]*(?:\[[^\]]*\])?)(\d*)", text).groups()
        exponent = int(power or 1) * (-1 if sign == "/" else 1)
        one, powers = atom(name)
        size *= one**exponent
        for base, n in powers.items():
            total[base] += n * exponent
    return size, total


ARITHMETIC = [
    (variable, form)
    for variable in V.values()
    for form in variable.units
    if re.match("SI prefix|exact", form.source) and "charge" not in form.source
]


@pytest.mark.parametrize(
    ("variable", "form"), ARITHMETIC, ids=[f"{v.name}-{f.unit}" for v, f in ARITHMETIC]
)
def test_factors_follow_from_the_definitions_of_the_units(variable, form):
    own, own_powers = ucum(variable.unit)
    other, other_powers = ucum(form.unit)
    assert other_powers == own_powers
    assert form.factor == pytest.approx(other / own, rel=1e-12)


def test_the_reader_knows_a_wrong_unit_when_it_sees_one():
    assert ucum("mg/dL") != ucum("mmol/L")
    assert ucum("10*3/uL")[0] == pytest.approx(ucum("10*9/L")[0], rel=1e-12)


def test_what_is_no_arithmetic_comes_from_the_standards_a_charge_or_a_molar_mass():
    rest = {
        f"{v.name} {f.unit}: {f.source.split(' (')[0].split(':')[0]}"
        for v in V.values()
        for f in v.units
        if (v, f) not in ARITHMETIC
    }
    assert {line for line in rest if line.endswith("MEMORY")} == {
        "urea mg/dL{urea}: MEMORY", "urea g/L: MEMORY", "ica mg/dL: MEMORY", "hb mmol/L: MEMORY",
        "pfhb umol/L: MEMORY", "ntprobnp pmol/L: MEMORY",
    }  # fmt: skip
    assert len(rest) == 22


@pytest.mark.parametrize(
    ("fahrenheit", "celsius"), [(98.6, 37.0), (32, 0.0), (212, 100.0), (-40, -40.0)]
)
def test_degrees_fahrenheit_have_an_offset(fahrenheit, celsius):
    assert convert(V["temp_c"], fahrenheit, "°F") == pytest.approx(celsius, abs=1e-9)


def test_a_milliequivalent_is_a_millimole_by_its_charges():
    one = ("sodium", "potassium", "hco3", "base_excess", "lactate")
    assert {form_of(V[name], "mEq/L").factor for name in one} == {1.0}
    assert form_of(V["ica"], "mEq/L").factor == 0.5


# --- ranges --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "value", "unit"),
    [
        ("lactate", 54, "mg/dL"), ("creatinine", 1.2, "mg/dL"), ("glucose", 120, "mg/dL"),
        ("bilirubin", 1.1, "mg/dL"), ("albumin", 3.2, "g/dL"), ("height_cm", 1.75, "m"),
        ("height_cm", 5.8, "[ft_i]"), ("temp_c", 98.6, "[degF]"), ("temp_c", 310, "K"),
        ("fio2", 0.5, "1"), ("lvef", 0.35, "1"), ("pco2", 5.3, "kPa"), ("po2", 10, "kPa"),
        ("map", 9, "kPa"), ("ica", 4.5, "mg/dL"), ("fibrinogen", 250, "mg/dL"),
        ("platelets", 150000, "/uL"), ("wbc", 9700, "/uL"), ("troponin_t", 0.049, "ng/mL"),
        ("co", 4500, "mL/min"), ("vasopressin", 30, "m[IU]/min"), ("tapse", 1.8, "cm"),
    ],
)  # fmt: skip
def test_a_value_in_another_unit_is_recognised(name, value, unit):
    """Each is an ordinary value of a patient in shock, written in the unit named beside it."""
    assert looks_like(V[name], value) == unit


@pytest.mark.parametrize(("name", "value"), [("lactate", 3), ("lactate", 25), ("lactate", 0.3)])
def test_a_usual_value_looks_like_nothing_else(name, value):
    assert looks_like(V[name], value) is None
    assert fitting_units(V[name], value) == ()


def test_two_units_that_fit_are_both_told_and_none_is_guessed():
    assert fitting_units(V["hb"], 9.5) == ("g/dL", "mmol/L")
    assert looks_like(V["hb"], 9.5) is None
    with pytest.raises(OutOfRange, match=r"It looks like a value in g/dL or mmol/L\."):
        check(V["hb"], 9.5)


def test_a_value_out_of_range_says_what_is_allowed_and_what_to_check():
    with pytest.raises(OutOfRange) as error:
        check(V["lactate"], 54)
    assert str(error.value) == (
        "lactate = 54 mmol/L is outside 0.1 to 40 mmol/L. It looks like a value in mg/dL."
    )
    with pytest.raises(OutOfRange, match="Check the unit the value was recorded in"):
        check(V["lactate"], 4000)


@pytest.mark.parametrize("value", [nan, inf, -inf])
def test_what_is_not_finite_is_out_of_range(value):
    with pytest.raises(OutOfRange):
        check(V["lactate"], value)


@pytest.mark.parametrize("value", [0.1, 40.0, 2.5])
def test_the_ends_of_the_range_belong_to_it(value):
    assert check(V["lactate"], value) == value


def test_what_is_counted_is_a_whole_number():
    assert check(V["gcs_total"], 8.0) == 8.0
    with pytest.raises(InputError, match=r"^gcs_total = 7\.5 must be a whole number\.$"):
        check(V["gcs_total"], 7.5)
    assert check(V["sofa_total"], 7.5) == 7.5


def test_units_that_mean_the_same_count_once():
    forms = (UnitForm("ng/mL", 1000.0), UnitForm("ug/L", 1000.0))
    troponin = Variable("t", "t", unit="ng/L", soft_low=3, soft_high=50000, units=forms)
    assert looks_like(troponin, 0.05) == "ng/mL"
