"""What the demo made, told in the terminal."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from afterload.report.study_text import summary
from afterload.study.design import Study


def told(study: Study, made: Iterable[tuple[Path, str]], width: int) -> RenderableType:
    """The study, the files of the demo in the order they were made; what to try next follows.

    Args:
        study: The finished study.
        made: Each file and what it is.
        width: Columns of the terminal.
    """
    files = Table(box=None, show_header=False, pad_edge=False)
    files.add_column(overflow="fold")
    files.add_column(overflow="fold")
    for path, what in made:
        files.add_row(Text(str(path), style="bold"), Text(what, style="dim"))
    return Group(
        Text("SYNTHETIC demo: no row is a patient.\n", style="bold yellow"),
        summary(study, width=width),
        Text("\nMade", style="bold"),
        files,
        Text("\nTry next", style="bold"),
    )
