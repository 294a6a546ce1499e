"""Code on its way to a device: its text, its tree, and the way back from a PTX line to the author's line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from attrs import frozen

from ptxgen.driver.errors import DriverError
from ptxgen.errors import ParseError, Severity, SourceLocation
from ptxgen.ir.module import Module

if TYPE_CHECKING:
    from ptxgen.ir.linemap import LineMap
    from ptxgen.ir.printer import Printed

Code: TypeAlias = "str | Module | Printed"
"""What a device loads: PTX text, a module, or text that was printed of one."""

_LOG_LINE = re.compile(r"line (\d+)[;,:]?\s*(?:error|fatal)?", re.IGNORECASE)
_ERROR = re.compile(r"^.*\b(?:error|fatal)\b.*$", re.MULTILINE | re.IGNORECASE)


@frozen
class Source:
    """PTX text and what is known about it. `module` is None when the text could not be parsed (`refusal` says why)."""

    text: str
    module: Module | None
    lines: LineMap
    name: str
    refusal: ParseError | None = None

    @staticmethod
    def of(code: Code, name: str = "<ptx>") -> Source:
        """From text, or from a module, whose printed text is parsed again: what runs is what was emitted."""
        from ptxgen.ir.linemap import LineMap
        from ptxgen.ir.parser import parse
        from ptxgen.ir.printer import Printed, print_module

        if isinstance(code, Module):
            name = code.name or name
            code = print_module(code)
        printed = code if isinstance(code, Printed) else Printed(code, LineMap(file=name))
        text, lines = printed.text, printed.lines
        try:
            return Source(text, parse(text, name=name), lines, name)
        except ParseError as refusal:
            return Source(text, None, lines, name, refusal)

    def require_module(self) -> Module:
        """The tree. Raises the parser's refusal when there is none."""
        if self.module is None:
            raise self.refusal or DriverError("DEV010", "the code was not parsed")
        return self.module

    def locate(self, line: int) -> SourceLocation | None:
        """The author's line behind a PTX line (from 1)."""
        return self.lines.location(line)

    def line_text(self, line: int) -> str:
        """The text of a PTX line, stripped; empty outside the text."""
        rows = self.text.splitlines()
        return rows[line - 1].strip() if 1 <= line <= len(rows) else ""


def static_error(source: Source) -> DriverError | None:
    """What the static checker refuses in the code: its first error as an exception, all of them in the log."""
    from ptxgen.ir.checker import check

    errors = [d for d in check(source.require_module()) if d.severity is Severity.ERROR]
    if not errors:
        return None
    first = errors[0]
    text = source.line_text(first.line)
    return DriverError(
        first.id,
        first.message,
        help=first.help,
        location=source.locate(first.line) or first.location,
        line=first.line,
        notes=(f"ptx: {text}",) if text else (),
        log="\n".join(map(str, errors)),
    )


def compile_error(source: Source, log: str, code: str, tool: str) -> DriverError:
    """DEV011: a compiler refused the text. Points at the first line that its log names."""
    first = _ERROR.search(log)
    match = _LOG_LINE.search(first[0] if first else log)
    line = int(match[1]) if match else 0
    text = source.line_text(line)
    return DriverError(
        "DEV011",
        f"{tool} refused {source.name}: {first[0].strip() if first else log.strip() or code}",
        location=source.locate(line),
        line=line,
        notes=(f"ptx: {text}",) if text else (),
        code=code,
        log=log,
    )
