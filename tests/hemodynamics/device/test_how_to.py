"""The how-to page on adding a device does what it says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afterload.hemodynamics.device import check_together, parse_device

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "add-a-device.md"


def blocks() -> list[str]:
    return re.findall(r"```python\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)


def test_the_file_on_the_page_is_a_device(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file, use = blocks()
    (tmp_path / "toy_pump.py").write_text(file, "utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(use, str(PAGE), "exec"), {})


def test_it_takes_its_place_among_the_others(tmp_path: Path) -> None:
    path = tmp_path / "toy_pump.py"
    path.write_text(blocks()[0], "utf-8")
    toy = parse_device(f"{path}:rpm=20000")
    assert toy.parameters()["left_pump.n"] == 20.0
    check_together([toy, parse_device("ecls")])
