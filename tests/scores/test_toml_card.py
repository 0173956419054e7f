"""A score from a TOML file is equal to one of ours; every mistake in one is told in a sentence."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from afterload.core.errors import InputError
from afterload.scores import CARDSHOCK, SAPS_II, SAVE, SOFA, Card, score_columns, tally
from afterload.scores.columns import missing_columns
from afterload.scores.inputs import needed, population_of, read_patient
from afterload.scores.patient_card import edges
from afterload.scores.timing import points_of, rule_text
from afterload.scores.toml_card import parse_card, read_card

CARDS = Path(__file__).parent / "cards"
RANGES = {
    "age_years": (18, 95), "weight_kg": (40, 120), "bilirubin": (3, 60), "ast": (5, 120),
    "alt": (5, 120), "intubation_h": (0, 45), "intub_dt": (-45, 3), "pip": (10, 40),
    "sbp": (20, 120), "dbp": (5, 70), "pulse_pressure": (0, 60), "hco3": (8, 25),
    "creatinine": (20, 500), "lactate": (1, 8), "egfr": (5, 120), "lvef": (10, 70),
    "po2": (30, 500), "fio2": (21, 100), "pf_ratio": (50, 600), "urine_ml_h": (0, 60),
}  # fmt: skip


def random_columns(card: Card, n: int, seed: int, hidden: float) -> dict[str, Any]:
    """Random patients; half of the numbers are whole, and some inputs are mostly not given."""
    rng = np.random.default_rng(seed)
    columns = {}
    for name in needed(card):
        variable = population_of(card)[name]
        if variable.kind == "multi":
            values = rng.integers(0, 2 ** len(variable.levels), n).astype(np.float64)
        elif variable.kind in ("bool", "enum"):
            values = rng.integers(0, len(variable.levels), n).astype(np.float64)
        else:
            values = rng.uniform(*RANGES[name], n)
            values = np.where(rng.random(n) < 0.5, np.floor(values), values)
        often = name in ("egfr", "pulse_pressure", "pf_ratio") or name.startswith("dx_")
        values[rng.random(n) < (0.8 if often else hidden)] = np.nan
        columns[name] = values
    return columns


PAIRS = [("save", SAVE), ("cardshock", CARDSHOCK)]


@pytest.mark.parametrize(("name", "ours"), PAIRS)
@pytest.mark.parametrize("hidden", [0.0, 0.25])
def test_a_card_from_toml_scores_columns_as_ours(name: str, ours: Card, hidden: float) -> None:
    theirs = read_card(CARDS / f"{name}.toml")
    assert needed(theirs) == needed(ours)
    columns = random_columns(ours, 50_000, seed=1, hidden=hidden)
    found, expected = score_columns(theirs, columns), score_columns(ours, columns)
    assert np.array_equal(found.low, expected.low, equal_nan=True)
    assert np.array_equal(found.high, expected.high, equal_nan=True)
    assert found.class_names == expected.class_names
    assert np.array_equal(found.class_bits, expected.class_bits)
    assert len(np.unique(found.low)) > 8
    few = {key: values[:500] for key, values in columns.items()}
    assert missing_columns(theirs, few) == missing_columns(ours, few)


@pytest.mark.parametrize(("name", "ours"), PAIRS)
def test_a_card_from_toml_scores_one_patient_as_ours(name: str, ours: Card) -> None:
    theirs = read_card(CARDS / f"{name}.toml")
    columns = random_columns(ours, 60, seed=2, hidden=0.2)
    compared = 0
    for row in range(60):
        patient = {}
        for key, values in columns.items():
            variable = population_of(ours)[key]
            if not np.isnan(values[row]):
                code = values[row]
                levels = variable.levels
                patient[key] = (
                    [level for k, level in enumerate(levels) if int(code) >> k & 1]
                    if variable.kind == "multi"
                    else levels[int(code)] if levels else float(code)
                )  # fmt: skip
        try:
            expected = tally(ours, patient)
        except InputError:
            with pytest.raises(InputError, match="cannot all be right"):
                tally(theirs, patient)
            continue
        found = tally(theirs, patient)
        assert (found.low, found.high, found.total) == (expected.low, expected.high, expected.total)
        assert (found.classes, found.missing) == (expected.classes, expected.missing)
        assert [o.value for o in found.outcome] == [o.value for o in expected.outcome]
        shown = [(line.name, line.low, line.high, line.band, line.wants) for line in found.items]
        assert shown == [(x.name, x.low, x.high, x.band, x.wants) for x in expected.items]
        for key in patient:
            assert edges(theirs, read_patient(theirs, patient), key) == edges(
                ours, read_patient(ours, patient), key
            )
        compared += 1
    assert compared > 30


def test_limits_cautions_and_time_points_are_those_of_the_file() -> None:
    theirs = read_card(CARDS / "save.toml")
    child = tally(theirs, {"age": 12})
    assert (child.low, child.warnings) == (None, ("Adults only.",))
    assert any("both published" in w for w in tally(theirs, {"weight": 65}).warnings)
    assert not tally(theirs, {"weight": 66, "ecpr": "no"}).warnings
    assert any("resuscitation" in w for w in tally(theirs, {"ecpr": "yes"}).warnings)
    assert points_of(theirs) == points_of(SAVE)
    assert rule_text(theirs) == rule_text(SAVE)
    assert theirs.constant_source is not None
    assert theirs.constant_source.place == "Table 4, last row"
    assert theirs.items[0].source.doi == "10.1093/eurheartj/ehv194"


def test_composed_items_categories_printed_units_and_a_risk() -> None:
    theirs = read_card(CARDS / "organs.toml")
    gas = {"pao2": 70, "fio2": 50, "ventilated": "no", "niv": "no"}
    for told in (gas, {**gas, "niv": "yes"}, {"pao2": 60}, {**gas, "pao2": 210}):
        lung, ours = tally(theirs, told).items[0], tally(SOFA, told).items[0]
        assert (lung.low, lung.high, lung.wants) == (ours.low, ours.high, ours.wants)
    for text, points in (("1.1mg/dL", 0), ("1.2mg/dL", 1), ("3.4mg/dL", 2), ("5mg/dL", 4)):
        line = tally(theirs, {"creatinine": text, "urine": "500mL/d"}).items[1]
        assert line.points == points
    assert tally(theirs, {"creatinine": "1.1mg/dL", "urine": "199mL/d"}).items[1].band == (
        "Urine output < 200 mL/d"
    )
    stay = tally(theirs, {"admission_type": "medical"}).items[2]
    assert (stay.points, stay.band) == (6, "medical")
    found = tally(theirs, {**gas, "creatinine": 80, "urine": 60, "admission_type": "medical"})
    assert found.total == 8
    assert found.predicted is not None
    assert SAPS_II.predict is not None
    assert found.predicted.text == SAPS_II.predict.text
    assert found.predicted.source.place == "equation 1"
    assert any("under VA-ECMO" in w for w in tally(theirs, {"support": "ecls"}).warnings)


def test_a_formula_cut_at_its_range_still_shares_its_input_exactly() -> None:
    """At 10 µmol/L the eGFR of a man stays at its end, 200, up to 35 years: past the edge of 20."""
    text = """
