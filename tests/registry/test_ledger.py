"""Adding, correcting and withdrawing, on both engines."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from afterload.core.errors import InputError, OutOfRange, RecordError, UnknownName
from afterload.core.variable import Variable
from afterload.registry.audit import verify_chain
from afterload.registry.batch import Batch, Rows
from afterload.registry.ledger import add, correct, withdraw
from afterload.registry.past import entries, history
from afterload.registry.rows import current
from afterload.registry.store import Registry, open_registry
from afterload.registry.writer import Entry

NOW = datetime(2026, 3, 2, 9, 0)
T0 = datetime(2024, 3, 1, 8, 0)


def _add(registry: Registry, *rows: Rows) -> Entry:
    return add(registry, Batch(rows), who="Ada", why="test", now=NOW)


def _pair(registry: Registry) -> None:
    _add(registry, Rows("patient", {"key": ["p"]}),
         Rows("episode", {"key": ["e"], "patient": ["p"], "t0": [T0]}))  # fmt: skip


def test_what_was_added_is_read_back(untouched: Registry) -> None:
    seen = current(untouched, "observation")
    assert seen["episode"] == ["e1", "e1", "e1", "e2", "e2"]
    assert seen["nominal"] == ["pre", None, None, "24h", None]
    assert seen["lactate"] == [8.0, 4.0, 3.0, 2.5, 9.0]
    assert seen["ventilated"] == [True, None, False, True, None]
    assert seen["at"][1] == T0 + timedelta(hours=23)
    assert seen["entered"][0] == {"lactate": "72 mg/dL"}
    assert seen["accepted"][0] == ["lactate"]
    assert seen["missing"][1] == {"creatinine": "not done"}
    assert current(untouched, "device")["run"] == ["1", "1", None]
    assert current(untouched, "episode")["patient"] == ["p1", "p2", "p2"]
    assert verify_chain(untouched) == []


def test_the_entry_says_who_what_when_and_why(untouched: Registry) -> None:
    first, entry = entries(untouched)
    assert (entry.who, entry.why, entry.action) == ("Ada", "first import", "add")
    assert entry.origin == "cohort.csv sha256:00"
    assert entry.counts == {"patient": 2, "episode": 3, "run": 2, "device": 3, "observation": 5,
                            "complication": 3, "outcome": 2, "followup": 1}  # fmt: skip
    assert entry.previous == first.hash
    assert entry.at == datetime(2026, 3, 1, 12, 30)


def test_the_time_of_an_entry_is_universal(registry: Registry) -> None:
    paris = timezone(timedelta(hours=2))
    rows = (Rows("patient", {"key": ["p"]}),)
    entry = add(registry, Batch(rows), who="A", why="b", now=datetime(2026, 6, 1, 12, tzinfo=paris))
    assert entry.at == entries(registry)[-1].at == datetime(2026, 6, 1, 10)


@pytest.mark.parametrize(
    ("rows", "error", "words"),
    [
        (Rows("patients", {"key": ["p"]}), UnknownName, "mean patient"),
        (Rows("patient", {"key": ["p"], "sexx": ["male"]}), UnknownName, "mean sex"),
        (Rows("patient", {"key": ["p"], "height_cm": [17.0]}), OutOfRange, "100 to 230 cm"),
        (Rows("patient", {"key": ["p"], "height_cm": ["170"]}), InputError, "must be a number"),
        (Rows("patient", {"key": ["p"], "birth_year": [1960.5]}), InputError, "whole number"),
        (Rows("patient", {"key": [""]}), InputError, "must not be empty"),
        (Rows("patient", {"sex": ["male"]}), InputError, "needs the column 'key'"),
        (Rows("patient", {"key": ["p"], "opposition": ["yes"]}), InputError, "True"),
        (Rows("patient", {"key": ["p"], "info_notice_dt": ["2024-01-01"]}), InputError, "date"),
        (Rows("patient", {"key": ["p"], "info_notice_dt": [datetime(1024, 1, 1)]}), InputError,
         "1900"),
        (Rows("patient", {"key": ["p"], "info_notice_dt":
                          [datetime(2024, 1, 1, tzinfo=timezone.utc)]}),  # noqa: UP017
         InputError, "without a time zone"),
        (Rows("patient", {"key": ["p"], "missing": [{"sex": "lost"}]}), UnknownName, "reason"),
        (Rows("episode", {"key": ["e"], "patient": ["nobody"]}), InputError, "'nobody'"),
        (Rows("episode", {"key": ["e"]}), InputError, "needs the column 'patient'"),
        (Rows("device", {"episode": ["e1"], "kind": ["impela"]}), InputError, "impella-cp"),
        (Rows("device", {"episode": ["e1"], "kind": [None]}), InputError, "must not be empty"),
        (Rows("device", {"episode": ["e1"], "kind": ["ecls"], "run": ["7"]}), InputError, "'7'"),
        (Rows("device", {"episode": ["e1"], "kind": ["ecls"], "start_h": [5.0], "stop_h": [4.0]}),
         RecordError, "'e1' stops"),
        (Rows("observation", {"episode": ["e1"], "nominal": ["26h"]}), UnknownName, "time point"),
        (Rows("observation", {"episode": ["e9"], "nominal": ["24h"]}), InputError, "'e9'"),
        (Rows("observation", {"episode": ["e1"], "lactate": [float("inf")]}), OutOfRange, "inf"),
        (Rows("outcome", {"episode": ["e2"], "death_dt_h": [-1.0]}), InputError, "death_dt_h"),
        (Rows("outcome", {"episode": ["e3"], "weaned_48h": [2]}), InputError, "weaned_48h"),
        (Rows("site_variable", {"name": ["x"], "declaration": ["y"]}), InputError, "site"),
        (Rows("patient", {"key": []}), InputError, "nothing to add"),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)  # fmt: skip
def test_what_cannot_be_is_refused_and_nothing_is_kept(
    untouched: Registry, rows: Rows, error: type[Exception], words: str
) -> None:
    good = Rows("patient", {"key": ["good"]})
    with pytest.raises(error, match=words):
        _add(untouched, *([good] if len(rows) else []), rows)
    assert "good" not in current(untouched, "patient")["key"]
    assert len(entries(untouched)) == 2
    assert verify_chain(untouched) == []


@pytest.mark.parametrize(("who", "why"), [("", "why"), ("who", ""), ("  ", "why"), ("who", "\n")])
def test_who_and_why_are_needed(untouched: Registry, who: str, why: str) -> None:
    rows = Batch((Rows("patient", {"key": ["p9"]}),))
    with pytest.raises(InputError, match="who makes it and why"):
        add(untouched, rows, who=who, why=why, now=NOW)
    with pytest.raises(InputError, match="who makes it and why"):
        correct(untouched, "patient", "p1", {"height_cm": 180.0}, who=who, why=why, now=NOW)
    with pytest.raises(InputError, match="who makes it and why"):
        withdraw(untouched, "patient", "p1", who=who, why=why, now=NOW)
    assert len(entries(untouched)) == 2


def test_columns_of_unequal_length_are_refused() -> None:
    with pytest.raises(ValueError, match="differ in length"):
        Rows("patient", {"key": ["p"], "sex": []})


def test_a_known_key_fills_what_is_missing(filled: Registry) -> None:
    entry = _add(
        filled,
        Rows("patient", {"key": ["p1", "p2"], "height_cm": [180.0, None]}),
        Rows("episode", {"key": ["e1"], "patient": ["p1"], "weight_kg": [80.0]}),
        Rows("outcome", {"episode": ["e2"], "discharge_dest": ["home"]}),
    )
    assert entry.counts == {"patient": 1, "episode": 1, "outcome": 1}
    patients = current(filled, "patient")
    assert patients["height_cm"] == [None, 180.0]
    assert patients["birth_year"] == [None, 1960]
    assert dict(zip(patients["key"], patients["root"], strict=True)) == {"p1": 1, "p2": 2}
    assert sorted(current(filled, "outcome")["discharge_dest"]) == ["died", "home"]
    assert verify_chain(filled) == []


def test_the_same_rows_again_change_nothing(filled: Registry) -> None:
    same = Rows("episode", {"key": ["e1"], "patient": ["p1"], "age_years": [63.5], "t0": [T0]})
    assert _add(filled, same).counts == {}
    assert current(filled, "episode")["id"] == [1, 2, 3]


def test_a_known_key_never_changes_a_value(untouched: Registry) -> None:
    other = Rows("episode", {"key": ["e1"], "patient": ["p1"], "age_years": [36.5]})
    with pytest.raises(RecordError, match=r"age_years is 63\.5, not 36\.5.*record correct"):
        _add(untouched, other)
    with pytest.raises(RecordError, match="patient is"):
        _add(untouched, Rows("episode", {"key": ["e1"], "patient": ["p2"]}))


def test_rows_of_one_batch_complete_each_other(registry: Registry) -> None:
    entered = [{"birth_year": "50"}, {"height_cm": "1.7 m"}]
    given = {"height_cm": [None, 170.0], "birth_year": [1950, 1950], "entered": entered}
    _add(registry, Rows("patient", {"key": ["p", "p"], **given}))
    seen = current(registry, "patient")
    assert (seen["height_cm"], seen["birth_year"]) == ([170.0], [1950])
    assert seen["entered"] == [{"birth_year": "50", "height_cm": "1.7 m"}]
    with pytest.raises(RecordError, match="height_cm is 170"):
        _add(registry, Rows("patient", {"key": ["q", "q"], "height_cm": [170.0, 171.0]}))


def test_a_value_takes_the_place_of_a_reason(registry: Registry) -> None:
    missing = [{"height_cm": "unknown", "sex": "not done"}]
    _add(registry, Rows("patient", {"key": ["p"], "missing": missing}))
    _add(registry, Rows("patient", {"key": ["p"], "height_cm": [170.0]}))
    assert current(registry, "patient")["missing"] == [{"sex": "not done"}]


def test_nan_is_missing_and_minus_zero_is_zero(registry: Registry) -> None:
    _pair(registry)
    given = {"lactate": [float("nan"), 3.0], "cvp": [-0.0, -5.0]}
    _add(registry, Rows("observation", {"episode": ["e", "e"], "nominal": ["pre", "24h"], **given}))
    seen = current(registry, "observation")
    assert seen["lactate"] == [None, 3.0]
    assert [str(value) for value in seen["cvp"]] == ["0.0", "-5.0"]
    assert verify_chain(registry) == []


def test_numbers_are_kept_to_the_last_bit(registry: Registry) -> None:
    _pair(registry)
    values = [1 / 3 * k for k in range(1, 40)]
    _add(registry, Rows("observation", {"episode": ["e"] * 39, "nominal": ["peak"] * 39,
                                        "creatinine": [10 + v for v in values]}))  # fmt: skip
    assert current(registry, "observation")["creatinine"] == [10 + v for v in values]
    assert verify_chain(registry) == []


def test_text_of_any_language_is_kept(registry: Registry) -> None:
    texts = ["Zürich", "été % ? :x %s", "心臓", "🫀", "a'b\"c\\d", "tab\tnew\nline"]
    n = len(texts)
    _add(registry, Rows("patient", {"key": texts}))
    _add(registry, Rows("episode", {"key": texts, "patient": texts, "centre": texts}))
    _add(registry, Rows("complication", {"episode": texts, "kind": ["other"] * n,
                                         "definition": texts}))  # fmt: skip
    seen = current(registry, "complication")
    assert seen["episode"] == seen["definition"] == texts
    assert verify_chain(registry) == []
    with pytest.raises(InputError, match="not text"):
        _add(registry, Rows("patient", {"key": ["a\x00b"]}))


def test_times_keep_their_microseconds(registry: Registry) -> None:
    at = datetime(2024, 2, 29, 23, 59, 59, 123456)
    _add(registry, Rows("patient", {"key": ["p"], "info_notice_dt": [at]}))
    assert current(registry, "patient")["info_notice_dt"] == [at]


def test_a_correction_is_a_new_version(filled: Registry) -> None:
    correct(filled, "episode", "e1", {"age_years": 53.5}, who="Bo", why="typing error", now=NOW)
    correct(filled, "episode", "e1", {"weight_kg": 82.0}, who="Cy", why="found it", now=NOW)
    first, second, third = history(filled, "episode", 1)
    assert [v.entry.who for v in (first, second, third)] == ["Ada", "Bo", "Cy"]
    assert second.entry.why == "typing error"
    assert second.changed == {"age_years": (63.5, 53.5)}
    assert third.changed == {"weight_kg": (None, 82.0)}
    assert first.values["patient"] == third.values["patient"] == "p1"
    assert history(filled, "episode", third.id) == [first, second, third]
    seen = current(filled, "episode")
    assert sorted(seen["key"]) == ["e1", "e2", "e3"]
    assert seen["root"][seen["key"].index("e1")] == 1
    assert current(filled, "observation")["episode"][0] == "e1"
    assert verify_chain(filled) == []


def test_correcting_what_was_superseded_names_the_newer_row(filled: Registry) -> None:
    correct(filled, "observation", 2, {"lactate": 5.0}, who="Bo", why="typo", now=NOW)
    correct(filled, "observation", 6, {"lactate": 5.5}, who="Bo", why="typo", now=NOW)
    for act in (
        lambda: correct(filled, "observation", 2, {"lactate": 6.0}, who="B", why="t", now=NOW),
        lambda: withdraw(filled, "observation", 2, who="Bo", why="typo", now=NOW),
    ):
        with pytest.raises(RecordError, match="row 2 was superseded; its newest version is row 7"):
            act()


@pytest.mark.parametrize(
    ("table", "row", "changes", "error", "words"),
    [
        ("episode", "e1", {}, InputError, "at least one"),
        ("episode", "e1", {"age_years": 63.5}, RecordError, "Nothing"),
        ("episode", "e1", {"age_years": 17.0}, OutOfRange, "18 to 110"),
        ("episode", "e1", {"ages": 17.0}, UnknownName, "age_years"),
        ("episode", "e1", {"key": "e8"}, RecordError, "name"),
        ("episode", "e8", {"age_years": 50.0}, RecordError, "no episode 'e8'"),
        ("episode", 88, {"age_years": 50.0}, RecordError, "no episode row 88"),
        ("episode", "e1", {"patient": "p8"}, UnknownName, "patient"),
        ("observation", "e1", {"lactate": 5.0}, RecordError, "no key"),
        ("run", "1", {"stop_h": 5.0}, RecordError, "EPISODE/RUN"),
        ("run", "e2/1", {"stop_h": -5.0}, RecordError, "before it"),
        ("shock", "e1", {"age_years": 50.0}, UnknownName, "table"),
        ("outcome", "e1", {"death_dt": T0 - timedelta(hours=1)}, RecordError, "before time zero"),
        ("episode", "e1", {"t0": T0 + timedelta(days=300)}, RecordError, "before time zero"),
        ("outcome", "e1", {"hosp_discharge_dt": T0 - timedelta(days=9)}, RecordError, "before"),
        ("episode", "e1", {"hosp_admit_dt": T0 + timedelta(days=90)}, RecordError,
         "before.* admission"),
    ],
)  # fmt: skip
def test_corrections_that_cannot_be(
    untouched: Registry,
    table: str,
    row: int | str,
    changes: dict[str, object],
    error: type[Exception],
    words: str,
) -> None:
    with pytest.raises(error, match=words):
        correct(untouched, table, row, changes, who="Bo", why="typo", now=NOW)
    assert len(entries(untouched)) == 2


def test_moving_t0_moves_hours_and_not_times(filled: Registry) -> None:
    from afterload.registry.extract import extract

    before = extract(filled, ["death_dt"]).columns["death_dt"].values[0]
    moved = {"t0": T0 + timedelta(hours=2)}
    correct(filled, "episode", "e1", moved, who="Bo", why="flow was later", now=NOW)
    assert before == 200.0
    assert extract(filled, ["death_dt"]).columns["death_dt"].values[0] == 198.0
    assert current(filled, "outcome")["death_dt"][0] == T0 + timedelta(hours=200)


def test_a_real_time_takes_the_place_of_hours(filled: Registry) -> None:
    at = datetime(2024, 5, 1)
    correct(filled, "outcome", "e2", {"hosp_discharge_dt": at}, who="B", why="found", now=NOW)
    seen = current(filled, "outcome")
    assert (seen["hosp_discharge_dt"][-1], seen["hosp_discharge_dt_h"][-1]) == (at, None)


def test_notes_go_with_the_value_they_are_about(filled: Registry) -> None:
    correct(filled, "observation", 1, {"lactate": 3.0}, who="B", why="typo", now=NOW)
    correct(filled, "observation", 2, {"creatinine": 90.0}, who="B", why="found", now=NOW)
    seen = current(filled, "observation")
    assert seen["entered"] == seen["accepted"] == seen["missing"] == [None] * 5
    missing = {"missing": {"creatinine": "not done"}, "creatinine": None}
    correct(filled, "observation", 7, missing, who="B", why="other patient", now=NOW)
    assert {"creatinine": "not done"} in current(filled, "observation")["missing"]


def test_a_link_can_be_corrected_by_key(filled: Registry) -> None:
    correct(filled, "episode", "e3", {"patient": "p1"}, who="B", why="mix-up", now=NOW)
    assert current(filled, "episode")["patient"] == ["p1", "p2", "p1"]
    assert history(filled, "episode", 3)[-1].changed == {"patient": ("p2", "p1")}
    correct(filled, "device", 3, {"run": "1"}, who="B", why="known now", now=NOW)
    assert current(filled, "device")["run"] == ["1", "1", "1"]


def test_what_is_withdrawn_no_longer_counts(filled: Registry) -> None:
    entry = withdraw(filled, "complication", 1, who="Bo", why="other patient", now=NOW)
    assert entry.counts == {"complication": 1}
    assert current(filled, "complication")["kind"] == ["bleeding", "stroke"]
    first, last = history(filled, "complication", 1)
    assert (first.withdrawn, last.withdrawn, last.changed) == (False, True, {})
    with pytest.raises(RecordError, match="withdrawn"):
        withdraw(filled, "complication", 4, who="Bo", why="again", now=NOW)
    with pytest.raises(RecordError, match="withdrawn"):
        correct(filled, "complication", 4, {"kind": "stroke"}, who="B", why="x", now=NOW)


def test_what_hangs_on_a_row_is_withdrawn_with_it(filled: Registry) -> None:
    entry = withdraw(filled, "patient", "p1", who="Bo", why="opposed", now=NOW)
    assert entry.counts == {"patient": 1, "episode": 1, "run": 1, "device": 2, "observation": 3,
                            "complication": 2, "outcome": 1}  # fmt: skip
    for table in ("run", "device", "observation", "complication", "outcome"):
        assert "e1" not in current(filled, table)["episode"]
    assert current(filled, "episode")["key"] == ["e2", "e3"]
    assert verify_chain(filled) == []
    with pytest.raises(InputError, match="'e1'"):
        _add(filled, Rows("complication", {"episode": ["e1"], "kind": ["stroke"]}))


def test_a_withdrawn_key_begins_afresh(filled: Registry) -> None:
    withdraw(filled, "patient", "p1", who="Bo", why="wrong file", now=NOW)
    _add(filled, Rows("patient", {"key": ["p1"], "height_cm": [150.0]}),
         Rows("episode", {"key": ["e1"], "patient": ["p1"], "age_years": [30.0]}),
         Rows("outcome", {"episode": ["e1"], "discharge_dest": ["home"]}))  # fmt: skip
    seen = current(filled, "episode")
    place = seen["key"].index("e1")
    assert (seen["root"][place], seen["age_years"][place], seen["t0"][place]) == (1, 30.0, None)
    assert [v.withdrawn for v in history(filled, "episode", 1)] == [False, True, False]
    assert current(filled, "patient")["birth_year"] == [None, None]
    assert verify_chain(filled) == []


def test_a_batch_larger_than_one_chunk_is_whole(registry: Registry) -> None:
    n = 9001
    _pair(registry)
    told: list[tuple[str, float]] = []
    rows = Rows("observation", {"episode": ["e"] * n, "at_h": [float(i) for i in range(n)],
                                "hr": [float(i % 300) for i in range(n)]})  # fmt: skip
    entry = add(registry, Batch((rows,)), who="A", why="b", now=NOW,
                progress=lambda what, share: told.append((what, share)))  # fmt: skip
    assert entry.counts == {"observation": n}
    assert current(registry, "observation")["hr"] == rows.columns["hr"]
    assert verify_chain(registry) == []
    assert told[-1] == ("observation", 1.0)
    assert [share for _, share in told] == sorted(share for _, share in told)


def test_a_bad_value_in_the_last_chunk_undoes_the_first(registry: Registry) -> None:
    n = 9001
    _pair(registry)
    values = [float(i % 300) for i in range(n)]
    values[-1] = 301.0
    with pytest.raises(OutOfRange):
        _add(registry, Rows("observation", {"episode": ["e"] * n, "hr": values}))
    assert current(registry, "observation")["hr"] == []


def test_both_engines_hash_alike(filled: Registry) -> None:
    """Same rows, same who, why and when: the same receipt (pinned across engines)."""
    correct(filled, "episode", "e1", {"age_years": 53.5}, who="Bo", why="typo", now=NOW)
    heads.add(entries(filled)[-1].hash)
    assert len(heads) == 1


heads: set[str] = set()


def test_a_refused_batch_leaves_no_variable_of_the_site_behind(where: str) -> None:
    """The site's variables come in the same transaction as the rows that need them."""
    own = Variable("own_marker", "Own marker", low=0, high=10, table="episode", level="site")

    def put(value: float) -> Entry:
        rows = {"key": ["e"], "patient": ["p"], "own_marker": [value]}
        batch = Batch((Rows("patient", {"key": ["p"]}), Rows("episode", rows)))
        with open_registry(where) as registry:
            return add(registry, batch, who="Ada", why="test", now=NOW, variables=[own])

    with pytest.raises(OutOfRange):
        put(99.0)
    with open_registry(where) as registry:
        before = len(entries(registry))
        assert "own_marker" not in registry.vocabulary
    assert put(9.0).id == before + 2
    with open_registry(where) as registry:
        assert current(registry, "episode")["own_marker"] == [9.0]
        assert verify_chain(registry) == []
