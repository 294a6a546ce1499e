"""`ptxgen-debug gen-tests`: a pytest file that runs the entries of a PTX file in the emulator."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ptxgen.cli.console import examples, messages, plain, progress
from ptxgen.cli.lazy import FINDINGS
from ptxgen.cli.sources import read_ptx, writing
from ptxgen.debug.cli.launching import Launching, launching
from ptxgen.debug.errors import DebugError

if TYPE_CHECKING:
    from ptxgen.debug.calibrate import Guess
    from ptxgen.debug.dynamic import LaunchRequest
    from ptxgen.ir.module import Module


@click.command(
    "gen-tests",
    epilog=examples(
        "ptxgen-debug gen-tests kernel.ptx -o test_kernel.py && pytest test_kernel.py",
        "ptxgen-debug gen-tests kernel.ptx --entry k --grid 8 --arg n=2048 --buffer x=2048xf32 -o test_kernel.py",
        "ptxgen-debug gen-tests softmax.ptx --kernel softmax -o test_softmax.py",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False), metavar="FILE")
@click.option(
    "-o", "--output", "target", metavar="FILE.py", help="Write the tests there (default: standard output)."
)
@launching
def command(file: str, target: str | None, launch: Launching) -> None:
    """Write tests for each entry of FILE: sanitizers, order of warps, finiteness, and a hook for a reference.

    What is not said of a launch is guessed, and tried in the emulator: look at sizes before you trust what passes. An
    entry that no guess suits gets a test that fails, and exit code 1. With --kernel the contract of that kernel of
    ptxgen is tested on the file's text.
    """
    from ptxgen.debug.engine import parsed
    from ptxgen.debug.generate import contract_tests, written_tests

    text = read_ptx(file)
    module, problem = parsed(text, file)
    if module is None:
        raise DebugError("DBG002", f"{file} cannot be analysed: {problem}")
    folder = Path(target).parent if target else Path()
    path = os.path.relpath(file, folder)
    question = launch.question()
    guesses: list[Guess] = []
    if launch.kernel:
        from ptxgen.kernels.registry import get

        get(launch.kernel)
        written = contract_tests(launch.kernel, path, launch.schedules, launch.seed)
    else:
        guesses = _guesses(text, module, None if question is None else question.request, launch)
        written = written_tests(module, guesses, path, launch.schedules)
    if target is None:
        click.echo(written.encode("utf-8"), nl=False)
    else:
        with writing(Path(target)):
            Path(target).write_text(written, "utf-8")
    _tell(target or "standard output", guesses, launch.kernel)
    if any(guess.problem for guess in guesses):
        raise click.exceptions.Exit(FINDINGS)


def _guesses(text: str, module: Module, given: LaunchRequest | None, launch: Launching) -> list[Guess]:
    """A launch of the entry that was named, or of each. DBG010 without entries."""
    from ptxgen.debug.calibrate import calibrated
    from ptxgen.debug.dynamic import LaunchRequest, Subject

    if given is not None:
        wanted = [given]
    else:
        wanted = [LaunchRequest(entry=e.name, seed=launch.seed) for e in module.entries if e.blocks]
    if not wanted:
        raise DebugError("DBG010", "the module has no entry", help="there is nothing to launch, nor to test")
    found: list[Guess] = []
    with progress() as bar:
        task = bar.add_task("trying launches", total=len(wanted))
        for request in wanted:
            found.append(calibrated(Subject(text, module), request))
            bar.advance(task)
    return found


def _tell(target: str, guesses: list[Guess], kernel: str | None) -> None:
    """What the reader must know of the launches."""
    if kernel:
        messages().print(plain(f"{target}: the contract of {kernel}"), soft_wrap=True)
        return
    many = f"{len(guesses)} entr{'y' if len(guesses) == 1 else 'ies'}"
    messages().print(plain(f"{target}: {many}; what was not said of launches is guessed"), soft_wrap=True)
    for guess in guesses:
        name = guess.request.entry
        said = ""
        if guess.problem:
            said = f"no guess suits it ({guess.problem}): say its launch by --arg and --buffer, or it has this fault"
        elif not guess.writes:
            said = "with no guess it writes anything: say its launch by --arg and --buffer"
        elif not guess.repeats:
            said = "its results depend on the order of warps, and are not compared between orders"
        if said:
            messages().print(plain(f"  {name}: {said}", "yellow"), soft_wrap=True)
