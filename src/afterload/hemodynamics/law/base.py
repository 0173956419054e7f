"""What a law is: pressure from volume, flow or its change from pressures; and its parameters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol, runtime_checkable

from afterload.hemodynamics.expr import Maths


@dataclass(frozen=True, slots=True)
class Scope:
    """The parameters of one part of a circuit, under their short names.

    Args:
        name: The part.
        values: All parameters, as "part.parameter".
    """

    name: str
    values: Mapping[str, Any]

    def __getitem__(self, parameter: str) -> Any:
        return self.values[f"{self.name}.{parameter}"]


class PressureLaw(Protocol):
    """How the pressure inside a compartment follows from its volume."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def pressure(self, m: Maths, v: Any, e: Any, p: Scope) -> Any:
        """Transmural pressure, mmHg.

        Args:
            m: The functions to compute with.
            v: Volume, mL.
            e: Activation, 0 (relaxed) to 1; 0 for what does not contract.
            p: The parameters.
        """


@runtime_checkable
class FlowLaw(Protocol):
    """A way without inertia: the flow follows at once from the pressures at its ends."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def flow(self, m: Maths, p_in: Any, p_out: Any, p: Scope) -> Any:
        """Flow from inlet to outlet, mL/s.

        Args:
            m: The functions to compute with.
            p_in, p_out: Pressures at inlet and outlet, mmHg.
            p: The parameters.
        """


class InertialLaw(Protocol):
    """A way with inertia: the flow is a state, and the pressures at its ends change it."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Short names of the parameters it reads."""

    def slope(
        self, m: Maths, p_in: Any, p_out: Any, q: Any, p: Scope, e: Any = 0.0, around: Any = 0.0
    ) -> Any:
        """Change of the flow, mL/s².

        Args:
            m: The functions to compute with.
            p_in, p_out: Pressures at inlet and outlet, mmHg.
            q: The flow, mL/s.
            p: The parameters.
            e: The activation that the way follows, 0 to 1; 0 for one that follows none.
            around: What presses on the inlet from outside, mmHg.
        """