name = "plateau"
title = "Plateau"
version = "1.0"
source = { citation = "Toy et al. 2020", place = "table 1", confidence = "M" }
[[item]]
variable = "age"
bands = [{ points = 5, below = 20 }, { points = 0, from = 20 }]
[[item]]
variable = "egfr"
bands = [{ points = 0, below = 190 }, { points = 2, from = 190 }]
derive = [{ formula = "egfr" }]
"""
    card = parse_card(text, "x.toml")
    known = {"creatinine": 10, "sex": "male"}
    totals = {tally(card, {**known, "age": age}).total for age in range(18, 110)}
    assert totals == {0, 2, 7}
    found = tally(card, known)
    assert (found.low, found.high) == (0, 7)
    both = score_columns(card, {"creatinine": np.array([10.0]), "sex": np.array([1.0])})
    assert (both.low[0], both.high[0]) == (0, 7)


SOUND = (CARDS / "cardshock.toml").read_text("utf-8")
"""The text that each mistake is made in."""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ('name = "cardshock-as-toml"', 'name = "save"', "name = 'save' is the name of a score"),
        ('name = "cardshock-as-toml"', 'name = "Card Shock"', "must be of lower-case letters"),
        ('name = "cardshock-as-toml"', "name = 3", "x.toml: name must be a text in quotes, not 3"),
        ('version = "1.0"', "", "x.toml: version is missing"),
        ('version = "1.0"', 'vresion = "1.0"', "vresion is not a known key; did you mean version"),
        ('confidence = "C2"', 'confidence = "sure"',
         "x.toml, source: confidence = 'sure' must be one of C1, C2, CALC, M, U"),
        ('place = "risk score"', "", "x.toml, source: place is missing"),
        ("[source]", "[sauce]", "sauce is not a known key; did you mean source"),
        ('variable = "confusion"', 'variable = "confushion"',
         "x.toml, item 2 (confushion): 'confushion' is not a known variable"),
        ('variable = "confusion"', "", "x.toml, item 2: variable is missing"),
        ('variable = "confusion"\nyes = 1', 'variable = "confusion"\nyes = 1.5',
         "x.toml, item 2 (confusion): yes must be a whole number"),
        ('variable = "confusion"\nyes = 1', 'variable = "confusion"',
         "exactly one of bands, yes, levels, and has none"),
        ('variable = "confusion"\nyes = 1', 'variable = "confusion"\nbands = []',
         "bands are for numbers, and confusion is yes or no"),
        ('variable = "lvef"', 'variable = "confusion"',
         "x.toml, item 5 (confusion): bands are for numbers"),
        ("{ points = 0, to = 75 }", "{ points = 0, to = 74 }", "item 1"),
        ("{ points = 0, to = 75 }", "{ points = 0, to = 74 }", "leave a gap or overlap"),
        ("{ points = 0, to = 75 }", "{ points = 0, from = 18, to = 75 }", "reach from the lowest"),
        ("{ points = 0, to = 75 }", "{ point = 0, to = 75 }",
         "x.toml, item 1 (age), bands 1: point is not a known key; did you mean points"),
        ("{ points = 0, to = 75 }", "{ to = 75 }", "item 1 (age), bands 1: points is missing"),
        ("{ points = 0, to = 75 }", '{ points = 0, to = "75" }',
         "item 1 (age), bands 1: to must be a number, not '75'"),
        ("{ points = 0, to = 75 }", "{ points = 0, to = 75, below = 75 }", "both given"),
        ("{ points = 0, to = 75 }", "{ points = 0, to = nan }", "must be a number"),
        ("from = 2, to = 4", "from = 4, to = 2", "no value lies between 4 and 2"),
        ("from = 2, to = 4", "from = 2, to = 400", "outside what lactate can be, 0.1 to 40 mmol/L"),
        ('{ variable = "shock_class", levels = ["ami_cs"] }', '{ variable = "shock_class" }',
         "item 4 (acs), derive 1, any_of 1: levels must name some of ami_cs"),
        ('levels = ["ami_cs"]', 'levels = ["amics"]', "levels must name some of ami_cs"),
        ('formula = "egfr"', 'formula = "mdrd"', "item 7 (egfr), derive 1: formula = 'mdrd'"),
        ('formula = "egfr"', 'formula = "vis"', "formula = 'vis' gives a number without unit"),
        ('formula = "egfr"', 'ratio = ["lactate"]', "ratio must name two variables"),
        ('formula = "egfr"', 'ratio = ["lactate", "norepi"]', "can be 0 or less"),
        ('formula = "egfr"', 'hours_before_first_flow = "lactate"', "of a date, and lactate is"),
        ('formula = "egfr"', "ratios = 3", "exactly one of any_of, ratio"),
        ("to = 3\nvalue", "to = 2\nvalue", "x.toml: CardShock, from TOML: the classes must cover"),
        ("value = 0.087", "value = 8.7", "class 1: value must be a share between 0 and 1"),
        ("to = 3\nvalue", "to = 3.5\nvalue", "class 1: to must be a whole number of points"),
        ('measure = "mortality"', "", "measure is missing"),
        ("readable = [0, 110]", "readable = 0", "limit 1: readable must be two numbers"),
        ('[variable.acs]\nlabel', '[variable.age_years]\nlabel', "is a standard variable already"),
        ('kind = "bool"', 'kind = "boolean"', "x.toml: [variable.acs] kind 'boolean'"),
        ("[[limit]]", "[[limit", "x.toml is not valid TOML"),
        ("[[item]]", "[item]", "x.toml is not valid TOML"),
    ],
)  # fmt: skip
def test_every_mistake_is_told_with_file_and_key(right: str, wrong: str, said: str) -> None:
    assert right in SOUND
    with pytest.raises(InputError) as caught:
        parse_card(SOUND.replace(right, wrong, 1), "x.toml")
    message = str(caught.value)
    assert said in message
    assert message.startswith("x.toml")
    assert "\n" not in message


@pytest.mark.parametrize(
    ("added", "said"),
    [
        ("[constant]\npoints = 3\nplace = 1", "x.toml, constant: place is not a known key"),
        ("[[caution]]\nfrom = 3\ntext = 'x'", "caution 1: about is missing"),
        ("[[caution]]\nabout = 'lactat'\ntext = 'x'", "caution 1: 'lactat' is not a known"),
        ("[[caution]]\nabout = 'lactate'", "caution 1: text is missing"),
        ("[[note]]\ntopic = 'x'", "note 1: text is missing"),
        ("[[note]]\ntopic = 'x'\ntext = 'y'\nsource = 3", "note 1: source must be a table"),
        ("[predict]\nmeasure = 'd'\nhorizon = 'h'\nintercept = 1", "predict: per_point is missing"),
        ("[predict]\nmeasure = 'd'\nhorizon = 'h'\nintercept = 1\nper_point = -1\nper_log = 2",
         "pull against each other"),
        ("[[item]]\nname = 'two'\nmost_of = [{ variable = 'map', bands = [{ points = 0 }] }]",
         "a composed item needs two parts or more"),
        ("[[item]]\nname = 'two'\nmost_of = []\nleast_of = []",
         "exactly one of most_of, least_of, and has most_of and least_of"),
        ("[[item]]\nname = 'two'\nmost_of = [{ variable = 'map', points = 3 }]",
         "x.toml, item 8 (two), most_of 1 (map): points is not a known key"),
        ("[[item]]\nvariable = 'egfr'\nbands = [{ points = 0 }]", "egfr is derived, so only one"),
        ("[[item]]\nvariable = 'map'\nbands = [{ points = 0 }]\nworst = 'lowest'", "go together"),
        ("[[item]]\nvariable = 'map'\nbands = [{ points = 0 }]\nat = ['noon']",
         "item 8 (map): at: 'noon' must be one of pre"),
        ("[[item]]\nvariable = 'map'\nbands = [{ points = 0 }]\nunit = 'furlong'",
         "map cannot be read in 'furlong'"),
    ],
)  # fmt: skip
def test_every_mistake_in_what_is_added_is_told(added: str, said: str) -> None:
    with pytest.raises(InputError, match=re.escape(said)) as caught:
        parse_card(f"{SOUND}\n{added}\n", "x.toml")
    assert str(caught.value).startswith("x.toml")


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_card(tmp_path / "none.toml")
    path = tmp_path / "latin.toml"
    path.write_bytes("name = 'é'".encode("latin-1"))
    with pytest.raises(InputError, match="not UTF-8"):
        read_card(path)
