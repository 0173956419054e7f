"""The vocabulary against the data dictionary it was made from, and a site's own variables."""

from __future__ import annotations

import csv
import re
from math import inf, isfinite
from pathlib import Path

import pytest

from afterload.core.errors import InputError, UnknownName
from afterload.core.unit import form_of, plain
from afterload.core.variable import Variable
from afterload.core.vocabulary import declared_variables, site_variables, standard

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
DICTIONARY = SHARED / "reference" / "data_dictionary.csv"
VARIABLES = tuple(standard().values())


def ids(variable: Variable) -> str:
    return variable.name


@pytest.fixture(scope="module")
def dictionary() -> dict[str, dict[str, str]]:
    if not DICTIONARY.exists():
        pytest.skip("the data dictionary (../shared/reference/data_dictionary.csv) is not here")
    rows = csv.DictReader(DICTIONARY.read_text("utf-8").splitlines())
    return {row["name"]: row for row in rows}


def test_it_has_160_core_and_41_extended_variables():
    levels = [variable.level for variable in VARIABLES]
    assert (levels.count("core"), levels.count("extended"), len(levels)) == (160, 41, 201)


def test_it_has_the_dictionary_s_variables_in_the_dictionary_s_order(dictionary):
    assert [variable.name for variable in VARIABLES] == list(dictionary)


@pytest.mark.parametrize("variable", VARIABLES, ids=ids)
def test_a_variable_is_what_the_dictionary_says(variable, dictionary):
    row = dictionary[variable.name]
    kind = row["type"].split(":")[0]
    low, high = row["hard_range"].split("..") if row["hard_range"] else (-inf, inf)
    said = (row["section"], row["level"], kind, row["ucum"], float(low), float(high))
    v = variable
    assert (v.section, v.level, v.kind, v.unit, v.low, v.high) == said
    assert (v.when, v.codes, v.tag, v.scores) == tuple(
        row[key] for key in ("when", "codes", "tag", "scores")
    )


def test_every_variable_has_a_label_in_english_and_french_and_no_two_share_one():
    for labels in ([v.label for v in VARIABLES], [v.label_fr for v in VARIABLES]):
        assert all(labels)
        assert len(set(labels)) == len(labels)


def test_labels_fit_a_table_row():
    assert max(len(v.label) for v in VARIABLES) <= 40
    assert max(len(v.label_fr) for v in VARIABLES) <= 52


@pytest.mark.parametrize("variable", [v for v in VARIABLES if v.is_numeric], ids=ids)
def test_the_soft_range_is_given_and_lies_inside_the_hard_range(variable):
    v = variable
    assert isfinite(v.soft_low)
    assert isfinite(v.soft_high)
    assert v.low <= v.soft_low < v.soft_high <= v.high


@pytest.mark.parametrize("variable", [v for v in VARIABLES if not v.is_numeric], ids=ids)
def test_what_is_no_number_has_no_range_and_no_unit(variable):
    v = variable
    assert (v.low, v.high, v.soft_low, v.soft_high) == (-inf, inf, -inf, inf)
    assert v.readable_units == ()


@pytest.mark.parametrize("variable", VARIABLES, ids=ids)
def test_choices_stand_where_they_are_needed_with_both_labels(variable):
    assert bool(variable.choices) == (variable.kind in ("enum", "multi"))
    names = [choice.name for choice in variable.choices]
    assert len(set(names)) == len(names)
    for choice in variable.choices:
        assert re.fullmatch(r"[a-z0-9][a-z0-9_.-]*", choice.name)
        assert choice.label
        assert choice.label_fr


@pytest.mark.parametrize(
    ("name", "levels"),
    [
        ("sex", "female male unknown"),
        ("cardiac_arrest", "none ihca ohca"),
        ("discharge_dest", "home rehab other_hospital hospice died alive_unspecified"),
        ("vital_status", "alive dead lost"),
        ("scai_stage", "a b c d e"),
        ("anticoag", "ufh bivalirudin argatroban none other"),
        ("iabp_ratio", "one_to_one one_to_two one_to_three other"),
        ("hx_stroke", "no yes"),
        (
            "support_type",
            "ecls ecls-central vav vv-ecmo impella-2.5 impella-cp impella-5.0 impella-5.5 "
            "impella-rp impella iabp tandemheart php centrimag heartmate-2 heartmate-3 lv-vent "
            "pa-vent septostomy other",
        ),
        (
            "compl_type",
            "bleeding limb_ischaemia stroke haemolysis infection device_failure diff_hypoxaemia "
            "rrt tamponade arrhythmia vascular thrombosis lv_distension other",
        ),
    ],
)
def test_levels_the_registry_and_the_protocol_count_on(name, levels):
    assert standard()[name].levels == tuple(levels.split())


