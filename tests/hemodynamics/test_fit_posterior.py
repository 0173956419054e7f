"""Draws of all who fit: from bent posteriors too, and worth as many as is told."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from afterload.core.errors import NoConvergence
from afterload.hemodynamics.fit import problem_of
from afterload.hemodynamics.fit_hamiltonian import walk
from afterload.hemodynamics.fit_posterior import Draws, sample, worth, worth_of
from afterload.hemodynamics.fit_prior import NORMAL_ADULT, PRIOR
from afterload.hemodynamics.fit_read import read
from afterload.hemodynamics.fit_search import Seen, search
from afterload.hemodynamics.fit_surrogate import Surrogate, surrogate

Array = NDArray[np.float64]
CHAINS = Path(__file__).parents[2] / "validation" / "hemodynamics" / "fit_chains.json"


class Bent:
    """Three free numbers, of which one measurement tells a product as little as a pressure tells
    a resistance apart from a flow: the posterior is a thin bent shell, with waves in it that no
    quadratic follows."""

    def __init__(self) -> None:
        self.prior = (None,) * 3
        self.reading = SimpleNamespace(saturations=())

    def run(self, z: Array, start: Any) -> tuple[Array, Any]:
        del start
        n = z.shape[1]
        waves = 0.3 * np.sin(3.0 * (z[:1] - z[1:2]))
        misfit = (np.exp(0.7 * z[:1] + 0.5 * z[1:2]) - 1.6) / 0.2 + waves / 0.2
        means = {"q.coronary_l": np.ones(n), "p.arch": np.ones(n)}
        return misfit, SimpleNamespace(states=np.ones((32, n)), means=means)

    def beats(self, z: Array, start: Any) -> tuple[Any, Seen]:
        misfit, settled = self.run(z, start)
        return settled, Seen(misfit, np.full(z.shape[1], True), None)

    def misfit(self, z: Array, seen: Seen) -> Array:
        del z
        return seen.values

    def exactly(self) -> tuple[Array, Array]:
        """Mean and standard deviation of the first two, by adding up a grid."""
        one = np.linspace(-6, 6, 1201)
        first, second = np.meshgrid(one, one)
        z = np.stack([first.ravel(), second.ravel(), np.zeros(first.size)])
        misfit, _ = self.run(z, None)
        density = np.exp(-0.5 * ((misfit**2).sum(axis=0) + (z**2).sum(axis=0)))
        density /= density.sum()
        mean = z[:2] @ density
        return mean, np.sqrt((z[:2] ** 2) @ density - mean**2)


def drawn(problem: Any, n: int, seed: int) -> Draws:
    return sample(problem, search(problem), n, np.random.default_rng(seed))


def test_draws_of_a_bent_posterior_have_the_moments_of_a_grid() -> None:
    problem = Bent()
    mean, sd = problem.exactly()
    found = drawn(problem, 4000, 1)
    np.testing.assert_allclose(found.z[:2].mean(axis=1), mean, atol=0.06)
    np.testing.assert_allclose(found.z[:2].std(axis=1), sd, rtol=0.06)
    assert found.z[2].mean() == pytest.approx(0.0, abs=0.06)
    assert found.z[2].std() == pytest.approx(1.0, rel=0.06)
    assert np.cov(found.z[:2])[0, 1] / sd.prod() < -0.8


@pytest.mark.parametrize("n", [200, 1000])
def test_draws_are_worth_what_is_told(n: int) -> None:
    """Repeated, the means scatter as those of so many independent draws: variance over worth."""
    problem = Bent()
    _, sd = problem.exactly()
    every = [drawn(problem, n, seed) for seed in range(60)]
    means = np.stack([found.z.mean(axis=1) for found in every])
    told = 1.0 / np.mean([1.0 / found.effective for found in every])
    seen = 1.0 / np.mean(means.var(axis=0, ddof=1) / np.append(sd, 1.0) ** 2)
    assert 0.7 < told / seen < 1.4  # 60 repeats of three numbers: 11 %
    assert told < 0.9 * n


def test_worth_by_hand() -> None:
    """Kish: of equal weights their number, of one draw that has all weight one."""
    assert worth(np.ones(7)) == pytest.approx(7)
    assert worth(np.array([1.0, 0, 0])) == pytest.approx(1)
    assert worth(np.array([3.0, 1.0])) == pytest.approx(16 / 10)


def test_worth_for_a_mean_by_hand() -> None:
    """Variance by variance of the weighted mean, sum w (x - m)² / sum w² (x - m)², w adding up to
    one: of 0, 1, 3 with weights 1/2, 1/4, 1/4 and mean 1 it is 1.5 / (1/4 + 4/16) = 3; where the
    draws far from the mean have the weight it is less than `worth` says."""
    weights = np.array([2.0, 1.0, 1.0])
    found = worth_of(np.array([[0.0, 1.0, 3.0], [0.0, 0.0, 1.0]]), weights)
    np.testing.assert_allclose(found, [3.0, (3 / 16) / (1 / 64 + 1 / 256 + 9 / 256)])
    np.testing.assert_allclose(worth_of(np.ones((1, 3)), weights), worth(weights))
    even = worth_of(np.random.default_rng(1).normal(size=(2, 50)), np.ones(50))
    np.testing.assert_allclose(even, 50)
    far = np.array([[-3.0, 3.0, *np.zeros(8)]])
    assert worth_of(far, np.array([4.0, 4, *np.ones(8)]))[0] < worth(
        np.array([4.0, 4, *np.ones(8)])
    )


def test_nobody_with_a_steady_beat_is_said() -> None:
    class Lost(Bent):
        def run(self, z: Array, start: Any) -> tuple[Array, Any]:
            misfit, settled = super().run(z, start)
            return misfit * np.nan, settled

    found = search(Bent())  # type: ignore[arg-type]
    with pytest.raises(NoConvergence, match="steady beat"):
        sample(Lost(), found, 100, np.random.default_rng(1))  # type: ignore[arg-type]


# what stands in for the circulation


def parabola(rng: np.random.Generator) -> tuple[Surrogate, Array, Array]:
    """A quadratic fitted to patients who follow one, and others who do too."""
    free, m = 4, 3
    level, slopes = rng.normal(size=m), rng.normal(size=(m, free))
    bends = rng.normal(size=(m, free, free)) / 4
    centre, root = rng.normal(size=free), np.tril(rng.normal(size=(free, free))) + 2 * np.eye(free)

    def misfit(z: Array) -> Array:
        return np.asarray(level[:, None] + slopes @ z + np.einsum("kij,in,jn->kn", bends, z, z))

    z, other = rng.normal(size=(free, 4000)), rng.normal(size=(free, 50))
    return surrogate(centre, root, z, misfit(z)), other, misfit(other)


def test_a_quadratic_is_found_again() -> None:
    model, other, misfit = parabola(np.random.default_rng(1))
    u = model.coordinates(other)
    np.testing.assert_allclose(model.patients(u), other, atol=1e-12)
    np.testing.assert_allclose(model.misfit(u), misfit, atol=0.02)
    assert (model.wrong < 0.01).all()


def test_what_a_quadratic_cannot_follow_is_told_as_wrong() -> None:
    """Of misfits with an error of 0.3 that no patient shares with another."""
    rng = np.random.default_rng(2)
    z = rng.normal(size=(3, 2000))
    model = surrogate(np.zeros(3), np.eye(3), z, z[:1] + 0.3 * rng.normal(size=(1, 2000)))
    assert model.wrong[0] == pytest.approx(0.3, rel=0.05)


def test_the_gradient_is_that_of_small_differences() -> None:
    model, other, _ = parabola(np.random.default_rng(3))
    u, step = model.coordinates(other), 1e-5
    _, gradient = model.log_density(u)
    for k in range(4):
        aside = step * np.eye(4)[:, [k]]
        rise = model.log_density(u + aside)[0] - model.log_density(u - aside)[0]
        np.testing.assert_allclose(gradient[k], rise / (2 * step), rtol=1e-5, atol=1e-5)


def test_chains_come_to_a_normal_density_from_far_off() -> None:
    rng = np.random.default_rng(4)
    precision = np.array([[2.0, 1.2, 0.0], [1.2, 1.0, 0.3], [0.0, 0.3, 0.8]])

    def density(u: Array) -> tuple[Array, Array]:
        pull = precision @ (u - 1.0)
        return -0.5 * ((u - 1.0) * pull).sum(axis=0), -pull

    u, logs = walk(density, np.full((3, 6000), -2.0), rng)
    np.testing.assert_allclose(u.mean(axis=1), 1.0, atol=0.08)
    np.testing.assert_allclose(np.cov(u), np.linalg.inv(precision), atol=0.2)
    np.testing.assert_allclose(logs, density(u)[0])


def test_a_path_into_infinity_is_not_gone() -> None:
    def density(u: Array) -> tuple[Array, Array]:
        inside = np.abs(u).max(axis=0) < 1.0
        return np.where(inside, 0.0, -np.inf), np.where(inside, 0.0, np.nan) * u

    u, _ = walk(density, np.zeros((2, 2000)), np.random.default_rng(5))
    assert np.abs(u).max() < 1.0
    np.testing.assert_allclose(u.std(axis=1), 1 / np.sqrt(3), rtol=0.06)


# the circulation


def test_draws_are_where_chains_find_those_who_fit() -> None:
    """`validation/hemodynamics/fit_chains.py`: Metropolis chains on the circulation itself, of a
    patient with three numbers, where the posterior is most bent."""
    told = json.loads(CHAINS.read_text("utf-8"))
    problem = problem_of(read(told["measured"]), (), PRIOR, NORMAL_ADULT)
    found = sample(problem, search(problem), 1000, np.random.default_rng(8))
    assert min(one["worth"] for one in told["free"].values()) > 400
    for row, free in zip(found.z, problem.prior, strict=True):
        seen = told["free"][free.name]
        assert row.mean() == pytest.approx(seen["mean"], abs=0.2 * seen["sd"]), free.name
        assert row.std() == pytest.approx(seen["sd"], rel=0.15), free.name
        ends = np.percentile(row, (5, 95))
        assert ends == pytest.approx([seen["5 %"], seen["95 %"]], abs=0.35 * seen["sd"]), free.name
