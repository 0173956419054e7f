"""A reader who knows every published number of a small study enumerates all that fit.

A second writing of what a report tells: of every possible course of every arm the counts, curves,
medians and log-rank p-values are worked out here, in plain arithmetic, and those that fit what was
published are kept. A count that is withheld, and any count from 1 to below the threshold that was
told nowhere (between two days, say), must then still have two possible values.
"""

import html
import itertools
import math
import re
import zipfile
from functools import cache
from statistics import NormalDist

import numpy as np
import pytest

from afterload.core.column import Column
from afterload.core.variable import Variable
from afterload.report.disclosure import disclose_study
from afterload.report.study_report import write_report
from afterload.study import Groups, baseline, collect, outcomes, survival
from afterload.study.ard import Statistic
from afterload.study.design import Design, Item, Outcome, Study

THRESHOLD = 3
DAYS = (1, 2, 3, 4, 5, 6)
GRID = (0.0, 2.0, 4.0, 6.0)
HORIZON = 6.0
MOST = 9
ARMS = ("a", "b")
D4 = Outcome("d4", "Death in 4 days", "binary", 4.0, event="death")
D6 = Outcome("d6", "Death in 6 days", "binary", 6.0, event="death")
CURVE = Outcome("curve", "Death", "time-to-event", HORIZON, curve="Survival", event="death")
SEX = Item("sex", "Sex", kind="category", levels=("no", "yes"))


def make_study(courses, known_sex, women, chosen=(D4, D6, CURVE)):
    """Of each arm the (day, died) of every patient; who has a sex recorded, and the women."""
    index = np.repeat([0, 1], [len(courses[0]), len(courses[1])])
    days = np.array([float(day) for course in courses for day, _ in course])
    died = np.array([float(dead) for course in courses for _, dead in course])
    sex = np.full(len(index), math.nan)
    for arm, (known, yes) in enumerate(zip(known_sex, women, strict=True)):
        places = np.flatnonzero(index == arm)[:known]
        sex[places] = 0.0
        sex[places[:yes]] = 1.0
    groups = Groups(ARMS, "a", index)
    sizes = [len(course) for course in courses]
    flow = [Statistic("flow", "start", "count", float(sum(sizes)), n=sum(sizes))]
    flow += [
        Statistic("flow", "arm", "count", float(n), arm=arm, n=sum(sizes))
        for arm, n in zip(ARMS, sizes, strict=True)
    ]
    flow.append(Statistic("flow", "arm:none", "count", 0.0, n=sum(sizes)))

    def by(horizon):
        dead = (died == 1) & (days <= horizon)
        alive = (days > horizon) | ((died == 0) & (days >= horizon))
        return np.where(dead, 1.0, np.where(alive, 0.0, math.nan))

    results = collect(
        flow,
        baseline([Column(Variable("sex", "Sex", kind="bool"), sex, SEX.levels)], [SEX], groups),
        outcomes(chosen, {"d4": by(4.0), "d6": by(6.0)}, groups),
        survival(CURVE, days, died, groups, grid=GRID) if CURVE in chosen else [],
    )
    design = Design("t", ARMS, "a", baseline=(SEX,), outcomes=tuple(chosen))
    return Study(design, results)


@cache
def all_courses(n):
    """Every course of n patients: how many died, and were last seen, on each day."""
    kinds = 2 * len(DAYS)
    bars = np.array(list(itertools.combinations(range(n + kinds - 1), kinds - 1)))
    bars = bars.reshape(-1, kinds - 1)
    edges = np.hstack([np.full((len(bars), 1), -1), bars, np.full((len(bars), 1), n + kinds - 1)])
    counts = np.diff(edges, axis=1) - 1
    return counts[:, : len(DAYS)], counts[:, len(DAYS) :]


def half_up(x, digits=0):
    return np.floor(np.abs(x) * 10**digits + 0.5 + 2.0**-26) / 10**digits


