"""A study is a file: population, time zero, arms, tables and outcomes, fixed before the data."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import inf
from pathlib import Path
from typing import Any, Literal, cast

from afterload.core.errors import InputError
from afterload.study.rule import Rule, parse


@dataclass(frozen=True, slots=True)
class ArmRule:
    """Who belongs to an arm: a strategy in words, a rule, or levels of a categorical variable."""

    name: str
    rule: str = ""
    levels: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Arms:
    """How the population is divided."""

    by: str
    reference: str
    arms: tuple[ArmRule, ...]
    landmark_days: float | None = None


@dataclass(frozen=True, slots=True)
class Shown:
    """One variable of a table."""

    name: str
    label: str = ""
    summary: Literal["median", "mean"] = "median"


@dataclass(frozen=True, slots=True)
class OutcomeRule:
    """One outcome: an event within a horizon, a rule, or a time to an event.

    With `discharged_alive_is_no`, whoever was discharged alive and is not heard of again is taken
    not to have had the event within the horizon: an assumption, told in the report.
    """

    name: str
    label: str
    kind: Literal["binary", "time-to-event"]
    event: str = ""
    rule: Rule | None = None
    censor: str = "last_known_alive"
    horizon_days: float | None = None
    curve: str = ""
    discharged_alive_is_no: bool = False


@dataclass(frozen=True, slots=True)
class Protocol:
    """A study before its data.

    `not_recorded_is_no` are the complications that are taken not to have occurred in an episode
    of which nobody recorded either: an assumption, told in the report.
    """

    title: str
    arms: Arms
    question: str = ""
    authors: str = ""
    time_zero: str = "first blood flow"
    alpha: float = 0.05
    notes: tuple[str, ...] = ()
    include: tuple[Rule, ...] = ()
    exclude: tuple[Rule, ...] = ()
    baseline: tuple[Shown, ...] = ()
    biology: tuple[Shown, ...] = ()
    points: tuple[str, ...] = ()
    complications: tuple[str, ...] = ()
    support_margin_hours: float = 0.0
    not_recorded_is_no: tuple[str, ...] = ()
    outcomes: tuple[OutcomeRule, ...] = ()
    sha256: str = ""


def read(path: Path) -> Protocol:
    """Read a protocol file.

    Raises:
        InputError: The file cannot be read, or the protocol is incomplete or contradicts itself.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}.") from error
    return parse_protocol(content, path.name)


def parse_protocol(content: bytes, where: str = "the protocol") -> Protocol:
    """A protocol from the bytes of its file; `where` names the file in errors.

    Raises:
        InputError: The protocol is incomplete or contradicts itself.
    """
    try:
        document = tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InputError(f"{where} is not valid TOML: {error}.") from error
    reader = _Reader(where)
    reader.keys(document, "the file", {"study", "population", "arms", "tables", "outcomes"})
    study = reader.table(document, "study", required=True)
    reader.keys(
        study,
        "[study]",
        {"title", "question", "authors", "time_zero", "alpha", "notes", "not_recorded_is_no"},
    )
    population = reader.table(document, "population")
    reader.keys(population, "[population]", {"include", "exclude"})
    tables = reader.table(document, "tables")
    reader.keys(
        tables, "[tables]", {"baseline", "biology", "complications", "support_margin_hours"}
    )
    biology = reader.table(tables, "biology")
    reader.keys(biology, "[tables] biology", {"variables", "points"})
    if biology and not biology.get("points"):
        raise InputError(f"{where}: [tables] biology needs points, such as ['pre', '24h'].")
    return Protocol(
        title=reader.text(study, "[study]", "title", required=True),
        question=reader.text(study, "[study]", "question"),
        authors=reader.text(study, "[study]", "authors"),
        time_zero=reader.text(study, "[study]", "time_zero") or "first blood flow",
        alpha=reader.share(study, "[study]", "alpha", 0.05),
        notes=reader.words(study, "[study]", "notes"),
        include=tuple(parse(t) for t in reader.words(population, "[population]", "include")),
        exclude=tuple(parse(t) for t in reader.words(population, "[population]", "exclude")),
        arms=_arms(reader, reader.table(document, "arms", required=True)),
        baseline=_shown(reader, tables, "baseline"),
        biology=_shown(reader, biology, "variables"),
        points=reader.names(biology, "[tables] biology", "points"),
        complications=reader.names(tables, "[tables]", "complications"),
        support_margin_hours=reader.positive(tables, "[tables]", "support_margin_hours") or 0.0,
        not_recorded_is_no=reader.names(study, "[study]", "not_recorded_is_no"),
        outcomes=_outcomes(reader, reader.tables(document, "outcomes", "[[outcomes]]")),
        sha256=hashlib.sha256(content).hexdigest(),
    )


