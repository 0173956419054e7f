"""MIMIC-IV demo 2.2 in CLIF 2.1: the worst of a day and the doses of a moment, counted apart.

What the desk reads of a registry is compared with a second count by polars, straight from the
files. It is not copied; the tests are skipped where it is absent.
"""

from __future__ import annotations

import math
from datetime import datetime, timedelta
from pathlib import Path

import polars as pl
import pytest

from afterload.actions import record
from afterload.actions.score_registry import score_registry
from afterload.registry.doses import highest_rates, rates_at
from afterload.registry.numbers import episodes
from afterload.registry.running import moment_of
from afterload.registry.store import Registry

SHARED = Path(__file__).resolve().parents[2].parent / "shared"
CLIF = SHARED / "data" / "clif_mimic_iv_demo"
PLAN = Path(__file__).resolve().parent / "maps" / "clif.toml"
NAMES = ("patient", "hospitalization", "labs", "vitals", "medication_admin_continuous")
NOW = datetime(2026, 3, 1)

pytestmark = pytest.mark.skipif(not CLIF.is_dir(), reason=f"the CLIF demo is not at {CLIF}")


@pytest.fixture(scope="module")
def clif(tmp_path_factory: pytest.TempPathFactory) -> Registry:
    registry = record.create(tmp_path_factory.mktemp("clif") / "r.db", who="test", now=NOW)
    files = [CLIF / f"clif_{name}.parquet" for name in NAMES]
    record.import_files(registry, files, PLAN, who="test", why="test", now=NOW)
    return registry


def read(name: str) -> pl.DataFrame:
    return pl.read_parquet(CLIF / f"clif_{name}.parquet")


def admissions() -> dict[str, datetime]:
    return dict(read("hospitalization").select("hospitalization_id", "admission_dttm").rows())


def day_of(word: str, day: int) -> dict[str, list[float]]:
    """The values of one laboratory test by stay, more than day - 1 and up to day days in."""
    found: dict[str, list[float]] = {}
    began = admissions()
    rows = read("labs").filter(pl.col("lab_category") == word)
    columns = ("hospitalization_id", "lab_collect_dttm", "lab_value_numeric")
    for stay, at, value in rows.select(columns).rows():
        if stay in began and value is not None:
            since = at - began[stay]
            if timedelta(days=day - 1) < since <= timedelta(days=day):
                found.setdefault(stay, []).append(value)
    return found


# The rows of SOFA's table as scores.md 8.13 has them.
SOFA = {
    "platelet_count": ("platelets", lambda x: sum(x < edge for edge in (150, 100, 50, 20))),
    "creatinine": ("creatinine", lambda x: sum(x * 88.42 >= e for e in (110, 171, 300))
                   + (x * 88.42 > 440)),
    "bilirubin_total": ("bilirubin", lambda x: sum(x * 17.1 >= e for e in (20, 33, 102))
                        + (x * 17.1 > 204)),
}  # fmt: skip


@pytest.mark.parametrize("day", [1, 2])
@pytest.mark.parametrize("word", SOFA)
def test_the_worst_of_a_day_has_the_points_counted_apart(
    clif: Registry, word: str, day: int
) -> None:
    name, points = SOFA[word]
    found = score_registry(clif, ["sofa"], at=f"{24 * day}h")[0]
    expected = {stay: max(map(points, values)) for stay, values in day_of(word, day).items()}
    assert len(expected) > 30
    column = found.inputs[name]
    for stay, most in expected.items():
        value = float(column[found.episodes.index(stay)])
        factor = {"creatinine": 88.42, "bilirubin": 17.1}.get(name, 1.0)
        assert points(value / factor) == most


DRUGS = {"norepinephrine": "norepi", "vasopressin": "vasopressin", "dopamine": "dopamine"}


Told = list[tuple[datetime, float | None, str]]


def orders_of(word: str) -> dict[str, list[Told]]:
    """The rows of every order of one drug, by stay, in order of time."""
    rows = read("medication_admin_continuous").filter(pl.col("med_category") == word)
    orders: dict[tuple[str, str], Told] = {}
    columns = ("hospitalization_id", "med_order_id", "admin_dttm", "med_dose", "med_dose_unit")
    for stay, order, at, dose, unit in rows.select(columns).rows():
        orders.setdefault((stay, order), []).append((at, dose, unit))
    found: dict[str, list[Told]] = {}
    for (stay, _), told in orders.items():
        found.setdefault(stay, []).append(sorted(told, key=lambda row: row[0]))
    return found


def rate_then(orders: list[Told], moment: datetime) -> float:
    """The rate of one drug, order by order: the last row up to then, unless it is the order's very
    last and not a stop."""
    total = math.nan
    for told in orders:
        before = [row for row in told if row[0] <= moment]
        if not before:
            continue
        at, dose, unit = before[-1]
        factor = {"mcg/kg/min": 1.0, "units/hour": 1 / 60, "units/min": 1.0}[unit]
        rate = math.nan if dose is None else dose * factor
        if len(before) == len(told) and rate != 0 and at != moment:
            return math.nan
        total = rate if math.isnan(total) else total + rate
    return total


def keys_of(registry: Registry) -> tuple[str, ...]:
    with registry.engine.connect() as connection:
        return episodes(connection).keys


@pytest.mark.parametrize("word", DRUGS)
def test_the_dose_of_a_moment_is_that_counted_apart(clif: Registry, word: str) -> None:
    name, began, orders = DRUGS[word], admissions(), orders_of(word)
    above = 0
    for point in ("6h", "24h", "48h", "72h", "day5"):
        hours = {"day5": 120.0}.get(point) or float(point.removesuffix("h"))
        ours = rates_at(clif, [name], moment_of(point))[name]
        for stay, value in zip(keys_of(clif), ours, strict=True):
            other = rate_then(orders.get(stay, []), began[stay] + timedelta(hours=hours))
            assert value == pytest.approx(other, rel=1e-6, nan_ok=True), (stay, point)
            above += other > 0
    assert above > 0


@pytest.mark.parametrize("day", [1, 2])
def test_the_highest_dose_of_a_day_is_that_of_every_minute(clif: Registry, day: int) -> None:
    """Minute by minute: the highest of the lowest rates of every hour without a gap."""
    began, orders = admissions(), orders_of("norepinephrine")
    ours = highest_rates(clif, ["norepi"], moment_of(f"{24 * day}h"), 24)["norepi"]
    compared = 0
    for stay, value in zip(keys_of(clif), ours, strict=True):
        if stay not in orders:
            assert math.isnan(value)
            continue
        start = began[stay] + timedelta(hours=24 * (day - 1))
        # Rows stand at whole minutes, so the middle of a minute tells the minute.
        rates = [
            rate_then(orders[stay], start + timedelta(minutes=k, seconds=30)) for k in range(1440)
        ]
        hours = (rates[k : k + 60] for k in range(1440 - 59))
        lowest = [min(hour) for hour in hours if not any(map(math.isnan, hour))]
        expected = max(lowest, default=math.nan)
        assert value == pytest.approx(expected, rel=1e-6, nan_ok=True), stay
        compared += not math.isnan(expected)
    assert compared > 5
