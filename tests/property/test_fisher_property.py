"""Fisher's exact test against every table there is, and what must not change it."""

from fractions import Fraction
from itertools import product
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from afterload.core.errors import NoConvergence
from afterload.study import fisher as module
from afterload.study.composition import compositions, count_compositions
from afterload.study.contingency import TOO_LARGE, compare_counts
from afterload.study.fisher import fisher


def every_table(rows, columns):
    """All tables with the given totals, each with its exact probability."""
    if len(rows) == 1:
        yield Fraction(1)
        return
    total, n = rows[0], sum(columns)
    for cells in product(*(range(min(total, column) + 1) for column in columns)):
        if sum(cells) != total:
            continue
        ways = Fraction(1)
        for column, cell in zip(columns, cells, strict=True):
            ways *= comb(column, cell)
        left = [column - cell for column, cell in zip(columns, cells, strict=True)]
        for chance in every_table(rows[1:], left):
            yield ways / comb(n, total) * chance


def chance_of(table):
    rows, columns = table.sum(axis=1).tolist(), table.sum(axis=0).tolist()
    left, chance, n = columns, Fraction(1), sum(columns)
    for total, cells in zip(rows, table.tolist(), strict=True):
        for column, cell in zip(left, cells, strict=True):
            chance *= comb(column, cell)
        chance /= comb(n, total)
        left = [column - cell for column, cell in zip(left, cells, strict=True)]
        n -= total
    return chance


@st.composite
def tables(draw, most=6, cells=4):
    rows, columns = draw(st.integers(2, 4)), draw(st.integers(2, 3))
    counts = draw(st.lists(st.integers(0, cells), min_size=rows * columns, max_size=most * columns))
    counts = (counts + [0] * (rows * columns))[: rows * columns]
    table = np.array(counts).reshape(rows, columns)
    table[0, 0] += 1
    return table


@settings(max_examples=60, deadline=None)
@given(tables(cells=3))
def test_it_is_the_sum_over_every_table_as_unlikely(table):
    kept = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    observed = chance_of(kept)
    limit = observed * (1 + Fraction(1, 10**7))
    rows, columns = kept.sum(axis=1).tolist(), kept.sum(axis=0).tolist()
    brute = sum(chance for chance in every_table(rows, columns) if chance <= limit)
    assert fisher(table) == pytest.approx(float(brute), rel=1e-10)


@settings(max_examples=60, deadline=None)
@given(tables(cells=8), st.randoms(use_true_random=False))
def test_the_order_of_rows_and_columns_does_not_matter(table, random):
    rows, columns = list(range(table.shape[0])), list(range(table.shape[1]))
    random.shuffle(rows)
    random.shuffle(columns)
    assert fisher(table[rows][:, columns]) == pytest.approx(fisher(table), rel=1e-11)
    assert fisher(table.T) == pytest.approx(fisher(table), rel=1e-11)


def test_it_is_the_same_every_time():
    table = np.array([[5, 2, 9, 1], [3, 3, 1, 8], [10, 6, 4, 2], [0, 2, 1, 4]])
    assert len({fisher(table) for _ in range(3)}) == 1


@settings(max_examples=60, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=2, max_size=4), st.data())
def test_compositions_are_all_there_and_counted(room, data):
    total = data.draw(st.integers(0, sum(room)))
    nodes = np.array(room)[:, None]
    parent, cells = compositions(nodes, total)
    wanted = {c for c in product(*(range(r + 1) for r in room)) if sum(c) == total}
    assert set(map(tuple, cells.T.tolist())) == wanted
    assert len(parent) == len(wanted) == count_compositions(nodes, total)[0]


def test_a_table_too_large_is_said_so_and_compared_by_chi_square():
    rng = np.random.default_rng(1)
    table = rng.multinomial(900, np.full(54, 1 / 54)).reshape(9, 6)
    table[0] = [1, 0, 2, 1, 0, 0]
    with pytest.raises(NoConvergence):
        fisher(table)
    tested = compare_counts(table, "ABCDEF")
    assert tested.warning == TOO_LARGE
    assert tested.method.name.startswith("Pearson")


def test_long_and_short_way_through_two_rows_agree(monkeypatch):
    table = np.array([[12, 3, 9], [20, 31, 7]])
    looked_up = fisher(table)
    monkeypatch.setattr(module, "_LOOKED_UP", 0)
    assert fisher(table) == pytest.approx(looked_up, rel=1e-13)
