"""`ptxgen-debug sanitize`: a launch in the emulator, under all sanitizers and several orders of warps."""

from __future__ import annotations

import click

from ptxgen.cli.console import examples
from ptxgen.debug.cli.launching import Launching, launching
from ptxgen.debug.cli.reporting import Reporting, reporting


@click.command(
    "sanitize",
    epilog=examples(
        "ptxgen-debug sanitize k.ptx --entry k --grid 8 --block 256 --arg n=2048 --buffer x=2048xf32:zeros",
        "ptxgen-debug sanitize softmax.ptx --kernel softmax",
    ),
)
@click.argument("file", metavar="FILE")
@launching
@reporting
def command(file: str, launch: Launching, report: Reporting) -> None:
    """Run an entry of FILE (- for standard input) under memcheck, initcheck, racecheck and synccheck.

    What is not given is guessed; what only a guess shows is a hint, since the program may rightly expect other inputs.
    """
    from ptxgen.debug.batch import analyzed

    report.checked()
    report.finish([each for _, each in analyzed([file], 1, launch.question(always=True), static=False)])
