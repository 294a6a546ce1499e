"""The guards inside loops that a pass may decide for a whole copy of the loop, and what hangs on each."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.ir.analysis import Comparison, Loop
from ptxgen.ir.operands import Guard, Register
from ptxgen.passes.loop_editing import LoopEditor


@frozen(eq=False)
class LoopGuard:
    """A predicate that guards branches or instructions of a loop, and how many instructions depend on it."""

    register: Register
    weight: int


def guards(editor: LoopEditor, loop: Loop) -> Iterator[LoopGuard]:
    """The predicates that guard something in a loop, heaviest first. What leaves the loop does not count."""
    weights: dict[Register, int] = {}
    leaving = {edge.source for edge in loop.exits}
    controlled = editor.analysis.control_dependence
    sizes = {block: len(editor.function.blocks[block].instructions) for block in loop.blocks}
    for block in sorted(loop.blocks):
        for instruction in editor.function.blocks[block].instructions:
            if instruction.guard is None or (instruction.ends_block and block in leaving):
                continue
            under = [size for other, size in sizes.items() if block in controlled[other]]
            weight = sum(under) if instruction.ends_block else 1
            register = instruction.guard.register
            weights[register] = weights.get(register, 0) + weight
    for register, weight in sorted(weights.items(), key=lambda item: -item[1]):
        yield LoopGuard(register, weight)


def invariant(editor: LoopEditor, loop: Loop, guard: LoopGuard) -> bool:
    """Whether the loop leaves a predicate alone, and all threads of the CTA have the same."""
    analysis = editor.analysis
    return analysis.inductions.is_invariant(guard.register, loop) and analysis.divergence.is_uniform(
        guard.register
    )


def counted(editor: LoopEditor, loop: Loop, guard: LoopGuard) -> Comparison | None:
    """The comparison of a counter that makes a predicate anew in every iteration, before anything reads it."""
    analysis = editor.analysis
    writes = analysis.inductions.writes(loop).get(guard.register.name, [])
    if len(writes) != 1 or guard.register in analysis.liveness.live_in(loop.header):
        return None
    block, index = writes[0]
    found = analysis.trips.comparison(Guard(guard.register), (block, index + 1), loop)
    return found if found is not None and found.place == writes[0] else None
