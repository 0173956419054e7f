"""A study from protocol to results, on a registry small enough to count by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.actions.compare import compare_files
from afterload.core.errors import BadCells, InputError, UnknownName
from afterload.study.design import Study

MAP = """
[[table]]
episode = "id"
t0 = "t0"
[table.columns]
age = "age_years"
sex = "sex"
lactate = "lactate@pre"
lactate24 = "lactate@24h"
ecls = { to = "device", kind = "ecls", days = true }
bled = { to = "complication", kind = "bleeding", codes = { 1 = true, 0 = false } }
died = "death_dt"
left = "hosp_discharge_dt"
where = "discharge_dest"
"""

#        id  age sex    lac  24h   ecls bled died        left        where
ROWS = """id,t0,age,sex,lactate,lactate24,ecls,bled,died,left,where
a,2024-01-01,50,male,4,2,4,1,2024-01-05,2024-01-05,died
b,2024-01-01,60,female,8,,10,0,,2024-02-20,home
c,2024-01-01,70,male,6,3,5,0,2024-03-01,2024-03-01,died
d,2024-01-01,40,female,2,1,1,0,,2024-01-11,home
e,2024-01-01,80,male,,5,6,1,2024-01-31,2024-01-31,died
f,2024-01-01,55,,3,2,,0,,2024-03-01,rehab
"""

PROTOCOL = """
[study]
title = "By age"
[population]
include = ["sex is known"]
[arms]
by = "age_years"
reference = "young"
[[arms.arm]]
name = "young"
rule = "age_years < 65"
[[arms.arm]]
name = "old"
rule = "age_years >= 65"
[tables]
baseline = ["age_years", "sex"]
biology = { variables = ["lactate"], points = ["pre", "24h"] }
complications = ["bleeding"]
[[outcomes]]
name = "death_30d"
event = "death_dt"
horizon_days = 30
[[outcomes]]
name = "in_hospital"
rule = "died_in_hospital == 'yes'"
[[outcomes]]
name = "survival"
kind = "time-to-event"
event = "death_dt"
horizon_days = 90
"""


def _study(folder: Path, protocol: str = PROTOCOL, rows: str = ROWS) -> Study:
    (folder / "map.toml").write_text(MAP)
    (folder / "rows.csv").write_text(rows)
    (folder / "study.toml").write_text(protocol)
    return compare_files(folder / "study.toml", [folder / "rows.csv"], folder / "map.toml")


@pytest.fixture(scope="module")
def study(tmp_path_factory: pytest.TempPathFactory) -> Study:
    return _study(tmp_path_factory.mktemp("by_age"))


def _value(study: Study, *where: str, **more: str) -> float | None:
    found = study.results.find(*where, **more)  # type: ignore[arg-type]
    assert found is not None, (where, more)
    return found.value


def test_flow_counts_by_hand(study: Study) -> None:
    assert _value(study, "flow", "start", "count") == 6
    assert _value(study, "flow", "rule:1", "excluded") == 1
    assert _value(study, "flow", "rule:1", "remaining") == 5
    assert _value(study, "flow", "arm", "count", arm="young") == 3
    assert _value(study, "flow", "arm", "count", arm="old") == 2
    assert _value(study, "flow", "arm:none", "count") == 0


def test_tables_by_hand(study: Study) -> None:
    assert _value(study, "baseline", "age_years", "median", arm="young") == 50
    assert _value(study, "baseline", "sex", "count", level="female", arm="young") == 2
    assert _value(study, "biology", "lactate", "median", point="pre", arm="young") == 4
    assert _value(study, "biology", "lactate", "missing", point="24h", arm="young") == 1
    assert _value(study, "biology", "lactate", "median", point="24h", arm="old") == 4


def test_complications_by_hand(study: Study) -> None:
    assert _value(study, "complications", "bleeding", "count", arm="young") == 1
    assert _value(study, "complications", "bleeding", "device_days", arm="young") == 15
    rate = study.results.find("complications", "bleeding", "rate", arm="old")
    assert rate is not None  # e bled, nobody knows when: perhaps without a device
    assert (rate.value, rate.warning[:27]) == (None, "When an event happened is n")
    assert _value(study, "complications", "bleeding", "events_all", arm="old") == 1


def test_death_within_30_days_knows_who_was_lost(study: Study) -> None:
    """d left alive on day 10 and nobody knows after: neither dead nor alive at 30 days."""
    young = study.results.find("outcomes", "death_30d", "count", arm="young")
    assert young is not None
    assert (young.value, young.denominator) == (1, 2)
    assert _value(study, "outcomes", "death_30d", "unknown", arm="young") == 1
    old = study.results.find("outcomes", "death_30d", "count", arm="old")
    assert old is not None
    assert (old.value, old.denominator) == (1, 2)  # e on day 30, c later


def test_hospital_death_by_rule(study: Study) -> None:
    found = study.results.find("outcomes", "in_hospital", "count", arm="old")
    assert found is not None
    assert (found.value, found.denominator) == (2, 2)


def test_kaplan_meier_by_hand(study: Study) -> None:
    """young: a dies on day 4 (3 at risk), d is censored on day 10, b on day 50."""
    curve = {s.at: s.value for s in study.results.curve("survival", "survival", "young")}
    assert curve[4.0] == pytest.approx(2 / 3)
    old = {s.at: s.value for s in study.results.curve("survival", "survival", "old")}
    assert old[30.0] == pytest.approx(1 / 2)
    assert old[60.0] == pytest.approx(0)


def test_the_dataset_names_protocol_data_and_version(study: Study) -> None:
    meta = {s.variable: s.text for s in study.results.section("meta")}
    assert len(meta["protocol_sha256"]) == 64
    assert "rows.csv sha256:" in meta["data_sha256"]
    assert meta["version"]


def test_a_landmark_leaves_out_who_did_not_reach_it(tmp_path: Path) -> None:
    late = PROTOCOL.replace('reference = "young"', 'reference = "young"\nlandmark_days = 5')
    study = _study(tmp_path, late)
    assert _value(study, "flow", "rule:2", "excluded") == 1  # a died on day 4
    assert _value(study, "flow", "arm", "count", arm="young") == 2
    curve = {s.at: s.value for s in study.results.curve("survival", "survival", "old")}
    assert curve[25.0] == pytest.approx(1 / 2)  # e, day 30, counted from day 5


STRATEGIES = """
[study]
title = "By devices"
[arms]
by = "strategy"
reference = "ECLS"
[[arms.arm]]
name = "ECLS"
rule = "ecls alone"
[[arms.arm]]
name = "ECLS then Impella"
rule = "ecls then impella"
[tables]
baseline = ["age_years"]
"""
DEVICE_MAP = """
[[table]]
episode = "id"
t0 = "t0"
[table.columns]
age = "age_years"
ecls = { to = "device", kind = "ecls", days = true }
impella = { to = "device", kind = "impella-cp", days = true, start_days = "after" }
"""


def test_arms_told_from_later_devices_warn_of_immortal_time(tmp_path: Path) -> None:
    (tmp_path / "map.toml").write_text(DEVICE_MAP)
    (tmp_path / "rows.csv").write_text(
        "id,t0,age,ecls,impella,after\na,2024-01-01,50,4,,\nb,2024-01-01,60,5,6,3\n"
        "c,2024-01-01,61,,6,0\n"
    )
    (tmp_path / "study.toml").write_text(STRATEGIES)
    study = compare_files(tmp_path / "study.toml", [tmp_path / "rows.csv"], tmp_path / "map.toml")
    assert _value(study, "flow", "arm", "count", arm="ECLS then Impella") == 1
    assert _value(study, "flow", "arm:none", "count") == 1
    assert any("immortal time" in warning for warning in study.design.warnings)


@pytest.mark.parametrize(
    ("old", "new", "error", "said"),
    [
        ('"age_years", "sex"]', '"age_yeers"]', UnknownName, "age_years"),
        ("age_years < 65", "age_years < 75", InputError, "Episode c belongs to 'young' and 'old'"),
        ('by = "age_years"', 'by = "stratgy"', UnknownName, "strategy"),
        ("sex is known", "age_years > 100", InputError, "No episode is left"),
        ('event = "death_dt"\nhorizon', 'event = "sex"\nhorizon', InputError, "sex is not a date"),
    ],
)
def test_a_protocol_that_asks_too_much_is_refused(
    tmp_path: Path, old: str, new: str, error: type[Exception], said: str
) -> None:
    protocol = PROTOCOL.replace(old, new)
    assert protocol != PROTOCOL
    with pytest.raises(error, match=said):
        _study(tmp_path, protocol)


def test_who_had_no_device_and_of_whom_nothing_is_said_are_two(tmp_path: Path) -> None:
    """a: ECLS; b: both columns say 0, no device; c and d: an empty cell, not known."""
    (tmp_path / "map.toml").write_text(DEVICE_MAP)
    (tmp_path / "rows.csv").write_text(
        "id,t0,age,ecls,impella,after\na,2024-01-01,50,4,,\nb,2024-01-01,60,0,0,\n"
        "c,2024-01-01,61,,0,\nd,2024-01-01,62,,,\n"
    )
    none = STRATEGIES.replace('"ECLS then Impella"', '"No device"')
    none = none.replace('"ecls then impella"', '"none"')
    (tmp_path / "study.toml").write_text(none)
    study = compare_files(tmp_path / "study.toml", [tmp_path / "rows.csv"], tmp_path / "map.toml")
    assert _value(study, "flow", "arm", "count", arm="No device") == 1
    assert _value(study, "flow", "arm:none", "count") == 2
    assert any("Of 2 of all episodes no device" in warning for warning in study.design.warnings)


def test_arms_told_from_the_whole_course_are_refused(tmp_path: Path) -> None:
    course = PROTOCOL.replace("age_years < 65", "device_strategy == 'ecls alone'")
    with pytest.raises(InputError, match='by = "strategy"'):
        _study(tmp_path, course)


def test_a_landmark_is_said_wherever_time_is_told(tmp_path: Path) -> None:
    late = PROTOCOL.replace('reference = "young"', 'reference = "young"\nlandmark_days = 5')
    design = _study(tmp_path, late).design
    assert "of the landmark (day 5)" in design.outcomes[0].note
    assert any("before the landmark" in note for note in design.notes)


def test_another_event_than_death_warns_that_deaths_are_censored(tmp_path: Path) -> None:
    lvad = PROTOCOL.replace(
        'kind = "time-to-event"\nevent = "death_dt"', 'kind = "time-to-event"\nevent = "lvad_dt"'
    )
    study = _study(tmp_path, lvad)
    assert any("died without it are censored" in warning for warning in study.design.warnings)


def test_two_names_of_one_point_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="the same time twice"):
        _study(tmp_path, PROTOCOL.replace('points = ["pre", "24h"]', 'points = ["24h", "day1"]'))


def test_an_arm_nobody_belongs_to_is_told_not_refused(tmp_path: Path) -> None:
    study = _study(tmp_path, PROTOCOL.replace("age_years >= 65", "age_years > 100"))
    assert _value(study, "flow", "arm", "count", arm="old") == 0
    assert _value(study, "flow", "arm:none", "count") == 2


def test_bad_cells_stop_the_study(tmp_path: Path) -> None:
    with pytest.raises(BadCells, match="row 2, column 'age'"):
        _study(tmp_path, rows=ROWS.replace("a,2024-01-01,50", "a,2024-01-01,500"))


UNTOLD = ROWS.replace("male,2,1,1,0,", "male,2,1,1,,")  # of d nobody says whether it bled


def test_an_episode_without_an_answer_is_in_no_share(tmp_path: Path) -> None:
    """young: a bled, b did not, d is not recorded; 4 and 10 days on ECLS (d: 1)."""
    assert UNTOLD != ROWS
    study = _study(tmp_path, rows=UNTOLD)
    count = study.results.find("complications", "bleeding", "count", arm="young")
    assert count is not None
    assert (count.value, count.denominator) == (1, 2)
    assert _value(study, "complications", "bleeding", "unknown", arm="young") == 1
    assert _value(study, "complications", "bleeding", "device_days", arm="young") == 14
    assert any("an episode with neither answer is counted as not" in n for n in study.design.notes)
    assert any("too high if what happened" in note for note in study.design.notes)


def test_what_the_protocol_assumes_is_said_and_counted(tmp_path: Path) -> None:
    told = PROTOCOL.replace('title = "By age"', 'title = "x"\nnot_recorded_is_no = ["bleeding"]')
    study = _study(tmp_path, told, UNTOLD)
    count = study.results.find("complications", "bleeding", "count", arm="young")
    assert count is not None
    assert (count.value, count.denominator) == (1, 3)
    assert _value(study, "complications", "bleeding", "assumed_no", arm="young") == 1
    assert _value(study, "complications", "bleeding", "assumed_no", arm="old") == 0
    assert _value(study, "complications", "bleeding", "unknown", arm="young") == 0
    assert study.design.notes[0] == (
        "Assumed by the protocol: these did not occur in an episode of which nobody recorded "
        "whether they did: bleeding."
    )


def test_a_complication_that_does_not_exist_cannot_be_assumed(tmp_path: Path) -> None:
    told = PROTOCOL.replace('title = "By age"', 'title = "x"\nnot_recorded_is_no = ["bleding"]')
    with pytest.raises(UnknownName, match="Did you mean bleeding"):
        _study(tmp_path, told)


def test_a_list_of_events_alone_tells_no_share(tmp_path: Path) -> None:
    listed = "\n".join(
        ",".join("" if (i, cell) == (7, "0") else cell for i, cell in enumerate(row.split(",")))
        for row in ROWS.splitlines()
    )
    assert listed.count(",,") > ROWS.count(",,")
    study = _study(tmp_path, rows=listed)
    assert _value(study, "complications", "bleeding", "count") == 2
    assert _value(study, "complications", "bleeding", "proportion") is None
    assert any("Bleeding only events are recorded" in w for w in study.design.warnings)


BLEEDING = """
[[outcomes]]
name = "bled_30d"
event = "time_to_bleeding"
horizon_days = 30
"""


@pytest.mark.parametrize(("assumed", "yes", "known"), [("", 1, 1), ('"bleeding"', 1, 2)])
def test_an_outcome_does_not_take_silence_for_a_no(
    tmp_path: Path, assumed: str, yes: int, known: int
) -> None:
    """young: a bled on day 2, b was seen on day 50 and d on day 10, and nobody says of either."""
    dated = MAP.replace("codes = { 1 = true, 0 = false } }", 'at_days = "day" }')
    (tmp_path / "map.toml").write_text(dated)
    days = {"a": "1,2", "c": "0,", "e": "1,3"}
    lines = [line.split(",") for line in ROWS.splitlines()]
    cells = [",".join((*x[:7], days.get(x[0], ","), *x[8:])) for x in lines[1:]]
    header = ",".join((*lines[0][:8], "day", *lines[0][8:]))
    (tmp_path / "rows.csv").write_text("\n".join([header, *cells]))
    told = PROTOCOL.replace('By age"', f'x"\nnot_recorded_is_no = [{assumed}]') + BLEEDING
    (tmp_path / "study.toml").write_text(told)
    study = compare_files(tmp_path / "study.toml", [tmp_path / "rows.csv"], tmp_path / "map.toml")
    count = study.results.find("outcomes", "bled_30d", "count", arm="young")
    assert count is not None
    assert (count.value, count.denominator) == (yes, known)
    assert "has no answer, is not counted" in study.design.outcomes[-1].note


TIMED_MAP = MAP.replace("1 = true, 0 = false } }", '1 = true, 0 = false }, at_days = "day" }')
DAYS = {"a": 3.5, "e": 6.5}  # a bled on the fourth and last day of ECLS, e half a day after it
TIMED = "\n".join(
    f"{line},day" if line.startswith("id") else f"{line},{DAYS.get(line[:1], '')}"
    for line in ROWS.splitlines()
)


@pytest.mark.parametrize(
    ("margin", "old"),
    [("", 0), ("support_margin_hours = 11", 0), ("support_margin_hours = 12", 1)],
)
def test_a_rate_counts_events_during_support(tmp_path: Path, margin: str, old: int) -> None:
    """young: 4, 10 and 1 days of ECLS; old: 5 and 6, and e bled 12 hours after."""
    assert TIMED_MAP != MAP
    (tmp_path / "map.toml").write_text(TIMED_MAP)
    (tmp_path / "rows.csv").write_text(TIMED)
    (tmp_path / "study.toml").write_text(PROTOCOL.replace("[tables]", f"[tables]\n{margin}"))
    study = compare_files(tmp_path / "study.toml", [tmp_path / "rows.csv"], tmp_path / "map.toml")
    for arm, events, days in (("young", 1, 15), ("old", old, 11), ("", 1 + old, 26)):
        assert _value(study, "complications", "bleeding", "events", arm=arm) == events
        rate = _value(study, "complications", "bleeding", "rate", arm=arm)
        assert rate == pytest.approx(1000 * events / days)
    assert _value(study, "complications", "bleeding", "events_all") == 2
    assert _value(study, "complications", "bleeding", "count") == 2


def test_the_protocol_may_count_the_discharged_as_alive(tmp_path: Path) -> None:
    """d left alive on day 10 and nobody knows after: with the protocol's word, alive at 30 days."""
    told = PROTOCOL.replace("horizon_days = 30", "horizon_days = 30\ndischarged_alive_is_no = true")
    study = _study(tmp_path, told)
    young = study.results.find("outcomes", "death_30d", "count", arm="young")
    assert young is not None
    assert (young.value, young.denominator) == (1, 3)
    assert _value(study, "outcomes", "death_30d", "unknown", arm="young") == 0
    assert _value(study, "outcomes", "death_30d", "assumed_no", arm="young") == 1
    assert "discharged alive counts as without it" in study.design.outcomes[0].note


def test_a_reference_arm_of_nobody_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="The reference arm 'young' has no episode"):
        _study(tmp_path, PROTOCOL.replace("age_years < 65", "age_years < 18"))


def test_levels_of_a_number_are_refused_in_words(tmp_path: Path) -> None:
    told = PROTOCOL.replace('rule = "age_years < 65"', 'levels = ["young"]')
    with pytest.raises(InputError, match="age_years has no categories"):
        _study(tmp_path, told)
