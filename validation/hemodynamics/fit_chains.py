"""Everyone who fits three numbers, found the long way: chains that walk on the circulation itself.

    python validation/hemodynamics/fit_chains.py [--steps 300]

writes fit_chains.json beside it: per free number mean, standard deviation, 5th and 95th
percentile, and how many independent draws that is worth, by how the chains' means differ. Nothing
is shared with `fit_posterior` but the circulation: 256 chains step along differences of two others
(ter Braak 2006, Stat Comput 16:239-249, differential evolution Markov chains; memory), begun around
the most probable patient; the first third is left out.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np

from afterload.hemodynamics.fit import problem_of
from afterload.hemodynamics.fit_prior import NORMAL_ADULT, PRIOR
from afterload.hemodynamics.fit_read import read
from afterload.hemodynamics.fit_search import Found, Problem, search

HERE = Path(__file__).parent
MEASURED = {"hr": 100.0, "map": 60.0, "cvp": 12.0}
CHAINS, SEED = 256, 77


def log_posterior(problem: Problem, found: Found, z):
    """Up to a constant; where a guess does not settle, from where anyone would begin."""
    misfit, _ = problem.run(z, found.start(z))
    lost = np.flatnonzero(~np.isfinite(misfit).all(axis=0))
    if len(lost):
        twice = np.repeat(lost, 2) if len(lost) == 1 else lost
        misfit[:, lost] = problem.run(z[:, twice], None)[0][:, : len(lost)]
    found_ = -0.5 * ((misfit**2).sum(axis=0) + (z**2).sum(axis=0))
    return np.where(np.isfinite(found_), found_, -np.inf)


def walk(problem: Problem, found: Found, steps: int):
    """Where the chains were, shape (kept, free, chains), and the share of steps they took."""
    rng, free = np.random.default_rng(SEED), len(found.z)
    root = np.linalg.cholesky(np.linalg.inv(found.precision))
    z = found.z[:, None] + 1.3 * root @ rng.standard_normal((free, CHAINS))
    here, kept, taken, me = log_posterior(problem, found, z), [], [], np.arange(CHAINS)
    for step in range(steps):
        one, two = ((me + rng.integers(1, CHAINS, CHAINS)) % CHAINS for _ in range(2))
        usual = 2.38 / np.sqrt(2 * free) * rng.uniform(0.3, 1.0, CHAINS)
        far = np.where(rng.random(CHAINS) < 0.1, 1.0, usual)
        there = z + far * (z[:, one] - z[:, two]) + 0.02 * rng.standard_normal(z.shape)
        then = log_posterior(problem, found, there)
        goes = np.log(rng.random(CHAINS)) < then - here
        z, here = np.where(goes, there, z), np.where(goes, then, here)
        taken.append(goes.mean())
        if step >= steps // 3:
            kept.append(z)
    return np.array(kept), float(np.mean(taken))


def main() -> None:
    """Walk, and tell where."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--steps", type=int, default=300)
    steps = parser.parse_args().steps
    problem = problem_of(read(MEASURED), (), PRIOR, NORMAL_ADULT)
    kept, taken = walk(problem, search(problem), steps)
    every = kept.transpose(1, 0, 2).reshape(kept.shape[1], -1)
    worth = every.var(axis=1) / (kept.mean(axis=0).var(axis=1, ddof=1) / CHAINS)
    low, high = np.percentile(every, (5, 95), axis=1)
    told = {
        free.name: {
            "mean": round(float(every[k].mean()), 3), "sd": round(float(every[k].std()), 3),
            "5 %": round(float(low[k]), 3), "95 %": round(float(high[k]), 3),
            "worth": round(float(worth[k])),
        }
        for k, free in enumerate(problem.prior)
    }  # fmt: skip
    whole = {"measured": MEASURED, "steps": steps, "chains": CHAINS, "taken": round(taken, 3),
             "free": told}  # fmt: skip
    (HERE / "fit_chains.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    print(json.dumps(whole, indent=1))


if __name__ == "__main__":
    main()
