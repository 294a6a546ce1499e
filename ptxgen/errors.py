"""Errors and diagnostics: one shape for every fault, from the builder to the driver.

Each fault has a stable id (documented, never reused), says what was expected and what came, points at the
author's line, and offers the fix. Exceptions carry exactly one fault; checkers return many as `Diagnostic`.
"""

from __future__ import annotations

import enum
from pathlib import Path

from attrs import field, frozen


@frozen
class SourceLocation:
    """A line of the author's own text: Python for built code, PTX (or `.loc`'s file) for parsed code.

    `line` and `column` count from 1; a `column` of 0 means that it is not known. `inlined` is set where a compiler
    copied the line's function into the place that called it.
    """

    file: str
    line: int
    column: int = 0
    inlined: Inlining | None = None

    def __str__(self) -> str:
        suffix = f":{self.column}" if self.column else ""
        return f"{Path(self.file).name}:{self.line}{suffix}"


@frozen
class Inlining:
    """Where a function was inlined: the `function_name name+offset, inlined_at call` of a `.loc` line.

    The function's own name is a string `offset` bytes behind the label (or section) `name` of the debug sections.
    """

    name: str
    offset: int
    call: SourceLocation


class Severity(enum.Enum):
    """How bad a diagnostic is. `ERROR` means that the program must not run."""

    ERROR = "error"
    WARNING = "warning"
    HINT = "hint"

    def __str__(self) -> str:
        return self.value


@frozen
class Diagnostic:
    """One finding about a program.

    `line` is the PTX line (from 1; 0 when there is none); `location` is the author's line where it is known; `notes`
    say more, each for itself.
    """

    id: str
    severity: Severity
    message: str
    line: int = 0
    location: SourceLocation | None = None
    help: str = ""
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        headline = f"{self.severity}[{self.id}]: {self.message}"
        return render(headline, self.location, self.line, self.help, self.notes)


@frozen
class Fault:
    """What an exception of ptxgen says: the parts of its message, kept apart for tools."""

    id: str
    message: str
    help: str = ""
    location: SourceLocation | None = None
    line: int = 0
    notes: tuple[str, ...] = field(factory=tuple[str, ...])


class PtxgenError(Exception):
    """The base of all errors that ptxgen raises on purpose.

    `id` is stable and documented; `help` says how to mend it; `location` is the author's line.
    """

    def __init__(
        self,
        id: str,
        message: str,
        *,
        help: str = "",
        location: SourceLocation | None = None,
        line: int = 0,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.fault = Fault(id, message, help, location, line, notes)
        super().__init__(id, message)

    @property
    def id(self) -> str:
        return self.fault.id

    @property
    def message(self) -> str:
        return self.fault.message

    @property
    def help(self) -> str:
        return self.fault.help

    @property
    def location(self) -> SourceLocation | None:
        return self.fault.location

    @property
    def line(self) -> int:
        return self.fault.line

    @property
    def notes(self) -> tuple[str, ...]:
        return self.fault.notes

    def __str__(self) -> str:
        fault = self.fault
        return render(
            f"error[{fault.id}]: {fault.message}", fault.location, fault.line, fault.help, fault.notes
        )


class BuildError(PtxgenError):
    """The builder was asked for something that PTX does not have."""


class ParseError(PtxgenError):
    """Text that is not PTX, or PTX that the table does not know."""


class CheckError(PtxgenError):
    """A module with at least one diagnostic of severity error; `diagnostics` has them all."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        first = next(d for d in diagnostics if d.severity is Severity.ERROR)
        super().__init__(first.id, first.message, help=first.help, location=first.location, line=first.line)
        self.diagnostics = diagnostics


def render(
    headline: str, location: SourceLocation | None, line: int, help: str, notes: tuple[str, ...] = ()
) -> str:
    """A fault as text: headline, where (with the author's source line when it can be read), notes, help."""
    out = [headline]
    if location is not None:
        out.append(f"  --> {location}   {source_line(location)}".rstrip())
    if line:
        out.append(f"  ptx line {line}")
    out += [f"  note: {note}" for note in notes]
    if help:
        out.append(f"  help: {help}")
    return "\n".join(out)


def source_line(location: SourceLocation) -> str:
    """The text of the author's line, stripped; empty when the file cannot be read (`<stdin>`, generated)."""
    import linecache

    return linecache.getline(location.file, location.line).strip()
