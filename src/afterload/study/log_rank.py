"""The log-rank test: whether curves differ."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


def log_rank(days: Floats, event: NDArray[np.bool_], arm: NDArray[np.int64]) -> float | None:
    """The p value of the log-rank test that all arms have the same curve.

    Args:
        days: Shape (n,), from time zero to the event or the end of follow-up.
        event: Shape (n,), whether it was the event.
        arm: Shape (n,), the arm of each, 0 to k - 1; each arm has at least one.

    Returns:
        The p value; None if there was no event.

    Source:
        Mantel N. Cancer Chemother Rep 1966;50:163-170; Peto R, Peto J. J R Stat Soc A
        1972;135:185-207. Variance for more than two arms: hypergeometric.
    """
    from scipy.special import chdtrc

    arms = int(arm.max()) + 1
    times, place = np.unique(days, return_inverse=True)
    flat = place * arms + arm
    shape = (len(times), arms)
    leaving = np.bincount(flat, minlength=shape[0] * arms).reshape(shape)
    events = np.bincount(flat, weights=event, minlength=shape[0] * arms).reshape(shape)
    at_risk = leaving[::-1].cumsum(axis=0)[::-1].astype(np.float64)
    seen = events.sum(axis=1) > 0
    if not seen.any():
        return None
    away, variance = _observed_less_expected(events[seen], at_risk[seen])
    free = np.flatnonzero(at_risk[seen][0] > 0)[:-1]
    if not len(free) or not np.diag(variance)[free].all():
        return None
    statistic = float(away[free] @ np.linalg.solve(variance[np.ix_(free, free)], away[free]))
    return float(chdtrc(len(free), statistic))


def _observed_less_expected(events: Floats, at_risk: Floats) -> tuple[Floats, Floats]:
    """Observed less expected events by arm, and their covariance."""
    all_events, all_at_risk = events.sum(axis=1), at_risk.sum(axis=1)
    share = at_risk / all_at_risk[:, None]
    away: Floats = (events - all_events[:, None] * share).sum(axis=0)
    scale = all_events * (all_at_risk - all_events) / np.maximum(all_at_risk - 1.0, 1.0)
    variance: Floats = np.diag((scale[:, None] * share).sum(axis=0)) - (share.T * scale) @ share
    return away, variance
