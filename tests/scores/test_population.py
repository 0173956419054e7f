"""Patients a score was not made in: told, with the reason, and not told of others."""

from __future__ import annotations

import pytest

from afterload.scores import ALL, tally

# scores.md: 1 (SAVE: VA-ECMO, refractory cardiogenic shock), 8.2 and 8.3 (infarction).
VV = {"save": "VA-ECMO", "encourage": "acute myocardial infarction on VA-ECMO",
      "cardshock": "cardiogenic shock", "iabp-shock-ii": "infarct-related"}  # fmt: skip


def warned(name: str, **values: object) -> list[str]:
    return list(tally(ALL[name], values).warnings)


@pytest.mark.parametrize("name", VV)
def test_ecmo_for_the_lungs_is_another_population(name: str) -> None:
    (told,) = [w for w in warned(name, ecmo_mode="vv") if "VV-ECMO" in w]
    assert VV[name] in told
    assert not [w for w in warned(name, ecmo_mode="va") if "VV-ECMO" in w]
    assert not [w for w in warned(name) if "VV-ECMO" in w]


@pytest.mark.parametrize("name", VV)
def test_support_after_heart_surgery_is_told_once(name: str) -> None:
    told = warned(name, postcardiotomy="yes", shock_class="postcardiotomy")
    assert len([w for w in told if "surgery" in w]) == 1
    assert len([w for w in warned(name, shock_class="postcardiotomy") if "surgery" in w]) == 1
    assert not [w for w in warned(name, postcardiotomy="no", shock_class="mixed") if "surgery" in w]


@pytest.mark.parametrize("name", ["save", "encourage", "iabp-shock-ii"])
def test_support_during_resuscitation_is_told(name: str) -> None:
    assert [w for w in warned(name, ecpr="yes") if "ECPR" in w]
    assert not [w for w in warned(name, ecpr="no") if "ECPR" in w]


@pytest.mark.parametrize("name", VV)
def test_a_child_has_no_total_and_is_told_why(name: str) -> None:
    found = tally(ALL[name], {"age": 12})
    assert found.total is found.low is None
    assert "18 years" in found.warnings[0]


def test_what_is_not_known_or_remembered_says_so() -> None:
    surely = {
        c.text: c.source.confidence
        for name in VV
        for c in ALL[name].about.cautions
        if c.about in ("ecmo_mode", "ecpr", "postcardiotomy", "shock_class")
    }
    for text, confidence in surely.items():
        assert ("not known here" in text) == (confidence == "U")
        assert ("from memory" in text) == (confidence == "M")
