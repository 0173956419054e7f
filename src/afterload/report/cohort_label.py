"""What strategies, indices and numbers of a cohort are called, for readers."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from afterload.hemodynamics.device import AbstractDevice, parse_device
from afterload.report.number import MINUS
from afterload.report.sim_label import NO_DEVICE, device_label
from afterload.report.sim_rows import GROUPS, MORE, digits_of, known, shown

if TYPE_CHECKING:
    from afterload.actions.cohort_interval import Interval
    from afterload.actions.cohort_summary import Cohort


@dataclass(frozen=True, slots=True)
class Strategy:
    """One scenario of a cohort.

    Args:
        scenario: Its name in the tables.
        label: What it is called on a page.
        words: Of its devices.
        devices: Its devices.
    """

    scenario: str
    label: str
    words: tuple[str, ...] = ()
    devices: tuple[AbstractDevice, ...] = ()


def strategies(found: Cohort) -> tuple[Strategy, ...]:
    """Every scenario of a cohort, the first without a device; no two of the same name."""
    told = {"+".join(words) or "none": words for words in found.options}
    every = []
    for scenario in found.scenarios:
        words = told.get(scenario, ())
        devices = tuple(parse_device(word) for word in words)
        pairs = zip(devices, words, strict=True)
        name = " + ".join(device_label(device, word) for device, word in pairs) or NO_DEVICE
        every.append(Strategy(scenario, name, words, devices))
    counts = Counter(one.label for one in every)
    return tuple(
        one
        if counts[one.label] == 1
        else Strategy(one.scenario, one.scenario, one.words, one.devices)
        for one in every
    )


def signed(index: str, value: float, size: float | None = None) -> str:
    """A change as people read it, with its sign; a small one with one decimal more than a level.

    Args:
        index: The index.
        value: Its change.
        size: How large it counts; as large as it is if None.
    """
    if not math.isfinite(value):
        return shown(index, value)
    usual = digits_of(index)
    digits = usual + (abs(value if size is None else size) < 10.0 ** (1 - usual))
    text = f"{value:+,.{digits}f}".replace(",", "\N{NARROW NO-BREAK SPACE}")
    if float(f"{value:.{digits}f}") == 0:
        return text[1:]
    return text.replace("-", MINUS)


def span(index: str, low: float, high: float, *, change: bool = False) -> str:
    """Two ends as "3.6 to 4.4"; "" where one is not known."""
    if not (math.isfinite(low) and math.isfinite(high)):
        return ""
    if change:
        size = max(abs(low), abs(high))
        return f"{signed(index, low, size)} to {signed(index, high, size)}"
    return f"{shown(index, low)} to {shown(index, high)}"


def ends(index: str, interval: Interval | None, *, change: bool = False) -> str:
    """The interval of a median in square brackets; "" for none."""
    text = span(index, *interval, change=change) if interval else ""
    return f"[{text}]" if text else ""


def percent(share: float) -> str:
    """A share of patients, e.g. "97 %"; never all or nobody but for all or nobody."""
    if math.isnan(share):
        return ""
    if 0 < share < 0.01:
        return "<1 %"
    if 0.99 < share < 1:
        return ">99 %"
    return f"{100 * share:.0f} %"


def counted(n: int) -> str:
    """A count with its thousands apart."""
    return f"{n:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def groups(found: Cohort) -> list[tuple[str, list[str]]]:
    """The indices that the cohort has, in the groups of a simulation."""
    there = list(dict.fromkeys(one.index for one in found.summary))
    placed = {name for _, group in GROUPS for name in group}
    rest = tuple(name for name in there if name not in placed and name in known())
    told = [(title, [n for n in group if n in there]) for title, group in (*GROUPS, (MORE, rest))]
    return [(title, names) for title, names in told if names]
