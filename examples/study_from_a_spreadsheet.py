"""From a spreadsheet to a finished study in one script, on a synthetic cohort."""

import tempfile
from datetime import datetime
from pathlib import Path

import numpy as np

import afterload
from afterload.actions import demo_cohort
from afterload.report.study_report import write_report

folder = Path(tempfile.mkdtemp())
files = demo_cohort.write(demo_cohort.generate(np.random.default_rng(1)), folder)

registry = afterload.record.create(
    folder / "shock.db", maps=[files.map], who="Dr Example", now=datetime(2026, 12, 1)
)
afterload.record.import_files(
    registry, [files.cohort], files.map,
    who="Dr Example", why="first import", now=datetime(2026, 12, 1), accept_soft=True,
)  # fmt: skip
study = afterload.compare(files.study, registry=registry)
for arm in study.design.arms:
    deaths = study.results.find("outcomes", "death_30d", "count", arm=arm)
    print(f"{arm}: {deaths.value:.0f} of {deaths.denominator} died within 30 days")
print("Report:", write_report(study, folder / "report")[0].name)
