"""The report for a terminal. Nothing that comes from a file is read as markup or sent to the terminal raw."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from ptxgen.cli.console import plain
from ptxgen.debug.findings import FileReport, Finding
from ptxgen.debug.report.alike import grouped
from ptxgen.debug.report.excerpt import WIDEST, Excerpt, excerpt, ptx_excerpt, source_excerpt
from ptxgen.errors import Severity

_MARGIN = 9
"""Columns before a quoted line."""
_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}


def show(console: Console, report: FileReport) -> None:
    """Print everything about one file."""
    if report.problem:
        console.print(
            plain(f"{report.name}: cannot be analysed: {report.problem}", "bold red"), soft_wrap=True
        )
        return
    width = console.width if console.is_terminal or "COLUMNS" in os.environ else None
    for group in grouped(report.findings):
        for line in described(report, group.finding, width):
            _print(console, line, width)
        if group.others:
            _print(console, plain(f"   = {group.more}"), width)
        console.print()
    for note in report.notes:
        _print(console, plain(f"{report.name}: {note}", "yellow"), width)


def _print(console: Console, line: Text, width: int | None) -> None:
    """A line; wrapped between words, with its rest indented, where a reader's terminal is narrower."""
    if width is None or line.no_wrap or line.cell_len <= width:
        console.print(line, soft_wrap=True)
        return
    hang = min(8, width // 4)
    first, *others = line.wrap(console, max(width - hang, 8), overflow="fold")
    for part in (first, *(Text(" " * hang) + other for other in others)):
        part.rstrip()
        console.print(part, soft_wrap=True)


def described(report: FileReport, finding: Finding, width: int | None = None) -> Iterator[Text]:
    """One finding, line by line. Lines of sources are clipped to `width` columns, with their carets in sight."""
    room = WIDEST if width is None else max(width - _MARGIN, 16)
    style = _STYLES[finding.severity]
    yield Text.assemble(
        (f"{finding.severity}[{finding.id}]", style),
        plain(f": {finding.message}", "bold"),
        f"  ({finding.verdict.value})",
    )
    place = f"{report.name}:{finding.line}" if finding.line else report.name
    inside = f" in {finding.function}" if finding.function else ""
    yield plain(f"  --> {place}{inside}", "dim")
    shown = ptx_excerpt(report, finding)
    if shown is not None:
        yield from _quoted(shown.clipped(room), style)
    author = source_excerpt(finding.location)
    if finding.location is not None:
        yield plain(f"  --> {finding.location}", "dim")
        if author is not None:
            yield from _quoted(author.clipped(room), style)
    for related in finding.related:
        yield plain(f"   :: line {related.line}: {related.text}", "dim")
        text = report.line(related.line)
        if text:
            yield from _quoted(excerpt(related.line, text).clipped(room), "dim", caret=False)
    for line in (*finding.evidence, *finding.notes):
        yield plain(f"   = {line}")
    yield plain(f"   help: {finding.help}", "green")


def _quoted(shown: Excerpt, style: str, *, caret: bool = True) -> Iterator[Text]:
    lines = [plain(f"{shown.line:>6} | {shown.text}")]
    if caret and shown.length:
        lines.append(plain(f"       | {shown.caret}", style))
    for line in lines:
        line.no_wrap = True
        yield line


def summary(reports: Sequence[FileReport]) -> str:
    """The last line: how many of each severity, what a baseline hides, what could not be analysed."""
    counts: Counter[Severity] = Counter()
    for report in reports:
        counts += report.counts()
    parts = [f"{n} {s.value}{'s' if n > 1 else ''}" for s in Severity if (n := counts[s])]
    hidden, dropped = sum(r.hidden for r in reports), sum(r.dropped for r in reports)
    broken = sum(bool(r.problem) for r in reports)
    words = [", ".join(parts) or "no findings"] if parts or broken < len(reports) else []
    if hidden:
        words.append(f"{hidden} hidden by the baseline")
    if dropped:
        words.append(f"{dropped} of rules that are switched off")
    if broken:
        words.append(f"{broken} file{'s' if broken > 1 else ''} could not be analysed")
    files = len(reports)
    return f"{'; '.join(words)} ({files} file{'s' if files > 1 else ''})"
