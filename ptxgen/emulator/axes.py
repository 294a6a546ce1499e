"""Along which axes of the lattice each register can vary, while all threads of the batch go together."""

from __future__ import annotations

from collections.abc import Callable

from ptxgen.emulator.code import CARRY, Code, Kind, Operation, Wait
from ptxgen.emulator.lanes import ALL, CTA, LANE, WARP, WARP_SIZE
from ptxgen.ir.operands import Address, Immediate, Operand, SpecialRegister, Symbol, registers_of
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Role

Axes = dict[str, int]

_TID = SpecialRegister("%tid.x")
_PARTS: dict[str, Callable[[int], tuple[bool, bool]]] = {
    "and": lambda n: (n < WARP_SIZE, n % WARP_SIZE == 0),
    "rem": lambda n: (WARP_SIZE % n == 0, False),
    "div": lambda n: (False, n % WARP_SIZE == 0),
    "shr": lambda n: (False, 1 << n >= WARP_SIZE),
}
"""Whether an operation on a thread number and n gives something of the lane alone, and of the warp alone."""


def infer(code: Code, special: Axes) -> Axes:
    """Register -> axes, the least solution. `special` gives the axes of special registers (absent: none).

    Threads that part are no concern here: whoever puts them together again compares values.
    """
    axes: Axes = dict.fromkeys(code.registers, 0)
    for variable in code.function.params:
        axes[variable.name] = ALL
    kept = {
        (arm.block, name): arm.guard.register.name
        for block in code.blocks
        if block.hammock is not None
        for arm in block.hammock.arms
        for name in arm.kept
    }
    threads = _thread_numbers(code, special)
    changed = True
    while changed:
        changed = False
        for number, block in enumerate(code.blocks):
            for operation in block.operations:
                part = _part(operation, threads)
                for name, found in _results(code, operation, axes, special):
                    found &= part
                    guard = kept.get((number, name))
                    if guard is not None:
                        found |= axes[guard]
                    if operation.guard is not None:
                        found |= axes[operation.guard.register.name]
                    if found & ~axes[name]:
                        axes[name] |= found
                        changed = True
            for name in block.end_writes():
                found = CTA if isinstance(block.end, Wait) else ALL
                if found & ~axes[name]:
                    axes[name] |= found
                    changed = True
    return axes


def _thread_numbers(code: Code, special: Axes) -> frozenset[str]:
    """Registers that are %tid.x in all threads, if a warp is 32 threads in a row of the block."""
    if special.get("%tid.y", 0) & LANE:
        return frozenset()
    definitions: dict[str, list[Operation]] = {}
    for operation in (o for block in code.blocks for o in block.operations):
        for name in operation.writes:
            definitions.setdefault(name, []).append(operation)
    return frozenset(name for name, found in definitions.items() if all(_is_thread_number(o) for o in found))


def _is_thread_number(operation: Operation) -> bool:
    return operation.instruction.opcode == "mov" and operation.instruction.operands[1:] == (_TID,)


def _part(operation: Operation, threads: frozenset[str]) -> int:
    """The axes that are left of those of a thread number where a constant takes the lane or the warp out of it."""
    instruction = operation.instruction
    if instruction.opcode not in _PARTS or len(operation.reads) != 1 or operation.reads[0] not in threads:
        return ALL
    constant = instruction.operands[-1]
    if not isinstance(constant, Immediate) or constant.value <= 0:
        return ALL
    lane, warp = _PARTS[instruction.opcode](constant.value)
    return LANE if lane else WARP if warp else ALL


def _results(code: Code, operation: Operation, axes: Axes, special: Axes) -> list[tuple[str, int]]:
    if operation.kind is Kind.EXCHANGE:
        return _exchanged(operation, axes, special)
    found = 0
    if operation.kind is Kind.LOAD:
        found = _loaded(code, operation, axes)
    elif operation.kind is Kind.TENSOR:
        found = LANE | _tensor(operation, axes)
    elif operation.kind in (Kind.ATOMIC, Kind.ASYNCHRONOUS):
        found = ALL
    else:
        for operand in _sources(operation):
            found |= _operand(operand, axes, special)
        if CARRY in operation.reads:
            found |= axes[CARRY]
    return [(name, found) for name in operation.writes]


def _sources(operation: Operation) -> list[Operand]:
    form = operation.instruction.form
    return [
        o for slot, o in zip(form.operands, operation.instruction.operands, strict=False) if not slot.writes
    ]


def _operand(operand: Operand, axes: Axes, special: Axes) -> int:
    if isinstance(operand, SpecialRegister):
        return special.get(operand.name, 0)
    found = 0
    for register in registers_of(operand):
        found |= axes[register.name]
    return found


def _loaded(code: Code, operation: Operation, axes: Axes) -> int:
    address = operation.instruction.operands[1]
    space = operation.instruction.form.space
    found = _operand(address, axes, {})
    if space is StateSpace.SHARED:
        return found | CTA
    if space in (StateSpace.GLOBAL, StateSpace.CONST):
        return found
    if space is StateSpace.PARAM and code.function.is_entry and not _is_local(code, address):
        return found
    return ALL


def _tensor(operation: Operation, axes: Axes) -> int:
    """Fragments vary by lane; what they are made of may come from shared memory."""
    instruction = operation.instruction
    if instruction.opcode == "wgmma" or any(slot.role is Role.ADDRESS for slot in instruction.form.operands):
        return ALL
    found = 0
    for name in operation.reads:
        found |= axes[name]
    return found


def _is_local(code: Code, operand: Operand) -> bool:
    return (
        isinstance(operand, Address) and isinstance(operand.base, Symbol) and operand.base.name in code.local
    )


def _exchanged(operation: Operation, axes: Axes, special: Axes) -> list[tuple[str, int]]:
    """Exchanges: what is the same on all lanes stays so; a predicate about the source lane varies by lane."""
    instruction = operation.instruction
    by_name = {
        slot.name: _operand(operand, axes, special)
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False)
        if not slot.writes
    }
    value = by_name.get("a", 0)
    others = 0
    for name, found in by_name.items():
        if name != "a":
            others |= found
    match instruction.opcode:
        case "shfl":
            clamp = instruction.operands[3]
            if instruction.form.modifiers["mode"] == "idx" and clamp == Immediate(WARP_SIZE - 1):
                value &= ~LANE
            first, *second = operation.instruction.writes()
            found = value | others
            return [(first.name, found), *((p.name, found | LANE) for p in second)]
        case "vote" | "redux":
            return [(name, (value & ~LANE) | others) for name in operation.writes]
        case "match":
            return [(name, value | others) for name in operation.writes]
        case "elect":
            return [(name, LANE | others) for name in operation.writes]
        case _:
            return [(name, others) for name in operation.writes]
