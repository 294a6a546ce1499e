"""A group of commands whose modules are imported when they are used: `--help` and `--version` answer at once."""

from __future__ import annotations

import gc
import io
import sys
from collections.abc import Callable, Mapping
from difflib import get_close_matches
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

INTERRUPTED = 130
"""Exit code: the user pressed Ctrl-C, as shells count it (128 and the signal's number)."""

BROKEN = ("PAS010", "PAS020")
"""Errors that say that a pass broke what it was given."""


class LazyGroup(click.Group):
    """Commands by name with one line of help each; command `gen-tests` is `command` of the module `gen_tests`.

    Errors of ptxgen are shown as text, unless the group's `--debug` asks for the traceback.
    """

    def __init__(self, *, package: str, summaries: Mapping[str, str], **options: Any) -> None:
        super().__init__(**options)
        self.package = package
        self.summaries = summaries

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.summaries)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in self.summaries:
            return None
        return import_module(f"{self.package}.{cmd_name.replace('-', '_')}").command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError as error:
            near = get_close_matches(args[0], self.summaries, n=1)
            if not near:
                raise
            raise click.UsageError(f"{error.message} Did you mean {near[0]}?", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(self.summaries.items()))

    def invoke(self, ctx: click.Context) -> Any:
        # Commands make many objects that last; by default the collector walks through all of them several times.
        gc.set_threshold(10_000, *gc.get_threshold()[1:])
        for stream in (sys.stdout, sys.stderr):
            if isinstance(stream, io.TextIOWrapper):
                # A terminal or pipe that takes fewer characters than a text has gets the others as escapes.
                stream.reconfigure(errors="backslashreplace")
        try:
            return super().invoke(ctx)
        except KeyboardInterrupt:
            click.echo("interrupted", err=True)
            ctx.exit(INTERRUPTED)
        except PtxgenError as error:
            if ctx.params.get("debug"):
                raise
            click.echo(printable(str(error)), err=True)
            # A fault of the program or pass under test is a finding; anything else was asked wrongly.
            found = isinstance(error, CheckError) or error.id.startswith("EMU") or error.id in BROKEN
            ctx.exit(FINDINGS if found else BAD_INPUT)


def command_line(
    name: str, package: str, summaries: Mapping[str, str]
) -> Callable[[Callable[[bool], None]], click.Group]:
    """Decorator: the function's docstring is the help of a program `name` with `--version`, `--debug` and commands."""

    def decorate(function: Callable[[bool], None]) -> click.Group:
        with_debug = click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
        with_version = click.version_option(__version__, "-V", "--version", prog_name=name)
        made = click.group(
            cls=LazyGroup,
            package=package,
            summaries=summaries,
            context_settings={"help_option_names": ["-h", "--help"]},
        )
        return made(with_version(with_debug(function)))

    return decorate
