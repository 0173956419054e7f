"""A circuit: compartments joined by edges, as data, and what it computes.

`rates` is the whole model: from volumes and flows to their rates of change, through the laws of the
parts. It runs on numbers, on arrays and on a tape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol, cast

from afterload.core.errors import InputError
from afterload.hemodynamics.expr import Maths
from afterload.hemodynamics.law import FlowLaw, InertialLaw, PressureLaw, Scope, Septum


class Outside(Protocol):
    """What lies around a compartment and presses on it."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def pressure(
        self, m: Maths, s: Mapping[str, Any], pressures: Mapping[str, Any], p: Scope
    ) -> Any:
        """Its pressure, mmHg, from the states and the pressures known so far."""


@dataclass(frozen=True, slots=True)
class Compartment:
    """A place that holds blood; its volume is a state.

    Args:
        name: Its name.
        law: Pressure from volume. One with a parameter "tau" is told V + tau dV/dt instead of V,
            dV/dt by the flows that are states.
        activation: Which activation drives it; "" for what does not contract.
        outside: What presses on it; "" for the air.
        bulge: How the septum's bulge counts in its volume: -1 in the left ventricle, 1 in the
            right one, 0 elsewhere.
    """

    name: str
    law: PressureLaw
    activation: str = ""
    outside: str = ""
    bulge: int = 0


@dataclass(frozen=True, slots=True)
class Edge:
    """A way for blood from one or several compartments to others.

    Args:
        name: Its name.
        inlet, outlet: Names of compartments. Of several, each takes a share of the flow that a
            parameter "EDGE.from_NAME" or "EDGE.to_NAME" tells; the shares of a side add up to 1.
        law: Flow from the pressures at both ends.
        activation: Which activation it follows; "" for none. It needs inertia.
    """

    name: str
    inlet: str | tuple[str, ...]
    outlet: str | tuple[str, ...]
    law: FlowLaw | InertialLaw
    activation: str = ""

    @property
    def inertial(self) -> bool:
        """Whether its flow is a state."""
        return hasattr(self.law, "slope")

    @property
    def switch(self) -> str:
        """The parameter that is 0 where nobody has this way, "EDGE.parameter"; "" for none."""
        name = getattr(self.law, "switch", "")
        return f"{self.name}.{name}" if name else ""

    @property
    def inlets(self) -> tuple[str, ...]:
        """The compartments it drains."""
        return (self.inlet,) if isinstance(self.inlet, str) else self.inlet

    @property
    def outlets(self) -> tuple[str, ...]:
        """The compartments it fills."""
        return (self.outlet,) if isinstance(self.outlet, str) else self.outlet

    @property
    def shares(self) -> tuple[str, ...]:
        """Short names of the parameters that tell the shares."""
        froms = (f"from_{n}" for n in self.inlets) if len(self.inlets) > 1 else ()
        tos = (f"to_{n}" for n in self.outlets) if len(self.outlets) > 1 else ()
        return (*froms, *tos)


