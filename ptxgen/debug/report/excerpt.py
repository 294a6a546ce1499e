"""The line that a finding is about, with a caret under the part that matters."""

from __future__ import annotations

import linecache

from attrs import frozen
from rich.cells import cell_len

from ptxgen.cli.console import printable
from ptxgen.debug.findings import FileReport, Finding
from ptxgen.errors import SourceLocation

WIDEST = 160
"""Columns of a line that are shown where nobody knows how wide the reader's terminal is."""


@frozen
class Excerpt:
    """A line of text and where its caret stands: `start` counts from 0, `length` is 0 where no caret is known."""

    line: int
    text: str
    start: int = 0
    length: int = 0

    @property
    def caret(self) -> str:
        """The line of carets below the text; some characters are two columns wide."""
        before = cell_len(printable(self.text[: self.start]))
        marked = cell_len(printable(self.text[self.start : self.start + self.length]))
        return " " * before + "^" * marked

    def clipped(self, room: int) -> Excerpt:
        """A part of the text that takes at most `room` columns, from about where the caret is."""
        if cell_len(printable(self.text)) <= room:
            return self
        first = 0 if self.start + min(self.length, room // 2) < room else max(self.start - room // 4, 0)
        end = first
        used = 1 + bool(first)
        while end < len(self.text) and (used := used + cell_len(printable(self.text[end]))) <= room:
            end += 1
        text = "…" * bool(first) + self.text[first:end] + "…" * (end < len(self.text))
        start = self.start - first + bool(first)
        return Excerpt(self.line, text, start, max(0, min(self.length, end - self.start)))


def ptx_excerpt(report: FileReport, finding: Finding) -> Excerpt | None:
    """The PTX line of a finding; None where it has none."""
    if not finding.line or not report.line(finding.line):
        return None
    return excerpt(finding.line, report.line(finding.line), finding.token)


def excerpt(number: int, raw: str, token: str = "", comment: str = "//") -> Excerpt:
    """A line without its indentation, with the caret under `token`, or under all of it but comments."""
    text = raw.expandtabs(4).strip()
    code = text.partition(comment)[0].rstrip()
    start = _find(code, token) if token else 0
    length = len(token) if token and start >= 0 else len(code)
    start = max(start, 0)
    return Excerpt(number, text, start, length)


def span(raw: str, token: str = "") -> tuple[int, int]:
    """Where in a raw line the caret stands: its first character and the one behind its last, counted from 0."""
    code = raw.partition("//")[0].rstrip() or raw.rstrip()
    start = _find(code, token) if token else -1
    if start >= 0:
        return start, start + len(token)
    return len(code) - len(code.lstrip()), len(code)


def _find(code: str, token: str) -> int:
    """Where a token stands as a word of its own; -1 if it does not."""
    start = code.find(token)
    while start >= 0:
        end = start + len(token)
        if end == len(code) or not (code[end].isalnum() or code[end] in "_$"):
            return start
        start = code.find(token, end)
    return -1


def source_excerpt(location: SourceLocation | None) -> Excerpt | None:
    """The author's line, where its file can be read."""
    if location is None:
        return None
    raw = linecache.getline(location.file, location.line)
    if not raw.strip():
        return None
    indented = len(raw) - len(raw.lstrip())
    made = excerpt(location.line, raw, comment="#" if location.file.endswith(".py") else "//")
    if location.column > indented:
        start = min(location.column - 1 - indented, max(len(made.text) - 1, 0))
        return Excerpt(made.line, made.text, start, 1)
    return made
