"""Classes that a clinician assigns: the levels, their modifiers, and a guide beside them.

Such a class is never inferred. Values given beside it only tell which of the published descriptors
they meet, so that who assigns it sees them next to each other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain, combinations

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores.about import About
from afterload.scores.definition import Rule, tests_of


@dataclass(frozen=True, slots=True)
class Descriptor:
    """What a level typically looks like, in one respect.

    Args:
        domain: The respect: "exam", "biochemistry", "haemodynamics" ...
        text: The descriptor, in words.
        source: Where it stands.
        rule: What values meet it; None where a clinician must look or judge.
        aside: Whether it is told for information, and nothing is to be judged.
    """

    domain: str
    text: str
    source: Source
    rule: Rule | None = None
    aside: bool = False


@dataclass(frozen=True, slots=True)
class Level:
    """One class.

    Args:
        name: Its name in results: "C", "3".
        label: What it is called.
        text: Its definition; empty where the descriptors are all there is.
        value: Its number as a total.
        code: The value of the input that names it.
        source: Where it stands.
        descriptors: What it typically looks like.
    """

    name: str
    label: str
    text: str
    value: float
    code: float
    source: Source
    descriptors: tuple[Descriptor, ...] = ()


@dataclass(frozen=True, slots=True)
class Modifier:
    """A letter added to a class.

    Args:
        name: The letter or letters: "A", "TCS".
        label: What it is called.
        text: When it is added.
        levels: Names of the classes it may be added to.
        source: Where it stands.
        refusal: Why it may not be added to another class, as the end of a sentence.
        remarks: Classes to which it is added rarely or on a condition: what to say then.
    """

    name: str
    label: str
    text: str
    levels: tuple[str, ...]
    source: Source
    refusal: str = ""
    remarks: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Exclusion:
    """Two modifiers that contradict each other.

    Args:
        modifiers: Their names.
        text: Why, as a sentence.
        source: Where that stands.
    """

    modifiers: frozenset[str]
    text: str
    source: Source


@dataclass(frozen=True, slots=True, eq=False)
class Assigned:
    """A class that a clinician assigns.

    Args:
        about: Name, origin and reach.
        variable: The input that holds the class.
        levels: Its classes, from the lowest number to the highest.
        noun: What a class is called: "stage", "profile".
        modifiers: What may be added to it.
        marked: The input that holds the modifiers: a yes/no input where there is one modifier,
            else one that names several of them, or "none".
        joint: What stands between the class and its modifiers, "CA" or "1-TCS".
        exclusions: Modifiers that cannot stand together.
    """

    about: About
    variable: str
    levels: tuple[Level, ...]
    noun: str
    modifiers: tuple[Modifier, ...] = ()
    marked: str = ""
    joint: str = ""
    exclusions: tuple[Exclusion, ...] = ()
    names: tuple[str, ...] = field(init=False)
    """Every legal class with its modifiers, the classes alone first."""

    def __post_init__(self) -> None:
        found = [name_of(self, level, told) for told, level in legal(self)]
        object.__setattr__(self, "names", tuple(found))
        assert len(set(found)) == len(found) <= 32, "classes are kept as bits"
        known = {level.name for level in self.levels}
        assert all(known >= set(modifier.levels) for modifier in self.modifiers)
        codes = [level.code for level in self.levels]
        assert codes == sorted(set(codes)), "classes stand in the order of their codes"


def input_names(score: Assigned) -> Iterator[str]:
    """The class, its modifiers, and what the descriptors are read from (some twice)."""
    yield score.variable
    if score.marked:
        yield score.marked
    for level in score.levels:
        for descriptor in level.descriptors:
            if descriptor.rule is not None:
                yield from (test.variable for test in tests_of(descriptor.rule))


def name_of(score: Assigned, level: Level, told: tuple[Modifier, ...]) -> str:
    """A class with its modifiers: "CA", "3-TCS"."""
    return score.joint.join((level.name, *(modifier.name for modifier in told)))


def apart(score: Assigned, value: object) -> tuple[Level, tuple[Modifier, ...]] | None:
    """A class and its modifiers told in one word, "1-TCS" or "CA"; None for any other value.

    Whether they go together is not looked at here.
    """
    if not score.modifiers or not isinstance(value, str):
        return None
    for size in range(1, len(score.modifiers) + 1):
        for told in combinations(score.modifiers, size):
            for level in score.levels:
                if _plain(name_of(score, level, told)) == _plain(value):
                    return level, told
    return None


def _plain(word: str) -> str:
    return "".join(letter for letter in word.lower() if letter.isalnum())


def legal(score: Assigned) -> Iterator[tuple[tuple[Modifier, ...], Level]]:
    """Every set of modifiers with every class it may be added to."""
    sizes = range(len(score.modifiers) + 1)
    for told in chain.from_iterable(combinations(score.modifiers, size) for size in sizes):
        if clash(score, told) is None:
            for level in score.levels:
                if all(level.name in modifier.levels for modifier in told):
                    yield told, level


def clash(score: Assigned, told: tuple[Modifier, ...]) -> Exclusion | None:
    """The exclusion that some modifiers run into."""
    names = {modifier.name for modifier in told}
    return next((e for e in score.exclusions if e.modifiers <= names), None)


def told_modifiers(
    score: Assigned, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[Modifier, ...] | None:
    """The modifiers told, in the score's order; None while nobody told whether there are any.

    Raises:
        InputError: "none" is told together with a modifier.
    """
    if score.marked not in known:
        return None if score.marked else ()
    code = int(known[score.marked])
    variable = variables[score.marked]
    if variable.kind == "bool":
        return score.modifiers if code else ()
    named = {level.lower() for bit, level in enumerate(variable.levels) if code >> bit & 1}
    if "none" in named and len(named) > 1:
        raise InputError(
            f"{score.marked} is none and {', '.join(sorted(named - {'none'})).upper()} at once. "
            "Give none by itself, or the modifiers that apply."
        )
    return tuple(modifier for modifier in score.modifiers if modifier.name.lower() in named)


def level_of(score: Assigned, known: Mapping[str, float]) -> Level | None:
    """The class assigned; None while there is none."""
    code = known.get(score.variable)
    return next((level for level in score.levels if level.code == code), None)


def possible(
    score: Assigned, variables: Mapping[str, Variable], known: Mapping[str, float]
) -> tuple[Level, ...]:
    """The classes that can be: the one assigned, or all that the modifiers told may be added to.

    Raises:
        InputError: A modifier may not be added to the class, or two contradict each other.
    """
    told = told_modifiers(score, variables, known) or ()
    if (found := clash(score, told)) is not None:
        raise InputError(found.text)
    level = level_of(score, known)
    allowed = [one for one in score.levels if all(one.name in modifier.levels for modifier in told)]
    if level is None:
        return tuple(allowed)
    for modifier in told:
        if level.name not in modifier.levels:
            raise InputError(
                f"{score.about.title}: modifier {modifier.name} cannot go with {score.noun} "
                f"{level.name}: {modifier.refusal}. It goes with {', '.join(modifier.levels)}."
            )
    return (level,)
