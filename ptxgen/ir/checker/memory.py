"""Accesses whose address is known: inside their variable, and aligned."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.errors import Severity
from ptxgen.ir.checker.provenance import Pointer
from ptxgen.ir.checker.rule import Finding, function_rule
from ptxgen.ir.checker.spaces import addresses
from ptxgen.ir.checker.views import FunctionView
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Variable
from ptxgen.ir.operands import Address, Register, Symbol
from ptxgen.isa.table import Role


@frozen
class KnownAccess:
    """An access of `bytes` bytes at `offset` from the start of a variable."""

    instruction: Instruction
    variable: Variable
    offset: int
    bytes: int


_PLAIN = ("ld", "ldu", "st", "atom", "red")
"""Instructions that access as many bytes as their data has; copies and matrices have rules of their own."""


def known_accesses(view: FunctionView) -> Iterator[KnownAccess]:
    """The loads, stores and atomics whose address is a variable plus a constant."""
    for instruction, _, address in addresses(view):
        if instruction.opcode not in _PLAIN or instruction.form.has("async") or instruction.form.has("bulk"):
            continue
        data = next((slot for slot in instruction.form.operands if slot.role is Role.VALUE), None)
        if data is None or data.type is None:
            continue
        pointer = _pointer(view, address)
        if pointer is not None and pointer.variable is not None and pointer.offset is not None:
            size = data.type.bytes * max(1, data.count)
            yield KnownAccess(instruction, pointer.variable, pointer.offset + address.offset, size)


def _pointer(view: FunctionView, address: Address) -> Pointer | None:
    match address.base:
        case Symbol(name=name, offset=offset):
            variable = view.variable(name)
            return Pointer(variable.space, False, variable, offset) if variable is not None else None
        case Register(name=name):
            return view.pointers.get(name)
        case None:
            return None


@function_rule(
    "PTX061", "misaligned access", Severity.ERROR, fix="use an offset that is a multiple of the access size"
)
def misaligned(view: FunctionView) -> Iterator[Finding]:
    """An access of n bytes (a vector as a whole) must start at a multiple of n: else the kernel dies (error 716)."""
    for access in known_accesses(view):
        step = min(access.bytes, access.variable.alignment)
        if access.offset % step:
            yield Finding(
                f"{access.instruction.name} accesses {access.bytes} bytes at {access.variable.name}"
                f"{access.offset:+d}, which is not a multiple of {access.bytes}",
                access.instruction,
            )


@function_rule(
    "PTX072",
    "alignment not guaranteed",
    Severity.WARNING,
    fix="declare the variable with .align of the access size",
)
def unguaranteed_alignment(view: FunctionView) -> Iterator[Finding]:
    """The access is wider than the variable's declared alignment: it works only if the variable happens to lie well."""
    for access in known_accesses(view):
        step = min(access.bytes, access.variable.alignment)
        if access.bytes > access.variable.alignment and access.offset % step == 0:
            yield Finding(
                f"{access.instruction.name} accesses {access.bytes} bytes, "
                f"but {access.variable.name} is aligned to {access.variable.alignment}",
                access.instruction,
                f"declare {access.variable.name} with .align {access.bytes}",
            )


@function_rule(
    "PTX062", "access out of bounds", Severity.ERROR, fix="stay inside the variable, or make it larger"
)
def out_of_bounds(view: FunctionView) -> Iterator[Finding]:
    """The access starts before the variable or ends after it; ptxas does not look."""
    for access in known_accesses(view):
        size = access.variable.bytes
        if size and not 0 <= access.offset <= size - access.bytes:
            yield Finding(
                f"{access.instruction.name} accesses bytes {access.offset} to {access.offset + access.bytes - 1} "
                f"of {access.variable.name}, which has {size}",
                access.instruction,
            )
