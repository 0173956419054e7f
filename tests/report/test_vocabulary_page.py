"""The reference page holds every variable once, in tables that are whole."""

from __future__ import annotations

import re

from afterload.core.vocabulary import declared_variables, standard
from afterload.report.vocabulary_page import vocabulary_markdown

PAGE = vocabulary_markdown(standard())
ROWS = [re.split(r"(?<!\\)\|", line)[1:-1] for line in PAGE.splitlines() if line.startswith("|")]
BY_NAME = {row[0].strip(): [cell.strip() for cell in row] for row in ROWS}


def test_each_variable_has_one_row():
    names = [row[0].strip(" `") for row in ROWS if row[0].startswith(" `")]
    assert names == list(standard())


def test_every_row_of_every_table_has_nine_cells():
    assert {len(row) for row in ROWS} == {9}


def test_each_section_has_a_heading_in_order():
    headings = [line[3:] for line in PAGE.splitlines() if line.startswith("## ")]
    assert headings == list(dict.fromkeys(v.section for v in standard().values()))
    assert len(headings) == 13


def test_a_row_says_what_there_is_to_know():
    assert BY_NAME["`lactate`"] == [
        "`lactate`", "Lactate", "Lactate", "num", "mmol/L", "0.1 to 40", "0.3 to 25",
        "`mg/dL`, `meq/L`",
        "LOINC 32693-4; OMOP 3047181 (arterial 2518-9 / 3018405: name M) (CONFIRMED)",
    ]  # fmt: skip
    assert BY_NAME["`sex`"][3:8] == ["enum: female, male, unknown", "", "", "", ""]
    assert BY_NAME["`troponin_i`"][5] == "0 to 1000000"


def test_the_counts_and_whose_choice_the_soft_ranges_are_stand_at_the_top():
    assert "201 variables: 160 core, 41 extended. " in PAGE
    assert "soft\nranges are afterload's own choice" in PAGE


def test_nothing_in_a_cell_breaks_the_table_or_becomes_html():
    site = {"bnp": {"label": "a|b <i>\nc", "range": [1, float("inf")]}}
    page = vocabulary_markdown(standard().with_variables(declared_variables(site, "site.toml")))
    assert "41 extended, 1 of this site." in page
    assert "| `bnp` | a\\|b &lt;i> c |  | num |  | 1 to inf | 1 to inf |  | SITE |" in page
    assert "REDCap &lt;form>_complete" in page
