"""The part of a program where its time goes: the innermost loop with the most instructions."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ptxgen.ir.module import Function


def heart(function: Function) -> tuple[range, str]:
    """The PTX lines of the deepest loop of a parsed function (the longest of these) or of its whole body; and which."""
    from ptxgen.ir.analysis import analyze

    loops = analyze(function).loops.loops
    deepest = max((loop.depth for loop in loops), default=0)
    blocks = [loop.blocks for loop in loops if loop.depth == deepest] or [
        frozenset(range(len(function.blocks)))
    ]
    span = max((_span(function, chosen) for chosen in blocks), key=len)
    return span, "its inner loop" if loops else "straight code"


def _span(function: Function, blocks: frozenset[int]) -> range:
    lines = [
        instruction.line
        for block in blocks
        if block < len(function.blocks)
        for instruction in function.blocks[block].instructions
    ]
    return range(min(lines, default=1), max(lines, default=0) + 1)


def excerpt(span: range, room: int, focus: int) -> list[range]:
    """The lines to show when there is room for so many: the span, or its start, lines at `focus`, its end.

    The parts are in order and do not touch.
    """
    if len(span) <= room:
        return [span]
    tail = room // 8
    head = (room - tail) // 2
    middle = room - tail - head
    first = min(max(focus - middle // 4, span.start + head), span.stop - tail - middle)
    parts = [range(span.start, span.start + head), range(first, first + middle), span[-tail:]]
    joined = parts[:1]
    for part in parts[1:]:
        if part.start <= joined[-1].stop:
            joined[-1] = range(joined[-1].start, part.stop)
        else:
            joined.append(part)
    return joined
