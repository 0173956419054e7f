"""The agency's rule for missing and expired blood tests: where it was applied, test by test."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from afterload.core.source import Source
from afterload.scores.coeur import coefficient as c
from afterload.scores.coeur.case import Case, supports
from afterload.scores.coeur.icar import Support, valid
from afterload.scores.coeur.reading import TAKEN

Reason = Literal["missing", "expired", "perhaps expired"]
USED = {
    "peptide": "as decile 1 in the index (most favourable)",
    "creatinine": "as a filtration rate of 150 in the index (most favourable) and of 1 in the "
    "survival filter (least favourable)",
    "bilirubin": "as 5 µmol/L in the index (most favourable) and 230 µmol/L in the survival filter "
    "(least favourable)",
}


@dataclass(frozen=True, slots=True)
class Applied:
    """One blood test read by the agency's rule.

    Args:
        what: The test.
        reason: Why.
        used: What it was read as.
        source: Where the rule stands.
    """

    what: str
    reason: Reason
    used: str
    source: Source = c.CODE

    def __str__(self) -> str:
        verb = {"missing": "is missing", "expired": "has expired"}.get(
            self.reason, "may have expired"
        )
        may = "would be" if self.reason == "perhaps expired" else "is"
        return f"{self.what} {verb}: by the agency's rule it {may} read {self.used}."


def applied(case: Case, survival: bool = True) -> tuple[Applied, ...]:
    """Where the rule was applied to an adult.

    Args:
        case: What is known.
        survival: Whether the survival filter is asked too.
    """
    return (*_today(case, survival), *_before(case))


def _today(case: Case, survival: bool) -> Iterator[Applied]:
    treated = supports(case)
    if not all(_forced(support) for support in treated):
        yield from _peptide(case)
    for lab in ("creatinine", "bilirubin"):
        reason = _reason(case, lab, treated)
        if reason and not (lab == "creatinine" and case.get("rrt") == 1):
            used = USED[lab] if survival else USED[lab].split(" and ")[0]
            yield Applied(lab, reason, used)


def _peptide(case: Case) -> Iterator[Applied]:
    open_ = tuple(support for support in supports(case) if not _forced(support))
    first, second = (_reason(case, lab, open_) for lab in ("ntprobnp", "bnp"))
    known = [lab for lab in ("ntprobnp", "bnp") if case.get(lab) is not None]
    if not known:
        yield Applied("natriuretic peptide (ntprobnp, bnp)", "missing", USED["peptide"])
    elif first and second is None and case.get("ntprobnp") is not None:
        yield Applied("ntprobnp", first, "not at all: bnp is used")
    elif first and second:
        surely: Reason = (
            "expired" if "perhaps expired" not in (first, second) else "perhaps expired"
        )
        yield Applied(" and ".join(known), surely, USED["peptide"])


def _forced(support: Support) -> bool:
    return support.ecls or support.biventricular


def _reason(case: Case, lab: str, treated: tuple[Support, ...]) -> Reason | None:
    """Why a test may not count; None when it surely does."""
    if case.get(lab) is None:
        return "missing"
    days = case.days(lab)
    if days is None:
        return "perhaps expired"
    counts = {valid(days, support, TAKEN) for support in treated}
    if counts == {True}:
        return None
    return "expired" if counts == {False} else "perhaps expired"


def _before(case: Case) -> Iterator[Applied]:
    treated = supports(case)
    if not all(support.acute for support in treated):
        return
    peptide = case.get("ntprobnp_pre") is None and case.get("bnp_pre") is None
    if peptide and not all(_forced(support) for support in treated):
        yield Applied("natriuretic peptide before support", "missing", USED["peptide"])
    if case.get("creatinine_pre") is None and case.get("rrt_pre") != 1:
        yield Applied("creatinine before support", "missing", _index_only("creatinine"))
    if case.get("bilirubin_pre") is None:
        yield Applied("bilirubin before support", "missing", _index_only("bilirubin"))


def _index_only(lab: str) -> str:
    return USED[lab].split(" and ")[0]
