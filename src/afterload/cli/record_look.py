"""The commands of `record` that only look: show, list, export, verify."""

from __future__ import annotations

from pathlib import Path

import click

from afterload.cli.record_words import as_json, console, now, open_it, split_registry, the_one
from afterload.core.errors import InputError


@click.command("show")
@click.argument("words", nargs=-1, metavar="[REG] EPISODE", required=True)
@click.option("--history", is_flag=True, help="Show the earlier versions of each row too.")
@click.option("--json", "json_", is_flag=True, help="Print it as JSON.")
def show_command(words: tuple[str, ...], history: bool, json_: bool) -> None:
    """Show everything on one episode."""
    from dataclasses import asdict

    from afterload.actions import record as verb
    from afterload.report.record_episode import episode_text

    where, rest = split_registry(words)
    with open_it(where) as registry:
        view = verb.show(registry, the_one(rest, "episode"), history=history)
    if json_:
        past = {f"{t}:{r}": [asdict(v) for v in vs] for (t, r), vs in view.history.items()}
        click.echo(as_json({"episode": view.key, "tables": view.tables, "history": past}))
    else:
        console().print(episode_text(view))


@click.command("list")
@click.argument("words", nargs=-1, metavar="[REG]")
@click.option(
    "--table", default="episode", show_default=True, metavar="NAME", help="Which registry table."
)
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Only the first N rows.")
@click.option("--json", "json_", is_flag=True, help="Print it as JSON.")
def list_command(words: tuple[str, ...], table: str, limit: int | None, json_: bool) -> None:
    """List the current rows of a table; into a pipe, with tabs between the values."""  # fmt: skip
    from afterload.actions import record as verb
    from afterload.report.record_text import plural, rows_plain, rows_table

    where, rest = split_registry(words)
    if rest:
        raise InputError(f"{rest[0]!r} is one word too many. Name a table with --table.")
    with open_it(where) as registry:
        columns = verb.rows(registry, table)
    columns = {n: v[:limit] for n, v in columns.items() if n != "root"}
    count = len(columns["id"])
    screen = console()
    if json_:
        rows = [dict(zip(columns, row, strict=True)) for row in zip(*columns.values(), strict=True)]
        told = [{n: v for n, v in row.items() if v is not None} for row in rows]
        click.echo(as_json(told))
    elif screen.is_terminal:
        hidden = ("entered", "accepted", "missing")
        screen.print(rows_table({n: v for n, v in columns.items() if n not in hidden}))
        screen.print(plural(count, "row"), style="dim")
    else:
        click.echo(rows_plain(columns))


@click.command("export")
@click.argument("words", nargs=-1, metavar="[REG]")
@click.option(
    "--to",
    required=True,
    type=click.Path(path_type=Path),
    metavar="PATH",
    help="NAME.xlsx, a folder NAME.parquet, or a folder of CSV files.",
)
@click.option(
    "--deidentified",
    is_flag=True,
    help="No dates (days from t0 stay), no free text, no undeclared site variables, new keys, "
    "ages above 89 grouped.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="NAME",
    help="A site variable that tells nobody apart and stays, as if declared identifying = false.",
)
@click.option("--force", is_flag=True, help="Write over files that are there.")
def export_command(
    words: tuple[str, ...], to: Path, deidentified: bool, keep: tuple[str, ...], force: bool
) -> None:
    """Write every current row with a codebook, for other programs."""  # fmt: skip
    from afterload.actions import record as verb
    from afterload.cli.progress import progress_bar
    from afterload.report.record_text import plural

    where, rest = split_registry(words)
    if rest:
        raise InputError(f"{rest[0]!r} is one word too many. Name the place with --to.")
    with open_it(where) as registry, progress_bar() as progress:
        done = verb.export(
            registry, to, deidentified=deidentified, keep=keep, force=force, progress=progress
        )
    told = ", ".join(f"{name} {count:,}" for name, count in done.rows.items())
    click.echo(f"Wrote {plural(len(done.paths), 'file')} to {to}: {told}, and a codebook.")
    if done.left_out:
        click.echo(
            f"Left out, because nothing says that they tell nobody apart: "
            f"{', '.join(done.left_out)}. Declare such variables with identifying = false, or "
            "name them with --keep."
        )


@click.command("verify")
@click.argument("words", nargs=-1, metavar="[REG]")
@click.option("--receipt", metavar="HASH", help="The receipt an earlier command printed.")
@click.option(
    "--receipts",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="A file of receipts, kept elsewhere: all must be there; the newest is added.",
)
@click.option("--json", "json_", is_flag=True, help="Print the findings as JSON.")
def verify_command(
    words: tuple[str, ...], receipt: str | None, receipts: Path | None, json_: bool
) -> None:
    """Check the audit chain, its guards, ranges, times, what is missing and open questions.

    That no entry was cut off the end of the chain, only a receipt of it can show: give one, or keep
    a file of them on another disk with --receipts.

    Exits with 3 if something was changed behind the registry's back or cannot be true.
    """
    from dataclasses import asdict

    from afterload.actions import record as verb
    from afterload.cli.progress import progress_bar
    from afterload.report.record_text import findings_view

    where, _ = split_registry(words)
    with open_it(where) as registry, progress_bar() as progress:
        verdict = verb.verify(
            registry, receipt=receipt, receipts=receipts, now=now(), progress=progress
        )
    if json_:
        click.echo(as_json({"holds": verdict.holds, **asdict(verdict)}))
    else:
        view = findings_view(
            verdict.findings, verdict.entries, verdict.receipt, vouched=verdict.vouched
        )
        console().print(view)
        if receipts and verdict.holds:
            click.echo(f"It stands in {receipts}.")
    if not verdict.holds:
        raise click.exceptions.Exit(3)
