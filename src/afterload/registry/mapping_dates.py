"""How a map writes the form of dates: "DD/MM/YYYY HH:MM"."""

from __future__ import annotations

import re


def strptime(date_format: str) -> str:
    """A format in letters, "DD/MM/YYYY HH:MM", as the directives that read it.

    MM after HH is minutes; anything with a % is left as it is.
    """
    if "%" in date_format:
        return date_format
    day, hour, clock = date_format.partition("HH")
    for letters, directive in (("YYYY", "%Y"), ("YY", "%y"), ("MM", "%m"), ("DD", "%d")):
        day = day.replace(letters, directive)
    for letters, directive in (("MM", "%M"), ("mm", "%M"), ("SS", "%S"), ("ss", "%S")):
        clock = clock.replace(letters, directive)
    return day + ("%H" if hour else "") + clock


def readable_format(date_format: str) -> bool:
    """Whether a format names a day, a month and a year."""
    if date_format in ("", "excel"):
        return True
    found = set(re.findall(r"%[a-zA-Z]", strptime(date_format)))
    return {"%d", "%m"} <= found and bool(found & {"%Y", "%y"})
