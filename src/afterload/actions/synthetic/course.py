"""What happens to the synthetic patients: devices, death, discharge, follow-up, complications.

Death has a hazard that falls with time and stops (most die in the first days or not of this shock)
beside a small constant one. A patient who began on ECLS may be planned for an Impella some days
later; whoever dies first never gets it and stays "ECLS alone". So the time until the second device
is immortal in the sequential arm, as it is in every real cohort of this kind.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from afterload.actions.synthetic.marginals import Bools, Floats, Marginals
from afterload.actions.synthetic.people import CAUSES, People

ARMS: tuple[str, ...] = ("ECLS", "Impella 5.0", "ECLS + Impella together", "ECLS, then Impella")
COMPLICATIONS: tuple[str, ...] = (
    "bleeding", "limb_ischaemia", "stroke", "haemolysis", "infection", "rrt"
)  # fmt: skip

_EARLY_SCALE_H, _EARLY_SHAPE = 210.0, 0.95
_LATE_PER_H = 0.0006 / 24
_LOG_HAZARD = np.array([-0.44, -0.80, -0.74])
"""By how support began; set so that deaths come near `[death]` of demo_sources.toml."""
_AFTER_UPGRADE = 0.75
"""The hazard after the second device, against before it."""
_CAUSE_EFFECT = dict(zip(CAUSES, (0.25, 0.0, 0.15, -0.90, -0.40, 0.10), strict=True))


@dataclass(frozen=True, slots=True)
class Course:
    """What happened, as arrays of shape (n,), in hours from the first blood flow.

    Args:
        arm: Index into `ARMS`, as the device intervals tell it.
        ecls: Start and stop of ECLS, NaN without; `impella` likewise.
        death_h: Hour of death, infinite if it is beyond every follow-up.
        discharge_h: Hour of leaving hospital, alive or not.
        last_known_h: Hour of the last news.
        transplant_h, lvad_h: Hours of what replaced the device; NaN without.
        complication_h: Hour of each complication by kind; NaN if it did not happen.
    """

    arm: np.ndarray[tuple[int], np.dtype[np.int64]]
    ecls: tuple[Floats, Floats]
    impella: tuple[Floats, Floats]
    death_h: Floats
    discharge_h: Floats
    last_known_h: Floats
    transplant_h: Floats
    lvad_h: Floats
    complication_h: dict[str, Floats]

    @property
    def support_end_h(self) -> Floats:
        """Hour at which the last device stops."""
        return np.fmax(self.ecls[1], self.impella[1])

    @property
    def died_in_hospital(self) -> Bools:
        """Whether the patient died before leaving hospital."""
        return self.death_h <= self.discharge_h


def draw_course(rng: np.random.Generator, people: People, of: Marginals) -> Course:
    """Draw what happens to each candidate."""
    n = len(people)
    upgrade_h, death_h = _death(rng, people, of)
    arm = np.where(upgrade_h < death_h, 3, people.start)
    ecls, impella = _devices(rng, arm, upgrade_h, death_h, of)
    end = np.fmax(ecls[1], impella[1])
    alive = death_h > end
    next_step = np.where(alive, rng.random(n), 1.0)
    stay = 24 * np.clip(np.exp(rng.normal(np.log(16.0), 0.55, n)), 4.0, 90.0)
    discharge = np.where(death_h < end + stay, death_h, end + stay)
    lost = rng.random(n) < 0.08
    contact = np.where(lost, rng.uniform(40, 170, n), rng.uniform(190, 1100, n)) * 24
    contact = np.maximum(contact, discharge)
    return Course(
        arm=arm.astype(np.int64),
        ecls=ecls,
        impella=impella,
        death_h=np.where(death_h <= contact, death_h, np.inf),
        discharge_h=discharge,
        last_known_h=np.minimum(contact, death_h),
        transplant_h=np.where(next_step < 0.07, end, np.nan),
        lvad_h=np.where((next_step >= 0.07) & (next_step < 0.19), end, np.nan),
        complication_h=_complications(rng, people, arm, np.fmin(end, death_h), of),
    )


def _death(rng: np.random.Generator, people: People, of: Marginals) -> tuple[Floats, Floats]:
    """Hour of the planned second device (infinite without plan) and hour of death."""
    n = len(people)
    plan = 1 / (1 + np.exp(-(-0.25 + 0.30 * people.severity)))
    planned = (people.start == 0) & (rng.random(n) < plan)
    delay = 24 * of.numbers["upgrade_days"].values(rng.standard_normal(n))
    upgrade = np.where(planned, delay, np.inf)
    cause = np.array([_CAUSE_EFFECT[name] for name in CAUSES])[people.cause]
    hazard = np.exp(
        _LOG_HAZARD[people.start]
        + 0.62 * people.severity
        + 0.28 * (people.age - 55) / 10
        + 0.35 * (people.arrest > 0)
        + cause
    )
    before = hazard * (1 - np.exp(-((upgrade / _EARLY_SCALE_H) ** _EARLY_SHAPE)))
    spent = rng.standard_exponential(n)
    spent = np.where(spent > before, before + (spent - before) / _AFTER_UPGRADE, spent)
    left = np.maximum(1 - spent / hazard, 0.0)
    with np.errstate(divide="ignore"):
        early = _EARLY_SCALE_H * (-np.log(left)) ** (1 / _EARLY_SHAPE)
    late = rng.exponential(1 / _LATE_PER_H, n)
    return upgrade, np.maximum(np.minimum(early, late), 3.0)


def _devices(
    rng: np.random.Generator, arm: Floats, upgrade: Floats, death: Floats, of: Marginals
) -> tuple[tuple[Floats, Floats], tuple[Floats, Floats]]:
    """Start and stop of both devices; nothing runs beyond death."""
    n = len(arm)
    days = 24 * of.numbers["ecls_days"].values(rng.standard_normal(n))
    # Whoever dies within ten days of support mostly dies on it.
    dies_on_it = (death < days + 240) & (rng.random(n) < 0.75)
    has_ecls, has_impella = arm != 1, arm >= 1
    ecls_stop = np.where(arm == 3, upgrade + 0.6 * days, days)
    alone = 24 * of.numbers["impella_days"].values(rng.standard_normal(n))
    after = 24 * rng.gamma(2.0, 1.3, n) + 6.0
    impella_start = np.select([arm == 3, arm == 2], [upgrade, rng.uniform(0.0, 1.5, n)], 0.0)
    impella_stop = np.where(arm == 1, alone, ecls_stop + after)
    ecls_stop = np.where(dies_on_it, death, np.minimum(ecls_stop, death))
    impella_stop = np.where(dies_on_it, death, np.minimum(impella_stop, death))
    none = np.full(n, np.nan)
    return (
        (np.where(has_ecls, 0.0, none), np.where(has_ecls, ecls_stop, none)),
        (np.where(has_impella, impella_start, none), np.where(has_impella, impella_stop, none)),
    )


def _complications(
    rng: np.random.Generator, people: People, arm: Floats, until: Floats, of: Marginals
) -> dict[str, Floats]:
    """Hour of each complication: sicker patients have more, none comes after support or death."""
    n = len(people)
    family = np.minimum(arm, 2).astype(np.int64)
    hours = {}
    for kind in COMPLICATIONS:
        share = of.share(kind, family)
        odds = np.log(share / (1 - share)) + 0.45 * people.severity
        happened = rng.random(n) < 1 / (1 + np.exp(-odds))
        hours[kind] = np.where(happened, until * rng.beta(1.1, 2.2, n), np.nan)
    return hours
