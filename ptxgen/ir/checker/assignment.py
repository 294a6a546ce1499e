"""Registers: written before they are read, and read after they are written."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView, symbols
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Register, Vector, registers_of
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_OWN_MEMORY = (StateSpace.PARAM, StateSpace.LOCAL, StateSpace.GENERIC)


def _first_reads(view: FunctionView, *, sure: bool) -> Iterator[tuple[Register, Instruction]]:
    """The first offending read of each register, and the reader; one that is surely a fault is not doubtful as well."""
    found: dict[bool, dict[Register, Instruction]] = {True: {}, False: {}}
    for read in view.analysis.unassigned:
        reader = view.function.blocks[read.block].instructions[read.index]
        if reader.opcode == "shfl" and _unheeded(view, read.block, read.index):
            continue
        harmless = _pads(reader, read.register, view) or _accumulates(reader, read.register)
        found[read.always and not harmless].setdefault(read.register, reader)
    for register, reader in found[sure].items():
        if sure or register not in found[True]:
            yield register, reader


def _unheeded(view: FunctionView, block: int, index: int) -> bool:
    """Whether nobody reads what is written there: libraries shuffle structures word by word, with their padding."""
    dead = sum(at == index for at, _ in view.analysis.liveness.dead_writes(block))
    return dead == len(view.analysis.accesses.blocks[block][index].writes)


def _accumulates(reader: Instruction, register: Register) -> bool:
    """Whether a `wgmma` updates the register on a condition: where its scale-d is false, it needs no value."""
    slots = list(zip(reader.form.operands, reader.operands, strict=False))
    if not any(slot.name == "scale-d" and isinstance(operand, Register) for slot, operand in slots):
        return False
    return any(slot.updates and register in registers_of(operand) for slot, operand in slots)


def _pads(reader: Instruction, register: Register, view: FunctionView) -> bool:
    """Whether the register fills a gap of a structure, or is all there is of an empty one.

    nvcc passes padding as part of a vector, without a value; without optimisation it stores the one byte of an object
    of an empty class, in the thread's own memory.
    """
    if reader.opcode != "st" or reader.form.space not in _OWN_MEMORY:
        return False
    vector = next((operand for operand in reader.operands if isinstance(operand, Vector)), None)
    if vector is None:
        return reader.name.endswith((".u8", ".s8", ".b8")) and reader.operands[-1] == register
    if reader.form.space is not StateSpace.PARAM or register not in vector.elements:
        return False
    return any(isinstance(e, Register) and view.analysis.reaching.of(e) for e in vector.elements)


@function_rule(
    "PTX047", "register never written", Severity.ERROR, fix="give the register a value before this read"
)
def never_written(view: FunctionView) -> Iterator[Finding]:
    """No write of the register reaches this read on any path, so it reads whatever the hardware left there.

    ptxas accepts it. Guards count: a write under @p does not reach a read under @!p.
    """
    for register, reader in _first_reads(view, sure=True):
        yield Finding(f"{reader.name} reads {register}, which is never written before", reader)
    yield from _unwritten_parameters(view)


def _unwritten_parameters(view: FunctionView) -> Iterator[Finding]:
    """Loads of `.param` variables of the body that no call gives a result and no store a value.

    ptxas crashes on them.
    """
    own = {v.name for v in view.function.variables if v.space is StateSpace.PARAM}
    if not own:
        return
    for instruction in view.instructions:
        if not (instruction.opcode == "ld" and instruction.form.space is StateSpace.PARAM):
            own -= {symbol.name for symbol in symbols(instruction.operands)}
    for load in view.of("ld") if own else ():
        for symbol in symbols(load.operands):
            if symbol.name in own:
                yield Finding(f"{load.name} reads {symbol.name}, which is never written", load)


@function_rule(
    "PTX048",
    "register perhaps not written",
    Severity.WARNING,
    fix="give the register a value on every path, for instance before the branch",
)
def perhaps_not_written(view: FunctionView) -> Iterator[Finding]:
    """Some path to this read writes the register and some does not.

    Correct compiler output has such reads, where the path cannot happen or the value does not matter; padding of a
    structure that is passed as part of a vector, and the byte of an empty structure, count as such.
    """
    for register, reader in _first_reads(view, sure=False):
        yield Finding(f"{reader.name} reads {register}, which is not written on every path", reader)


@function_rule(
    "PTX069",
    "result never read",
    Severity.HINT,
    fix="remove the instruction, or use its result (a Var keeps an accumulator that changes)",
)
def result_never_read(view: FunctionView) -> Iterator[Finding]:
    """The instruction only writes registers, and nobody reads what it wrote: often a lost accumulator.

    Parameters may go unread, as may the addresses that they become: compilers load every result of a call, and a kernel
    that takes an array through its tensor map does not need the pointer.
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
    received = form.space is StateSpace.PARAM or instruction.opcode == "cvta"
    return form.row.effects <= {Effect.READ} and not received
