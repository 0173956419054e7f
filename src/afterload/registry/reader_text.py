"""Text tables: encoding and delimiter are found out and told."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable
from itertools import islice
from pathlib import Path

import polars as pl

from afterload.core.errors import InputError
from afterload.registry.reader import (
    Raw,
    Reading,
    clean_names,
    header_index,
    is_delimiter,
    without_blank_columns,
)

_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\x00\x00\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_WESTERN = ["cp1252", "mac_roman", "cp850"]
_DELIMITERS = (";", "\t", ",", "|")
_SAMPLE = 200_000


def read_text(path: Path, how: Reading) -> Raw:
    """Read a text table; every cell stays text.

    Raises:
        InputError: The encoding cannot be told, or a row has more cells than there are columns.
    """
    raw = path.read_bytes()
    encoding = how.encoding or detect_encoding(raw)
    text = _decode(raw, encoding, path, told=bool(how.encoding))
    if _is_binary(text[:_SAMPLE]):
        raise _no_text(path)
    if how.delimiter and not is_delimiter(how.delimiter):
        raise InputError(f"{path.name}: {how.delimiter!r} cannot separate cells. Name one sign.")
    delimiter = how.delimiter or detect_delimiter(text[:_SAMPLE])
    header, lines, row = _header(text, delimiter, how.header_row)
    names, notes = clean_names(header)
    body = text[_end_of_line(text, lines) :]
    if not body.strip():
        raise InputError(f"{path.name} has column names but no rows below them.")
    # plain names of our own stand above the cells, so that every row is read as wide as they are
    head = delimiter.join(f"c{i}" for i in range(len(names)))
    try:
        frame = pl.read_csv(
            io.BytesIO(f"{head}\n{body}".encode()), separator=delimiter, infer_schema=False
        )
    except pl.exceptions.ComputeError:
        raise _too_wide(text, delimiter, len(names), path) from None
    notes = (*notes, *_short_rows(frame, text, delimiter, header, row))
    frame = frame.rename(dict(zip(frame.columns, names, strict=True)))
    frame = without_blank_columns(frame, header)
    return frame, "", encoding, delimiter, row + 1, notes


def detect_encoding(raw: bytes) -> str:
    """The name of the encoding of a text: by its mark, else UTF-8 if it can be, else a guess.

    Raises:
        InputError: No Western encoding fits.
    """
    for mark, name in _BOMS:
        if raw.startswith(mark):
            return name
    if zeros := raw[:_SAMPLE].count(0):
        even = raw[:_SAMPLE:2].count(0)
        return "utf-16-be" if 2 * even > zeros else "utf-16-le"
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return _guess(raw)
    return "utf-8"


def _guess(raw: bytes) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(_telling(raw), cp_isolation=_WESTERN).best()
    if best is None:
        raise InputError("The text encoding cannot be told. Save the file as UTF-8.")
    return best.encoding


def _telling(raw: bytes) -> bytes:
    """The lines that hold something beyond ASCII, which is all a guess can go by."""
    lines = (line for line in raw.splitlines() if not line.isascii())
    return b"\n".join(islice(lines, 2000))


def _is_binary(text: str) -> bool:
    """Whether more than one sign in fifty is none that people write."""
    odd = sum(1 for sign in text if not (sign.isprintable() or sign.isspace()))
    return 50 * odd > len(text)


def _no_text(path: Path) -> InputError:
    return InputError(
        f"{path.name} does not look like a text table. Save it as CSV from the program it is from."
    )


def _decode(raw: bytes, encoding: str, path: Path, *, told: bool) -> str:
    try:
        text = raw.decode(encoding)
    except LookupError:
        raise InputError(f"{path.name}: {encoding!r} is not an encoding. Try 'cp1252'.") from None
    except UnicodeDecodeError as error:
        if not told:
            raise _no_text(path) from None
        raise InputError(
            f"{path.name} is not {encoding} text (byte {error.start + 1}). "
            "Leave the encoding out of the map to have it found."
        ) from None
    text = text.removeprefix("\ufeff")
    return text if "\n" in text else text.replace("\r", "\n")


def detect_delimiter(text: str) -> str:
    """What stands between two cells: the sign that cuts most of the first rows alike."""

    def fit(delimiter: str) -> tuple[float, int]:
        widths = [len(record) for record in _records(text, delimiter, 60) if record]
        if not widths or max(widths) < 2:
            return (0.0, 0)
        usual = max(set(widths), key=widths.count)
        return (widths.count(usual) / len(widths) if usual > 1 else 0.0, usual)

    best = max(_DELIMITERS, key=fit)
    return best if fit(best)[0] else ","


def _records(text: str, delimiter: str, count: int) -> list[list[str]]:
    return list(islice(csv.reader(io.StringIO(text), delimiter=delimiter), count))


def _header(text: str, delimiter: str, wanted: int) -> tuple[list[str], int, int]:
    """The column names, how many lines of text they end after, and their row."""
    sample = _records(text[:_SAMPLE], delimiter, 30)
    index = wanted - 1 if wanted else header_index(sample)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    for number, record in enumerate(reader):
        if number == index:
            return record, reader.line_num, index + 1
    raise InputError(f"The map puts the column names in row {wanted}, but the file ends before it.")


def _end_of_line(text: str, lines: int) -> int:
    """Where the first so many lines of a text end."""
    end = 0
    for _ in range(lines):
        found = text.find("\n", end)
        if found < 0:
            return len(text)
        end = found + 1
    return end


def _short_rows(
    frame: pl.DataFrame, text: str, delimiter: str, header: list[str], head: int
) -> tuple[str, ...]:
    """What to tell of rows with fewer cells than there are column names."""
    width = max((number for number, cell in enumerate(header, start=1) if cell.strip()), default=0)
    if not width or not frame.to_series(width - 1).null_count():
        return ()
    short = []
    for number, record in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter), start=1):
        if number > head and any(cell.strip() for cell in record) and len(record) < width:
            short.append(number)
    if not short:
        return ()
    listed = ", ".join(map(str, short[:5])) + (", ..." if len(short) > 5 else "")
    have = "row has" if len(short) == 1 else "rows have"
    return (
        f"{len(short):,} {have} fewer cells than there are column names (row {listed}); the cells "
        "that are not there count as empty",
    )


def _too_wide(text: str, delimiter: str, width: int, path: Path) -> InputError:
    records: Iterable[list[str]] = csv.reader(io.StringIO(text), delimiter=delimiter)
    for number, record in enumerate(records, start=1):
        if len(record) > width:
            return InputError(
                f"{path.name}, row {number} has {len(record)} cells but there are {width} column "
                f"names. Put a text that holds {delimiter!r} between quotes."
            )
    return InputError(f"{path.name} is not a table of text: check its delimiter and quotes.")
