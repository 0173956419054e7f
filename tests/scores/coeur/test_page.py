"""The page on the Score Coeur does what it says, and its figures are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from afterload.scores.coeur.distance import mg
from afterload.scores.coeur.unknowns import LEAST_ASCD

PAGE = Path(__file__).resolve().parents[3] / "docs" / "explanation" / "score-coeur.md"


def test_the_page_runs() -> None:
    text = PAGE.read_text("utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    assert len(blocks) == 1
    exec(compile(blocks[0], str(PAGE), "exec"), {})
    assert f"90 minutes leave {100 * mg(90):.0f} %, 135 minutes {100 * mg(135):.0f} %" in text
    assert f"{LEAST_ASCD:g} or more" in text
