"""The verb `record`: keep a registry of support episodes."""

from __future__ import annotations

from pathlib import Path

import click

from afterload.cli.record_look import (
    export_command,
    list_command,
    show_command,
    verify_command,
)
from afterload.cli.record_words import (
    as_json,
    console,
    now,
    open_it,
    reason_of,
    refuse_taken,
    split_registry,
    the_one,
    who_is,
    who_option,
    write_bad_cells,
    writes,
)
from afterload.core.errors import BadCells, InputError


@click.group(
    "record",
    epilog="""\b
REG is a path (cohort.db) or a URL (postgresql+psycopg://user@host/database). It may be left out
where the environment variable AFTERLOAD_REGISTRY names one: the first word is then taken for REG
only if it is a URL, ends in .db, .sqlite, .sqlite3 or .registry, or is an SQLite file.
""",
)
def record() -> None:
    """Keep a registry: create, import, look, correct, export, verify.

    Nothing is ever overwritten: a correction is a new version, with who, when and why, in a chain
    that shows any change made behind the registry's back.
    """


_FILE = click.Path(dir_okay=False, path_type=Path)


@record.command("init")
@click.argument("registry", required=False, metavar="[REG]")
@click.option(
    "--variables", multiple=True, type=_FILE, metavar="FILE.toml", help="The site's own variables."
)
@click.option(
    "--map",
    "maps",
    multiple=True,
    type=_FILE,
    metavar="MAP.toml",
    help="A map whose own variables the registry gets too.",
)
@who_option
def init_command(
    registry: str | None,
    variables: tuple[Path, ...],
    maps: tuple[Path, ...],
    who: str | None,
) -> None:
    """Create an empty registry."""
    from afterload.actions import record as verb

    where = registry or split_registry(())[0]
    made = verb.create(where, variables=variables, maps=maps, who=who_is(who), now=now())
    count = len(made.vocabulary)
    made.close()
    click.echo(f"Created {where} with {count} variables.")


@record.command("import")
@click.argument("words", nargs=-1, metavar="[REG] FILE...", required=True)
@click.option(
    "--map",
    "map_file",
    required=True,
    type=_FILE,
    metavar="MAP.toml",
    help="What the columns of the files mean.",
)
@click.option(
    "--dry-run", is_flag=True, help="Read, check and compare with the record; write nothing."
)
@click.option(
    "--accept-soft",
    is_flag=True,
    help="Let values outside their usual range through, marked, each with a question.",
)
@click.option("--again", is_flag=True, help="Import even a file that was imported before.")
@click.option(
    "--bad-cells",
    type=_FILE,
    metavar="FILE.csv",
    help="Write the cells that cannot be imported to this new file.",
)
@click.option("--json", "json_", is_flag=True, help="Print the report as JSON.")
@writes
def import_command(
    words: tuple[str, ...],
    map_file: Path,
    dry_run: bool,
    accept_soft: bool,
    again: bool,
    bad_cells: Path | None,
    json_: bool,
    who: str | None,
    why: str | None,
) -> None:
    """Import spreadsheets (CSV, XLSX, Parquet): all of them, or nothing.

    Cells that cannot be imported are listed all at once; then nothing is. `suggest-map` drafts
    the map.
    """
    from dataclasses import asdict

    from afterload.actions import record as verb
    from afterload.cli.progress import progress_bar
    from afterload.report.record_text import import_view

    where, files = split_registry(words)
    if not files:
        raise InputError("Name at least one file to import.")
    if bad_cells:
        refuse_taken(bad_cells)
    reason = why or f"import of {', '.join(Path(name).name for name in files)}"
    try:
        with open_it(where) as registry, progress_bar() as progress:
            done = verb.import_files(
                registry, [Path(name) for name in files], map_file, who=who_is(who), why=reason,
                now=now(), accept_soft=accept_soft, dry_run=dry_run, again=again,
                progress=progress,
            )  # fmt: skip
    except BadCells as error:
        if bad_cells:
            _keep_bad_cells(error, bad_cells)
        raise
    if json_:
        entry = asdict(done.entry) if done.entry else None
        would = asdict(done.would) if done.would else None
        click.echo(as_json({"report": asdict(done.report), "entry": entry, "would": would}))
    else:
        console().print(import_view(done.report, done.entry or done.would))


def _keep_bad_cells(error: BadCells, path: Path) -> None:
    """Write the list to its file; where that fails, say so: the list itself is printed anyway."""
    try:
        write_bad_cells(error, path)
    except OSError as trouble:
        click.echo(f"{path} could not be written: {trouble.strerror}.", err=True)


@record.command("suggest-map")
@click.argument("files", nargs=-1, required=True, type=_FILE, metavar="FILE...")
def suggest_command(files: tuple[Path, ...]) -> None:
    """Draft a map from column names, units and values (English, French, German)."""
    from afterload.actions import record as verb

    click.echo(verb.suggest_map(files), nl=False)


@record.command("correct")
@click.argument("words", nargs=-1, metavar="[REG] TABLE:ROW NAME=VALUE...", required=True)
@click.option(
    "--accept-soft", is_flag=True, help="Let values outside their usual range through, marked."
)
@writes
def correct_command(
    words: tuple[str, ...], accept_soft: bool, who: str | None, why: str | None
) -> None:
    """Correct values of one row, e.g. observation:12 lactate=3.4 or outcome:E042 ...

    ROW is a row number as `show` prints it, or the key of a patient, episode, run or outcome. A
    value may name its unit ("lactate=54 mg/dL"); "none" empties it. The row as it was stays in
    its history.
    """
    from afterload.actions import record as verb
    from afterload.report.record_text import receipt_line

    where, rest = split_registry(words)
    if len(rest) < 2:
        raise InputError("Say which row and what changes, e.g. observation:12 lactate=3.4.")
    with open_it(where) as registry:
        entry = verb.correct(
            registry, rest[0], rest[1:], who=who_is(who), why=reason_of(why), now=now(),
            accept_soft=accept_soft,
        )  # fmt: skip
    console().print(receipt_line(entry))


@record.command("withdraw")
@click.argument("words", nargs=-1, metavar="[REG] TABLE:ROW", required=True)
@writes
def withdraw_command(words: tuple[str, ...], who: str | None, why: str | None) -> None:
    """Withdraw a row and all that hangs on it; they stay in the history."""
    from afterload.actions import record as verb
    from afterload.report.record_text import receipt_line

    where, rest = split_registry(words)
    row = the_one(rest, "row as TABLE:ROW")
    with open_it(where) as registry:
        entry = verb.withdraw(registry, row, who=who_is(who), why=reason_of(why), now=now())
    console().print(receipt_line(entry))


@record.command("upgrade")
@click.argument("registry", required=False, metavar="[REG]")
def upgrade_command(registry: str | None) -> None:
    """Bring a registry of an older version to this one's schema."""
    from afterload.actions import record as verb

    where = registry or split_registry(())[0]
    verb.upgrade(where).close()
    click.echo(f"{where} is up to date.")


for _command in (show_command, list_command, export_command, verify_command):
    record.add_command(_command)
