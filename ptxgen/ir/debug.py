"""Debug data of a module: source files and DWARF sections (PTX ISA 9.0, sections 11.5.2 to 11.5.4).

Sections are kept item by item; what their numbers mean is DWARF's business, not ours.
"""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

_PER_LINE = 24
"""How many numbers the text has on a line."""


@frozen
class SourceFile:
    """`.file 1 "kernel.cu", 1700000000, 1234`: its number, path, and perhaps time of change and size in bytes."""

    number: int
    path: str
    stamp: tuple[int, ...] = ()

    def __str__(self) -> str:
        return ", ".join([f'.file {self.number} "{self.path}"', *map(str, self.stamp)])


@frozen
class Anchor:
    """A label inside a section: `$L__info_string0:`"""

    label: str

    def lines(self) -> Iterator[str]:
        """The text."""
        yield f"{self.label}:"


@frozen
class Numbers:
    """Integers of 8, 16, 32 or 64 bits in a row: `.b8 95, 90, 51`. Neighbours of one size are one item."""

    bits: int
    values: tuple[int, ...]

    def lines(self) -> Iterator[str]:
        """The text."""
        for start in range(0, len(self.values), _PER_LINE):
            yield f".b{self.bits} {','.join(map(str, self.values[start : start + _PER_LINE]))}"


@frozen
class Reference:
    """Where a label, section or variable is: `.b64 $L__tmp4+8`; with `origin`, how far from that: `.b32 end-start`."""

    bits: int
    name: str
    offset: int = 0
    origin: str = ""

    def lines(self) -> Iterator[str]:
        """The text."""
        distance = f"-{self.origin}" if self.origin else f"+{self.offset}" if self.offset else ""
        yield f".b{self.bits} {self.name}{distance}"


Item = Anchor | Numbers | Reference


@frozen
class Section:
    """`.section .debug_info { ... }`; `name` as it is written, with its dot."""

    name: str
    items: tuple[Item, ...] = ()

    def anchors(self) -> Iterator[str]:
        """The labels that the section defines."""
        yield from (item.label for item in self.items if isinstance(item, Anchor))

    def lines(self) -> Iterator[str]:
        """The text."""
        yield f".section {self.name}"
        yield "{"
        for item in self.items:
            yield from item.lines()
        yield "}"
