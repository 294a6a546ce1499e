"""State spaces: an address is used in the space that it belongs to, in the form (offset or generic) that it has."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Register, Symbol
from ptxgen.isa import StateSpace

_PLAIN = ("ld", "ldu", "st", "atom", "red")
_MEMORY = (*_PLAIN, "cp", "mbarrier", "ldmatrix", "stmatrix", "wmma")
_GENERIC_REACHES = (StateSpace.GENERIC, StateSpace.GLOBAL, StateSpace.SHARED, StateSpace.LOCAL)
_WINDOWED = (StateSpace.SHARED, StateSpace.LOCAL, StateSpace.CONST)
_OWN = (StateSpace.SHARED, StateSpace.LOCAL)
"""Windows in which an address of global memory is some other place, or none."""


def addresses(view: FunctionView) -> Iterator[tuple[Instruction, StateSpace, Address]]:
    """Each address of a memory instruction with the space that it is read in (`GENERIC` without one)."""
    for instruction in view.of(*_MEMORY):
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
            if isinstance(operand, Address):
                yield instruction, slot.space or StateSpace.GENERIC, operand


@function_rule(
    "PTX045",
    "wrong state space",
    Severity.ERROR,
    fix="use the space that the variable is declared in",
)
def wrong_space(view: FunctionView) -> Iterator[Finding]:
    """The same number means different places in different spaces: ld.shared of a global variable reads elsewhere."""
    for instruction, space, address in addresses(view):
        if not isinstance(address.base, Symbol):
            continue
        found = view.resolve(address.base.name)
        if isinstance(found, Function):
            yield Finding(f"{instruction.name}: {found.name} is a function, not memory", instruction)
        elif found is not None and not _reaches(space, found.space):
            how = "a generic access" if space is StateSpace.GENERIC else f"a .{space} access"
            yield Finding(
                f"{instruction.name} is {how}, but {found.name} is declared .{found.space}",
                instruction,
                _naming(instruction, found.space),
            )


def _naming(instruction: Instruction, space: StateSpace) -> str:
    """How to say that an instruction goes to a space."""
    if instruction.opcode in _PLAIN:
        return f"write {instruction.opcode}.{space}"
    return f"pass an address of the space that {instruction.name} names"


def _reaches(space: StateSpace, declared: StateSpace) -> bool:
    return declared in _GENERIC_REACHES if space is StateSpace.GENERIC else declared is space


@function_rule(
    "PTX046",
    "64-bit register as a shared address",
    Severity.HINT,
    fix="keep shared addresses in 32-bit registers (cvt.u32.u64 narrows one)",
)
def wide_address(view: FunctionView) -> Iterator[Finding]:
    """Shared memory is addressed with 32 bits: ptxas takes the low half of the register and says nothing.

    Often a generic pointer was meant. Reported once a function.
    """
    wide = [
        instruction
        for instruction, space, address in addresses(view)
        if space is StateSpace.SHARED and isinstance(address.base, Register) and address.base.type.bits == 64
    ]
    if wide:
        more = f" (and {len(wide) - 1} more in {view.function.name})" if len(wide) > 1 else ""
        yield Finding(f"{wide[0].name} takes its shared address from a 64-bit register{more}", wide[0])


@function_rule(
    "PTX074",
    "generic and windowed address mixed up",
    Severity.ERROR,
    fix="cvta.to.shared makes a shared address of a generic one, cvta.shared the reverse",
)
def mixed_address(view: FunctionView) -> Iterator[Finding]:
    """A generic address of shared or local memory is not its offset in the window: cvta converts between them.

    ld.shared of a pointer from cvta.shared, and a generic ld of a shared offset, touch memory that nobody meant.
    """
    for instruction, space, address in addresses(view):
        if not isinstance(address.base, Register):
            continue
        pointer = view.pointers.get(address.base.name)
        outside = pointer is not None and pointer.space is StateSpace.GLOBAL and space in _OWN
        if pointer is None or not (outside or pointer.space in _WINDOWED):
            continue
        name = pointer.variable.name if pointer.variable is not None else f"a .{pointer.space} pointer"
        if space is StateSpace.GENERIC and not pointer.generic:
            yield Finding(
                f"{instruction.name} is a generic access, but {address.base} is an offset in .{pointer.space} ({name})",
                instruction,
                f"{_naming(instruction, pointer.space)}, or convert with cvta.{pointer.space}",
            )
        elif space is pointer.space and pointer.generic:
            yield Finding(
                f"{instruction.name} takes an offset in .{space}, but {address.base} is a generic address ({name})",
                instruction,
                f"drop .{space}, or convert with cvta.to.{space}",
            )
        elif space not in (StateSpace.GENERIC, pointer.space):
            yield Finding(
                f"{instruction.name} is a .{space} access, but {address.base} points to .{pointer.space} ({name})",
                instruction,
                _naming(instruction, pointer.space),
            )


@function_rule(
    "PTX076",
    "input parameter written",
    Severity.ERROR,
    fix="copy the parameter into a register and change that",
)
def parameter_written(view: FunctionView) -> Iterator[Finding]:
    """Parameters that a function receives are read-only; ptxas refuses a store to one."""
    inputs = {v.name for v in view.function.params}
    for instruction, space, address in addresses(view):
        if instruction.opcode == "ld" or space is not StateSpace.PARAM:
            continue
        if isinstance(address.base, Symbol) and address.base.name in inputs:
            yield Finding(f"{instruction.name} writes the input parameter {address.base.name}", instruction)
