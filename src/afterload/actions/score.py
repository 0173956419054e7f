"""Score one patient: one score, or every score that the values can feed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.core.errors import InputError, UnknownName
from afterload.scores import ALL, Composite, Score, Tally, tally
from afterload.scores.inputs import find, needed, variables_of
from afterload.scores.slots import SLOTS, Slot

if TYPE_CHECKING:
    from afterload.scores.change import Change


Scores = Mapping[str, Score]
"""Scores by name: ours, or ours and some of the user's own."""


@dataclass(frozen=True, slots=True)
class AllScores:
    """Every score that some values can feed.

    Args:
        tallies: The scores that were given at least one of the inputs they need, in our order.
        untouched: Names of the scores that were given none.
        completed: Values worked out from others and given to the scores that ask for them: name,
            value in the variable's own unit, and the inputs it was worked out from.
    """

    tallies: tuple[Tally, ...]
    untouched: tuple[str, ...]
    completed: tuple[tuple[str, float, tuple[str, ...]], ...] = ()


def score(
    name: str,
    values: Mapping[str, object],
    assume: Mapping[str, object] | None = None,
    *,
    among: Scores = ALL,
) -> Tally:
    """Score one patient.

    Args:
        name: The score's name, e.g. "save".
        values: Values by name or alias: numbers in the variable's own unit, texts with a unit
            ("27 mg/dL", "3,5"), yes/no, categories by name. What is left out is missing.
        assume: Values taken for granted where none is known; the result names them.
        among: The scores to choose from; see `with_cards`.

    Returns:
        The total, or the attainable interval where inputs are missing, with its breakdown.

    Raises:
        UnknownName: The score, or an input, does not exist.
        OutOfRange: A value is not possible.
        InputError: A value cannot be read, the values contradict each other, or an input is both
            known and assumed.

    Example:
        >>> score("egfr", {"sex": "female", "age": 60, "creatinine": "1.0 mg/dL"}).total
        64.4950003539451
    """
    return score_with(find_score(name, among), values, assume or {})


def score_with(one: Score, values: Mapping[str, object], assume: Mapping[str, object]) -> Tally:
    """Score one patient with a score at hand; see `score`.

    Raises:
        InputError: As `score`.
    """
    if not assume:
        return tally(one, values)
    assumed = {find(one, name).name: value for name, value in assume.items()}
    known = {given.name for given in tally(one, values).inputs}
    for name in assumed:
        if name in known:
            raise InputError(
                f"{name} is known and cannot be assumed as well. An assumption only stands in for "
                "what is missing: leave one of the two out."
            )
    found = tally(one, {**values, **assumed})
    held = {given.name for given in found.inputs}
    return replace(found, assumed=tuple(name for name in assumed if name in held))


def score_all(
    values: Mapping[str, object],
    assume: Mapping[str, object] | None = None,
    *,
    among: Scores = ALL,
) -> AllScores:
    """Score one patient with every score that the values can feed, each value given once.

    What follows from the values by a formula of the vocabulary (body-mass index, pulse pressure,
    cardiac power), and the eGFR, is worked out for the scores that ask for it and is told.

    Args:
        values: As `score`; a name must be an input of at least one score.
        assume, among: As `score`.

    Raises:
        UnknownName: A name is no input of any score.
        OutOfRange, InputError: As `score`.
    """
    from afterload.actions.score_complete import complete

    assume = assume or {}
    check_names([*values, *assume], among.values())
    completed = complete(values)
    more = {**values, **{name: value for name, value, _ in completed}}
    tallies, untouched = [], []
    for one in among.values():
        mine, taken = for_score(one, more), for_score(one, assume)
        if not feeds(one, (*mine, *taken)):
            untouched.append(one.about.name)
            continue
        tallies.append(score_with(one, mine, taken))
    used = {given.name for found in tallies for given in found.inputs}
    told = tuple(entry for entry in completed if entry[0] in used)
    return AllScores(tuple(tallies), tuple(untouched), told)


