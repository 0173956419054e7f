"""Reading one patient and one heart: what is known, and what the agency's rule fills in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import product

from afterload.core.errors import InputError, UnknownName
from afterload.core.variable import Variable
from afterload.scores.band import Span
from afterload.scores.coeur.ccb import ADULT, URGENCIES, Urgency, possible
from afterload.scores.coeur.ccp import ABO, Abo
from afterload.scores.coeur.icar import Biology, Support, valid
from afterload.scores.coeur.reading import Reading
from afterload.scores.coeur.variables import LABS, variables
from afterload.scores.inputs import as_given, read_value
from afterload.scores.tally import Given

FEMALE = 0.0
"""Place of "female" in the lists of sexes."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is known of a recipient and of a heart.

    Args:
        known: Values in the variables' own units; yes is 1, a category its place in the list.
        given: The same values as people read them.
    """

    known: Mapping[str, float]
    given: Mapping[str, Given]

    def get(self, name: str) -> float | None:
        """The value of an input, or None."""
        return self.known.get(name)

    def span(self, name: str) -> Span:
        """What a number is, or can still be."""
        value, variable = self.get(name), variables()[name]
        return Span(variable.low, variable.high) if value is None else Span(value, value)

    def answers(self, name: str) -> tuple[bool, ...]:
        """No, yes, or both."""
        value = self.get(name)
        return (False, True) if value is None else (bool(value),)

    def women(self, name: str) -> tuple[bool, ...]:
        """Whether a sex is female: one answer, or both when it is not known."""
        value = self.get(name)
        return (False, True) if value is None else (value == FEMALE,)

    def days(self, lab: str) -> float | None:
        """The age of a blood test: its own, or that told for all of them."""
        own = self.get(f"{lab}_days")
        return self.get("biology_days") if own is None else own

    def with_value(self, name: str, value: float) -> Case:
        """The same case with one more value known."""
        return Case({**self.known, name: value}, self.given)


def read_case(values: Mapping[str, object], names: Iterable[str]) -> Case:
    """Read one patient's values.

    Args:
        values: Values by name or alias, as `afterload.scores.inputs.read_patient` takes them; a
            blood group may be given without its rhesus.
        names: The inputs that are asked.

    Raises:
        UnknownName: A name is no input of the score.
        UnknownUnit: A value's unit cannot be read for its variable.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read, is given twice, or contradicts another.
    """
    asked = {name: variables()[name] for name in names}
    known: dict[str, float] = {}
    given: dict[str, Given] = {}
    for name, value in values.items():
        variable = _group_alone(_find(asked, name), value, asked)
        code = read_value(variable, value)
        if code is None or (variable.name == "sex" and variable.levels[int(code)] == "unknown"):
            continue
        if variable.name in known:
            raise InputError(f"{variable.name} is given twice, once as {name!r}. Give it once.")
        known[variable.name] = code
        given[variable.name] = as_given(variable, code, value if isinstance(value, str) else "")
    _check(known)
    return Case(known, given)


def _find(asked: Mapping[str, Variable], name: str) -> Variable:
    spoken = {alias: v for v in asked.values() for alias in v.aliases}
    wanted = name.strip().lower()
    if wanted in asked:
        return asked[wanted]
    if wanted in spoken:
        return spoken[wanted]
    raise UnknownName("input of Score Coeur", name, [*asked, *spoken])


def _group_alone(variable: Variable, value: object, asked: Mapping[str, Variable]) -> Variable:
    """The ABO input to read instead when a blood group comes without its rhesus."""
    alone = variable.name == "blood_group" and str(value).strip().lower() in ABO
    return asked["abo_group"] if alone else variable


def _check(known: Mapping[str, float]) -> None:
    """Raise when two values contradict each other."""
    full, alone = known.get("blood_group"), known.get("abo_group")
    if full is not None and alone is not None and _abo_of(full) != ABO[int(alone)]:
        raise InputError("blood_group and abo_group name different groups. Check which is right.")
    age, code = known.get("age_years"), known.get("urgency")
    if age is None or code is None or possible(age >= ADULT, URGENCIES[int(code)]):
        return
    whose = "adults (18 years and over)" if age < ADULT else "children (under 18 years)"
    listing = URGENCIES[int(code)]
    raise InputError(
        f"age_years = {age:g} and urgency = {listing} cannot both be right: {listing.upper()} is "
        f"the expert listing of {whose}. What a child's becomes at 18 years is not known."
    )


def _abo_of(code: float) -> Abo:
    level = variables()["blood_group"].levels[int(code)]
    return next(group for group in ABO if level in (f"{group}_positive", f"{group}_negative"))


def groups(case: Case) -> tuple[Abo, ...]:
    """The recipient's possible ABO groups."""
    full, alone = case.get("blood_group"), case.get("abo_group")
    if full is not None:
        return (_abo_of(full),)
    return ABO if alone is None else (ABO[int(alone)],)


def donor_groups(case: Case) -> tuple[Abo, ...]:
    """The donor's possible ABO groups."""
    value = case.get("donor_abo")
    return ABO if value is None else (ABO[int(value)],)


def urgencies(case: Case, adult: bool) -> tuple[Urgency, ...]:
    """The possible expert listings of an adult, or of a child."""
    value = case.get("urgency")
    told = URGENCIES if value is None else (URGENCIES[int(value)],)
    return tuple(listing for listing in told if possible(adult, listing))


def listings(case: Case, adult: bool, child: bool) -> tuple[Urgency, ...]:
    """The possible expert listings of someone who may be an adult, a child or either."""
    grown = urgencies(case, adult=True) if adult else ()
    return tuple(dict.fromkeys((*grown, *(urgencies(case, adult=False) if child else ()))))


def supports(case: Case) -> tuple[Support, ...]:
    """The possible treatments."""
    both = product(case.answers("total_artificial_heart"), case.answers("biventricular_support"))
    wide = tuple(dict.fromkeys(heart or two for heart, two in both))
    return tuple(
        Support(*treated)
        for treated in product(case.answers("on_ecls"), case.answers("iv_inotropes"), wide)
    )


def todays(case: Case, support: Support, reading: Reading) -> tuple[Biology, ...]:
    """Today's possible tests: one that is not dated may count or have expired."""
    options = [_current(case, lab, support, reading) for lab in LABS]
    dialysed = case.answers("rrt")
    return tuple(
        Biology(ntprobnp, bnp, creatinine, bilirubin, rrt)
        for (ntprobnp, bnp, creatinine, bilirubin) in product(*options)
        for rrt in dialysed
    )


def _current(case: Case, lab: str, support: Support, reading: Reading) -> tuple[float | None, ...]:
    value, days = case.get(lab), case.days(lab)
    if value is None:
        return (None,)
    if days is None:
        return (value, None)
    return (value if valid(days, support, reading) else None,)


def before(case: Case, support: Support) -> tuple[Biology, ...]:
    """The possible tests before support; they are asked on support or inotropes only."""
    if not support.acute:
        return (Biology(),)
    ntprobnp, bnp, creatinine, bilirubin = (case.get(f"{lab}_pre") for lab in LABS)
    return tuple(
        Biology(ntprobnp, bnp, creatinine, bilirubin, rrt) for rrt in case.answers("rrt_pre")
    )
