"""What the bleeding grades ask."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.core.variable import Choice, UnitForm, Variable
from afterload.scores.about import Caution
from afterload.scores.derive import AnyOf, Equation, Test
from afterload.scores.staging import Quantity
from afterload.scores.support import SOURCE as DEVICE_SOURCE

MEMORY = Source(
    "General knowledge on the bleeding grades", place="no page was opened", confidence="M"
)


def yes_no(name: str, label: str, label_fr: str) -> Variable:
    """A yes/no input of a grade."""
    return Variable(name, label, label_fr, kind="bool")


BLEEDING = Variable(
    "bleeding",
    "Bleeding",
    "Saignement",
    kind="enum",
    choices=(
        Choice("none", "None", "Aucun"),
        Choice("occult", "Bleeding that is not overt", "Saignement non extériorisé"),
        Choice("overt", "Overt bleeding", "Saignement extériorisé"),
    ),
)
ANY = Test("bleeding", levels=("occult", "overt"))
OVERT = Test("bleeding", levels=("overt",))
UNITS = Variable(
    "rbc_units",
    "Red-cell units transfused for the bleeding",
    "Culots globulaires transfusés pour le saignement",
    kind="int",
    unit="{units}",
    low=0,
    high=200,
    soft_low=0,
    soft_high=12,
)
INTRACRANIAL = yes_no(
    "bleed_intracranial",
    "Intracranial or intraspinal bleeding (no microbleeds, no haemorrhagic transformation)",
    "Hémorragie intracrânienne ou intrarachidienne (hors microsaignements et transformation "
    "hémorragique)",
)
INTRACRANIAL_WAY = Quantity(
    "bleed_intracranial",
    AnyOf((Test("bleed_site", levels=("intracranial",)),), "bleed_site"),
    note="Intracranial was read from bleed_site, which does not tell microbleeds and haemorrhagic "
    "transformation: these do not count.",
)

HB_FORMS = (
    UnitForm("g/dL", 10.0, source="data_standards 2.13"),
    UnitForm("mmol/L", 16.114, source="molar mass of one haemoglobin chain with its haem"),
)


def _hb(name: str, label: str, label_fr: str) -> Variable:
    return Variable(
        name,
        label,
        label_fr,
        unit="g/L",
        low=20,
        high=250,
        soft_low=40,
        soft_high=200,
        units=HB_FORMS,
    )


HB_BEFORE = _hb("hb_before", "Haemoglobin before the bleeding", "Hémoglobine avant le saignement")
HB_LOWEST = _hb(
    "hb_lowest", "Lowest haemoglobin of the bleeding", "Hémoglobine la plus basse du saignement"
)
HB_DROP = Variable(
    "hb_drop",
    "Fall of haemoglobin, corrected for transfusion",
    "Baisse de l'hémoglobine, corrigée de la transfusion",
    unit="g/L",
    low=-231,
    high=2231,
    soft_low=-20,
    soft_high=90,
    units=HB_FORMS,
)
HB_DROP_WAY = Quantity(
    "hb_drop",
    Equation(
        "hb_before − hb_lowest + 10 g/L × rbc_units",
        # A hair high, so that 12.3 to 9.3 g/dL reads as 3 and not just below.
        lambda _, x: x["hb_before"] * (1 + 1e-12) - x["hb_lowest"] + 10 * x["rbc_units"],
        rises=("hb_before", "rbc_units"),
        falls=("hb_lowest",),
    ),
    note="The fall of haemoglobin was corrected by 10 g/L for every red-cell unit transfused: this "
    "correction is from general knowledge (M), not yet seen in a source.",
)

UNDER_SUPPORT = (
    Caution(
        "Under VA-ECMO haemoglobin also falls by the circuit's priming and by haemolysis: a fall "
        "alone does not tell a bleeding.",
        DEVICE_SOURCE,
        "support",
        levels=("ecls",),
    ),
    Caution(
        "Under Impella haemoglobin also falls by haemolysis: a fall alone does not tell a "
        "bleeding.",
        DEVICE_SOURCE,
        "support",
        levels=("impella",),
    ),
)
