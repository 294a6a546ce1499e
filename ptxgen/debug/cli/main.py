"""The entry point of `ptxgen-debug`."""

from __future__ import annotations

import sys

import click

from ptxgen import __version__
from ptxgen.cli.lazy import LazyGroup

COMMANDS = {
    "analyze": "Find bugs in PTX files.",
    "sanitize": "Run an entry in the emulator under all sanitizers.",
    "explain": "Count what each loop does, and what limits it.",
    "diff": "Compare two PTX files.",
    "gen-tests": "Write a pytest file for the entries of a file.",
    "reduce": "Find the smallest text that still shows a fault.",
    "rules": "List the rules, or explain one.",
}


@click.group(
    cls=LazyGroup,
    package="ptxgen.debug.cli.commands",
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(__version__, "-V", "--version", prog_name="ptxgen-debug")
@click.option("--debug", is_flag=True, help="Show the Python traceback of an error.")
def cli(debug: bool) -> None:
    """Find bugs in PTX, whoever wrote it: by rules on its text and by runs in the emulator.

    Exit codes: 0 clean; 1 findings; 2 something could not be analysed.
    """


def main() -> None:
    """Run the command line, as the installed `ptxgen-debug` script does."""
    sys.exit(cli(prog_name="ptxgen-debug"))
