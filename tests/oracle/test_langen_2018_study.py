"""Langen 2018: the report reproduces the paper's hospital mortality by indication.

Oracle: J Intensive Care 2018, doi 10.1186/s40560-018-0352-2, abstract: 54 % in lung failure, 59 %
in cardiogenic shock, 58 % in septic shock; 54, 58 and 19 patients.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from afterload.actions.compare import compare_files
from afterload.report.study_report import write_report
from afterload.study.design import Study

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "ecmo_langen_2018"
HERE = Path(__file__).parent
ORIGINAL = sorted((DATA / "original").glob("*.xlsx")) if DATA.exists() else []
PUBLISHED = {"Lung failure": (54, 54), "Cardiogenic shock": (58, 59), "Septic shock": (19, 58)}

pytestmark = pytest.mark.skipif(
    not DATA.exists(), reason="the Langen data (../shared) are not here"
)


@pytest.fixture(
    scope="module",
    params=[("langen_tidy", [DATA / "langen_ecmo_tidy.csv"]), ("langen_original", ORIGINAL)],
    ids=["tidy CSV", "five original XLSX"],
)
def study(request: pytest.FixtureRequest) -> Study:
    name, files = request.param
    return compare_files(
        HERE / "protocols" / "langen.toml", files, HERE / "maps" / f"{name}.toml", accept_soft=True
    )


@pytest.mark.parametrize("arm", PUBLISHED)
def test_hospital_mortality_as_published(study: Study, arm: str) -> None:
    found = study.results.find("outcomes", "hospital_death", "proportion", arm=arm)
    assert found is not None
    assert found.value is not None
    assert (found.denominator, round(100 * found.value)) == PUBLISHED[arm]


def test_the_whole_report_is_written(study: Study, tmp_path: Path) -> None:
    names = {path.relative_to(tmp_path).as_posix() for path in write_report(study, tmp_path)}
    assert {"index.html", "report.docx", "results.json"} <= names
    page = (tmp_path / "index.html").read_text("utf-8")
    for n, percent in PUBLISHED.values():
        assert f"/{n} ({percent}%)" in page
