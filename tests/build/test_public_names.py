"""What a room lists as public is explained, and every module says what it is."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

import afterload

ROOMS = ("core", "registry", "scores", "study", "actions", "report", "cli")
BUILTIN = (str, int, float, bool, tuple, list, dict, set, frozenset)


def public() -> Iterator[tuple[str, str]]:
    for module in ("afterload", *(f"afterload.{room}" for room in ROOMS)):
        for name in getattr(importlib.import_module(module), "__all__", ()):
            yield module, name


def described_constants(room: str) -> set[str]:
    """Names assigned in a room's modules and followed by a text that explains them."""
    found = set()
    folder = Path(afterload.__file__).parent
    for path in folder.joinpath(*room.split(".")[1:]).rglob("*.py"):
        body = ast.parse(path.read_text("utf-8")).body
        for one, after in pairwise(body):
            if not (isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)):
                continue
            if isinstance(one, ast.Assign):
                found |= {t.id for t in one.targets if isinstance(t, ast.Name)}
            elif isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name):
                found.add(one.target.id)
    return found


@pytest.mark.parametrize(("module", "name"), list(public()))
def test_every_public_name_is_explained(module: str, name: str) -> None:
    thing = getattr(importlib.import_module(module), name)
    if isinstance(thing, BUILTIN):
        assert name in described_constants(module), f"{module}.{name} has no text after it"
    else:
        text = inspect.getdoc(thing)
        assert text, f"{module}.{name} has no docstring"
        assert not text.startswith(f"{name}("), f"{module}.{name}: the docstring is dataclass's own"


def test_every_module_says_what_it_is() -> None:
    for info in pkgutil.walk_packages(afterload.__path__, "afterload."):
        if info.name.endswith("__main__") or ".migration.versions" in info.name:
            continue
        text = inspect.getdoc(importlib.import_module(info.name)) or ""
        assert len(text) > 10, f"{info.name} has no docstring"
