"""The scores of several steps. Their steps are read only when one of them is asked."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from afterload.core.vocabulary import standard
from afterload.scores.coeur import coefficient
from afterload.scores.coeur.about import ABOUT, ICAR_ABOUT
from afterload.scores.coeur.variables import ICAR_NAMES, NAMES
from afterload.scores.composite import Composite, Step, Values

if TYPE_CHECKING:
    from afterload.scores.coeur.reach import Reach
    from afterload.scores.coeur.result import Result
    from afterload.scores.tally import Tally


def _own(names: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name for name in names if name not in standard())


def _coeur(values: Values) -> Tally:
    from afterload.scores.coeur.result import coeur_result

    return _told(coeur_result(values))


def _icar(values: Values) -> Tally:
    from afterload.scores.coeur.result import icar_result

    return _told(icar_result(values))


def _told(result: Result) -> Tally:
    return replace(result.tally, unknowns=result.unknowns, applied=result.applied)


def _coeur_reach(values: Values) -> tuple[float, float] | None:
    from afterload.scores.coeur.case import read_case
    from afterload.scores.coeur.reach import reach

    return _total(reach(read_case(values, NAMES)))


def _icar_reach(values: Values) -> tuple[float, float] | None:
    from afterload.scores.coeur.case import read_case
    from afterload.scores.coeur.reach import icar_reach

    case = read_case(values, ICAR_NAMES)
    child = case.span("age_years").high < ICAR_ABOUT.limits[0].low
    return None if child else _total(icar_reach(case))


def _coeur_steps() -> tuple[Step, ...]:
    from afterload.scores.coeur.steps import STEPS

    return STEPS


def _icar_steps() -> tuple[Step, ...]:
    from afterload.scores.coeur.steps import ICAR_STEPS

    return ICAR_STEPS


def _total(found: Reach) -> tuple[float, float]:
    low, high = found.ends["total"]
    return float(low), float(high)


COEUR = Composite(
    ABOUT, NAMES, (*_own(tuple(n for n in NAMES if n not in ICAR_NAMES)), "urgency"), _coeur,
    _coeur_reach, _coeur_steps, coefficient.ALL,
)  # fmt: skip
"""The French heart-allocation score."""

ICAR = Composite(
    ICAR_ABOUT, ICAR_NAMES, _own(ICAR_NAMES), _icar, _icar_reach, _icar_steps, coefficient.OF_INDEX
)
"""Its index of cardiac risk."""

COMPOSITES: tuple[Composite, ...] = (COEUR, ICAR)
"""Every score of several steps."""
