"""The page and the folder of a cohort."""

from __future__ import annotations

import json
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import pytest

from afterload.actions.cohort_shape import density, shape
from afterload.actions.cohort_summary import (
    Cohort,
    Contrast,
    Drawn,
    Known,
    Lost,
    Sampled,
    Summary,
    Tried,
)
from afterload.core.errors import InputError
from afterload.report.cohort_disclosure import disclose_cohort
from afterload.report.cohort_html import cohort_page
from afterload.report.cohort_label import percent, signed, span, strategies
from afterload.report.cohort_report import UNFINISHED, leave, unfinished, write_cohort
from afterload.report.cohort_words import sentences

NAN = float("nan")
SCENARIOS = ("none", "impella-cp:level=P6", "ecls:flow=4")
LEVELS = {"map": 60.0, "pcwp": 25.0, "total_flow": 3.2, "pva": 4300.0, "svo2": 55.0}


def made() -> Cohort:
    """A cohort whose numbers are known: each strategy adds a tenth of the level."""
    rng = np.random.default_rng(1)
    summary, contrasts, shapes = [], [], []
    for index, level in LEVELS.items():
        base = level * (1 + 0.1 * rng.standard_normal(200))
        columns = {name: base + k * 0.1 * level for k, name in enumerate(SCENARIOS)}
        drawn = shape(index, columns)
        assert drawn is not None
        shapes.append(drawn)
        for k, (name, values) in enumerate(columns.items()):
            quantiles = tuple(np.quantile(values, (0.05, 0.25, 0.5, 0.75, 0.95)).tolist())
            move = k * 0.1 * level
            change = (move,) * 5 if k else None
            ends = (0.9 * move, 1.1 * move)
            summary.append(
                Summary(name, index, 200, quantiles, change, 1.0 if k else NAN,
                        (quantiles[2] - 1, quantiles[2] + 1), ends if k else None,
                        (-0.5, 0.5) if k else None)
            )  # fmt: skip
        move = 0.1 * level
        contrasts.append(
            Contrast(SCENARIOS[2], SCENARIOS[1], index, 200, (move,) * 5, 1.0, (move, move))
        )
    return Cohort(
        200, {"none": 0, SCENARIOS[1]: 0, SCENARIOS[2]: 12}, SCENARIOS, tuple(summary), (),
        ("A curve is <b>general</b> knowledge.",
         "ecls:flow=4: The aortic valve stays shut in 3 of 200 patients.",
         "No device: Less oxygen comes than is asked for in 7 of 200 patients."),
        tuple(contrasts), options=(("impella-cp:level=P6",), ("ecls:flow=4",)), asked=500,
        shapes=tuple(shapes), who_lost=(Lost(SCENARIOS[2], 12, {"map": (41.0, 61.0)}),),
        drawn=Drawn("Shock <i>", 0.3, 7, {"map": 60.0}, "lv.ees = 0.3"),
        tried=Tried(("impella-cp", "ecls"), 32, 16),
    )  # fmt: skip


