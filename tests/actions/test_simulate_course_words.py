"""What is done over time, read from words, and what of it cannot be."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.actions.simulate_course_file import read_course
from afterload.actions.simulate_course_word import read_event, read_time
from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.course import BloodAct, ChangeAct, DeviceAct, DrugAct, OffAct


@pytest.mark.parametrize(
    ("text", "time", "over", "act"),
    [
        ("60 ecls:flow=4", 60, 0, DeviceAct("ecls", (("flow", "4"),))),
        ("60s va-ecmo:flow=4:arterial=19", 60, 0,
         DeviceAct("ecls", (("flow", "4"), ("arterial", "19")))),
        ("2 min iabp", 120, 0, DeviceAct("iabp", ())),
        ("1 min 30 s iabp over 1min 5s", 90, 65, DeviceAct("iabp", ())),
        ("2 min on IABP", 120, 0, DeviceAct("iabp", ())),
        ("1.5 h off ecls", 5400, 0, OffAct("ecls")),
        ("400 ecls:flow=1 over 10 min", 400, 600, DeviceAct("ecls", (("flow", "1"),))),
        ("300 volume=+500 over 120", 300, 120, BloodAct(500.0)),
        ("300 volume=-250mL", 300, 0, BloodAct(-250.0)),
        ("300 volume=\N{MINUS SIGN}250", 300, 0, BloodAct(-250.0)),
        ("10min svr=x1.2", 600, 0, ChangeAct("svr", "times", 1.2)),
        ("0 svr=+20%", 0, 0, ChangeAct("svr", "times", 1.2)),
        ("0 ees=-25%", 0, 0, ChangeAct("ees", "times", 0.75)),
        ("5 hr=+10", 5, 0, ChangeAct("hr", "by", 10.0)),
        ("5 hr=-10", 5, 0, ChangeAct("hr", "by", -10.0)),
        ("5 hr=110", 5, 0, ChangeAct("hr", "to", 110.0)),
        ("5 lv.ees=0.8", 5, 0, ChangeAct("lv.ees", "to", 0.8)),
        ("5 dobutamine=5 over 20 min", 5, 1200, DrugAct("dobutamine", 5.0)),
        ("5 Milrinone=0.5ug/kg/min", 5, 0, DrugAct("milrinone", 0.5)),
        ("5 dobutamine=0", 5, 0, DrugAct("dobutamine", 0.0)),
        ("5 off dobutamine", 5, 0, DrugAct("dobutamine", 0.0)),
    ],
)  # fmt: skip
def test_an_event_is_read_as_it_is_told(text: str, time: float, over: float, act: object) -> None:
    found = read_event(text)
    assert (found.time, found.over) == (time, over)
    assert found.acts == (act,)


def test_several_things_at_once_and_what_they_are_called() -> None:
    found = read_event("5 min svr=x1.2 ees=x1.1 off iabp over 2 min  # noradrenaline up")
    assert [type(act) for act in found.acts] == [ChangeAct, ChangeAct, OffAct]
    assert found.note == "noradrenaline up"
    assert found.text == "5 min svr=x1.2 ees=x1.1 off iabp over 2 min"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "does not begin with its time"),
        ("ecls:flow=4", "does not begin with its time"),
        ("1:30 iabp", "does not begin with its time"),
        ("-5 iabp", "has a negative time"),
        ("60m iabp", "'m' is no unit of time"),
        ("60", "tells nothing to do"),
        ("60 eclss:flow=4", "Did you mean ecls"),
        ("60 ecls:flow", "'flow' is no option"),
        ("60 ecls:flow=+1", "tells by how much"),
        ("60 flow=3", "is set on a device"),
        ("60 volume=500", r"Write volume=\+500 for 500 mL given"),
        ("60 blood.volume=5000", "is no change of the blood volume"),
        ("60 volume=+0", "is no change of the blood volume"),
        ("60 svr=+200", "is changed by a factor"),
        ("60 hr=ten", "is no change"),
        ("60 ees=x0", "would leave nothing"),
        ("60 hrr=+10", "Did you mean hr"),
        ("60 noradrenaline=x2", "noradrenaline cannot be told by dose: published doses"),
        ("60 vasopressin", "vasopressin cannot be told by dose"),
        ("60 levosimendan=0.1", "levosimendan cannot be told by dose: no dose"),
        ("60 dobutamine", "dobutamine is told without a dose. Write it as dobutamine=2.5"),
        ("60 dobutamine=x2", "tells no dose of dobutamine"),
        ("60 dobutamine=+2", "tells no dose of dobutamine"),
        ("60 dobutamine=20", "is published for 2.5 to 10 µg/kg/min"),
        ("60 milrinone=0.1", "is published for 0.375 to 0.75 µg/kg/min"),
        ("60 dobutamin=5", "Did you mean dobutamine"),
        ("60 off", "tells no device after 'off'"),
        ("60 off iab", "Did you mean iabp"),
        ("60 off ecls:flow=3", "is switched off by its word"),
        ("60 iabp over", "tells no time after 'over'"),
        ("60 iabp over 0", "takes 0 s"),
        ("60 hr=+3 over 5 min iabp", "stands after 'over'"),
    ],
)
def test_what_cannot_be_read_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(InputError, match=says) as caught:
        read_event(text)
    assert "\n" not in str(caught.value)


def test_durations_are_read_in_words() -> None:
    assert read_time("900", "--duration") == 900
    assert read_time("15 min", "--duration") == 900
    for text in ("", "0", "-5", "soon", "15 min or so"):
        with pytest.raises(InputError, match=r"--duration .* is no time"):
            read_time(text, "--duration")


def test_a_file_holds_events_devices_and_a_duration(tmp_path: Path) -> None:
    path = tmp_path / "weaning.toml"
    path.write_text(
        'name = "Weaning"\nduration = "15 min"\ndevices = ["ecls:flow=4"]\n'
        'events = ["1 min ecls:flow=1 over 10 min"]\n',
        "utf-8",
    )
    found = read_course(path)
    assert found.name == "Weaning"
    assert read_time(found.duration, "") == 900
    assert found.devices == ("ecls:flow=4",)
    assert found.events == ("1 min ecls:flow=1 over 10 min",)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("events = [", "is no TOML"),
        ("duration = 5", "tells no events"),
        ("events = []", "tells no events"),
        ('events = "60 iabp"', "events is no list of texts"),
        ('event = ["60 iabp"]', "Did you mean events"),
        ('events = ["60 iabp"]\nduration = true', "duration is no time"),
        ('events = ["60 iabp"]\ndevices = [1]', "devices is no list of texts"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_sentence(text: str, says: str, tmp_path: Path) -> None:
    path = tmp_path / "course.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(InputError, match=says):
        read_course(path)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_course(tmp_path / "none.toml")
    (tmp_path / "picture.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="is no text"):
        read_course(tmp_path / "picture.toml")
    path = tmp_path / "course.json"
    path.write_text('{"evnts": []}', "utf-8")
    with pytest.raises(UnknownName, match="Did you mean events"):
        read_course(path)
