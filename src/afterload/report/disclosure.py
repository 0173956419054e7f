"""Small counts withheld, so that a report can leave the hospital.

The rule, for a threshold of 5:

- A count of 1 to 4 patients, values or events is withheld and shown as "<5". 0 is told. This holds
  for levels of a variable, those with and without a value, complications and their events,
  outcomes and those unknown, and the numbers of the flow diagram. It holds for counts that are not
  shown but follow from those that are: if all but 3 patients bled, the number who bled is withheld.
- Further counts, shown as "[c]", are withheld until no small one can be worked out: not from an
  arm and all arms together, nor from the other levels, nor from the flow, even by a reader who
  knows that "<5" is 1 to 4 and that "[c]" is neither 0 nor, with one exception, small.
- The exception: where "<5" would itself tell counts (four arms of "<5" and together "<5" are 1
  each), the total of 4 is shown as "[c]" as well. A total of 5 of the same parts is too, so that
  "[c]" there is 4 or 5 (see `disclosure_protect`).
- What follows from a withheld count goes with it: percentages and their intervals, rates,
  differences and ratios, p-values and standardised differences of tables that hold it (a p-value
  with known margins gives its table away, and one corrected by Holm's method can be another
  arm's), and every denominator that would tell it.
- Device-days of an arm of fewer than 5 are withheld, and those of all arms with them; so are the
  rates they are part of. Why a comparison was not made is told without counts.
- Medians, quartiles, means and standard deviations of fewer than 5 patients are withheld; smallest
  and largest values always, being one patient's. p-values and standardised differences of numbers
  are kept otherwise: no count follows from them.
- A survival curve is told only at times between which nobody, or at least 5 patients, died, and
  likewise were censored, and while nobody or at least 5 are at risk. Medians are told in whole
  days. Where 1 to 4 patients of an arm are left out for want of a time, nothing of its curve is
  told. Log-rank p-values are kept.

Not covered: two variables that count the same thing under different names, or one within the other
(deaths in 30 days and in 180: their difference may be small); what a reader knows from elsewhere;
and what could be learnt from which counts guard others, a choice that depends on their size.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from afterload.core.errors import InputError
from afterload.report.disclosure_cells import Cells, Key, State
from afterload.report.disclosure_counts import PEOPLE, cells_of, family_of, key_of
from afterload.report.disclosure_protect import protect
from afterload.report.disclosure_survival import hide, survival_rows
from afterload.study.ard import Results, Statistic
from afterload.study.design import Study

_NUMBERS = frozenset({"median", "q1", "q3", "mean", "sd"})
_EXTREMES = frozenset({"min", "max"})
UNTOLD = "Not tested: too few values."
"""Why a comparison was not made, where the full reason would tell a withheld count."""

_PER_ARM = ("proportion", "ci_", "rate", "device_days", *PEOPLE, *_NUMBERS)


def disclose_study(study: Study, threshold: int) -> Study:
    """The study with its small counts withheld."""
    return Study(study.design, disclose(study.results, threshold))


def disclose(results: Results, threshold: int) -> Results:
    """The results with counts from 1 to below the threshold withheld, and all that tells them.

    Args:
        results: The results as computed.
        threshold: The smallest count that may be told, at least 2.

    Raises:
        InputError: The threshold is below 2.
    """
    if threshold < 2:
        raise InputError(
            f"A disclosure threshold of {threshold} withholds nothing. Give 2 or more, e.g. 5."
        )
    withheld = _Withheld.of(cells_of(results), threshold)
    arms = [row.arm for row in results.section("flow") if row.variable == "arm"]
    rows = [
        _told(row, withheld)
        for row in results
        if row.section not in {"survival", "meta"} and row.statistic not in _EXTREMES
    ]
    rows += survival_rows(results, threshold, {arm for arm in arms if withheld.small_arm(arm)})
    rows += [r for r in results.section("meta") if r.variable != "disclosure"]
    rows.append(Statistic("meta", "disclosure", "text", None, text=str(threshold)))
    return Results(tuple(rows))


@dataclass(frozen=True, slots=True)
class _Withheld:
    """The cells withheld, and where they stand."""

    cells: Cells
    state: dict[Key, State]
    threshold: int
    columns: dict[Key, set[str]]
    counted: set[Key]

    @classmethod
    def of(cls, cells: Cells, threshold: int) -> _Withheld:
        """What is withheld of the cells, by what it is about."""
        state = protect(cells, threshold)
        columns: dict[Key, set[str]] = {}
        for key in state:
            columns.setdefault(key[:4], set()).add(key[-1])
        counted: set[Key] = {key[:3] for key in cells.values if len(key) == 6 and key[3] == "count"}
        return cls(cells, state, threshold, columns, counted)

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
        return _hidden(row, withheld.state[key], withheld.threshold)
    if key is None and _follows(row, withheld):
        return hide(row, "suppressed: it would tell a withheld count")
    return _without_n(_without_reason(row, withheld), withheld)


def _without_reason(row: Statistic, withheld: _Withheld) -> Statistic:
    """The row without a warning that tells how many values an arm has."""
    if row.value is None and row.warning and withheld.in_columns(row, "n", "count", "missing"):
        return replace(row, warning=UNTOLD)
    return row


def _hidden(row: Statistic, state: State, threshold: int) -> Statistic:
    small = state == "small"
    why = f"suppressed (< {threshold})" if small else "suppressed: it would tell a small count"
    text = "" if row.statistic == "unknown_kept" else row.text
    return hide(replace(row, text=text), why)


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
    """The row without the denominators that would tell a withheld count."""
    flow = row.section == "flow" and any(key[0] in {"flow", "size"} for key in withheld.state)
    people = withheld.in_columns(row, "n", "missing", "unknown")
    if flow or people or ("size", row.arm) in withheld.state:
        return replace(row, n=None, denominator=None)
    return row
