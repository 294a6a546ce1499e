"""The memory operations of a function: what each reads and writes, and which of them order others."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from ptxgen.ir.analysis.affine import Affine, AffineValues
from ptxgen.ir.analysis.values import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Immediate
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, OperandForm, Role

_TOUCHES = frozenset({Effect.READ, Effect.WRITE, Effect.ATOMIC})
_ORDERS = frozenset({Effect.FENCE, Effect.BARRIER, Effect.CALL, Effect.VOLATILE, Effect.ATOMIC})
_STRONG = frozenset({"volatile", "relaxed", "acquire", "release", "mmio", "sem", "scope", "bulk"})
"""Modifiers of accesses that other threads may rely on without a barrier, or that end at a time of their own."""


class Order(enum.Enum):
    """What an operation says about the accesses around it.

    A WEAK one says nothing. A STRONG one (relaxed, volatile, atomic, asynchronous bulk) is seen by others in its
    place; one that ORDERS (acquire, release, fence, barrier, wait, call) has accesses before or after it.
    """

    WEAK = "weak"
    STRONG = "strong"
    ORDERS = "orders"


@frozen(eq=False)
class MemoryAccess:
    """Bytes that an instruction reads or writes: `size` bytes from `address` on, in `space`.

    `address` is None where nothing is known of it. `size` is None where the lanes of a warp access what each other's
    addresses say (`ldmatrix`, `wmma`), or as much as a register says. `constant` memory nobody writes while the
    function runs (`.nc` unless it waits for other grids, `.const`, parameters of an entry).
    """

    at: Place
    instruction: Instruction
    space: StateSpace
    address: Affine | None
    size: int | None
    reads: bool
    writes: bool
    constant: bool = False


@frozen(eq=False)
class MemoryOperation:
    """An instruction that accesses memory or orders accesses. `scope` is cta, cluster, gpu or sys; empty for none."""

    at: Place
    instruction: Instruction
    order: Order
    accesses: tuple[MemoryAccess, ...]

    @property
    def is_plain(self) -> bool:
        """Whether it only accesses, and orders nothing."""
        return self.order is Order.WEAK

    @property
    def scope(self) -> str:
        form = self.instruction.form
        return form.modifiers.get("scope") or form.modifiers.get("level", "")


@frozen(eq=False)
class MemoryOperations:
    """The side table of a function: its memory operations, block by block in order."""

    blocks: tuple[tuple[MemoryOperation, ...], ...]

    @cached_property
    def by_place(self) -> dict[Place, MemoryOperation]:
        return {operation.at: operation for block in self.blocks for operation in block}

    def __iter__(self) -> Iterator[MemoryOperation]:
        for block in self.blocks:
            yield from block

    def at(self, place: Place) -> MemoryOperation | None:
        """The operation of an instruction; None if it has nothing to do with memory."""
        return self.by_place.get(place)


def memory_operations(affine: AffineValues) -> MemoryOperations:
    """Read every instruction of a function once."""
    waits = waits_for_grids(affine.function)
    return MemoryOperations(
        tuple(
            tuple(
                _operation(instruction, (number, index), affine, waits)
                for index, instruction in enumerate(block.instructions)
                if instruction.form.row.effects & (_TOUCHES | _ORDERS)
            )
            for number, block in enumerate(affine.function.blocks)
        )
    )


def waits_for_grids(function: Function) -> bool:
    """Whether grids that it depends on may still write when it begins, even what it loads by `.nc` later.

    What it calls may wait, too.
    """
    return any(
        i.name == "griddepcontrol.wait" or Effect.CALL in i.form.row.effects for i in function.instructions()
    )


def _operation(instruction: Instruction, at: Place, affine: AffineValues, waits: bool) -> MemoryOperation:
    effects = instruction.form.row.effects
    accesses = tuple(_accesses(instruction, at, affine, waits)) if effects & _TOUCHES else ()
    return MemoryOperation(at, instruction, _order(instruction), accesses)


def _order(instruction: Instruction) -> Order:
    effects, modifiers = instruction.form.row.effects, instruction.form.modifiers
    if effects & {Effect.FENCE, Effect.BARRIER, Effect.CALL}:
        return Order.ORDERS
    if modifiers.get("sem", "relaxed") not in ("relaxed", "weak"):
        return Order.ORDERS
    if effects & _ORDERS or modifiers.keys() & _STRONG or modifiers.get("cop") == "cv":
        return Order.STRONG
    # `cp.async` without bulk is weak; what else runs by itself is waited for in ways of its own.
    asynchronous = "async" in modifiers and instruction.opcode != "cp"
    return Order.STRONG if asynchronous or instruction.opcode == "tcgen05" else Order.WEAK


def _accesses(
    instruction: Instruction, at: Place, affine: AffineValues, waits: bool
) -> Iterator[MemoryAccess]:
    form, entry = instruction.form, affine.function.is_entry
    effects = form.row.effects
    reads = bool(effects & {Effect.READ, Effect.ATOMIC})
    writes = bool(effects & {Effect.WRITE, Effect.ATOMIC})
    copies = instruction.opcode == "cp" and reads and writes
    found = False
    for slot, operand in zip(form.operands, instruction.operands, strict=False):
        if slot.role is not Role.ADDRESS or not isinstance(operand, Address):
            continue
        space = slot.space or form.space or StateSpace.GENERIC
        address = None if slot.type is not None and slot.type.bits < 64 else affine.address(operand, at)
        from_here, to_here = (found, not found) if copies else (reads, writes)
        yield MemoryAccess(
            at, instruction, space, address, _size(instruction, form.operands), from_here, to_here,
            constant=not writes and _constant(instruction, space, entry, waits),
        )  # fmt: skip
        found = True
    if not found:
        yield MemoryAccess(at, instruction, StateSpace.GENERIC, None, None, reads, writes)


def _constant(instruction: Instruction, space: StateSpace, entry: bool, waits: bool) -> bool:
    """Whether nobody may write what a load reads."""
    if space is StateSpace.CONST or (instruction.form.has("nc") and not waits):
        return True
    return space is StateSpace.PARAM and entry


def _size(instruction: Instruction, slots: tuple[OperandForm, ...]) -> int | None:
    opcode = instruction.opcode
    if opcode in ("ld", "ldu", "st", "atom", "red") and not instruction.form.has("bulk"):
        data = next((slot for slot in slots if slot.role is Role.VALUE and slot.type is not None), None)
        return data.type.bytes * max(1, data.count) if data is not None and data.type is not None else None
    if opcode == "cp" and not instruction.form.has("bulk"):
        sizes = [o.value for o in instruction.operands if isinstance(o, Immediate)]
        return sizes[0] if sizes else None
    if opcode == "mbarrier":
        return 8
    return None
