"""`.loc` lines: where in the author's files the instructions after them come from (PTX ISA 9.0, section 11.5.4)."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import define, field

from ptxgen.errors import Inlining, SourceLocation
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import Inlined

_Position = tuple[int, int, int]


@define
class Locations:
    """All `.loc` lines of a module, in textual order: an `inlined_at` means the last one before it at that position.

    `files` are the module's `.file` lines. A call may be inlined itself, at most `nesting` times.
    """

    files: Mapping[int, str]
    nesting: int
    names: dict[str, int] = field(factory=dict[str, int], init=False)
    """The labels that `function_name` names, and the offset of the first line that does."""
    _calls: dict[_Position, tuple[SourceLocation, int]] = field(
        factory=dict[_Position, tuple[SourceLocation, int]], init=False
    )

    def read(self, file: int, line: int, column: int, inlined: Inlined | None, at: int) -> SourceLocation:
        """The location that a line names. PTX083 for a file or a call that is not known, PTX094 for deep nests."""
        path = self.files.get(file)
        if path is None:
            raise Refusal("PTX083", at, f".loc names file {file}, which no .file declares")
        if inlined is None:
            location, depth = SourceLocation(path, line, column), 0
        else:
            call, depth = self._call(inlined, at)
            self.names.setdefault(inlined.name, at)
            location = SourceLocation(path, line, column, Inlining(inlined.name, inlined.offset, call))
        self._calls[file, line, column] = location, depth
        return location

    def _call(self, inlined: Inlined, at: int) -> tuple[SourceLocation, int]:
        position = (inlined.file, inlined.line, inlined.column)
        found = self._calls.get(position)
        if found is None:
            where = " ".join(map(str, position))
            raise Refusal("PTX083", at, f"inlined_at names {where}, which no .loc before it does")
        call, depth = found
        if depth >= self.nesting:
            raise Refusal("PTX094", at, f"calls are inlined more than {self.nesting} deep")
        return call, depth + 1
