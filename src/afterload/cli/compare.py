"""`afterload compare`: from a protocol to a finished study."""

from __future__ import annotations

from pathlib import Path

import click
from click.core import ParameterSource

THEMES = ("default", "jama", "nejm", "lancet")


@click.command("compare")
@click.argument("protocol", metavar="STUDY.toml", type=click.Path(path_type=Path))
@click.option(
    "--registry",
    envvar="AFTERLOAD_REGISTRY",
    metavar="REG",
    help="Registry to read: a file or a URL. Default: AFTERLOAD_REGISTRY.",
)
@click.option(
    "--data",
    multiple=True,
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Read a file instead of a registry (CSV, XLSX, Parquet); needs --map.",
)
@click.option(
    "--map",
    "map_file",
    metavar="MAP.toml",
    type=click.Path(path_type=Path),
    help="What the columns of --data mean.",
)
@click.option(
    "--out",
    required=True,
    metavar="DIR",
    type=click.Path(path_type=Path),
    help="Folder for the report; made if it is not there.",
)
@click.option(
    "--theme",
    type=click.Choice(THEMES),
    default="default",
    show_default=True,
    help="Whose number formats to follow.",
)
@click.option(
    "--disclosure",
    type=click.IntRange(min=2),
    metavar="N",
    help="Suppress counts below N, and what would give them away.",
)
@click.option(
    "--accept-soft",
    is_flag=True,
    help="With --data: let values outside their usual range through, marked.",
)
def compare(
    protocol: Path,
    registry: str | None,
    data: tuple[Path, ...],
    map_file: Path | None,
    out: Path,
    theme: str,
    disclosure: int | None,
    accept_soft: bool,
) -> None:
    """Compare device strategies as a study ready to publish.

    STUDY.toml names the population, the arms, the tables and the outcomes. The folder gets
    index.html, report.docx, tables/*.csv, figures/*.svg and results.json.
    """  # fmt: skip
    from afterload.actions import compare as action
    from afterload.cli.progress import progress_bar
    from afterload.cli.terminal import terminal
    from afterload.core.errors import InputError
    from afterload.report.figure_process import second_process
    from afterload.report.study_report import write_report
    from afterload.report.theme import THEMES as KNOWN

    if data:
        given = click.get_current_context().get_parameter_source("registry")
        if given is ParameterSource.COMMANDLINE:
            raise InputError("Say either --registry or --data, not both.")
        if map_file is None:
            raise InputError("--data needs --map: what the columns of the file mean.")
    elif not registry:
        raise InputError("Say what to read: --registry REG, or --data FILE with --map MAP.toml.")
    look = KNOWN[theme]
    with second_process() as draw:
        if data and map_file:
            with progress_bar() as progress:
                study = action.compare_files(
                    protocol, data, map_file, accept_soft=accept_soft, progress=progress
                )
        else:
            study = action.compare(protocol, registry=str(registry))
        if disclosure is not None:
            from afterload.report.disclosure import disclose_study

            study = disclose_study(study, disclosure)
        paths = write_report(study, out, theme=look, draw=draw)
    from afterload.report.study_text import summary, written

    console = terminal()
    console.print(summary(study, look, console.width))
    console.print()
    console.print(written(paths, out), soft_wrap=True)
