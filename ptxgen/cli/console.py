"""Terminal output: one console for results, one for progress, and no way for foreign text to become markup."""

from __future__ import annotations

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

PIPE_WIDTH = 120
"""Columns of a table that is not printed on a terminal."""


def examples(*commands: str) -> str:
    """The epilog of a command's help: commands to try, kept as they are typed."""
    heading = "Example:" if len(commands) == 1 else "Examples:"
    return "\n".join(["\b", heading, *(f"  {command}" for command in commands)])


def printable(text: str) -> str:
    """Text that came from outside, with control and bidirectional characters written as escapes.

    Names and messages quote PTX, and PTX can come from anywhere; a terminal must not obey it. Newlines and tabs stay.
    """
    return "".join(
        c if c in "\n\t" or unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co"} else _escaped(c)
        for c in text
    )


def _escaped(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


def plain(text: object, style: str = "") -> Text:
    """Any value as text that rich prints as it is: no markup, no control characters."""
    return Text(printable(str(text)), style=style)


def output() -> Console:
    """The console for results. Made on each call, because tests and pipes exchange `sys.stdout`."""
    return console_on(sys.stdout)


def messages() -> Console:
    """The console for progress, notes and errors: standard error."""
    return console_on(sys.stderr)


def console_on(stream: Any) -> Console:
    """A console in the house style on any text stream."""
    width = None if stream.isatty() or "COLUMNS" in os.environ else PIPE_WIDTH
    return Console(file=stream, width=width, markup=False, highlight=False, emoji=False)


def table(*columns: str, title: str = "", right: Iterable[str] = (), whole: Iterable[str] = ()) -> Table:
    """An empty table in the house style. Columns in `right` are aligned to the right; these and `whole` do not wrap."""
    made = Table(
        title=title or None,
        title_justify="left",
        title_style="bold",
        box=None,
        pad_edge=False,
        padding=(0, 2, 0, 0),
    )
    numbers = set(right)
    unbroken = numbers | set(whole)
    for column in columns:
        made.add_column(
            column,
            justify="right" if column in numbers else "left",
            header_style="dim",
            overflow="fold",
            no_wrap=column in unbroken,
        )
    return made


def row(made: Table, *cells: object) -> None:
    """Add a row; cells that are not rich text already are printed as they are, without markup."""
    made.add_row(*(cell if isinstance(cell, Text) else plain(cell) for cell in cells))


def print_json(schema: str, payload: Mapping[str, object]) -> None:
    """Print a document `{"schema": "ptxgen.<schema>/1", ...}`; the schemas are described in `docs/json.md`."""
    click.echo(json.dumps({"schema": f"ptxgen.{schema}/1", **payload}, indent=2, allow_nan=False))


def progress() -> Progress:
    """A progress bar on standard error, shown only where that is a terminal, and gone when done."""
    console = messages()
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=30),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
