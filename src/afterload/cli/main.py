"""The command `afterload`: its verbs, loaded only when they are used."""

from __future__ import annotations

import atexit
import errno
import gc
import importlib
import os
import sys
from typing import Any

import click

from afterload.core.errors import AfterloadError, InputError

VERBS: dict[str, tuple[str, str]] = {
    "record": ("afterload.cli.record:record", "Keep a registry of support episodes."),
    "score": ("afterload.cli.score:score", "Score one patient, or every patient of a registry."),
    "compare": ("afterload.cli.compare:compare", "Compare device strategies as a finished study."),
    "simulate": (
        "afterload.cli.simulate:simulate",
        "Simulate a patient without a device, with some, and with others.",
    ),
    "warm": ("afterload.cli.warm:warm", "Compile the circulation ahead of its first use."),
    "demo": ("afterload.cli.demo:demo", "Make a synthetic cohort and run the whole path on it."),
}
"""Each verb: where its command stands, and its line of help (so that help loads nothing)."""

PATHS = (errno.ENOENT, errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EPERM,
         errno.EROFS, errno.ENAMETOOLONG, errno.ELOOP)  # fmt: skip
"""What the system says of a path that was told wrongly: the input is at fault, not the machine."""


class LazyGroup(click.Group):
    """A group that imports a verb's module only when the verb is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of a study."""
        return list(VERBS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The verb's command, or None if there is no such verb."""
        if cmd_name not in VERBS:
            return None
        module, _, name = VERBS[cmd_name][0].partition(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the verbs without importing them."""
        with formatter.section("Verbs"):
            formatter.write_dl([(name, line) for name, (_, line) in VERBS.items()])


@click.group(
    cls=LazyGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="afterload", prog_name="afterload")
def cli() -> None:
    """Temporary mechanical circulatory support in cardiogenic shock.

    For research, quality work and teaching. It is not a medical device, and nothing you give it
    leaves this machine.
    """


def main(args: list[str] | None = None) -> None:
    """Run the command line; print the package's own errors in one piece and exit with their code.

    Args:
        args: The words after `afterload`; the process's own if None.
    """
    _spare_the_collector()
    options: dict[str, Any] = {"standalone_mode": False, "prog_name": "afterload"}
    try:
        code = cli.main(args=args, **options)
    except AfterloadError as error:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {error}", err=True)
        code = error.exit_code
    except click.ClickException as error:
        error.show()
        code = error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("Stopped.", err=True)
        code = 130
    except BrokenPipeError:
        # The reader of a pipe (`| head`) left; what it read was right.
        sys.stderr.close()
        code = 141
    except OSError as error:
        click.echo(f"{click.style('Error:', fg='red', bold=True)} {_trouble(error)}", err=True)
        _give_up_output()
        code = InputError.exit_code if error.errno in PATHS else 1
    sys.exit(code if isinstance(code, int) else 0)


def _spare_the_collector() -> None:
    """Look for rubbish rarely, and not at the end: what a command loads, it keeps to its end.

    Searching it all again and again takes a tenth of a study, and once more at the end as much.
    """
    gc.set_threshold(20_000)
    atexit.register(gc.freeze)


def _trouble(error: OSError) -> str:
    what = error.strerror or type(error).__name__
    if error.filename is None:
        return f"cannot write: {what}."
    hint = " Check the path, and the rights to it." if error.errno in PATHS else ""
    return f"cannot read or write {str(error.filename)!r}: {what}.{hint}"


def _give_up_output() -> None:
    """Drop what standard output still holds, so that leaving does not fail on it again."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    main()
