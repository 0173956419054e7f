"""A draft of a map from what column names and cells tell, in English, French and German.

What is sure becomes a line of the map; what is not becomes a comment that says why, so that the
draft cannot be used before somebody who knows the spreadsheet has looked at it.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from afterload.core.vocabulary import Vocabulary

if TYPE_CHECKING:
    from afterload.registry.reader import Sheet


@dataclass(frozen=True, slots=True)
class Line:
    """What is suggested for one column.

    Args:
        column: Its name.
        head: The key of the table it fills ("episode", "t0"); empty for a line under columns.
        to: What it is, as the map writes it; empty when nothing is known.
        doubt: Why it is not sure; empty if it is.
        remark: What a reader should know.
    """

    column: str
    head: str = ""
    to: Mapping[str, Any] | None = None
    doubt: str = ""
    remark: str = ""


def suggest(files: Sequence[Path], vocabulary: Vocabulary) -> str:
    """A draft of a map for spreadsheets.

    Args:
        files: The spreadsheets; every sheet of a workbook with something in it is read.
        vocabulary: The variables it may name.

    Raises:
        InputError: A file cannot be read.
    """
    from afterload.registry.suggest_lines import lines_of

    sheets = [sheet for path in files for sheet in _sheets(path)]
    drafts = [(sheet, lines_of(sheet, vocabulary)) for sheet in sheets]
    drafts.sort(key=lambda draft: not _tells_patients(draft[1]))
    known: set[str] = set()
    parts = [_HEAD]
    for sheet, lines in drafts:
        keys = _keys(sheet, lines)
        several = len(sheets) > 1
        parts.append(_table(sheet, lines, vocabulary, several=several, keys=keys, known=known))
        known |= keys
    parts += _declared([line for _, lines in drafts for line in lines], vocabulary)
    return "\n".join(parts).rstrip() + "\n"


_HEAD = """\
# A draft of a map: check every line with somebody who knows the spreadsheet.
# Lines that start with # are not sure; what follows the second # says why.
# Columns left out on purpose go under ignore = [...].

[map]
title = ""
"""


def _declared(lines: Sequence[Line], vocabulary: Vocabulary) -> list[str]:
    """Declarations of the common variables a draft uses and the vocabulary lacks."""
    from afterload.registry.site import declaration
    from afterload.registry.suggest_lines import common

    used = {str(line.to["to"]).partition("@")[0] for line in lines if line.to and not line.doubt}
    named = [name for name in common() if name in used and name not in vocabulary]
    head = ["# The vocabulary lacks these; the map declares them.\n"] if named else []
    return head + [declaration(common()[name]) + "\n" for name in named]


def _sheets(path: Path) -> Iterable[Sheet]:
    from afterload.registry.reader import EXCEL_SUFFIXES, Reading, read_sheet

    if path.suffix.lower() not in EXCEL_SUFFIXES or not path.is_file():
        return [read_sheet(path)]
    from afterload.core.errors import InputError
    from afterload.registry.reader_excel import sheet_names

    names = sheet_names(path)
    if len(names) == 1:
        return [read_sheet(path)]
    found = []
    for name in names:
        try:
            found.append(read_sheet(path, Reading(sheet=name)))
        except InputError:
            continue  # an empty sheet
    if not found:
        raise InputError(f"{path.name} has no sheet with rows below its column names.")
    return found


def _tells_patients(lines: Sequence[Line]) -> bool:
    """Whether a sheet says who its patients are, so that its keys are new."""
    names = {line.to.get("to") for line in lines if line.to}
    return bool(names & {"sex", "age_years", "birth_year"})


def _keys(sheet: Sheet, lines: Sequence[Line]) -> set[str]:
    from afterload.registry.convert_numbers import plain

    column = next((line.column for line in lines if line.head == "episode"), None)
    return set(plain(sheet.columns[column]).drop_nulls().to_list()) if column else set()


def _table(
    sheet: Sheet,
    lines: Sequence[Line],
    vocabulary: Vocabulary,
    *,
    several: bool,
    keys: set[str],
    known: set[str],
) -> str:
    head = ["[[table]]"]
    if several:
        head.append(f"file = {quoted(sheet.file)}")
        if sheet.sheet:
            head.append(f"sheet = {quoted(sheet.sheet)}")
    episode = next((line.column for line in lines if line.head == "episode"), "")
    if episode:
        head.append(f"episode = {quoted(episode)}")
    else:
        head.append('episode = ""   # which column holds the key of the patient or episode?')
    if keys and keys <= known:
        head.append('rows = "existing"')
    elif len(keys & known) > len(keys) / 2:
        head += ['rows = "existing"', 'unknown_keys = "skip"'
                 f"   # {len(keys - known)} rows have a key no other sheet has"]  # fmt: skip
    head += [f"{line.head} = {quoted(line.column)}" for line in lines if line.head == "t0"]
    missing = sorted({word for line in lines for word in (line.to or {}).get("\x1fmissing", ())})
    if missing:
        head.append(f"missing = {json.dumps(missing, ensure_ascii=False)}   # seen in the cells")
    if several_rows := long_column(sheet, vocabulary):
        column, words = several_rows
        head += [
            f"# {quoted(column)} names what was measured ({', '.join(words[:3])} ...). If each row",
            '# is one value, this is a long table: layout = "long", with [table.long] and '
            "[table.values]",
            "# instead of [table.columns].",
        ]
    body = [_line(line) for line in lines if not line.head]
    return "\n".join([*head, "", "[table.columns]", *body, ""])


_FEW, _MANY = 3, 500


def long_column(sheet: Sheet, vocabulary: Vocabulary) -> tuple[str, list[str]] | None:
    """The column whose words are names of variables, again and again, and these words."""
    import polars as pl

    from afterload.registry.suggest_names import folded, meaning

    best: tuple[str, list[str]] | None = None
    for name, column in sheet.columns.items():
        if column.dtype != pl.String:
            continue
        words = column.drop_nulls().unique().sort().to_list()
        if not _FEW <= len(words) <= _MANY or 2 * len(words) > len(column):
            continue
        named = [word for word in words if meaning(folded(word), vocabulary)[1] >= 1]
        variables = {meaning(folded(word), vocabulary)[0] for word in named}
        if len(variables) >= _FEW and (best is None or len(named) > len(best[1])):
            best = name, named
    return best


def _line(line: Line) -> str:
    to = {k: v for k, v in (line.to or {}).items() if not k.startswith("\x1f")}
    value = "?" if not to else (quoted(to["to"]) if set(to) == {"to"} else inline(to))
    text = f"{quoted(line.column)} = {value}"
    if line.doubt:
        return f"# {text}   # {line.doubt}"
    return f"{text}   # {line.remark}" if line.remark else text


def quoted(text: str) -> str:
    """A text as TOML writes it."""
    return json.dumps(text, ensure_ascii=False)


def inline(table: Mapping[str, Any]) -> str:
    """A table as TOML writes it on one line."""
    return "{ " + ", ".join(f"{_key(k)} = {_value(v)}" for k, v in table.items()) + " }"


def _key(key: str) -> str:
    bare = key.isascii() and key.replace("_", "").replace("-", "").isalnum()
    return key if bare else quoted(key)


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return inline(value)
    return json.dumps(value, ensure_ascii=False)
