"""Which registers each block of a `Code` needs, over which stretch of text each one lives, and which are constant."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.emulator.code import Code, CodeBlock, Kind, Operation
from ptxgen.ir.operands import Address, Operand, SpecialRegister, Symbol
from ptxgen.isa.spaces import StateSpace


def analyse(code: Code) -> None:
    """Fill `live_in`, `spans` and `constants`. Arms of hammocks are counted as executed by all threads."""
    names = list(code.registers)
    bit = {name: 1 << i for i, name in enumerate(names)}
    live_in, live_out = _solve(code, bit)
    code.live_in = [frozenset(n for n in names if live & bit[n]) for live in live_in]
    code.spans = _spans(code, names, bit, live_in, live_out)
    code.constants = _constants(code)


def _mask(names: tuple[str, ...] | frozenset[str], bit: dict[str, int]) -> int:
    mask = 0
    for name in names:
        mask |= bit[name]
    return mask


def _before(block: CodeBlock, live: int, bit: dict[str, int]) -> int:
    live &= ~_mask(block.end_writes(), bit)
    live |= _mask(block.end_reads(), bit)
    for operation in reversed(block.operations):
        if operation.guard is None:
            live &= ~_mask(operation.writes, bit)
        live |= _mask(operation.reads, bit)
    return live


def _solve(code: Code, bit: dict[str, int]) -> tuple[list[int], list[int]]:
    """Live sets before and after each block, to a fixpoint from the last block backwards."""
    count = len(code.blocks)
    before, after = [0] * count, [0] * count
    returned = 0
    for variable in code.function.returns:
        if variable.space is StateSpace.REG:
            returned |= bit[variable.name]
    changed = True
    while changed:
        changed = False
        for number in range(count - 1, -1, -1):
            block = code.blocks[number]
            successors = block.successors()
            out = 0 if successors else returned
            for successor in successors:
                out |= before[successor]
            now = _before(block, out, bit)
            if now != before[number] or out != after[number]:
                before[number], after[number] = now, out
                changed = True
    return before, after


def _spans(
    code: Code, names: list[str], bit: dict[str, int], before: list[int], after: list[int]
) -> dict[str, tuple[int, int]]:
    """First and last position of each register: two positions an operation, the first to read, the second to write."""
    first: dict[str, int] = {}
    last: dict[str, int] = {}

    def touch(name: str, position: int) -> None:
        first[name] = min(first.get(name, position), position)
        last[name] = max(last.get(name, position), position)

    position = 0
    starts: list[int] = []
    ends: list[int] = []
    for number, block in enumerate(code.blocks):
        starts.append(position)
        for name in names:
            if before[number] & bit[name]:
                touch(name, position)
        for operation in block.operations:
            position += 2
            for name in operation.reads:
                touch(name, position)
                if not operation.in_place:
                    touch(name, position + 1)
            for name in operation.writes:
                touch(name, position + 1)
        position += 2
        for name in block.end_reads():
            touch(name, position)
        for name in block.end_writes():
            touch(name, position)
        position += 1
        for name in names:
            if after[number] & bit[name]:
                touch(name, position)
        ends.append(position)
        position += 1
    for name, start, end in _needed_by_arms(code, starts, ends):
        touch(name, start)
        touch(name, end)
    return {name: (first[name], last[name]) for name in first}


def _needed_by_arms(code: Code, starts: list[int], ends: list[int]) -> Iterator[tuple[str, int, int]]:
    """Registers of if-converted branches, with the stretch that they must last.

    All arms run one after the other: what any of them needs must outlive the ones before it.
    """
    for number, block in enumerate(code.blocks):
        if block.hammock is None:
            continue
        end = max(ends[arm.block] for arm in block.hammock.arms)
        for arm in block.hammock.arms:
            for name in (arm.guard.register.name, *arm.kept, *code.live_in[arm.block]):
                yield name, starts[number], end


def _constants(code: Code) -> frozenset[str]:
    """Registers with a single definition whose sources are all the same for every thread of the launch."""
    definitions: dict[str, list[Operation | None]] = {}
    for block in code.blocks:
        for operation in block.operations:
            for name in operation.writes:
                definitions.setdefault(name, []).append(operation)
        for name in block.end_writes():
            definitions.setdefault(name, []).append(None)
    for variable in code.function.params:
        definitions.setdefault(variable.name, []).append(None)
    single = {
        name: known[0]
        for name, known in definitions.items()
        if len(known) == 1 and known[0] is not None and _steady(code, known[0])
    }
    constants: set[str] = set()
    grown = True
    while grown:
        grown = False
        for name, operation in single.items():
            if name not in constants and constants.issuperset(operation.reads):
                constants.add(name)
                grown = True
    return frozenset(constants)


def _steady(code: Code, operation: Operation) -> bool:
    """Whether an operation gives the same result whenever and wherever it is executed, given the same registers."""
    if operation.guard is not None:
        return False
    sources = operation.instruction.operands
    if operation.kind is Kind.ELEMENTWISE:
        return all(_steady_source(o) for o in sources)
    if operation.kind is Kind.LOAD and code.function.is_entry:
        address = sources[1]
        return (
            operation.instruction.form.space is StateSpace.PARAM
            and isinstance(address, Address)
            and isinstance(address.base, Symbol)
            and address.base.name not in code.local
        )
    return False


_VARYING = ("%tid", "%ctaid", "%lane", "%warpid", "%clock", "%globaltimer", "%cluster", "%pm", "%smid")


def _steady_source(operand: Operand) -> bool:
    return not (isinstance(operand, SpecialRegister) and operand.name.startswith(_VARYING))
