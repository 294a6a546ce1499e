"""The line map that travels beside PTX text: which of the author's lines made each line of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import field, frozen

from ptxgen.errors import SourceLocation


@frozen
class LineMap:
    """PTX line (from 1) -> the author's line. Lines that nobody wrote (register declarations, braces) are not in it.

    `file` is the PTX file's own name where the text itself is what the author wrote.
    """

    locations: Mapping[int, SourceLocation] = field(factory=dict[int, SourceLocation])
    file: str = ""

    def location(self, line: int) -> SourceLocation | None:
        """The author's line for a PTX line, None where it is not known."""
        if self.file and line:
            return SourceLocation(self.file, line)
        return self.locations.get(line)

    def __len__(self) -> int:
        return len(self.locations)

    def __iter__(self) -> Iterator[int]:
        return iter(self.locations)
