"""A made-up study of 140 episodes in four arms, built without the package's own estimators."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import pytest

from afterload.study.ard import Results, Statistic
from afterload.study.design import Design, Item, Outcome, Study

ARMS = ("ECLS", "Impella 5.0", "ECLS + Impella, simultaneous", "ECLS + Impella, sequential")
SIZES = (58, 31, 27, 24)
POINTS = ("pre", "24h", "48h", "day7")
KW = ("Kruskal–Wallis rank sum test", "Kruskal & Wallis 1952, J Am Stat Assoc 47:583–621")
RANK = (
    "Wilcoxon rank sum test, Holm's correction",
    "Wilcoxon 1945, Biometrics Bull 1:80–83; Holm 1979, Scand J Stat 6:65–70",
)
CHI2 = ("Pearson's χ² test", "Pearson 1900, Phil Mag 50:157–175")
FISHER = ("Fisher's exact test", "Freeman & Halton 1951, Biometrika 38:141–149")
PAIR = ("Fisher's exact test, Holm's correction", "Holm 1979, Scand J Stat 6:65–70")
EXACT = ("Clopper–Pearson exact interval", "Clopper & Pearson 1934, Biometrika 26:404–413")
RATE = ("Garwood exact Poisson interval", "Garwood 1936, Biometrika 28:437–442")
KM = ("Kaplan–Meier, log-log interval", "Kaplan & Meier 1958, J Am Stat Assoc 53:457–481")
LOGRANK = ("Log-rank test", "Mantel 1966, Cancer Chemother Rep 50:163–170")
SMD = ("Standardised mean difference", "Yang & Dalton 2012, SAS Global Forum 335")

BASE = (
    ("age_years", "Age", "years", 58.0, 13.0, -4.0),
    ("bmi", "Body mass index", "kg/m²", 27.0, 4.6, 0.3),
    ("lvef", "Left ventricular ejection fraction", "%", 21.0, 8.0, -2.0),
    ("map", "Mean arterial pressure", "mmHg", 58.0, 10.0, 2.0),
    ("save_score", "SAVE score", "points", -5.0, 5.0, 1.0),
    ("vis", "Vasoactive-inotropic score", "", 38.0, 22.0, -4.0),
)
LABS = (
    ("hb", "Haemoglobin", "g/dL", 11.4, 1.9, (0, -1.6, -2.0, -2.1)),
    ("bnp", "BNP", "pg/mL", 1400.0, 0.8, (0, -0.1, -0.3, -0.7)),
    ("ast", "AST", "U/L", 310.0, 1.1, (0, 0.4, 0.0, -1.4)),
    ("alt", "ALT", "U/L", 190.0, 1.1, (0, 0.3, 0.2, -1.0)),
    ("bilirubin", "Bilirubin", "µmol/L", 19.0, 0.6, (0, 0.3, 0.5, 0.4)),
    ("lactate", "Lactate", "mmol/L", 7.2, 0.5, (0, -0.8, -1.3, -1.6)),
    ("creatinine", "Creatinine", "µmol/L", 148.0, 0.45, (0, 0.05, 0.1, -0.1)),
)
YES = (
    ("cardiac_arrest_yes", "Cardiac arrest before support", 0.42),
    ("diabetes", "Diabetes", 0.28),
    ("hypertension", "Arterial hypertension", 0.45),
    ("rrt", "Renal replacement before support", 0.07),
)
CAUSES = ("ami", "dcm", "myocarditis", "postcardiotomy")
CAUSE_LABELS = (
    "Acute myocardial infarction",
    "Decompensated cardiomyopathy",
    "Myocarditis",
    "After cardiotomy",
)
COMPLICATIONS = (
    ("bleeding", "Bleeding", 0.34),
    ("limb_ischaemia", "Limb ischaemia", 0.13),
    ("stroke", "Stroke", 0.08),
    ("haemolysis", "Haemolysis", 0.15),
    ("infection", "Infection", 0.28),
    ("rrt", "New renal replacement", 0.36),
    ("device_failure", "Device failure", 0.04),
)


@dataclass(frozen=True)
class Cohort:
    rng: np.random.Generator
    arm: np.ndarray

    def groups(self, values):
        return [values[self.arm == k] for k in range(len(ARMS))]


def holm(p):
    order = np.argsort(p)
    adjusted = np.empty(len(p))
    worst = 0.0
    for rank, index in enumerate(order):
        worst = max(worst, min(1.0, (len(p) - rank) * p[index]))
        adjusted[index] = worst
    return adjusted


def number_rows(cohort, section, name, values, point=""):
    from scipy import stats

    groups = [g[~np.isnan(g)] for g in cohort.groups(values)]
    raw = cohort.groups(values)
    for arm, all_of, g in zip(
        ("", *ARMS), (values, *raw), (np.concatenate(groups), *groups), strict=False
    ):
        told = {
            "n": len(g),
            "missing": len(all_of) - len(g),
            "median": np.median(g),
            "q1": np.quantile(g, 0.25),
            "q3": np.quantile(g, 0.75),
            "mean": g.mean(),
            "sd": g.std(ddof=1),
            "min": g.min(),
            "max": g.max(),
        }
        for statistic, value in told.items():
            yield Statistic(
                section, name, statistic, float(value), point=point, arm=arm, n=len(g),
                denominator=len(all_of),
            )  # fmt: skip
    p = float(stats.kruskal(*groups).pvalue)
    yield Statistic(section, name, "p", p, point=point, method=KW[0], reference=KW[1])
    raw_p = [float(stats.mannwhitneyu(groups[0], g).pvalue) for g in groups[1:]]
    yield from versus(section, name, raw_p, RANK, point)
    yield from smd_rows(section, name, groups, point)


def versus(section, name, raw, method, point=""):
    for arm, p_raw, p in zip(ARMS[1:], raw, holm(raw), strict=False):
        key = {"point": point, "arm": arm, "versus": ARMS[0]}
        yield Statistic(section, name, "p_raw", p_raw, method=method[0], **key)
        yield Statistic(section, name, "p", float(p), method=method[0], reference=method[1], **key)


def smd_rows(section, name, groups, point=""):
    def smd(a, b):
        pooled = math.sqrt((a.var(ddof=1) + b.var(ddof=1)) / 2)
        return (b.mean() - a.mean()) / pooled if pooled else 0.0

    for arm, g in zip(ARMS[1:], groups[1:], strict=False):
        yield Statistic(
            section, name, "smd", smd(groups[0], g), point=point, arm=arm, versus=ARMS[0]
        )
    pairs = [abs(smd(a, b)) for i, a in enumerate(groups) for b in groups[i + 1 :]]
    yield Statistic(
        section, name, "smd", float(np.mean(pairs)), point=point, method=SMD[0], reference=SMD[1]
    )


def category_rows(cohort, section, name, levels, codes):
    from scipy import stats

    groups = [g[g >= 0] for g in cohort.groups(codes)]
    raw = cohort.groups(codes)
    for arm, all_of, g in zip(
        ("", *ARMS), (codes, *raw), (np.concatenate(groups), *groups), strict=False
    ):
        yield Statistic(section, name, "n", float(len(g)), arm=arm, n=len(g))
        yield Statistic(section, name, "missing", float(len(all_of) - len(g)), arm=arm, n=len(g))
        for k, level in enumerate(levels):
            c = float((g == k).sum())
            key = {"level": level, "arm": arm, "n": len(g), "denominator": len(g)}
            yield Statistic(section, name, "count", c, **key)
            yield Statistic(section, name, "proportion", c / len(g), **key)
    table = np.array([[(g == k).sum() for g in groups] for k in range(len(levels))])
    table = table[table.sum(axis=1) > 0]
    test = stats.chi2_contingency(table, correction=False)
    method = CHI2 if test.expected_freq.min() >= 5 else FISHER
    yield Statistic(section, name, "p", float(test.pvalue), method=method[0], reference=method[1])
    p = [float(stats.chi2_contingency(table[:, [0, k]] + 1e-9).pvalue) for k in range(1, len(ARMS))]
    yield from versus(section, name, p, PAIR)
    yield from smd_rows(section, name, [(g == 0).astype(float) for g in groups])


def binary_rows(cohort, section, name, event, known):
    from scipy import special, stats

    groups = [event[(cohort.arm == k) & known] for k in range(len(ARMS))]
    unknown = [(~known[cohort.arm == k]).sum() for k in range(len(ARMS))]
    for arm, g, u in zip(
        ("", *ARMS), (np.concatenate(groups), *groups), (sum(unknown), *unknown), strict=True
    ):
        x, n = int(g.sum()), len(g)
        low = float(special.betaincinv(x, n - x + 1, 0.025)) if x else 0.0
        high = float(special.betaincinv(x + 1, n - x, 0.975)) if x < n else 1.0
        key = {"arm": arm, "n": n, "denominator": n}
        yield Statistic(section, name, "count", float(x), **key)
        yield Statistic(section, name, "proportion", x / n, **key)
        yield Statistic(section, name, "ci_low", low, method=EXACT[0], reference=EXACT[1], **key)
        yield Statistic(section, name, "ci_high", high, method=EXACT[0], **key)
        if section == "outcomes":
            yield Statistic(section, name, "unknown", float(u), **key)
    table = np.array([[g.sum() for g in groups], [(1 - g).sum() for g in groups]])
    p = float(stats.chi2_contingency(table + 1e-9).pvalue)
    yield Statistic(section, name, "p", p, method=FISHER[0], reference=FISHER[1])
    raw = [float(stats.fisher_exact(table[:, [0, k]])[1]) for k in range(1, len(ARMS))]
    yield from versus(section, name, raw, PAIR)
    if section == "outcomes":
        for k in range(1, len(ARMS)):
            yield from effect_rows(section, name, groups[k], groups[0], ARMS[k])


def effect_rows(section, name, g, ref, arm):
    a, n, c, m = g.sum(), len(g), ref.sum(), len(ref)
    p1, p0 = a / n, c / m
    se = math.sqrt(p1 * (1 - p1) / n + p0 * (1 - p0) / m)
    log_rr, se_rr = math.log(p1 / p0), math.sqrt(1 / a - 1 / n + 1 / c - 1 / m)
    log_or = math.log(a * (m - c) / (c * (n - a)))
    se_or = math.sqrt(1 / a + 1 / (n - a) + 1 / c + 1 / (m - c))
    told = {
        "risk_difference": (p1 - p0, p1 - p0 - 1.96 * se, p1 - p0 + 1.96 * se),
        "risk_ratio": tuple(math.exp(log_rr + z * se_rr) for z in (0, -1.96, 1.96)),
        "odds_ratio": tuple(math.exp(log_or + z * se_or) for z in (0, -1.96, 1.96)),
    }
    names = {
        "risk_difference": "Wald interval",
        "risk_ratio": "Katz log interval",
        "odds_ratio": "Woolf log interval",
    }
    for statistic, values in told.items():
        for end, value in zip(("", "_low", "_high"), values, strict=False):
            yield Statistic(
                section, name, statistic + end, float(value), arm=arm, versus=ARMS[0],
                method=f"{statistic.replace('_', ' ').capitalize()}, {names[statistic]}",
            )  # fmt: skip


def rate_rows(cohort, name, event, days):
    from scipy import special

    for k, arm in enumerate(("", *ARMS)):
        here = cohort.arm == k - 1 if k else np.ones(len(event), bool)
        events, exposure = int(event[here].sum() * 1.3), float(days[here].sum())
        low = special.gammaincinv(events, 0.025) if events else 0.0
        high = special.gammaincinv(events + 1, 0.975)
        told = {
            "events": events, "device_days": exposure, "rate": 1000 * events / exposure,
            "rate_low": 1000 * low / exposure, "rate_high": 1000 * high / exposure,
        }  # fmt: skip
        for statistic, value in told.items():
            yield Statistic(
                "complications", name, statistic, float(value), arm=arm, n=int(here.sum()),
                method=RATE[0], reference=RATE[1],
            )  # fmt: skip


def survival_rows(cohort, name, time, event, horizon):
    from scipy import stats

    grid = np.linspace(0, horizon, 7)
    for k, arm in enumerate(ARMS):
        t, d = time[cohort.arm == k], event[cohort.arm == k]
        s, var = 1.0, 0.0
        key = {"arm": arm, "n": len(t)}
        yield Statistic("survival", name, "n", float(len(t)), **key)
        yield Statistic("survival", name, "events_total", float(d.sum()), **key)
        median, last = None, (1.0, 1.0, 1.0)
        for u in np.unique(t[d]):
            at_risk, dead = (t >= u).sum(), ((t == u) & d).sum()
            s *= 1 - dead / at_risk
            var += dead / (at_risk * max(at_risk - dead, 1))
            half = 1.96 * math.sqrt(var) / abs(math.log(s)) if 0 < s < 1 else 0.0
            last = (s, s ** math.exp(half), s ** math.exp(-half))
            for statistic, value in zip(("survival", "ci_low", "ci_high"), last, strict=False):
                yield Statistic(
                    "survival", name, statistic, float(value), at=float(u), method=KM[0],
                    reference=KM[1], **key,
                )  # fmt: skip
            median = float(u) if median is None and s <= 0.5 else median
        for end, value in zip(("", "_low", "_high"), last, strict=False):
            yield Statistic("survival", name, f"survival_at{end}", value, **key)
        yield Statistic("survival", name, "median", median, **key)
        yield Statistic("survival", name, "median_low", median and median * 0.6, **key)
        yield Statistic("survival", name, "median_high", None, **key)
        for g in grid:
            counts = ((t >= g).sum(), (d & (t <= g)).sum(), (~d & (t < g)).sum())
            for statistic, value in zip(("at_risk", "events", "censored"), counts, strict=False):
                yield Statistic("survival", name, statistic, float(value), at=float(g), **key)
    kw = stats.kruskal(*cohort.groups(time)).pvalue
    yield Statistic("survival", name, "p", float(kw), method=LOGRANK[0], reference=LOGRANK[1])
    p = [float(stats.mannwhitneyu(time[cohort.arm == 0], time[cohort.arm == k]).pvalue)
         for k in range(1, len(ARMS))]  # fmt: skip
    yield from versus("survival", name, p, ("Log-rank test, Holm's correction", LOGRANK[1]))


def flow_rows():
    start, rules = (
        171,
        (
            ("Include if age_years >= 18", 6, 0),
            ("Include if indication is cardiogenic shock", 9, 2),
            ("Exclude if t0 is not known", 5, 0),
        ),
    )
    yield Statistic("flow", "start", "count", float(start), n=start)
    left = start
    for k, (text, out, unknown) in enumerate(rules, 1):
        for statistic, value in (("excluded", out), ("unknown", unknown)):
            yield Statistic("flow", f"rule:{k}", statistic, float(value), n=left, text=text)
        left -= out + unknown
        yield Statistic("flow", f"rule:{k}", "remaining", float(left), n=left, text=text)
    for arm, size in zip(ARMS, SIZES, strict=False):
        yield Statistic("flow", "arm", "count", float(size), arm=arm, n=left)
    yield Statistic("flow", "arm:none", "count", float(left - sum(SIZES)), n=left)


def meta_rows():
    told = {
        "title": "Mechanical support in cardiogenic shock",
        "version": "0.1.0",
        "protocol_sha256": "9f2c41d07be3a85566e0f1b7c8d9a0134e5f60718293a4b5c6d7e8f901234567",
        "data_sha256": "1a7b3c9d5e2f40816273849506a7b8c9dae1f203142536475869708192a3b4c5",
        "alpha": "0.05",
    }
    for name, text in told.items():
        yield Statistic("meta", name, "text", None, text=text)


def make_design():
    def lab(name, label, unit, points):
        return Item(name, label, unit, points=points)

    return Design(
        title="Temporary mechanical support in cardiogenic shock: ECLS, Impella 5.0 and both",
        question="Does unloading with Impella 5.0, alone or with ECLS, change survival and organ "
        "recovery compared with ECLS alone?",
        authors="The made-up registry group",
        time_zero="First blood flow of the first device.",
        population="Adults with cardiogenic shock treated with a temporary device, 2015–2024.",
        arms=ARMS,
        reference=ARMS[0],
        arm_rules=(
            "ecls alone",
            "impella-5.0 alone",
            "ecls+impella simultaneous",
            "ecls then impella",
        ),
        baseline=(
            *(Item(name, label, unit, summary="mean" if name == "age_years" else "median")
              for name, label, unit, *_ in BASE),
            Item("sex", "Sex", kind="category", levels=("female", "male"),
                 level_labels=("Female", "Male")),
            Item("indication", "Cause of shock", kind="category", levels=CAUSES,
                 level_labels=CAUSE_LABELS),
            *(Item(name, label, kind="category", levels=("no", "yes")) for name, label, _ in YES),
            *(lab(name, label, unit, ("pre",)) for name, label, unit, *_ in LABS),
        ),
        biology=tuple(lab(name, label, unit, POINTS) for name, label, unit, *_ in LABS),
        complications=tuple(
            Item(name, label, kind="category", levels=("no", "yes"))
            for name, label, _ in COMPLICATIONS
        ),
        outcomes=(
            Outcome("hospital_death", "Death in hospital", "binary", note="if discharge is death"),
            Outcome("weaned", "Weaned from all support", "binary"),
            Outcome("death_30d", "Death", "time-to-event", 30.0, "from first blood flow"),
        ),
        warnings=(
            "Arms are told from devices started after time zero, so a patient of such an arm had "
            "to survive until the later device (immortal time): crude differences in survival "
            "favour that arm.",
        ),
        notes=("Made-up data: no patient is behind these numbers.",),
    )  # fmt: skip


def make_study(seed: int = 20) -> Study:
    rng = np.random.default_rng(seed)
    arm = np.repeat(np.arange(len(ARMS)), SIZES)
    cohort, n = Cohort(rng, arm), len(arm)
    rows = [*flow_rows()]

    def holes(values, share):
        values = values.astype(float)
        values[rng.random(n) < share] = np.nan
        return values

    for name, _, _, middle, sd, shift in BASE:
        values = middle + sd * rng.normal(size=n) + shift * (arm > 0)
        values = np.round(np.maximum(values, 1) if middle > 0 else values, 1 if sd < 6 else 0)
        rows += number_rows(cohort, "baseline", name, holes(values, 0.04))
    rows += category_rows(cohort, "baseline", "sex", ("female", "male"), (rng.random(n) < 0.74) * 1)
    causes = rng.choice(4, p=(0.5, 0.2, 0.12, 0.18), size=n)
    rows += category_rows(cohort, "baseline", "indication", CAUSES, causes)
    for name, _, share in YES:
        codes = (rng.random(n) < share - 0.1 * (arm == 1)) * 1
        codes[rng.random(n) < 0.03] = -1
        rows += category_rows(cohort, "baseline", name, ("no", "yes"), codes)
    for name, _, _, middle, spread, shifts in LABS:
        own = rng.normal(size=n)
        for point, shift in zip(POINTS, shifts, strict=False):
            noise = 0.7 * own + 0.7 * rng.normal(size=n)
            gain = shift * (1 + 0.45 * (arm == 1) + 0.3 * (arm == 2))
            if name == "hb":
                values = np.round(middle + spread * noise + shift * (1 - 0.5 * (arm == 1)), 1)
            else:
                values = middle * np.exp(spread * noise + gain)
                values = np.round(values, 1 if middle < 10 else 0)
            values = holes(values, 0.05 + 0.06 * POINTS.index(point))
            if point == "pre":
                rows += number_rows(cohort, "baseline", name, values, point)
            rows += number_rows(cohort, "biology", name, values, point)
    days = np.round(rng.gamma(3, 2.4, size=n), 1) + 0.5
    for name, _, share in COMPLICATIONS:
        event = (rng.random(n) < share * (1 + 0.3 * (arm >= 2))) * 1
        rows += binary_rows(cohort, "complications", name, event, np.ones(n, bool))
        rows += rate_rows(cohort, name, event, days)
    risk = np.array([0.56, 0.38, 0.5, 0.33])[arm]
    dead = (rng.random(n) < risk) * 1
    rows += binary_rows(cohort, "outcomes", "hospital_death", dead, np.ones(n, bool))
    weaned = np.where(dead == 1, rng.random(n) < 0.15, rng.random(n) < 0.85) * 1
    rows += binary_rows(cohort, "outcomes", "weaned", weaned, rng.random(n) > 0.02)
    time = np.where(dead == 1, np.ceil(rng.exponential(7, n) * 10) / 10, 30 + rng.random(n))
    time = np.where(rng.random(n) < 0.1, rng.uniform(3, 29, n), time)
    event = (time <= 30) & (dead == 1)
    rows += survival_rows(cohort, "death_30d", np.minimum(time, 30), event, 30.0)
    return Study(make_design(), Results((*rows, *meta_rows())))


@pytest.fixture(scope="session")
def study() -> Study:
    return make_study()


@pytest.fixture(scope="session")
def built(study):
    """The report of the study, ready to be drawn as HTML or Word."""
    from afterload.report.study_report_document import document
    from afterload.report.theme import DEFAULT

    return document(study, DEFAULT)
