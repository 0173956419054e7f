"""Pump curves from published points, by least squares in flow.

    python validation/hemodynamics/fit_pumps.py        writes validation/hemodynamics/pumps.json

Every pump gets   head = a n² - (b n + r) Q - c Q²   with a, b, c, r >= 0, the law of the rotary
pumps (mmHg, krpm; Q in L/min here). A residual is the law's flow less the published one, L/min.

The points and their confidence are those of the device files: C1 and C2 were seen in the source
named there, M is general knowledge. Impella tables give flow ranges. That of the 5.5 tells their
heads, 30 and 60 mmHg; those of the 2.5 and the CP tell none and are read the same way, with the
corners 20-30 x 60-80 mmHg as the spread. The range of the 5.0 is wider than any reading at 30 and
60 mmHg gives, and its table was not seen: it is read at 25 and 70 mmHg, with the same corners.
P-1 is left out, because the manual asks for P-2 or more.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares
from scipy.stats import truncnorm

HERE = Path(__file__).parent
TOLD = (30.0, 60.0)  # mmHg, of the upper and the lower end: instructions of the 5.5
REMEMBERED = (25.0, 70.0)
CORNERS = tuple(product((20.0, 30.0), (60.0, 80.0)))
PER_LITRE = 0.06  # L/min in one mL/s

# level, krpm, flow from, to (L/min)
IMPELLA_25 = [
    ("P1", 25, 0.0, 1.1), ("P2", 35, 0.8, 1.5), ("P3", 38, 1.1, 1.7), ("P4", 40, 1.3, 1.8),
    ("P5", 43, 1.5, 1.9), ("P6", 45, 1.7, 2.1), ("P7", 47, 1.8, 2.2), ("P8", 50, 2.1, 2.4),
    ("BOOST", 51, 2.1, 2.5),
]  # fmt: skip
IMPELLA_CP = [
    ("P1", 23, 0.0, 0.9), ("P2", 31, 1.1, 2.1), ("P3", 33, 1.6, 2.3), ("P4", 35, 2.0, 2.5),
    ("P5", 37, 2.3, 2.7), ("P6", 39, 2.5, 2.9), ("P7", 42, 2.9, 3.3), ("P8", 44, 3.1, 3.4),
    ("P9", 46, 3.3, 3.7),
]  # fmt: skip
IMPELLA_50 = [
    ("P1", 10, 0.0, 1.4), ("P2", 17, 0.5, 2.6), ("P3", 20, 0.9, 3.1), ("P4", 22, 1.4, 3.4),
    ("P5", 24, 2.0, 3.7), ("P6", 26, 2.6, 4.0), ("P7", 28, 3.1, 4.3), ("P8", 30, 3.7, 4.7),
    ("P9", 33, 4.2, 5.3),
]  # fmt: skip
IMPELLA_55 = [
    ("P1", 10, 0.0, 0.0), ("P2", 17, 0.0, 1.9), ("P3", 20, 1.1, 2.7), ("P4", 22, 1.9, 3.3),
    ("P5", 24, 2.8, 3.7), ("P6", 26, 3.4, 4.1), ("P7", 28, 3.9, 4.5), ("P8", 30, 4.3, 4.9),
    ("P9", 33, 5.0, 5.5),
]  # fmt: skip


def flow(x, n, head):
    a, b, c, r = x
    slope = b * n + r
    left = a * n * n - head
    return 2 * left / (slope + np.sqrt(slope**2 + 4 * c * np.abs(left)))


def misfit(x, points):
    n, h, q = np.array(points, dtype=float).T
    return flow(x, n, h) - q


def fit(points, free="abcr", least=(0.0, 0.0, 0.0, 0.0)):
    """The closest curve whose numbers are no less than `least`."""
    low = np.array([least["abcr".index(name)] for name in free])
    where = ["abcr".index(name) for name in free]

    def full(z):
        x = np.zeros(4)
        x[where] = z
        return x

    starts = product((0.02, 0.3, 3.0), (0.1, 2.0), (0.3, 10.0), (0.1, 10.0))
    runs = [
        least_squares(
            lambda z: misfit(full(z), points),
            np.maximum(np.array(s)[where], 1.01 * low),
            bounds=(low, np.inf),
        )
        for s in starts
    ]
    best = full(min(runs, key=lambda run: run.cost).x)
    best[np.abs(best) < 1e-4] = 0.0
    return np.array([float(f"{value:.4g}") for value in best])


def described(x, points, **more):
    """The fit, in L/min and in the room's mL/s, with its residuals."""
    found = misfit(x, points)
    a, b, c, r = (float(value) for value in x)
    return {
        "points": [[float(v) for v in point] for point in points],
        "clinical": {"a": a, "b": b, "c": c, "r": r},
        "room": {
            "a": a,
            "b": float(f"{b * PER_LITRE:.4g}"),
            "c": float(f"{c * PER_LITRE**2:.4g}"),
            "r": float(f"{r * PER_LITRE:.4g}"),
        },
        "residuals": [round(float(v), 4) for v in found],
        "rms": round(float(np.sqrt(np.mean(found**2))), 4),
        "largest": round(float(np.abs(found).max()), 4),
        **more,
    }


