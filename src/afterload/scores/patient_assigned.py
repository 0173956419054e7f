"""One patient's assigned class, with its modifiers and the descriptors beside it."""

from __future__ import annotations

from collections.abc import Iterator

from afterload.scores.assigned import (
    Assigned,
    Descriptor,
    Level,
    Modifier,
    level_of,
    name_of,
    possible,
    told_modifiers,
)
from afterload.scores.definition import tests_of, verdict
from afterload.scores.inputs import Patient
from afterload.scores.tally import Line, Outcome

MEETS = {(True, True): "met", (False, False): "not met"}
"""What values say of a descriptor; anything else leaves it open."""


def attained(score: Assigned, patient: Patient) -> tuple[float, float]:
    """The number of the class assigned, or of the lowest and highest that can be.

    Raises:
        InputError: A modifier may not be added to the class, or two contradict each other.
    """
    levels = possible(score, patient.variables, patient.known)
    return levels[0].value, levels[-1].value


def lines(score: Assigned, patient: Patient) -> tuple[Line, ...]:
    """The class, its modifiers, and the descriptors of the class assigned."""
    level = level_of(score, patient.known)
    found = [_class_line(score, level, patient)]
    found += [_modifier_line(score, modifier, patient) for modifier in score.modifiers]
    if level is not None:
        found += _descriptor_lines(level, patient)
    return tuple(found)


def classes(
    score: Assigned, patient: Patient, reach: tuple[float, float]
) -> list[tuple[str, Outcome | None]]:
    """The class with the modifiers told, or every one that can be."""
    del reach
    told = told_modifiers(score, patient.variables, patient.known) or ()
    levels = possible(score, patient.variables, patient.known)
    return [(name_of(score, level, told), None) for level in levels]


def edges(score: Assigned, patient: Patient, name: str) -> set[float]:
    """The values of the input that holds the class; no other changes it."""
    del patient
    return {level.code for level in score.levels} if name == score.variable else set()


def warnings(score: Assigned, patient: Patient) -> list[str]:
    """That a clinician must assign the class, and what there is to say of its modifiers."""
    found = []
    level = level_of(score, patient.known)
    told = told_modifiers(score, patient.variables, patient.known)
    if level is None:
        found.append(
            f"A clinician must assign the {score.noun}: it is not worked out from numbers. "
            f"Give {score.variable}; `afterload score {score.about.name}` prints the guide."
        )
    for modifier in told or ():
        found += [text for name, text in modifier.remarks if level and name == level.name]
    if told is None:
        names = ", ".join(modifier.name for modifier in score.modifiers)
        many = "modifiers" if len(score.modifiers) > 1 else "modifier"
        found.append(f"Whether the {many} {names} applies is not told: give {score.marked}.")
    return found


def _class_line(score: Assigned, level: Level | None, patient: Patient) -> Line:
    levels = possible(score, patient.variables, patient.known)
    return Line(
        name=score.variable,
        label=f"{score.noun.capitalize()} assigned by a clinician"
        + (f": {level.name}, {level.label}" if level else ""),
        given=patient.told((score.variable,)),
        low=levels[0].value,
        high=levels[-1].value,
        band="not assigned" if level is None else level.name,
        wants=(score.variable,) if level is None else (),
        source=(level or score.levels[0]).source,
    )


def _modifier_line(score: Assigned, modifier: Modifier, patient: Patient) -> Line:
    told = told_modifiers(score, patient.variables, patient.known)
    here = told is not None and modifier in told
    return Line(
        name=f"modifier {modifier.name}",
        label=f"Modifier {modifier.name}, {modifier.label}",
        given=patient.told((score.marked,)),
        low=float(here),
        high=float(here or told is None),
        band="not told" if told is None else "yes" if here else "no",
        wants=(score.marked,) if told is None else (),
        source=modifier.source,
    )


def _descriptor_lines(level: Level, patient: Patient) -> Iterator[Line]:
    if level.text:
        text = Descriptor("definition", level.text, level.source)
        yield _descriptor_line(f"{level.name} definition", text, patient)
    for place, descriptor in enumerate(level.descriptors, 1):
        yield _descriptor_line(f"{level.name} {descriptor.domain} {place}", descriptor, patient)


def _descriptor_line(name: str, descriptor: Descriptor, patient: Patient) -> Line:
    """A descriptor beside the values; it asks for none, since none decides."""
    names: tuple[str, ...] = ()
    said = (False, True)
    if descriptor.rule is not None:
        names = tuple(dict.fromkeys(test.variable for test in tests_of(descriptor.rule)))
        said = verdict(descriptor.rule, patient.variables, patient.known)
    given = patient.told(names)
    open_ = ("open" if given else "no value") if names else "to be judged"
    return Line(
        name=name,
        label=f"Guide, {descriptor.domain}: {descriptor.text}",
        given=given,
        low=float(said[0]),
        high=float(said[1]),
        band="" if descriptor.aside else MEETS.get(said, open_),
        wants=(),
        source=descriptor.source,
    )
