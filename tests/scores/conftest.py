"""A staging made up for the tests."""

from __future__ import annotations

import pytest

from afterload.core.source import Source
from afterload.core.variable import Variable
from afterload.scores import Staging
from afterload.scores.about import About
from afterload.scores.derive import Test
from afterload.scores.staging import Stage

SOURCE = Source("Toy et al. 2020", place="figure 1", confidence="M")


@pytest.fixture(scope="session")
def toy_staging() -> Staging:
    """C: lactate > 5 or (sbp < 90 and two drugs or more); B: sbp < 90 or lactate > 2; A: else."""
    hypotension = Test("sbp", high=90, high_closed=False)
    return Staging(
        About(
            "toy",
            "Toy stage",
            "A toy.",
            "1.0",
            SOURCE,
            declares=(Variable("n_drugs", "Vasoactive drugs", kind="int", low=0, high=10),),
        ),
        (
            Stage("A", "at risk", ((),), SOURCE, 0.1),
            Stage(
                "B", "beginning", ((hypotension,), (Test("lactate", 2, low_closed=False),)), SOURCE
            ),
            Stage(
                "C",
                "classic",
                (
                    (Test("lactate", 5, low_closed=False),),
                    (hypotension, Test("n_drugs", 2)),
                ),
                SOURCE,
                0.5,
            ),
        ),
        measure="mortality",
        horizon="hospital discharge",
    )
