"""What a column name tells: the variable, the time, the unit and the codes it hides."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from afterload.core.variable import Variable
from afterload.core.vocabulary import Vocabulary

_YES = r"ja|yes|oui|si|wahr|true|vrai"
_NO = r"nein|no|non|falsch|false|faux"
_MALE = r"m|male|männlich|maennlich|mann|homme|h"
_FEMALE = r"w|f|female|weiblich|frau|femme"
_WORD = rf"{_YES}|{_NO}|{_MALE}|{_FEMALE}"
_CODED = re.compile(
    rf"[(\[]?\s*\b(?:({_WORD})\s*[=:]?\s*(\d)|(\d)\s*[=:]?\s*({_WORD}))\s*[/,;]\s*"
    rf"(?:({_WORD})\s*[=:]?\s*(\d)|(\d)\s*[=:]?\s*({_WORD}))\b\s*[)\]]?",
    re.IGNORECASE,
)
_UNIT = (
    r"mg/dl|g/dl|mmol/l|[µuμ]mol/l|g/l|mg/l|[µuμ]g/l|ng/l|pg/ml|ng/ml|u/l|iu/l|ui/l|mmhg|kpa|"
    r"cmh2o|kg|cm|bpm|l/min|ml/h|[µuμ]g/kg/min|10\^?9/l|/nl|%|°c"
)
_IN_UNIT = re.compile(
    rf"[(\[]\s*({_UNIT})\s*[)\]]|(?<![^\W_])(?<!/)({_UNIT})(?![^\W_]|/)", re.IGNORECASE
)
_DAYS = r"tagen?|days?|jours?|d"
_HOURS = r"stunden?|std|hours?|heures?|h"
_DURATION = re.compile(
    rf"[(\[]\s*(?:in\s+|en\s+)?(?:({_DAYS})|({_HOURS}))\s*[)\]]|\b(?:in|en)\s+(?:({_DAYS})|({_HOURS}))\b"
    r"|[_ ](?:(days)|(hours))$",
    re.IGNORECASE,
)
_POINTS: tuple[tuple[str, str], ...] = (
    (r"\b(?:vor|before|pre|avant|prior to|pre-)[ _-]*(?:an|the|l['’ ])?[ _-]*"
     r"(?:ecmo|ecls|impella|implantation|support|assistance|anschluss|t0|start|pose)?"
     r"(?:[ _-]*anschluss)?(?![a-z])", "pre"),
    (r"\b(?:t0|h0|j0|baseline|initial)\b", "pre"),
    (r"\b(?:tag|day|jour|j|d)[ _.-]*(\d{1,2})\b", "day"),
    (r"\b(\d{1,2})\.?[ _-]*(?:tag|day|jour)\b", "day"),
    (r"\b(?:h|std|stunde|hour|heure)[ _+-]*(\d{1,2})\b", "hour"),
    (r"\b(?:nach|after|apr[eè]s)?[ _+-]*(\d{1,2})[ _-]*(?:h|std|stunden|hours|heures)\b", "hour"),
    (r"\b(?:peak|max|maximum|maximal|pic|spitze)\b", "peak"),
    (r"\b(?:weaning|wean|sevrage|entwöhnung)\b", "wean"),
)  # fmt: skip
_SMALL = frozenset(
    ("der", "die", "das", "des", "dem", "den", "de", "la", "le", "les", "du", "d", "l", "the", "of",
     "in", "en", "bei", "a", "au", "et", "und", "and", "hx", "cause", "ursache", "raw")
)  # fmt: skip
"""Words that say nothing."""

_RUN_TOGETHER = {"mgdl": "mg/dl", "gdl": "g/dl", "mmoll": "mmol/l", "umoll": "umol/l",
                 "mcmoll": "umol/l", "ngl": "ng/l", "pgml": "pg/ml"}  # fmt: skip
"""Units as column names for programs write them."""

_GENERAL = frozenset(
    ("aufnahme", "admission", "date", "id", "n", "no", "nr", "num", "numero", "code", "patient",
     "patienten", "case", "subject", "mort", "tot", "tod", "dead", "death", "age", "fr", "na", "af",
     "fa", "k")
)  # fmt: skip
"""Words that mean something alone and nothing beside others."""


@dataclass(frozen=True, slots=True)
class Name:
    """A column name taken apart.

    Args:
        rest: What is left of it in plain small letters.
        codes: What digits stand for: "yes", "no", "male", "female".
        unit: The unit it names; empty if it names none.
        lasts: "days" or "hours" when it names such a count; else empty.
        point: The nominal time point; empty if it names none.
    """

    rest: str
    codes: Mapping[str, str]
    unit: str = ""
    lasts: str = ""
    point: str = ""


def folded(text: str) -> str:
    """Small letters without accents, single spaces, digits kept: "Größe (cm)" is "grosse cm"."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    plain = "".join(c for c in plain if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", plain).split())


