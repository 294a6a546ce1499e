"""Vectorisation: neighbouring loads, and neighbouring stores, become one of two or four elements."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from attrs import evolve, frozen

from ptxgen.ir.analysis import Affine, FunctionAnalysis, MemoryAccess, MemoryOperation, analyze
from ptxgen.ir.analysis.alias import conflict
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Address, Immediate, Register, Vector
from ptxgen.ir.rewriting import made
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.base import Pass

_SPACES = frozenset({StateSpace.GLOBAL, StateSpace.SHARED, StateSpace.LOCAL})
_BYTES = 16
"""The most bytes of one access. Wider ones exist on some targets only."""
_WINDOW = 64
"""How many instructions a load or store moves at most."""


@frozen
class Vectorisation(Pass):
    """Weak loads of adjacent elements become `ld.v2` or `ld.v4` where the first stands; stores, where the last does.

    Sound where the addresses differ by whole elements whatever the launch (their linear expressions agree but for the
    constant), the first is a multiple of the vector's size (bases declare it: `.ptr .align`, `.align`), guards agree,
    no access that is moved over may touch the same bytes, nothing that orders memory lies between, and the
    registers are not used on the way. Alignment that is only likely is not enough: a misaligned access kills a kernel.
    """

    name = "vectorisation"

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        # Loads before stores: each kind is moved over what the other left, never both over each other.
        for opcode, what in (("ld", "vector loads"), ("st", "vector stores")):
            if changes:
                analysis = analyze(function, analysis.globals)
            for number in analysis.cfg.order:
                made = _Block(function.blocks[number], number, analysis).join(opcode)
                if made:
                    changes[what] += made
        return changes


@frozen(eq=False)
class _Member:
    """A load or store of one register or vector: its place in the block and its address."""

    index: int
    instruction: Instruction
    access: MemoryAccess
    address: Affine
    bytes: int

    @property
    def elements(self) -> tuple[Register | Immediate, ...] | None:
        data = self.instruction.operands[1 if self.access.writes else 0]
        parts = data.elements if isinstance(data, Vector) else (data,)
        kept = tuple(p for p in parts if isinstance(p, Register | Immediate))
        return kept if len(kept) == len(parts) else None


@frozen(eq=False)
class _Block:
    """One block while its accesses are joined."""

    block: Block
    number: int
    analysis: FunctionAnalysis

    def join(self, opcode: str) -> int:
        """Join the loads or the stores; how many vector accesses there are now."""
        groups: dict[object, list[_Member]] = {}
        for operation in self.analysis.memory.blocks[self.number]:
            member = _member(operation, opcode)
            if member is not None:
                i = member.instruction
                key = (i.name, i.guard, member.access.space, member.address.bits, member.address.terms)
                groups.setdefault(key, []).append(member)
        replaced: dict[int, Instruction | None] = {}
        joined = 0
        for group in groups.values():
            for chosen in self._runs(group):
                replaced.update(chosen)
                joined += 1
        if joined:
            found = (replaced.get(n, i) for n, i in enumerate(self.block.instructions))
            self.block.instructions[:] = [i for i in found if i is not None]
        return joined

    def _runs(self, group: list[_Member]) -> Iterator[dict[int, Instruction | None]]:
        """Disjoint runs of neighbours, the longest first."""
        unused = {member.address.constant: member for member in reversed(group)}
        for start in sorted(unused):
            for count in (4, 2):
                run = self._neighbours(unused, start, count)
                new = self._joined(run) if run else None
                if new is not None:
                    for member in run:
                        del unused[member.address.constant]
                    yield new
                    break

    def _neighbours(self, unused: dict[int, _Member], start: int, count: int) -> list[_Member]:
        first = unused.get(start)
        if first is None:
            return []
        total = first.bytes * count
        if total > _BYTES or not first.address.is_multiple(total) or total & (total - 1):
            return []
        run = [unused.get(start + first.bytes * n) for n in range(count)]
        return [member for member in run if member is not None] if None not in run else []

    def _joined(self, run: Sequence[_Member]) -> dict[int, Instruction | None] | None:
        """The vector instruction in place of these, and nothing in place of the others; None where that is unsound."""
        order = sorted(run, key=lambda member: member.index)
        at = order[-1] if run[0].access.writes else order[0]
        if order[-1].index - order[0].index > _WINDOW:
            return None
        vector = _vector(run, at)
        if vector is None or not all(self._moves(member, at.index) for member in run):
            return None
        return {**{member.index: None for member in run}, at.index: vector}

    def _moves(self, member: _Member, to: int) -> bool:
        """Whether a load may run earlier, or a store later, at another index."""
        first, last = sorted((member.index, to))
        if first == last:
            return True
        guard = member.instruction.guard
        if guard is not None and not self._holds(guard.register, first, last):
            return False
        if not self._crosses(member, first, last):
            return False
        registers = {part for part in member.elements or () if isinstance(part, Register)}
        if member.access.writes:
            return all(self._holds(register, first, last) for register in registers)
        return not any(
            registers.intersection(self.block.instructions[n].writes())
            or registers.intersection(self.block.instructions[n].reads())
            for n in range(first, last)
        )

    def _holds(self, register: Register, first: int, last: int) -> bool:
        return self.analysis.values.holds(register, (self.number, first), (self.number, last))

    def _crosses(self, member: _Member, first: int, last: int) -> bool:
        """Whether no operation between says that the order matters."""
        for index in range(first, last + 1):
            operation = self.analysis.memory.at((self.number, index))
            if operation is None or operation.instruction is member.instruction:
                continue
            if not operation.is_plain or any(conflict(member.access, other) for other in operation.accesses):
                return False
        return True


def _member(operation: MemoryOperation, opcode: str) -> _Member | None:
    """A weak load or store of one or two elements, without a cache policy."""
    instruction = operation.instruction
    if not operation.is_plain or instruction.opcode != opcode or len(instruction.operands) != 2:
        return None
    (access,) = operation.accesses
    vector = instruction.form.modifiers.get("vec", "")
    if (
        access.space not in _SPACES
        or access.address is None
        or access.size is None
        or vector not in ("", "v2")
    ):
        return None
    member = _Member(operation.at[1], instruction, access, access.address, access.size)
    return member if member.elements is not None else None


def _vector(run: Sequence[_Member], at: _Member) -> Instruction | None:
    """The access of all elements of a run, with the address as it is reckoned at one member."""
    parts = [part for member in run for part in member.elements or ()]
    registers = [part for part in parts if isinstance(part, Register)]
    name = at.instruction.name
    stem, _, type = name.rpartition(".")
    stem = stem.removesuffix(".v2")
    old = next(o for o in at.instruction.operands if isinstance(o, Address))
    address = evolve(old, offset=old.offset + run[0].address.constant - at.address.constant)
    data = Vector(tuple(parts))
    if at.access.writes:
        return made(f"{stem}.v{len(parts)}.{type}", (address, data), at.instruction)
    if len(set(registers)) < len(parts) or _uses(registers, address):
        return None
    return made(f"{stem}.v{len(parts)}.{type}", (data, address), at.instruction)


def _uses(registers: Iterable[Register], address: Address) -> bool:
    return any(register == address.base for register in registers)
