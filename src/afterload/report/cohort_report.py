"""Write a cohort into a folder: a page, its figures, and all numbers beside the patients."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.core.errors import InputError
from afterload.report.earlier import check_inside, earlier_files, put

if TYPE_CHECKING:
    from afterload.actions.cohort_summary import Cohort

SCHEMA = "afterload cohort 1"
"""What `cohort.json` calls itself."""

INDEX = "cohort.json"
UNFINISHED = "unfinished"
"""Folder in the folder, in which patients are until all are done."""


def refuse_other(out: Path) -> None:
    """Refuse a folder that holds something other than an earlier cohort.

    Raises:
        InputError: It does.
    """
    if out.is_dir() and [path.name for path in out.iterdir()] == [UNFINISHED]:
        return
    earlier_files(out, INDEX, SCHEMA, "cohort")


def unfinished(out: Path) -> Path:
    """An empty place in the folder for patients while they are simulated.

    What an earlier cohort left there that was killed is removed.

    Raises:
        InputError: The folder holds something other than an earlier cohort.
    """
    refuse_other(out)
    place = out / UNFINISHED
    if place.is_symlink():
        raise InputError(f"{place} is a link to elsewhere. Remove it, or choose another folder.")
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir(parents=True)
    return place


def leave(out: Path) -> None:
    """Remove the place for patients, and a folder that holds nothing else."""
    shutil.rmtree(out / UNFINISHED, ignore_errors=True)
    if out.is_dir() and not any(out.iterdir()):
        out.rmdir()


def write_cohort(
    found: Cohort, out: Path, disclosure: int | None = None
) -> tuple[Cohort, list[Path]]:
    """Write the page of a cohort, its figures and tables, and put its patients beside them.

    Args:
        found: The cohort; its patients are moved into `patients/`.
        out: The folder; made if it is not there. An earlier cohort in it is replaced.
        disclosure: Counts of a registry's patients below this are withheld; None withholds none.

    Returns:
        The cohort with its files where they are now, and what was written, `index.html` first.

    Raises:
        InputError: The folder holds something else.
    """
    names = {path: f"patients/{path.name}" for path in found.files}
    moved = replace(found, files=tuple(out / name for name in names.values()))
    files = _files(moved, [*names.values()], disclosure)
    refuse_other(out)
    earlier = earlier_files(out, INDEX, SCHEMA, "cohort") if (out / INDEX).exists() else []
    check_inside(out, names.values())
    written = put(out, files, earlier)
    for path, name in names.items():
        (out / name).parent.mkdir(parents=True, exist_ok=True)
        path.replace(out / name)
    return moved, [*written, *moved.files]


def _files(found: Cohort, patients: list[str], disclosure: int | None) -> dict[str, bytes]:
    from afterload.report.cohort_figure import contrasts, effects, people, sheet_svg
    from afterload.report.cohort_html import cohort_page
    from afterload.report.cohort_label import strategies
    from afterload.report.cohort_text import cohort_data, contrasts_csv, summary_csv

    every = strategies(found)
    labels = [one.label for one in every]
    files = {"index.html": cohort_page(found, disclosure).encode()}
    who, pairs, between = people(found), effects(found, every), contrasts(found)
    if who:
        files["figures/patients.svg"] = _svg(sheet_svg("patients", who, 4))
    if pairs:
        both = [plot for pair in pairs for plot in pair]
        files["figures/strategies.svg"] = _svg(sheet_svg("strategies", both, 2, labels))
    if between and len(every) == 3:
        told = f"{labels[2]} minus {labels[1]}, in the same patient"
        files["figures/differences.svg"] = _svg(
            sheet_svg("differences", between, 4, heading=told)
        )  # fmt: skip
    files["summary.csv"] = summary_csv(found).encode()
    if found.contrasts:
        files["differences.csv"] = contrasts_csv(found).encode()
    data = cohort_data(found, disclosure)
    whole = {"schema": SCHEMA, "files": [*files, INDEX, *patients], **_placed(data, patients)}
    text = json.dumps(whole, ensure_ascii=False, indent=2, allow_nan=False)
    files[INDEX] = (text + "\n").encode()
    return files


def _placed(data: dict[str, object], patients: list[str]) -> dict[str, object]:
    """The numbers, with the patients' files as they are named from the folder."""
    rest = {name: value for name, value in data.items() if name != "files"}
    return {**rest, "patients": patients}


def _svg(text: str) -> bytes:
    return (text + "\n").encode()
