"""What a clinical variable is. It is declared once and feeds everything else."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Literal

Kind = Literal["num", "int", "calc", "bool", "enum", "multi", "datetime", "id", "text"]
Table = Literal[
    "patient",
    "episode",
    "run",
    "device",
    "observation",
    "complication",
    "outcome",
    "followup",
    "meta",
]
CodeTag = Literal["CONFIRMED", "MEMORY", "NO CODE", "SITE"]

NUMERIC: frozenset[str] = frozenset({"num", "int", "calc"})
CATEGORICAL: frozenset[str] = frozenset({"bool", "enum"})


@dataclass(frozen=True, slots=True)
class UnitForm:
    """One unit a variable can be read in: stored = entered * factor + offset."""

    unit: str
    factor: float
    offset: float = 0.0
    source: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One value an enumerated variable can take."""

    name: str
    label: str
    label_fr: str


@dataclass(frozen=True, slots=True)
class Variable:
    """A clinical variable.

    Args:
        name: Lower-case name; the same in the database, the map, the protocol and the command line.
        label: What it is, in English.
        label_fr: What it is, in French.
        kind: What values it takes. `calc` is a number computed by afterload, never typed over.
        unit: The one unit it is stored in (UCUM), empty if it has none.
        low, high: Hard range, inclusive: the database refuses what lies outside.
        soft_low, soft_high: Usual range, inclusive: what lies outside is asked about.
        when: When it is measured.
        table: The registry table that keeps it; `meta` for what the registry keeps by itself.
        section: Letter and title of its section in the data dictionary.
        level: Whether every site should record it ("core") or some ("extended"), or a site's own.
        codes: LOINC, OMOP, SNOMED ... codes, as text.
        tag: How sure we are of the codes.
        scores: The scores that use it, as text.
        choices: The values an enumerated variable can take, in order.
        aliases: Other names accepted on the command line and by `suggest-map`.
        units: The other units it can be read in.
        identifying: Whether a site's own variable can tell who a patient is; None if not said.
    """

    name: str
    label: str
    label_fr: str = ""
    kind: Kind = "num"
    unit: str = ""
    low: float = -inf
    high: float = inf
    soft_low: float = -inf
    soft_high: float = inf
    when: str = ""
    table: Table = "episode"
    section: str = ""
    level: Literal["core", "extended", "site"] = "core"
    codes: str = ""
    tag: CodeTag = "NO CODE"
    scores: str = ""
    choices: tuple[Choice, ...] = ()
    aliases: tuple[str, ...] = ()
    units: tuple[UnitForm, ...] = ()
    identifying: bool | None = None

    @property
    def is_numeric(self) -> bool:
        """Whether its values are numbers with a unit."""
        return self.kind in NUMERIC

    @property
    def is_categorical(self) -> bool:
        """Whether its values are one of a fixed list."""
        return self.kind in CATEGORICAL

    @property
    def levels(self) -> tuple[str, ...]:
        """The values a categorical variable can take, in order; empty for others."""
        if self.kind == "bool":
            return ("no", "yes")
        return tuple(choice.name for choice in self.choices)

    @property
    def readable_units(self) -> tuple[str, ...]:
        """Every unit it can be read in, its own first."""
        own = (self.unit,) if self.unit else ()
        return own + tuple(form.unit for form in self.units)

    def level_label(self, level: str, language: str = "en") -> str:
        """The label of one of its levels in `language` ("en" or "fr")."""
        if self.kind == "bool":
            return {"fr": {"no": "non", "yes": "oui"}}.get(language, {}).get(level, level)
        for choice in self.choices:
            if choice.name == level:
                return (choice.label_fr or choice.label) if language == "fr" else choice.label
        return level

    def label_in(self, language: str = "en") -> str:
        """Its label in `language` ("en" or "fr")."""
        return (self.label_fr or self.label) if language == "fr" else self.label

    @property
    def unit_label(self) -> str:
        """Its unit as people write it: mmHg, not mm[Hg]."""
        return UNIT_LABELS.get(self.unit, self.unit)


UNIT_LABELS: dict[str, str] = {
    "mm[Hg]": "mmHg",
    "cm[H2O]": "cmH2O",
    "10*9/L": "×10⁹/L",
    "umol/L": "µmol/L",
    "ug/L": "µg/L",
    "ug/kg/min": "µg/kg/min",
    "[pH]": "",
    "1": "",
    "{score}": "",
    "{units}": "units",
    "[IU]/mL": "IU/mL",
    "[IU]/min": "IU/min",
    "Cel": "°C",
    "a": "years",
    "[Ch]": "Fr",
    "mL/min/{1.73_m2}": "mL/min/1.73 m²",
    "kg/m2": "kg/m²",
    "m2": "m²",
    "L/min/m2": "L/min/m²",
    "dyn.s.m2/cm5": "dyn·s·m²/cm⁵",
    "dyn.s/cm5": "dyn·s/cm⁵",
    "[wood'U]": "Wood units",
    "W/m2": "W/m²",
}
"""UCUM units as people write them; units not listed are written as they are."""
