"""Diagnostics, as lines for people and as objects for programs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from ptxgen.cli.console import plain
from ptxgen.errors import Diagnostic, Severity, source_line

_STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow", Severity.HINT: "cyan"}


def show(console: Console, diagnostics: Sequence[Diagnostic], file: str, lines: Sequence[str] = ()) -> None:
    """Print diagnostics as `file:line: severity[ID]: message`, each with its line of text, notes and help.

    `lines` is the PTX text by lines; without it only the author's own line is quoted, where there is one.
    """
    for diagnostic in diagnostics:
        quoted = 0 < diagnostic.line <= len(lines)
        location = diagnostic.location
        # Of parsed text the author's line is the PTX line itself: only its column is news.
        same = (
            quoted
            and location is not None
            and location.line == diagnostic.line
            and _same_file(location.file, file)
        )
        head = Text.assemble(
            plain(_place(file, diagnostic.line, location.column if same and location else 0)),
            (f"{diagnostic.severity}[{diagnostic.id}]: ", _STYLES[diagnostic.severity]),
            plain(diagnostic.message, "bold"),
        )
        console.print(head, soft_wrap=True)
        if quoted:
            console.print(plain(f"    {lines[diagnostic.line - 1].strip()}"), soft_wrap=True)
        if location and not same:
            where = f"  --> {location}   {source_line(location)}".rstrip()
            console.print(plain(where, "dim"), soft_wrap=True)
        for note in diagnostic.notes:
            console.print(plain(f"  note: {note}"), soft_wrap=True)
        if diagnostic.help:
            console.print(plain(f"  help: {diagnostic.help}", "green"), soft_wrap=True)


def _place(file: str, line: int, column: int) -> str:
    return ":".join([file, *(str(number) for number in (line, column) if number)]) + ": "


def _same_file(one: str, other: str) -> bool:
    return Path(one).name == Path(other).name


def summary(diagnostics: Sequence[Diagnostic]) -> str:
    """How many of each severity, as words: `2 errors, 1 warning`; `no findings` for none."""
    counts = Counter(d.severity for d in diagnostics)
    parts = [f"{n} {s.value}{'s' if n > 1 else ''}" for s in Severity if (n := counts[s])]
    return ", ".join(parts) or "no findings"


def as_json(diagnostics: Sequence[Diagnostic]) -> list[dict[str, object]]:
    """Diagnostics as the `diagnostic` objects of `docs/json.md`."""
    return [
        {
            "id": d.id,
            "severity": d.severity.value,
            "message": d.message,
            "line": d.line or None,
            "notes": list(d.notes),
            "help": d.help or None,
            "location": None
            if d.location is None
            else {"file": d.location.file, "line": d.location.line, "column": d.location.column or None},
        }
        for d in diagnostics
    ]


def failed(diagnostics: Sequence[Diagnostic], strict: bool = False) -> bool:
    """Whether a program with these diagnostics must not run (or, with `strict`, has any warning)."""
    bad = {Severity.ERROR, Severity.WARNING} if strict else {Severity.ERROR}
    return any(d.severity in bad for d in diagnostics)
