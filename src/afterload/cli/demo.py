"""`afterload demo`: the whole path on a synthetic cohort."""

from __future__ import annotations

from pathlib import Path

import click


@click.command("demo")
@click.argument(
    "folder", metavar="[DIR]", type=click.Path(path_type=Path), default="afterload-demo"
)
@click.option(
    "--n",
    default=140,
    show_default=True,
    type=click.IntRange(min=40, max=100_000),
    help="How many episodes to make.",
)
@click.option(
    "--seed",
    default=1,
    show_default=True,
    type=click.IntRange(min=0),
    help="The same seed makes the same cohort.",
)
def demo(folder: Path, n: int, seed: int) -> None:
    """Make a synthetic cohort, fill a registry, score it and run a study on it.

    No row is a patient. Everything is written into DIR (afterload-demo if not given); a folder
    that holds something else is left alone.
    """  # fmt: skip
    from datetime import UTC, datetime

    from afterload.actions.demo import run
    from afterload.cli.progress import progress_bar
    from afterload.cli.terminal import terminal
    from afterload.report.demo_text import told
    from afterload.report.figure_process import second_process
    from afterload.report.study_report import write_report

    with second_process() as draw, progress_bar() as progress:
        now = datetime.now(UTC).replace(tzinfo=None)
        done = run(folder, n=n, seed=seed, now=now, progress=progress)
        write_report(done.study, done.report, progress=progress, draw=draw)
    console = terminal()
    console.print(told(done.study, done.made, console.width))
    for line in done.tries:  # whole, to be copied: a terminal would cut or wrap them
        click.echo(line)
