"""The French heart-allocation score (Score Coeur) and its index of cardiac risk (ICAR).

`coeur_tally` and `icar_tally` read one patient as every score of the package does. The steps are
pure functions: `icar` (the index), `ccb` (before pairing), `ccp` (pairing), `distance` (travel),
`final` (everything known), `reach` (something missing), `unknowns` (what the rule leaves open).
"""

from afterload.scores.coeur.about import ABOUT, ICAR_ABOUT
from afterload.scores.coeur.final import Donor, Recipient, Score, score
from afterload.scores.coeur.reading import TAKEN, Reading
from afterload.scores.coeur.result import (
    Result,
    coeur_result,
    coeur_tally,
    icar_result,
    icar_tally,
)
from afterload.scores.coeur.rules import Applied
from afterload.scores.coeur.unknowns import Alternative, Unknown
from afterload.scores.coeur.variables import ICAR_NAMES, NAMES, variables

__all__ = [
    "ABOUT",
    "ICAR_ABOUT",
    "ICAR_NAMES",
    "NAMES",
    "TAKEN",
    "Alternative",
    "Applied",
    "Donor",
    "Reading",
    "Recipient",
    "Result",
    "Score",
    "Unknown",
    "coeur_result",
    "coeur_tally",
    "icar_result",
    "icar_tally",
    "score",
    "variables",
]
