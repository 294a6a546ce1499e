"""`ptxgen-debug analyze`: every rule on PTX files; with facts about a launch, a run of it as well."""

from __future__ import annotations

import click

from ptxgen.cli.console import examples, progress
from ptxgen.debug.cli.launching import Launching, launching
from ptxgen.debug.cli.reporting import Reporting, reporting
from ptxgen.debug.findings import FileReport


@click.command(
    "analyze",
    epilog=examples(
        "ptxgen-debug analyze kernel.ptx",
        "ptxgen-debug analyze kernel.ptx --grid 8 --block 256 --arg n=2048 --buffer x=2048xf32 --buffer y=2048xf32",
        "cuobjdump --dump-ptx program | ptxgen-debug analyze -",
        "ptxgen-debug analyze 'build/**/*.ptx' --format sarif -o findings.sarif",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@launching
@reporting
@click.option("--jobs", type=click.IntRange(0), default=0, help="Processes (default: one for each core).")
def command(files: tuple[str, ...], jobs: int, launch: Launching, report: Reporting) -> None:
    """Find bugs in PTX files. FILE may be a pattern (`build/**/*.ptx`), or - for standard input.

    With --grid, --block, --arg or --buffer, or with --kernel, the launch is run in the emulator as well, and what it
    shows is a witness.
    """
    from ptxgen.debug.batch import analyzed, expanded

    report.checked()
    names = expanded(files)
    made: dict[int, FileReport] = {}
    with progress() as bar:
        task = bar.add_task("analyzing", total=len(names))
        for number, each in analyzed(names, jobs, launch.question()):
            made[number] = each
            bar.advance(task)
    report.finish([made[number] for number in sorted(made)])
