"""Which devices ran when a patient of a registry was measured, in the words of the simulator.

A registry records kinds of devices with their times, and settings with the measurements: support
flow, pump speed, Impella level, balloon ratio. A device whose setting is not recorded cannot be
taken out of what was measured, and its patient is left out with the reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from afterload.core.errors import InputError
from afterload.hemodynamics.device import check_together, parse_device

SETTINGS = ("flow_lmin", "rpm", "impella_p", "iabp_ratio")
"""Variables of a registry that say how a device was set."""

RATIOS = ("", ":ratio=2", ":ratio=3")
"""What is told of a balloon, by the place of its ratio in the vocabulary: 1:1, 1:2, 1:3."""

CIRCUITS = ("ecls", "ecls-central", "vav")
IMPELLAS = ("impella-2.5", "impella-cp", "impella-5.0", "impella-5.5", "impella-rp")
PUMPS = (*CIRCUITS, *IMPELLAS, "php", "tandemheart", "heartmate-2", "heartmate-3")

NOT_RECORDED = "which devices ran is not recorded"
NO_TIME = "when a device ran is not recorded"
NO_SETTING = "a device ran whose setting is not recorded"
NO_SUCH = "a device ran that the simulator does not have"
CHANGED = "a device was started or stopped between the measurements"
IMPOSSIBLE = "devices ran that the simulator cannot have together, or at that setting"

Span = tuple[str, float, float]
"""Kind, start and stop, hours from time zero; NaN is not known."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """Why it cannot be told what ran.

    Args:
        why: The reason, one of those above.
        more: What is to be looked at, in the words of the record.
    """

    why: str
    more: str


def running(spans: Sequence[Span], hours: float, *, before: bool) -> tuple[str, ...] | Unknown:
    """The kinds that ran at an hour.

    Args:
        spans: All devices of the episode.
        hours: The hour.
        before: Whether it is the moment just before: what starts then does not run yet.
    """
    found = []
    for kind, start, stop in spans:
        if stop < hours or (stop == hours and not before):
            continue
        if start != start:
            return Unknown(NO_TIME, f"{kind} has no start")
        if start < hours or (start == hours and not before):
            found.append(kind)
    return tuple(sorted(set(found)))


def words_of(kinds: Sequence[str], told: Mapping[str, float]) -> tuple[str, ...] | Unknown:
    """Devices as they are asked for, each with its setting.

    The support flow is that of the ECLS circuit where one runs, else of the only pump. An Impella
    is set by its flow where it is the only pump, else by its level.

    Args:
        kinds: The kinds of devices that ran.
        told: What is recorded of `SETTINGS`; the ratio of a balloon as its place, 0 for 1:1.
    """
    pumps = [kind for kind in kinds if kind in PUMPS]
    words = []
    for kind in kinds:
        if kind == "iabp":
            place = int(told.get("iabp_ratio", 0.0))
            if place not in range(len(RATIOS)):
                return Unknown(NO_SETTING, "the balloon ran at a ratio that is not recorded")
            words.append(f"{kind}{RATIOS[place]}")
            continue
        if kind not in PUMPS:
            vent = kind in ("lv-vent", "pa-vent", "septostomy", "impella")
            return Unknown(NO_SETTING if vent else NO_SUCH, kind)
        option = _setting(kind, pumps, told)
        if not option:
            return Unknown(NO_SETTING, f"neither flow nor speed of {kind}")
        words.append(f"{kind}:{option}")
    try:
        check_together([parse_device(word) for word in words])
    except InputError as why:
        return Unknown(IMPOSSIBLE, str(why))
    return tuple(words)


def _setting(kind: str, pumps: Sequence[str], told: Mapping[str, float]) -> str:
    """The option that sets one pump; "" where none is recorded."""
    own = len(pumps) == 1 or kind in CIRCUITS
    if own and "flow_lmin" in told:
        return f"flow={told['flow_lmin']:g}"
    if kind in IMPELLAS and "impella_p" in told and sum(one in IMPELLAS for one in pumps) == 1:
        return f"level=P{told['impella_p']:.0f}"
    if own and "rpm" in told:
        return f"rpm={told['rpm']:g}"
    return ""
