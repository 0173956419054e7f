"""Invariants of every conversion there is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.unit import convert, fitting_units, form_of, looks_like, plain
from afterload.core.vocabulary import standard

PAIRS = [(v, form) for v in standard().values() for form in v.units]
NUMERIC = [v for v in standard().values() if v.is_numeric]


def usual(variable):
    return st.floats(variable.soft_low, variable.soft_high)


@settings(deadline=None)
@given(st.data(), st.sampled_from(PAIRS))
def test_there_and_back_is_the_same_value(data, pair):
    variable, form = pair
    stored = data.draw(usual(variable))
    entered = (stored - form.offset) / form.factor
    scale = max(abs(stored), abs(form.offset))
    assert convert(variable, entered, form.unit) == pytest.approx(
        stored, rel=1e-12, abs=1e-12 * scale
    )


@settings(deadline=None)
@given(st.data(), st.sampled_from(PAIRS))
def test_a_larger_value_stays_the_larger(data, pair):
    variable, form = pair
    one, other = sorted(data.draw(st.tuples(usual(variable), usual(variable))))
    assert convert(variable, one, form.unit) <= convert(variable, other, form.unit)


@settings(deadline=None)
@given(st.data(), st.sampled_from(NUMERIC))
def test_a_value_in_the_variable_s_own_unit_is_left_alone(data, variable):
    value = data.draw(usual(variable))
    assert convert(variable, value, variable.unit) == value
    assert convert(variable, value, "") == value


@settings(deadline=None)
@given(st.sampled_from(PAIRS), st.sampled_from([str.upper, str.lower, str.title]))
def test_case_and_spaces_do_not_change_a_unit(pair, change):
    variable, form = pair
    spelt = f" {change(form.unit)}\u00a0".replace("/", " / ")
    assert plain(spelt) == plain(form.unit)
    assert form_of(variable, spelt) == form


@settings(deadline=None)
@given(st.text())
def test_plain_is_stable_on_any_text(text):
    assert plain(text) == plain(f" {text} ")
    assert isinstance(plain(text), str)


@settings(deadline=None)
@given(st.data(), st.sampled_from(PAIRS))
def test_a_guess_is_made_only_for_an_unusual_value_and_only_if_it_makes_it_usual(data, pair):
    variable, _ = pair
    value = data.draw(st.floats(-1e7, 1e7))
    unit = looks_like(variable, value)
    if unit is None:
        return
    assert not variable.soft_low <= value <= variable.soft_high
    assert variable.soft_low <= convert(variable, value, unit) <= variable.soft_high
    assert fitting_units(variable, value) == (unit,)


@settings(deadline=None)
@given(st.data(), st.sampled_from(PAIRS))
def test_a_usual_value_in_the_wrong_unit_is_recognised_unless_it_is_usual_as_it_stands(data, pair):
    variable, form = pair
    stored = data.draw(usual(variable))
    entered = (stored - form.offset) / form.factor
    if variable.soft_low <= entered <= variable.soft_high:
        assert fitting_units(variable, entered) == ()
    elif variable.soft_low < convert(variable, entered, form.unit) < variable.soft_high:
        same = {
            f.unit for f in variable.units if (f.factor, f.offset) == (form.factor, form.offset)
        }
        assert same & set(fitting_units(variable, entered))
