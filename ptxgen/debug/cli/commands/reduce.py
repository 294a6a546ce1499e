"""`ptxgen-debug reduce`: the smallest text that still shows a finding, or makes a command fail."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ptxgen.cli.console import examples, messages, plain
from ptxgen.cli.sources import read_ptx, writing
from ptxgen.debug.errors import DebugError


@click.command(
    "reduce",
    epilog=examples(
        "ptxgen-debug reduce kernel.ptx --rule PTX120 -o small.ptx",
        "ptxgen-debug reduce kernel.ptx --command 'ptxas -arch=sm_90 {}' --code 255",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option("--rule", "id", metavar="ID", help="Keep a finding of this rule.")
@click.option("--command", "words", metavar="COMMAND", help="Keep its exit code; {} stands for the file.")
@click.option("--code", type=int, help="The exit code to keep (default: what the whole file gives).")
@click.option("--timeout", default=60.0, show_default=True, help="Seconds that a command may take.")
@click.option("-o", "--output", "target", metavar="FILE", help="Write the text to a file.")
def command(
    file: str, id: str | None, words: str | None, code: int | None, timeout: float, target: str | None
) -> None:
    """Take lines out of FILE (- for standard input) as long as a finding, or the exit code of a command, stays."""
    from ptxgen.debug.reduce import reduced

    text = read_ptx(file)
    if id is not None and words is None:
        shows = _finding_of(id)
    elif words is not None and id is None:
        wanted = _code(words, text, timeout) if code is None else code
        shows = partial(_ends_with, words, wanted, timeout)
    else:
        raise DebugError("DBG020", "reduce needs either --rule or --command")
    if not shows(text):
        raise DebugError(
            "DBG021", "the whole file does not show it", help="try `analyze`, or the command by hand"
        )
    small = reduced(text, shows)
    if target is None:
        click.echo(small, nl=False)
    else:
        with writing(Path(target)):
            Path(target).write_text(small, "utf-8")
    before, after = len(text.splitlines()), len(small.splitlines())
    messages().print(plain(f"{after} of {before} lines are left"))


def _finding_of(id: str) -> Callable[[str], bool]:
    from ptxgen.debug.engine import analyze_text
    from ptxgen.debug.selection import Selection

    selection = Selection.of([id], [])
    return lambda text: any(selection.wants(f.rule) for f in analyze_text(text, only=selection.only).findings)


def _ends_with(words: str, wanted: int, timeout: float, text: str) -> bool:
    return _code(words, text, timeout) == wanted


def _code(words: str, text: str, timeout: float) -> int:
    """The exit code of a command on a text; -1 if it takes too long. DBG022 if it cannot be started."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reduced.ptx"
        path.write_text(text, "utf-8")
        arguments = [word.replace("{}", str(path)) for word in shlex.split(words)]
        try:
            done = subprocess.run(arguments, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return -1
        except OSError as error:
            raise DebugError(
                "DBG022", f"{arguments[0] if arguments else words!r} cannot be started: {error}"
            ) from None
        return done.returncode
