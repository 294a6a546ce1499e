"""The entry point of `ptxgen-debug`."""

from __future__ import annotations

import sys

from ptxgen.cli.lazy import command_line

COMMANDS = {
    "analyze": "Find bugs in PTX files.",
    "sanitize": "Run an entry in the emulator under all sanitizers.",
    "explain": "Count what each loop does, and what limits it.",
    "diff": "Compare two PTX files.",
    "gen-tests": "Write a pytest file for the entries of a file.",
    "reduce": "Find the smallest text that still shows a fault.",
    "rules": "List the rules, or explain one.",
}


@command_line("ptxgen-debug", "ptxgen.debug.cli.commands", COMMANDS)
def cli(debug: bool) -> None:
    """Find bugs in PTX, whoever wrote it: by rules on its text and by runs in the emulator.

    Exit codes: 0 clean; 1 findings; 2 something could not be analysed.
    """


def main() -> None:
    """Run the command line, as the installed `ptxgen-debug` script does."""
    sys.exit(cli(prog_name="ptxgen-debug"))
