"""Simulations as text, JSON, CSV, figures and a page."""

from __future__ import annotations

import csv
import gzip
import io
import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from rich.console import Console

from afterload.actions.simulate import Simulation, simulate
from afterload.core.errors import InputError
from afterload.hemodynamics.index import INDICES
from afterload.report import sim_data, sim_rows, sim_words
from afterload.report.sim_figure import drawing_svg, panel_svg
from afterload.report.sim_figure_curve import curve, head
from afterload.report.sim_figure_list import drawings
from afterload.report.sim_html import simulation_page
from afterload.report.sim_label import labels
from afterload.report.sim_report import write_simulation
from afterload.report.sim_text import simulation_view

WORDS = (
    "ecls:flow=4",
    "impella-cp:level=P6",
    "iabp:inflate=-50",
    "ecls:flow=4+impella-cp:rpm=31000",
)


@pytest.fixture(scope="module")
def found() -> Simulation:
    patient = {"lv.ees": 0.67, "lv.alpha": 0.031, "blood.volume": 6000.0, "beat.hr": 100.0}
    return simulate(patient, WORDS[0], WORDS[1:])


def test_scenarios_have_names_that_clinicians_use(found: Simulation) -> None:
    assert labels(found.scenarios) == (
        "No device",
        "ECLS 4 L/min",
        "Impella CP P6",
        "IABP inflate −50 ms",
        "ECLS 4 L/min + Impella CP 31\u202f000 rpm",
    )


def test_scenarios_of_one_name_are_numbered(found: Simulation) -> None:
    twice = (*found.scenarios, found.scenarios[1])
    assert labels(twice)[1] == "ECLS 4 L/min (1)"
    assert labels(twice)[-1] == "ECLS 4 L/min (2)"


def test_the_terminal_shows_every_index_once(found: Simulation) -> None:
    console = Console(width=130, record=True, file=io.StringIO(), markup=False)
    console.print(simulation_view(found))
    text = console.export_text()
    for index in INDICES:
        assert text.count(f"  {sim_rows.SHORT.get(index.name, index.label)} ") >= 1, index.name
    for word in ("Impella CP P6", "IABP inflate", "! ECLS circuit", "Not a medical device"):
        assert word in text


@pytest.mark.parametrize("width", [60, 72, 80, 100, 200])
def test_nothing_is_cut_on_a_narrow_terminal(found: Simulation, width: int) -> None:
    """Every line fits, and every value and interval stands there whole, once per scenario."""
    ranged = tuple(
        replace(one, ranges={name: (0.87 * v[0], 1.13 * v[0]) for name, v in one.indices.items()})
        for one in found.scenarios
    )
    console = Console(width=width, record=True, file=io.StringIO(), markup=False)
    console.print(simulation_view(replace(found, scenarios=ranged)))
    text = console.export_text()
    assert "…" not in text
    assert max(len(line) for line in text.splitlines()) <= width
    for name in ("map", "stroke_work", "do2", "ph"):
        row = sim_rows.row_of(name, ranged)
        for told in (*row.texts[1:], *row.intervals[1:]):
            assert told.replace("\u202f", "") in text, (name, told)


def test_json_holds_what_is_promised_and_no_nan(found: Simulation) -> None:
    data = json.loads(json.dumps(sim_data.simulation_data(found), allow_nan=False))
    assert data["scenarios"][0]["devices"] == []
    assert data["scenarios"][4]["devices"] == ["ecls:flow=4", "impella-cp:rpm=31000"]
    for one, scenario in zip(data["scenarios"], found.scenarios, strict=True):
        assert set(sim_data.PROMISED) <= set(one["indices"])
        for name, values in scenario.indices.items():
            assert one["indices"][name] == values[0]
        for name, value in one["indices"].items():
            assert value is not None or any(name in told for told in data["warnings"]), name


