"""The memory accesses of a function: which space, how many bytes, at which linear address."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import frozen

from ptxgen.debug.body import Body, address_of
from ptxgen.ir.analysis import Affine, Place
from ptxgen.ir.analysis.affine import Atom, Kind
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Variable
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Role

_PLAIN = ("ld", "ldu", "st", "atom", "red")
_ORDERED = frozenset({"sem", "relaxed", "acquire", "release", "volatile", "mmio"})


@frozen(eq=False)
class MemoryAccess:
    """A load, store or atomic: `bytes` bytes at `address` in `space`.

    `base` is the variable or pointer parameter that the address is reckoned from, where there is exactly one; the
    address is `base + offset` then.
    """

    place: Place
    instruction: Instruction
    space: StateSpace
    bytes: int
    address: Affine
    base: Atom | None

    @property
    def offset(self) -> Affine:
        if self.base is None:
            return self.address
        return self.address - Affine(self.address.bits, 0, ((self.base, 1),))

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
    for place, instruction in body.places:
        if instruction.opcode not in _PLAIN or "async" in instruction.name or "bulk" in instruction.name:
            continue
        space, given = instruction.form.space, address_of(instruction)
        data = next((s for s in instruction.form.operands if s.role is Role.VALUE), None)
        if space is None or given is None or data is None or data.type is None or space is StateSpace.PARAM:
            continue
        address = body.affine.address(given[1], place)
        if space is StateSpace.GENERIC:
            window = next((a for a, c in address.terms if a.kind is Kind.WINDOW and c == 1), None)
            if window is not None and window.space is not None:
                space = window.space
                address = address - Affine(address.bits, 0, ((window, 1),))
        size = data.type.bytes * max(1, data.count)
        yield MemoryAccess(place, instruction, space, size, address, _base(address))


def _base(address: Affine) -> Atom | None:
    bases = [(a, c) for a, c in address.terms if a.is_base or _pointer(a)]
    return bases[0][0] if len(bases) == 1 and bases[0][1] == 1 else None


def _pointer(atom: Atom) -> bool:
    """A parameter of 64 bits, which has the range of an address."""
    return atom.kind is Kind.PARAMETER and atom.high >= 1 << 48
