"""A deidentified export and the site's own variables: only what the site declared safe goes out."""

from __future__ import annotations

import csv
from datetime import datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest

from afterload.core.errors import InputError, UnknownName
from afterload.core.vocabulary import declared_variables
from afterload.registry.batch import Batch, Rows
from afterload.registry.export import export, read_tables
from afterload.registry.export_deidentified import deidentify
from afterload.registry.ledger import add
from afterload.registry.store import Registry, add_site_variables

NOW = datetime(2026, 3, 1)
T0 = datetime(2024, 3, 1, 10)
WHO: dict[str, Any] = {"who": "Ada", "why": "test", "now": NOW}
OWN = declared_variables(
    {
        "donor_age": {"unit": "a", "range": [0, 120], "identifying": False},
        "sibling_age": {"unit": "a", "range": [0, 120]},
        "event_year": {"kind": "int", "range": [1900, 2100]},
        "site_dt": {"kind": "datetime"},
        "referring": {"kind": "enum", "choices": ["dupont=Dr Dupont"]},
        "team": {"kind": "enum", "choices": ["red"], "identifying": False},
        "crp_day": {"kind": "bool", "table": "observation", "identifying": True},
        "remark": {"kind": "text", "identifying": False},
    },
    "site.toml",
)


@pytest.fixture
def site(own: Registry) -> Registry:
    """One old patient with everything the site records beside the vocabulary."""
    rows = (
        Rows("patient", {"key": ["p"]}),
        Rows("episode", {
            "key": ["e"], "patient": ["p"], "t0": [T0], "age_years": [95.0],
            "donor_age": [93.0], "sibling_age": [91.0], "event_year": [2019],
            "site_dt": [datetime(2023, 12, 25)], "referring": ["dupont"], "team": ["red"],
            "remark": ["Mr Dupont"],
            "missing": [{"hx_chf": "unknown", "event_year": "not done"}],
        }),
        Rows("observation", {"episode": ["e"], "nominal": ["pre"], "lactate": [30.0],
                             "crp_day": [True], "accepted": [["lactate", "crp_day"]]}),
        Rows("device", {"episode": ["e"] * 2, "kind": ["ecls", "iabp"],
                        "start": [T0, datetime(2024, 3, 3)],
                        "stop": [datetime(2024, 3, 5), datetime(2024, 3, 3, 6)]}),
    )  # fmt: skip
    add(own, Batch(rows), **WHO, variables=OWN)
    return add_site_variables(own, OWN, **WHO)


def lines(folder: Path, name: str) -> list[dict[str, str]]:
    text = (folder / "out" / f"{name}.csv").read_text("utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_only_what_was_declared_safe_goes_out(site: Registry, tmp_path: Path) -> None:
    done = export(site, tmp_path / "out", deidentified=True)
    assert done.left_out == ("sibling_age", "event_year", "site_dt", "referring", "crp_day")
    text = "".join(path.read_text() for path in done.paths)
    for told in ("sibling_age", "event_year", "site_dt", "referring", "crp_day", "remark", "upont",
                 "2019"):  # fmt: skip
        assert told not in text
    episode = lines(tmp_path, "episode")[0]
    assert (episode["donor_age"], episode["age_years"], episode["team"]) == ("90.0", "90.0", "red")
    notes = {line["column"]: line["note"] for line in lines(tmp_path, "codebook")}
    assert notes["donor_age"] == notes["age_years"] == "90 stands for 90 or older"


def test_a_variable_may_be_kept_by_name(site: Registry, tmp_path: Path) -> None:
    done = export(site, tmp_path / "out", deidentified=True, keep=["sibling_age", "site_dt"])
    assert done.left_out == ("event_year", "referring", "crp_day")
    episode = lines(tmp_path, "episode")[0]
    assert (episode["sibling_age"], episode["site_dt_d"]) == ("90.0", "-67.0")


def test_what_is_not_the_sites_own_cannot_be_kept(site: Registry, tmp_path: Path) -> None:
    with pytest.raises(UnknownName, match="variable of the site"):
        export(site, tmp_path / "out", deidentified=True, keep=["birth_year"])
    with pytest.raises(InputError, match="free text"):
        export(site, tmp_path / "out", deidentified=True, keep=["remark"])


def test_the_notes_of_what_goes_go_with_it(site: Registry) -> None:
    told = deidentify(read_tables(site), site.shapes, Random(1))
    assert told["episode"]["missing"] == [{"hx_chf": "unknown"}]
    assert told["observation"]["accepted"] == [["lactate"]]


def test_a_day_alone_does_not_tell_the_clock_time_of_t0(site: Registry) -> None:
    """Whole days, in the order in which things were."""
    device = deidentify(read_tables(site), site.shapes, Random(1))["device"]
    spans = sorted(zip(device["kind"], device["start_d"], device["stop_d"], strict=True))
    assert spans == [("ecls", 0.0, 4.0), ("iabp", 1.8333, 1.8333)]


def test_a_full_export_keeps_everything(site: Registry, tmp_path: Path) -> None:
    done = export(site, tmp_path / "out")
    assert done.left_out == ()
    assert "referring" in (tmp_path / "out" / "episode.csv").read_text()


def test_a_map_may_declare_it_later(site: Registry) -> None:
    """What a variable tells is no other variable: the declaration still fits."""
    again = declared_variables({"referring": {"kind": "enum", "choices": ["dupont=Dr Dupont"],
                                              "identifying": True}}, "m.toml")  # fmt: skip
    assert add_site_variables(site, again, **WHO) is site


def test_it_must_be_true_or_false() -> None:
    with pytest.raises(InputError, match="identifying must be true or false"):
        declared_variables({"x": {"identifying": "no"}}, "m.toml")