def test_time_points_are_the_nominal_ones_each_once():
    levels = standard()["timepoint"].levels
    hours = ("pre", "worst6h", "1h", "6h", "12h", "24h", "48h", "72h")
    days = tuple(f"day{n}" for n in range(4, 31))
    assert levels == (*hours, *days, "peak", "wean", "end")


def test_an_alias_is_unique_and_no_variable_s_name():
    aliases = [alias for variable in VARIABLES for alias in variable.aliases]
    assert len(set(aliases)) == len(aliases)
    assert not set(aliases) & set(standard())
    assert all(re.fullmatch(r"[a-z][a-z0-9_]*", alias) for alias in aliases)


@pytest.mark.parametrize(
    ("alias", "name"),
    [
        ("age", "age_years"), ("weight", "weight_kg"), ("height", "height_cm"), ("na", "sodium"),
        ("k", "potassium"), ("bicarbonate", "hco3"), ("creat", "creatinine"), ("ef", "lvef"),
        ("hemoglobin", "hb"), ("haemoglobin", "hb"), ("plt", "platelets"), ("gcs", "gcs_total"),
        ("tbil", "bilirubin"), ("nt_probnp", "ntprobnp"), ("lactates", "lactate"),
    ],
)  # fmt: skip
def test_an_alias_finds_its_variable(alias, name):
    assert standard()[alias] is standard()[name]
    assert alias in standard()


def test_an_unknown_name_offers_the_closest():
    with pytest.raises(
        UnknownName, match=r"'lactat' is not a known variable\. Did you mean lactate"
    ):
        standard()["lactat"]


def test_in_table_keeps_the_order_of_the_dictionary():
    names = [variable.name for variable in standard().in_table("patient")]
    expected = "birth_year sex height_cm blood_group info_notice_dt opposition"
    assert names == expected.split()


@pytest.mark.parametrize("variable", [v for v in VARIABLES if v.units], ids=ids)
def test_every_declared_unit_is_found_again_and_says_where_its_factor_is_from(variable):
    known = {plain(variable.unit)}
    for form in variable.units:
        assert form_of(variable, form.unit) == form
        assert form.factor > 0
        assert re.match(
            r"data_standards|SI prefix|exact definition|MEMORY: molar mass", form.source
        )
        assert plain(form.unit) not in known
        known.add(plain(form.unit))


BNP = """
[variable.bnp]
label = "BNP"
label_fr = "BNP"
unit = "ng/L"
range = [1, 100000]
soft_range = [5, 10000]
when = "each set"
table = "observation"
codes = "LOINC 30934-4"
aliases = ["brain_peptide"]
units = { "pg/mL" = 1.0, "pmol/L" = 3.464 }

[variable.valve_type]
kind = "enum"
choices = ["mech=Mechanical=Mécanique", "bio"]
"""


def test_a_site_s_variable_is_as_good_as_ours(tmp_path):
    path = tmp_path / "site.toml"
    path.write_text(BNP, "utf-8")
    ours = standard().with_variables(site_variables(path))
    bnp, valve = ours["brain_peptide"], ours["valve_type"]
    assert len(ours) == 203
    assert (bnp.name, bnp.kind, bnp.level, bnp.tag) == ("bnp", "num", "site", "SITE")
    assert (bnp.low, bnp.high, bnp.soft_low, bnp.soft_high) == (1, 100000, 5, 10000)
    assert (bnp.when, bnp.codes, bnp.table) == ("each set", "LOINC 30934-4", "observation")
    assert form_of(bnp, "pmol/l").factor == 3.464
    assert (valve.label, valve.levels, valve.table) == ("valve_type", ("mech", "bio"), "episode")
    assert [valve.level_label(level, "fr") for level in valve.levels] == ["Mécanique", "bio"]


def test_a_soft_range_that_is_not_told_is_the_hard_range():
    (variable,) = declared_variables({"bnp": {"range": [1, 9]}}, "site.toml")
    assert (variable.soft_low, variable.soft_high) == (1, 9)


