"""`afterload warm`: compile the circulation ahead of its first use."""

from __future__ import annotations

import click


@click.command("warm")
def warm() -> None:
    """Compile the circulation for this machine, so that the first simulation begins at once.

    It is compiled once and kept; a new version of the circulation is compiled again.
    """
    from afterload.cli.progress import progress_bar
    from afterload.hemodynamics.body import BODY
    from afterload.hemodynamics.kernel import warm as compile_ahead
    from afterload.hemodynamics.solve import WATCH

    with progress_bar() as progress:
        folder = compile_ahead(BODY, WATCH, progress)
    click.echo(f"The circulation is compiled, in {folder}.")
