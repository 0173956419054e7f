"""The inputs of the Score Coeur: the vocabulary's, and those declared here."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from types import MappingProxyType

from afterload.core.variable import Choice, UnitForm, Variable
from afterload.core.vocabulary import standard

PEPTIDE_UNITS = (UnitForm("pg/mL", 1.0, source="SI prefix"),)
LABS = ("ntprobnp", "bnp", "creatinine", "bilirubin")
"""The blood tests; each has its age in days, and its value before support."""
TREATMENTS = ("on_ecls", "iv_inotropes", "total_artificial_heart", "biventricular_support")

BNP = Variable(
    "bnp", "BNP", "BNP", unit="ng/L", low=1, high=100_000, units=PEPTIDE_UNITS, table="observation"
)
_GROUPS = tuple(Choice(name, name.upper(), name.upper()) for name in ("o", "a", "b", "ab"))


def _bool(name: str, label: str, label_fr: str, *aliases: str) -> Variable:
    return Variable(name, label, label_fr, "bool", aliases=aliases)


def _days(lab: str, label: str) -> Variable:
    return Variable(
        f"{lab}_days",
        f"Days from {label} to procurement",
        f"Jours entre {label} et le prélèvement",
        "int",
        "d",
        low=0,
        high=3650,
    )


def _months(name: str, label: str, label_fr: str) -> Variable:
    return Variable(name, label, label_fr, unit="mo", low=0, high=240)


URGENCY = Variable(
    "urgency",
    "Expert listing",
    "Composante expert",
    "enum",
    choices=(
        Choice("none", "None", "Aucune"),
        Choice("xpca", "Adult (XPCA)", "Adulte (XPCA)"),
        Choice("xpcp1", "Child, level 1 (XPCP1)", "Enfant, niveau 1 (XPCP1)"),
        Choice("xpcp2", "Child, level 2 (XPCP2)", "Enfant, niveau 2 (XPCP2)"),
    ),
)
OWN = (
    BNP,
    *(
        _days(lab, label)
        for lab, label in zip(LABS, ("NT-proBNP", "BNP", "creatinine", "bilirubin"), strict=True)
    ),
    _days("biology", "the blood tests not dated one by one"),
    _bool("on_ecls", "On ECMO or ECLS (CEC)", "Sous ECMO ou ECLS (CEC)", "cec", "ecmo"),
    _bool("iv_inotropes", "On intravenous inotropes (DRG)", "Inotropes intraveineux (DRG)", "drg"),
    _bool("total_artificial_heart", "Total artificial heart (CAT)", "Cœur artificiel total (CAT)"),
    _bool("biventricular_support", "Biventricular support (SIAV B)", "Assistance biventriculaire"),
    _bool("rrt_pre", "Dialysis before support or inotropes", "Dialyse avant assistance"),
    _bool(
        "valve_or_congenital",
        "Valvular or congenital disease led to listing",
        "Inscription pour maladie valvulaire ou congénitale",
    ),
    Variable(
        "abo_group",
        "Blood group, ABO",
        "Groupe sanguin ABO",
        "enum",
        choices=_GROUPS,
        aliases=("abo",),
    ),
    URGENCY,
    _months("listing_months", "Months on the waiting list", "Mois depuis l'inscription"),
    _months(
        "urgency_months", "Months since the expert listing", "Mois depuis la composante expert"
    ),
    _months(
        "expert_over_months",
        "Months over which the expert listing is granted (0: at once)",
        "Mois d'octroi de la composante expert (0 : immédiat)",
    ),
    Variable(
        "donor_age_years",
        "Age of the donor",
        "Âge du donneur",
        unit="a",
        low=0,
        high=110,
        aliases=("donor_age",),
    ),
    Variable(
        "donor_sex",
        "Sex of the donor",
        "Sexe du donneur",
        "enum",
        choices=(Choice("female", "Female", "Femme"), Choice("male", "Male", "Homme")),
    ),
    Variable("donor_abo", "Blood group of the donor", "Groupe du donneur", "enum", choices=_GROUPS),
    Variable(
        "travel_min",
        "Travel time from procurement to transplantation",
        "Trajet du prélèvement à la greffe",
        unit="min",
        low=0,
        high=1440,
        aliases=("ttlgp", "travel"),
        units=(UnitForm("h", 60.0, source="exact definition"),),
    ),
)
"""Inputs that are no variable of the vocabulary."""


@cache
def declared() -> tuple[Variable, ...]:
    """Every input declared here: our own, and the vocabulary's in a wider reach.

    The vocabulary is one of adults in shock; the score is also for children.
    """
    words = standard()
    height = replace(words["height_cm"], low=40)
    weight = replace(words["weight_kg"], low=2)
    return (
        replace(words["age_years"], low=0),
        height,
        weight,
        *OWN,
        _before(words["ntprobnp"]),
        _before(BNP),
        _before(words["creatinine"]),
        _before(words["bilirubin"]),
        replace(height, name="donor_height_cm", label="Height of the donor", aliases=()),
        replace(weight, name="donor_weight_kg", label="Weight of the donor", aliases=()),
    )


def _before(variable: Variable) -> Variable:
    label = f"{variable.label} before support or inotropes"
    label_fr = f"{variable.label_fr} avant assistance ou inotropes"
    return replace(
        variable, name=f"{variable.name}_pre", label=label, label_fr=label_fr, aliases=()
    )


ICAR_NAMES = (
    *TREATMENTS,
    "age_years",
    "sex",
    "rrt",
    *(name for lab in LABS for name in (lab, f"{lab}_days")),
    "biology_days",
    *(f"{lab}_pre" for lab in LABS),
    "rrt_pre",
)
"""Names of the inputs of the index."""

NAMES = (
    *ICAR_NAMES,
    "urgency",
    "listing_months",
    "urgency_months",
    "expert_over_months",
    "donor_age_years",
    "blood_group",
    "abo_group",
    "donor_abo",
    "height_cm",
    "weight_kg",
    "donor_sex",
    "donor_height_cm",
    "donor_weight_kg",
    "valve_or_congenital",
    "travel_min",
)
"""Names of every input, in the order of the steps."""


def input_names() -> Iterator[str]:
    """Every input, in the order of the steps."""
    return iter(NAMES)


@cache
def variables() -> Mapping[str, Variable]:
    """Every input by name."""
    own = {variable.name: variable for variable in declared()}
    return MappingProxyType({n: own[n] if n in own else standard()[n] for n in NAMES})
