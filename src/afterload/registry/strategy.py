"""What the device intervals of an episode amount to: its strategy.

Sequential or simultaneous is told by the starts: devices of two families that overlap and start
within `SIMULTANEOUS_H` hours of each other are one move (simultaneous); otherwise the later one
came on top of, or after, the earlier one (sequential). Two hours is our choice, not a published
definition; give another one as `within_h`.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from afterload.core.errors import InputError, UnknownName

Pattern = Literal["none", "alone", "simultaneous", "sequential", "undated"]

SIMULTANEOUS_H = 2.0
"""Devices started at most this many hours apart count as started together (our choice)."""

FAMILY: dict[str, str] = {
    "ecls": "ecls",
    "ecls-central": "ecls",
    "vav": "ecls",
    "vv-ecmo": "vv-ecmo",
    "impella": "impella",
    "impella-2.5": "impella",
    "impella-cp": "impella",
    "impella-5.0": "impella",
    "impella-5.5": "impella",
    "impella-rp": "impella-rp",
    "iabp": "iabp",
    "tandemheart": "tandemheart",
    "php": "php",
    "centrimag": "centrimag",
    "heartmate-2": "heartmate-2",
    "heartmate-3": "heartmate-3",
    "lv-vent": "lv-vent",
    "pa-vent": "pa-vent",
    "septostomy": "septostomy",
    "other": "other",
}
"""The family of each device kind: veno-arterial circuits are one, left-sided Impellas another."""

DEVICE_KINDS: tuple[str, ...] = tuple(FAMILY)
"""Every device kind, in the order strategies name them."""

FAMILIES: tuple[str, ...] = tuple(dict.fromkeys(FAMILY.values()))


@dataclass(frozen=True, slots=True)
class Interval:
    """One device in one configuration, from start to stop.

    Args:
        kind: One of `DEVICE_KINDS`.
        start_h: Hours from time zero; NaN where it is not known.
        stop_h: Hours from time zero; None while it runs, or where it is not known.

    Raises:
        UnknownName: There is no such kind.
        InputError: It stops before it starts.
    """

    kind: str
    start_h: float
    stop_h: float | None = None

    def __post_init__(self) -> None:
        if self.kind not in FAMILY:
            raise UnknownName("device", self.kind, FAMILY)
        if self.stop_h is not None and self.stop_h < self.start_h:
            raise InputError(
                f"{self.kind} stops {self.start_h - self.stop_h:g} h before it starts. "
                "Check the two times."
            )


@dataclass(frozen=True, slots=True)
class Strategy:
    """What a set of device intervals amounts to.

    Args:
        groups: The families in order of start; those of one group started together.
        kinds: For each family of `groups`, flattened, the device kinds used, in order of start.
        pattern: "none", "alone", "simultaneous", "sequential", or "undated" when two families were
            used and their starts are not all known.
        overlaps: Whether two families ever ran at the same time.
    """

    groups: tuple[tuple[str, ...], ...] = ()
    kinds: tuple[tuple[str, ...], ...] = ()
    pattern: Pattern = "none"
    overlaps: bool = False

    @property
    def order(self) -> tuple[str, ...]:
        """The families, in order of start."""
        return tuple(family for group in self.groups for family in group)

    @property
    def name(self) -> str:
        """The devices without their order: "ecls", "ecls+impella-5.0", "none"."""
        parts = sorted(zip(self.order, self.kinds, strict=True), key=_rank_of_part)
        return "+".join("/".join(kinds) for _, kinds in parts) or "none"

    @property
    def words(self) -> str:
        """The whole strategy as a rule of a protocol: "ecls then impella-5.0", "iabp alone"."""
        if self.pattern in ("none", "undated"):
            return self.name
        if self.pattern != "sequential":
            return f"{self.name} {self.pattern}"
        kinds = dict(zip(self.order, self.kinds, strict=True))
        groups = ("+".join("/".join(kinds[f]) for f in group) for group in self.groups)
        return " then ".join(groups)


def strategy_at(
    intervals: Iterable[Interval], hours: float, *, within_h: float = SIMULTANEOUS_H
) -> Strategy:
    """What runs at one moment; a device that stops then no longer does, one that starts does.

    Args:
        intervals: The device intervals of one episode, in any order.
        hours: Hours from time zero.
        within_h: See `SIMULTANEOUS_H`.

    Example:
        >>> course = [Interval("ecls", 0, 120), Interval("impella-5.0", 24, 200)]
        >>> strategy_at(course, 12).words, strategy_at(course, 150).words
        ('ecls alone', 'impella-5.0 alone')
    """
    running = [i for i in intervals if i.start_h <= hours and hours < _stop(i)]
    return strategy_over(running, within_h=within_h)


def strategy_over(
    intervals: Iterable[Interval],
    until_h: float | None = None,
    *,
    within_h: float = SIMULTANEOUS_H,
) -> Strategy:
    """What a whole course amounts to, or what is known of it by some hour.

    Args:
        intervals: The device intervals of one episode, in any order.
        until_h: Devices started at this hour or later are not counted.
        within_h: See `SIMULTANEOUS_H`.

    Example:
        >>> strategy_over([Interval("ecls", 0, 120), Interval("impella-5.0", 24, 200)]).words
        'ecls then impella-5.0'
    """
    counted = [i for i in intervals if until_h is None or not i.start_h >= until_h]
    families: dict[str, list[Interval]] = {}
    for interval in sorted(counted, key=_start_then_rank):
        families.setdefault(FAMILY[interval.kind], []).append(interval)
    kinds = tuple(tuple(dict.fromkeys(i.kind for i in used)) for used in families.values())
    if len(families) < 2:
        pattern: Pattern = "alone" if families else "none"
        return Strategy(tuple((f,) for f in families), kinds, pattern)
    overlaps = _any_overlap(families)
    if any(math.isnan(i.start_h) for i in counted):
        return Strategy((tuple(families),), kinds, "undated", overlaps)
    groups = _groups(families, within_h)
    pattern = "simultaneous" if len(groups) == 1 else "sequential"
    return Strategy(groups, kinds, pattern, overlaps)


def matches(rule: str, strategy: Strategy) -> bool:
    """Whether a strategy is what a protocol's words say.

    Rules: "ecls alone", "impella-5.0 alone", "ecls+impella simultaneous", "ecls then impella",
    "ecls+impella" (in any order), "none", "other" (none of `NAMED`). A family name stands for all
    its devices, a device name for that device only. No other device may have been used.

    Raises:
        InputError: The rule cannot be read.
        UnknownName: The rule names a device that does not exist.

    Example:
        >>> course = [Interval("ecls", 0, 120), Interval("impella-5.0", 24, 200)]
        >>> matches("ecls then impella", strategy_over(course))
        True
    """
    text = " ".join(rule.lower().split())
    if text == "none":
        return strategy.pattern == "none"
    if text == "other":
        return not any(matches(named, strategy) for named in NAMED)
    groups, pattern = _read(text, rule)
    if len(groups) > 1:
        return (
            strategy.pattern == "sequential"
            and len(groups) == len(strategy.groups)
            and all(
                _same_devices(tokens, group, strategy)
                for tokens, group in zip(groups, strategy.groups, strict=True)
            )
        )
    if pattern and pattern != strategy.pattern:
        return False
    return _same_devices(groups[0], strategy.order, strategy)


NAMED: tuple[str, ...] = (
    "none",
    "ecls alone",
    "impella alone",
    "iabp alone",
    "tandemheart alone",
    "ecls+impella",
)
"""The strategies with a name of their own; "other" is what none of them describes."""


def _read(text: str, rule: str) -> tuple[list[list[str]], str]:
    """The devices a rule names, group by group, and the pattern it asks for."""
    pattern = ""
    words = text.replace(" + ", "+")
    for word in ("alone", "simultaneous", "sequential"):
        if words.endswith(f" {word}"):
            pattern, words = word, words.removesuffix(f" {word}")
    groups = [group.split("+") for group in words.split(" then ")]
    for token in (part for group in groups for device in group for part in device.split("/")):
        if " " in token or not token:
            raise InputError(
                f'The strategy rule {rule!r} cannot be read. Write it as "ecls alone", '
                '"ecls+impella simultaneous", "ecls then impella", "ecls+impella", "none" or '
                '"other".'
            )
        if token not in FAMILY and token not in FAMILIES:
            raise UnknownName("device", token, FAMILY)
    single = len(groups) == 1 and len(groups[0]) == 1
    if pattern and (len(groups) > 1 or (pattern == "alone") != single):
        raise InputError(f"The strategy rule {rule!r} contradicts itself.")
    return groups, pattern


def _same_devices(tokens: Sequence[str], families: Sequence[str], strategy: Strategy) -> bool:
    """Whether device names stand for exactly these families of a strategy."""
    kinds = dict(zip(strategy.order, strategy.kinds, strict=True))
    if len(tokens) != len(families):
        return False
    named = {FAMILY.get(token.split("/")[0], token): token for token in tokens}
    if set(named) != set(families):
        return False
    return all(
        token == family or set(token.split("/")) == set(kinds[family])
        for family, token in named.items()
    )


def _groups(families: dict[str, list[Interval]], within_h: float) -> tuple[tuple[str, ...], ...]:
    """Families in order of start, those that started together (and overlap) in one group."""
    groups: list[list[str]] = []
    for family, used in families.items():
        together = bool(groups) and all(
            used[0].start_h - families[other][0].start_h <= within_h
            and _overlap(used, families[other])
            for other in groups[-1]
        )
        if together:
            groups[-1].append(family)
        else:
            groups.append([family])
    return tuple(tuple(group) for group in groups)


def _any_overlap(families: dict[str, list[Interval]]) -> bool:
    courses = list(families.values())
    return any(_overlap(one, other) for i, one in enumerate(courses) for other in courses[i + 1 :])


def _overlap(one: Iterable[Interval], other: Sequence[Interval]) -> bool:
    """Whether any two of the intervals ran at the same time."""
    return any(a.start_h < _stop(b) and b.start_h < _stop(a) for a in one for b in other)


def _stop(interval: Interval) -> float:
    return math.inf if interval.stop_h is None else interval.stop_h


def _start_then_rank(interval: Interval) -> tuple[float, int]:
    start = math.inf if math.isnan(interval.start_h) else interval.start_h
    return start, DEVICE_KINDS.index(interval.kind)


def _rank_of_part(part: tuple[str, tuple[str, ...]]) -> int:
    return FAMILIES.index(part[0])
