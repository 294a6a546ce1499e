"""Registers: written before they are read, and read after they are written."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.analysis import UnassignedRead
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect


def _first_reads(view: FunctionView, *, always: bool) -> Iterator[UnassignedRead]:
    """The first offending read of each register; a register that is never assigned at one read is an error only."""
    worst = {read.register.name for read in view.analysis.unassigned if read.always}
    seen: set[str] = set()
    for read in view.analysis.unassigned:
        name = read.register.name
        if read.always == always and name not in seen and (always or name not in worst):
            seen.add(name)
            yield read


@function_rule(
    "PTX047", "register never written", Severity.ERROR, fix="give the register a value before this read"
)
def never_written(view: FunctionView) -> Iterator[Finding]:
    """No write of the register reaches this read on any path, so it reads whatever the hardware left there.

    ptxas accepts it. Guards count: a write under @p does not reach a read under @!p.
    """
    for read in _first_reads(view, always=True):
        instruction = view.function.blocks[read.block].instructions[read.index]
        yield Finding(f"{instruction.name} reads {read.register}, which is never written before", instruction)


@function_rule(
    "PTX048",
    "register perhaps not written",
    Severity.WARNING,
    fix="give the register a value on every path, for instance before the branch",
)
def perhaps_not_written(view: FunctionView) -> Iterator[Finding]:
    """Some path to this read writes the register and some does not.

    Correct compiler output has such reads, where the path cannot happen or the value does not matter.
    """
    for read in _first_reads(view, always=False):
        instruction = view.function.blocks[read.block].instructions[read.index]
        yield Finding(
            f"{instruction.name} reads {read.register}, which is not written on every path", instruction
        )


@function_rule(
    "PTX069",
    "result never read",
    Severity.HINT,
    fix="remove the instruction, or use its result (a Var keeps an accumulator that changes)",
)
def result_never_read(view: FunctionView) -> Iterator[Finding]:
    """The instruction only writes registers, and nobody reads what it wrote: often a lost accumulator.

    Parameters may go unread: compilers load every result of a call.
    """
    liveness = view.analysis.liveness
    for block in view.analysis.cfg.order:
        dead: dict[int, int] = {}
        for index, _ in liveness.dead_writes(block):
            dead[index] = dead.get(index, 0) + 1
        for index, count in dead.items():
            instruction = view.function.blocks[block].instructions[index]
            written = len(view.analysis.accesses.blocks[block][index].writes)
            if count == written and _only_writes_registers(instruction):
                names = ", ".join(str(r) for r in instruction.writes())
                yield Finding(f"{instruction.name} writes {names}, which nobody reads", instruction)


def _only_writes_registers(instruction: Instruction) -> bool:
    form = instruction.form
    return form.row.effects <= {Effect.READ} and form.space is not StateSpace.PARAM
