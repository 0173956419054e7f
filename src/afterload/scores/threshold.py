"""Cut-offs that publications read an index by, told with the result as what each of them says.

None of them is a class of ours: where sources differ, the reader is told both.
"""

from __future__ import annotations

from math import inf

from afterload.core.source import Confidence, Source
from afterload.scores.about import Caution

SCAI_C = Source(
    "SCAI SHOCK stages as adapted in two reviews (PMC9381657 table 3, PMC11198174 table 2)",
    place="SCAI stage C",
    confidence="C2",
    note="PMC11198174 prints CPO ≥ 0.6 W, a typo for ≤ 0.6. The stages describe; they are not an "
    "algorithm.",
)
MEMORY = Source("General knowledge", place="no page", confidence="M")
SURE: dict[Confidence, str] = {
    "C1": "seen in the paper",
    "C2": "seen in a secondary source",
    "CALC": "by definition",
    "M": "from memory",
    "U": "unknown",
}
"""How sure we are of a cut-off, in few words."""


def cut_off(
    text: str,
    *sources: Source,
    low: float = -inf,
    high: float = inf,
    low_closed: bool = True,
    high_closed: bool = True,
) -> Caution:
    """A warning shown when the result lies in a range, with how sure we are of its cut-offs.

    Args:
        text: What the sources say of such a result, without the full stop.
        sources: Where that stands, in the order of the text.
        low, high, low_closed, high_closed: The range of the result.
    """
    told = "; ".join(f"{source.place}: {SURE[source.confidence]}" for source in sources)
    return Caution(
        f"{text} ({told}).",
        sources[0],
        "total",
        low,
        high,
        low_closed=low_closed,
        high_closed=high_closed,
    )
