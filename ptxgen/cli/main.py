"""The entry point: the commands, each loaded when asked for, and errors as text instead of tracebacks."""

from __future__ import annotations

import sys

import click

from ptxgen import __version__
from ptxgen.cli.lazy import BAD_INPUT, FINDINGS, LazyGroup

__all__ = ["BAD_INPUT", "COMMANDS", "FINDINGS", "cli", "main"]

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


@click.group(
    cls=LazyGroup,
    package="ptxgen.cli.commands",
    summaries=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
)
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
