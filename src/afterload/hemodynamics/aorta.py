"""The aorta as a row of outlets: who is served first by the heart, and where two streams meet.

    heart -> coronaries -> innominate -> left carotid -> left subclavian -> trunk -> gut -> kidneys
          -> legs <- femoral return

The circulation has four aortic parts; here each is cut at its branches. Blood in a row of outlets
cannot pass where two streams meet, so each outlet gets the blood of the stream that reaches it, and
the one where they meet gets both.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from afterload.core.source import Source

Array = NDArray[np.float64]

ANATOMY = Source(
    "Branches of the aorta in their order, and how a bed's flow is shared among them",
    place="general knowledge: a carotid carries 40 % and a vertebral artery 10 % of the brain's "
    "flow; kidneys 19 % and gut and liver 25 % of the cardiac output; the rest of what leaves the "
    "descending aorta goes to the trunk",
    confidence="M",
)
METABOLISM = Source(
    "Share of the body's oxygen uptake at rest",
    place="heart 11 %, kidneys 7.2 % (coheadquarters.com/PennLibr/MyPhysiology/lect7/pen7.10.htm); "
    "brain 18.4 % (askvity.info/organ-oxygen-consumption); gut and liver 26 %, the rest by muscle "
    "mass: general knowledge",
    confidence="M",
    note="That table has liver 20.4, heart 11.6, kidneys 7.2, muscle 20.0, skin 4.8 and all else "
    "17.6 % besides; the abdomen holds some of the last three as well. With 18.4 % for the head "
    "blood of the superior vena cava is 3 % below the mixed in the preset of a healthy adult, with "
    "20 % it was 5; 1.6 were measured (Barratt-Boyes and Wood 1957).",
)


@dataclass(frozen=True, slots=True)
class Outlet:
    """A branch of the aorta with the tissue behind it.

    Args:
        name: What it is.
        edge: The bed of the circulation it belongs to.
        vein: Where its blood goes.
        flow: Share of the bed's flow.
        oxygen: Share of the body's oxygen uptake at rest; the heart takes what its work asks for
            instead.
    """

    name: str
    edge: str
    vein: str
    flow: float
    oxygen: float


@dataclass(frozen=True, slots=True)
class Segment:
    """A stretch of the aorta with the outlets that leave it.

    Args:
        name: What it is.
        part: The compartment of the circulation it is cut from.
        place: Where it is, as one would say it.
        outlets: What leaves it.
    """

    name: str
    part: str
    place: str
    outlets: tuple[Outlet, ...]


SEGMENTS = (
    Segment("root", "asc", "the aortic root, at the coronary arteries", (
        Outlet("left coronary", "coronary_l", "cor_l", 1.0, 0.087),
        Outlet("right coronary", "coronary_r", "cor_r", 1.0, 0.023),
    )),
    Segment("innominate", "arch", "the aortic arch, at the innominate artery", (
        Outlet("right head", "head", "v_upper", 0.5, 0.092),
        Outlet("right arm", "arms", "v_upper", 0.5, 0.035),
    )),
    Segment("carotid", "arch", "the aortic arch, at the left carotid artery", (
        Outlet("left head", "head", "v_upper", 0.4, 0.0736),
    )),
    Segment("subclavian", "arch", "the aortic arch, at the left subclavian artery", (
        Outlet("left vertebral", "head", "v_upper", 0.1, 0.0184),
        Outlet("left arm", "arms", "v_upper", 0.5, 0.035),
    )),
    Segment("thoracic", "desc", "the descending thoracic aorta", (
        Outlet("trunk", "viscera", "v_visceral", 0.17, 0.120),
    )),
    Segment("gut", "desc", "the abdominal aorta, at the arteries of gut and liver", (
        Outlet("gut", "viscera", "v_visceral", 0.47, 0.264),
    )),
    Segment("kidneys", "desc", "the abdominal aorta, at the renal arteries", (
        Outlet("kidneys", "viscera", "v_visceral", 0.36, 0.072),
    )),
    Segment("legs", "fem", "the iliac and femoral arteries", (
        Outlet("legs", "legs", "v_legs", 1.0, 0.180),
    )),
)  # fmt: skip
"""The aorta from the valve to the groin (`ANATOMY`, `METABOLISM`)."""

FIRST = {part: next(s.name for s in SEGMENTS if s.part == part)
         for part in ("asc", "arch", "desc", "fem")}  # fmt: skip
"""The segment that a compartment's pumps and neighbours open into: an axillary return comes through
the innominate artery, a femoral one from below."""

NONE = "no second stream: all blood comes through the heart"
CENTRAL = "the aortic root: the pump's blood mixes with the heart's before the first outlet"
CLOSED = "the aortic valve: the heart ejects next to nothing, and the pump serves every outlet"


@dataclass(frozen=True, slots=True)
class Meeting:
    """Where the heart's blood and the pump's meet.

    Args:
        segment: Index of the segment in `SEGMENTS`, shape (n,); -1 without a second stream.
        position: Share of the body's flow, counted from the valve along the outlets, that the
            heart's stream serves before it is used up, shape (n,); NaN without a second stream.
        words: The same as a place, n texts.
    """

    segment: NDArray[np.int64]
    position: Array
    words: tuple[str, ...]


def meeting(native: Array, returned: Array, used: Array) -> Meeting:
    """Where the streams meet.

    Args:
        native: What enters at the valve, mL/s, shape (n,): heart and left ventricular pump.
        returned: What pumps give back into every segment, shape (segments, n).
        used: What leaves every segment, shape (segments, n).

    The first segment that the heart's stream reaches and that another one reaches too, from a pump
    or from below.
    """
    total = used.sum(axis=0)
    before = np.cumsum(used - returned, axis=0) - (used - returned)
    comes = native - before
    n = len(native)
    segment = np.full(n, -1)
    position = np.full(n, np.nan)
    words = [NONE] * n
    streams = returned.sum(axis=0) > LITTLE * total
    for lane in np.flatnonzero(streams):
        k = _first(comes[:, lane], returned[:, lane], used[:, lane])
        reached = max(float(comes[k, lane]), 0.0)
        through = max(float(used[k, lane]), reached + float(returned[k, lane]))
        served = used[:k, lane].sum() + reached / through * used[k, lane]
        segment[lane], position[lane] = k, served / total[lane]
        words[lane] = _words(k, float(native[lane] / total[lane]), bool(returned[0, lane] > 0))
    return Meeting(segment, position, tuple(words))


LITTLE = 0.01
"""Share of the body's flow below which a stream is none."""


def _first(comes: Array, returned: Array, used: Array) -> int:
    """The first segment that has blood of its own or from below, beside the heart's."""
    for k in range(len(comes)):
        goes_on = comes[k] + returned[k] - used[k]
        if returned[k] > 0 or goes_on < 0:
            return k
    return len(comes) - 1


def _words(k: int, share: float, central: bool) -> str:
    if share < LITTLE:
        return CLOSED
    return CENTRAL if k == 0 and central else SEGMENTS[k].place
