"""Telling what a row of a batch means for an episode that was there: new, known, or contradicting.

Rows of most tables have no name, so that what is recorded already is known by what it says. A
measurement set (a nominal point, a time, or both) and a follow-up are parts of what was found at
that moment: a later one adds the values that were missing. Everything else is a thing that was or
happened (a device, a complication): as many as are told, each recorded one standing for one of
them; one told with more than before is completed. That a complication did not occur is said once
for an episode, and is contradicted by one that did.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal

from afterload.registry.facts import Facts, agree, within
from afterload.registry.recorded import Kept, Known

_MOMENTS = {"device": "start", "infusion": "start"}
_KINDS = {"infusion": "drug", "observation": "nominal", "query": "question"}


@dataclass(frozen=True, slots=True)
class Told:
    """One row of a batch: where it stands there, and what it says."""

    place: int
    facts: Facts


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a row of a batch means.

    Args:
        told: The row.
        means: "new": nobody knew; "known": all of it is recorded; "part": the facts named are new
            and are written by themselves; "completes": a recorded row gains the facts named;
            "differs": the facts named are recorded otherwise; "corrected": a row that said this
            was corrected since.
        kept: The recorded row, where there is one.
        names: The facts.
        others: For "differs", the recorded row of each fact.
        recorded: For "part", the facts that are recorded at that moment.
    """

    told: Told
    means: Literal["new", "known", "part", "completes", "differs", "corrected"]
    kept: Kept | None = None
    names: tuple[str, ...] = ()
    others: tuple[Kept, ...] = ()
    recorded: frozenset[str] = frozenset()


