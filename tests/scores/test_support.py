"""Warnings by the mechanical support that was running."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations

import pytest

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.scores import ALL, Formula, Score, tally
from afterload.scores.about import About
from afterload.scores.derive import Equation
from afterload.scores.formula import Term
from afterload.scores.support import (
    EFFECTS,
    NONE_AND_A_DEVICE,
    SUPPORT,
    check_support,
    under_support,
)

PAPER = Source("Toy et al. 2020", place="equation", confidence="M")
EQUATION = Equation("map × co", lambda _, x: x["map"] * x["co"], rises=("map", "co"))
TOY = Formula(
    About(
        "toy",
        "Toy",
        "A toy.",
        "1.0",
        PAPER,
        declares=(SUPPORT,),
        cautions=(NONE_AND_A_DEVICE,),
        support=under_support("Toy", "arterial pressure", "cardiac output", "bilirubin"),
    ),
    EQUATION,
    (Term("toy", "Toy", EQUATION, PAPER),),
)
UNDER = {
    "ecls": "Toy under VA-ECMO:",
    "impella": "Toy under Impella:",
    "iabp": "Toy under an IABP:",
    "tandemheart": "Toy under TandemHeart:",
    "right": "Toy under a right-sided pump:",
    "other": "Toy under another device:",
}


def warned(support: str | None) -> tuple[str, ...]:
    return tally(TOY, {"map": 65, "co": 4, "support": support}).warnings


@pytest.mark.parametrize("size", range(1, len(UNDER) + 1))
def test_every_combination_of_devices_shows_its_warnings_and_no_other(size: int) -> None:
    for devices in combinations(UNDER, size):
        found = warned("+".join(devices))
        assert len(found) == size
        for device, text in zip(devices, found, strict=True):
            assert text.startswith(UNDER[device])


def test_support_that_is_not_told_is_not_taken_for_none() -> None:
    (text,) = warned(None)
    assert "which device was running is not told" in text
    assert "support=ecls|impella|iabp|tandemheart|right|other|none" in text


def test_without_support_nothing_is_said() -> None:
    assert warned("none") == ()


def test_none_and_a_device_contradict_each_other() -> None:
    first, second = warned("none+ecls")
    assert first == NONE_AND_A_DEVICE.text
    assert second.startswith(UNDER["ecls"])


def test_the_support_changes_no_number_and_is_not_missing() -> None:
    told, untold = (tally(TOY, {"map": 65, "support": s}) for s in ("ecls", None))
    assert (told.low, told.high) == (untold.low, untold.high) == (0, 65 * 20)
    assert told.missing == untold.missing == ("co",)


def test_a_device_that_leaves_a_quantity_alone_is_silent() -> None:
    texts = [caution.text for caution in under_support("Bilirubin", "bilirubin")]
    assert not any("IABP" in text for text in texts)
    assert all("Bilirubin" in text for text in texts[:-1])  # the last one: support is not told


def test_every_device_is_a_choice_and_only_those_without_effect_are_left() -> None:
    assert set(SUPPORT.levels) - set(EFFECTS) == {"other", "none"}


@pytest.mark.parametrize("gone", ["declares", "cautions"])
def test_a_score_that_warns_by_support_must_ask_for_it(gone: str) -> None:
    check_support(TOY.about)
    with pytest.raises(InputError, match="must declare SUPPORT"):
        check_support(replace(TOY.about, **{gone: ()}))  # type: ignore[arg-type]


@pytest.mark.parametrize("score", ALL.values(), ids=ALL)
def test_every_shipped_score_that_warns_by_support_asks_for_it(score: Score) -> None:
    check_support(score.about)
    if score.about.support:
        texts = tally(score, {"support": "none"}).warnings
        assert not {caution.text for caution in score.about.support} & set(texts)
        assert all(c.source.citation and c.source.place for c in score.about.support)
