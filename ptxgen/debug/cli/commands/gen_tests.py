"""`ptxgen-debug gen-tests`: a pytest file that runs the entries of a PTX file in the emulator."""

from __future__ import annotations

import os
from pathlib import Path

import click

from ptxgen.cli.console import examples, messages, plain
from ptxgen.cli.sources import read_ptx, writing
from ptxgen.debug.errors import DebugError


@click.command(
    "gen-tests",
    epilog=examples("ptxgen-debug gen-tests kernel.ptx -o test_kernel.py && pytest test_kernel.py"),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@click.option(
    "-o", "--output", "target", metavar="FILE.py", help="Write the tests there (default: standard output)."
)
def command(file: str, target: str | None) -> None:
    """Write tests for each entry of FILE: sanitizers, order of warps, finiteness, and a hook for a reference.

    Launches are guessed: look at their sizes before you trust what passes.
    """
    from ptxgen.debug.engine import parsed
    from ptxgen.debug.generate import written_tests

    module, problem = parsed(read_ptx(file), file)
    if module is None:
        raise DebugError("DBG002", f"{file} cannot be analysed: {problem}")
    folder = Path(target).parent if target else Path()
    text = written_tests(module, os.path.relpath(file, folder))
    if target is None:
        click.echo(text, nl=False)
        return
    with writing(Path(target)):
        Path(target).write_text(text, "utf-8")
    count = len(module.entries)
    messages().print(plain(f"{target}: {count} entr{'y' if count == 1 else 'ies'}; the launches are guessed"))
