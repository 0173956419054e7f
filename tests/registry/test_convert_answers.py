"""Yes, no and nothing: what a sheet says of complications, read as answers."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.core.errors import BadCells
from afterload.core.vocabulary import standard
from afterload.registry.convert import Converted, convert
from afterload.registry.convert_keys import Known
from afterload.registry.mapping_parse import parse_map

BLED = 'x = { to = "complication", kind = "bleeding", codes = { 1 = true, 2 = false } }'


def run(folder: Path, cells: str, columns: str, table: str = "", head: str = "") -> Converted:
    path = folder / "a.csv"
    path.write_text(cells)
    plan = parse_map(
        f'{head}\n[[table]]\nepisode = "id"\n{table}\n[table.columns]\n{columns}\n',
        "m.toml",
        standard(),
    )
    return convert([path], plan, known=Known(frozenset("abc"), {k: k for k in "abc"}))


def answers(made: Converted) -> list[tuple[str, str, bool]]:
    """Episode, kind and answer of every row."""
    for rows in made.batch.rows:
        if rows.table == "complication":
            columns = (rows.columns[name] for name in ("episode", "kind", "occurred"))
            return sorted(zip(*columns, strict=True))
    return []


def refused(error: pytest.ExceptionInfo[BadCells]) -> list[tuple[int, str, str, str]]:
    return [(c.row, c.column, c.value, c.allowed) for c in error.value.cells]


def test_code_2_is_no_and_an_empty_cell_says_nothing(tmp_path: Path) -> None:
    made = run(tmp_path, "id,x\na,1\nb,2\nc,\n", BLED)
    assert answers(made) == [("a", "bleeding", True), ("b", "bleeding", False)]
    assert made.report.notes == ("complication: 1 event, 1 said not to have occurred",)
    assert [t.values for t in made.report.tallies] == [2]


def test_words_of_three_languages_are_answers_too(tmp_path: Path) -> None:
    cells = "id,x\na,oui\nb,nein\nc,NF\n"
    made = run(tmp_path, cells, 'x = { to = "complication", kind = "rrt", missing = ["NF"] }')
    assert answers(made) == [("a", "rrt", True), ("b", "rrt", False)]


def test_a_kind_is_ruled_out_by_all_of_its_columns_together(tmp_path: Path) -> None:
    """a: both no; b: one no, the other empty; c: one no, the other yes."""
    columns = f"{BLED}\n{BLED.replace('x', 'y', 1)}"
    made = run(tmp_path, "id,x,y\na,2,2\nb,2,\nc,2,1\n", columns)
    assert answers(made) == [("a", "bleeding", False), ("c", "bleeding", True)]


def test_a_narrower_column_does_not_rule_the_kind_out(tmp_path: Path) -> None:
    narrow = 'y = { to = "complication", kind = "stroke", set = { stroke_type = "ischaemic" } }'
    made = run(tmp_path, "id,y\na,0\nb,1\n", narrow)
    assert answers(made) == [("b", "stroke", True)]
    assert made.report.files[0].notes == (
        "complication stroke ('y'): a no rules nothing out, because set narrows the kind down",
    )
    both = narrow + '\nx = { to = "complication", kind = "stroke" }'
    made = run(tmp_path, "id,x,y\na,0,0\nb,0,1\nc,0,\n", both)
    assert answers(made) == [("a", "stroke", False), ("b", "stroke", True)]


def test_the_no_of_one_day_rules_nothing_out(tmp_path: Path) -> None:
    made = run(tmp_path, "id,h,x\na,0,2\na,24,1\nb,0,2\n", BLED, 'at = "h"\nat_unit = "hours"')
    assert answers(made) == [("a", "bleeding", True)]
    assert "several times per episode" in made.report.files[0].notes[0]


def test_an_answer_told_in_two_rows_is_one(tmp_path: Path) -> None:
    assert answers(run(tmp_path, "id,x\na,2\na,2\nb,2\n", BLED)) == [
        ("a", "bleeding", False), ("b", "bleeding", False)
    ]  # fmt: skip


def test_a_list_of_events_rules_nothing_out(tmp_path: Path) -> None:
    listed = 'x = { to = "complication", codes = { B = "bleeding", S = "stroke", 0 = false } }'
    made = run(tmp_path, "id,x\na,B\na,S\nb,0\n", listed, 'rows = "existing"')
    assert answers(made) == [("a", "bleeding", True), ("a", "stroke", True)]
    assert made.report.notes == ()


def test_yes_and_no_of_one_episode_are_both_named_and_nothing_comes_in(tmp_path: Path) -> None:
    with pytest.raises(BadCells) as error:
        run(tmp_path, "id,x\na,1\nb,2\na,2\n", BLED)
    assert refused(error) == [
        (4, "x", "2", "Row 2, column 'x', says that the episode a had bleeding. Correct one of "
                      "them.")
    ]  # fmt: skip


def test_a_day_of_what_did_not_happen_is_refused(tmp_path: Path) -> None:
    dated = 'x = { to = "complication", kind = "rrt", at_days = "day" }'
    with pytest.raises(BadCells) as error:
        run(tmp_path, "id,x,day\na,1,3\nb,0,5\nc,,7\n", dated)
    assert refused(error) == [
        (3, "day", "5", "'x' says that it did not happen, and this says when it did.")
    ]
    made = run(tmp_path, "id,x,day\na,1,3\nb,0,5\n", dated.replace("}", ', bad = "missing" }'))
    assert answers(made) == [("a", "rrt", True), ("b", "rrt", False)]
    (rows,) = [rows for rows in made.batch.rows if rows.table == "complication"]
    assert list(rows.columns["at_h"]) == [72.0, None]


def test_a_fix_of_the_map_can_make_a_no(tmp_path: Path) -> None:
    fixed = BLED.replace("codes", 'fix = { a = "2" }, codes')
    assert answers(run(tmp_path, "id,x\na,1\nb,1\n", fixed)) == [
        ("a", "bleeding", False), ("b", "bleeding", True)
    ]  # fmt: skip
