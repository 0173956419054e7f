"""What a physiologist tries first on a simulator, beside what was measured or stands in textbooks.

    python validation/hemodynamics/textbook.py      prints the table and writes textbook.md

Rate, volume, tone, contractility, pressure in the chest, valves, a stopped heart. None of it is a
row of the validation table. Ranges are one SD where an abstract tells one, half to one and a half
times a mean change where it tells none, and general knowledge (M) otherwise. Rows marked `seen`
were looked at while a mechanism was chosen (docs/decisions/0014): they test it less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from afterload.actions import simulate_lanes as lanes
from afterload.hemodynamics.fit_prior import BEDS, CLOSINGS, with_blood
from afterload.hemodynamics.index import indices
from afterload.hemodynamics.patient import PATIENTS
from afterload.hemodynamics.patient.gas import GAS
from afterload.hemodynamics.trace import Trace, trace
from afterload.hemodynamics.transient import Event, run

Array = NDArray[np.float64]
Change = Mapping[str, float]

HERE = Path(__file__).parent

ROSS = "Ross 1965, paced from the right atrium, n = 17, abstract"
DISEASED = "Atrial pacing by 44/min in heart disease, n = 10, abstract (scilit 8bdf78b2)"
BLED = "8 healthy men, 950 g, abstract (scilit 40ec1666)"
GIVEN = "Blood donors, n = 12 (Leonetti 2004)"
SCHIPKE = "Schipke 2003, n = 82, abstract"
MAAS = "Maas 2012, 0.5 L of colloid, n = 10, abstract"
CPAP = "Bradley 1992, CPAP of 5 cmH2O, n = 11, abstract"
TAU = "Myreng 1990 (dogs), abstract"
CAD = "Takeuchi 1985, coronary disease, abstract"
WEISSLER = "Weissler 1968, 413 - 1.7 HR"
BOOK = "textbook"


@dataclass(frozen=True, slots=True)
class Row:
    """One thing tried.

    Args:
        what: In words. patient: A preset. index: What is read. low, high: Where it is to lie.
        source: Where that comes from. confidence: C1, or M for memory. change: Factors (a name that
        begins with x:), additions (+), or values; `svr` and `blood` too. before: What it is
        compared with, if not the patient at rest. told: Value, change, or per cent of change. seen:
        Whether it was looked at while a mechanism was chosen.
    """

    what: str
    patient: str
    index: str
    low: float
    high: float
    source: str
    confidence: str
    change: Change = field(default_factory=dict)
    before: Change = field(default_factory=dict)
    told: str = "percent"
    seen: bool = False


def paced(rate: float) -> Change:
    """A rate that no reflex changes."""
    return {"beat.hr": rate, "reflex.rate": 0.0}


N, AMI, DCM = "normal", "ami-lv-shock", "dcm"
ROWS = (
    Row("Output, paced 80 to 121/min", N, "total_flow", -8, 8, ROSS, "C1", paced(121), paced(80),
        seen=True),
    Row("Output, paced 80 to 148/min", N, "total_flow", -22, 0, ROSS, "C1", paced(148), paced(80),
        seen=True),
    Row("LV end-diastolic pressure, paced 80 to 121/min", N, "lvedp", -8, -1, DISEASED, "C1",
        paced(121), paced(80), told="change"),
    Row("Output, paced 90 to 134/min", DCM, "total_flow", -10, 10, DISEASED, "C1", paced(134)),
    Row("Wedge pressure, paced 90 to 134/min", DCM, "pcwp", -4, 4, DISEASED, "C1", paced(134),
        told="change"),
    Row("Ejection time at 60/min, ms", N, "ejection", 296, 326, WEISSLER, "M", paced(60),
        told="value"),
    Row("Ejection time at 90/min, ms", N, "ejection", 245, 275, WEISSLER, "M", paced(90),
        told="value"),
    Row("Ejection time at 120/min, ms", N, "ejection", 194, 224, WEISSLER, "M", paced(120),
        told="value"),
    Row("Time constant of relaxation, ms", N, "tau", 32, 48, TAU, "C1", told="value", seen=True),
    Row("Time constant of relaxation, ms", AMI, "tau", 51, 77, CAD, "C1", told="value"),
    Row("Stroke volume, 375 mL lost", N, "stroke_volume", -22, -8, GIVEN, "C1", {"blood": -375}),
    Row("Output, 900 mL lost", N, "total_flow", -38, -18, BLED, "C1", {"blood": -900}),
    Row("Arterial pressure, 900 mL lost", N, "map", -25, 0, BOOK, "M", {"blood": -900}),
    Row("Output, 500 mL given", N, "total_flow", 3, 18, BOOK, "M", {"blood": 500}),
    Row("Output, 500 mL given", AMI, "total_flow", -3, 12, BOOK, "M", {"blood": 500}, seen=True),
    Row("Output, 500 mL given", DCM, "total_flow", -5, 12, BOOK, "M", {"blood": 500}),
    Row("Mean systemic pressure, 500 mL given", AMI, "pms", 4, 11, MAAS, "C1", {"blood": 500},
        told="change"),
    Row("Output, resistance x 0.6", DCM, "total_flow", 25, 110,
        "Guiha 1974, nitroprusside, +74 %, n = 18, abstract", "C1", {"svr": 0.6}),
    Row("Output, resistance x 0.7", DCM, "total_flow", 15, 80,
        "Franciosa 1982, nitroprusside, +48 %, n = 15, abstract", "C1", {"svr": 0.7}),
    Row("Output, contractility x 1.35, resistance x 0.65", DCM, "total_flow", 40, 120,
        "Akhtar 1975, dobutamine, n = 15, abstract", "C1",
        {"x:lv.ees": 1.35, "x:rv.ees": 1.35, "svr": 0.65}),
    Row("Output, 250 mL lost", DCM, "total_flow", -5, 5, "Franciosa 1982, furosemide, abstract",
        "C1", {"blood": -250}),
    Row("Output, chest + 2.5 mmHg", AMI, "total_flow", 1, 25, CPAP + ", wedge 19", "C1",
        {"chest": 2.5}),
    Row("Output, chest + 2.5 mmHg", N, "total_flow", -14, -2, CPAP + ", wedge 8", "C1",
        {"chest": 2.5}),
    Row("Output, tamponade (room for the heart 170 mL)", N, "total_flow", -60, -10, BOOK, "M",
        {"pericardium.v0": 170}),
    Row("Wedge less venous pressure, tamponade", N, "gap", 0, 3, BOOK, "M",
        {"pericardium.v0": 170}, told="value"),
    Row("Output, pulmonary resistance x 6", N, "total_flow", -50, -10, BOOK, "M",
        {"x:lung_in.r": 6}),
    Row("Mean pulmonary pressure, resistance x 6", N, "pap_mean", 5, 26, BOOK, "M",
        {"x:lung_in.r": 6}, told="change"),
    Row("Wedge pressure, pulmonary resistance x 6", N, "pcwp", -8, 0, BOOK, "M",
        {"x:lung_in.r": 6}, told="change"),
    Row("LV less aortic systolic pressure, aortic stenosis", N, "gradient", 30, 100, BOOK, "M",
        {"x:aortic.b": 40}, told="value"),
    Row("Diastolic pressure, aortic leak", N, "dbp", -40, -8, BOOK, "M", {"aortic_leak.k": 10},
        told="change"),
    Row("Pulse pressure, aortic leak", N, "pulse_pressure", 5, 60, BOOK, "M",
        {"aortic_leak.k": 10}, told="change"),
    Row("Ejection fraction, mitral leak", N, "ef", 2, 20, BOOK, "M", {"mitral_leak.k": 10},
        told="change"),
    Row("Wedge less end-diastolic pressure, mitral stenosis", N, "stenosis", 3, 20, BOOK, "M",
        {"x:mitral.b": 25}, told="value"),
    Row("Systolic pulmonary pressure at a wedge of 26", AMI, "pa_sys", 48, 62,
        "mean = 0.59 systolic + 1.75 (PMC4815171), at this mean 55", "C1", told="value", seen=True),
    Row("Time constant of the pulmonary artery, s", N, "pa_time", 0.31, 0.65,
        "Tedford 2012, normal wedge, n = 1009, abstract", "C1", told="value"),
)  # fmt: skip


def changed(patient: Mapping[str, Array], change: Change) -> dict[str, Array]:
    """Parameters with a change, lanes of one patient."""
    found = dict(patient)
    for name, value in change.items():
        if name == "svr":
            found |= {part: found[part] * value for part in (*BEDS, *CLOSINGS)}
        elif name == "blood":
            found["blood.volume"] = found["blood.volume"] + value
        elif name == "chest":
            for part in ("chest.thorax", "pericardium.thorax"):
                found[part] = found[part] + value
        elif name.startswith("x:"):
            found[name[2:]] = found[name[2:]] * value
        else:
            found[name] = np.full_like(found["beat.hr"], value)
    return found


def ejection(t: Trace) -> Array:
    """How long blood leaves the left ventricle, ms."""
    return np.asarray(1000.0 * (t.flows["aortic"] > 1.0).sum(axis=0) * t.time[0])


def tau(t: Trace) -> Array:
    """Time constant of LV pressure from its steepest fall to 5 mmHg above atrial pressure, ms."""
    found = []
    for k in range(t.time.shape[1]):
        time, p = t.time[:, k], t.pressures["lv"][:, k]
        first = int(np.gradient(p, time).argmin())
        above = p[first:] > t.pressures["la"][first:, k] + 5.0
        count = int(np.argmin(above)) or len(above)
        window = slice(first, first + count)
        slope = np.polyfit(time[window], np.log(p[window]), 1)[0] if count > 4 else np.nan
        found.append(-1000.0 / slope)
    return np.array(found)


SYSTEMIC = ("asc", "arch", "desc", "fem", "v_upper", "v_visceral", "v_legs", "svc", "ivc")


def mean_systemic(t: Trace) -> Array:
    """The pressure that all systemic vessels would settle at, mmHg."""
    c = {name: t.parameters[f"{name}.c"] for name in SYSTEMIC}
    stressed = sum((c[n] * t.pressures[n].mean(axis=0) for n in SYSTEMIC), np.zeros(1))
    return np.asarray(stressed / sum(c.values()))


def further(t: Trace) -> dict[str, Array]:
    """What is no index of the package, and the indices."""
    x = indices(t)
    x["stroke_volume"] = x["edv"] - x["esv"]
    drop, pulse = x["pap_mean"] - x["pcwp"], x["pa_sys"] - x["pa_dia"]
    return x | {
        "ejection": ejection(t),
        "tau": tau(t),
        "pms": mean_systemic(t),
        "gap": x["pcwp"] - x["cvp"],
        "gradient": t.pressures["lv"].max(axis=0) - x["sbp"],
        "stenosis": x["pcwp"] - x["lvedp"],
        "pa_time": drop / (x["native_flow"] / 0.06) * x["stroke_volume"] / pulse,
    }


def simulated(rows: tuple[Row, ...] = ROWS) -> list[float]:
    """What every row shows, in order."""
    found: dict[int, float] = {}
    for name in dict.fromkeys(row.patient for row in rows):
        mine = [(k, row) for k, row in enumerate(rows) if row.patient == name]
        one = PATIENTS[name]
        given = {key: np.array([value]) for key, value in one.parameters.items()}
        alone, _ = lanes.settle(lanes.without_feedback(given), None)
        hb = np.array([one.gas.get("blood.hb", GAS["blood.hb"])])
        rested = lanes.referred(given, alone, trace(alone), hb)
        every = lanes.side_by_side(
            [changed(rested, c) for _, row in mine for c in (row.before, row.change)]
        )
        start = with_blood(np.tile(alone.states, 2 * len(mine)), every)
        settled, lost = lanes.settle(every, start)
        assert not lost.any(), f"{name}: no steady beat"
        shown = further(trace(settled))
        for place, (k, row) in enumerate(mine):
            value = shown[row.index]
            before, after = float(value[2 * place]), float(value[2 * place + 1])
            found[k] = {
                "value": after,
                "change": after - before,
                "percent": 100.0 * (after / before - 1.0),
            }[row.told]
    return [found[k] for k in range(len(rows))]


def stopped(patient: str = N, seconds: float = 13.0) -> tuple[float, float]:
    """Arterial and venous pressure so long after the heart has stopped, mmHg (Schipke 2003)."""
    given = {k: np.array([v]) for k, v in PATIENTS[patient].parameters.items()}
    given = lanes.without_feedback(given)
    rest, _ = lanes.settle(given, None)
    still = {f"{chamber}.ees": 1e-3 for chamber in ("la", "lv", "ra", "rv")}
    course = run(given, 5.0 + seconds, [Event(5.0, still)], start=rest)
    return float(course.indices["map"][-1, 0]), float(course.indices["cvp"][-1, 0])


def main() -> None:
    told = []
    for row, value in zip(ROWS, simulated(), strict=True):
        right = "yes" if row.low <= value <= row.high else "**no**"
        told.append((row.what, row.patient, f"{row.low:g} to {row.high:g}", f"{value:.3g}", right,
                     f"{row.source} [{row.confidence}]", "seen" if row.seen else ""))  # fmt: skip
    artery, vein = stopped()
    for what, low, high, value in (
        ("Arterial pressure", 18.9, 29.5, artery),
        ("Arterial less venous pressure", 7.0, 19.4, artery - vein),
    ):
        right = "yes" if low <= value <= high else "**no**"
        told.append((f"{what}, 13 s after the heart has stopped", N, f"{low} to {high}",
                     f"{value:.3g}", right, f"{SCHIPKE} [C1]", "seen"))  # fmt: skip
    head = ("What", "Patient", "Taken as right", "Simulated", "Right", "Source", "")
    lines = ["| " + " | ".join(cells) + " |" for cells in (head, ("---",) * 7, *told)]
    right = sum(cells[4] == "yes" for cells in told)
    text = f"# First tries\n\n{right} of {len(told)} as measured or taught.\n\n" + "\n".join(lines)
    (HERE / "textbook.md").write_text(text + "\n", "utf-8")
    print(text)


if __name__ == "__main__":
    main()
