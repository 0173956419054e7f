"""Small counts withheld, so that a report can leave the hospital.

The rule, for a threshold of 5:

- A count of 1 to 4 patients, values or events is withheld and shown as "<5". 0 is told. This holds
  for levels of a variable, those with and without a value, complications and their events,
  outcomes and those unknown, numbers under a curve, and the numbers of the flow diagram. It holds
  for counts that are not shown but follow from those that are: if all but 3 patients bled, the
  number who bled is withheld.
- Further counts, shown as "[c]", are withheld until no small one can be worked out: not from an
  arm and all arms together, nor from the other levels, nor from the flow, the curves or another
  outcome of the same event, even by a reader who knows that "<5" is 1 to 4 and that "[c]" is
  neither 0 nor, with two exceptions, small.
- The exceptions: where "<5" would itself tell counts (four arms of "<5" and together "<5" are 1
  each), the total of 4 is shown as "[c]" as well. A total of 5 of the same parts is too, so that
  "[c]" there is 4 or 5 (see `disclosure_protect`). And of an arm whose size is withheld, nothing of
  a curve is told.
- What follows from a withheld count goes with it: percentages and their intervals, rates,
  differences and ratios, p-values and standardised differences of tables that hold it (a p-value
  with known margins gives its table away, and one corrected by Holm's method can be another
  arm's), and every denominator that would tell it.
- Device-days of an arm of fewer than 5 are withheld, and those of all arms with them; so are the
  rates they are part of. Why a comparison was not made is told without counts.
- Medians, quartiles, means and standard deviations of fewer than 5 patients are withheld; smallest
  and largest values always, being one patient's. Where only the number of values is withheld, they
  are told in the steps the variable was recorded in, and p-values and standardised differences of
  numbers to two significant figures: their last digits would tell that number (see
  `disclosure_rounding`).
- One event (deaths, say) is one course, whatever it is told by: outcomes at several horizons,
  curves, numbers under them. Its counts are told only at days between which nobody, or at least 5
  patients, had it, and likewise were lost, and while nobody or at least 5 are left; at other days
  the events alone may be (see `disclosure_course`). Curves are told in whole percent, medians in
  whole days and only where at least 5 events lie between them and any day told, log-rank p-values
  to two significant figures, and where a day is not told only if 30 had the event.

Not covered: two variables that count the same thing under different names, or one within the other,
where the report cannot know it (death in hospital and death in 30 days, a diagnosis and its
subtype): their difference may be small; what a reader knows from elsewhere; and what could be
learnt from which counts guard others, a choice that depends on their size.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from afterload.core.errors import InputError
from afterload.report.disclosure_cells import Cells, Key, State
from afterload.report.disclosure_counts import PEOPLE, cells_of, family_of, key_of
from afterload.report.disclosure_course import courses
from afterload.report.disclosure_protect import protect
from afterload.report.disclosure_rounding import blunt, grain, to_grain
from afterload.report.disclosure_survival import hide, hide_count, survival_rows
from afterload.study.ard import Results, Statistic
from afterload.study.design import Outcome, Study

_NUMBERS = frozenset({"median", "q1", "q3", "mean", "sd"})
_EXTREMES = frozenset({"min", "max"})
_IN_STEPS = frozenset({"median", "q1", "q3", *_EXTREMES})
_COUNTED = re.compile(r"\b\d[\d,]*(?= (?:of|episodes?|patients?|values?)\b)")
"""A count in a warning of the design, which is told before the results are withheld."""
UNTOLD = "Not tested: too few values."
"""Why a comparison was not made, where the full reason would tell a withheld count."""

_PER_ARM = ("proportion", "ci_", "rate", "device_days", *PEOPLE, *_NUMBERS)


def disclose_study(study: Study, threshold: int) -> Study:
    """The study with its small counts withheld, also those in its warnings."""
    texts = (re.sub(_COUNTED, "[c]", text) for text in study.design.warnings)
    results = disclose(study.results, threshold, study.design.outcomes)
    return Study(replace(study.design, warnings=tuple(texts)), results)


def disclose(results: Results, threshold: int, outcomes: Sequence[Outcome] = ()) -> Results:
    """The results with counts from 1 to below the threshold withheld, and all that tells them.

    Args:
        results: The results as computed.
        threshold: The smallest count that may be told, at least 2.
        outcomes: The outcomes of the study: which of them are of the same event.

    Raises:
        InputError: The threshold is below 2.
    """
    if threshold < 2:
        raise InputError(
            f"A disclosure threshold of {threshold} withholds nothing. Give 2 or more, e.g. 5."
        )
    told = courses(results, outcomes, threshold)
    withheld = _Withheld.of(results, cells_of(results, told, threshold), threshold)
    rows = [
        _told(row, withheld)
        for row in results
        if row.section not in {"survival", "meta"} and row.statistic not in _EXTREMES
    ]
    events = {outcome.name: outcome.event or outcome.name for outcome in outcomes}
    rows += survival_rows(results, threshold, told, events, withheld.state, withheld.alpha)
    rows += [_meta(row) for row in results.section("meta") if row.variable != "disclosure"]
    rows.append(Statistic("meta", "disclosure", "text", None, text=str(threshold)))
    return Results(tuple(rows))


def _meta(row: Statistic) -> Statistic:
    """What was run and how, without the counts its warnings may tell."""
    if row.variable != "warning":
        return row
    text, warning = (re.sub(_COUNTED, "[c]", told) for told in (row.text, row.warning))
    return replace(row, text=text, warning=warning)


@dataclass(frozen=True, slots=True)
class _Withheld:
    """The cells withheld, and where they stand.

    Args:
        cells: All counts and their sums.
        state: Those withheld.
        threshold: The smallest count that may be told.
        columns: The arms in which a kind of count of a family is withheld.
        counted: The families that are counted by category.
        steps: In what steps the other variables were recorded.
        alpha: The level at which a p-value is called a difference.
    """

    cells: Cells
    state: dict[Key, State]
    threshold: int
    columns: dict[Key, set[str]]
    counted: set[Key]
    steps: dict[Key, float] = field(default_factory=dict)
    alpha: float = 0.05

    @classmethod
    def of(cls, results: Results, cells: Cells, threshold: int) -> _Withheld:
        """What is withheld of the cells, by what it is about."""
        state = protect(cells, threshold)
        exact: dict[Key, list[float]] = {}
        for row in results:
            if row.statistic in _IN_STEPS and row.value is not None:
                exact.setdefault(family_of(row)[:2], []).append(row.value)
        level = results.find("meta", "alpha", "value")
        columns: dict[Key, set[str]] = {}
        for key in state:
            columns.setdefault(key[:4], set()).add(key[-1])
        counted: set[Key] = {key[:3] for key in cells.values if len(key) == 6 and key[3] == "count"}
        return cls(
            cells, state, threshold, columns, counted,
            {variable: grain(values) for variable, values in exact.items()},
            0.05 if level is None or level.value is None else level.value,
        )  # fmt: skip

    def small_arm(self, arm: str) -> bool:
        """Whether an arm is itself of too few."""
        return self.state.get(("size", arm)) in {"small", "veiled"}

    @property
    def any_small_arm(self) -> bool:
        """Whether some arm is of too few: then sums over all arms tell of it."""
        return any(self.small_arm(key[1]) for key in self.state if key[0] == "size")

    def few(self, row: Statistic, arm: str) -> bool:
        """Whether those with a value in an arm are too few to tell anything of them.

        At the threshold itself too where that number is withheld: else what is told would show
        whether it is the threshold or less.
        """
        key = (*family_of(row), "n", "", arm)
        n = self.cells.values.get(key, self.threshold + 1)
        return 0 < n < self.threshold or (n == self.threshold and key in self.state)

    def few_unknown(self, row: Statistic) -> bool:
        """Whether too few of an arm have no answer; for all arms, of any of them."""
        arms = self.columns.get((*family_of(row), "unknown"), set())
        return bool(arms & {row.arm, row.versus}) or bool(arms and not row.arm)

    def in_columns(self, row: Statistic, *names: str) -> bool:
        """Whether a cell of these kinds is withheld in the columns a row is about."""
        wanted = {row.arm, row.versus} - {""} if row.versus else {row.arm}
        corrected = row.statistic == "p" and bool(row.versus)
        every = corrected or (not row.arm and not row.statistic.startswith(_PER_ARM))
        arms = {arm for name in names for arm in self.columns.get((*family_of(row), name), ())}
        return bool(arms if every else arms & wanted)


def _told(row: Statistic, withheld: _Withheld) -> Statistic:
    """A row as it may be told."""
    key = key_of(row)
    if key is not None and key in withheld.state:
        text = "" if row.statistic == "unknown_kept" else row.text
        return hide_count(replace(row, text=text), withheld.state[key], withheld.threshold)
    if key is None and _follows(row, withheld):
        return hide(row, "suppressed: it would tell a withheld count")
    return _without_n(_rounded(_without_reason(row, withheld), withheld), withheld)


def _rounded(row: Statistic, withheld: _Withheld) -> Statistic:
    """A number without the digits that would tell of how many it is, where that is withheld."""
    family = family_of(row)
    if row.value is None or family in withheld.counted or family[0] != "variable":
        return row
    arms = withheld.columns.get((*family, "n"), set())
    if row.statistic in _NUMBERS:
        step = withheld.steps.get(family[:2], 0.0)
        return replace(row, value=to_grain(row.value, step)) if row.arm in arms and step else row
    if row.statistic in {"p", "p_raw", "smd"} and arms:
        return replace(row, value=blunt(row.value, withheld.alpha))
    return row


def _without_reason(row: Statistic, withheld: _Withheld) -> Statistic:
    """The row without a warning that tells how many values an arm has."""
    if row.value is None and row.warning and withheld.in_columns(row, "n", "count", "missing"):
        return replace(row, warning=UNTOLD)
    return row


def _follows(row: Statistic, withheld: _Withheld) -> bool:
    """Whether a withheld count could be worked out from this number."""
    family = family_of(row)
    if row.statistic == "device_days":
        # The days of those with an answer, beside those of all, tell the days of the others.
        lone = withheld.small_arm(row.arm) or (not row.arm and withheld.any_small_arm)
        return lone or withheld.few_unknown(row)
    if row.statistic in _NUMBERS:
        return withheld.few(row, row.arm) or withheld.small_arm(row.arm)
    if row.statistic == "proportion" or row.statistic in {"ci_low", "ci_high"}:
        level = row.level if row.statistic == "proportion" else ""
        own = (*family, "count", level, row.arm) in withheld.state
        return own or (*family, "n", "", row.arm) in withheld.state
    if row.statistic.startswith("rate"):
        # Events over their rate are the device-days: what hides these hides those.
        arms = {row.arm, row.versus} - ({""} if row.versus else set())
        lone = any(withheld.small_arm(arm) for arm in arms)
        return (
            lone
            or (not row.arm and withheld.any_small_arm)
            or withheld.few_unknown(row)
            or withheld.in_columns(row, "events")
        )
    if family not in withheld.counted:
        return any(withheld.few(row, arm) for arm in {row.arm, row.versus} - {""})
    return withheld.in_columns(row, "count", "n")


def _without_n(row: Statistic, withheld: _Withheld) -> Statistic:
    """The row without denominators, but for that of a share where it is told anyway."""
    share = row.statistic in {"count", "proportion"} and row.section != "flow"
    known = share and (*family_of(row), "n", "", row.arm) not in withheld.state
    return replace(row, n=None, denominator=row.denominator if known else None)
