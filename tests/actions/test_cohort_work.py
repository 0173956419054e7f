"""Work that is shared out over processes: in order, stopped, or ended from outside."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from itertools import count, islice

import pytest

from afterload.actions.cohort_work import _on_cores, shared
from afterload.core.errors import AfterloadError


def doubled(number: int) -> int:
    return 2 * number


def dying(number: int) -> int:
    if number == 2:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def nothing() -> None:
    """Nobody is told."""


def test_pieces_come_in_order_and_are_made_as_they_are_needed() -> None:
    made: list[int] = []

    def tasks() -> Iterator[int]:
        for number in count():
            made.append(number)
            yield number

    some = islice(_on_cores(doubled, tasks(), 2, nothing), 5)
    assert list(some) == [0, 2, 4, 6, 8]
    assert len(made) <= 5 + 2 * 2


def test_stopped_what_was_begun_is_given_out_and_nothing_else_begun() -> None:
    told: list[str] = []

    def tasks() -> Iterator[int]:
        yield from range(6)
        raise KeyboardInterrupt

    done: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        done.extend(_on_cores(doubled, tasks(), 2, lambda: told.append("stopping")))
    assert done == sorted(done)
    assert done[:2] == [0, 2]
    assert told == ["stopping"]


def test_a_process_that_is_killed_is_told_in_a_sentence() -> None:
    with pytest.raises(AfterloadError, match="ended from outside"):
        list(_on_cores(dying, iter(range(6)), 2, nothing))


def test_one_piece_is_done_here() -> None:
    assert list(shared(doubled, [21], "", 1)) == [42]
