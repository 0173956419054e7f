"""The validation table as Markdown for the documentation, and all its forms in a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from afterload.core.source import Source
from afterload.hemodynamics.validation import HOW, PHENOTYPES, Outcome, Phenotype, Study
from afterload.report.sim_validation import (
    GROUPS,
    LABELS,
    LEADS,
    by_study,
    further,
    texts,
    validation_data,
    verdict,
)
from afterload.report.sim_validation_html import validation_page

if TYPE_CHECKING:
    from afterload.actions.validate import Validation

SHOWN = (
    "lv.ees", "rv.ees", "lv.alpha", "lv.beta", "viscera.r", "blood.volume", "beat.hr",
    "mitral_leak.k", "pericardium.v0", "perfusion.gain", "reflex.gain", "reflex.centre",
)  # fmt: skip
"""Parameters of a phenotype that the page tells."""


def validation_markdown(found: Validation) -> str:
    """The table as a page of the documentation."""
    parts = [
        "# Validation: what studies measured, simulated\n",
        "`afterload simulate --validate` recomputes this page. Every number of a study is "
        "simulated in its phenotype, and every phenotype is one parameter set for all of its rows, "
        "set from what the study tells without a device. What a study does not tell is taken from "
        "general physiology and marked M. No parameter is set from a row with a device.\n",
        *(f"- {line}" for line in (*verdict(found), further(found)) if line),
        "",
        "Failing rows are marked **NO** and stay in the table. Rows marked *sets it* were used to "
        "set the phenotype's baseline and tell nothing about the model.\n",
    ]
    for group, title in GROUPS.items():
        parts.append(f"## {title}\n")
        if group in LEADS:
            parts.append(f"{LEADS[group]}\n")
        for study, outcomes in by_study(found, group):
            parts.extend(_study_markdown(study, outcomes))
    parts.append("## Phenotypes\n")
    for name, parameters in found.parameters.items():
        parts.extend(_phenotype_markdown(PHENOTYPES[name], parameters))
    parts.append("## How a published result becomes a mean and a standard deviation\n")
    parts.extend(f"- {text}." for text in HOW.values())
    return "\n".join(parts) + "\n"


def _study_markdown(study: Study, outcomes: Sequence[Outcome]) -> Iterator[str]:
    subjects = f", n = {study.n}" if study.n else ""
    yield f"### {study.name}\n"
    yield f"{study.title}{subjects}. {_source(study.source)}.\n"
    for note in study.notes:
        yield f"{note}\n"
    yield _table(
        ("What", "Devices", "Measured", "Simulated", "Within 1 SD", "Direction"),
        [
            (t.what, f"`{t.devices}`", t.measured, t.simulated, _bold(t.within), _bold(t.sign))
            for t in map(texts, outcomes)
        ],
    )
    for one in outcomes:
        if not one.passes and one.row.why:
            label = LABELS[one.row.index][0]
            yield f"**Fails**, {label} with `{one.row.devices}`: {one.row.why}\n"


def _phenotype_markdown(phenotype: Phenotype, parameters: dict[str, float]) -> Iterator[str]:
    yield f"### {phenotype.title}\n"
    if phenotype.goals:
        yield "Set so that without a device it shows:\n"
        yield _table(
            ("What", "Value", "Source"),
            [(LABELS[g.index][0], f"{g.value:.4g}", _source(g.source)) for g in phenotype.goals],
        )
        moved = "; ".join(", ".join(f"`{name}`" for name in group) for group in phenotype.moved)
        yield f"Moved to show it: {moved}.\n"
    for what, source in phenotype.sources.items():
        yield f"- {what}: {_source(source)}" + (f". {source.note}" if source.note else "")
    values = ", ".join(f"`{name}` {parameters[name]:.4g}" for name in SHOWN)
    yield f"\nParameters (mmHg, mL, s): {values}.\n"


def _source(source: Source) -> str:
    return f"{source} [{source.confidence}]"


def _bold(text: str) -> str:
    return f"**{text}**" if text.startswith("NO") else text


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join("| " + " | ".join(line) + " |" for line in lines) + "\n"


def write_validation(found: Validation, out: Path) -> list[Path]:
    """Write the table into a folder as HTML, Markdown and JSON.

    Args:
        found: The table.
        out: The folder; made if it is not there. Files of these names in it are replaced.
    """
    data = json.dumps(validation_data(found), ensure_ascii=False, indent=2, allow_nan=False)
    files = {
        "validation.html": validation_page(found),
        "validation.md": validation_markdown(found),
        "validation.json": data + "\n",
    }
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, "utf-8")
    return [out / name for name in files]
