"""Draft maps: what column names and cells tell, and what stays a doubt."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.registry.mapping import Event, Map, Spec
from afterload.registry.mapping_parse import parse_map, read_map
from afterload.registry.reader import read_sheet
from afterload.registry.suggest import suggest
from afterload.registry.suggest_lines import common
from afterload.registry.suggest_names import folded, meaning, take_apart

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
LANGEN = SHARED / "data" / "ecmo_langen_2018" / "original"
MAPS = Path(__file__).resolve().parents[1] / "oracle" / "maps"


def draft(tmp_path: Path, text: str) -> str:
    path = tmp_path / "a.csv"
    path.write_text(text, "utf-8")
    return suggest([path], standard())


def lines(text: str) -> list[str]:
    return [line for line in text.split("[table.columns]")[1].splitlines() if line.strip()]


@pytest.mark.parametrize(
    ("name", "rest", "codes", "unit", "lasts", "point"),
    [
        ("Dialyse (ja 1/nein 2)", "dialyse", {"1": "yes", "2": "no"}, "", "", ""),
        ("Gruppe (1ja/2nein)", "gruppe", {"1": "yes", "2": "no"}, "", "", ""),
        ("Geschlecht (M1, W2)", "geschlecht", {"1": "male", "2": "female"}, "", "", ""),
        ("Décès (oui=1, non=0)", "deces", {"1": "yes", "0": "no"}, "", "", ""),
        ("Laktat vor ECMO mg/dl", "laktat", {}, "mg/dl", "", "pre"),
        ("Créatinine J2 (µmol/L)", "creatinine", {}, "µmol/L", "", "48h"),
        ("lactate_24h", "lactate", {}, "", "", "24h"),
        ("Lactates H24", "lactates", {}, "", "", "24h"),
        ("AST day 7", "ast", {}, "", "", "day7"),
        ("Hb avant ECMO", "hb", {}, "", "", "pre"),
        ("Beatmungsdauer in h", "beatmungsdauer", {}, "", "hours", ""),
        ("Dauer VA-ECMO(day)", "dauer va ecmo", {}, "", "days", ""),
        ("pao2_day2_mmhg", "pao2", {}, "mmhg", "", "48h"),
        ("lactate_pre_mgdl", "lactate", {}, "mg/dl", "", "pre"),
        ("lactate peak", "lactate", {}, "", "", "peak"),
    ],
)
def test_a_name_is_taken_apart(
    name: str, rest: str, codes: dict[str, str], unit: str, lasts: str, point: str
) -> None:
    parts = take_apart(name)
    found = (parts.rest, dict(parts.codes), parts.unit, parts.lasts, parts.point)
    assert found == (rest, codes, unit, lasts, point)


@pytest.mark.parametrize(
    ("names", "variable"),
    [
        (("Alter", "Âge", "age"), "age_years"),
        (("Geschlecht", "Sexe", "Sex"), "sex"),
        (("Gewicht", "Poids", "Weight"), "weight_kg"),
        (("Größe", "Taille", "Height"), "height_cm"),
        (("Laktat", "Lactates", "Lactate"), "lactate"),
        (("Kreatinin", "Créatinine", "Creatinine"), "creatinine"),
        (("Hämoglobin", "Hémoglobine", "Haemoglobin", "Hemoglobin"), "hb"),
        (("Thrombozyten", "Plaquettes", "Platelets"), "platelets"),
        (("Dialyse", "Épuration extra-rénale", "Renal replacement therapy"), "complication:rrt"),
        (("Todesfall", "Décès", "Death"), "died"),
        (("Noradrenalin", "Noradrénaline", "Norepinephrine"), "norepi"),
        (("Durée ECMO", "ECMO duration", "Dauer ECMO"), "device:ecls"),
        (("Krankenhausverweildauer", "Durée de séjour hospitalier", "Hospital stay"),
         "hosp_discharge_dt"),
    ],
)  # fmt: skip
def test_a_name_means_the_same_in_three_languages(names: tuple[str, ...], variable: str) -> None:
    for name in names:
        found, share = meaning(take_apart(name).rest, standard())
        assert (found, share) == (variable, 1.0), name


def test_every_synonym_leads_to_something_a_map_can_say() -> None:
    from afterload.registry.suggest_names import _table

    known = standard()
    own = {"key", "t0", "died"}
    devices, events = known["support_type"].levels, known["compl_type"].levels
    seen: dict[str, str] = {}
    for phrase, target in _table():
        kind, _, what = target.partition(":")
        if kind == "device":
            assert what in devices
        elif kind == "complication":
            assert what in events
        elif kind == "add":
            variable, _, choice = what.partition(":")
            assert choice in known[variable].levels
        elif kind == "site":
            assert what in common()
        else:
            assert kind in own or kind in known, target
        assert phrase == folded(phrase)
        assert seen.setdefault(phrase, target) == target, f"{phrase} means two things"


def test_what_is_sure_is_a_line_and_what_is_not_a_comment(tmp_path: Path) -> None:
    text = draft(
        tmp_path,
        "Patient,Alter,Laktat,Laktat Tag 1,Noradrenalin (ja/nein),HTA,BPCO,Blabla\n"
        "P1,50,2.5,3.5,ja,1,1,x\nP2,60,4.0,1.5,nein,2,0,y\n",
    )
    assert 'episode = "Patient"' in text
    assert lines(text) == [
        '"Alter" = "age_years"',
        '# "Laktat" = "lactate@pre"   # no time in its name: is it before support?',
        '"Laktat Tag 1" = "lactate@24h"',
        '# "Noradrenalin (ja/nein)" = "norepi@pre"   # yes or no, but norepi is a number',
        '# "HTA" = "hx_hypertension"   # which of 1 and 2 is yes?',
        '"BPCO" = "hx_copd"',
        '# "Blabla" = ?   # nothing is known by this name',
    ]


def test_a_unit_is_guessed_from_the_values_and_the_guess_is_told(tmp_path: Path) -> None:
    text = draft(tmp_path, "id,Créatinine avant,Hb pre,fiO2 pre\na,1.8,9.5,0.6\nb,0.9,11,1\n")
    assert lines(text) == [
        '"Créatinine avant" = { to = "creatinine@pre", unit = "mg/dL" }   '
        "# unit guessed from the values",
        '# "Hb pre" = "hb@pre"   # half of the values are below 10.25: in which unit?',
        '"fiO2 pre" = { to = "fio2@pre", unit = "1" }   # unit guessed from the values',
    ]


def test_words_that_seem_to_mean_missing_are_listed(tmp_path: Path) -> None:
    text = draft(tmp_path, "id,Alter,Gewicht\na,50,n.d.\nb,-9,80\n")
    assert 'missing = ["-9", "n.d."]   # seen in the cells' in text
    assert lines(text) == ['"Alter" = "age_years"', '"Gewicht" = "weight_kg"']


def test_a_french_sheet(tmp_path: Path) -> None:
    text = draft(
        tmp_path,
        "N° patient;Sexe;Date de pose;Décès (oui=1, non=0);Durée ECMO (jours);"
        "Impella CP;Saignement\n"
        "1;H;31/01/2024;1;5;non;oui\n2;F;01/02/2024;0;;oui;non\n",
    )
    assert 't0 = "Date de pose"' in text
    assert lines(text) == [
        '"Sexe" = { to = "sex", codes = { f = "female", h = "male" } }',
        '"Décès (oui=1, non=0)" = { to = "discharge_dest", '
        'codes = { 1 = "died", 0 = "alive_unspecified" } }',
        '"Durée ECMO (jours)" = { to = "device", kind = "ecls", days = true }'
        "   # no column with its start: taken to start at t0",
        '"Impella CP" = { to = "device", kind = "impella-cp" }'
        "   # no column with its start: taken to start at t0",
        '"Saignement" = { to = "complication", kind = "bleeding" }',
    ]


def test_the_second_column_of_one_meaning_is_a_doubt(tmp_path: Path) -> None:
    text = draft(tmp_path, "id,Alter,age\na,50,50\nb,60,60\n")
    assert lines(text)[1] == '# "age" = "age_years"   # \'Alter\' is age_years already'


def said(plan: Map) -> dict[tuple[str, str], object]:
    """What a map says of each column, in a form to compare: drafts know no site variables."""
    found: dict[tuple[str, str], object] = {}
    for table in plan.tables:
        if table.episode:
            found[table.file, table.episode] = "episode"
        for one in (*table.specs, *table.events):
            if isinstance(one, Event):
                meant: object = (one.table, one.kind, one.holds, tuple(one.codes.items()))
            else:
                meant = (one.name, one.add, one.form.factor, one.form.offset,
                         tuple(one.codes.items()))  # fmt: skip
            found[table.file, one.column] = meant
    return found


@pytest.mark.skipif(not LANGEN.is_dir(), reason=f"the Langen cohort is not at {LANGEN}")
def test_a_draft_for_five_real_german_workbooks_is_largely_right() -> None:
    files = sorted(LANGEN.glob("*.xlsx"))
    drafted = said(parse_map(suggest(files, standard()), "draft.toml", standard()))
    plan = read_map(MAPS / "langen_original.toml", standard())
    by_hand = said(plan)
    own = {variable.name for variable in plan.variables}
    standard_ones = {
        place: meant
        for place, meant in by_hand.items()
        if not (isinstance(meant, tuple) and str(meant[0]).partition("@")[0] in own)
    }
    same = [place for place, meant in by_hand.items() if drafted.get(place) == meant]
    wrong = [place for place, meant in drafted.items() if by_hand.get(place, meant) != meant]
    # of all columns mapped by hand, those that are site variables included
    assert len(same) / len(by_hand) >= 0.60
    # of the columns that hold a variable of the vocabulary
    assert len(same) / len(standard_ones) >= 0.95
    assert wrong == []


def test_a_spec_of_the_draft_is_a_spec_of_the_map(tmp_path: Path) -> None:
    text = draft(tmp_path, "id,Laktat vor ECMO (mg/dl)\na,54\nb,20\n")
    (spec,) = parse_map(text, "draft.toml", standard()).tables[0].specs
    assert isinstance(spec, Spec)
    assert (spec.name, spec.unit) == ("lactate@pre", "mg/dL")


def test_times_are_joined_to_their_device_or_complication(tmp_path: Path) -> None:
    text = draft(
        tmp_path,
        "id,ECLS,ECLS début,ECLS fin,IABP,Beginn IABP,IABP Ende,Impella CP,AVC,AVC (jour),"
        "Bleeding,Bleeding date\n"
        "a,1,2024-01-03,2024-01-09,1,2024-01-02,2024-01-05,0,1,3,1,2024-01-04\n"
        "b,0,,,1,2024-02-02,2024-02-05,1,0,,0,\n",
    )
    assert lines(text) == [
        '"ECLS" = { to = "device", kind = "ecls", start = "ECLS début", stop = "ECLS fin" }',
        '"IABP" = { to = "device", kind = "iabp", start = "Beginn IABP", stop = "IABP Ende" }',
        '"Impella CP" = { to = "device", kind = "impella-cp" }'
        "   # no column with its start: taken to start at t0",
        '"AVC" = { to = "complication", kind = "stroke", at_days = "AVC (jour)" }',
        '"Bleeding" = { to = "complication", kind = "bleeding", at = "Bleeding date" }',
    ]
    parse_map(text, "draft.toml", standard())


def test_a_start_that_is_time_zero_too_is_both(tmp_path: Path) -> None:
    text = draft(tmp_path, "id,ECLS,ECLS start,ECLS end\na,1,2024-01-03,2024-01-09\nb,0,,\n")
    assert 't0 = "ECLS start"' in text
    assert lines(text) == [
        '"ECLS" = { to = "device", kind = "ecls", start = "ECLS start", stop = "ECLS end" }'
    ]
    (event,) = parse_map(text, "draft.toml", standard()).tables[0].events
    assert event.start is not None


def test_a_table_with_a_row_per_value_is_recognised(tmp_path: Path) -> None:
    path = tmp_path / "labs.csv"
    lines = [f"{i},{name},{i}" for i in range(5) for name in ("lactate", "sodium", "Creatinine")]
    path.write_text("key,test,result\n" + "\n".join(lines))
    draft = suggest([path], standard())
    assert (
        '# "test" names what was measured (Creatinine, lactate, sodium ...). If each row' in draft
    )
    assert 'layout = "long"' in draft


def test_a_workbook_without_rows_is_refused(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "empty.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("A")
        book.add_worksheet("B")
    with pytest.raises(InputError, match="has no sheet with rows"):
        suggest([path], standard())
    with pytest.raises(InputError, match="has no sheet with something in it"):
        read_sheet(path)