def take_apart(name: str) -> Name:
    """Find codes, unit and time in a column name."""
    codes, name = _codes(name)
    unit, name = _first(_IN_UNIT, name)
    lasts = ""
    if found := _DURATION.search(name):
        lasts = "days" if found[1] or found[3] or found[5] else "hours"
        name = name[: found.start()] + " " + name[found.end() :]
    point, name = _point(name)
    words = [_RUN_TOGETHER.get(word, "") or word for word in folded(name).split()]
    unit = unit or next((word for word in words if "/" in word), "")
    rest = _told(" ".join(word for word in words if "/" not in word and word != unit.casefold()))
    return Name(rest, codes, unit, lasts, point)


def _first(pattern: re.Pattern[str], name: str) -> tuple[str, str]:
    found = pattern.search(name)
    if not found:
        return "", name
    said = next(group for group in found.groups() if group)
    return said, name[: found.start()] + " " + name[found.end() :]


def _codes(name: str) -> tuple[dict[str, str], str]:
    found = _CODED.search(name)
    if not found:
        return {}, name
    groups = found.groups()
    pairs = [(groups[1] or groups[2], groups[0] or groups[3]),
             (groups[5] or groups[6], groups[4] or groups[7])]  # fmt: skip
    codes = {digit: _meaning(word) for digit, word in pairs}
    return codes, name[: found.start()] + " " + name[found.end() :]


def _meaning(word: str) -> str:
    for pattern, meaning in ((_YES, "yes"), (_NO, "no"), (_FEMALE, "female"), (_MALE, "male")):
        if re.fullmatch(pattern, word, re.IGNORECASE):
            return meaning
    return word


def _point(name: str) -> tuple[str, str]:
    plain = name.replace("_", " ")
    for pattern, kind in _POINTS:
        found = re.search(pattern, plain, re.IGNORECASE)
        if not found:
            continue
        rest = plain[: found.start()] + " " + plain[found.end() :]
        if kind == "day":
            days = int(found[1])
            point = "pre" if days == 0 else (f"{24 * days}h" if days <= 3 else f"day{days}")
        elif kind == "hour":
            point = {"0": "pre"}.get(found[1], f"{int(found[1])}h")
        else:
            point = kind
        return point, rest
    return "", name


@cache
def _table() -> tuple[tuple[str, str], ...]:
    """Phrases and what they mean, the longest first."""
    text = files("afterload.registry").joinpath("synonyms.csv").read_text("utf-8")
    pairs = [
        (_told(word), row["target"])
        for row in csv.DictReader(text.splitlines())
        for word in row["words"].split("|")
    ]
    return tuple(sorted(pairs, key=lambda pair: -len(pair[0])))


def _told(text: str) -> str:
    """Folded, without the small words; all of it when there are only small ones."""
    words = folded(text).split()
    return " ".join(word for word in words if word not in _SMALL) or " ".join(words)


def meaning(rest: str, vocabulary: Vocabulary) -> tuple[str, float]:
    """What a name means, and how much of it the meaning covers (0 to 1).

    Args:
        rest: The name without codes, unit and time.
        vocabulary: Variables whose own names and labels count too.
    """
    best, share = "", 0.0
    for phrase, target in (*_table(), *_own(tuple(vocabulary.values()))):
        covered = _covers(phrase, rest)
        if covered > share:
            best, share = target, covered
    return best, share


@cache
def _own(variables: tuple[Variable, ...]) -> tuple[tuple[str, str], ...]:
    """The names and labels of variables, and what they mean."""
    return tuple(
        (_told(word), variable.name)
        for variable in variables
        if variable.table != "meta"
        for word in (variable.name, variable.label, variable.label_fr, *variable.aliases)
        if word
    )


def _covers(phrase: str, rest: str) -> float:
    if phrase == rest:
        return 1.0
    if phrase not in rest or phrase in _GENERAL or len(phrase) < 2:
        return 0.0
    if f" {phrase} " in f" {rest} ":
        return len(phrase) / len(rest)
    # a German compound: "Gewichtsangabe" starts with "Gewicht"
    if len(phrase) >= 6 and " " not in phrase and rest.startswith(phrase):
        return 0.9 * len(phrase) / len(rest)
    return 0.0
