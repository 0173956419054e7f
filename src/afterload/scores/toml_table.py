"""One table of a TOML card: its keys are read one by one, and every mistake names its place."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from math import inf, isfinite
from typing import Any, get_args

from afterload.core.errors import InputError, UnknownName
from afterload.core.source import Confidence, Source
from afterload.core.variable import Variable
from afterload.core.vocabulary import standard

ENDS = ("from", "above", "to", "below")
"""How the ends of a range are written: from ≥, above >, to ≤, below <."""
SOURCE = ("citation", "doi", "place", "confidence", "note")


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the file.

    Args:
        content: What it holds.
        place: Where it stands, for errors: "card.toml, item 2 (Age)".
        source: The source its numbers stand in unless it names another.
        declared: Variables the file declares, by name.
    """

    content: Mapping[str, Any]
    place: str
    source: Source
    declared: Mapping[str, Variable]

    def wrong(self, what: str) -> InputError:
        """An error of this table; `what` begins with the key."""
        return InputError(f"{self.place}: {what}.")

    def only(self, *known: str) -> Table:
        """The table itself, if every key of it is known.

        Raises:
            InputError: One is not; the closest is offered.
        """
        for key in self.content:
            if key not in known:
                close = difflib.get_close_matches(key, known, n=1)
                hint = f"did you mean {close[0]}" if close else f"it takes {', '.join(known)}"
                raise self.wrong(f"{key} is not a known key; {hint}")
        return self

    def exactly_one(self, *keys: str) -> str:
        """The one of some keys that is there.

        Raises:
            InputError: None is, or several are.
        """
        found = [key for key in keys if key in self.content]
        if len(found) != 1:
            has = " and ".join(found) or "none"
            raise self.wrong(f"it needs exactly one of {', '.join(keys)}, and has {has}")
        return found[0]

    def text(self, key: str, otherwise: str | None = None) -> str:
        """A text; `otherwise` where it is left out, refused if that is None."""
        value = self.content.get(key, otherwise)
        if value is None:
            raise self.wrong(f"{key} is missing")
        if not isinstance(value, str) or (otherwise is None and not value.strip()):
            raise self.wrong(f"{key} must be a text in quotes, not {value!r}")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; empty where it is left out."""
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(t, str) and t for t in value):
            raise self.wrong(f"{key} must be a list of texts in quotes, not {value!r}")
        return tuple(value)

    def number(self, key: str, otherwise: float | None = None) -> float:
        """A number; `otherwise` where it is left out, refused if that is None."""
        value = self.content.get(key, otherwise)
        if value is None:
            raise self.wrong(f"{key} is missing")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or (key in self.content and not isfinite(value)):
            raise self.wrong(f"{key} must be a number, not {value!r}")
        return float(value)

    def whole(self, key: str, otherwise: int | None = None) -> int:
        """A whole number of points."""
        number = self.number(key, otherwise)
        if not number.is_integer() or abs(number) > 1000:
            raise self.wrong(f"{key} must be a whole number between -1000 and 1000, not {number:g}")
        return int(number)

    def yes_no(self, key: str) -> bool:
        """True or false; false where it is left out."""
        value = self.content.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(f"{key} must be true or false, without quotes, not {value!r}")
        return value

    def one_of(self, key: str, allowed: Collection[str], otherwise: str | None = None) -> str:
        """One of some words."""
        value = self.text(key, otherwise)
        if value not in allowed:
            raise self.wrong(f"{key} = {value!r} must be one of {', '.join(allowed)}")
        return value

    def table(self, key: str) -> Table | None:
        """The table under a key; None where there is none."""
        value = self.content.get(key)
        if value is None:
            return None
        if not isinstance(value, Mapping):
            raise self.wrong(f"{key} must be a table of keys and values, not {value!r}")
        return replace(self, content=value, place=f"{self.place}, {key}")

    def tables(self, key: str) -> tuple[Table, ...]:
        """The list of tables under a key; empty where there is none."""
        value = self.content.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, Mapping) for one in value):
            raise self.wrong(f"{key} must be a list of tables, not {value!r}")
        return tuple(
            replace(self, content=one, place=f"{self.place}, {key} {k}")
            for k, one in enumerate(value, start=1)
        )

    def ends(self) -> tuple[float, float, bool, bool]:
        """The range it gives: low, high, and whether each belongs to it.

        Raises:
            InputError: An end is given twice, or the low end is above the high one.
        """
        for one, other in (("from", "above"), ("to", "below")):
            if one in self.content and other in self.content:
                raise self.wrong(f"{one} and {other} are both given")
        low = self.number("from" if "from" in self.content else "above", -inf)
        high = self.number("to" if "to" in self.content else "below", inf)
        low_closed, high_closed = "above" not in self.content, "to" in self.content
        if low > high or (low == high and not (low_closed and high_closed)):
            raise self.wrong(f"no value lies between {low:g} and {high:g}")
        return low, high, low_closed, high_closed

    def sourced(self, key: str = "source") -> Source:
        """Its source: the card's own, at another place (a text) or in parts another (a table)."""
        value = self.content.get(key)
        if value is None:
            return self.source
        if isinstance(value, str) and value.strip():
            return replace(self.source, place=value)
        found = self.table(key)
        assert found is not None
        found.only(*SOURCE)
        parts = {name: found.text(name, getattr(self.source, name)) for name in SOURCE}
        found.one_of("confidence", get_args(Confidence), self.source.confidence)
        return Source(**parts)  # type: ignore[arg-type]

    def variable(self, word: str) -> Variable:
        """The variable of that name or alias, declared in the file or of the vocabulary.

        Raises:
            InputError: There is none; the closest are offered.
        """
        if word in self.declared:
            return self.declared[word]
        try:
            return standard()[word]
        except UnknownName as error:
            raise InputError(
                f"{self.place}: {error} Or declare it in [variable.{word}]."
            ) from error
