"""The circulation as a network that carries gases: mean flows, the aorta cut at its branches."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from afterload.hemodynamics.aorta import FIRST, SEGMENTS, Meeting, meeting
from afterload.hemodynamics.body import BODY, RETURNS
from afterload.hemodynamics.network import Network, Pipe, balanced
from afterload.hemodynamics.trace import Trace

Array = NDArray[np.float64]

DRAIN, RETURN = "drain", "return"
"""The circuit's blood before and behind its membrane lung."""

LUNG, MEMBRANE = "lung_out", "membrane"
"""The pipes along which blood meets a gas."""

OUTLETS = {outlet.name: outlet for segment in SEGMENTS for outlet in segment.outlets}
"""Every outlet of the aorta by name."""

CORONARIES = tuple(name for name, o in OUTLETS.items() if o.edge.startswith("coronary"))
"""Those that go to the heart."""

BEDS = {outlet.edge for outlet in OUTLETS.values()}
AORTA = {"q_arch", "q_desc", "q_fem"}
CIRCUIT = ("ecls", "vent")


def mean_network(trace: Trace) -> Network:
    """The mean flows of a beat as a balanced network.

    The vent joins the drainage of the ECLS, so that its blood passes the membrane lung as well.
    """
    mean = {name: flow.mean(axis=0) for name, flow in trace.flows.items()}
    found: list[tuple[Pipe, Array]] = []
    for edge in BODY.edges:
        if edge.name in AORTA or edge.name in BEDS or edge.name in CIRCUIT:
            continue
        (tail,), (head,) = edge.inlets, edge.outlets
        pipe = Pipe(edge.name, FIRST.get(tail, tail), FIRST.get(head, head))
        found.append((pipe, mean[edge.name]))
    found += _circuit(trace, mean)
    for segment in SEGMENTS:
        for outlet in segment.outlets:
            pipe = Pipe(outlet.name, segment.name, outlet.vein)
            found.append((pipe, outlet.flow * mean[outlet.edge]))
    found += _along(found)
    places = dict.fromkeys(place for pipe, _ in found for place in (pipe.tail, pipe.head))
    return balanced(
        tuple(places), tuple(pipe for pipe, _ in found), np.stack([flow for _, flow in found])
    )


def _circuit(trace: Trace, mean: dict[str, Array]) -> list[tuple[Pipe, Array]]:
    found = []
    p = trace.parameters
    for slot, ends in (("ecls", ("ra", "svc", "ivc")), ("vent", ("lv", "pa"))):
        for end in ends:
            flow = p[f"{slot}.from_{end}"] * mean[slot]
            found.append((Pipe(f"{slot} from {end}", end, DRAIN), flow))
    found.append((Pipe(MEMBRANE, DRAIN, RETURN), mean["ecls"] + mean["vent"]))
    for end in RETURNS:
        flow = np.asarray(sum(p[f"{slot}.to_{end}"] * mean[slot] for slot in CIRCUIT))
        found.append((Pipe(f"return to {end}", RETURN, FIRST.get(end, end)), flow))
    return found


def _along(found: list[tuple[Pipe, Array]]) -> list[tuple[Pipe, Array]]:
    """What flows from one segment of the aorta to the next: what has come less what has left."""
    goes_on: Array = np.zeros_like(found[0][1])
    pipes = []
    for segment, after in pairwise(SEGMENTS):
        for pipe, flow in found:
            goes_on = goes_on + (pipe.head == segment.name) * flow
            goes_on = goes_on - (pipe.tail == segment.name) * flow
        pipes.append((Pipe(f"{segment.name} to {after.name}", segment.name, after.name), goes_on))
    return pipes


def streams(network: Network) -> Meeting:
    """Where the heart's blood and the pumps' meet in the aorta."""
    used = np.stack(
        [sum((network.flow(o.name) for o in s.outlets), np.zeros(network.flows.shape[1]))
         for s in SEGMENTS]
    )  # fmt: skip
    returned = np.zeros_like(used)
    row = {segment.name: k for k, segment in enumerate(SEGMENTS)}
    for end in ("fem", "arch", "asc"):
        returned[row[FIRST[end]]] += network.flow(f"return to {end}")
    returned[row[FIRST["fem"]]] += network.flow("left_atrial_pump")
    native = network.flow("aortic") - network.flow("aortic_leak") + network.flow("left_pump")
    return meeting(native, returned, used)


def direct_share(network: Network) -> Array:
    """Share of each place's blood that comes from the ECLS circuit and has met neither tissue nor
    lung since, shape (n, places). At the drain it is the recirculation."""
    kept = dict.fromkeys((*OUTLETS, LUNG, MEMBRANE), np.zeros(network.flows.shape[1]))
    given = network.into({MEMBRANE: np.abs(network.flow(MEMBRANE))})
    return np.asarray(np.linalg.solve(network.matrix(kept), given[..., None])[..., 0])
