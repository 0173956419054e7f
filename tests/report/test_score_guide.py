"""What the terminal prints for definitions and assigned classes."""

from __future__ import annotations

import io

from rich.console import Console

from afterload.report.score_data import tally_data
from afterload.report.score_help import list_view, needs_view
from afterload.report.score_text import tally_view
from afterload.scores import ALL, Assigned, tally


def printed(view: object) -> str:
    console = Console(file=io.StringIO(), width=200, highlight=False)
    console.print(view)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_guide_tells_every_level_descriptor_and_modifier() -> None:
    for name in ("scai", "intermacs"):
        score = ALL[name]
        assert isinstance(score, Assigned)
        text = " ".join(printed(needs_view(score)).split())
        for level in score.levels:
            assert level.label in text
            assert all(
                descriptor.text.split(";")[0][:60] in text for descriptor in level.descriptors
            )
        for modifier in score.modifiers:
            assert f"{modifier.label}: " in text
    assert "scai=a|b|c|d|e" in printed(needs_view(ALL["scai"]))
    assert "intermacs=1|2|3|4|5|6|7" in printed(needs_view(ALL["intermacs"]))


def test_a_definition_tells_its_criteria_and_how_to_give_them() -> None:
    text = printed(needs_view(ALL["shock-trial"]))
    assert "haemodynamic: PCWP > 15 mmHg" in text
    row = next(line for line in text.splitlines() if "> 30 min" in line)
    for name in ("sbp_below_90_min (min)", "support_for_sbp=yes|no", "norepi"):
        assert name in row


def test_a_result_tells_what_holds_and_what_would_settle_the_rest() -> None:
    found = tally(ALL["shock-iabp-ii"], {"ami_type": "stemi", "lactate": 3})
    text = printed(tally_view(found))
    assert "open: not met, met" in text
    row = next(line for line in text.splitlines() if "Clinical pulmonary congestion" in line)
    assert row.split()[-2:] == ["pulmonary_congestion", "unknown"]
    assert "Would settle it" in text
    data = tally_data(found)
    assert (data["score"], data["total"], data["classes"]) == (
        "shock-iabp-ii", None, ["not met", "met"],
    )  # fmt: skip


def test_an_assigned_class_stands_with_its_guide() -> None:
    text = printed(tally_view(tally(ALL["scai"], {"scai": "c", "lactate": 3, "ci": 2.5})))
    assert text.splitlines()[0].split()[-1] == "C"
    row = next(line for line in text.splitlines() if "biochemistry, any of: lactate" in line)
    assert (row.split()[-1], "3 mmol/L" in row) == ("met", True)
    row = next(line for line in text.splitlines() if "cardiac index < 2.2" in line)
    assert row.split()[-2:] == ["not", "met"]
    assert printed(list_view([ALL["scai"], ALL["shock-trial"]])).count("exact") == 2