def test_what_has_no_value_is_null_and_told(found: Simulation) -> None:
    first = found.scenarios[0]
    lost = replace(first, indices={name: np.array([np.nan]) for name in first.indices})
    data = sim_data.simulation_data(replace(found, scenarios=(lost,)))
    assert set(data["scenarios"][0]["indices"].values()) == {None}
    json.dumps(data, allow_nan=False)


def test_csv_holds_every_number_unrounded(found: Simulation) -> None:
    rows = list(csv.DictReader(io.StringIO(sim_data.indices_csv(found))))
    assert len(rows) == sum(len(one.indices) for one in found.scenarios)
    for row in rows:
        value = found.scenarios[int(row["scenario"])].indices[row["index"]][0]
        assert float(row["value"] or "nan") == pytest.approx(value, rel=0, abs=0, nan_ok=True)


def test_waveforms_give_the_indices_again(found: Simulation) -> None:
    text = gzip.decompress(sim_data.waveforms_csv(found)).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    for place, scenario in enumerate(found.scenarios):
        arch = [float(r["pressure_arch_mmhg"]) for r in rows if r["scenario"] == str(place)]
        assert np.mean(arch) == pytest.approx(scenario.indices["map"][0], rel=1e-4)
        assert max(arch) == pytest.approx(scenario.indices["sbp"][0], rel=1e-4)
    assert sim_data.waveforms_csv(found) == sim_data.waveforms_csv(found)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("map", 69.6, "70"), ("native_flow", -0.001, "0.0"), ("pva", 5831.3, "5\u202f831"),
        ("cvp", -2.4, "−2"), ("papi", float("nan"), "—"), ("cpo", 0.566, "0.57"),
    ],
)  # fmt: skip
def test_values_are_shown_as_people_read_them(name: str, value: float, text: str) -> None:
    assert sim_rows.shown(name, value) == text


@pytest.mark.parametrize(
    ("first", "value", "text"),
    [(50.0, 75.0, "+50 %"), (50.0, 25.0, "−50 %"), (-2.0, -1.0, "+50 %"), (50.0, 50.1, ""),
     (0.0, 4.0, ""), (50.0, float("nan"), ""), (100.0, 100.7, "+0.7 %")],
)  # fmt: skip
def test_changes_are_told_in_percent(first: float, value: float, text: str) -> None:
    assert sim_rows.change(first, value) == text


def test_words_say_what_the_numbers_say(found: Simulation) -> None:
    first = {
        "map": 60.0, "total_flow": 3.0, "cpo": 0.4, "device_flow": 0.0, "native_flow": 3.0,
        "valve_opening": 0.3, "lvedp": 26.0, "pva": 5000.0, "stroke_work": 1500.0, "mvo2": 12.0,
        "coronary_flow": 200.0, "pcwp": 25.0, "cvp": 12.0,
    }  # fmt: skip
    more = {
        **first, "map": 90.0, "total_flow": 5.0, "device_flow": 4.0, "native_flow": 1.0,
        "lvedp": 33.0, "pva": 6000.0, "mvo2": 15.0, "cvp": 7.0,
    }  # fmt: skip
    alone, other = (
        replace(found.scenarios[0], indices={name: np.array([v]) for name, v in one.items()})
        for one in (first, more)
    )
    assert sim_words.sentences(alone, other) == (
        "Mean arterial pressure rises from 60 to 90 mmHg, flow to the body rises from 3.0 to 5.0 "
        "L/min; cardiac power stays at 0.40 W.",
        "The heart ejects 1.0 L/min through the aortic valve (20 % of the flow to the body), pumps "
        "give 4.0 L/min.",
        "The left ventricle is loaded: its end-diastolic pressure rises from 26 to 33 mmHg, its "
        "pressure-volume area rises from 5\u202f000 to 6\u202f000 mmHg·mL, its "
        "stroke work stays at 1\u202f500 mmHg·mL.",
        "It uses 15.0 mL of oxygen a minute (+25 %), while coronary flow stays at 200 mL/min.",
        "Wedge pressure stays at 25 mmHg, central venous pressure falls from 12 to 7 mmHg.",
    )
    back = sim_words.sentences(other, alone)
    assert "The left ventricle is unloaded: its end-diastolic pressure falls" in back[2]
    mixed = replace(alone, indices={**alone.indices, "lvedp": np.array([20.0]),
                                    "pva": np.array([6000.0])})  # fmt: skip
    assert "changes both ways" in sim_words.sentences(alone, mixed)[2]