@dataclass(slots=True)
class Matcher:
    """Compares the rows of one episode and table with what is recorded of it.

    Args:
        table: The table.
        known: What is recorded.
        taken: The recorded rows that stand for a row of the batch already; added to.
    """

    table: str
    known: Known
    taken: set[int]
    _at: dict[tuple[Any, Any], list[Kept]] = field(default_factory=dict)
    _timed: dict[Any, list[Kept]] = field(default_factory=dict)

    def verdicts(self, rows: Sequence[Told]) -> list[Verdict]:
        """What each row means, in the order of the rows."""
        if not self.known.current:
            return [Verdict(told, "new") for told in rows]
        for kept in self.known.current:
            kind, moment = self._where(kept.facts)
            self._at.setdefault((kind, moment), []).append(kept)
            if moment is not None:
                self._timed.setdefault(kind, []).append(kept)
        made, others = self._parts([told for told in rows if self._is_part(told.facts)])
        left = [*(told for told in rows if not self._is_part(told.facts)), *others]
        said, left = self._absences(left)
        made += said
        left.sort(key=lambda told: told.place)
        # All rows are asked the surest question first, then what is left of them the next one.
        for same in (self._alike, self._agreeing, self._timed_by_one):
            found, left = self._stand_for(left, same)
            made += found
        made += [self._stranger(told) for told in left]
        return sorted(made, key=lambda verdict: verdict.told.place)

    def _where(self, facts: Facts) -> tuple[Any, Any]:
        """What a row is about, and its time."""
        kind = facts.get(_KINDS.get(self.table, "kind"))
        moment = facts.get(_MOMENTS.get(self.table, "at"))
        if moment is None and self.table == "infusion":
            moment = facts.get("nominal")
        return kind, moment

    def _is_part(self, facts: Facts) -> bool:
        """Whether a row tells values at a moment that can be named."""
        if self.table == "observation":
            return self._where(facts) != (None, None)
        return self.table == "followup"

    def _values(self, facts: Facts) -> dict[str, Any]:
        return {name: value for name, value in facts.items() if name not in ("at", "nominal")}

    def _parts(self, rows: Iterable[Told]) -> tuple[list[Verdict], list[Told]]:
        """Rows at a moment that is recorded; and the others."""
        recorded: dict[tuple[Any, Any], dict[str, dict[Any, Kept]]] = {}
        for kept in self.known.current:
            of = recorded.setdefault(self._where(kept.facts), {})
            for name, value in self._values(kept.facts).items():
                of.setdefault(name, {})[value] = kept
        made: list[Verdict] = []
        others: list[Told] = []
        added: set[tuple[Any, ...]] = set()
        for told in rows:
            where = self._where(told.facts)
            if where in recorded:
                made.append(self._part(told, recorded[where], where, added))
            else:
                others.append(told)
        return made, others

    def _part(
        self,
        told: Told,
        recorded: dict[str, dict[Any, Kept]],
        where: tuple[Any, Any],
        added: set[tuple[Any, ...]],
    ) -> Verdict:
        values = self._values(told.facts)
        wrong = [n for n, value in values.items() if n in recorded and value not in recorded[n]]
        if wrong:
            others = tuple(next(iter(recorded[name].values())) for name in wrong)
            return Verdict(told, "differs", others[0], tuple(wrong), others)
        fresh = tuple(
            name for name, value in values.items()
            if name not in recorded and (where, name, value) not in added
        )  # fmt: skip
        added.update((where, name, values[name]) for name in fresh)
        return Verdict(told, "part" if fresh else "known", None, fresh, (), frozenset(recorded))

    def _absences(self, rows: Iterable[Told]) -> tuple[list[Verdict], list[Told]]:
        """Complications that are known not to have occurred; and the other rows."""
        made: list[Verdict] = []
        left: list[Told] = []
        for told in rows:
            kept = next((k for k in self.known.current if _same_absence(told.facts, k.facts)), None)
            if kept is None:
                left.append(told)
                continue
            more = tuple(name for name in told.facts if name not in kept.facts)
            means: Literal["completes", "known"] = "completes" if more else "known"
            if more and kept.id in self.taken:
                means = "known"
            self.taken.add(kept.id)
            made.append(Verdict(told, means, kept, more))
        return made, left

    def _alike(self, facts: Facts) -> Iterator[Kept]:
        """Recorded rows that say the same."""
        return (kept for kept in self._at.get(self._where(facts), ()) if kept.facts == facts)

    def _agreeing(self, facts: Facts) -> Iterator[Kept]:
        """Recorded rows of the same kind and time that contradict it nowhere."""
        there = self._at.get(self._where(facts), ())
        return (kept for kept in there if agree(facts, kept.facts))

    def _timed_by_one(self, facts: Facts) -> Iterator[Kept]:
        """Recorded rows where one of both knows the time, and all the other one says besides."""
        kind, moment = self._where(facts)
        if moment is None:
            there = self._timed.get(kind, ())
            return (kept for kept in there if within(facts, kept.facts))
        return (kept for kept in self._at.get((kind, None), ()) if within(kept.facts, facts))

    def _stand_for(
        self, rows: Iterable[Told], same: Callable[[Facts], Iterator[Kept]]
    ) -> tuple[list[Verdict], list[Told]]:
        """Rows a recorded one stands for, each recorded one for one row; and the others."""
        made: list[Verdict] = []
        left: list[Told] = []
        for told in rows:
            kept = next((kept for kept in same(told.facts) if kept.id not in self.taken), None)
            if kept is None:
                left.append(told)
                continue
            self.taken.add(kept.id)
            more = tuple(name for name in told.facts if name not in kept.facts)
            made.append(Verdict(told, "completes" if more else "known", kept, more))
        return made, left

    def _stranger(self, told: Told) -> Verdict:
        """A row nothing recorded stands for: new, unless it contradicts what is recorded."""
        facts = told.facts
        once = self.table in ("infusion", "decision") and self._where(facts)[1] is not None
        if self.table == "device" or once:
            for kept in self._at.get(self._where(facts), ()):
                if kept.id not in self.taken:
                    wrong = tuple(n for n, v in facts.items() if kept.facts.get(n, v) != v)
                    return Verdict(told, "differs", kept, wrong, (kept,) * len(wrong))
        now = self._corrected_since(facts)
        if now:
            return Verdict(told, "corrected", now)
        for kept in self.known.current:
            if _other_answer(facts, kept.facts):
                return Verdict(told, "differs", kept, ("occurred",), (kept,))
        return Verdict(told, "new")

    def _corrected_since(self, facts: Facts) -> Kept | None:
        """The recorded row that once said this, if it says something else now."""
        moment = self._where(facts)[1]
        for past in self.known.past:
            if self._where(past.facts)[1] == moment and within(past.facts, facts):
                for kept in self.known.current:
                    if kept.root == past.root and kept.id not in self.taken:
                        return kept
        return None


def _same_absence(one: Facts, other: Facts) -> bool:
    """Whether both say that one kind of complication did not occur, and agree in the rest."""
    both = one.get("occurred") == 0 and other.get("occurred") == 0
    return both and one["kind"] == other["kind"] and agree(one, other)


def _other_answer(one: Facts, other: Facts) -> bool:
    """Whether one says that a kind of complication occurred and the other that it did not."""
    if "occurred" not in one or one["kind"] != other["kind"]:
        return False
    return bool(one["occurred"] != other["occurred"])
