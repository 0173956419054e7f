"""The closed loop that gases go round in, and the steady state in it.

In every place contents balance exactly: a linear system, given what leaves the native and the
membrane lung. What leaves them depends on what enters; the four contents that enter are found by
Newton's method.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from afterload.core.errors import InputError, NoConvergence
from afterload.hemodynamics.blood import Blood, Sample, at_pressures
from afterload.hemodynamics.lung import WARM, Lung, capillary, ventilated
from afterload.hemodynamics.membrane import AIM, Membrane, outlet, sweep_of
from afterload.hemodynamics.mixing import CORONARIES, LUNG, MEMBRANE, OUTLETS
from afterload.hemodynamics.network import Network

Array = NDArray[np.float64]
T = TypeVar("T", Blood, Membrane, Sample)


class Loop:
    """The closed loop of n patients: what is known of it before any gas is.

    The heart asks for what its work takes, the same share of what each coronary artery brings:
    vessels open where more is used. All else asks for its share of the uptake at rest.

    If the lung is rested, an ECLS has its ventilation turned down to keep the alveoli's PCO2.
    It remembers which tissue is short of oxygen (`limited`), the inverse that goes with it, and the
    pressures found last, to begin from.
    """

    def __init__(
        self,
        network: Network,
        told: Mapping[str, Array],
        membrane: Membrane,
        heart: Array,
        rested: bool = False,
    ) -> None:
        self.network, self.n = network, network.flows.shape[1]
        self.blood = Blood(told["blood.hb"], told["blood.base_excess"], told["blood.temperature"])
        self.through_lung = np.maximum(network.flow(LUNG), 0.0)
        self.membrane, self.through_membrane = membrane, np.abs(network.flow(MEMBRANE))
        self.exchanging = (
            np.isfinite(membrane.rated) & (self.through_membrane > 0) & ~(membrane.sweep <= 0)
        )
        self.alveolar = 1 - told["lung.dead_space"]
        ventilation = told["lung.minute_ventilation"] * self.alveolar * 1000.0 / 60.0
        least = np.where(rested & self.exchanging, AIM, 0.0)
        self.lung = Lung(
            ventilation, told["lung.fio2"], told["lung.shunt"], told["air.pressure"], least
        )
        total = told["body.vo2"] * told["body.bsa"] / 60.0
        self.rq = told["body.rq"]
        self.heart = heart
        flows = {name: np.maximum(network.flow(name), 0.0) for name in OUTLETS}
        coronary = sum((flows[name] for name in CORONARIES), np.zeros(self.n))
        per_flow = heart / np.maximum(coronary, 1e-12)
        self.demand = {
            name: flows[name] * per_flow if name in CORONARIES else o.oxygen * total * (q > 0)
            for (name, o), q in zip(OUTLETS.items(), flows.values(), strict=True)
        }
        self.most = {
            name: told["heart.extraction" if name in CORONARIES else "body.extraction"]
            for name in OUTLETS
        }
        self.limited = {name: np.zeros(self.n, bool) for name in OUTLETS}
        self.guesses: dict[str, tuple[Array, Array]] = {}
        self.exchangers: dict[str, Array] = {
            LUNG: self.through_lung * (1 - self.lung.shunt),
            MEMBRANE: self.through_membrane * self.exchanging,
        }
        self.passing: dict[str, Array] = {
            LUNG: self.lung.shunt,
            MEMBRANE: np.where(self.exchanging, 0.0, 1.0),
        }
        self.ends = [network.upstream(name) for name in (LUNG, MEMBRANE)]
        self.tails = {name: network.upstream(name) for name in OUTLETS}
        self.carbon_inverse: Array = np.asarray(np.linalg.inv(network.matrix(self.passing)))
        self.oxygen_inverse = self._inverse()

    def _inverse(self) -> Array:
        kept = {k: np.where(x, 1 - self.most[k], 1.0) for k, x in self.limited.items()}
        return np.asarray(np.linalg.inv(self.network.matrix({**self.passing, **kept})))

    def enters(self, contents: Array) -> Array:
        """Contents that enter the native and the membrane lung, shape (2, n)."""
        lanes = np.arange(self.n)
        return np.stack([contents[lanes, end] for end in self.ends])

    def response(self, inverse: Array) -> Array:
        """What enters the lungs per content that leaves them, shape (2 in, 2 out, n)."""
        columns = [
            self.enters(_apply(inverse, self.network.into({name: flow})))
            for name, flow in self.exchangers.items()
        ]
        return np.stack(columns, axis=1)

    def oxygen(self, left: Array) -> Array:
        """Oxygen content of every place, shape (n, places).

        Tissue takes what it asks for, or, if that is more than it can, its share of what comes.
        """
        gains = {name: flow * x for (name, flow), x in zip(self.exchangers.items(), left,
                                                            strict=True)}  # fmt: skip
        for _ in range(2 * len(OUTLETS)):
            losses = {k: -np.where(self.limited[k], 0.0, self.demand[k]) for k in OUTLETS}
            found = _apply(self.oxygen_inverse, self.network.into({**gains, **losses}))
            short = {k: self.demand[k] > self.most[k] * self.brought(k, found) for k in OUTLETS}
            if all((short[k] == self.limited[k]).all() for k in OUTLETS):
                break
            self.limited = short
            self.oxygen_inverse = self._inverse()
        return found

    def brought(self, name: str, contents: Array) -> Array:
        """What of a gas comes to an outlet, mL/s."""
        found = self.network.flow(name) * contents[np.arange(self.n), self.tails[name]]
        return np.asarray(np.maximum(found, 0.0))

    def uses(self, oxygen: Array) -> dict[str, Array]:
        """Oxygen that the tissue behind every outlet takes, mL/s."""
        return {
            k: np.where(self.limited[k], self.most[k] * self.brought(k, oxygen), self.demand[k])
            for k in OUTLETS
        }

    def carbon(self, left: Array, used: Mapping[str, Array]) -> Array:
        """Carbon dioxide content of every place, shape (n, places)."""
        gains = {name: flow * x for (name, flow), x in zip(self.exchangers.items(), left,
                                                            strict=True)}  # fmt: skip
        given = {k: self.rq * x for k, x in used.items()}
        return _apply(self.carbon_inverse, self.network.into({**gains, **given}))

    def exchange(self, inlets: Array) -> tuple[Sample, Sample]:
        """Blood that has met the alveoli, and blood behind the membrane lung (NaN without one).

        Args:
            inlets: Contents that enter: shape (gas, lung, n).
        """
        (held, drained), (carried, drained_carbon) = inlets
        met = capillary(
            self.lung, self.blood, self.through_lung, held, carried, self.guesses.get(LUNG)
        )
        self.guesses[LUNG] = met.po2, met.pco2
        on = self.exchanging
        if not on.any():
            return met, _nowhere(self.n)
        there = outlet(
            _taken(self.membrane, on), _taken(self.blood, on), self.through_membrane[on],
            drained[on], drained_carbon[on], self.guesses.get(MEMBRANE),
        )  # fmt: skip
        self.guesses[MEMBRANE] = there.po2, there.pco2
        return met, _spread(there, on)

    def ventilation(self, met: Sample, carried: Array) -> Array:
        """Minute ventilation, mL/s, with which blood has met the alveoli."""
        output = WARM * self.exchangers[LUNG] * (carried - met.carbon)
        return ventilated(self.lung, output, met.pco2) / self.alveolar

    def sweep(self, there: Sample, held: Array, carried: Array) -> Array:
        """Flow of the sweep gas, mL/s, with which blood has left the membrane lung."""
        found, on = np.where(self.membrane.sweep <= 0, 0.0, np.nan), self.exchanging
        if on.any():
            found[on] = sweep_of(
                _taken(self.membrane, on), _taken(self.blood, on), self.through_membrane[on],
                held[on], carried[on], _taken(there, on),
            )  # fmt: skip
        return found


def _apply(inverse: Array, amounts: Array) -> Array:
    return np.asarray((inverse @ amounts[..., None])[..., 0])


def _nowhere(n: int) -> Sample:
    return Sample(*(np.full(n, np.nan) for _ in fields(Sample)))


def _spread(sample: Sample, on: NDArray[np.bool_]) -> Sample:
    """Some lanes among all."""
    whole = _nowhere(len(on))
    for field in fields(Sample):
        getattr(whole, field.name)[on] = getattr(sample, field.name)
    return whole


def _taken(whole: T, on: NDArray[np.bool_]) -> T:
    return type(whole)(*(getattr(whole, f.name)[on] for f in fields(whole)))


def check_way_out(loop: Loop, told: Mapping[str, Array]) -> None:
    """Carbon dioxide has a way out."""
    by_lung = (loop.lung.ventilation > 0) & (loop.through_lung > 0) & (loop.lung.shunt < 1)
    stuck = ~(by_lung | loop.exchanging)
    if stuck.any():
        lane = int(stuck.argmax())
        raise InputError(
            f"Carbon dioxide has no way out of patient {lane}: no blood meets a ventilated lung or "
            f"a membrane lung with sweep gas (minute ventilation "
            f"{told['lung.minute_ventilation'][lane]:g} L/min, pulmonary flow "
            f"{0.06 * loop.through_lung[lane]:.2g} L/min). Check both."
        )


CLOSE = 1e-11
"""Difference in content, mL per mL, between what enters a lung and what comes round."""

NEAR = 1e-4
"""Difference below which the slopes found before are good enough."""

FINE = 1e-9
"""Difference below which rounding may make it larger."""

FAR = 0.1
"""The most that a content is changed by at once, mL per mL."""

SHORTER = 0.3
"""By what a step is shortened that led away."""

TWICE = 2
"""How often, until it is taken all the same: beyond a kink the way may lead over a hill."""

NUDGE = 1e-6
"""Change of a content to find what a lung makes of it, mL per mL."""

MOST_ROUNDS = 60


def settle(loop: Loop) -> Array:
    """Contents that enter the native and the membrane lung, shape (gas, lung, n).

    A step that leads farther away is taken back and shortened, twice at most: ventilation and sweep
    that are set for a PCO2 have ends, and tissue a limit, and there what comes round has a kink.
    """
    inlets = _venous(loop)
    here, step, slopes = inlets, np.zeros_like(inlets), None
    before, shortened = np.full(loop.n, np.inf), np.zeros(loop.n, int)
    for _ in range(MOST_ROUNDS):
        base = leaves(loop, inlets)
        gap = _gap(loop, inlets, base)
        if (np.abs(gap) < CLOSE).all():
            return inlets
        wide = np.abs(gap).max(axis=(0, 1))
        away = (wide > np.maximum(before, FINE)) & (shortened < TWICE)
        shortened = np.where(away, shortened + 1, 0)
        here, before = np.where(away, here, inlets), np.where(away, before, wide)
        if slopes is None:
            slopes = _slopes(loop, inlets, base)
        elif (wide[~away] > NEAR).any():
            slopes = np.where(away, slopes, _slopes(loop, inlets, base))
        step = np.where(away, SHORTER * step, np.clip(_step(gap, slopes), -FAR, FAR))
        inlets = np.clip(here + step, here / 3, here * 3)
    lane = int(np.abs(gap).max(axis=(0, 1)).argmax())
    raise NoConvergence(
        f"No steady state of the blood gases was found for patient {lane} (of {loop.n}). Check "
        "minute ventilation, sweep gas, FiO2 and the oxygen uptake: one of the gases may have no "
        "balance."
    )


def _venous(loop: Loop) -> Array:
    """Contents to begin with: blood with more carbon dioxide than sweep and ventilation aim at."""
    full = np.ones(loop.n)
    begin = at_pressures(loop.blood, 40.0 * full, (AIM + 8.0) * full)
    return np.stack([np.stack([x, x]) for x in (begin.oxygen, begin.carbon)])


def _gap(loop: Loop, inlets: Array, base: Array) -> Array:
    """What comes round less what went in, shape (gas, lung, n)."""
    oxygen = loop.oxygen(base[0])
    carbon = loop.carbon(base[1], loop.uses(oxygen))
    came = np.stack([loop.enters(oxygen), loop.enters(carbon)])
    return np.where(_present(loop), came - inlets, 0.0)


def _slopes(loop: Loop, inlets: Array, base: Array) -> Array:
    """How what comes round changes with what goes in, shape (gas, lung, gas, lung, n)."""
    responses = [loop.response(loop.oxygen_inverse), loop.response(loop.carbon_inverse)]
    slopes = np.zeros((2, 2, 2, 2, loop.n))
    for gas in (0, 1):
        nudged = inlets.copy()
        nudged[gas] += NUDGE
        makes = (leaves(loop, nudged) - base) / NUDGE
        for out in (0, 1):
            slopes[out, :, gas, :] = responses[out] * makes[out][None]
    return slopes


def _present(loop: Loop) -> Array:
    return np.stack([np.ones(loop.n, bool), loop.exchanging])[None]


def leaves(loop: Loop, inlets: Array) -> Array:
    """Contents that leave the native and the membrane lung, shape (gas, lung, n)."""
    met, there = loop.exchange(inlets)
    return np.nan_to_num(
        np.stack([[met.oxygen, there.oxygen], [met.carbon, there.carbon]]), nan=0.0
    )


def _step(gap: Array, slopes: Array) -> Array:
    """One Newton step."""
    n = gap.shape[-1]
    matrix = np.eye(4) - np.moveaxis(slopes.reshape(4, 4, n), -1, 0)
    found = np.linalg.solve(matrix, gap.reshape(4, n).T[..., None])[..., 0]
    return np.asarray(found.T.reshape(2, 2, n))
