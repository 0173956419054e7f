"""The second process gives the figures the first one would have drawn, or is done without."""

from __future__ import annotations

import pytest

from afterload.report import figure_list, figure_process
from afterload.report.figure_process import draw_here, second_process
from afterload.report.theme import DEFAULT


@pytest.fixture
def two_processors(monkeypatch):
    monkeypatch.setattr(figure_process, "_processors", lambda: 2)


@pytest.fixture
def started(monkeypatch, two_processors):
    """The second processes that were started."""
    known, start = [], figure_process._started

    def keep():
        known.append(start())
        return known[-1]

    monkeypatch.setattr(figure_process, "_started", keep)
    return known


def test_the_second_process_draws_the_same_figures(study, started):
    with second_process() as draw:
        drawn = draw(study, DEFAULT)()
    assert started[0].returncode == 0
    assert drawn == figure_list.build_figures(study)


def test_a_second_process_that_breaks_off_is_done_without(study, two_processors, monkeypatch):
    monkeypatch.setattr(figure_process, "_START", "raise SystemExit(3)")
    monkeypatch.setattr(figure_list, "build_figures", lambda _study, _theme: ("drawn here",))
    with second_process() as draw:
        assert draw(study, DEFAULT)() == ("drawn here",)


@pytest.mark.parametrize("python", ["", "/there/is/no/python"])
def test_without_a_second_python_the_first_draws(two_processors, monkeypatch, python):
    monkeypatch.setattr(figure_process.sys, "executable", python)
    with second_process() as draw:
        assert draw is draw_here


def test_on_one_processor_none_is_started(started, monkeypatch):
    monkeypatch.setattr(figure_process, "_processors", lambda: 1)
    with second_process() as draw:
        assert draw is draw_here
    assert started == []


@pytest.mark.parametrize("begun", [False, True])
def test_a_study_that_fails_leaves_no_process_behind(study, started, begun):
    def fail():
        with second_process() as draw:
            if begun:
                draw(study, DEFAULT)
            raise ValueError("the study failed")

    with pytest.raises(ValueError, match="the study failed"):
        fail()
    assert started[0].poll() is not None