class _Reader(HTMLParser):
    """Text and tags; every tag that must be closed is."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.links += [v or "" for k, v in attrs if k in ("src", "href", "xlink:href")]
        if tag not in {"meta", "link", "img", "br", "input"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def read(page: str) -> str:
    reader = _Reader()
    reader.feed(page)
    assert reader.open == []
    assert all(link.startswith("#") for link in reader.links)
    return " ".join(" ".join(reader.text).split())


def test_the_page_tells_who_what_and_how() -> None:
    page = cohort_page(made())
    text = read(page)
    for words in (
        "Shock <i>", "Changed: lv.ees = 0.3", "It was stopped: 200 of the 500 patients",
        "Who the patients are", "Impella CP P6", "ECLS 4 L/min", "Between strategies",
        "ecls:flow=4: 12 of 200 settle in no beat", "What was seen in some of the patients",
        "The aortic valve stays shut in 3 of 200 patients", "does not shrink with their number",
        "32 truths", "--seed 7", "Where the devices' numbers come from", "A curve is <b>general",
        "Not a medical device",
    ):  # fmt: skip
        assert words in text, words
    assert "nan" not in text.lower().split()
    assert page.count("<svg") > 20
    assert "<script" not in page
    assert "41" in text[text.index("Who did not settle") :][:400]
    assert page == cohort_page(made())


def test_a_sentence_tells_direction_share_and_both_ranges() -> None:
    found = made()
    told = sentences(found, strategies(found)[2])
    assert told[0] == (
        "Mean arterial pressure rises in all patients: median change +12 mmHg (90 % interval +11 "
        "to +13, nine patients in ten +12 to +12)."
    )
    lost = replace(found, summary=tuple(replace(one, n=0) for one in found.summary))
    assert sentences(lost, strategies(lost)[1]) == ("Nobody settles with it.",)


def test_small_changes_have_a_decimal_more() -> None:
    assert signed("map", 3.94) == "+3.9"
    assert signed("map", -12.3) == "−12"
    assert signed("map", -0.01) == "0.0"
    assert span("total_flow", 0.41, 0.52, change=True) == "+0.41 to +0.52"
    assert span("map", 9.6, 10.4, change=True) == "+10 to +10"
    assert [percent(p) for p in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        "0 %", "<1 %", "50 %", ">99 %", "100 %",
    ]  # fmt: skip


def test_a_density_holds_everybody_once() -> None:
    values = np.random.default_rng(2).normal(60, 8, 20_000)
    found = density({"none": values})
    assert found is not None
    grid, heights = np.array(found.grid), np.array(found.heights["none"])
    assert heights.sum() * (grid[1] - grid[0]) == pytest.approx(1.0, abs=0.02)
    exact = np.exp(-0.5 * ((grid - 60) / 8) ** 2) / (8 * np.sqrt(2 * np.pi))
    assert np.abs(heights - exact).max() < 0.06 * exact.max()
    assert density({"none": np.full(5, 3.0)}) is None
    assert density({"none": np.full(5, np.nan)}) is None


def test_what_may_not_be_told_is_not_drawn() -> None:
    spread = density({"measured": np.arange(60.0), "fitted": np.arange(60.0)})
    registry = Sampled(
        61, 60, {"few": 1}, "at pre", 8, False,
        (Known("map", 60, (50.0, 60.0, 70.0), (50.0, 60.0, 70.0), spread),), {"none": 60},
    )  # fmt: skip
    whole = replace(made(), registry=registry)
    assert 'id="page-people-map' in cohort_page(whole)
    told = disclose_cohort(whole, 5)
    page = cohort_page(told, 5)
    text = read(page)
    assert "people-map" not in page
    assert told.shapes == ()
    assert "&lt;5" in page
    assert "41" not in text[text.index("Who did not settle") :][:300]


def patients(out: Path) -> Cohort:
    place = unfinished(out) / "patients"
    place.mkdir()
    (place / "part-00000.parquet").write_bytes(b"rows")
    return replace(made(), files=(place / "part-00000.parquet",))


def test_a_folder_is_filled_and_an_earlier_cohort_in_it_replaced(tmp_path: Path) -> None:
    out = tmp_path / "trial"
    found, written = write_cohort(patients(out), out)
    leave(out)
    assert written[0] == out / "index.html"
    data = json.loads((out / "cohort.json").read_text("utf-8"))
    assert data["schema"] == "afterload cohort 1"
    there = {str(p.relative_to(out)) for p in out.rglob("*") if p.is_file()}
    assert there == set(data["files"]) == {str(p.relative_to(out)) for p in written}
    assert found.files == (out / "patients" / "part-00000.parquet",)
    assert data["patients"] == ["patients/part-00000.parquet"]
    (out / "mine.txt").write_text("notes", "utf-8")
    less = replace(patients(out), contrasts=())
    write_cohort(less, out)
    leave(out)
    assert not (out / "differences.csv").exists()
    assert not (out / "figures" / "differences.svg").exists()
    assert (out / "mine.txt").read_text("utf-8") == "notes"
    assert not (out / UNFINISHED).exists()


def test_a_folder_with_something_else_is_refused_in_a_true_sentence(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("notes", "utf-8")
    with pytest.raises(InputError, match="holds no earlier cohort"):
        unfinished(tmp_path)
    with pytest.raises(InputError, match="is a file, not a folder"):
        unfinished(tmp_path / "mine.txt")
    assert [p.name for p in tmp_path.iterdir()] == ["mine.txt"]
    # What one that was killed left is no reason to refuse.
    killed = tmp_path / "killed"
    (killed / UNFINISHED / "patients").mkdir(parents=True)
    (killed / UNFINISHED / "patients" / "part-00000.parquet").write_bytes(b"half")
    assert list(unfinished(killed).iterdir()) == []
    leave(killed)
    assert not killed.exists()
