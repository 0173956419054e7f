"""One line of a draft map for each column of a sheet."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

from afterload.core.variable import Variable
from afterload.core.vocabulary import Vocabulary, declared_variables
from afterload.registry.reader import Sheet
from afterload.registry.suggest import Line
from afterload.registry.suggest_join import joined
from afterload.registry.suggest_names import Name, meaning, take_apart
from afterload.registry.suggest_values import (
    Look,
    look,
    names_itself,
    sex_codes,
    unit_of,
    yes_no,
)

SURE = 0.7
"""Share of a name a meaning must cover to be sure."""

_ONCE = frozenset(("saps2", "sofa_total", "scai_stage", "intermacs"))
"""Measured repeatedly, but a sheet that tells no time means the state before support."""


def lines_of(sheet: Sheet, vocabulary: Vocabulary) -> list[Line]:
    """What is suggested for every column; the second column of one meaning is doubted.

    Columns with the times of a device or complication are joined to it.
    """
    lines: list[Line] = []
    seen: dict[str, str] = {}
    looks = {column: look(cells) for column, cells in sheet.columns.items()}
    for column, seen_cells in looks.items():
        line = _line(column, seen_cells, vocabulary)
        name = _identity(line)
        if name and not line.doubt:
            if name in seen:
                line = replace(line, head="", doubt=f"{seen[name]!r} is {name} already")
                line = replace(line, to=line.to or {"to": name})
            else:
                seen[name] = column
        lines.append(line)
    return joined(lines, looks, vocabulary)


def _identity(line: Line) -> str:
    if line.head:
        return line.head
    to = line.to or {}
    if to.get("to") in ("device", "complication") or "add" in to:
        return ""
    return str(to.get("to", ""))


def _line(column: str, seen: Look, vocabulary: Vocabulary) -> Line:
    name = take_apart(column)
    target, share = meaning(name.rest, vocabulary)
    if not target:
        return Line(column, doubt="nothing is known by this name")
    line = _meant(column, target, name, seen, vocabulary)
    if seen.missing and line.to:
        line = replace(line, to={**line.to, "\x1fmissing": seen.missing})
    if share < SURE and not line.doubt:
        line = replace(line, head="", doubt="only part of the name is understood")
        line = replace(line, to=line.to or {"to": target})
    return line


def _meant(column: str, target: str, name: Name, seen: Look, vocabulary: Vocabulary) -> Line:
    kind, _, what = target.partition(":")
    match kind:
        case "key":
            if seen.unique:
                return Line(column, head="episode")
            return Line(column, to={"to": "episode"}, doubt="a key, but it stands several times")
        case "t0":
            if seen.all_dates:
                return Line(column, head="t0")
            return Line(column, to={"to": "t0"}, doubt="time zero, but its cells are not dates")
        case "device":
            return _device(column, what, name, seen)
        case "complication":
            return _flagged(column, {"to": "complication", "kind": what}, name, seen)
        case "add":
            variable, _, choice = what.partition(":")
            return _flagged(column, {"to": variable, "add": choice}, name, seen)
        case "died":
            return _died(column, name, seen)
        case "site":
            return _site(column, common()[what], name, seen)
    return _variable(column, vocabulary[target], name, seen)


@cache
def common() -> Mapping[str, Variable]:
    """Variables beyond the vocabulary that many spreadsheets have, by name."""
    text = files("afterload.registry").joinpath("common.toml").read_text("utf-8")
    declared = declared_variables(tomllib.loads(text)["variable"], "common.toml")
    return {variable.name: variable for variable in declared}


def _site(column: str, variable: Variable, name: Name, seen: Look) -> Line:
    """A common variable the vocabulary lacks; the draft declares it."""
    if name.lasts:
        name = replace(name, unit={"days": "d", "hours": "h"}[name.lasts])
    elif variable.unit in ("h", "d"):
        to = {"to": variable.name}
        return Line(column, to=to, doubt="is it days or hours?")
    return _variable(column, variable, name, seen)


def _flagged(column: str, to: dict[str, Any], name: Name, seen: Look) -> Line:
    codes = yes_no(name.codes, seen)
    if codes is None:
        doubt = "which of 1 and 2 is yes?" if seen.one_two else "its cells are not yes and no"
        return Line(column, to=to, doubt=doubt)
    return Line(column, to={**to, "codes": codes} if codes else to)


def _device(column: str, kind: str, name: Name, seen: Look) -> Line:
    to = {"to": "device", "kind": kind}
    if name.codes or (seen.flag and not name.lasts and not seen.one_two):
        return _flagged(column, to, name, seen)
    if seen.all_numbers:
        unit = name.lasts or "days"
        remark = "" if name.lasts else "taken as days"
        return Line(column, to={**to, unit: True}, remark=remark)
    return Line(column, to=to, doubt="neither yes and no nor a duration")


def _died(column: str, name: Name, seen: Look) -> Line:
    codes = yes_no(name.codes, seen)
    to = {"to": "discharge_dest"}
    if name.lasts or name.point or codes is None:
        return Line(column, to=to, doubt="death, but is it before discharge, and which code is it?")
    meant = codes or dict.fromkeys(("1", "0"), False) | {"1": True}
    if not codes and not set(seen.words) <= {"0", "1"}:
        return Line(column, to=to, doubt="say which of its words is died with codes")
    words = {word: "died" if yes else "alive_unspecified" for word, yes in meant.items()}
    return Line(column, to={**to, "codes": words})


def _variable(column: str, variable: Variable, name: Name, seen: Look) -> Line:
    if variable.kind == "datetime":
        return _time(column, variable, name, seen)
    point = name.point
    if variable.table == "observation" and not point and variable.name in _ONCE:
        point = "pre"
    timed = variable.table in ("observation", "followup")
    to: dict[str, Any] = {"to": f"{variable.name}@{point}" if point and timed else variable.name}
    doubt = ""
    if timed and not point:
        to, doubt = {"to": f"{variable.name}@pre"}, "no time in its name: is it before support?"
    elif point and not timed and point != "pre":
        doubt = f"{variable.name} is recorded once, but the name tells a time"
    if variable.is_numeric:
        return _number(column, variable, to, doubt, name, seen)
    more, other = _coded(variable, name, seen)
    return Line(column, to=to | more, doubt=doubt or other)


def _number(
    column: str, variable: Variable, to: Mapping[str, Any], doubt: str, name: Name, seen: Look
) -> Line:
    if name.codes or (seen.flag and len(seen.words) > 1):
        return Line(column, to=to, doubt=f"yes or no, but {variable.name} is a number")
    if not seen.all_numbers:
        return Line(column, to=to, doubt="not all of its cells are numbers")
    unit, remark = unit_of(variable, name.unit, seen)
    if unit is None:
        return Line(column, to=to, doubt=remark)
    return Line(column, to={**to, "unit": unit} if unit else to, doubt=doubt, remark=remark)


def _coded(variable: Variable, name: Name, seen: Look) -> tuple[dict[str, Any], str]:
    """Codes of a yes/no or enumerated variable, and what is not clear about them."""
    if variable.name == "sex":
        codes = sex_codes(name.codes, seen)
        if codes is None:
            return {}, "say which word is male and which female with codes"
        return ({} if all(w == m for w, m in codes.items()) else {"codes": codes}), ""
    if variable.kind == "bool":
        flags = yes_no(name.codes, seen)
        if flags is None:
            return (
                {},
                "which of 1 and 2 is yes?" if seen.one_two else "its cells are not yes and no",
            )
        return ({"codes": flags} if flags else {}), ""
    if variable.levels and not names_itself(variable, seen):
        shown = ", ".join(seen.words[:5])
        return {}, f"say with codes what {shown} stand for: {', '.join(variable.levels)}"
    return {}, ""


def _time(column: str, variable: Variable, name: Name, seen: Look) -> Line:
    to: dict[str, Any] = {"to": variable.name}
    if seen.all_dates:
        return Line(column, to=to)
    if not seen.all_numbers:
        return Line(column, to=to, doubt="neither dates nor a count of days")
    unit = "hours" if name.lasts == "hours" else "days"
    to["unit"] = f"{unit} from t0"
    if variable.name == "death_dt" and "0" in seen.words:
        to["missing"] = ["0"]
    remark = "" if name.lasts else f"taken as {unit} from t0"
    return Line(column, to=to, remark=remark)
