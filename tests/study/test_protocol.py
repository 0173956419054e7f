"""A protocol file: what it means, and one clear sentence for every mistake."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from afterload.core.errors import InputError
from afterload.study.protocol import parse_protocol, read

GOOD = """
[study]
title = "ECLS or Impella"
[population]
include = ["age_years >= 18"]
exclude = ["ecpr == 'yes'"]
[arms]
by = "strategy"
reference = "ECLS"
landmark_days = 2
[[arms.arm]]
name = "ECLS"
rule = "ecls alone"
[[arms.arm]]
name = "Impella 5.0"
rule = "impella-5.0 alone"
[tables]
baseline = ["age_years", { variable = "lvef", summary = "mean", label = "EF" }]
biology = { variables = ["hb", "lactate"], points = ["pre", "24h"] }
complications = ["bleeding"]
[[outcomes]]
name = "death_30d"
event = "death_dt"
horizon_days = 30
[[outcomes]]
name = "survival"
kind = "time-to-event"
event = "death_dt"
"""


def test_a_protocol_is_read_whole() -> None:
    protocol = parse_protocol(GOOD.encode())
    assert protocol.title == "ECLS or Impella"
    assert [rule.text for rule in protocol.include] == ["age_years >= 18"]
    assert protocol.arms.reference == "ECLS"
    assert protocol.arms.landmark_days == 2
    assert [arm.rule for arm in protocol.arms.arms] == ["ecls alone", "impella-5.0 alone"]
    assert [(s.name, s.summary, s.label) for s in protocol.baseline] == [
        ("age_years", "median", ""),
        ("lvef", "mean", "EF"),
    ]
    assert protocol.points == ("pre", "24h")
    assert protocol.not_recorded_is_no == ()
    assert protocol.outcomes[0].label == "Death 30d"
    assert protocol.outcomes[1].censor == "last_known_alive"
    assert protocol.sha256 == hashlib.sha256(GOOD.encode()).hexdigest()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('title = "ECLS or Impella"', "", "needs title"),
        ('title = "ECLS or Impella"', "title = 3", "needs title"),
        ("[population]", "[populaton]", "unknown key 'populaton'"),
        ("[arms]\n", "[arms]\nrefernce = 'x'\n", "unknown key 'refernce'"),
        ('reference = "ECLS"', 'reference = "IABP"', "'IABP' is not an arm"),
        ('name = "Impella 5.0"', 'name = "ECLS"', "names 'ECLS' twice"),
        ('rule = "ecls alone"', "", "either a rule or levels"),
        ("landmark_days = 2", "landmark_days = -2", "landmark_days"),
        ('rule = "ecls alone"', 'levels = ["ecls"]', "by strategy need rules"),
        ('summary = "mean"', 'summary = "mode"', "'median' or 'mean'"),
        ('points = ["pre", "24h"]', "points = []", "biology needs points"),
        ("horizon_days = 30", "", "a rule, or an event and horizon_days"),
        ('kind = "time-to-event"\nevent = "death_dt"', 'kind = "time-to-event"', "an event"),
        ('kind = "time-to-event"', 'kind = "hazard"', "'binary' or 'time-to-event'"),
        ('name = "survival"', 'name = "death_30d"', "names 'death_30d' twice"),
        ('include = ["age_years >= 18"]', 'include = ["age_years >="]', "ends too early"),
        ('include = ["age_years >= 18"]', 'include = "age_years >= 18"', "list of texts"),
        ("[study]", "[study", "not valid TOML"),
        ("[study]", "[study]\nalpha = 5", "between 0 and 1"),
        ("horizon_days = 30", "horizon_days = inf", "a number that is not negative"),
        ("landmark_days = 2", "landmark_days = nan", "a number that is not negative"),
        ('name = "survival"', 'name = "../up"', "a name of lower-case letters"),
        ('complications = ["bleeding"]', 'complications = ["stroke", "stroke"]', "'stroke' twice"),
        ('points = ["pre", "24h"]', 'points = ["pre", "pre"]', "'pre' twice"),
        ('baseline = ["age_years", ', 'baseline = ["lvef", ', "'lvef' twice"),
        ("baseline = [", "baseline = [3, ", "a list of variables"),
    ],
)
def test_every_mistake_gets_one_sentence(old: str, new: str, said: str) -> None:
    assert GOOD.count(old) >= 1
    with pytest.raises(InputError, match=said) as caught:
        parse_protocol(GOOD.replace(old, new, 1).encode())
    assert "\n" not in str(caught.value).split(": ", 1)[0]


def test_outcomes_must_be_tables() -> None:
    without = GOOD[: GOOD.index("[[outcomes]]")]
    with pytest.raises(InputError, match=r"written as \[\[outcomes\]\]"):
        parse_protocol(("outcomes = 3\n" + without).encode())


def test_one_arm_is_no_comparison() -> None:
    alone = GOOD.replace('[[arms.arm]]\nname = "Impella 5.0"\nrule = "impella-5.0 alone"\n', "")
    with pytest.raises(InputError, match="at least two"):
        parse_protocol(alone.encode())


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"absent\.toml cannot be read"):
        read(tmp_path / "absent.toml")
