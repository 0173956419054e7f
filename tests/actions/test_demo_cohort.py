"""The synthetic cohort: reproducible, labelled, plausible, near the figures it cites."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest

from afterload.actions.demo_cohort import Cohort, arm_sizes, as_csv, generate, write
from afterload.actions.synthetic.course import ARMS
from afterload.actions.synthetic.marginals import marginals
from afterload.core.errors import InputError
from afterload.core.vocabulary import standard
from afterload.registry.convert import convert
from afterload.registry.mapping import Map
from afterload.registry.mapping_parse import read_map
from afterload.registry.strategy import Interval, matches, strategy_over
from afterload.study.protocol import Protocol, read

POINTS = {"avant": 0.0, "24 h": 24.0, "48 h": 48.0, "J7": 168.0}
ECLS, IMPELLA, TOGETHER, SEQUENTIAL = ARMS


@pytest.fixture(scope="module")
def cohort() -> Cohort:
    return generate(np.random.default_rng(1))


@pytest.fixture(scope="module")
def large() -> Cohort:
    """Enough episodes for a share to be known to about two points in the smallest arm."""
    return generate(np.random.default_rng(2), 7000)


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory, cohort: Cohort) -> tuple[Map, Protocol]:
    files = write(cohort, tmp_path_factory.mktemp("demo"))
    return read_map(files.map, standard()), read(files.study)


def numbers(cohort: Cohort, heading: str, *arms: str) -> np.ndarray:
    """A column as numbers, NaN where the cell is empty or NF, for some arms or all."""
    cells = [np.nan if c is None or c == "NF" else float(c) for c in cohort.columns[heading]]
    return np.array(cells)[np.isin(cohort.arms, arms or ARMS)]


def hours(cohort: Cohort, heading: str) -> np.ndarray:
    """A column of dates as hours from the first blood flow."""
    zero = cohort.columns["Début assistance"]
    cells = cohort.columns[heading]
    return np.array(
        [
            np.nan if when is None else (when - start).total_seconds() / 3600
            for start, when in zip(zero, cells, strict=True)
        ]
    )


def died_within(cohort: Cohort, days: float, arm: str) -> float:
    death = hours(cohort, "Date de décès")[np.array(cohort.arms) == arm]
    return float(np.mean(death < days * 24))


def test_the_same_seed_gives_the_same_bytes(tmp_path: Path, cohort: Cohort) -> None:
    first = write(cohort, tmp_path / "a")
    second = write(generate(np.random.default_rng(1)), tmp_path / "b")
    assert first.cohort.read_bytes() == second.cohort.read_bytes()
    assert as_csv(generate(np.random.default_rng(3))) != as_csv(cohort)


def test_arms_have_the_sizes_asked_for(cohort: Cohort) -> None:
    assert Counter(cohort.arms) == {ECLS: 62, IMPELLA: 28, TOGETHER: 26, SEQUENTIAL: 24}


@pytest.mark.parametrize("n", [40, 100, 141, 999])
def test_arm_sizes_add_up_and_keep_their_proportions(n: int) -> None:
    sizes = arm_sizes(n)
    assert sum(sizes) == n
    assert all(
        abs(size - n * share / 140) < 1 for size, share in zip(sizes, (62, 28, 26, 24), strict=True)
    )


def test_too_few_episodes_are_refused() -> None:
    with pytest.raises(InputError, match="at least 40 episodes, not 12"):
        generate(np.random.default_rng(1), 12)


def test_everything_says_synthetic(cohort: Cohort, documents: tuple[Map, Protocol]) -> None:
    assert cohort.title.startswith("SYNTHETIC")
    assert all(key.startswith("SYN-") for key in cohort.columns["Identifiant"])
    assert set(cohort.columns["Remarque"]) == {"SYNTHETIC - not a patient"}
    the_map, protocol = documents
    assert "SYNTHETIC" in the_map.title
    assert "SYNTHETIC" in protocol.title


def test_the_spreadsheet_is_written_the_european_way(cohort: Cohort, tmp_path: Path) -> None:
    content = write(cohort, tmp_path).cohort.read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    header, first, *_ = content.decode("utf-8-sig").split("\r\n")
    assert header.split(";") == list(cohort.columns)
    row = dict(zip(header.split(";"), first.split(";"), strict=True))
    assert row["Poids (kg)"].replace(",", ".") == str(cohort.columns["Poids (kg)"][0])
    assert datetime.strptime(row["Début assistance"], "%Y-%m-%d %H:%M")


def test_the_map_knows_every_column(cohort: Cohort, documents: tuple[Map, Protocol]) -> None:
    named: set[str] = set().union(*(table.columns() for table in documents[0].tables))
    assert set(cohort.columns) - named == {"Remarque"}
    assert named <= set(cohort.columns)


@pytest.mark.parametrize(("seed", "n"), [(1, 140), (7, 1500)])
def test_the_map_imports_every_cell(tmp_path: Path, seed: int, n: int) -> None:
    files = write(generate(np.random.default_rng(seed), n), tmp_path)
    report = convert([files.cohort], read_map(files.map, standard())).report
    assert report.episodes == n
    rows = Counter(report.rows)
    assert rows["episode"] == rows["outcome"] == rows["followup"] == n
    arms = arm_sizes(n)
    assert rows["device"] == arms[0] + arms[1] + 2 * (arms[2] + arms[3])


def test_the_map_knows_every_word(cohort: Cohort, documents: tuple[Map, Protocol]) -> None:
    for table in documents[0].tables:
        for spec in (*table.specs, *table.events):
            if spec.codes:
                words = {str(cell) for cell in cohort.columns[spec.column]} - {"None"}
                assert words <= set(spec.codes), spec.column


def test_values_lie_in_the_usual_ranges(cohort: Cohort, documents: tuple[Map, Protocol]) -> None:
    checked = 0
    for spec in documents[0].tables[0].specs:
        if spec.variable.is_numeric:
            stored = numbers(cohort, spec.column) * spec.form.factor + spec.form.offset
            known = stored[~np.isnan(stored)]
            assert known.size, spec.column
            assert known.min() >= max(spec.variable.low, spec.variable.soft_low), spec.column
            assert known.max() <= min(spec.variable.high, spec.variable.soft_high), spec.column
            checked += 1
    assert checked > 50


def test_the_device_intervals_tell_the_arms(
    cohort: Cohort, documents: tuple[Map, Protocol]
) -> None:
    rules = {arm.name: arm.rule for arm in documents[1].arms.arms}
    edges = {
        kind: (hours(cohort, f"{name} début"), hours(cohort, f"{name} fin"))
        for kind, name in (("ecls", "ECLS"), ("impella-5.0", "Impella 5.0"))
    }
    for row, arm in enumerate(cohort.arms):
        used = [
            Interval(kind, start[row], stop[row])
            for kind, (start, stop) in edges.items()
            if not np.isnan(start[row])
        ]
        found = [name for name, rule in rules.items() if matches(rule, strategy_over(used))]
        assert found == [arm]


def test_nothing_is_measured_after_death(cohort: Cohort) -> None:
    death = hours(cohort, "Date de décès")
    for word, hour in POINTS.items():
        if word == "avant":
            continue
        gone = np.flatnonzero(death <= hour)
        assert gone.size
        for heading, cells in cohort.columns.items():
            if f" {word} (" in heading:
                assert all(cells[row] is None for row in gone), heading


def test_nothing_happens_after_death(large: Cohort) -> None:
    death = hours(large, "Date de décès")
    for heading in large.columns:
        if heading.endswith("(jour)"):
            assert not np.any(numbers(large, heading) * 24 > death), heading
    for heading in ("ECLS fin", "Impella 5.0 fin", "Date de sortie", "Dernières nouvelles"):
        assert not np.any(hours(large, heading) > death + 1 / 60), heading


def test_sequential_patients_lived_until_their_second_device(large: Cohort) -> None:
    arms = np.array(large.arms)
    upgrade = hours(large, "Impella 5.0 début")[arms == SEQUENTIAL]
    death = hours(large, "Date de décès")[arms == SEQUENTIAL]
    assert not np.any(death < upgrade)
    assert 24 < np.median(upgrade) < 96
    # Whoever could not wait stayed in the reference arm: that is the immortal time.
    first_day = {arm: died_within(large, 1, arm) for arm in (ECLS, SEQUENTIAL)}
    assert first_day[ECLS] > 4 * first_day[SEQUENTIAL]


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ("Lactate avant (mmol/L)", "HCO3 avant (mmol/L)", -0.8, -0.3),
        ("Lactate avant (mmol/L)", "Créatinine avant (µmol/L)", 0.2, 0.6),
        ("Lactate avant (mmol/L)", "PAM avant (mmHg)", -0.6, -0.2),
        ("ASAT avant (UI/L)", "ALAT avant (UI/L)", 0.6, 0.95),
        ("ASAT avant (UI/L)", "Bilirubine avant (µmol/L)", 0.3, 0.8),
        ("BNP avant (ng/L)", "FEVG avant (%)", -0.6, -0.1),
        ("Lactate avant (mmol/L)", "Lactate 24 h (mmol/L)", 0.5, 0.95),
    ],
)
def test_the_physiology_hangs_together(
    large: Cohort, one: str, other: str, low: float, high: float
) -> None:
    x, y = numbers(large, one), numbers(large, other)
    known = ~np.isnan(x + y)
    ranks = [np.argsort(np.argsort(v[known])) for v in (x, y)]
    assert low < np.corrcoef(*ranks)[0, 1] < high


def test_survivors_clear_their_lactate_and_the_dying_do_not(large: Cohort) -> None:
    early = hours(large, "Date de décès") < 10 * 24
    ratio = numbers(large, "Lactate 48 h (mmol/L)") / numbers(large, "Lactate avant (mmol/L)")
    assert np.nanmedian(ratio[early]) > 1.4 * np.nanmedian(ratio[~early])


@pytest.mark.parametrize(
    ("heading", "arms", "quartiles", "tolerance"),
    [
        # Lackermair 2020 (ECLS-SHOCK pilot): 4.8 [2.7-8.5] mmol/L before ECLS
        ("Lactate avant (mmol/L)", (ECLS, SEQUENTIAL), (2.7, 4.8, 8.5), 0.12),
        # Gaudard 2015: 3.8 [1.7-5.9] mmol/L before Impella 5.0
        ("Lactate avant (mmol/L)", (IMPELLA,), (1.7, 3.8, 5.9), 0.20),
        # Appelt 2020, table 2: platelets 176 (123-240.5) G/L, noradrenaline not compared (zeros)
        ("Plaquettes avant (G/L)", ARMS, (123.0, 176.0, 240.5), 0.10),
        # Schurtz 2021: mean age 52 (VA-ECMO first), with the SD 12.0 of Batsides 2018
        ("Âge (ans)", (ECLS, SEQUENTIAL), (43.9, 52.0, 60.1), 0.06),
        # Schurtz 2021: mean age 59.4 (Impella first)
        ("Âge (ans)", (IMPELLA,), (51.3, 59.4, 67.5), 0.06),
        # Score Coeur deciles of BNP: median 818, quartiles about 400 and 1,500 ng/L
        ("BNP avant (ng/L)", ARMS, (400.0, 818.0, 1500.0), 0.12),
        # Riebandt 2014: creatinine 1.86 (SD 0.91) mg/dL, as a log-normal in umol/L
        ("Créatinine avant (µmol/L)", (ECLS, SEQUENTIAL), (108.0, 148.0, 202.0), 0.08),
    ],
)
def test_marginals_lie_near_what_they_cite(
    large: Cohort,
    heading: str,
    arms: tuple[str, ...],
    quartiles: tuple[float, ...],
    tolerance: float,
) -> None:
    found = np.nanpercentile(numbers(large, heading, *arms), (25, 50, 75))
    assert found == pytest.approx(quartiles, rel=tolerance)


def test_mean_lactate_on_ecls_is_near_the_published_mean(large: Cohort) -> None:
    # Schurtz 2021: 6.84 mmol/L, mean of 97 patients with VA-ECMO first
    mean = np.nanmean(numbers(large, "Lactate avant (mmol/L)", ECLS, SEQUENTIAL))
    assert mean == pytest.approx(6.84, rel=0.12)


def test_deaths_lie_near_what_they_cite(large: Cohort) -> None:
    dead = np.array(large.columns["Devenir"]) == "décédé"
    arms = np.array(large.arms)
    # Schmidt 2015 (SAVE): 1,601 of 3,846 alive at discharge
    assert dead[arms == ECLS].mean() == pytest.approx(1 - 1601 / 3846, abs=0.05)
    # Schultz 2022: 66 % [59-73] alive at 30 days
    assert 0.27 <= died_within(large, 30, IMPELLA) <= 0.41
    # Pappalardo 2017: 16 of 34 died in hospital on ECMO with Impella
    assert dead[arms == TOGETHER].mean() == pytest.approx(16 / 34, abs=0.05)


def test_support_lasts_about_as_long_as_published(large: Cohort) -> None:
    arms = np.array(large.arms)
    runs = (hours(large, "ECLS fin") - hours(large, "ECLS début")) / 24
    # Smith 2017: 4.0 [2.0-6.8] days on VA-ECMO, 2,699 runs
    assert np.nanpercentile(runs, (25, 50, 75)) == pytest.approx((2.0, 4.0, 6.8), abs=0.6)
    pumps = (hours(large, "Impella 5.0 fin") - hours(large, "Impella 5.0 début")) / 24
    # Gaudard 2015: 7 [5-10] days on Impella 5.0
    quartiles = np.nanpercentile(pumps[arms == IMPELLA], (25, 50, 75))
    assert quartiles == pytest.approx((5, 7, 10), abs=1.0)


@pytest.mark.parametrize(
    ("heading", "arm", "share"),
    [
        ("Saignement majeur", ECLS, 0.213),  # Panuccio 2022
        ("Saignement majeur", TOGETHER, 0.331),  # Panuccio 2022
        ("Ischémie de membre", ECLS, 0.169),  # Cheng 2014
        ("AVC", IMPELLA, 0.059),  # Schultz 2022
        ("Hémolyse", IMPELLA, 0.27),  # Schultz 2022
        ("Hémolyse", ECLS, 17 / 76),  # Wernly 2021
        ("Infection", ECLS, 0.251),  # Xie 2015
        ("EER", TOGETHER, 0.48),  # Pappalardo 2017
    ],
)
def test_complications_lie_near_what_they_cite(
    large: Cohort, heading: str, arm: str, share: float
) -> None:
    assert numbers(large, heading, arm).mean() == pytest.approx(share, abs=0.05)


def test_the_sicker_patient_gets_ecls(large: Cohort) -> None:
    medians = {arm: np.nanmedian(numbers(large, "Lactate avant (mmol/L)", arm)) for arm in ARMS}
    assert all(medians[IMPELLA] < 0.8 * medians[arm] for arm in ARMS if arm != IMPELLA)


def measurable(cohort: Cohort, heading: str, hour: float) -> tuple[np.ndarray, np.ndarray]:
    """Who could be measured at an hour, and who was not."""
    gone = np.fmin(hours(cohort, "Date de décès"), hours(cohort, "Date de sortie")) <= hour
    return ~gone, np.isnan(numbers(cohort, heading))


def test_bnp_is_missing_most_and_more_with_time(large: Cohort) -> None:
    def share(lab: str, word: str) -> float:
        heading = next(h for h in large.columns if h.startswith(f"{lab} {word} ("))
        there, missing = measurable(large, heading, POINTS[word])
        return float(missing[there].mean())

    assert share("BNP", "avant") > 3 * share("Créatinine", "avant")
    for lab in ("BNP", "ASAT", "Lactate"):
        assert share(lab, "avant") < share(lab, "J7")
    assert 0.2 < share("BNP", "avant") < 0.35


def test_values_are_not_missing_at_random(large: Cohort) -> None:
    arrest = np.array(large.columns["Arrêt cardiaque"]) != "non"
    missing = np.isnan(numbers(large, "BNP avant (ng/L)"))
    assert missing[arrest].mean() > missing[~arrest].mean() + 0.1
    there, missing = measurable(large, "BNP J7 (ng/L)", 168)
    off = np.fmax(hours(large, "ECLS fin"), hours(large, "Impella 5.0 fin")) < 168
    assert missing[there & off].mean() > missing[there & ~off].mean() + 0.1


def test_what_was_not_done_is_told_only_of_the_living(cohort: Cohort) -> None:
    there, _ = measurable(cohort, "BNP J7 (ng/L)", 168)
    cells = cohort.columns["BNP J7 (ng/L)"]
    assert {cell for cell, present in zip(cells, there, strict=True) if not present} == {None}
    assert "NF" in cells
    assert None not in {cell for cell, present in zip(cells, there, strict=True) if present}


def test_every_marginal_cites_a_source_or_says_it_was_chosen() -> None:
    of = marginals()
    for name, number in of.numbers.items():
        assert number.sources, name
        assert set(number.sources) <= set(of.sources), name
    for name, sources in of.share_sources.items():
        assert set(sources) <= set(of.sources), name
    cited = {key for key in of.sources if key != "demo"}
    used = {source for number in of.numbers.values() for source in number.sources}
    used |= {source for sources in of.share_sources.values() for source in sources}
    used |= {source for _, source in of.deaths.values()}
    assert cited == used - {"demo"}
    assert of.sources["demo"].citation == "chosen for the demo"
    assert all(of.sources[key].place and of.sources[key].confidence != "U" for key in cited)
