"""A folder for results: all of it or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.core.errors import InputError
from afterload.report.earlier import put


def test_where_a_link_leads_elsewhere_nothing_is_removed_or_written(tmp_path: Path) -> None:
    out, elsewhere = tmp_path / "out", tmp_path / "elsewhere"
    out.mkdir()
    elsewhere.mkdir()
    (out / "old.txt").write_text("kept")
    (out / "figures").symlink_to(elsewhere)
    with pytest.raises(InputError, match=r"figures/a\.svg would lie outside"):
        put(out, {"index.html": b"new", "figures/a.svg": b"new"}, ["old.txt"])
    assert (out / "old.txt").read_text() == "kept"
    assert not (out / "index.html").exists()
    assert not any(elsewhere.iterdir())


def test_what_an_earlier_run_left_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "old.txt").write_text("old")
    found = put(tmp_path, {"a/b.txt": b"new"}, ["old.txt", "never-there.txt"])
    assert found == [tmp_path / "a" / "b.txt"]
    assert found[0].read_bytes() == b"new"
    assert not (tmp_path / "old.txt").exists()