def curve_of(died, seen):
    """The share free of it after each day with its log-log limits; NaN where there are none."""
    gone = np.cumsum(died + seen, axis=1)
    n = gone[:, -1:]
    at_risk = n - np.hstack([np.zeros((len(died), 1), int), gone[:, :-1]])
    with np.errstate(all="ignore"):
        share = np.cumprod(np.where(at_risk > 0, 1 - died / at_risk, 1.0), axis=1)
        spread = np.where(at_risk > 0, died / (at_risk * (at_risk - died)), 0.0)
        half = NormalDist().inv_cdf(0.975) * np.sqrt(np.cumsum(spread, axis=1)) / np.log(share)
        base = np.log(-np.log(share))
        inside = (share > 0) & (share < 1)
        low, high = (np.where(inside, np.exp(-np.exp(base + s * half)), math.nan) for s in (-1, 1))
    return share, low, high


def time_of(share, died, seen):
    """The day a curve falls to one half; the middle of the step where it stays at one half."""
    leaving = (died + seen) > 0
    told = np.full(len(share), math.nan)
    for place in range(len(share)):
        days = [d for d in range(len(DAYS)) if leaving[place, d]]
        values = [share[place, d] for d in days]
        fallen = [i for i, x in enumerate(values) if x < 0.5 + 1e-9]
        if fallen:
            first = fallen[0]
            lower = [i for i in fallen if values[i] < values[first]]
            told[place] = DAYS[days[first]]
            if abs(values[first] - 0.5) < 1e-9 and lower:
                told[place] = (DAYS[days[first]] + DAYS[days[lower[0]]]) / 2
    return told


def upto(counts, day, *, strictly=False):
    kept = [i for i, d in enumerate(DAYS) if (d < day if strictly else d <= day)]
    return counts[:, kept].sum(axis=1)


def fits(row, values):
    """Which of the values a count may have, given what was published of it."""
    if row is None:
        return np.ones(len(values), dtype=bool)
    if row.value is not None:
        return values == row.value
    if row.warning == f"suppressed (< {THRESHOLD})":
        return (values >= 1) & (values < THRESHOLD)
    if row.warning.startswith("suppressed: it would tell a small count"):
        return values != 0
    return np.ones(len(values), dtype=bool)


class Possible:
    """All courses of one arm that fit what was published of it."""

    def __init__(self, told, arm, sizes):
        died, seen = zip(*(all_courses(n) for n in sizes), strict=True)
        self.died, self.seen = np.vstack(died), np.vstack(seen)
        n = self.died.sum(axis=1) + self.seen.sum(axis=1)
        keep = fits(told.find("flow", "arm", "count", arm=arm), n)
        if told.section("survival"):
            keep &= self._curve(told, arm, n)
        for name, horizon in (("d4", 4.0), ("d6", 6.0)):
            yes, lost = upto(self.died, horizon), upto(self.seen, horizon, strictly=True)
            row = told.find("outcomes", name, "count", arm=arm)
            keep &= fits(row, yes) & fits(told.find("outcomes", name, "unknown", arm=arm), lost)
            if row is not None and row.denominator is not None:
                keep &= (n - lost) == row.denominator
            share = told.find("outcomes", name, "proportion", arm=arm)
            if share is not None and share.value is not None:
                with np.errstate(all="ignore"):
                    keep &= np.abs(yes / (n - lost) - share.value) < 1e-12
        self._keep(keep)
        if told.section("survival"):
            self._keep(self._medians(told, arm))

    def _keep(self, keep):
        self.died, self.seen = self.died[keep], self.seen[keep]

    def _curve(self, told, arm, n):
        keep = fits(told.find("survival", "curve", "n", arm=arm), n)
        dead = upto(self.died, HORIZON)
        keep &= fits(told.find("survival", "curve", "events_total", arm=arm), dead)
        for name, of in (
            ("events", lambda t: upto(self.died, t)),
            ("censored", lambda t: upto(self.seen, t, strictly=True)),
            ("at_risk", lambda t: n - upto(self.died + self.seen, t, strictly=True)),
        ):
            for row in told.curve("curve", name, arm):
                keep &= fits(row, of(row.at))
        curves = dict(zip(("survival", "ci_low", "ci_high"), self.shares(), strict=True))
        for name, shares in curves.items():
            rows = told.curve("curve", name, arm)
            at_end = {"survival": "", "ci_low": "_low", "ci_high": "_high"}[name]
            rows += told.curve("curve", f"survival_at{at_end}", arm)
            for row in rows:
                if row.value is not None and row.at > 0:
                    shown = half_up(shares[:, int(row.at) - 1], 2)
                    keep &= np.abs(shown - row.value) < 1e-9
        return keep

    def shares(self):
        return curve_of(self.died, self.seen)

    def _medians(self, told, arm):
        keep = np.ones(len(self.died), dtype=bool)
        for end, shares in zip(("", "_low", "_high"), self.shares(), strict=True):
            row = told.find("survival", "curve", f"median{end}", arm=arm)
            if row is None or row.warning.startswith("suppressed"):
                continue
            found = half_up(time_of(shares, self.died, self.seen))
            keep &= np.isnan(found) if row.value is None else found == row.value
        return keep


