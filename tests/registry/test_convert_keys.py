"""Rows that are no patients, and keys that are one in two spellings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from afterload.core.errors import BadCells
from afterload.core.vocabulary import standard
from afterload.registry.convert import Converted, convert
from afterload.registry.convert_keys import Known
from afterload.registry.mapping_parse import parse_map


def read(path: Path, head: str = "", **more: Any) -> Converted:
    text = f'[[table]]\nepisode = "id"\n{head}\n[table.columns]\nage = "age_years"\n'
    return convert([path], parse_map(text, "m.toml", standard()), **more)


def made(folder: Path, keys: list[str], head: str = "", **more: Any) -> Converted:
    path = folder / "a.csv"
    path.write_text("id,age\n" + "".join(f"{key},60\n" for key in keys))
    return read(path, head, **more)


def told(folder: Path, keys: list[str], head: str = "", **more: Any) -> list[tuple[int, str, str]]:
    with pytest.raises(BadCells) as error:
        made(folder, keys, head, **more)
    return [(cell.row, cell.value, cell.allowed) for cell in error.value.cells]


@pytest.mark.parametrize(
    "word",
    ["Total", "TOTAL", "Total (n=40)", "Moyenne", "Moyenne :", "Mean", "Mean ± SD", "Somme",
     "Gesamt", "Mittelwert", "Médiane", "Écart-type", "Sous-total", "Standardabweichung"],
)  # fmt: skip
def test_a_row_of_totals_or_means_is_no_patient(tmp_path: Path, word: str) -> None:
    ((row, value, sentence),) = told(tmp_path, ["P1", "P2", word])
    assert (row, value) == (4, word)
    assert sentence.startswith("It looks like a row of totals or means, not like a patient.")
    assert 'keys = "as they are"' in sentence
    assert made(tmp_path, ["P1", "P2", word], 'keys = "as they are"').report.patients == 3


def test_short_words_are_summaries_at_the_end_only(tmp_path: Path) -> None:
    assert [row for row, *_ in told(tmp_path, ["P1", "P2", "mean", "SD", "n"])] == [4, 5, 6]
    assert made(tmp_path, ["Max", "N", "P1"]).report.patients == 3


@pytest.mark.parametrize("keys", [["Meaney", "Totalus", "Summers"], ["SUM-01", "SUM-02"]])
def test_names_that_begin_alike_are_patients(tmp_path: Path, keys: list[str]) -> None:
    assert made(tmp_path, keys).report.patients == len(keys)


def test_one_key_in_two_spellings_is_asked_about(tmp_path: Path) -> None:
    ((row, value, sentence),) = told(tmp_path, ["P1", "P2", "p1"])
    assert (row, value) == (4, "p1")
    assert sentence.startswith("It differs from 'P1' (row 2) in capital letters alone.")
    assert made(tmp_path, ["P1", "P2", "p1"], 'keys = "as they are"').report.patients == 3
    known = Known(frozenset(["P2"]), {"P2": "P2"})
    ((row, _, sentence),) = told(tmp_path, ["P1", "p2"], known=known)
    assert (row, sentence[:48]) == (3, "It differs from 'P2' (which the registry has) in")
    assert made(tmp_path, ["P1", "P2"], known=known).report.patients == 2


def test_a_patient_in_two_spellings_is_asked_about(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("id,who,age\n1,Bo,60\n2,BO,60\n")
    with pytest.raises(BadCells) as error:
        read(path, 'patient = "who"')
    assert [(c.row, c.column, c.value) for c in error.value.cells] == [(3, "who", "BO")]


def test_a_row_that_stands_apart_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("S")
        for row, cells in enumerate(
            (("id", "age"), ("a", 50), ("b", 51), ("c", 60), (), ("x", 54))
        ):
            sheet.write_row(row, 0, cells)
    notes = read(path).report.files[0].notes
    assert "1 blank row was passed over" in notes
    assert any(note.startswith("row 6 stands apart, below a blank row") for note in notes)


def test_rows_that_are_too_short_are_told(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text('id;note;age\n1;"a;b";60\n2;x\n3;;61\n4\n\n')
    done = read(path, 'ignore = ["note"]')
    assert (
        "2 rows have fewer cells than there are column names (row 3, 5); the cells that are not "
        "there count as empty" in done.report.files[0].notes
    )
    path.write_text("id;age;\n1;60\n2;\n")  # a delimiter too many in the header is none
    assert not any("fewer cells" in note for note in read(path).report.files[0].notes)
