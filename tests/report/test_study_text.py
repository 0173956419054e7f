"""What a study says in the terminal: every text as it is, nothing taken for markup."""

from dataclasses import replace
from io import StringIO

import pytest

from afterload.cli.terminal import terminal
from afterload.report.disclosure import disclose_study
from afterload.report.study_text import summary
from afterload.study.ard import Results
from afterload.study.design import Study


def _printed(study: Study) -> str:
    console = terminal(160)
    console.file = StringIO()
    console.print(summary(study, width=160))
    return console.file.getvalue()


def test_withheld_numbers_are_shown_as_withheld(study: Study) -> None:
    """A number in each place of the terminal is withheld as [c]."""
    rows = tuple(
        replace(row, value=None, warning="suppressed")
        if row.section in {"outcomes", "survival"} or row.variable == "arm"
        else row
        for row in study.results
    )
    text = _printed(Study(study.design, Results(rows)))
    arms = text.splitlines()[1]
    assert arms == " · ".join(
        f"{arm} [c]{' (reference)' if arm == study.design.reference else ''}"
        for arm in study.design.arms
    )
    outcome = next(line for line in text.splitlines() if line.startswith(f"  {arms[:4]}"))
    assert "[c]" in outcome


@pytest.mark.parametrize("text", ["Trial [b] of [c]", "[/b] :smile: [red]x"])
def test_texts_of_the_protocol_are_no_markup(study: Study, text: str) -> None:
    outcomes = tuple(replace(one, label=f"{text} death") for one in study.design.outcomes)
    design = replace(study.design, title=text, outcomes=outcomes, warnings=(f"Mind {text}.",))
    printed = _printed(Study(design, study.results))
    for said in (text, f"{text} death", f"Beware: Mind {text}."):
        assert said in printed


def test_the_disclosed_study_shows_every_mark_its_tables_have(study: Study) -> None:
    told = disclose_study(study, 15)
    assert "[c]" in _printed(told)
    assert "<15" in _printed(told)
