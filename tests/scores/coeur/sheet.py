"""The Score Coeur a second time: straight down the columns, as a spreadsheet would.

Written from section 7 of the reference alone, and differently: arrays, no notion of what is
missing but NaN, no dataclass, the risk as published instead of differences from the reference.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

Columns = Mapping[str, NDArray[np.float64]]
NT = np.array([928, 1478, 2044, 2661, 3416, 4406, 5645, 8000, 11332.0])
BNP = np.array([189, 314, 481, 622, 818, 1074, 1317, 1702, 2696.0])
GROUP_O, GROUP_A, GROUP_B, GROUP_AB = range(4)


def risk(x: Columns, ascd: NDArray, nt: NDArray, bnp: NDArray, cr: NDArray, bil: NDArray,
         dia: NDArray) -> NDArray:  # fmt: skip
    ten = (x["ecls"] == 1) | (x["wide"] == 1)
    by_nt = 1 + (nt[:, None] >= NT).sum(axis=1)
    by_bnp = 1 + (bnp[:, None] >= BNP).sum(axis=1)
    peptide = np.where(np.isnan(nt), np.where(np.isnan(bnp), 1, by_bnp), by_nt)
    peptide = np.where(ten, 10, peptide)
    rate = np.where(np.isnan(cr), 150, np.clip(gfr(x, cr), 1, 150))
    rate = np.where(dia == 1, 15, rate)
    liver = np.where(np.isnan(bil), 5, np.clip(bil, 5, 230))
    return 1.301335 * ascd + 0.157691 * peptide - 0.510058 * np.log(rate) + 0.615711 * np.log(liver)


def gfr(x: Columns, cr: NDArray) -> NDArray:
    with np.errstate(divide="ignore"):
        plain = 186.3 * (cr / 88.4) ** -1.154 * x["age"] ** -0.203
    return plain * np.where(x["woman"] == 1, 0.742, 1)


def whole(raw: NDArray, up: bool) -> NDArray:
    number = np.ceil(raw - 1e-9) if up else np.floor(raw + 0.5)
    return np.minimum(40, np.maximum(0, number))


def factors(x: Columns, term: str = "man to woman", b_to_ab: float = 0, up: bool = False,
            keep: bool = False) -> dict[str, NDArray]:  # fmt: skip
    acute = (x["ecls"] == 1) | (x["drg"] == 1)
    limit = np.where(acute, 4, 105)

    def now(name: str) -> NDArray:
        days = x[f"{name}_days"]
        gone = days > limit if keep else days >= limit
        return np.where(gone, np.nan, x[name])

    constant = 0.157691 * 1 - 0.510058 * np.log(150) + 0.615711 * np.log(5)
    cr, bil = now("creatinine"), now("bilirubin")
    today = risk(x, x["ecls"], now("ntprobnp"), now("bnp"), cr, bil, x["rrt"])
    before = risk(x, x["ecls"], x["ntprobnp_pre"], x["bnp_pre"], x["creatinine_pre"],
                  x["bilirubin_pre"], x["rrt_pre"])  # fmt: skip
    icar_today = whole(10 * (today - constant), up)
    icar_before = whole(10 * (before - constant), up)
    icar = np.where(acute, np.maximum(icar_today, icar_before), icar_today)
    ficar = 1000 * icar / 40

    adult = x["age"] >= 18
    none, xpca = x["urgency"] == 0, x["urgency"] == 1
    cas = np.where(ficar < 775, ficar, ficar + 51)
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip(x["urgent"] / x["over"], 0, 1)
    expert = np.maximum(ficar, np.where(x["over"] == 0, 900, 900 * share))
    cps = 775 + 50 * np.clip(x["listed"] / 24, 0, 1)
    start = np.where(x["urgency"] == 2, 1102, 1051)
    xpcp = start + 50 * np.clip(x["urgent"] / 24, 0, 1)
    ccb = np.select([none & adult, xpca & adult, none, ~xpca], [cas, expert, cps, xpcp], np.nan)

    d = x["age"] - x["d_age"]
    dif = np.clip(np.where(d < 0, (d + 65) / 25, 1 - (d - 15) / 25), 0, 1)
    dif = np.where(adult, dif, 1)

    table = np.zeros((4, 4))
    table[range(4), range(4)] = 1
    table[GROUP_A, GROUP_AB] = table[GROUP_O, GROUP_B] = 1
    table[GROUP_O, GROUP_AB], table[GROUP_B, GROUP_AB] = 0.1, b_to_ab
    credit = table[x["d_abo"].astype(int), x["abo"].astype(int)]

    own = 0.007184 * x["height"] ** 0.725 * x["weight"] ** 0.425
    theirs = 0.007184 * x["d_height"] ** 0.725 * x["d_weight"] ** 0.425
    heavy = (x["d_woman"] == 0) & (x["d_weight"] >= 70)
    fits = np.where(adult, 0.8 * own < theirs, (0.8 * own < theirs) & (2 * own > theirs))
    sc = (fits | heavy).astype(float)

    rate = np.where(x["rrt"] == 1, 15, np.where(np.isnan(cr), 1, np.clip(gfr(x, cr), 1, 150)))
    liver = np.where(np.isnan(bil), 230, np.clip(bil, 5, 230))
    sex = {
        "man to woman": (x["d_woman"] == 0) & (x["woman"] == 1),
        "sexes differ": x["d_woman"] != x["woman"],
        "woman donor": x["d_woman"] == 1,
    }[term]
    power = (
        0.50608 * (x["age"] > 50) + 0.50754 * x["mal"] + 0.40268 * np.log(liver)
        - 0.54443 * np.log(rate) + 0.36262 * sex + 0.41714 * (x["d_age"] > 55)
    )  # fmt: skip
    surv = np.where((0.6785748856 ** np.exp(power) > 0.5) | ~adult, 1.0, 0.0)

    mg = 1 / np.exp(2e-7 * x["travel"] ** 2.9)
    return {"icar": icar, "ccb": ccb, "dif_age": dif, "abo": credit, "sc": sc, "surv": surv,
            "mg": mg, "total": ccb * dif * credit * sc * surv * mg}  # fmt: skip
