"""Which counts to withhold so that no small one can be worked out from the others.

A small cell is withheld and marked as small. Where the marks alone would tell the counts (four
arms below 5 and all together below 5 are 1 each), the total loses its mark: it is veiled, and
reads as any other count withheld. Then, as long as a reader finds only one value possible for a
small cell, another cell of its sums is withheld too.
"""

from __future__ import annotations

from collections.abc import Sequence

from afterload.report.disclosure_cells import Cells, Key, Reader, State, Sum


def protect(cells: Cells, threshold: int) -> dict[Key, State]:
    """The cells to withhold: the small ones, and those that would give a small one away.

    Args:
        cells: The counts and their sums, and those that are withheld in any case.
        threshold: Counts from 1 to below this are small.
    """
    start: dict[Key, State] = dict.fromkeys(cells.unseen, "unseen")
    start |= dict.fromkeys(sorted(cells.untold), "guard")
    start |= _marked(cells, threshold)
    start |= dict.fromkeys(sorted(cells.silent), "silent")
    reader = Reader(cells, dict(start), threshold)
    done: set[Key] = set()
    while (stuck := _guard_all(reader, done)) is not None:
        veil = _next_veil(stuck, reader, start)
        if veil is None:  # all that is tied to it is withheld, and nothing of it marked small
            done.add(stuck)
            continue
        start[veil] = "veiled"
        reader = Reader(cells, dict(start), threshold)
    _tell_the_obvious(reader)
    return {k: state for k, state in reader.state.items() if state != "unseen"}


def _tell_the_obvious(reader: Reader) -> None:
    """Tell again what was withheld as a guard and follows from a single sum all the same."""
    spare = {k for k, state in reader.state.items() if state == "guard"} - reader.cells.untold
    queue = sorted(spare)
    while queue:
        key = queue.pop()
        if key not in reader.state:
            continue
        for place in reader.sums_of.get(key, ()):
            total, parts = reader.cells.sums[place]
            if not any(other in reader.state for other in (total, *parts) if other != key):
                del reader.state[key]
                queue += [
                    other
                    for one in reader.sums_of[key]
                    for other in (reader.cells.sums[one][0], *reader.cells.sums[one][1])
                    if other in spare and other in reader.state
                ]
                break


def _marked(cells: Cells, threshold: int) -> dict[Key, State]:
    """The small cells, without the marks that would tell a count by themselves.

    The mark of a small total sets the limit `threshold - 1`: parts that need as much for being 1 or
    more each are then known. Such a total is veiled; so that this does not tell it either, a total
    of one more is veiled as well.
    """
    only: State = "small" if threshold > 2 else "veiled"  # "<2" would tell 1
    seen = {key: value for key, value in cells.values.items() if key not in cells.unseen}
    state = {key: only for key, value in seen.items() if 0 < value < threshold}
    least = dict.fromkeys(state, 1)
    changed = True
    while changed:
        changed = False
        for total, parts in cells.sums:
            value = cells.values[total]
            hidden = [p for p in parts if cells.values[p] and p not in cells.unseen]
            if total in cells.unseen or value > threshold or not all(p in least for p in hidden):
                continue
            need = sum(least[p] for p in hidden)
            full = need == threshold - 1
            if need > least.get(total, 0) and (full or value < threshold):
                least[total] = need
                changed = True
            if full:
                state[total] = "veiled"
    return state


def _guard_all(reader: Reader, done: set[Key]) -> Key | None:
    """Withhold guards until no small cell can be worked out; the one for which none is left.

    Args:
        reader: What a reader sees; guards are added to what is withheld.
        done: Cells for which nothing more can be done.
    """
    values, threshold, state = reader.cells.values, reader.threshold, dict(reader.state)
    small = {k for k in state if 0 < values[k] < threshold or state[k] == "veiled"}
    small |= reader.cells.untold
    small -= reader.cells.harmless
    safe = set(done)
    for key in sorted(key for key in small if key in reader.sums_of):
        while key not in safe:
            other = reader.other_values(key)
            if other is not None:
                safe |= {k for k, value in other.items() if value != values[k]}
                continue
            guard = _next_guard(key, reader)
            if guard is None:
                return key
            reader.state[guard] = "guard"
    return None


def _next_guard(key: Key, reader: Reader) -> Key | None:
    """The cell whose loss costs a reader least: a comfortably large part first.

    A sum of which a single cell is withheld tells that cell, so a second is looked for there first.
    """
    near = [reader.cells.sums[place] for place in reader.sums_of.get(key, ())]
    _, tied = reader.tied(key)
    telling = [(total, parts) for total, parts in tied if _alone((total, *parts), reader)]
    places = ([s for s in near if s in telling], telling, near, tied)
    for price in (0, 1, 2):
        for sums in places:
            guard = _cheapest(sums, price, reader)
            if guard is not None:
                return guard
    return None


def _alone(keys: Sequence[Key], reader: Reader) -> bool:
    """Whether a single cell of a sum is withheld, and is one that the report would show."""
    withheld = [key for key in keys if key in reader.state]
    return len(withheld) == 1 and reader.state[withheld[0]] != "unseen"


def _cheapest(sums: Sequence[Sum], price: int, reader: Reader) -> Key | None:
    """The cell of these sums, of those at this price, that costs a reader least to lose."""
    cells, threshold = reader.cells, reader.threshold
    totals = {total for total, _ in sums}
    useful = [
        k
        for k in {k for total, parts in sums for k in (total, *parts)} - set(reader.state)
        if cells.values[k] > 0 and cells.pinned.get(k, 0) == price
    ]
    return min(
        useful,
        key=lambda k: (
            k not in cells.cheap,
            k in totals,
            cells.values[k] < 2 * threshold,
            cells.values[k],
            k,
        ),
        default=None,
    )


def _next_veil(key: Key, reader: Reader, start: dict[Key, State]) -> Key | None:
    """The small cell to lose its mark, where guards do not help: a total, the largest first.

    Once every cell that is not 0 is withheld and none is marked small, all of them doubled fit
    every sum as well, so that losing marks always ends in nothing being told.
    """
    found, sums = reader.tied(key)
    totals = {total for total, _ in sums}
    marked = [k for k in found if start.get(k) == "small"]
    values = reader.cells.values
    return min(marked, key=lambda k: (k not in totals, -values[k], k), default=None)
