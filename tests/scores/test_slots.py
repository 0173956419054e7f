"""Scores without numbers: each says what it asks, where it stands and why it is not computed."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from afterload.actions.score import catalogue, find_score
from afterload.cli.score import score
from afterload.core.errors import InputError, UnknownName
from afterload.scores import ALL
from afterload.scores.slots import SLOTS, Slot

NAMED = {
    "modified-save", "peigh", "remember", "predict-va-ecmo", "clip", "ami-ecmo-choi",
    "ami-ecmo-cornell", "ecmo-accepts", "ecls-shock", "trs", "schrage-2020", "tehrani-2019",
}  # fmt: skip


def test_the_slots_are_those_without_confirmed_points() -> None:
    assert set(SLOTS) == NAMED
    assert not NAMED & set(ALL)


@pytest.mark.parametrize("slot", SLOTS.values(), ids=SLOTS)
def test_each_says_where_it_stands_and_why_not(slot: Slot) -> None:
    assert all((slot.title, slot.purpose, slot.inputs, slot.cohort, slot.confirmed, slot.why))
    assert slot.source.citation
    assert slot.source.place
    assert slot.source.confidence in ("C1", "M")
    assert slot.why[0].islower()
    assert not slot.why.endswith(".")
    with pytest.raises(InputError) as caught:
        find_score(slot.name.upper())
    said = str(caught.value)
    assert slot.why in said
    assert slot.inputs in said
    assert slot.source.citation in said
    assert "--card FILE.toml" in said


def test_a_slot_ends_with_exit_code_2_and_no_number() -> None:
    done = CliRunner().invoke(score, ["tehrani-2019", "age=75"])
    assert isinstance(done.exception, InputError)
    assert done.exception.exit_code == 2
    assert SLOTS["tehrani-2019"].why in str(done.exception)
    assert done.output == ""


def test_they_are_listed_with_their_status() -> None:
    assert {s.name for s in catalogue() if isinstance(s, Slot)} == NAMED
    done = CliRunner().invoke(score, ["--list"], env={"COLUMNS": "160"})
    lines = {line.split()[0]: line for line in done.output.splitlines() if line.strip()}
    for name, slot in SLOTS.items():
        assert "slot" in lines[name].split()
        assert slot.source.citation.split()[0] in lines[name]
    assert "provisional" in lines["iabp-shock-ii"].split()
    assert "Pöss 2017" in lines["iabp-shock-ii"]
    assert "exact" in lines["save"].split()


def test_a_name_close_to_one_is_offered() -> None:
    with pytest.raises(UnknownName, match="ami-ecmo-choi or ami-ecmo-cornell"):
        find_score("ami-ecmo")