def _arms(reader: _Reader, table: Mapping[str, Any]) -> Arms:
    where = reader.where
    reader.keys(table, "[arms]", {"by", "reference", "arm", "landmark_days"})
    rows = reader.tables(table, "arm", "[[arms.arm]]")
    if len(rows) < 2:
        raise InputError(f"{where}: [arms] needs at least two [[arms.arm]].")
    by = reader.text(table, "[arms]", "by") or "strategy"
    arms = []
    for row in rows:
        reader.keys(row, "[[arms.arm]]", {"name", "rule", "levels"})
        name = reader.text(row, "[[arms.arm]]", "name", required=True)
        rule = reader.text(row, "[[arms.arm]]", "rule")
        levels = reader.words(row, "[[arms.arm]]", "levels")
        if bool(rule) == bool(levels):
            raise InputError(f"{where}: the arm {name!r} needs either a rule or levels.")
        if levels and by == "strategy":
            raise InputError(
                f'{where}: arms by strategy need rules such as "ecls alone", not levels.'
            )
        arms.append(ArmRule(name, rule, levels))
    names = [arm.name for arm in arms]
    reader.once(names, "[[arms.arm]]")
    reference = reader.text(table, "[arms]", "reference") or names[0]
    if reference not in names:
        raise InputError(
            f"{where}: the reference arm {reference!r} is not an arm; arms: {', '.join(names)}."
        )
    landmark = reader.positive(table, "[arms]", "landmark_days")
    return Arms(by, reference, tuple(arms), landmark or None)


def _shown(reader: _Reader, table: Mapping[str, Any], key: str) -> tuple[Shown, ...]:
    place = f"[tables] {key}"
    shown = []
    entries = table.get(key, [])
    if not isinstance(entries, list) or not all(isinstance(e, str | dict) for e in entries):
        raise InputError(f"{reader.where}: {place} must be a list of variables.")
    for entry in entries:
        if isinstance(entry, str):
            shown.append(Shown(entry))
            continue
        reader.keys(entry, place, {"variable", "label", "summary"})
        summary = entry.get("summary", "median")
        if summary not in ("median", "mean"):
            raise InputError(f"{reader.where}: {place}: summary must be 'median' or 'mean'.")
        name = reader.text(entry, place, "variable", required=True)
        shown.append(Shown(name, reader.text(entry, place, "label"), summary))
    reader.once([one.name for one in shown], place)
    return tuple(shown)


