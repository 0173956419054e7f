"""The whole path on a synthetic cohort: spreadsheet, registry, scores, study."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shlex import quote
from typing import TYPE_CHECKING

from afterload.core.errors import InputError
from afterload.core.progress import Progress, silent

if TYPE_CHECKING:
    from afterload.actions.score_registry import ScoredEpisodes
    from afterload.registry.convert import ImportReport
    from afterload.study.design import Study

SCORES = ("save", "encourage", "vis", "egfr")
WHO = "afterload demo"
LABEL = "SYNTHETIC.txt"
_LABEL_TEXT = (
    "Everything in this folder is SYNTHETIC and was made by `afterload demo`.\n"
    "No row is a patient, and no conclusion about devices can be drawn from it.\n"
    "demo_sources.toml tells where the figures behind it come from.\n"
)


@dataclass(frozen=True, slots=True)
class Demo:
    """What the demo made, and where.

    Args:
        folder: Where everything is.
        cohort, map, protocol, registry, scores, report: The files and folders in it.
        imported: What the import brought.
        scored: One result per score.
        study: The finished study; its report is still to be written into `report`.
    """

    folder: Path
    cohort: Path
    map: Path
    protocol: Path
    registry: Path
    scores: Path
    report: Path
    imported: ImportReport
    scored: tuple[ScoredEpisodes, ...]
    study: Study

    @property
    def made(self) -> tuple[tuple[Path, str], ...]:
        """Each file, in the order it was made, and what it is."""
        values = sum(self.imported.values.values())
        return (
            (
                self.cohort,
                f"a synthetic cohort of {self.imported.episodes} episodes, a spreadsheet",
            ),
            (self.map, "what its columns mean"),
            (self.registry, f"the registry filled from it: {values:,} values"),
            (self.scores, f"every episode scored: {', '.join(SCORES)}"),
            (self.protocol, "the protocol of a study"),
            (self.report / "index.html", "the study: open this one"),
            (self.report / "report.docx", "the same for Word"),
        )

    @property
    def tries(self) -> tuple[str, ...]:
        """Commands worth typing next."""
        registry, protocol = quote(str(self.registry)), quote(str(self.protocol))
        return (
            f"afterload record show {registry} SYN-001",
            f"afterload record verify {registry}",
            f"afterload compare {protocol} --registry {registry} --out again",
            f"afterload score --registry {registry} --episode SYN-001 --at 24h",
            "afterload score save age=45 weight=70 hco3=14",
            "afterload simulate --patient ami-lv-shock --device ecls:flow=4 --out loops",
        )


def run(folder: Path, *, n: int, seed: int, now: datetime, progress: Progress = silent) -> Demo:
    """Make a synthetic cohort, fill a registry with it, score it and compare its strategies.

    Args:
        folder: Made if it is not there; a folder this function filled before is filled anew.
        n: How many episodes.
        seed: The same seed makes the same cohort.
        now: When the registry is written.
        progress: Told how far it is.

    Raises:
        InputError: The folder holds something that is not a demo.
    """
    import numpy as np

    from afterload.actions import demo_cohort, record
    from afterload.actions.compare import compare
    from afterload.actions.score_file import write_scores
    from afterload.actions.score_registry import score_registry

    registry_file = folder / "registry.db"
    _refuse_changed(folder)
    _make_room(folder, registry_file)
    files = demo_cohort.write(demo_cohort.generate(np.random.default_rng(seed), n), folder)
    registry = record.create(registry_file, maps=[files.map], who=WHO, now=now)
    imported = record.import_files(
        registry, [files.cohort], files.map, who=WHO, why="synthetic cohort", now=now,
        accept_soft=True, progress=progress,
    )  # fmt: skip
    scored = score_registry(registry, SCORES, progress)
    scores = folder / "scores.csv"
    write_scores(scored, scores)
    study = compare(files.study, registry=registry)
    return Demo(
        folder, files.cohort, files.map, files.study, registry_file, scores, folder / "report",
        imported.report, scored, study,
    )  # fmt: skip


def _refuse_changed(folder: Path) -> None:
    """Leave alone a map or protocol that somebody changed after an earlier demo wrote it."""
    from importlib.resources import files

    package = files("afterload.actions.synthetic")
    for name in ("study.toml", "demo_map.toml"):
        path = folder / name
        if path.exists() and path.read_bytes() != package.joinpath(name).read_bytes():
            raise InputError(
                f"{path} was changed since a demo wrote it. Move it away, or name another folder."
            )


def _make_room(folder: Path, registry: Path) -> None:
    """Label the folder; take away the registry of an earlier demo, and nothing else."""
    label = folder / LABEL
    if folder.exists() and not folder.is_dir():
        raise InputError(f"{folder} is a file. Name a folder.")
    if folder.exists() and any(folder.iterdir()) and not label.exists():
        raise InputError(
            f"{folder} holds something that is not a demo. Name another folder, or an empty one."
        )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        label.write_text(_LABEL_TEXT, "utf-8")
        for end in ("", "-wal", "-shm"):
            registry.with_name(registry.name + end).unlink(missing_ok=True)
    except OSError as error:
        raise InputError(f"{folder} cannot be written: {error.strerror}.") from error
