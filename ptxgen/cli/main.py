"""The entry point: the commands, each loaded when asked for, and errors as text instead of tracebacks."""

from __future__ import annotations

import sys

from ptxgen.cli.lazy import BAD_INPUT, FINDINGS, command_line

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


@command_line("ptxgen", "ptxgen.cli.commands", COMMANDS)
def cli(debug: bool) -> None:
    """PTX from Python: build it, prove it, run it. With a GPU or without one.

    New here? Try `ptxgen demo`.

    Exit codes: 0 all is well; 1 something was found wrong; 2 the command was asked wrongly.
    """


def main() -> None:
    """Run the command line, as the installed `ptxgen` script does."""
    sys.exit(cli(prog_name="ptxgen"))
