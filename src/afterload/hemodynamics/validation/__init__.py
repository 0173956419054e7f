"""What studies measured, and the phenotypes it is simulated in: the validation table as data."""

from __future__ import annotations

from afterload.hemodynamics.validation.measured import HOW, Measured
from afterload.hemodynamics.validation.phenotype import Goal, Phenotype, build
from afterload.hemodynamics.validation.phenotypes import PHENOTYPES
from afterload.hemodynamics.validation.row import Outcome, Row, Study
from afterload.hemodynamics.validation.rows import ROWS
from afterload.hemodynamics.validation.studies import STUDIES

__all__ = [
    "HOW",
    "PHENOTYPES",
    "ROWS",
    "STUDIES",
    "Goal",
    "Measured",
    "Outcome",
    "Phenotype",
    "Row",
    "Study",
    "build",
]