def _outcomes(reader: _Reader, rows: list[Mapping[str, Any]]) -> tuple[OutcomeRule, ...]:
    place = "[[outcomes]]"
    outcomes = []
    for row in rows:
        reader.keys(
            row,
            place,
            {
                "name",
                "label",
                "kind",
                "event",
                "rule",
                "censor",
                "curve",
                "horizon_days",
                "discharged_alive_is_no",
            },
        )
        name = reader.text(row, place, "name", required=True)
        if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", name):
            raise InputError(
                f"{reader.where}: the outcome {name!r} needs a name of lower-case letters, digits "
                "and underscores; its label can be anything."
            )
        kind = row.get("kind", "binary")
        if kind not in ("binary", "time-to-event"):
            raise InputError(
                f"{reader.where}: the outcome {name!r} must be 'binary' or 'time-to-event'."
            )
        rule = reader.text(row, place, "rule")
        event = reader.text(row, place, "event")
        horizon = reader.positive(row, place, "horizon_days")
        if kind == "binary" and not rule and not (event and horizon):
            raise InputError(
                f"{reader.where}: the outcome {name!r} needs a rule, or an event and horizon_days."
            )
        if rule and event:
            raise InputError(f"{reader.where}: the outcome {name!r} has both a rule and an event.")
        if kind == "time-to-event" and not event:
            raise InputError(f"{reader.where}: the outcome {name!r} needs an event.")
        home = row.get("discharged_alive_is_no", False)
        if not isinstance(home, bool) or (home and (kind != "binary" or not event)):
            raise InputError(
                f"{reader.where}: the outcome {name!r}: discharged_alive_is_no is true or false, "
                "and only for a binary outcome with an event and horizon_days."
            )
        outcomes.append(
            OutcomeRule(
                name=name,
                label=reader.text(row, place, "label") or name.replace("_", " ").capitalize(),
                kind=cast(Literal["binary", "time-to-event"], kind),
                event=event,
                rule=parse(rule) if rule else None,
                censor=reader.text(row, place, "censor") or "last_known_alive",
                horizon_days=horizon,
                curve=reader.text(row, place, "curve"),
                discharged_alive_is_no=home,
            )
        )
    reader.once([outcome.name for outcome in outcomes], place)
    return tuple(outcomes)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Takes typed values out of a TOML document and names the place of every mistake."""

    where: str

    def keys(self, table: Mapping[str, Any], place: str, known: set[str]) -> None:
        unknown = set(table) - known
        if unknown:
            raise InputError(
                f"{self.where}: {place} has an unknown key {min(unknown)!r}; "
                f"known: {', '.join(sorted(known))}."
            )

    def table(
        self, document: Mapping[str, Any], key: str, *, required: bool = False
    ) -> Mapping[str, Any]:
        value = document.get(key)
        if value is None and required:
            raise InputError(f"{self.where} has no [{key}].")
        if value is not None and not isinstance(value, dict):
            raise InputError(f"{self.where}: {key} must be a table.")
        return value or {}

    def text(
        self, table: Mapping[str, Any], place: str, key: str, *, required: bool = False
    ) -> str:
        value = table.get(key, "")
        if not isinstance(value, str) or (required and not value.strip()):
            raise InputError(f"{self.where}: {place} needs {key} as a text in quotes.")
        return value

    def words(self, table: Mapping[str, Any], place: str, key: str) -> tuple[str, ...]:
        value = table.get(key, [])
        if not isinstance(value, list) or not all(isinstance(word, str) for word in value):
            raise InputError(f"{self.where}: {place} needs {key} as a list of texts.")
        return tuple(value)

    def names(self, table: Mapping[str, Any], place: str, key: str) -> tuple[str, ...]:
        """A list of texts, each once."""
        words = self.words(table, place, key)
        self.once(words, f"{place} {key}")
        return words

    def positive(self, table: Mapping[str, Any], place: str, key: str) -> float | None:
        value = table.get(key)
        if value is None:
            return None
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not 0 <= value < inf:
            raise InputError(f"{self.where}: {place} needs {key} as a number that is not negative.")
        return float(value)

    def tables(self, document: Mapping[str, Any], key: str, place: str) -> list[Mapping[str, Any]]:
        """A list of tables, `[[key]]` repeated."""
        value = document.get(key, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise InputError(f"{self.where}: {key} must be written as {place}, once for each.")
        return value

    def once(self, names: Sequence[str], place: str) -> None:
        """Refuse a name that stands twice."""
        twice = {name for name in names if list(names).count(name) > 1}
        if twice:
            raise InputError(f"{self.where}: {place} names {min(twice)!r} twice.")

    def share(self, table: Mapping[str, Any], place: str, key: str, otherwise: float) -> float:
        value = self.positive(table, place, key)
        if value is None:
            return otherwise
        if not 0 < value < 1:
            raise InputError(f"{self.where}: {place} needs {key} between 0 and 1.")
        return value
