"""Devices are read from words, and what cannot be read is said in one sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.core.errors import InputError, UnknownName
from afterload.hemodynamics.device import DEVICES, join, parse_device
from afterload.hemodynamics.device.impella import MODELS


@pytest.mark.parametrize(
    ("text", "n"),
    [
        ("impella-cp:level=P6", 39.0), ("impella-cp:level=p-6", 39.0), ("Impella-CP:level=6", 39.0),
        ("impella-2.5:level=P8", 50.0), ("impella-2.5:level=boost", 51.0),
        ("impella-5.0:level=P9", 33.0), ("impella-cp:level=P0", 0.0),
        ("heartmate-3:rpm=5200", 5.2), ("HM2:rpm=9400", 9.4), (" php : rpm = 18000 ", 18.0),
    ],
)  # fmt: skip
def test_levels_and_speeds(text: str, n: float) -> None:
    device = parse_device(text)
    assert device.parameters()[f"{device.slot}.n"] == n
    assert device.target is None


def test_a_level_of_the_manual_is_its_speed() -> None:
    """Impella 2.5, Abiomed's manual (hemodynamics reference D.1)."""
    rpm = (0, 25000, 35000, 38000, 40000, 43000, 45000, 47000, 50000, 51000)
    assert tuple(MODELS[0].speeds.levels.values()) == rpm


@pytest.mark.parametrize("offer", DEVICES.values(), ids=DEVICES.keys())
def test_aliases_mean_the_same(offer: object) -> None:
    for alias in offer.aliases:  # type: ignore[attr-defined]
        assert parse_device(alias) == parse_device(offer.word)  # type: ignore[attr-defined]


def test_no_word_means_two_devices() -> None:
    words = [w for offer in DEVICES.values() for w in (offer.word, *offer.aliases)]
    assert len(words) == len(set(words))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("impela-cp", "'impela-cp' is not a known device. Did you mean impella-cp"),
        ("impella-cp:level=P12", "has no level 'P12'. Its levels are P0, P1"),
        ("impella-2.5:level=P9", "has no level 'P9'. Its levels are P0, P1"),
        ("tandemheart:level=P2", "tandemheart has no levels; give rpm= or flow= instead."),
        ("ecls:flow=4:rpm=3000", "flow and rpm exclude each other"),
        ("impella-cp:level=P6:rpm=39000", "level and rpm exclude each other"),
        ("impella-cp:level=P6:flow=3", "flow and level exclude each other"),
        ("ecls:flow=40", "flow = 40 L/min is outside 0.3 to 8 L/min"),
        ("ecls:flow=-1", "is outside 0.3 to 8 L/min"),
        ("ecls:flow=nan", "is outside 0.3 to 8 L/min"),
        ("ecls:flow=3,5", "'3,5' is no number"),
        ("ecls:flow=", "'flow=' is no option"),
        ("ecls:flow", "'flow' is no option"),
        ("ecls:flow=4:flow=5", "'flow' stands twice"),
        ("ecls:flwo=4", "'flwo' is not a known option of ecls"),
        ("ecls:arterial=40", "arterial = 40 Fr is outside 12 to 25 Fr"),
        ("ecls:fdo2=80", "fdo2 = 80 is outside 0.21 to 1"),
        ("ecls:distal-perfusion=maybe", "neither yes nor no"),
        ("ecls-central:distal-perfusion=yes", "is not a known option of ecls-central"),
        ("vav:split=1", "split = 1 is outside 0.05 to 0.95"),
        ("iabp:volume=400", "volume = 400 mL is outside 20 to 60 mL"),
        ("iabp:ratio=1.5", "ratio = 1.5 is no whole number from 1 to 3"),
        ("iabp:ratio=1:2", "Write ratio=2 for 1:2"),
        ("iabp:ratio=4", "ratio = 4 is outside 1 to 3"),
        ("ecls:pump=jarvik", "'jarvik' is not a known pump of ecls (rotaflow, centrimag)"),
        ("ecls:rpm=5400", "rpm = 5400 is above the 5000 rpm of a rotaflow"),
        ("ecls:rpm=5600:pump=centrimag", "is outside 500 to 5500 rpm"),
        ("iabp:level=P2", "'level' is not a known option of iabp"),
        ("septostomy:diameter=50", "diameter = 50 mm is outside 2 to 20 mm"),
        ("lv-vent:rpm=3000", "'rpm' is not a known option of lv-vent"),
        ("nowhere.py", "There is no device file 'nowhere.py'"),
        ("", "'' is not a known device"),
    ],
)  # fmt: skip
def test_errors_are_one_sentence_that_helps(text: str, said: str) -> None:
    with pytest.raises(InputError) as caught:
        parse_device(text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_file_without_a_device_is_refused(tmp_path: Path) -> None:
    (tmp_path / "empty.py").write_text("x = 1\n")
    with pytest.raises(InputError, match="defines no DEVICE"):
        parse_device(str(tmp_path / "empty.py"))
    (tmp_path / "broken.py").write_text("x = \n")
    with pytest.raises(InputError, match="cannot be run as Python"):
        parse_device(str(tmp_path / "broken.py"))


def test_a_word_is_taken_once() -> None:
    with pytest.raises(InputError, match="'ecls' is taken"):
        join(DEVICES, DEVICES["ecls"])
    fewer = {word: offer for word, offer in DEVICES.items() if word != "php"}
    assert join(fewer, DEVICES["php"]).keys() == DEVICES.keys()


def test_unknown_names_are_of_their_class() -> None:
    with pytest.raises(UnknownName):
        parse_device("ecls:flwo=4")
