"""Pump curves from published points, by least squares in flow.

    python validation/hemodynamics/fit_pumps.py        writes validation/hemodynamics/pumps.json

Every pump gets   head = a n² - (b n + r) Q - c Q²   with a, b, c, r >= 0, the law of the rotary
pumps (mmHg, krpm; Q in L/min here). A residual is the law's flow less the published one, L/min.

The points and their confidence are those of the device files: C1 and C2 were seen in the source
named there, M is general knowledge. Impella tables give flow ranges, not heads: the upper end is
read at 25 mmHg (systole), the lower at 70 mmHg (diastole), and the corners 20-30 x 60-80 mmHg of
that reading give the spread. P-1 is left out, because the manual asks for P-2 or more.
"""

from __future__ import annotations

import json
from itertools import product
from pathlib import Path

import numpy as np
from scipy.optimize import least_squares

HERE = Path(__file__).parent
UPPER, LOWER = (25.0, 20.0, 30.0), (70.0, 60.0, 80.0)
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


def flow(x, n, head):
    a, b, c, r = x
    slope = b * n + r
    left = a * n * n - head
    return 2 * left / (slope + np.sqrt(slope**2 + 4 * c * np.abs(left)))


def misfit(x, points):
    n, h, q = np.array(points, dtype=float).T
    return flow(x, n, h) - q


def fit(points, free="abcr"):
    where = ["abcr".index(name) for name in free]

    def full(z):
        x = np.zeros(4)
        x[where] = z
        return x

    starts = product((0.02, 0.3, 3.0), (0.1, 2.0), (0.3, 10.0), (0.1, 10.0))
    runs = [
        least_squares(lambda z: misfit(full(z), points), np.array(s)[where], bounds=(0, np.inf))
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


def from_table(table, memory):
    """An Impella table at the reading rule; `memory`: relative sd for what was not seen."""
    used = [row for row in table if row[0] != "P1"]

    def points(upper, lower):
        return [(n, upper, to) for _, n, _, to in used] + [(n, lower, by) for _, n, by, _ in used]

    x = fit(points(UPPER[0], LOWER[0]))
    top = table[-1][1]
    at60 = float(flow(x, top, 60))
    corners = [fit(points(u, lo)) for u, lo in product(UPPER[1:], LOWER[1:])]
    spread = float(np.std([flow(corner, top, 60) for corner in corners]))
    found = described(x, points(UPPER[0], LOWER[0]))
    sd = float(np.sqrt(found["rms"] ** 2 + spread**2 + (memory * at60) ** 2))
    return x, {
        **found,
        "table": [list(row) for row in table],
        "flow_at_60": round(at60, 3),
        "spread_of_reading": round(spread, 3),
        "memory": memory,
        "flow_sd": round(sd, 3),
        "band_a": band(x, top, 60, sd),
    }


def impellas():
    _, made25 = from_table(IMPELLA_25, 0.0)
    _, made_cp = from_table(IMPELLA_CP, 0.10)
    x50, made50 = from_table(IMPELLA_50, 0.10)
    # 5.5: the 5.0 with wider flow, so that P9 gives 5.5 L/min at 60 mmHg
    wider = 5.5 / float(flow(x50, 33, 60))
    x55 = np.array([x50[0], x50[1] / wider, x50[2] / wider**2, x50[3] / wider])
    x55 = np.array([float(f"{v:.4g}") for v in x55])
    # RP: the motor of the 5.0, losses so that P9 gives 4.0 L/min at 25 mmHg
    c = (x50[0] * 33**2 - 25) / 4.0**2
    rp = np.array([x50[0], 0.0, float(f"{c:.4g}"), 0.0])
    return {
        "impella-2.5": made25,
        "impella-cp": made_cp,
        "impella-5.0": made50,
        "impella-5.5": described(x55, [(33, 60, 5.5)], band_a=band(x55, 33, 60, 0.15 * 5.5)),
        "impella-rp": described(rp, [(33, 25, 4.0)], band_a=band(rp, 33, 25, 0.15 * 4.0)),
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

    points = [
        (7.5, round(60 + venous(21, 4.0) + arterial(17, 4.0), 1), 4.0),
        (7.5, round(60 + venous(21, 3.0) + arterial(12, 1.5), 1), 3.0),
    ]
    n, heads, _ = np.array(points).T
    a = float(f"{np.mean(heads / n**2):.4g}")  # a flat curve: the second head is the lower one
    x = np.array([a, 0.0, 0.0, 0.0])
    off = [round(float(a * 7.5**2 - h), 1) for h in heads]
    found = described(np.array([a, 0, 1e-9, 0]), points)
    for key in ("residuals", "rms", "largest"):
        del found[key]
    found["clinical"] = {"a": float(x[0]), "b": 0.0, "c": 0.0, "r": 0.0}
    found["room"] = dict(found["clinical"])
    return {**found, "head_residuals_mmHg": off, "band_a": 0.2}


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


def rotaflow():
    heads = {2.0: 108.0, 5.0: 700.0}
    a = 28.0
    off = {n: round(a * n * n - h, 1) for n, h in heads.items()}
    return {
        "points": [[n, h, 0.0] for n, h in heads.items()],
        "clinical": {"a": a, "b": 9.0, "c": 0.0, "r": 0.0},
        "room": {"a": a, "b": 0.54, "c": 0.0, "r": 0.0},
        "head_residuals_mmHg": list(off.values()),
        "band_b": 0.1,
    }


def main() -> None:
    pumps = {
        **impellas(),
        "php": php(),
        "tandemheart": tandemheart(),
        "heartmate-2": heartmate_2(),
        "heartmate-3": heartmate_3(),
        "rotaflow": rotaflow(),
    }
    made = {
        "about": "head = a n² - (b n + r) Q - c Q², mmHg and krpm; `clinical` with Q in L/min, "
        "`room` with Q in mL/s; residuals are flows in L/min, law less published.",
        "made_with": {"numpy": np.__version__},
        "pumps": pumps,
    }
    (HERE / "pumps.json").write_text(json.dumps(made, indent=1, ensure_ascii=False) + "\n", "utf-8")
    for name, pump in pumps.items():
        told = ("rms", "largest", "band_a", "flow_sd", "spread_of_reading", "flow_at_60")
        print(name, pump["room"], {key: pump[key] for key in told if key in pump})


if __name__ == "__main__":
    main()