def for_score(one: Score, values: Mapping[str, object]) -> dict[str, object]:
    """Those of some values that a score has an input for."""
    return {name: value for name, value in values.items() if name.strip().lower() in spoken(one)}


def feeds(one: Score, names: Iterable[str]) -> bool:
    """Whether some of these inputs can change a score, so that it is worth showing.

    A composite is shown for the inputs that are its own only: nearly every patient has an age and
    a creatinine, and few of them wait for a heart.
    """
    asked = set(one.own if isinstance(one, Composite) else needed(one))
    return any(find(one, name).name in asked for name in names)


def spoken(one: Score) -> frozenset[str]:
    """Every word that names an input of a score."""
    variables = variables_of(one)
    return frozenset(variables) | {alias for v in variables.values() for alias in v.aliases}


def check_names(names: Iterable[str], scores: Iterable[Score]) -> None:
    """Make sure that every name is an input of at least one score.

    Raises:
        UnknownName: One is not; the closest are offered.
    """
    words = {word for one in scores for word in spoken(one)}
    for name in names:
        if name.strip().lower() not in words:
            raise UnknownName("input of these scores", name, sorted(words))


def changes(
    name: str,
    values: Mapping[str, object],
    assume: Mapping[str, object] | None = None,
    *,
    among: Scores = ALL,
) -> tuple[Change, ...]:
    """What would change the class of a scored patient, input by input.

    Raises:
        UnknownName, OutOfRange, InputError: As `score`.
    """
    from afterload.scores.change import changes as found

    return found(find_score(name, among), {**values, **(assume or {})})


def changes_of(found: Tally, among: Scores = ALL) -> tuple[Change, ...]:
    """What would change the class of a patient whose score is at hand; see `changes`."""
    from afterload.scores.change import changes as looked_up

    values = {given.name: given.value for given in found.inputs}
    return looked_up(among[found.score], values)


def with_cards(paths: Iterable[Path]) -> Scores:
    """Our scores and those that a user wrote as TOML cards; a card may fill one of our slots.

    Raises:
        InputError: A card is not understood or not sound, or has the name of another score.
    """
    from afterload.scores.toml_card import read_card

    found = dict(ALL)
    for path in paths:
        card = read_card(path)
        name = card.about.name
        if plain(name) in map(plain, found):
            raise InputError(
                f"{path.name}: there is a score {name!r} already. Give the card another name."
            )
        found[name] = card
    return found


def find_score(name: str, among: Scores = ALL) -> Score:
    """The score of that name; "cswg-scai" and "cswg_scai" are one.

    Raises:
        UnknownName: There is none; the closest names are offered.
        InputError: It is a published score that cannot be computed; the message says why.
    """
    wanted = plain(name)
    for own, found in among.items():
        if plain(own) == wanted:
            return found
    for own, slot in SLOTS.items():
        if plain(own) == wanted:
            raise InputError(slot.sentence)
    raise UnknownName("score", name, [*among, *SLOTS])


def plain(name: str) -> str:
    """A score's name as it is compared: in lower case, a hyphen like an underscore."""
    return name.strip().lower().replace("-", "_")


def parse_values(words: Iterable[str]) -> dict[str, str]:
    """Values as typed on a command line, "age=45", "lactate=27mg/dL", by name.

    Raises:
        InputError: A word is not NAME=VALUE, or a name stands twice.
    """
    values: dict[str, str] = {}
    for word in words:
        name, equals, value = word.partition("=")
        if not equals or not name.strip():
            raise InputError(f"{word!r} is not NAME=VALUE, like age=45 or lactate=27mg/dL.")
        if name in values:
            raise InputError(f"{name} is given twice. Give it once.")
        values[name] = value
    return values


def catalogue(among: Scores = ALL) -> tuple[Score | Slot, ...]:
    """Every score there is, and those that wait for their numbers."""
    taken = {plain(name) for name in among}
    return (*among.values(), *(slot for name, slot in SLOTS.items() if plain(name) not in taken))
