"""The reference pages of the scores: every score, every number's source, every reading."""

from __future__ import annotations

import pytest

from afterload.actions.score import catalogue
from afterload.report.score_page import index_markdown, score_markdown, slots_markdown
from afterload.scores import ALL, Card
from afterload.scores.slots import SLOTS


@pytest.mark.parametrize("name", ALL)
def test_a_page_tells_source_status_and_every_reading(name: str) -> None:
    about = ALL[name].about
    page = score_markdown(ALL[name])
    assert page.startswith(f"# {about.title}\n")
    assert about.source.citation.replace("|", "\\|") in page
    assert f"| Status | {about.status}" in page
    for note in about.notes:
        assert note.topic.replace("|", "\\|") in page
    for validation in about.validations:
        assert validation.found in page


@pytest.mark.parametrize("name", ALL)
def test_every_row_of_a_table_has_as_many_cells_as_its_head(name: str) -> None:
    width = 0
    for line in score_markdown(ALL[name]).splitlines():
        if not line.startswith("| "):
            width = 0
            continue
        cells = line.replace("\\|", "").count("|")
        width = width or cells
        assert cells == width, line


def test_the_points_of_save_as_the_reference_prints_them() -> None:
    page = score_markdown(ALL["save"])
    assert isinstance(ALL["save"], Card)
    for words in ("18-38: +7<br>39-52: +4<br>53-62: +3<br>≥ 63: 0", "| Constant |", "| −6 |",
                  "| I | > 5 | 75 % |", "| V | ≤ -10 | 18 % |", "AUROC 0.90"):  # fmt: skip
        assert words in page.replace("| -6 |", "| −6 |"), words


def test_the_list_names_every_score_and_every_slot() -> None:
    page = index_markdown(catalogue())
    for name in ALL:
        assert f"[`{name}`]({name}.md)" in page
    slots = slots_markdown(SLOTS.values())
    for name, slot in SLOTS.items():
        assert f"[`{name}`](slots.md#{name})" in page
        assert slot.why.replace("|", "\\|") in slots


def test_the_pages_of_score_coeur_and_icar_have_their_equations_and_every_number() -> None:
    """The numbers are those of scores.md, sections 7.1 to 7.4, as printed there."""
    index = ("1.301335", "0.157691", "0.510058", "0.615711", "186.3", "-1.154", "-0.203", "0.742",
             "928", "11332", "189", "2696", "150", "230", "105")  # fmt: skip
    rest = ("775", "51", "900", "1102", "1051", "65", "0.1", "0.8", "70", "0.6785748856", "0.50608",
            "0.50754", "0.40268", "0.54443", "0.36262", "0.41714", "2e-07", "2.9")  # fmt: skip
    for name, wanted in (("icar", index), ("coeur", (*index, *rest))):
        page = score_markdown(ALL[name])
        values = [line.split(" | ")[1] for line in page.splitlines() if line.count(" | ") == 2]
        assert set(wanted) <= set(values), set(wanted) - set(values)
        assert "10 × (1.301335 on ECMO or ECLS + 0.157691 × decile" in page
    assert "0.36262" not in score_markdown(ALL["icar"])
    assert "| µmol/L of creatinine in 1 mg/dL | 88.4 |" in score_markdown(ALL["icar"])
    assert "0.6785748856^exp(0.50608 recipient over 50" in score_markdown(ALL["coeur"])
    assert "exp(−2e-07 × minutes^2.9)" in score_markdown(ALL["coeur"])


@pytest.mark.parametrize("name", ALL)
def test_a_page_shows_no_bit_mask(name: str) -> None:
    assert "support >" not in score_markdown(ALL[name])
