"""Docstrings say "Example:"; the reference shows what follows as code."""

from __future__ import annotations

import re
from textwrap import indent
from typing import Any

import griffe

_EXAMPLE = re.compile(r"^Example:\n((?:[ ]{4}.*(?:\n|$)|[ ]*\n)+)", flags=re.MULTILINE)


class Examples(griffe.Extension):
    """Turns an Example into a section the reference knows how to draw."""

    def on_object(self, *, obj: griffe.Object, **_: Any) -> None:
        """Rewrite the docstring of one object."""
        if obj.docstring is not None:
            obj.docstring.value = _EXAMPLE.sub(_as_code, obj.docstring.value)


def _as_code(found: re.Match[str]) -> str:
    body = found[1].rstrip()
    if ">>>" in body:
        return f"Examples:\n{body}\n"
    return f"Examples:\n{indent('```python', ' ' * 4)}\n{body}\n{indent('```', ' ' * 4)}\n"
