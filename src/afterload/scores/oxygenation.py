"""PaO2/FiO2 and respiratory support, as the organ-failure scores read them."""

from __future__ import annotations

from afterload.core.source import Source
from afterload.core.variable import UnitForm, Variable
from afterload.scores.band import Band
from afterload.scores.card import Composed, Item
from afterload.scores.derive import AnyOf, Equation, Test

PF_RATIO = Variable(
    "pf_ratio",
    "PaO2/FiO2",
    "PaO2/FiO2",
    unit="mm[Hg]",
    low=10,
    high=3400,
    soft_low=40,
    soft_high=600,
    units=(UnitForm("kPa", 7.500615758456563, source="exact definition"),),
    aliases=("p_f", "pao2_fio2"),
    table="observation",
)
RESPIRATORY_SUPPORT = Variable(
    "resp_support",
    "Respiratory support: invasive ventilation, or CPAP or non-invasive ventilation",
    "Assistance respiratoire : ventilation invasive, CPAP ou ventilation non invasive",
    kind="bool",
    table="observation",
)
NON_INVASIVE = Variable(
    "niv",
    "CPAP or non-invasive ventilation",
    "CPAP ou ventilation non invasive",
    kind="bool",
    aliases=("cpap",),
    table="observation",
)
DECLARES = (PF_RATIO, RESPIRATORY_SUPPORT, NON_INVASIVE)
"""A score that uses `respiration` lists these in `About(declares=...)`."""

RATIO = Equation(
    "100 × PaO2 / FiO2 (%)",
    lambda _, x: 100 * x["po2"] / x["fio2"],
    rises=("po2",),
    falls=("fio2",),
)
SUPPORTED = AnyOf((Test("ventilated", 1, 1), Test("niv", 1, 1)), "ventilated or niv")


def respiration(bands: tuple[Band, ...], without: int, source: Source, definition: str) -> Composed:
    """The respiratory item: points by PaO2/FiO2, no more than `without` unless supported.

    Args:
        bands: Points by PaO2/FiO2, in mmHg.
        without: The most points a patient without respiratory support can have.
        source: Where the numbers stand.
        definition: The rule, as published.
    """
    most = max(band.points for band in bands)
    return Composed(
        "respiration",
        "Respiration",
        (
            Item("pf_ratio", "PaO2/FiO2", bands, source, (RATIO,), ("po2", "fio2")),
            Item(
                "resp_support",
                "Respiratory support",
                (Band(without, high=1), Band(most, low=1)),
                source,
                (SUPPORTED,),
                ("ventilated", "niv"),
                definition="No more points than these without respiratory support.",
            ),
        ),
        source,
        take="least",
        definition=definition,
    )
