"""The how-to pages on adding a score do what they say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from afterload.core.errors import InputError
from afterload.scores.toml_card import parse_card

PAGES = Path(__file__).resolve().parents[2] / "docs" / "how-to"
PAGE = PAGES / "add-a-score.md"
PAPER = PAGES / "add-a-score-from-a-paper.md"


def blocks_of(page: Path, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", page.read_text("utf-8"), re.DOTALL)


def test_the_page_runs() -> None:
    blocks = blocks_of(PAGE, "python")
    assert len(blocks) > 1
    for block in blocks:
        exec(compile(block, str(PAGE), "exec"), {})


def test_the_page_on_a_paper_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (card,), (block,) = blocks_of(PAPER, "toml"), blocks_of(PAPER, "python")
    (tmp_path / "toy.toml").write_text(card, "utf-8")
    monkeypatch.chdir(tmp_path)
    exec(compile(block, str(PAPER), "exec"), {})


def test_the_page_on_tables_runs() -> None:
    page = PAGES / "score-a-registry.md"
    (block,) = blocks_of(page, "python")
    exec(compile(block, str(page), "exec"), {})


@pytest.mark.parametrize(
    ("right", "wrong"), [("below = 71", "below = 70"), ("from = 1.5, to = 3", "form = 1.5, to = 3")]
)
def test_the_errors_on_the_page_are_those_told(right: str, wrong: str) -> None:
    (card,), (said,) = blocks_of(PAPER, "toml"), blocks_of(PAPER, "text")
    with pytest.raises(InputError) as caught:
        parse_card(card.replace(right, wrong), "toy.toml")
    assert str(caught.value) in said.splitlines()


def test_every_key_of_a_file_and_of_an_item_is_on_the_page() -> None:
    from afterload.scores import toml_card, toml_item, toml_table

    text = PAPER.read_text("utf-8")
    words = set(re.findall(r"[a-z_]+", text))
    keys = {
        *toml_card._TOP,
        *toml_item._ITEM,
        *toml_item._WHOLE,
        *toml_item._WAYS,
        *toml_table.ENDS,
    }
    assert keys <= words
