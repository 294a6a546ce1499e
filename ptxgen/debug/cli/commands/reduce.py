"""`ptxgen-debug reduce`: the smallest text that still shows a finding, or makes a command fail."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import click

from ptxgen.cli.console import examples, messages, plain, progress
from ptxgen.cli.lazy import INTERRUPTED
from ptxgen.cli.sources import read_ptx, writing
from ptxgen.debug.errors import DebugError

if TYPE_CHECKING:
    from ptxgen.debug.findings import FileReport, Finding


@click.command(
    "reduce",
    epilog=examples(
        "ptxgen-debug reduce kernel.ptx --rule PTX120 -o small.ptx",
        "ptxgen-debug reduce kernel.ptx --rule PTX150 --line 212",
        "ptxgen-debug reduce kernel.ptx --command 'ptxas -arch=sm_90 {}' --code 255",
    ),
)
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True), metavar="FILE")
@click.option("--rule", "id", metavar="ID", help="Keep the first finding of this rule or family.")
@click.option("--line", type=click.IntRange(1), help="With --rule: keep the finding at this line.")
@click.option("--command", "words", metavar="COMMAND", help="Keep its exit code; {} stands for the file.")
@click.option("--code", type=int, help="The exit code to keep (default: what the whole file gives).")
@click.option(
    "--timeout",
    type=click.FloatRange(min=0, min_open=True),
    default=60.0,
    show_default=True,
    help="Seconds that a command may take.",
)
@click.option("-o", "--output", "target", metavar="FILE", help="Write the text to a file.")
def command(
    file: str,
    id: str | None,
    line: int | None,
    words: str | None,
    code: int | None,
    timeout: float,
    target: str | None,
) -> None:
    """Take lines out of FILE (- for standard input) as long as a finding, or the exit code of a command, stays.

    The finding is the same as long as its function, and the text of all its lines, are. Ctrl-C ends the search with the
    smallest text so far.
    """
    from ptxgen.debug.reduce import reduced

    text = read_ptx(file)
    if id is not None and words is None:
        shows = _finding_of(text, id, line)
    elif words is not None and id is None and line is None:
        shows = partial(_ends_with, words, _wanted(words, text, timeout, code), timeout)
    else:
        raise DebugError("DBG020", "reduce needs either --rule (with --line, if you like) or --command")
    if not shows(text):
        raise DebugError(
            "DBG021", "the whole file does not show it", help="try `analyze`, or the command by hand"
        )
    small, whole = text, True
    before = len(text.splitlines())
    with progress() as bar:
        task = bar.add_task("reducing", total=before)

        def tell(best: str, tries: int) -> None:
            nonlocal small
            small = best
            left = best.count("\n")
            bar.update(task, completed=before - left, description=f"{left} lines left, {tries} tries")

        try:
            small = reduced(text, shows, tell=tell)
        except KeyboardInterrupt:
            whole = False
    if target is None:
        click.echo(small.encode("utf-8"), nl=False)
    else:
        with writing(Path(target)):
            Path(target).write_text(small, "utf-8")
    end = "" if whole else "; interrupted: there may be smaller ones"
    messages().print(plain(f"{len(small.splitlines())} of {before} lines are left{end}"))
    if not whole:
        raise click.exceptions.Exit(INTERRUPTED)


def _finding_of(text: str, id: str, line: int | None) -> Callable[[str], bool]:
    """Whether a text has the finding that this one has; DBG021 if it has none."""
    from ptxgen.debug.engine import analyze_text
    from ptxgen.debug.selection import Selection

    selection = Selection.of([id], [])

    def found(text: str) -> list[tuple[int, tuple[object, ...]]]:
        report = analyze_text(text, only=selection.ids)
        every = [f for f in report.findings if selection.wants(f.rule)]
        return [(f.line, _said(report, f)) for f in every]

    there = found(text)
    keys = [key for at, key in there if line is None or at == line]
    if not keys:
        where = "" if line is None else f" at line {line}"
        others = ", ".join(map(str, dict.fromkeys(at for at, _ in there)))
        advice = f"there are some at line {others}" if others else "`analyze` says what it has"
        raise DebugError("DBG021", f"the whole file has no finding of {id}{where}", help=advice)
    return lambda smaller: any(key == keys[0] for _, key in found(smaller))


def _said(report: FileReport, finding: Finding) -> tuple[object, ...]:
    """What makes a finding the same in another text: not its numbers of lines."""
    lines = (finding.line, *(related.line for related in finding.related))
    words = tuple(" ".join(report.line(line).split()) for line in lines)
    return finding.id, finding.verdict, finding.function, words


def _wanted(words: str, text: str, timeout: float, code: int | None) -> int:
    """The exit code to keep. DBG020 for a command that does not name the file, DBG021 if nothing fails."""
    if "{}" not in words:
        raise DebugError("DBG020", f"the command {words!r} does not say where its file stands: write {{}}")
    if code is not None:
        return code
    given = _code(words, text, timeout)
    if given == 0:
        raise DebugError(
            "DBG021", "the command has nothing against the whole file", help="--code 0 keeps that it has not"
        )
    return given


def _ends_with(words: str, wanted: int, timeout: float, text: str) -> bool:
    return _code(words, text, timeout) == wanted


def _code(words: str, text: str, timeout: float) -> int:
    """The exit code of a command on a text; -1 if it takes too long. DBG022 if it cannot be started."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "reduced.ptx"
        path.write_text(text, "utf-8")
        try:
            arguments = [word.replace("{}", str(path)) for word in shlex.split(words)]
            done = subprocess.run(arguments, capture_output=True, timeout=timeout, check=False)
        except subprocess.TimeoutExpired:
            return -1
        except (OSError, ValueError) as error:
            raise DebugError("DBG022", f"the command {words!r} cannot be started: {error}") from None
        return done.returncode
