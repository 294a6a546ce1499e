"""The page that lists each instruction line with what ptxgen does with it, made from the table.

`python -m ptxgen.isa.coverage > docs/instructions.md` writes the page of the documentation.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from itertools import groupby

from ptxgen.isa import ROWS
from ptxgen.isa.table import Requirement, Row

FAMILIES = {
    "9.7.1": "Integer arithmetic",
    "9.7.2": "Extended-precision integer arithmetic",
    "9.7.3": "Floating point",
    "9.7.4": "Half-precision floating point",
    "9.7.5": "Mixed-precision floating point",
    "9.7.6": "Comparison and selection",
    "9.7.7": "Half-precision comparison",
    "9.7.8": "Logic and shifts",
    "9.7.9": "Data movement and conversion",
    "9.7.10": "Textures",
    "9.7.11": "Surfaces",
    "9.7.12": "Control flow",
    "9.7.13": "Parallel synchronisation and communication",
    "9.7.14": "Matrix products of a warp",
    "9.7.15": "Matrix products of a warpgroup",
    "9.7.16": "Tensor memory",
    "9.7.17": "Stack",
    "9.7.18": "Video",
    "9.7.19": "Miscellaneous",
}
"""Sections of the manual."""

_INTRODUCTION = """\
# Instructions

Every instruction line of PTX ISA 9.0 that the table has: {lines} lines of {opcodes} opcodes. All of them can be
**built** (`k.op("full.name", ...)`), **parsed** and **checked**; {emulated} are **emulated** as well. The others say
why not, here and in the error that the emulator raises; so do a few modifiers of lines that are.

PTX and SM are the smallest that the line needs; some of its modifiers need more, which the checker knows. A target
with a letter is that one alone (`a`) or its family (`f`).

This page is made from the instruction table by `python -m ptxgen.isa.coverage > docs/instructions.md`.
"""


def page() -> str:
    """The text of the page."""
    rows = sorted((row for rows in ROWS.values() for row in rows), key=_place)
    emulated = sum(not row.not_emulated for row in rows)
    parts = [_INTRODUCTION.format(lines=len(rows), opcodes=len(ROWS), emulated=emulated)]
    for family, members in groupby(rows, key=_family):
        parts += _table(family, list(members))
    return "\n".join(parts) + "\n"


def _place(row: Row) -> tuple[int, ...]:
    return tuple(map(int, row.section.split(".")))


def _family(row: Row) -> str:
    return ".".join(row.section.split(".")[:3])


def _table(family: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"## {family} {FAMILIES[family]}\n"
    yield "| Line | Meaning | Section | PTX | SM | State |"
    yield "|---|---|---|---|---|---|"
    for row in rows:
        cells = (f"`{row.line}`", row.doc, row.section, *_needs(row.requirement), _state(row))
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"
    yield ""


def _needs(requirement: Requirement) -> tuple[str, str]:
    major, minor = requirement.ptx
    target = requirement.feature.replace("|", ", ") or (f"sm_{requirement.sm}" if requirement.sm else "any")
    return f"{major}.{minor}", target


def _state(row: Row) -> str:
    known = "built, parsed, checked"
    if row.not_emulated:
        return f"{known}; not emulated: {row.not_emulated}"
    partly = (
        f"; not with {_words(row, condition)}: {why}" for condition, why in row.not_emulated_with.items()
    )
    return f"{known}, emulated{''.join(dict.fromkeys(partly))}"


def _words(row: Row, condition: str) -> str:
    """A condition of one term as the modifiers of a row: `.im2col` or `.im2col::w`."""
    slot, _, values = condition.partition("=")
    there = next(modifier.alternatives for modifier in row.syntax.modifiers if modifier.name == slot)
    return " or ".join(f"`.{value}`" for value in there if not values or value in values.split("|"))


if __name__ == "__main__":
    sys.stdout.write(page())
