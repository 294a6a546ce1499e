"""Store forwarding: a load of what the thread stored or loaded just before becomes a copy."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import define, evolve, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, MemoryAccess, MemoryOperation, Place
from ptxgen.ir.analysis.alias import Alias, alias, locate
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Immediate, Operand, Register, Vector
from ptxgen.ir.rewriting import copied, made
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect
from ptxgen.passes.base import Pass

_MOST = 64
"""How many values of memory are remembered at a time."""


@frozen
class StoreForwarding(Pass):
    """A weak load becomes `mov` where an earlier store or load of its block knows what lies there.

    Sound where both access the same bytes in the same way, no store between may touch them, nothing between orders
    memory (another thread that wrote without order would race), and the register still holds the value. Local memory
    is the thread's own: barriers do not matter to it. Values from more than `window` instructions before are loaded
    again: a register that is held so long costs more than the load. With `loads=false` only stores are forwarded:
    text that loads twice may do so to hold fewer registers.
    """

    name = "store-forwarding"
    window: int = 64
    loads: bool = True

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        for number in analysis.cfg.order:
            # Most blocks need no look at addresses, which takes long to work out.
            if self._has_candidates(function.blocks[number]):
                changes["loads"] += _Walk(function.blocks[number], analysis, self).run(number)
        return +changes

    def _has_candidates(self, block: Block) -> bool:
        """Whether a load stands behind an access that could know what it reads."""
        knowing = ("st", "ld") if self.loads else ("st",)
        known = False
        for instruction in block.instructions:
            if instruction.opcode not in ("st", "ld") or instruction.form.space is StateSpace.PARAM:
                continue
            if known and instruction.opcode == "ld":
                return True
            known |= instruction.opcode in knowing and instruction.guard is None
        return False


@frozen(eq=False)
class _Known:
    """An element of memory and the operand that has its value: read by a store, or left by a load, at a place."""

    access: MemoryAccess
    value: Operand
    loaded: bool

    def holds(self, analysis: FunctionAnalysis, until: Place) -> bool:
        if not isinstance(self.value, Register):
            return True
        return analysis.values.holds(self.value, self.access.at, until, after=self.loaded)


@define(eq=False)
class _Walk:
    """One block from its start to its end."""

    block: Block
    analysis: FunctionAnalysis
    options: StoreForwarding
    known: dict[object, _Known] = field(factory=dict[object, _Known], init=False)

    def run(self, number: int) -> int:
        replaced: dict[int, list[Instruction]] = {}
        for operation in self.analysis.memory.blocks[number]:
            if not operation.is_plain:
                self._forget_shared(operation)
                continue
            instruction = operation.instruction
            if any(access.writes for access in operation.accesses):
                self._overwrite(operation)
            elements = list(_elements(operation))
            if instruction.opcode == "ld" and elements:
                copies = self._copies(instruction, elements)
                if copies is not None:
                    replaced[operation.at[1]] = copies
            loaded = instruction.opcode == "ld"
            if instruction.guard is None and (self.options.loads or not loaded):
                self._remember(elements, loaded=loaded)
        if replaced:
            old = enumerate(self.block.instructions)
            self.block.instructions[:] = [new for n, i in old for new in replaced.get(n, [i])]
        return len(replaced)

    def _forget_shared(self, operation: MemoryOperation) -> None:
        """An operation that orders memory: what others may have written is not known any more."""
        if Effect.CALL in operation.instruction.form.row.effects:
            self.known.clear()
        self.known = {k: v for k, v in self.known.items() if v.access.space is StateSpace.LOCAL}
        self._overwrite(operation)

    def _overwrite(self, operation: MemoryOperation) -> None:
        written = [access for access in operation.accesses if access.writes]
        self.known = {
            key: known
            for key, known in self.known.items()
            if all(alias(known.access, access) is Alias.DISJOINT for access in written)
        }

    def _copies(
        self, instruction: Instruction, elements: list[tuple[MemoryAccess, Operand]]
    ) -> list[Instruction] | None:
        """A copy for each element of a load; None unless all are known and the copies do not disturb each other."""
        copies: list[Instruction] = []
        sources: set[str] = set()
        for access, destination in elements:
            known = self.known.get(_key(access))
            if known is None or not isinstance(destination, Register):
                return None
            if access.at[1] - known.access.at[1] > self.options.window or destination.name in sources:
                return None
            if not known.holds(self.analysis, access.at):
                return None
            copy = _copy(instruction, destination, known.value, access)
            if copy is None:
                return None
            copies.append(copy)
            sources.update(register.name for c in copies for register in (*c.writes(), *c.reads()))
        return copies

    def _remember(self, elements: list[tuple[MemoryAccess, Operand]], *, loaded: bool) -> None:
        for access, value in elements:
            if isinstance(value, Register | Immediate):
                self.known[_key(access)] = _Known(access, value, loaded)
        while len(self.known) > _MOST:
            del self.known[next(iter(self.known))]


def _elements(operation: MemoryOperation) -> Iterator[tuple[MemoryAccess, Operand]]:
    """The elements of a plain load or store whose address is known, each with its operand."""
    instruction = operation.instruction
    if instruction.opcode not in ("ld", "st") or len(operation.accesses) != 1:
        return
    (access,) = operation.accesses
    data = instruction.operands[1 if access.writes else 0]
    parts = data.elements if isinstance(data, Vector) else (data,)
    if access.address is None or access.size is None or access.space is StateSpace.PARAM:
        return
    size = access.size // len(parts)
    for number, part in enumerate(parts):
        yield evolve(access, address=access.address + number * size, size=size), part


def _key(access: MemoryAccess) -> object:
    place = locate(access)
    assert place.address is not None
    return place.space, place.address.bits, place.address.terms, place.address.constant, access.size


def _copy(
    like: Instruction, destination: Register, value: Operand, access: MemoryAccess
) -> Instruction | None:
    """The copy, where registers are as wide as the element: narrower ones were extended or cut."""
    bits = 8 * (access.size or 0)
    if destination.type.bits != bits:
        return None
    if isinstance(value, Register):
        return made(f"mov.b{bits}", (destination, value), like) if value.type.bits == bits else None
    return copied(destination, value, like)