def counted(course):
    """A course of given patients as those of `all_courses`."""
    return tuple(
        np.array([[sum(one == (day, dead) for one in course) for day in DAYS]]) for dead in (1, 0)
    )


def asked_of(died, seen):
    """What a reader wants to know, by name; one value per possible course."""
    n = died.sum(axis=1) + seen.sum(axis=1)
    told = {("n", 0.0): n}
    for day in GRID[1:]:
        told["died", day] = upto(died, day)
        told["lost", day] = upto(seen, day, strictly=True)
        told["left", day] = n - upto(died + seen, day, strictly=True)
    for one, other in itertools.combinations(GRID[1:], 2):
        for name in ("died", "lost"):
            told[f"{name} between", one, other] = told[name, other] - told[name, one]
    return told


def sums(one, other, told):
    """Whether courses of two arms, told by what is asked, fit what is told of both together."""
    fit = np.ones(np.broadcast_shapes(one["n", 0.0].shape, other["n", 0.0].shape), dtype=bool)
    for name, day in (("d4", 4.0), ("d6", 6.0)):
        yes, lost = (one[k, day] + other[k, day] for k in ("died", "lost"))
        n = one["n", 0.0] + other["n", 0.0]
        row = told.find("outcomes", name, "count")
        fit &= fits(row, yes) & fits(told.find("outcomes", name, "unknown"), lost)
        if row is not None and row.denominator is not None:
            fit &= n - lost == row.denominator
    return fit & fits(told.find("flow", "start", "count"), one["n", 0.0] + other["n", 0.0])


def log_rank(died_a, seen_a, died_b, seen_b):
    """The log-rank p-value of two arms; NaN where there is no test. Arrays of courses."""
    observed = expected = variance = 0.0
    gone_a = gone_b = 0
    n_a, n_b = (died_a + seen_a).sum(axis=1), (died_b + seen_b).sum(axis=1)
    with np.errstate(all="ignore"):
        for day in range(len(DAYS)):
            risk_a, risk_b = n_a - gone_a, n_b - gone_b
            risk, dead = risk_a + risk_b, died_a[:, day] + died_b[:, day]
            some = risk > 1
            observed = observed + died_a[:, day]
            expected = expected + np.where(risk > 0, dead * risk_a / risk, 0.0)
            variance = variance + np.where(
                some, dead * risk_a * risk_b * (risk - dead) / (risk**2 * (risk - 1.0)), 0.0
            )
            gone_a = gone_a + died_a[:, day] + seen_a[:, day]
            gone_b = gone_b + died_b[:, day] + seen_b[:, day]
        chi = (observed - expected) ** 2 / variance
    return np.array([math.erfc(math.sqrt(x / 2)) if x == x else math.nan for x in chi])


def same_p(told, p):
    """Whether p-values agree with the one published, to its two figures."""
    row = told.find("survival", "curve", "p")
    if row is None or row.value is None:
        return np.ones(len(p), dtype=bool)
    unit = 10.0 ** (math.floor(math.log10(row.value)) - 1) if row.value else 1e-3
    return np.abs(p - row.value) <= 1.01 * unit


