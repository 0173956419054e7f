"""The layers hold, and importing the package costs nothing."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

HEAVY = ("pandas", "scipy", "matplotlib", "polars", "sqlalchemy", "alembic", "docx", "jinja2")


def test_layers_are_kept(root: Path) -> None:
    if importlib.util.find_spec("importlinter") is None:
        pytest.skip("import-linter is not installed here; `make check` runs it")
    program = Path(sys.executable).with_name("lint-imports")
    done = subprocess.run(
        [program, "--no-cache"], cwd=root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("module", ["afterload", "afterload.cli.main", "afterload.core"])
def test_importing_it_pulls_in_nothing_heavy(module: str) -> None:
    code = f"import json, sys, {module}; print(json.dumps(sorted(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in json.loads(done.stdout)}
    assert loaded.isdisjoint(HEAVY)


def test_no_module_reaches_for_scipy_stats_or_pandas(root: Path) -> None:
    for path in (root / "src").rglob("*.py"):
        code = path.read_text("utf-8")
        assert "scipy.stats" not in code, f"{path}: at n = 140 its import costs more than the study"
        assert "import pandas" not in code, path