@pytest.mark.parametrize(
    ("name", "table", "sentence"),
    [
        ("BNP", {}, "needs a name of lower-case letters, digits and underscores, 40 at most"),
        ("1st", {}, "needs a name of lower-case letters"),
        ("a" * 41, {}, "needs a name of lower-case letters"),
        ("bnp", 3, "must be a table of declarations"),
        ("bnp", {"lable": "BNP"}, "has an unknown key 'lable'; known: aliases, "),
        ("bnp", {"label": 3}, "label must be text in quotes"),
        ("bnp", {"unit": ["ng/L"]}, "unit must be text in quotes"),
        ("bnp", {"aliases": "b"}, "aliases must be a list of texts in quotes"),
        ("bnp", {"aliases": [""]}, "aliases must be a list of texts in quotes"),
        ("bnp", {"kind": "calc"}, "kind 'calc' must be num, int, bool, enum, multi, datetime or"),
        ("bnp", {"kind": ["num"]}, "kind .* must be num, int"),
        ("bnp", {"table": "meta"}, "table 'meta' must be one of patient, episode, run, device"),
        ("bnp", {"range": [1]}, r"range must be two numbers, \[low, high\]"),
        ("bnp", {"range": 5}, "range must be two numbers"),
        ("bnp", {"range": ["1", "2"]}, "range must be two numbers"),
        ("bnp", {"range": [False, True]}, "range must be two numbers"),
        ("bnp", {"range": [float("nan"), 2]}, "range must be two numbers"),
        ("bnp", {"range": [2, 1]}, "has a range whose low end is above its high end"),
        ("bnp", {"soft_range": [2, 1]}, "has a soft_range whose low end is above its high end"),
        ("bnp", {"range": [1, 9], "soft_range": [0, 5]}, "has a soft_range that reaches outside"),
        ("bnp", {"units": ["pg/mL"]}, "units must be a table of unit and factor above 0"),
        ("bnp", {"units": {"pg/mL": "1"}}, "units must be a table of unit and factor above 0"),
        ("bnp", {"units": {"pg/mL": 0}}, "units must be a table of unit and factor above 0"),
        ("bnp", {"units": {"pg/mL": inf}}, "units must be a table of unit and factor above 0"),
        ("bnp", {"kind": "bool", "range": [0, 1]}, "cannot have range: its kind is bool"),
        ("bnp", {"kind": "text", "unit": "ng/L"}, "cannot have unit: its kind is text"),
        ("bnp", {"kind": "enum"}, "must list choices if, and only if, its kind is enum or multi"),
        ("bnp", {"choices": ["a"]}, "must list choices if, and only if"),
        ("bnp", {"kind": "enum", "choices": ["a", "a=A"]}, "lists a choice twice or without a"),
        ("bnp", {"kind": "enum", "choices": ["=A"]}, "lists a choice twice or without a name"),
    ],
)
def test_a_bad_declaration_gives_one_sentence(name, table, sentence):
    with pytest.raises(InputError, match=rf"^site.toml: \[variable.{name}\] {sentence}") as error:
        declared_variables({name: table}, "site.toml")
    assert str(error.value).endswith(".")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"[variable.bnp", "is not valid TOML"),
        ("label = 'é'".encode("latin-1"), "is not valid TOML"),
        (b"", r"must hold \[variable.NAME\] tables and no more; it has nothing"),
        (b"[variables.bnp]", r"must hold \[variable.NAME\] tables and no more; it has variables"),
        (b"variable = 3", r"'variable' must hold \[variable.NAME\] tables"),
    ],
)
def test_a_bad_file_gives_one_sentence(tmp_path, content, sentence):
    path = tmp_path / "site.toml"
    path.write_bytes(content)
    with pytest.raises(InputError, match=sentence):
        site_variables(path)


def test_a_file_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match=r"no\.toml cannot be read: No such file or directory\."):
        site_variables(tmp_path / "no.toml")


@pytest.mark.parametrize(
    "tables",
    [
        {"lactate": {}},
        {"age": {}},
        {"bnp": {"aliases": ["lactate"]}},
        {"bnp": {"aliases": ["age"]}},
        {"bnp": {"aliases": ["peptide"]}, "peptide": {}},
        {"bnp": {"aliases": ["bnp"]}},
    ],
)
def test_a_name_or_alias_is_taken_once(tables):
    with pytest.raises(InputError, match="is already declared"):
        standard().with_variables(declared_variables(tables, "site.toml"))