def test_figures_show_loops_pressures_and_flows(found: Simulation) -> None:
    drawn = drawings(found.scenarios)
    assert [one.name for one in drawn] == ["loops", "pressures", "flows", "curves"]
    names = labels(found.scenarios)
    for one in drawn:
        svg = drawing_svg(one, names)
        assert svg == drawing_svg(one, names)
        for name in names if one.name != "curves" else ():
            assert name in svg, one.name
        for panel in one.panels:
            assert panel.title in svg
            assert panel.title in panel_svg(panel, "page")
    titles = [panel.title for panel in drawn[2].panels]
    assert "ECLS, L/min" in titles
    assert "Impella CP, L/min" in titles


def test_the_page_needs_nothing_from_outside_and_escapes_what_it_is_told(
    found: Simulation,
) -> None:
    named = replace(found, patient=replace(found.patient, title="<script>alert(1)</script>"))
    page = simulation_page(named, drawings(found.scenarios))
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert not re.search(r'(src|href)="(?!#)', page)
    assert not re.search(r"url\((?!#)", page)
    for words in ("Not a medical device", "Before relying on it", "What changes", "left_pump.a"):
        assert words in page
    for told in sim_data.warnings_of(found):
        assert told.replace("'", "&#39;") in page
    identifiers = re.findall(r'\bid="([^"]+)"', page)
    assert len(identifiers) == len(set(identifiers))


