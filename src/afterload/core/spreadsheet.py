"""Text that a spreadsheet shows as it is, and does not run as a formula."""

from __future__ import annotations

FORMULA_STARTS: tuple[str, ...] = ("=", "+", "-", "@", "\t", "\r")
"""What a text begins with that a spreadsheet may take for a formula.

Source: OWASP, CSV Injection, https://owasp.org/www-community/attacks/CSV_Injection.
"""


def safe_text(text: str) -> str:
    """A text a spreadsheet shows as it is; an apostrophe goes before what looks like a formula.

    Args:
        text: The text of one cell; a number that was written as text is one too.

    Example:
        >>> safe_text("=1+1")
        "'=1+1"
        >>> safe_text("lactate")
        'lactate'
    """
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text
