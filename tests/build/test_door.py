"""What a newcomer meets first is there: the make targets, the links, the examples."""

from __future__ import annotations

import re
import subprocess
import tomllib
from pathlib import Path
from types import ModuleType

import pytest

from afterload.core.vocabulary import declared_variables, standard
from afterload.study.protocol import parse_protocol

PLACES = ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")
SKIPPED = {".git", ".venv", "site", "dist", "__pycache__", ".mypy_cache", ".ruff_cache"}
SKIPPED |= {".import_linter_cache", ".hypothesis", ".pytest_cache"}


def documents(root: Path) -> list[Path]:
    return [*(root / name for name in PLACES), *sorted((root / "docs").rglob("*.md"))]


def test_the_readme_begins_with_two_commands(root: Path) -> None:
    first = re.search(r"```sh\n(.*?)```", (root / "README.md").read_text("utf-8"), re.DOTALL)
    assert first is not None
    assert [line.split("#")[0].strip() for line in first[1].splitlines()] == [
        "make demo",
        "make test",
    ]


def test_every_make_target_that_is_named_exists(root: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (root / "Makefile").read_text("utf-8"), re.MULTILINE))
    for path in documents(root):
        named = re.findall(r"(?:^|`)make ([a-z]+)", path.read_text("utf-8"), re.MULTILINE)
        assert set(named) <= targets, path.name


def test_the_scripts_of_the_door_are_sound(root: Path) -> None:
    for script in (".ci/run", ".ci/venv.sh", ".ci/with-postgres.sh"):
        path = root / script
        assert path.stat().st_mode & 0o100, f"{script} cannot be executed"
        assert "set -euo pipefail" in path.read_text("utf-8"), script
        subprocess.run(["bash", "-n", str(path)], check=True)


@pytest.mark.parametrize("status", [0, 3])
def test_a_failing_test_run_fails_the_door(root: Path, status: int) -> None:
    done = subprocess.run(
        [root / ".ci" / "with-postgres.sh", "bash", "-c", f"exit {status}"],
        env={"PATH": "/usr/bin:/bin", "AFTERLOAD_TEST_POSTGRES": "postgresql://not-used"},
        check=False,
    )
    assert done.returncode == status


def test_links_lead_somewhere(root: Path, pages: ModuleType) -> None:
    made = {root / "docs" / page for page in pages.pages()}
    for path in documents(root):
        for link in re.findall(r"\]\(([^)#\s]+)", path.read_text("utf-8")):
            if "://" not in link:
                target = (path.parent / link).resolve()
                assert target.exists() or target in made, f"{path.relative_to(root)}: {link}"


def toml_blocks(path: Path) -> list[str]:
    return re.findall(r"```toml\n(.*?)```", path.read_text("utf-8"), flags=re.DOTALL)


def test_toml_examples_can_be_read(root: Path) -> None:
    blocks = [block for path in documents(root) for block in toml_blocks(path)]
    assert len(blocks) > 8
    for block in blocks:
        tomllib.loads(block)


def test_the_protocol_of_the_how_to_is_a_protocol(root: Path) -> None:
    blocks = toml_blocks(root / "docs" / "how-to" / "write-a-protocol.md")
    protocol = parse_protocol("\n".join(blocks).encode())
    assert len(protocol.arms.arms) == 4
    assert len(protocol.outcomes) == 3
    for shown in (*protocol.baseline, *protocol.biology):
        assert shown.name.partition("@")[0] in standard() or shown.name == "bnp"


def test_the_site_variables_of_the_how_to_are_variables(root: Path) -> None:
    (block, *_) = toml_blocks(root / "docs" / "how-to" / "add-site-variables.md")
    variables = declared_variables(tomllib.loads(block)["variable"], "the how-to")
    assert [variable.name for variable in variables] == ["bnp", "implant_team"]
    assert standard().with_variables(variables)["bnp"].unit == "ng/L"


def test_the_tree_speaks_of_no_machine(root: Path) -> None:
    # Written in pieces, so that this file does not hold what it looks for.
    folders = ("work", "root", "home", "Users")
    pattern = re.compile("|".join(f"(?<![\\w.])/{folder}/" for folder in folders) + "|pypi[-]more")
    for path in sorted(root.rglob("*")):
        inside = path.relative_to(root)
        if SKIPPED & set(inside.parts) or not path.is_file() or inside.name == "test_door.py":
            continue
        try:
            text = path.read_text("utf-8")
        except UnicodeDecodeError:
            continue
        found = pattern.search(text)
        assert found is None, f"{inside} names a path of somebody's machine: {found[0]}"
