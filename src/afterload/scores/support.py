"""Which mechanical support was running, and what each device does to what is measured.

An index written for the unassisted circulation means something else under a pump. A score that
rests on such measurements declares the input `SUPPORT` and says what each device does to it:

    About(
        ...,
        declares=(SUPPORT,),
        cautions=(NONE_AND_A_DEVICE,),
        support=under_support("CPO", "arterial pressure", "cardiac output"),
    )

What is shown then follows the input: one warning per device told, or one that says that `support`
was not told. `check_support` makes sure that the three go together.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from afterload.core.errors import InputError
from afterload.core.source import Source
from afterload.core.variable import Choice, Variable
from afterload.scores.about import About, Caution

Quantity = Literal[
    "arterial pressure",
    "arterial pulse",
    "cardiac output",
    "right atrial pressure",
    "pulmonary pulse",
    "pulmonary pressure",
    "wedge pressure",
    "drugs",
    "lactate",
    "creatinine",
    "bilirubin",
]
"""What a device can change the meaning of."""

SUPPORT = Variable(
    "support",
    "Mechanical support running at the time of the measurements, one or more",
    "Assistance mécanique en cours au moment des mesures, une ou plusieurs",
    kind="multi",
    choices=(
        Choice("ecls", "VA-ECMO (ECLS)", "ECMO-VA (ECLS)"),
        Choice("impella", "Impella, left-sided", "Impella gauche"),
        Choice("iabp", "IABP", "BCPIA"),
        Choice("tandemheart", "TandemHeart", "TandemHeart"),
        Choice("right", "Right-sided pump", "Pompe droite"),
        Choice("other", "Another device", "Autre dispositif"),
        Choice("none", "None", "Aucune"),
    ),
)
"""The input; a score that uses it lists it in `About(declares=...)`."""

SOURCE = Source(
    "General knowledge on measurements under mechanical circulatory support",
    place="no page; scores reference 8.16 asks for a caveat and gives no wording",
    confidence="M",
)

_LEFT_PUMP: Mapping[Quantity, str] = {
    "arterial pressure": "part of the mean arterial pressure is made by the pump",
    "arterial pulse": "a small pulse means that the pump does the work: pulse pressure tells of "
    "what the heart still ejects",
    "cardiac output": "cardiac output is what the heart ejects and what the pump carries together",
    "pulmonary pulse": "emptying the left heart lowers the pulmonary pressures, and more flow "
    "comes back to the right one",
    "pulmonary pressure": "emptying the left heart lowers the pulmonary pressures",
    "wedge pressure": "the wedge pressure is lowered by the pump",
    "drugs": "the dose is what is still needed beside the pump, which it does not count",
    "lactate": "it tells of the flow of heart and pump together, not of the heart's recovery",
    "bilirubin": "haemolysis at the pump raises bilirubin",
}

EFFECTS: Mapping[str, Mapping[Quantity, str]] = {
    "ecls": {
        "arterial pressure": "the mean arterial pressure is largely made by the pump",
        "arterial pulse": "a small pulse means that the pump does the work: pulse pressure tells "
        "of what the heart still ejects",
        "cardiac output": "thermodilution is not valid (the circuit drains the indicator), and "
        "flow through the lungs leaves out the pump's",
        "right atrial pressure": "the right atrial pressure is lowered by the drainage",
        "pulmonary pulse": "little blood reaches the right ventricle, so the pulmonary pulse is "
        "small whatever its strength",
        "pulmonary pressure": "pulmonary pressures follow the drainage as much as the lungs",
        "wedge pressure": "the wedge pressure follows the pump's afterload and any LV vent",
        "drugs": "the dose is what is still needed beside the pump, which it does not count",
        "lactate": "it tells of the flow of heart and pump together, not of the heart's recovery",
        "creatinine": "fluid and renal replacement through the circuit lower creatinine",
        "bilirubin": "haemolysis in the circuit raises bilirubin",
    },
    "impella": _LEFT_PUMP,
    "iabp": {
        "arterial pressure": "the mean arterial pressure includes the balloon's augmentation",
        "arterial pulse": "the balloon moves systolic and diastolic pressure: read it with the "
        "balloon paused or from unassisted beats",
        "drugs": "the dose is what is still needed beside the balloon, which it does not count",
        "lactate": "it tells of the flow of heart and balloon together, not of the heart's "
        "recovery",
    },
    "tandemheart": {
        **_LEFT_PUMP,
        "arterial pressure": "the mean arterial pressure is largely made by the pump",
    },
    "right": {
        "cardiac output": "thermodilution is not valid (the pump takes up the indicator)",
        "right atrial pressure": "the right atrial pressure is lowered by the pump",
        "pulmonary pulse": "steady flow from the pump raises the diastolic and blunts the "
        "pulmonary pulse",
        "pulmonary pressure": "the pulmonary pressures are partly made by the pump",
        "wedge pressure": "the wedge pressure is raised by the pump's flow through the lungs",
        "drugs": "the dose is what is still needed beside the pump, which it does not count",
        "lactate": "it tells of the flow of heart and pump together, not of the heart's recovery",
        "bilirubin": "haemolysis at the pump raises bilirubin",
    },
}
"""For every device, what it does to the meaning of a quantity."""

_UNDER = {
    "ecls": "VA-ECMO",
    "impella": "Impella",
    "iabp": "an IABP",
    "tandemheart": "TandemHeart",
    "right": "a right-sided pump",
}


NONE_AND_A_DEVICE = Caution(
    "support says none and names a device as well: the warnings are those of the device. Check it.",
    SOURCE,
    "support",
    low=2.0 ** SUPPORT.levels.index("none"),
    low_closed=False,
)
"""It makes `support` an input of a score, and shows when the input contradicts itself."""


def under_support(title: str, *quantities: Quantity) -> tuple[Caution, ...]:
    """What an index means under each device, and what to say while no support is told.

    Args:
        title: The index, as people write it.
        quantities: What it rests on.
    """
    told = []
    for device, effects in EFFECTS.items():
        found = dict.fromkeys(effects[name] for name in quantities if name in effects)
        if found:
            text = f"{title} under {_UNDER[device]}: {'; '.join(found)}."
            told.append(Caution(text, SOURCE, "support", levels=(device,)))
    other = f"{title} under another device: what the device does to it is not described here."
    untold = (
        "What it rests on means something else under mechanical support, and which device was "
        f"running is not told: say support={'|'.join(SUPPORT.levels)}, several joined by +."
    )
    return (
        *told,
        Caution(other, SOURCE, "support", levels=("other",)),
        Caution(untold, SOURCE, "support"),
    )


def warnings(about: About, known: Mapping[str, float]) -> list[str]:
    """Those of a score's warnings that the support told, or not told, calls for.

    Args:
        about: The score's account of itself.
        known: One patient's values; `support` is a bit mask of places in its levels.
    """
    if "support" not in known:
        return [caution.text for caution in about.support if not caution.levels]
    mask = int(known["support"])
    running = {level for bit, level in enumerate(SUPPORT.levels) if mask >> bit & 1}
    return [caution.text for caution in about.support if running & set(caution.levels)]


def check_support(about: About) -> None:
    """Make sure that a score which warns by support also asks for it.

    Raises:
        InputError: It does not declare `SUPPORT`, or leaves out `NONE_AND_A_DEVICE`.
    """
    if not about.support:
        return
    if SUPPORT not in about.declares or NONE_AND_A_DEVICE not in about.cautions:
        raise InputError(
            f"{about.title}: a score that warns by support must declare SUPPORT and list "
            "NONE_AND_A_DEVICE among its cautions."
        )
