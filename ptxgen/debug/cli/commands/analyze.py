"""`ptxgen-debug analyze`: every rule on PTX files."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

import click

from ptxgen.cli.console import console_on, examples, messages, plain, progress
from ptxgen.cli.lazy import BAD_INPUT, FINDINGS
from ptxgen.cli.sources import writing
from ptxgen.debug.findings import FileReport
from ptxgen.debug.rule import at_least
from ptxgen.errors import Severity


@click.command(
    "analyze",
    epilog=examples(
        "ptxgen-debug analyze kernel.ptx",
        "cuobjdump --dump-ptx program | ptxgen-debug analyze -",
        "ptxgen-debug analyze 'build/**/*.ptx' --format sarif -o findings.sarif",
    ),
)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif"]), default="text", show_default=True,
    help="How the report is written.",
)  # fmt: skip
@click.option("-o", "--output", "target", metavar="FILE", help="Write the report to a file.")
@click.option(
    "--fail-on", type=click.Choice([s.value for s in Severity]), default="error", show_default=True,
    help="The least severity that gives exit code 1.",
)  # fmt: skip
@click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule or family (repeatable).")
@click.option(
    "--no-rule", "without", multiple=True, metavar="ID", help="Not this rule or family (repeatable)."
)
@click.option("--baseline", metavar="FILE", help="Hide the findings of this file; says how many.")
@click.option("--write-baseline", metavar="FILE", help="Accept all findings: write them to this file.")
@click.option("--jobs", type=click.IntRange(0), default=0, help="Processes (default: one for each core).")
def command(
    files: tuple[str, ...],
    form: str,
    target: str | None,
    fail_on: str,
    only: tuple[str, ...],
    without: tuple[str, ...],
    baseline: str | None,
    write_baseline: str | None,
    jobs: int,
) -> None:
    """Find bugs in PTX files. FILE may be a pattern (`build/**/*.ptx`), or - for standard input."""
    from ptxgen.debug.baseline import read_baseline, without_known
    from ptxgen.debug.baseline import write_baseline as accept
    from ptxgen.debug.batch import analyzed, expanded
    from ptxgen.debug.selection import Selection

    selection = Selection.of(only, without)
    known = read_baseline(Path(baseline)) if baseline else None
    names = expanded(files)
    made: dict[int, FileReport] = {}
    with progress() as bar:
        task = bar.add_task("analyzing", total=len(names))
        for number, report in analyzed(names, jobs):
            made[number] = selection.apply(report)
            bar.advance(task)
    reports = [made[number] for number in sorted(made)]
    if write_baseline:
        accept(Path(write_baseline), reports)
    if known is not None:
        reports = [without_known(report, known) for report in reports]
    _write(reports, form, target)
    if any(report.problem for report in reports):
        raise click.exceptions.Exit(BAD_INPUT)
    limit = Severity(fail_on)
    if any(at_least(f.severity, limit) for report in reports for f in report.findings):
        raise click.exceptions.Exit(FINDINGS)


def _write(reports: Sequence[FileReport], form: str, target: str | None) -> None:
    from ptxgen.debug.report.text import show, summary

    with _opened(target) as stream:
        if form == "text":
            console = console_on(stream)
            for report in reports:
                show(console, report)
        else:
            click.echo(_document(reports, form), file=stream)
    if form == "text" or target:
        messages().print(plain(summary(reports), "bold"))


def _document(reports: Sequence[FileReport], form: str) -> str:
    from ptxgen.debug.report.document import as_document
    from ptxgen.debug.report.sarif import as_sarif

    document = as_sarif(reports) if form == "sarif" else {"schema": "ptxgen.debug/1", **as_document(reports)}
    return json.dumps(document, indent=2, allow_nan=False)


@contextmanager
def _opened(target: str | None) -> Generator[TextIO]:
    """The stream for a report. CLI003 if the file cannot be written."""
    if target is None:
        yield sys.stdout
        return
    with writing(Path(target)), Path(target).open("w", encoding="utf-8") as stream:
        yield stream