def band(x, n, at, sd):
    """Relative sd of `a` that moves the flow at speed `n` and head `at` by `sd` L/min."""
    a, b, c, r = x
    q = float(flow(x, n, at))
    return round(float(sd * (b * n + r + 2 * c * q) / (a * n * n)), 3)


def from_table(table, ends, unseen, corners=CORNERS, least=(0.0, 0.0, 0.0, 0.0)):
    """An Impella table read at the heads of its ends; `unseen`: relative sd for the unseen."""
    used = [row for row in table if row[0] != "P1"]

    def points(upper, lower):
        return [(n, upper, to) for _, n, _, to in used] + [(n, lower, by) for _, n, by, _ in used]

    x = fit(points(*ends), least=least)
    top = table[-1][1]
    at60 = float(flow(x, top, 60))
    read = [float(flow(fit(points(*corner), least=least), top, 60)) for corner in corners]
    spread = float(np.sqrt(np.mean((np.array(read) - at60) ** 2))) if read else 0.0
    found = described(x, points(*ends))
    sd = float(np.sqrt(found["rms"] ** 2 + spread**2 + (unseen * at60) ** 2))
    return x, {
        **found,
        "table": [list(row) for row in table],
        "heads": list(ends),
        "flow_at_60": round(at60, 3),
        "spread_of_reading": round(spread, 3),
        "unseen": unseen,
        "flow_sd": round(sd, 3),
        "band_a": band(x, top, 60, sd),
    }


def impellas():
    _, made25 = from_table(IMPELLA_25, TOLD, 0.0)
    _, made_cp = from_table(IMPELLA_CP, TOLD, 0.03)
    x55, made55 = from_table(IMPELLA_55, TOLD, 0.03, corners=())
    # The table of the 5.0 is met best by losses that all grow with speed, so that one that stands
    # would let blood run back as through nothing: it loses no less than the 5.5, of the same bore.
    _, made50 = from_table(IMPELLA_50, REMEMBERED, 0.10, least=(0.0, 0.0, *x55[2:]))
    # RP: the motor of the 5.5, losses so that P9 gives the middle of its range, 3.9-4.4 L/min, at
    # 25 mmHg; the range itself is then that between 5 and 48 mmHg
    c = (x55[0] * 33**2 - 25) / 4.15**2
    rp = np.array([x55[0], 0.0, float(f"{c:.4g}"), 0.0])
    return {
        "impella-2.5": made25,
        "impella-cp": made_cp,
        "impella-5.0": made50,
        "impella-5.5": made55,
        "impella-rp": described(rp, [(33, 25, 4.15)], band_a=band(rp, 33, 25, 0.08 * 4.15)),
    }


def php():
    points = [(17, 25, 4.0), (20, 25, 5.0), (20, 60, 4.0)]
    x = fit(points, "ac")
    return described(x, points, band_a=band(x, 20, 60, 0.30 * 4.0))


def tandemheart():
    """Points of the whole circuit: heads of the pump are 60 mmHg and the cannulas' drops."""

    def drop(b, e, fr, size, q):
        return b * (q / 6e4) ** e / 133.322 * (fr / size) ** (3 + e)

    def venous(size, q):
        return drop(6.2e11, 1.855311, 19, size, q)

    def arterial(size, q):
        return drop(2.88364e12, 1.822029, 12, size, q)

    # most flow (L/min) by transseptal and arterial cannula (Fr). The thin-walled transseptal one of
    # 21 Fr counts as one of 23 Fr: how much wider it is inside was not seen.
    told = [(4.0, 21, 17), (3.5, 21, 15), (5.0, 23, 17), (4.5, 23, 15)]
    points = [(7.5, round(60 + venous(v, q) + arterial(a, q), 1), q) for q, v, a in told]
    n, heads, _ = np.array(points).T
    # A flat curve, as the heads do not fall with flow, through the two points of the usual cannula,
    # whose 4.0 L/min a second source tells; the four points' distance from it is the band.
    a = float(f"{np.mean(heads[:2] / n[:2] ** 2):.4g}")
    off = [round(float(a * 7.5**2 - h), 1) for h in heads]
    found = described(np.array([a, 0, 1e-9, 0]), points)
    for key in ("residuals", "rms", "largest"):
        del found[key]
    found["clinical"] = {"a": a, "b": 0.0, "c": 0.0, "r": 0.0}
    found["room"] = dict(found["clinical"])
    sd = round(float(np.sqrt(np.mean((heads / (a * 7.5**2) - 1) ** 2))), 2)
    return {**found, "head_residuals_mmHg": off, "band_a": sd}


