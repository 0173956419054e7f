"""Flows that carry blood: balance, mixing by hand, and where two streams meet in the aorta."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.hemodynamics.aorta import CENTRAL, CLOSED, NONE, SEGMENTS, Meeting, meeting
from afterload.hemodynamics.network import Network, Pipe, balanced
from afterload.hemodynamics.patient.normal import SHARES

Array = NDArray[np.float64]


def net(*pipes: tuple[str, str, float]) -> Network:
    places = tuple(dict.fromkeys(end for tail, head, _ in pipes for end in (tail, head)))
    named = [Pipe(f"{tail}-{head}", tail, head) for tail, head, _ in pipes]
    return balanced(places, named, np.array([[q] for *_, q in pipes]))


def test_flows_are_balanced_by_little_and_only_where_there_is_flow() -> None:
    pipes = [("a", "b", 10.0), ("b", "c", 6.001), ("b", "d", 4.0), ("c", "a", 6.0),
             ("d", "a", 3.998), ("d", "c", 0.0)]  # fmt: skip
    found = net(*pipes)
    for place in found.places:
        come = sum(found.flows[k, 0] * (p.head == place) for k, p in enumerate(found.pipes))
        gone = sum(found.flows[k, 0] * (p.tail == place) for k, p in enumerate(found.pipes))
        assert come == pytest.approx(gone, abs=1e-12), place
    told = np.array([q for *_, q in pipes])
    assert found.flows[:, 0] == pytest.approx(told, rel=1e-3)
    assert found.flows[5, 0] == 0.0


def test_a_place_holds_the_mean_of_what_flows_in() -> None:
    """a gives 1 and b gives 3, two to one into c: (2 x 1 + 1 x 3) / 3."""
    ring = net(("a", "c", 2.0), ("b", "c", 1.0), ("c", "a", 2.0), ("c", "b", 1.0))
    kept = {"c-a": np.zeros(1), "c-b": np.zeros(1)}
    given = ring.into({"c-a": np.array([2.0 * 1.0]), "c-b": np.array([1.0 * 3.0])})
    found = np.linalg.solve(ring.matrix(kept)[0], given[0])
    assert dict(zip(ring.places, found, strict=True)) == pytest.approx(
        {"a": 1.0, "b": 3.0, "c": 5 / 3}
    )


def test_blood_that_runs_backwards_comes_from_the_other_end() -> None:
    ring = net(("a", "b", -4.0), ("b", "c", -4.0), ("c", "a", -4.0))
    assert ring.places[ring.upstream("a-b")[0]] == "b"
    given = ring.into({"a-b": np.array([4.0 * 0.2])})
    found = np.linalg.solve(ring.matrix({"a-b": np.zeros(1)})[0], given[0])
    assert found == pytest.approx(0.2)


def used(total: float = 100.0) -> Array:
    """What leaves every segment when the beds share as in the normal adult."""
    share = {**SHARES, "coronary_l": 0.032, "coronary_r": 0.008}
    return np.array([[total * sum(o.flow * share[o.edge] for o in s.outlets)] for s in SEGMENTS])


def met(ecls: float, at: str = "legs", coronaries: bool = True) -> Meeting:
    """The meeting when ECLS gives a share of the body's flow, to an aorta with coronaries or
    without."""
    out = used()
    out[0] *= coronaries
    back = np.zeros_like(out)
    back[[s.name for s in SEGMENTS].index(at)] = ecls * out.sum()
    return meeting(np.array([(1 - ecls) * out.sum()]), back, out)


def test_outlets_share_each_bed_and_all_oxygen() -> None:
    outlets = [o for s in SEGMENTS for o in s.outlets]
    for edge in {o.edge for o in outlets}:
        assert sum(o.flow for o in outlets if o.edge == edge) == pytest.approx(1.0), edge
    assert sum(o.oxygen for o in outlets) == pytest.approx(1.0)
    assert used().sum() == pytest.approx(100.0)


@pytest.mark.parametrize("ecls", [0.995, 1.0])
def test_a_heart_that_does_not_eject_serves_nothing(ecls: float) -> None:
    assert met(ecls).words == (CLOSED,)


@pytest.mark.parametrize("ecls", [0.90, 0.93, 0.95])
def test_with_nine_tenths_from_below_the_streams_meet_in_the_arch(ecls: float) -> None:
    """Stevens (perfusion.com/?p=93811): ECMO of 90 % and more, watershed in the aortic arch.

    From 96 % on the heart's stream ends at the coronaries, of which that geometry has none.
    """
    assert met(ecls).words[0].startswith("the aortic arch")


@pytest.mark.parametrize("ecls", [0.50, 0.65, 0.72])
def test_with_more_from_the_heart_they_meet_below_the_arch(ecls: float) -> None:
    """Stevens: modest increases in cardiac flow bring the watershed into the thoracic aorta, the
    arch served by the heart alone."""
    found = met(ecls)
    arch = [s.part for s in SEGMENTS].index("desc")
    assert found.segment[0] >= arch
    assert ("thoracic" in found.words[0]) or ecls < 0.6


def test_at_three_quarters_the_coronaries_decide_whether_the_heart_fills_the_arch() -> None:
    """Stevens has the arch served by the heart alone at 75 %. So it is here in an aorta without
    coronaries, as that one is. With them, root and arch take 27 % of the flow, and 25 % cannot
    fill them whatever the model: the last branch, the left subclavian, is shared."""
    assert met(0.75, coronaries=False).words == ("the descending thoracic aorta",)
    assert met(0.90, coronaries=False).words[0].startswith("the aortic arch")
    found = met(0.75)
    assert SEGMENTS[found.segment[0]].name == "subclavian"
    assert found.position[0] == pytest.approx(0.25)


def test_half_of_the_flow_reaches_the_abdomen() -> None:
    """By balance alone: what leaves above the diaphragm is 36 % of the flow, less than the half
    that the heart gives. (Where the streams meet at 50 % the abstract of Stevens does not say.)"""
    above = [s.name for s in SEGMENTS].index("gut")
    assert used()[:above].sum() / used().sum() == pytest.approx(0.36, abs=0.005)
    assert SEGMENTS[met(0.5).segment[0]].name == "gut"
    assert SEGMENTS[met(0.5, coronaries=False).segment[0]].name == "gut"


def test_the_position_is_the_share_that_the_heart_gives() -> None:
    """For a femoral return, by the balance of the row alone."""
    for ecls in (0.2, 0.4, 0.6, 0.8):
        assert met(ecls).position[0] == pytest.approx(1 - ecls)


def test_the_streams_move_on_as_the_heart_gives_more() -> None:
    """The less ECLS assists, the farther from the heart the interface (Biomed Eng Online 2018,
    doi:10.1186/s12938-018-0493-5, abstract)."""
    found = [met(e).segment[0] for e in (0.97, 0.9, 0.8, 0.7, 0.5, 0.3, 0.1)]
    assert found == sorted(found)
    assert len(set(found)) > 4


def test_a_central_return_meets_at_the_root() -> None:
    assert met(0.6, "root").words == (CENTRAL,)


def test_an_axillary_return_meets_at_the_innominate_artery() -> None:
    assert SEGMENTS[met(0.6, "innominate").segment[0]].name == "innominate"


def test_without_a_pump_there_is_no_meeting() -> None:
    found = met(0.0)
    assert found.words == (NONE,)
    assert found.segment[0] == -1
    assert np.isnan(found.position[0])
