"""The error tree: what each says, and the exit code that hangs on it."""

from __future__ import annotations

import pytest

from afterload.core import errors
from afterload.core.errors import BadCell, BadCells, OutOfRange, UnknownName, UnknownUnit
from afterload.core.variable import UnitForm, Variable

MAP = Variable("map", "Mean arterial pressure", unit="mm[Hg]", low=0, high=250,
               units=(UnitForm("kPa", 7.5),))  # fmt: skip


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("AfterloadError", 1), ("InputError", 2), ("OutOfRange", 2), ("Missing", 2),
        ("UnknownName", 2), ("UnknownUnit", 2), ("BadCells", 2), ("RecordError", 3),
        ("Tampered", 3), ("NoConvergence", 4),
    ],
)  # fmt: skip
def test_the_exit_code_hangs_on_the_class(name, code):
    error = getattr(errors, name)
    assert issubclass(error, errors.AfterloadError)
    assert error.exit_code == code


def test_the_tree_in_the_docstring_names_every_error():
    classes = {
        name for name, thing in vars(errors).items()
        if isinstance(thing, type) and issubclass(thing, errors.AfterloadError)
    }  # fmt: skip
    assert all(name in (errors.__doc__ or "") for name in classes)


def test_out_of_range_holds_the_value_and_says_what_is_allowed():
    error = OutOfRange(MAP, 900)
    assert (error.variable, error.value) == (MAP, 900)
    for part in ("map = 900", "0 to 250", "Check the unit the value was recorded in."):
        assert part in str(error)
    assert str(OutOfRange(MAP, 900, "Look again.")).endswith(" Look again.")


def test_an_unknown_name_offers_close_ones_if_there_are_any():
    known = ["lactate", "potassium"]
    assert str(UnknownName("variable", "lactat", known)) == (
        "'lactat' is not a known variable. Did you mean lactate?"
    )
    assert str(UnknownName("score", "zzz", known)) == "'zzz' is not a known score."
    two = UnknownName("variable", "pa_sy", ["sodium", "pa_sys", "pa_dia"])
    assert str(two).endswith("Did you mean pa_sys or pa_dia?")


def test_an_unknown_unit_lists_those_that_are_known():
    assert str(UnknownUnit(MAP, "bar")) == (
        "map cannot be read in 'bar'. Units known for it: mm[Hg], kPa."
    )
    assert "none: it has no unit" in str(UnknownUnit(Variable("sex", "Sex", kind="enum"), "kg"))


def test_a_bad_cell_says_where_what_and_what_is_allowed():
    cell = BadCell("a.csv", 7, "pH", "7484", "Allowed: 6.5 to 7.9.")
    assert str(cell) == "a.csv, row 7, column 'pH': '7484'. Allowed: 6.5 to 7.9."
    assert str(BadCell("a.csv", 0, "pH", "", "It is not mapped.")).startswith("a.csv, column 'pH'")


def test_bad_cells_are_counted_and_the_first_fifty_listed():
    cell = BadCell("a.csv", 7, "pH", "7484", "Allowed: 6.5 to 7.9.")
    one, many = str(BadCells([cell])), BadCells([cell] * 53)
    assert one == f"1 cell cannot be imported, so nothing was:\n  {cell}"
    assert len(many.cells) == 53
    assert str(many).startswith("53 cells cannot be imported")
    assert str(many).count("row 7") == 50
    assert str(many).endswith("\n  ... and 3 more.")
