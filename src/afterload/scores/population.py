"""Warnings for patients a score was not made in: ECMO for the lungs, resuscitation, heart surgery.

A score still gives its total: whether the patient is one of its population is for the reader to
judge. Each warning says what the population was, and how surely that is known.
"""

from __future__ import annotations

from dataclasses import replace

from afterload.core.source import Source
from afterload.scores.about import Caution


def veno_venous(title: str, made_in: str, source: Source) -> Caution:
    """For a score of cardiogenic shock when the ECMO is veno-venous.

    Args:
        title: The score's name.
        made_in: Whom it was made in.
        source: Where that stands.
    """
    text = f"{title} was made in {made_in}; VV-ECMO supports the lungs, another population."
    return Caution(text, source, "ecmo_mode", levels=("vv",))


def resuscitation(text: str, source: Source) -> Caution:
    """When support was started during resuscitation (ECPR)."""
    return Caution(text, source, "ecpr", 1, 1)


def heart_surgery(text: str, source: Source) -> tuple[Caution, Caution]:
    """When support followed heart surgery, told as such or by the class of shock."""
    return (
        Caution(text, source, "postcardiotomy", 1, 1),
        Caution(text, source, "shock_class", levels=("postcardiotomy",)),
    )


def unknown(source: Source) -> Source:
    """The same publication for what could not be read in it."""
    return replace(source, place="who was left out", confidence="U", note="Not seen.")


def remembered(source: Source) -> Source:
    """The same publication for what is from memory."""
    return replace(source, place="who was left out", confidence="M", note="From memory.")
