"""The memory accesses of a function: which space, how many bytes, at which linear address."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property

from attrs import frozen

from ptxgen.debug.body import Body
from ptxgen.ir.analysis import Affine, Place
from ptxgen.ir.analysis.affine import Atom, Kind
from ptxgen.ir.analysis.alias import locate
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Variable
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_ROW = 16
"""Bytes of a row of a matrix."""
_PLAIN = ("ld", "ldu", "st", "atom", "red")
_ORDERED = frozenset({"sem", "relaxed", "acquire", "release", "volatile", "mmio"})


@frozen(eq=False)
class MemoryAccess:
    """A load, store or atomic: `bytes` bytes at `address` in `space`.

    `base` is the variable or pointer parameter that the address is reckoned from, where there is exactly one; the
    address is `base + offset` then. Only the first `lanes` of a warp give an address.
    """

    place: Place
    instruction: Instruction
    space: StateSpace
    bytes: int
    address: Affine
    base: Atom | None
    lanes: int = 32

    @cached_property
    def offset(self) -> Affine:
        if self.base is None:
            return self.address
        return self.address - Affine(self.address.bits, 0, ((self.base, 1),))

    @property
    def name(self) -> str:
        """What its memory is called in messages."""
        return authors_name(self.base.name) if self.base is not None else f"{self.space.value} memory"

    @property
    def reads(self) -> bool:
        return Effect.READ in self.instruction.form.row.effects

    @property
    def atomic(self) -> bool:
        return Effect.ATOMIC in self.instruction.form.row.effects

    @property
    def writes(self) -> bool:
        return Effect.WRITE in self.instruction.form.row.effects or self.atomic

    @property
    def ordered(self) -> bool:
        """Whether it orders itself: volatile, or with a memory semantics of its own."""
        return bool(_ORDERED & set(self.instruction.form.modifiers)) or ".volatile" in self.instruction.name

    def variable(self, body: Body) -> Variable | None:
        """The variable that it is inside of."""
        if self.base is None or self.base.kind is not Kind.VARIABLE:
            return None
        return body.view.variable(self.base.name)


def memory_accesses(body: Body) -> tuple[MemoryAccess, ...]:
    """All plain accesses whose address can be written down, in textual order."""
    return tuple(_found(body))


def _found(body: Body) -> Iterator[MemoryAccess]:
    reachable = body.analysis.cfg.reachable()
    for operation in body.memory:
        instruction = operation.instruction
        if operation.at[0] not in reachable or instruction.opcode not in _PLAIN:
            continue
        for access in operation.accesses:
            place = locate(access)
            if access.size and place.address is not None and place.space is not StateSpace.PARAM:
                base = place.base if place.base is not None and _is_object(place.base) else None
                yield MemoryAccess(operation.at, instruction, place.space, access.size, place.address, base)


def matrix_accesses(body: Body) -> Iterator[MemoryAccess]:
    """Rows of matrices that warps load and store together (ldmatrix, stmatrix), one for each lane."""
    for place, instruction in body.of("ldmatrix", "stmatrix"):
        operation = body.memory.at(place) if ".m8n8." in instruction.name else None
        for access in operation.accesses if operation is not None else ():
            where = locate(access)
            if where.address is not None and where.base is not None and where.space is StateSpace.SHARED:
                rows = next((8 * n for n in (1, 2) if f".x{n}" in instruction.name), 32)
                yield MemoryAccess(place, instruction, where.space, _ROW, where.address, where.base, rows)


def copied_accesses(body: Body) -> Iterator[MemoryAccess]:
    """Where in shared memory each thread's own asynchronous copies (cp.async) go to."""
    for place, instruction in body.named("cp.async.ca", "cp.async.cg"):
        operation = body.memory.at(place)
        for access in operation.accesses if operation is not None else ():
            where = locate(access)
            if where.space is not StateSpace.SHARED or where.address is None or not access.size:
                continue
            yield MemoryAccess(place, instruction, where.space, access.size, where.address, where.base)


def authors_name(symbol: str) -> str:
    """The name that a variable inside of a function of C++ has in the source: `s` of `_ZZ4copyPfE1s`."""
    local = re.match(r"_ZZ.*E(\d+)(\w+)", symbol)
    return local[2][: int(local[1])] if local is not None else symbol


def _is_object(base: Atom) -> bool:
    """A variable, or a parameter that has the range of an address."""
    return base.is_base or (base.kind is Kind.PARAMETER and base.high >= 1 << 48)
