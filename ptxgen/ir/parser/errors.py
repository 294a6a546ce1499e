"""How the parser refuses text: one internal exception with an offset, turned into a `ParseError` at the door.

Ids: PTX080 unexpected token, 081 unexpected character, 082 a limit is exceeded, 083 undeclared name,
084 redeclared name, 085 undefined label, 086 duplicate label, 087 malformed constant, 088 constant expression,
089 module header, 090 type that cannot be declared, 091 malformed declaration, 092 malformed directive,
093 not supported, 094 nested too deeply,
095 module variable in a body. An instruction that no form fits keeps the id of its mismatch (PTX001-016).
"""

from __future__ import annotations

from bisect import bisect_right
from functools import cached_property

from attrs import define, field

from ptxgen.errors import ParseError, SourceLocation, source_line

_EXCERPT = 120
"""How many characters of a line a message shows."""


class Refusal(Exception):
    """Why the text at an offset is refused. Only the parser's own files raise and catch it."""

    def __init__(self, id: str, at: int, message: str, help: str = "") -> None:
        super().__init__(message)
        self.id = id
        self.at = at
        self.message = message
        self.help = help


@define(slots=False)
class Source:
    """A text with a name; turns offsets into lines and columns (both from 1)."""

    text: str = field(repr=False)
    name: str

    def line(self, at: int) -> int:
        """The line that an offset is in."""
        return bisect_right(self.newlines, at) + 1

    @cached_property
    def newlines(self) -> list[int]:
        """The offset after each line feed, ascending."""
        starts: list[int] = []
        position = self.text.find("\n")
        while position >= 0:
            starts.append(position + 1)
            position = self.text.find("\n", position + 1)
        return starts

    def location(self, at: int) -> SourceLocation:
        """Name, line and column of an offset."""
        line = self.line(at)
        start = self.newlines[line - 2] if line > 1 else 0
        return SourceLocation(self.name, line, at - start + 1)

    def error(self, refusal: Refusal) -> ParseError:
        """The public error for a refusal in this text, with the line itself where no file has it."""
        location = self.location(refusal.at)
        notes: tuple[str, ...] = ()
        if not source_line(location):
            start = refusal.at - location.column + 1
            excerpt = self.text[start : start + _EXCERPT].partition("\n")[0].strip()
            notes = (excerpt,) if excerpt else ()
        return ParseError(
            refusal.id,
            refusal.message,
            help=refusal.help,
            location=location,
            line=location.line,
            notes=notes,
        )
