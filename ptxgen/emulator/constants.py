"""Registers that have one value in all threads throughout a launch."""

from __future__ import annotations

from ptxgen.emulator.code import Code, Kind, Operation
from ptxgen.ir.operands import Address, Operand, SpecialRegister, Symbol
from ptxgen.isa.spaces import StateSpace


def constants(code: Code) -> frozenset[str]:
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