def sex_sizes(told, arm):
    """The sizes of an arm that fit what is told of a yes/no with missing values."""

    def row(statistic, level=""):
        return told.find("baseline", "sex", statistic, level=level, arm=arm)

    fit = set()
    for n in range(MOST + 1):
        for yes, no in itertools.product(range(n + 1), repeat=2):
            if yes + no > n:
                continue
            counts = {("count", "yes"): yes, ("count", "no"): no}
            counts |= {("n", ""): yes + no, ("missing", ""): n - yes - no}
            ok = all(
                fits(row(s, level), np.array([value]))[0] for (s, level), value in counts.items()
            )
            denominators = {r.denominator for r in told.section("baseline") if r.arm == arm} - {
                None
            }
            if ok and denominators <= {yes + no}:
                fit.add(n)
    return fit


def work_out(courses, told):
    """Per arm: of each quantity that must not be known, whether it has two possible values."""
    sizes = {arm: sorted(sex_sizes(told, arm)) for arm in ARMS}
    possible = {arm: Possible(told, arm, sizes[arm]) for arm in ARMS}
    asked = {arm: asked_of(possible[arm].died, possible[arm].seen) for arm in ARMS}
    found = {}
    rng = np.random.default_rng(1)
    truth = {arm: asked_of(*counted(course)) for arm, course in zip(ARMS, courses, strict=True)}
    for arm, other in (ARMS, ARMS[::-1]):
        mine, theirs = asked[arm], asked[other]
        names = [(k, d) for k in ("died", "lost") for d in (4.0, 6.0)] + [("n", 0.0)]
        signs, where = np.unique(
            np.column_stack([theirs[name] for name in names]), axis=0, return_index=True
        )
        short = {name: signs[:, i] for i, name in enumerate(names)}
        fit = np.zeros(len(mine["n", 0.0]), dtype=bool)
        partner = np.zeros(len(fit), dtype=int)
        for place in range(len(where)):
            one = {name: mine[name] for name in names}
            new = sums(one, {name: short[name][place : place + 1] for name in names}, told) & ~fit
            partner[new] = where[place]
            fit |= new
        for name, values in mine.items():
            real = int(truth[arm][name][0])
            assert (fit & (values == real)).any(), name
            others = np.flatnonzero(fit & (values != real))
            if not 0 < real < THRESHOLD and not _withheld(told, name, arm):
                continue
            found[arm, name] = bool(others.size) and _with_p(
                told, possible, arm, other, others, partner, asked, names, rng
            )
    return found


def _with_p(told, possible, arm, other, others, partner, asked, names, rng):
    """Whether one of these courses, with one of the other arm, has the published p-value."""
    row = told.find("survival", "curve", "p")
    if row is None or row.value is None:
        return True
    mine, theirs = possible[arm], possible[other]
    for a in rng.permutation(others)[:400]:
        one = {name: asked[arm][name][a : a + 1] for name in names}
        fit = np.flatnonzero(sums(one, {name: asked[other][name] for name in names}, told))
        fit = rng.permutation(fit)[:2000]
        many = np.full(len(fit), a)
        pair = [mine.died[many], mine.seen[many], theirs.died[fit], theirs.seen[fit]]
        if same_p(told, log_rank(*pair)).any():
            return True
    return False


def _withheld(told, name, arm):
    """Whether what is asked is a count the report has a place for, and does not tell."""
    statistic = {"died": "events", "lost": "censored", "left": "at_risk"}.get(name[0])
    if name[0] == "n":
        return told.find("flow", "arm", "count", arm=arm).value is None
    rows = told.curve("curve", statistic, arm) if statistic else []
    return any(
        row.at == name[1] and row.value is None and row.warning.startswith("suppressed (<")
        for row in rows
    )


def random_case(seed):
    rng = np.random.default_rng(seed)
    sizes = rng.integers(2, MOST + 1 - 1, 2)
    courses = []
    for n in sizes:
        risk = rng.uniform(0.1, 0.5)
        course = []
        for _ in range(n):
            day, dead = 6, 0
            for d in DAYS:
                draw = rng.uniform()
                if draw < risk:
                    day, dead = d, 1
                    break
                if draw < risk + 0.08:
                    day = d
                    break
            course.append((day, dead))
        courses.append(course)
    known = [int(n - rng.choice([0, 0, 1, 3])) if n > 3 else int(n) for n in sizes]
    women = [int(rng.integers(0, k + 1)) for k in known]
    return courses, known, women


