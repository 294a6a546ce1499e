"""Dead stores: what is overwritten before anybody can read it, or lies in an array that nobody reads."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from ptxgen.ir.analysis import FunctionAnalysis, MemoryAccess, MemoryOperation, Place
from ptxgen.ir.analysis.affine import Kind
from ptxgen.ir.analysis.alias import conflict, locate
from ptxgen.ir.module import Function
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect
from ptxgen.passes.base import Pass

_MOST = 32
"""How many later stores are remembered at a time."""


@frozen
class DeadStores(Pass):
    """Weak stores go that a later store of their block covers, and all stores into an array that is never read.

    Sound for the first where no access between may read the bytes and nothing between orders memory: no other thread
    may look then. For the second, arrays declared in an entry, where no read may be in the array: each load's object
    is known and another one, and nothing is called. A thread's reads count for all threads, since they run the same
    text.
    """

    name = "dead-stores"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        unread = set(_into_unread(function, analysis))
        covered = {
            place for number in analysis.cfg.order for place in _covered(analysis.memory.blocks[number])
        }
        changes["stores nobody reads"] = len(unread)
        changes["overwritten stores"] = len(covered - unread)
        gone = unread | covered
        if gone:
            for number, block in enumerate(function.blocks):
                block.instructions[:] = [
                    i for n, i in enumerate(block.instructions) if (number, n) not in gone
                ]
        return +changes


def _is_store(operation: MemoryOperation) -> bool:
    return operation.is_plain and operation.instruction.opcode == "st" and len(operation.accesses) == 1


def _covered(operations: tuple[MemoryOperation, ...]) -> Iterator[Place]:
    """Stores of a block that a later one overwrites whole, from the end."""
    later: list[MemoryAccess] = []
    for operation in reversed(operations):
        if not operation.is_plain:
            later = [a for a in later if a.space is StateSpace.LOCAL]
            if Effect.CALL in operation.instruction.form.row.effects:
                later = []
        if _is_store(operation):
            (access,) = operation.accesses
            if any(_covers(other, access) for other in later):
                yield operation.at
            elif operation.instruction.guard is None:
                later = [*later[-_MOST:], access]
            continue
        later = [a for a in later if not any(r.reads and conflict(a, r) for r in operation.accesses)]


def _covers(later: MemoryAccess, earlier: MemoryAccess) -> bool:
    """Whether every byte of one store is in another."""
    a, b = locate(later), locate(earlier)
    if a.space is not b.space or a.address is None or b.address is None or not later.size or not earlier.size:
        return False
    if a.address.bits != b.address.bits:
        return False
    apart = a.address - b.address
    return apart.is_constant and apart.constant <= 0 and apart.constant + later.size >= earlier.size


def _into_unread(function: Function, analysis: FunctionAnalysis) -> Iterator[Place]:
    """Stores into arrays of an entry that nothing reads."""
    arrays = {
        v.name for v in function.variables if v.space in (StateSpace.SHARED, StateSpace.LOCAL) and v.bytes
    }
    if not arrays or not function.is_entry:
        return
    stores: list[tuple[str, Place]] = []
    for operation in analysis.memory:
        if Effect.CALL in operation.instruction.form.row.effects:
            return
        for access in operation.accesses:
            place = locate(access)
            if place.space not in (StateSpace.SHARED, StateSpace.LOCAL, StateSpace.GENERIC):
                continue
            if place.base is None and not (access.writes and not access.reads):
                return
            if place.base is not None and place.base.kind is Kind.VARIABLE:
                if access.reads or not _is_store(operation):
                    arrays.discard(place.base.name)
                else:
                    stores.append((place.base.name, operation.at))
    yield from (at for name, at in stores if name in arrays)
