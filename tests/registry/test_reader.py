"""Spreadsheets as raw cells: whatever they were saved as, the same cells come out."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from afterload.core.errors import InputError
from afterload.registry.reader import Reading, header_index, read_sheet
from afterload.registry.reader_text import detect_delimiter

TEXT = "Patient;Âge;Créatinine;Größe\nÉmile;63,5;120;178\nJürgen;51;88,2;\nHélène;65;110;161\n"


def write(path: Path, content: bytes | str) -> Path:
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


@pytest.mark.parametrize(
    ("written", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("cp1252", "cp1252"),
        ("latin-1", "cp1252"),  # the printable characters of one are those of the other
    ],
)
def test_the_encoding_is_found_and_told(tmp_path: Path, written: str, told: str) -> None:
    sheet = read_sheet(write(tmp_path / "a.csv", TEXT.encode(written)))
    assert sheet.encoding == told
    assert list(sheet.columns) == ["Patient", "Âge", "Créatinine", "Größe"]
    assert sheet.columns["Patient"].to_list() == ["Émile", "Jürgen", "Hélène"]


def test_windows_quotes_and_the_euro_are_not_lost(tmp_path: Path) -> None:
    text = "id,remark\n1,“à revoir” – 5 €\n"
    sheet = read_sheet(write(tmp_path / "a.csv", text.encode("cp1252")))
    assert sheet.columns["remark"].to_list() == ["“à revoir” – 5 €"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_the_delimiter_is_found(tmp_path: Path, delimiter: str) -> None:
    lines = [["id", "text", "value"], ["1", "a", "3"], ["2", "b", "4"]]
    text = "\n".join(delimiter.join(line) for line in lines)
    sheet = read_sheet(write(tmp_path / "a.txt", text))
    assert sheet.delimiter == delimiter
    assert sheet.columns["value"].to_list() == ["3", "4"]


def test_decimal_commas_do_not_pass_for_delimiters() -> None:
    assert detect_delimiter("id;a;b\n1;3,5;4,5\n2;1,25;8\n3;7;9,1\n") == ";"


def test_a_delimiter_inside_quotes_is_text(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path / "a.csv", 'id,note\n1,"a, b; c"\n2,"x\ny"\n'))
    assert sheet.delimiter == ","
    assert sheet.columns["note"].to_list() == ["a, b; c", "x\ny"]
    assert sheet.rows.to_list() == [2, 3]


def test_rows_are_numbered_as_a_spreadsheet_shows_them(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path / "a.csv", "id,x\n1,2\n,\n3,4\n\n5,6\n"))
    assert sheet.columns["id"].to_list() == ["1", "3", "5"]
    assert sheet.rows.to_list() == [2, 4, 6]
    assert sheet.notes == ("2 blank rows were passed over",)


def test_a_title_above_the_column_names_is_passed_over(tmp_path: Path) -> None:
    text = "Our cohort,,\n,,\nid,age,sex\n1,50,m\n"
    sheet = read_sheet(write(tmp_path / "a.csv", text))
    assert list(sheet.columns) == ["id", "age", "sex"]
    assert sheet.rows.to_list() == [4]


def test_the_map_can_say_where_the_column_names_are(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "a,b,c\nid,age,sex\n1,50,m\n")
    sheet = read_sheet(path, Reading(header_row=2))
    assert list(sheet.columns) == ["id", "age", "sex"]
    with pytest.raises(InputError, match="row 9, but the file ends before it"):
        read_sheet(path, Reading(header_row=9))


def test_blank_and_repeated_column_names_get_names_of_their_own(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path / "a.csv", "id,other,other,,,\n1,2,3,4,,\n"))
    assert list(sheet.columns) == ["id", "other", "other (2)", "column 4"]
    assert sheet.notes == (
        "the column name 'other' stands twice; the later one is read as 'other (2)'",
    )


def test_a_short_row_is_filled_and_a_long_one_refused(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path / "a.csv", "id,x,y\n1,2\n3,4,5\n"))
    assert sheet.columns["y"].to_list() == [None, "5"]
    with pytest.raises(InputError, match="row 3 has 4 cells but there are 3 column names"):
        read_sheet(write(tmp_path / "b.csv", "id,x,y\n1,2,3\n3,4,5,6\n"))


def test_old_macintosh_line_ends_are_read(tmp_path: Path) -> None:
    sheet = read_sheet(write(tmp_path / "a.csv", "id,x\r1,2\r3,4\r"))
    assert sheet.columns["x"].to_list() == ["2", "4"]


def workbook(path: Path) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("Daten")
        book.add_worksheet("leer")
        date = book.add_format({"num_format": "dd.mm.yyyy hh:mm"})
        sheet.write_row(0, 0, ["Unsere Kohorte"])
        sheet.write_row(2, 0, ["ID", "Datum", "Laktat ", "gemischt", "", "ID", "leer"])
        for i in range(3):
            sheet.write_number(3 + i, 0, i + 1)
            sheet.write_datetime(3 + i, 1, datetime(2024, 1, i + 1, 5, 30), date)
            sheet.write_number(3 + i, 2, 68.47058823529412 + i)
            sheet.write(3 + i, 3, "n.d." if i else 3.5)
            sheet.write(3 + i, 4, "x")
            sheet.write_number(3 + i, 5, 9)
        sheet.write_formula(5, 6, "=1/0", None, "#DIV/0!")
    return path


def test_a_workbook_keeps_its_types_and_row_numbers(tmp_path: Path) -> None:
    sheet = read_sheet(workbook(tmp_path / "a.xlsx"))
    assert sheet.sheet == "Daten"
    assert list(sheet.columns) == [
        "ID",
        "Datum",
        "Laktat",
        "gemischt",
        "column 5",
        "ID (2)",
        "leer",
    ]
    assert sheet.columns["Datum"].to_list()[0] == datetime(2024, 1, 1, 5, 30)
    assert sheet.columns["Laktat"].to_list()[0] == 68.47058823529412
    assert sheet.columns["gemischt"].to_list() == ["3.5", "n.d.", "n.d."]
    assert sheet.rows.to_list() == [4, 5, 6]
    assert any("1 cells of the workbook hold an error" in note for note in sheet.notes)


def test_the_sheet_of_a_workbook_must_be_clear(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("A", "B"):
            book.add_worksheet(name).write_row(0, 0, ["id", name])
            book.get_worksheet_by_name(name).write_row(1, 0, [1, 2])
    with pytest.raises(InputError, match="2 sheets with something in them: A, B"):
        read_sheet(path)
    assert list(read_sheet(path, Reading(sheet="B")).columns) == ["id", "B"]
    with pytest.raises(InputError, match=r"has no sheet 'C'\. It has: A, B"):
        read_sheet(path, Reading(sheet="C"))


def test_parquet_times_with_a_zone_become_utc_and_it_is_told(tmp_path: Path) -> None:
    frame = pl.DataFrame(
        {
            "id": pl.Series(["a"], dtype=pl.Categorical),
            "at": [datetime(2024, 6, 1, 12, 0, tzinfo=UTC)],
            "x": [1.5],
            "__index_level_0__": [7],
        }
    ).with_columns(pl.col("at").dt.convert_time_zone("Europe/Paris"))
    frame.write_parquet(tmp_path / "a.parquet")
    sheet = read_sheet(tmp_path / "a.parquet")
    assert sheet.columns["at"].to_list() == [datetime(2024, 6, 1, 12, 0)]
    assert list(sheet.columns) == ["id", "at", "x"]
    assert sheet.notes == ("times with a zone are kept as UTC: at",)


def test_the_fingerprint_is_that_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,x\n1,2\n")
    assert read_sheet(path).sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("a.csv", b"", "is empty"),
        ("a.csv", b"id,x\n", "no rows below them"),
        ("a.xlsx", b"not a workbook", "is not a workbook"),
        ("a.parquet", b"not parquet", "is not a Parquet file"),
        ("a.docx", b"x", "files that end in '.docx' are not read"),
    ],
)
def test_a_file_that_is_no_table_is_refused(
    tmp_path: Path, name: str, content: bytes, told: str
) -> None:
    with pytest.raises(InputError, match=told):
        read_sheet(write(tmp_path / name, content))


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="is not a file"):
        read_sheet(tmp_path / "nowhere.csv")


def test_a_wrong_encoding_in_the_map_is_refused(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", TEXT.encode("cp1252"))
    with pytest.raises(InputError, match=r"is not utf-8 text"):
        read_sheet(path, Reading(encoding="utf-8"))
    with pytest.raises(InputError, match="'klingon' is not an encoding"):
        read_sheet(path, Reading(encoding="klingon"))


def test_the_column_names_are_the_first_well_filled_record() -> None:
    assert header_index([["Title", None, ""], [None, None, None], ["a", "b", "c"]]) == 2
    assert header_index([["only"], ["1"]]) == 0


@pytest.mark.parametrize(
    "content",
    [
        b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(range(256)) * 20,
        b"PK\x03\x04\x14\x00\x00\x00" + bytes(range(256)) * 20,
        bytes(range(1, 32)) * 40,
    ],
)
def test_a_file_that_is_no_text_is_told_to_be_none(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(InputError, match=r"a.csv does not look like a text table"):
        read_sheet(write(tmp_path / "a.csv", content))


def test_an_encoding_of_the_map_that_does_not_fit_is_told_apart(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", "id,x\na,é\n".encode("cp1252"))
    with pytest.raises(InputError, match=r"is not utf-8 text .* Leave the encoding out"):
        read_sheet(path, Reading(encoding="utf-8"))


@pytest.mark.parametrize("delimiter", ["abc", "§", '"'])
def test_a_delimiter_is_one_plain_sign(tmp_path: Path, delimiter: str) -> None:
    with pytest.raises(InputError, match="cannot separate cells"):
        read_sheet(write(tmp_path / "a.csv", TEXT), Reading(delimiter=delimiter))


def test_a_sheet_named_for_a_text_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a.csv is not a workbook and has no sheets"):
        read_sheet(write(tmp_path / "a.csv", TEXT), Reading(sheet="Tabelle1"))