def heartmate_2():
    a = {8: (195.85, -3.506, 0.0136, 100.0), 9: (245.16, -3.6, 0.0119, 116.667),
         10: (306.65, -4.03, 0.0127, 133.0)}  # fmt: skip
    points, sources = [], []
    for n, h in product((8, 9, 10), (40, 60, 80, 100)):
        p0, p1, p2, most = a[n]
        by_source = {
            "Mathcard": (p0 + p1 * h + p2 * h * h) * PER_LITRE,
            "cvbtk": (0.0091 * h + 1.4) * n - 0.19 * h - 1.9,
        }
        if by_source["Mathcard"] > most * PER_LITRE:  # the file holds the flow at its limit there
            del by_source["Mathcard"]
        if n == 8:
            by_source["Santiago"] = (87.8 - h) / 0.579 * PER_LITRE
        for name, q in by_source.items():
            if q > 0:
                points.append((n, h, round(q, 3)))
                sources.append(name)
    x = fit(points, "ab")
    found = described(x, points, of=sources)
    pairs = list(zip(found["residuals"], sources, strict=True))
    bias = {
        name: round(float(np.mean([off for off, of in pairs if of == name])), 3)
        for name in sorted(set(sources))
    }
    return {**found, "mean_residual_by_source": bias, "band_a": band(x, 9, 60, found["rms"])}


def heartmate_3():
    curves = {4: (18.94, -0.0488034, 1.84837, 57.771), 5: (26.36, -0.0245944, 1.29678, 84.0812),
              6: (33.71, -0.0121526, 0.819383, 107.022)}  # fmt: skip
    points = []
    for n, (flat, p2, p1, p0) in curves.items():
        for h in range(20, 140, 10):
            q = (p2 * h * h + p1 * h + p0) * PER_LITRE
            if h >= flat and q > 0.3:
                points.append((n, h, round(q, 3)))
    x = fit(points)
    found = described(x, points)
    return {**found, "band_a": band(x, 5.5, 70, found["rms"])}


def centrifugal(shut_off, measured, a, c, sd_a, sd_c):
    """A centrifugal pump as a n² - c Q²: heads (mmHg) at speeds (krpm) and flows (L/min)."""
    points = [(n, h, 0.0) for n, h in shut_off] + list(measured)
    return {
        "points": [[float(v) for v in point] for point in points],
        "clinical": {"a": a, "b": 0.0, "c": c, "r": 0.0},
        "room": {"a": a, "b": 0.0, "c": float(f"{c * PER_LITRE**2:.4g}"), "r": 0.0},
        "head_residuals_mmHg": [round(a * n * n - c * q * q - h, 1) for n, h, q in points],
        "band_a": sd_a,
        "band_c": sd_c,
    }


def rotaflow():
    """Shut-off heads give a; the measured point gives c as 0.11 ± 0.61 mmHg/(L/min)², from its own
    ± 10 mmHg and the shut-off heads' 1.5 %. A loss is positive, so that the normal is cut at zero:
    its mean and sd are then 0.53 and 0.39."""
    a, n, head, q = 28.0, 3.0, 250.0, 4.2
    c = (a * n * n - head) / q**2
    sd = np.hypot(10.0, 0.015 * a * n * n) / q**2
    cut = truncnorm(-c / sd, np.inf, loc=c, scale=sd)
    mean = float(f"{cut.mean():.2g}")
    made = centrifugal(
        ((2.0, 108.0), (5.0, 700.0)),
        [(n, head, q)],
        a,
        mean,
        0.02,
        round(float(cut.std() / mean), 2),
    )
    return {**made, "c_measured": [round(c, 3), round(float(sd), 3)]}


def centrimag():
    """Two measured points; no shut-off head was seen, but it is below the Rotaflow's at every
    speed: between 22 and 28 mmHg/krpm², and the middle is taken."""
    measured = [(4.0, 352.0, 5.0), (3.425, 250.0, 4.2)]
    a = 25.0
    c = float(f"{np.mean([(a * n * n - h) / q**2 for n, h, q in measured]):.3g}")
    return centrifugal((), measured, a, c, 0.03, 0.4)


def main() -> None:
    pumps = {
        **impellas(),
        "php": php(),
        "tandemheart": tandemheart(),
        "heartmate-2": heartmate_2(),
        "heartmate-3": heartmate_3(),
        "rotaflow": rotaflow(),
        "centrimag": centrimag(),
    }
    made = {
        "about": "head = a n² - (b n + r) Q - c Q², mmHg and krpm; `clinical` with Q in L/min, "
        "`room` with Q in mL/s; residuals are flows in L/min, law less published.",
        "made_with": {"numpy": np.__version__},
        "pumps": pumps,
    }
    (HERE / "pumps.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for name, pump in pumps.items():
        told = ("rms", "largest", "band_a", "band_c", "flow_sd", "spread_of_reading", "flow_at_60")
        print(name, pump["room"], {key: pump[key] for key in told if key in pump})


if __name__ == "__main__":
    main()
