"""Control flow: code that runs, ends, and does not run for ever."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Symbol
from ptxgen.isa.table import Effect


@function_rule(
    "PTX049", "code that never runs", Severity.HINT, fix="remove it, or add the branch that should lead to it"
)
def unreachable(view: FunctionView) -> Iterator[Finding]:
    """No path from the start of the function leads here. Neighbouring blocks are reported once."""
    reachable = view.analysis.cfg.reachable()
    before = True
    for number, block in enumerate(view.function.blocks):
        here = number in reachable
        if block.instructions:
            if not here and before:
                name = f"block {block.label}" if block.label is not None else "this code"
                yield Finding(f"{name} cannot be reached", block.instructions[0])
            before = here


@function_rule("PTX050", "runs off the end", Severity.WARNING, fix="end the function with ret (or exit)")
def open_end(view: FunctionView) -> Iterator[Finding]:
    """Control reaches the closing brace without ret, exit or trap: ptxas adds an end without saying so."""
    cfg = view.analysis.cfg
    if not cfg.open_end or len(view.function.blocks) - 1 not in cfg.reachable():
        return
    last = view.instructions[-1] if view.instructions else None
    if last is None or not _never_returns(view, last):
        yield Finding(f"{view.function.name} can run off its end", last or view.function)


def _never_returns(view: FunctionView, instruction: Instruction) -> bool:
    if Effect.CALL not in instruction.form.row.effects or instruction.guard is not None:
        return False
    return any(
        isinstance(operand, Symbol)
        and (callee := view.module.callables.get(operand.name)) is not None
        and callee.directive("noreturn") is not None
        for operand in instruction.operands
    )


@function_rule("PTX068", "endless loop", Severity.WARNING, fix="add the branch that leaves the loop")
def endless_loop(view: FunctionView) -> Iterator[Finding]:
    """No edge leaves the loop, by branch, return, exit or trap: a thread that enters it never ends.

    Loops with calls are left alone, since the callee may exit.
    """
    loops = view.analysis.loops.loops
    endless = [loop for loop in loops if not loop.exits]
    outer = {loop.parent for loop in endless}
    for loop in endless:
        body = [i for b in sorted(loop.blocks) for i in view.function.blocks[b].instructions]
        if loop in outer or any(Effect.CALL in i.form.row.effects for i in body):
            continue
        latch = view.function.blocks[loop.latches[-1]].instructions
        yield Finding("nothing leaves this loop", latch[-1] if latch else view.function)
