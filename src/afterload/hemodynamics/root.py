"""Where a rising function crosses zero, for n patients at once."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

MOST = 120
"""Steps after which halving alone would have ended."""


def rising_root(
    function: Callable[[Array], Array],
    low: Array,
    high: Array,
    near: Array | None = None,
) -> Array:
    """The zero of a function that rises between two bounds, each lane by itself.

    Args:
        function: From shape (n,) to shape (n,), rising in every lane.
        low: Shape (n,), where it is still negative; a lane where it is not gets `low`.
        high: Shape (n,), where it is already positive; a lane where it is not gets `high`.
        near: Shape (n,), where it may lie: the bounds are drawn together there first.

    Source:
        Chandrupatla 1997, Adv Eng Softw 28:145-149: inverse quadratic interpolation while it is
        safe, else halving, so that the bracket is never left.
    """
    if near is None:
        f2, f1 = function(low), function(high)
    else:
        low, high, f2, f1 = _drawn(function, low, high, near)
    x1, x2 = np.asarray(high, np.float64), np.asarray(low, np.float64)
    below, above = f2 >= 0.0, f1 <= 0.0
    fixed = below | above
    part = np.full_like(x1, 0.5)
    with np.errstate(divide="ignore", invalid="ignore"):
        for _ in range(MOST):
            x = x1 + part * (x2 - x1)
            f = function(x)
            same = np.sign(f) == np.sign(f1)
            x3, f3 = np.where(same, x1, x2), np.where(same, f1, f2)
            x2, f2 = np.where(same, x2, x1), np.where(same, f2, f1)
            x1, f1 = x, f
            first = np.abs(f1) < np.abs(f2)
            best, least = np.where(first, x1, x2), np.where(first, f1, f2)
            width = (4e-16 * np.abs(best) + 1e-300) / np.abs(x2 - x1)
            if (fixed | (width > 0.5) | (least == 0.0)).all():
                break
            xi, phi = (x1 - x2) / (x3 - x2), (f1 - f2) / (f3 - f2)
            curved = (phi * phi < xi) & ((1 - phi) ** 2 < 1 - xi)
            t = f1 / (f2 - f1) * f3 / (f2 - f3)
            t = t + (x3 - x1) / (x2 - x1) * f1 / (f3 - f1) * f2 / (f3 - f2)
            part = np.where(curved & np.isfinite(t), t, 0.5)
            part = np.clip(part, np.minimum(width, 0.5), np.maximum(1 - width, 0.5))
    return np.where(below, low, np.where(above, high, best))


CLOSE = 1e-3
"""Share of the way between two bounds that a root is looked for about where it may lie."""


def _drawn(
    function: Callable[[Array], Array], low: Array, high: Array, near: Array
) -> tuple[Array, Array, Array, Array]:
    """Bounds that hold the root still, and the function at both."""
    step = CLOSE * (high - low)
    a, b = (np.clip(near + side * step, low, high) for side in (-1, 1))
    fa, fb = function(a), function(b)
    before, after = fa > 0.0, fb < 0.0
    low, f_low = np.where(before, low, np.where(after, b, a)), np.where(after, fb, fa)
    high, f_high = np.where(after, high, np.where(before, a, b)), np.where(before, fa, fb)
    if before.any():
        f_low = np.where(before, function(low), f_low)
    if after.any():
        f_high = np.where(after, function(high), f_high)
    return low, high, f_low, f_high