AUDITED = (
    # one died between the horizon of a yes/no outcome and that of the curve
    ([[(1, 1)] * 3 + [(5, 1)] + [(6, 0)] * 4, [(2, 1)] * 4 + [(6, 0)] * 4], [8, 8], [4, 4]),
    # few lost between two days of the curve, and followed to the horizon
    ([[(1, 1)] * 3 + [(5, 0)] * 2 + [(6, 0)] * 3, [(6, 0)] * 8], [8, 8], [3, 5]),
    # a small arm beside a large one
    ([[(1, 1)] * 3 + [(6, 0)] * 5, [(1, 1), (6, 0)]], [8, 2], [4, 1]),
    ([[(6, 0)] * 8, [(6, 0)] * 8], [8, 8], [0, 8]),
)


@pytest.mark.parametrize("chosen", [(D4, D6, CURVE), (D4, CURVE), (CURVE,), (D4, D6)])
@pytest.mark.parametrize("case", AUDITED)
def test_what_was_given_away_once_is_not(case, chosen):
    study = make_study(*case, chosen)
    told = disclose_study(study, THRESHOLD).results
    assert [key for key, free in work_out(case[0], told).items() if not free] == []


@pytest.mark.parametrize("seed", [*range(24), 59, 163, 237, 271, 319, 1074])
def test_no_count_of_a_small_study_can_be_worked_out(seed):
    case = random_case(seed)
    study = make_study(*case)
    told = disclose_study(study, THRESHOLD).results
    assert [key for key, free in work_out(case[0], told).items() if not free] == []


def test_the_reader_works_out_what_is_only_blanked():
    """With the outcomes not known to be of one event, the difference of two is given away."""
    case = AUDITED[0]
    blind = [Outcome(o.name, o.label, o.kind, o.horizon_days) for o in (D4, D6, CURVE)]
    study = make_study(*case)
    told = disclose_study(Study(study.design, study.results), THRESHOLD).results
    assert all(work_out(case[0], told).values())
    apart = Design("t", ARMS, "a", baseline=(SEX,), outcomes=tuple(blind))
    told = disclose_study(Study(apart, study.results), THRESHOLD).results
    assert not all(work_out(case[0], told).values())


def _text_of(folder):
    """All text a reader of the report can see: pages, drawings, Word, tables, datasets."""
    parts = []
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        if path.suffix == ".docx":
            with zipfile.ZipFile(path) as archive:
                parts += [archive.read(n).decode() for n in archive.namelist() if "xml" in n]
        else:
            parts.append(path.read_text("utf-8"))
    plain = []
    for part in parts:
        if part.lstrip().startswith("<"):
            part = re.sub(r"<style.*?</style>|<!--.*?-->|<defs.*?</defs>", " ", part, flags=re.S)
            said = re.findall(r'(?:aria-label|alt|descr)="([^"]*)"', part)
            part = " ".join([re.sub(r"<[^>]*>", " ", part), *said])
        plain.append(html.unescape(part))
    return "\n".join(plain)


def test_a_withheld_number_stands_in_no_file_of_the_report(tmp_path):
    """53 and 2 patients: 55 is given away by any of the flow, the prose, figures or datasets."""
    large = [(1, 1)] * 17 + [(5, 1)] * 2 + [(6, 0)] * 34
    case = [large, [(2, 1), (6, 0)]], [47, 2], [23, 1]
    study = make_study(*case)
    told = disclose_study(study, 5)
    write_report(told, tmp_path / "r")
    shown = {row.value for row in told.results if row.value is not None}
    hidden = {
        int(row.value)
        for row in study.results
        if row.value is not None and row.value == int(row.value) and row.value > 12
    } - {int(x) for x in shown if x == int(x)}
    hidden -= {25, 50, 75}  # stand on the axis of the curve
    assert {55, 19} <= hidden  # all patients; the dead of the large arm by day 6
    text = _text_of(tmp_path / "r")
    for value in hidden:
        found = re.search(rf"(?<![\d.,#-]){value}(?![\d.,]*\d|:|%)", text)
        assert found is None, (value, text[found.start() - 80 : found.end() + 40])
    assert "[c]" in text