@dataclass(frozen=True, slots=True)
class Way:
    """What goes through an edge at one moment.

    Args:
        flow: Its flow, mL/s.
        slope: Change of the flow, mL/s²; None for an edge without inertia.
        gains: What each of its compartments gains by it, mL/s.
    """

    flow: Any
    slope: Any
    gains: tuple[tuple[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Rates:
    """What a circuit computes at one moment.

    Args:
        states: Rate of change of every state, by name.
        pressures: Pressure in every compartment, mmHg.
        flows: Flow through every edge, mL/s.
        outside: Pressure of everything that presses from outside, mmHg.
    """

    states: dict[str, Any]
    pressures: dict[str, Any]
    flows: dict[str, Any]
    outside: dict[str, Any]


@dataclass(frozen=True, slots=True, eq=False)
class Circuit:
    """Compartments and edges.

    Args:
        name: Its name.
        compartments: The compartments; one that presses on others stands before them.
        edges: The edges.
        activations: Names of the activations, 0 to 1 over a beat, that its parts follow.
        outside: By name, what presses on compartments.
        septum: The wall between the ventricles "lv" and "rv", if it moves.
        volumes: Names of the states that are volumes of blood; their sum stays as it is.
        states: Names of the states: volumes, then the flows that have inertia, then the septum.
        parameters: Names of the parameters, "part.parameter".

    Raises:
        InputError: An edge begins or ends nowhere, or a name stands twice.
    """

    name: str
    compartments: tuple[Compartment, ...]
    edges: tuple[Edge, ...]
    activations: tuple[str, ...] = ()
    outside: Mapping[str, Outside] = field(default_factory=dict)
    septum: Septum | None = None
    volumes: tuple[str, ...] = field(init=False)
    states: tuple[str, ...] = field(init=False)
    parameters: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        places = [part.name for part in self.compartments]
        names = [*places, *(edge.name for edge in self.edges), *self.outside]
        twice = {name for name in names if names.count(name) > 1}
        if twice:
            raise InputError(f"{self.name}: the name {min(twice)!r} stands twice.")
        for edge in self.edges:
            if edge.activation and not edge.inertial:
                raise InputError(f"{self.name}: the edge {edge.name!r} follows no activation.")
            for end in (*edge.inlets, *edge.outlets):
                if end not in places:
                    raise InputError(f"{self.name}: the edge {edge.name!r} ends at no {end!r}.")
        flows = (edge.name for edge in self.edges if edge.inertial)
        states = (*places, *flows, *(("septum",) if self.septum else ()))
        object.__setattr__(self, "volumes", tuple(places))
        object.__setattr__(self, "states", states)
        object.__setattr__(self, "parameters", self._parameters())

    def _parameters(self) -> tuple[str, ...]:
        parts = [(part.name, part.law.parameters) for part in self.compartments]
        parts += [(edge.name, (*edge.law.parameters, *edge.shares)) for edge in self.edges]
        parts += [(name, law.parameters) for name, law in self.outside.items()]
        parts += [("septum", self.septum.parameters)] if self.septum else []
        return tuple(f"{name}.{parameter}" for name, own in parts for parameter in own)

    def rates(
        self,
        m: Maths,
        s: Mapping[str, Any],
        p: Mapping[str, Any],
        a: Mapping[str, Any],
        edges: tuple[Edge, ...] | None = None,
    ) -> Rates:
        """The whole model at one moment.

        Args:
            m: The functions to compute with.
            s: The states.
            p: The parameters.
            a: The activations.
            edges: The edges that count; all of them if not told.
        """
        pressures, outer = self.pressures(m, s, p, a)
        rates: dict[str, Any] = dict.fromkeys(self.volumes, 0.0)
        flows: dict[str, Any] = {}
        everywhere = {**pressures, **outer}
        for edge in self.edges if edges is None else edges:
            way = self.way(edge, everywhere, m, s, p, a)
            flows[edge.name] = way.flow
            if edge.inertial:
                rates[edge.name] = way.slope
            for end, gain in way.gains:
                rates[end] = rates[end] + gain
        if self.septum:
            across = pressures["lv"] - pressures["rv"]
            rates["septum"] = self.septum.slope(
                m, s["septum"], a["ventricles"], across, Scope("septum", p)
            )
        states = {name: rates[name] for name in self.states if name in rates}
        return Rates(states, pressures, flows, outer)

    def way(
        self,
        edge: Edge,
        pressures: Mapping[str, Any],
        m: Maths,
        s: Mapping[str, Any],
        p: Mapping[str, Any],
        a: Mapping[str, Any],
    ) -> Way:
        """What goes through an edge, by the pressures in and around its compartments.

        Args:
            edge: The edge.
            pressures: In the compartments, and of what lies around them, by name.
            m, s, p, a: As of `rates`.
        """
        scope = Scope(edge.name, p)
        p_in = _mixed(pressures, edge.inlets, scope, "from")
        p_out = _mixed(pressures, edge.outlets, scope, "to")
        slope = None
        if edge.inertial:
            flow = s[edge.name]
            active = a[edge.activation] if edge.activation else 0.0
            around = _mixed(self._around(pressures), edge.inlets, scope, "from")
            slope = cast(InertialLaw, edge.law).slope(m, p_in, p_out, flow, scope, active, around)
        else:
            flow = cast(FlowLaw, edge.law).flow(m, p_in, p_out, scope)
        lost = ((end, -_share(flow, edge.inlets, scope, "from", end)) for end in edge.inlets)
        got = ((end, _share(flow, edge.outlets, scope, "to", end)) for end in edge.outlets)
        return Way(flow, slope, (*lost, *got))

    def pressures(
        self, m: Maths, s: Mapping[str, Any], p: Mapping[str, Any], a: Mapping[str, Any]
    ) -> tuple[dict[str, Any], dict[str, Any]]:
        """Pressure in every compartment and of everything outside, mmHg; arguments as `rates`."""
        pressures: dict[str, Any] = {}
        outer: dict[str, Any] = {}
        for part in self.compartments:
            if part.outside and part.outside not in outer:
                law = self.outside[part.outside]
                outer[part.outside] = law.pressure(m, s, pressures, Scope(part.outside, p))
            volume = s[part.name]
            if part.bulge and self.septum:
                volume = volume + part.bulge * s["septum"]
            scope = Scope(part.name, p)
            if "tau" in part.law.parameters:
                volume = volume + scope["tau"] * self._carried(part.name, s)
            active = a[part.activation] if part.activation else 0.0
            inside = part.law.pressure(m, volume, active, scope)
            pressures[part.name] = inside + outer[part.outside] if part.outside else inside
        return pressures, outer

    def _around(self, pressures: Mapping[str, Any]) -> dict[str, Any]:
        """What presses on every compartment from outside."""
        return {part.name: pressures.get(part.outside, 0.0) for part in self.compartments}

    def _carried(self, name: str, s: Mapping[str, Any]) -> Any:
        """What vessels and valves bring into a compartment with inertia, less what they take, mL/s.

        Pumps are left out: their flow is too smooth to stretch a wall within its tau.
        """
        net: Any = 0.0
        for edge in self.edges:
            if edge.inertial and not edge.switch:
                net = net - s[edge.name] if name in edge.inlets else net
                net = net + s[edge.name] if name in edge.outlets else net
        return net


def _mixed(pressures: Mapping[str, Any], ends: tuple[str, ...], p: Scope, way: str) -> Any:
    """The pressure an edge feels on one side: that of its compartment, or their weighted mean."""
    if len(ends) == 1:
        return pressures[ends[0]]
    return sum((p[f"{way}_{end}"] * pressures[end] for end in ends[1:]),
               p[f"{way}_{ends[0]}"] * pressures[ends[0]])  # fmt: skip


def _share(flow: Any, ends: tuple[str, ...], p: Scope, way: str, end: str) -> Any:
    return flow if len(ends) == 1 else flow * p[f"{way}_{end}"]
