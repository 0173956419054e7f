"""Keys that are probably none: rows of totals and means, and one key in two spellings.

Each would become a patient nobody treated. They are refused; `keys = "as they are"` in the map lets
them through where they are right after all.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import pairwise

import polars as pl

from afterload.registry.convert_numbers import nothing

_SUMMARY = re.compile(
    r"(?:grand[ -]total|sous[ -]?total|sub[ -]?total|zwischensumme|total|totals|totaux|totale|sum"
    r"|somme|summe|gesamt|gesamtsumme|insgesamt|mean|means|average|moyennes?|mittelwerte?"
    r"|durchschnitt|medians?|médianes?|medianes?|medianwert|standard deviation|[eé]carts?[ -]types?"
    r"|standardabweichung|std\.? ?dev|stdev|maximum|minimum|effectifs?|anzahl|pourcentages?|prozent"
    r"|percentage|variance|varianz|iqr)(?:[\s:=(±].*)?"
)
_AT_THE_END = frozenset(
    ("n", "nb", "n=", "sd", "et", "std", "min", "max", "moy", "avg", "mw", "ø", "q1", "q3", "p25",
     "p75", "count", "range", "%")
)  # fmt: skip
"""Words that may be keys, but not those of the last rows of a sheet."""

AS_THEY_ARE = 'write keys = "as they are" in its table of the map'


def doubtful(keys: pl.Series, rows: pl.Series, known: Collection[str] = ()) -> pl.Series:
    """Why a key is probably none, null where nothing speaks against it; shape (n,).

    Args:
        keys: The keys of a sheet's rows, shape (n,); null where there is none.
        rows: The numbers of the rows.
        known: The keys the registry has.
    """
    why = nothing(len(keys))
    if summaries := _summaries(keys):
        text = (
            "It looks like a row of totals or means, not like a patient. Take the row out of the "
            f"file; or, if it is a key, {AS_THEY_ARE}."
        )
        why = why.set(keys.is_in(summaries).fill_null(False), text)
    for key, (other, place) in _spellings(keys, rows, known).items():
        text = (
            f"It differs from {other!r} ({place}) in capital letters alone. Write it the same way; "
            f"or, if they are two, {AS_THEY_ARE}."
        )
        why = why.fill_null(nothing(len(keys)).set((keys == key).fill_null(False), text))
    return why


def _summaries(keys: pl.Series) -> list[str]:
    """The keys that are words of a summary."""
    found = [key for key in keys.drop_nulls().unique().to_list() if _SUMMARY.fullmatch(_fold(key))]
    for key in reversed(keys.to_list()):
        if key is not None and key not in found:
            if _fold(key) not in _AT_THE_END:
                break
            found.append(key)
    return found if len(found) < keys.n_unique() else []


def _fold(key: str) -> str:
    return " ".join(key.casefold().split()).rstrip(".:")


def _spellings(
    keys: pl.Series, rows: pl.Series, known: Collection[str]
) -> dict[str, tuple[str, str]]:
    """The keys that another one equals but for its capital letters, and where that one stands."""
    frame = pl.DataFrame({"key": keys, "row": rows}).drop_nulls("key")
    frame = frame.unique("key", keep="first", maintain_order=True)
    frame = frame.with_columns(pl.col("key").str.to_lowercase().alias("folded"))
    of_registry = {key.lower(): key for key in known}
    first: dict[str, tuple[str, str]] = {}
    found = {}
    twice = frame.filter(
        pl.col("folded").is_duplicated() | pl.col("folded").is_in(list(of_registry))
    )
    for key, row, folded in twice.iter_rows():
        if key in known:
            first[folded] = (key, f"row {row}")
        elif folded in of_registry:
            found[key] = (of_registry[folded], "which the registry has")
        elif folded in first:
            found[key] = first[folded]
        else:
            first[folded] = (key, f"row {row}")
    return found


def standing_apart(rows: pl.Series) -> tuple[str, ...]:
    """What to tell of a last row or two below the only blank row of a sheet.

    Args:
        rows: The numbers of the rows that hold something, in order.
    """
    numbers = rows.to_list()
    gaps = [i for i, (one, two) in enumerate(pairwise(numbers), start=1) if two > one + 1]
    if len(gaps) != 1 or len(numbers) - gaps[0] > 2 or gaps[0] < 3:
        return ()
    apart = [str(number) for number in numbers[gaps[0] :]]
    which = f"row {apart[0]} stands" if len(apart) == 1 else f"rows {' and '.join(apart)} stand"
    return (f"{which} apart, below a blank row, and counts as patients' data; check that it is",)
