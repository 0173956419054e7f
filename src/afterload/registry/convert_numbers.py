"""Numbers as people type them, a whole column at a time."""

from __future__ import annotations

import polars as pl

_SPACES = "[\u0020\u00a0\u202f'’]"
_GROUPED_BY_POINT = r"^[-+]?[1-9]\d{0,2}(\.\d{3})+(,\d+)?$"
_GROUPED_BY_COMMA = r"^[-+]?[1-9]\d{0,2}(,\d{3})+(\.\d+)?$"

NOT_A_NUMBER = "It is not a number."
TWO_MARKS = (
    "The column has decimal commas and decimal points. "
    'Say which is meant with decimal = "," or "." in the map.'
)
GROUP_OR_DECIMAL = "It could be a thousand or a decimal. Write it without grouping."


def nothing(n: int) -> pl.Series:
    """A column of `n` missing texts."""
    return pl.Series("none", [None], dtype=pl.String).new_from_index(0, n)


def plain(column: pl.Series) -> pl.Series:
    """Cells as words to compare: "1.0" and 1.0 are "1", spaces at the ends go, blank is null."""
    if column.dtype == pl.Boolean:
        return column.replace_strict({True: "true", False: "false"}, return_dtype=pl.String)
    if column.dtype.is_float():
        whole = column.is_finite() & (column.round() == column) & (column.abs() < 1e15)
        integers = pl.when(whole).then(column.fill_nan(None)).otherwise(None)
        frame = pl.select(integers.cast(pl.Int64).cast(pl.String).alias("i"), column.alias("x"))
        text = frame["i"].fill_null(frame["x"].fill_nan(None).cast(pl.String))
        return text.alias(column.name)
    text = column.cast(pl.String).str.strip_chars()
    text = text.str.replace(r"^([-+]?\d+)\.0+$", "$1")
    return text.set(text == "", None)


def as_held(column: pl.Series) -> pl.Series:
    """Cells as an error quotes them: text as it stands, anything else as a word."""
    return column if column.dtype == pl.String else plain(column)


def numbers(text: pl.Series, decimal: str) -> tuple[pl.Series, pl.Series]:
    """The numbers that words stand for.

    Args:
        text: Words, shape (n,); null where missing.
        decimal: The decimal mark, or "" to take a comma for one where the column has no points.

    Returns:
        The numbers, null where there is none, and why there is none (null elsewhere).
    """
    cleaned = text.str.replace_all(_SPACES, "").str.replace("−", "-", literal=True)
    frame = pl.DataFrame({"text": cleaned})
    comma = pl.col("text").str.contains(",", literal=True)
    point = pl.col("text").str.contains(".", literal=True)
    word = pl.col("text")
    why: pl.Expr
    if decimal == ",":
        grouped = word.str.contains(_GROUPED_BY_POINT)
        why = pl.when(grouped & ~comma).then(pl.lit(GROUP_OR_DECIMAL))
        ungrouped = pl.when(grouped).then(word.str.replace_all(".", "", literal=True))
        number = ungrouped.otherwise(word).str.replace(",", ".", literal=True)
    elif decimal == ".":
        grouped = word.str.contains(_GROUPED_BY_COMMA)
        why = pl.when(grouped & ~point).then(pl.lit(GROUP_OR_DECIMAL))
        number = pl.when(grouped).then(word.str.replace_all(",", "", literal=True)).otherwise(word)
    else:
        mixed = bool(frame.select((comma.any() & point.any()).fill_null(False)).item())
        why = pl.when(comma & pl.lit(mixed)).then(pl.lit(TWO_MARKS))
        number = word.str.replace(",", ".", literal=True)
    read = frame.select(
        number.cast(pl.Float64, strict=False).alias("value"), why.alias("why"), word
    ).with_columns(pl.when(pl.col("value").is_finite()).then(pl.col("value")))
    reason = pl.coalesce(
        pl.col("why"),
        pl.when(pl.col("text").is_not_null() & pl.col("value").is_null()).then(
            pl.lit(NOT_A_NUMBER)
        ),
    )
    read = read.with_columns(reason.alias("why")).with_columns(
        pl.when(pl.col("why").is_null()).then(pl.col("value")).alias("value")
    )
    return read["value"], read["why"]
