"""A file of receipts, kept away from the registry: what proves that nothing was cut off its end."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from afterload.core.errors import InputError

_RECEIPT = re.compile(r"[0-9a-f]{64}")


def read_receipts(path: Path) -> tuple[str, ...]:
    """The receipts of a file, one at the end of each line; none if there is no file yet.

    Raises:
        InputError: The file cannot be read, or a line ends in no receipt.
    """
    try:
        lines = path.read_text("utf-8").splitlines() if path.exists() else []
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} cannot be read as a file of receipts.") from error
    found = []
    for number, line in enumerate(lines, start=1):
        word = (line.split() or [""])[-1]
        if line.strip() and not _RECEIPT.fullmatch(word):
            raise InputError(
                f"{path}, line {number} ends in no receipt (64 signs, 0 to 9 and a to f). "
                "Check that it is a file of receipts."
            )
        found += [word] if line.strip() else []
    return tuple(found)


def add_receipt(path: Path, receipt: str, entry: int, now: datetime) -> bool:
    """Write a receipt below the others, unless it is there; whether it was written.

    Raises:
        InputError: The file cannot be written.
    """
    if receipt in read_receipts(path):
        return False
    try:
        with path.open("a", encoding="utf-8") as stream:
            stream.write(f"{now:%Y-%m-%d %H:%M:%S} entry {entry} {receipt}\n")
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}.") from error
    return True
