"""What the commands that report findings share: their options, where the report goes, and the exit code."""

from __future__ import annotations

import json
import sys
from collections import Counter
from collections.abc import Callable, Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO, TypeVar

import click
from attrs import frozen

from ptxgen.cli.console import console_on, messages, plain
from ptxgen.cli.lazy import BAD_INPUT, FINDINGS
from ptxgen.cli.sources import writing
from ptxgen.debug.findings import FileReport
from ptxgen.debug.rule import at_least
from ptxgen.errors import Severity

if TYPE_CHECKING:
    from ptxgen.debug.selection import Selection

C = TypeVar("C", bound=Callable[..., Any])

_OPTIONS = (
    click.option(
        "--format", "form", type=click.Choice(["text", "json", "sarif", "html"]), default="text", show_default=True,
        help="How the report is written.",
    ),
    click.option("-o", "--output", "target", metavar="FILE", help="Write the report to a file."),
    click.option(
        "--fail-on", type=click.Choice([s.value for s in Severity]), default="error", show_default=True,
        help="The least severity that gives exit code 1.",
    ),
    click.option("--rule", "only", multiple=True, metavar="ID", help="Only this rule or family (repeatable)."),
    click.option("--no-rule", "without", multiple=True, metavar="ID", help="Not this rule or family (repeatable)."),
    click.option("--baseline", metavar="FILE", help="Hide the findings of this file; says how many."),
    click.option("--write-baseline", metavar="FILE", help="Accept all findings: write them to this file."),
)  # fmt: skip


def reporting(command: C) -> C:
    """Add the options of a report; the command gets them as `report: Reporting`."""

    def wrapped(**options: Any) -> Any:
        names = ("form", "target", "fail_on", "only", "without", "baseline", "write_baseline")
        made = Reporting(**{name: options.pop(name) for name in names})
        return command(report=made, **options)

    wrapped.__doc__ = command.__doc__
    wrapped.__dict__.update(command.__dict__)
    made: Any = wrapped
    for option in reversed(_OPTIONS):
        made = option(made)
    return made


@frozen
class Reporting:
    """The options of a report."""

    form: str
    target: str | None
    fail_on: str
    only: tuple[str, ...]
    without: tuple[str, ...]
    baseline: str | None
    write_baseline: str | None

    def checked(self) -> tuple[Selection, Counter[str] | None]:
        """What is chosen and what is accepted: DBG001, DBG003. Called first, so that nobody waits for nothing."""
        from ptxgen.debug.baseline import read_baseline
        from ptxgen.debug.selection import Selection

        known = read_baseline(Path(self.baseline)) if self.baseline else None
        return Selection.of(self.only, self.without), known

    def finish(self, reports: Sequence[FileReport]) -> None:
        """Choose rules, apply the baseline, write the report, and leave with the exit code."""
        from ptxgen.debug.baseline import without_known, write_baseline
        from ptxgen.debug.report.text import summary

        selection, known = self.checked()
        reports = [selection.apply(report) for report in reports]
        if self.write_baseline:
            write_baseline(Path(self.write_baseline), reports)
        if known is not None:
            reports = [without_known(report, known) for report in reports]
        code = self._exit_code(reports)
        self._write(reports, code)
        stale = known.total() if known is not None else 0
        if stale:
            gone = f"{stale} of the baseline {'was' if stale == 1 else 'were'} not found"
            words = f"{gone}: make it anew by --write-baseline"
            messages().print(plain(words, "yellow"), soft_wrap=True)
        if self.form == "text" or self.target:
            messages().print(plain(summary(reports), "bold"))
        if code:
            raise click.exceptions.Exit(code)

    def _exit_code(self, reports: Sequence[FileReport]) -> int:
        if any(report.problem for report in reports):
            return BAD_INPUT
        limit = Severity(self.fail_on)
        found = any(at_least(f.severity, limit) for report in reports for f in report.findings)
        return FINDINGS if found else 0

    def _write(self, reports: Sequence[FileReport], code: int) -> None:
        from ptxgen.debug.report.text import show

        with _opened(self.target) as stream:
            if self.form != "text":
                # The page says that it is UTF-8, whatever the terminal takes.
                click.echo(
                    (_document(reports, self.form, code) + "\n").encode("utf-8"), file=stream, nl=False
                )
                return
            console = console_on(stream)
            for report in reports:
                show(console, report)


def _document(reports: Sequence[FileReport], form: str, code: int) -> str:
    if form == "html":
        from ptxgen.debug.report.html.page import as_html

        return as_html(reports)
    from ptxgen.debug.report.document import as_document
    from ptxgen.debug.report.sarif import as_sarif

    document = (
        as_sarif(reports, code) if form == "sarif" else {"schema": "ptxgen.debug/1", **as_document(reports)}
    )
    return json.dumps(document, indent=2, allow_nan=False)


@contextmanager
def _opened(target: str | None) -> Generator[TextIO]:
    """The stream for a report. CLI003 if the file cannot be written."""
    if target is None:
        yield sys.stdout
        return
    with writing(Path(target)), Path(target).open("w", encoding="utf-8") as stream:
        yield stream
