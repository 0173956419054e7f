"""A p value with the test it comes from, and what becomes of it in the results."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from afterload.study.ard import Section, Statistic
from afterload.study.groups import Groups
from afterload.study.method import HOLM, Method
from afterload.study.multiplicity import holm


@dataclass(frozen=True, slots=True)
class Tested:
    """A p value with the test it comes from.

    Args:
        p: The p value; None where the test cannot be made.
        method: The test that was made; None if there was none.
        warning: Why there is no p value, or what it rests on; empty if all is well.
        n: How many episodes it rests on.
    """

    p: float | None
    method: Method | None = None
    warning: str = ""
    n: int | None = None


@dataclass(frozen=True, slots=True)
class About:
    """What a group of statistics is about."""

    section: Section
    variable: str
    point: str = ""


def not_tested(why: str) -> Tested:
    """A test that was not made, and why."""
    return Tested(None, None, f"Not tested: {why}.")


def too_small(sizes: Sequence[int], names: Sequence[str], needed: int = 1) -> Tested | None:
    """Why arms cannot be compared, if one of them has fewer values than needed."""
    small = [name for name, size in zip(names, sizes, strict=True) if size < needed]
    if not small:
        return None
    what = "no data" if needed == 1 else f"fewer than {needed} values"
    return not_tested(f"{what} in the arm {' and in the arm '.join(small)}")


def comparison_rows(
    about: About, groups: Groups, test: Callable[[Sequence[int]], Tested], pairwise: bool = True
) -> list[Statistic]:
    """The rows of a comparison: all arms, then each arm against the reference, with Holm.

    Args:
        about: What is compared.
        groups: The arms.
        test: Compares the arms at the given places.
        pairwise: Whether to compare each arm with the reference; never done for two arms.

    Returns:
        "p" for all arms; "p_raw" and the corrected "p" for each other arm. None for a single arm.
    """
    arms = groups.count
    if arms < 2:
        return []
    rows = [_row(about, "p", test(range(arms)))]
    if not pairwise or arms == 2:
        return rows
    reference = groups.place(groups.reference)
    tests = [test((groups.place(arm), reference)) for arm in groups.others]
    corrected = holm([tested.p for tested in tests])
    for arm, tested, p in zip(groups.others, tests, corrected, strict=True):
        rows.append(_row(about, "p_raw", tested, arm, groups.reference))
        rows.append(_corrected(about, tested, p, arm, groups.reference))
    return rows


def _row(
    about: About, statistic: str, tested: Tested, arm: str = "", versus: str = ""
) -> Statistic:
    method = tested.method
    return Statistic(
        about.section, about.variable, statistic, tested.p, "", about.point, arm, versus, None,
        tested.n, None, "", method.name if method else "", method.reference if method else "",
        tested.warning,
    )  # fmt: skip


def _corrected(about: About, tested: Tested, p: float | None, arm: str, versus: str) -> Statistic:
    method = tested.method
    return Statistic(
        about.section, about.variable, "p", p, "", about.point, arm, versus, None, tested.n, None,
        "", method.name if method else "",
        f"{method.reference}; {HOLM.reference}" if method else "", tested.warning,
    )  # fmt: skip
