"""Columns of words, of values with a unit, and frames are read as one patient's values are."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from afterload.core.errors import InputError
from afterload.scores import ALL, score_columns, tally

ROWS: list[dict[str, object]] = [
    {"sex": "female", "age_years": "66", "lactate": "27 mg/dL", "creatinine": "1,8 mg/dL"},
    {"sex": "male", "age_years": "55", "lactate": None, "creatinine": "unknown"},
    {"sex": "unknown", "age_years": "61.5", "lactate": "8", "creatinine": "151"},
]


def column(name: str) -> np.ndarray:
    return np.array([row[name] for row in ROWS], dtype=object)


def test_texts_are_read_as_by_tally() -> None:
    encourage = ALL["encourage"]
    found = score_columns(encourage, {name: column(name) for name in ROWS[0]})
    for row, values in enumerate(ROWS):
        one = tally(encourage, values)
        assert (found.low[row], found.high[row]) == (one.low, one.high)
        assert found.classes(row) == one.classes


def test_a_frame_is_read_by_its_columns() -> None:
    frame = pl.DataFrame(
        {
            "sex": ["female", "male", None],
            "age": [66.0, 55.0, 61.5],
            "lactate": [3.0, None, 8.0],
            "gcs_total": pl.Series([15, None, 3], dtype=pl.Int64),
        }
    )
    encourage = ALL["encourage"]
    found = score_columns(encourage, frame)
    for row, values in enumerate(frame.to_dicts()):
        one = tally(encourage, values)
        assert (found.low[row], found.high[row]) == (one.low, one.high)


def test_yes_and_no_in_words_and_several_categories() -> None:
    save = ALL["save"]
    found = score_columns(
        save,
        {
            "hx_ckd": np.array(["yes", "no", ""]),
            "diagnosis": np.array(["myocarditis", "vt_vf+congenital", "?"]),
        },
    )
    for row, (kidney, cause) in enumerate(
        (("yes", "myocarditis"), ("no", "vt_vf+congenital"), (None, None))
    ):
        one = tally(save, {"hx_ckd": kidney, "diagnosis": cause})
        assert (found.low[row], found.high[row]) == (one.low, one.high)


@pytest.mark.parametrize(
    ("name", "values", "said"),
    [
        ("lactate", np.array(["3", "much"]), "takes a number, not 'much'. It stands in row 1"),
        ("lactate", np.array(["3 mmHg"]), "cannot be read in 'mmHg'"),
        ("lactate", np.array(["2026-01-01"], "datetime64[D]"), "a column of dates"),
        ("gcs_total", np.array([15, 3.5]), "takes a whole number, not 3.5. It stands in row 1"),
        ("sex", np.array(["female", "x"]), "sex cannot be 'x'"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_sentence(
    name: str, values: np.ndarray, said: str
) -> None:
    with pytest.raises(InputError, match=said):
        score_columns(ALL["encourage"], {name: values})
