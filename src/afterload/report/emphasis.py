"""The P of a p-value in italics, where a journal asks for it (AMA Manual of Style)."""

from __future__ import annotations

import re

_P = re.compile(
    r"(?<!\w)P(?=[\s\u00a0]*(?:=|&lt;|&gt;))|(?<=[Aa]djusted )P\b|(?<=corrected )P\b"
    r"|(?<!\w)P(?= compares)|\A\s*P\s*\Z"
)
"""A p-value's P in escaped text: before a sign, alone in a cell, or as the tables name it."""
_KEPT = re.compile(r"(<style.*?</style>|<svg.*?</svg>|<title>.*?</title>|<[^>]+>)", re.S)
_RUN = re.compile(
    r"<w:r>(?:<w:rPr>(?P<look>(?:(?!</w:rPr>).)*)</w:rPr>)?"
    r'<w:t xml:space="preserve">(?P<text>[^<]*)</w:t></w:r>'
)


def in_html(page: str) -> str:
    """The page with the P of p-values in italics; drawings, styles and the title stay.

    Example:
        >>> in_html("<td>P=.03, group P</td>")
        '<td><i>P</i>=.03, group P</td>'
    """
    parts = _KEPT.split(page)
    parts[::2] = [_P.sub("<i>P</i>", part) if "P" in part else part for part in parts[::2]]
    return "".join(parts)


def in_word(xml: str) -> str:
    """The document with the P of p-values in runs of their own, in italics."""
    return _RUN.sub(_runs, xml)


def _runs(found: re.Match[str]) -> str:
    text, look = found["text"], found["look"] or ""
    places = [match.start() + match[0].index("P") for match in _P.finditer(text)]
    if not places:
        return found[0]
    bold = "<w:b/>" if look.startswith("<w:b/>") else ""
    italic = f"{bold}<w:i/>{look.removeprefix('<w:b/>')}"
    runs, last = [], 0
    for place in places:
        runs += [_run(text[last:place], look), _run("P", italic)]
        last = place + 1
    return "".join([*runs, _run(text[last:], look)])


def _run(text: str, look: str) -> str:
    if not text:
        return ""
    style = f"<w:rPr>{look}</w:rPr>" if look else ""
    return f'<w:r>{style}<w:t xml:space="preserve">{text}</w:t></w:r>'