def test_a_folder_gets_everything_and_nothing_else_is_touched(
    found: Simulation, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    written = write_simulation(found, out)
    names = {str(path.relative_to(out)) for path in written}
    assert names == {
        "index.html", "indices.csv", "waveforms.csv.gz", "simulation.json", "figures/loops.svg",
        "figures/pressures.svg", "figures/flows.svg", "figures/curves.svg",
    }  # fmt: skip
    before = {path: path.read_bytes() for path in written}
    assert {path: path.read_bytes() for path in write_simulation(found, out)} == before
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years", "utf-8")
    with pytest.raises(InputError, match="holds no earlier simulation"):
        write_simulation(found, tmp_path / "mine")
    with pytest.raises(InputError, match="is a file"):
        write_simulation(found, tmp_path / "mine" / "thesis.txt")


def test_a_fit_is_shown_with_its_residuals_and_intervals() -> None:
    fitted = simulate({"hr": 100, "map": 62, "cvp": 13, "pcwp": 24, "co": 3.4}, "iabp", draws=24)
    page = simulation_page(fitted, drawings(fitted.scenarios))
    for words in ("What was measured, and who fits it", "LV contractility (Ees)", "62 mmHg"):
        assert words in page
    data = sim_data.simulation_data(fitted)
    assert data["patient"]["fit"]["measured"]["map"] == 62
    low, high = data["scenarios"][0]["intervals"]["map"]
    assert low < high
    console = Console(width=110, record=True, markup=False)
    with console.capture() as shown:
        console.print(simulation_view(fitted))
    assert "Measured (fitted): Mean arterial pressure 62 mmHg (" in shown.get()
    assert "90 % intervals" in shown.get()


def test_a_pump_runs_on_the_curve_that_is_drawn(found: Simulation) -> None:
    """Mean head over the beat is the curve's, but for inertia, which cancels over a whole beat."""
    scenario = found.scenarios[2]
    t, device = scenario.trace, scenario.devices[0]
    assert t is not None
    flow = t.flows["left_pump"][:, 0]
    on_curve, low, high = curve("left_pump", device, device.parameters()["left_pump.n"], flow)
    assert np.mean(head("left_pump", t)) == pytest.approx(np.mean(on_curve), rel=0.01)
    assert ((low < on_curve) & (on_curve < high)).all()


def test_the_band_of_a_curve_is_the_devices_own(found: Simulation) -> None:
    """At no flow the head is a n²; 90 % of a log-normal factor lie within exp(±1.645 sd)."""
    device = found.scenarios[2].devices[0]
    sd = next(band.sd for band in device.bands if band.parameter == "left_pump.a")
    middle, low, high = (x[0] for x in curve("left_pump", device, 39.0, np.zeros(1)))
    assert low / middle == pytest.approx(np.exp(-1.645 * sd), rel=0.04)
    assert high / middle == pytest.approx(np.exp(1.645 * sd), rel=0.04)


@pytest.fixture(scope="module")
def weaned() -> Simulation:
    return simulate("ami-lv-shock", "iabp", ["iabp:ratio=2", "iabp:ratio=3"])


def test_a_balloon_at_1_to_2_is_told_as_a_cycle(weaned: Simulation) -> None:
    """How many beats it has, and the five pressures of a monitor, in JSON and in a sentence."""
    data = sim_data.simulation_data(weaned)
    assert [one["cycle_beats"] for one in data["scenarios"]] == [1, 1, 2, 3]
    assert ["balloon" in one for one in data["scenarios"]] == [False, False, True, True]
    read = data["scenarios"][2]["balloon"]
    assert read["augmented_diastole"] > read["unassisted_systole"] > read["assisted_systole"]
    (text,) = (t for t in sim_words.sentences(weaned.scenarios[0], weaned.scenarios[2])
               if t.startswith("Beats with and without"))  # fmt: skip
    for value in read.values():
        assert f"{value:.0f}" in text
    assert labels(weaned.scenarios)[2:] == ("IABP 1:2", "IABP 1:3")


def test_curves_over_time_run_over_the_longest_cycle(weaned: Simulation) -> None:
    """Beats that are alike are repeated to fill it; without cycles one beat is drawn as before."""
    pressures = next(one for one in drawings(weaned.scenarios) if one.name == "pressures")
    assert pressures.title == "Pressures over the cycle"
    assert "the whole cycle is shown" in pressures.caption
    alone = next(one for one in drawings(weaned.scenarios[:2]) if one.name == "pressures")
    assert alone.title == "Pressures over the beat"


def test_waveforms_hold_the_whole_cycle(weaned: Simulation) -> None:
    rows = list(csv.DictReader(io.StringIO(
        gzip.decompress(sim_data.waveforms_csv(weaned)).decode())))  # fmt: skip
    last = {row["scenario"]: float(row["time_s"]) for row in rows}
    hr = [float(one.indices["hr"][0]) for one in weaned.scenarios]
    for place, beats in enumerate((1, 1, 2, 3)):
        assert last[str(place)] == pytest.approx(beats * 60.0 / hr[place], rel=1e-5)


def test_the_clock_of_a_pulsing_pump_is_told() -> None:
    at_97 = {"base": "dcm", "beat.hr": 97.0, "reflex.gain": 0.0}
    found = simulate(at_97, "heartmate-3", ["heartmate-3:pulse=no", "heartmate-3:rpm=3600"])
    with_, without, slow = found.scenarios[1:]
    (told,) = (w for w in with_.warnings if "artificial pulse" in w)
    assert "24 beats with a pulse every 2.12 s, instead of every 2 s, stand for both" in told
    assert not any("artificial pulse" in w for w in without.warnings)
    assert any("below 4,000 rpm, where it has no artificial pulse" in w for w in slow.warnings)
    assert (with_.beats, without.beats) == (24, 1)
