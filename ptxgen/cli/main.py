"""The entry point: the commands, each loaded when asked for, and errors as text instead of tracebacks."""

from __future__ import annotations

import sys
from importlib import import_module
from typing import Any

import click

from ptxgen import __version__
from ptxgen.cli.console import printable
from ptxgen.errors import CheckError, PtxgenError

FINDINGS = 1
"""Exit code: the input was understood, and something is wrong with it (a finding, a comparison that failed)."""

BAD_INPUT = 2
"""Exit code: the command could not be carried out as asked (usage, an unreadable file, a size that is not allowed)."""

BROKEN = ("PAS010", "PAS020")
"""Errors that say that a pass broke what it was given."""

COMMANDS = {
    "bench": "Prove kernels and time them beside their peers.",
    "check": "Check a PTX file statically.",
    "demo": "From a GGUF file to a proven result, in under a minute.",
    "emit": "Print the PTX of a kernel.",
    "info": "Show devices, targets and tools.",
    "list": "List the kernels.",
    "opt": "Improve a PTX file with passes.",
    "run": "Run an entry of a PTX file on arrays.",
    "verify": "Check, assemble and run a kernel, and compare it with float64.",
}


class _Commands(click.Group):
    """A group that imports a command's module when the command is used: `--help` and `--version` answer at once."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return import_module(f"ptxgen.cli.commands.{cmd_name}").command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except PtxgenError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(printable(str(error)), err=True)
            # A fault of the program or pass under test is a finding; anything else was asked wrongly.
            found = isinstance(error, CheckError) or error.id.startswith("EMU") or error.id in BROKEN
            ctx.exit(FINDINGS if found else BAD_INPUT)


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, "-V", "--version", prog_name="ptxgen")
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
def cli(debug: bool) -> None:
    """PTX from Python: build it, prove it, run it. With a GPU or without one.

    New here? Try `ptxgen demo`.

    Exit codes: 0 all is well; 1 something was found wrong; 2 the command was asked wrongly.
    """


def main() -> None:
    """Run the command line, as the installed `ptxgen` script does."""
    sys.exit(cli(prog_name="ptxgen"))
