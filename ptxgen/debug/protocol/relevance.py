"""What of a function decides which threads meet where: its synchronisation, its copies, and what these depend on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.ir.analysis import Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Address, Register, TensorAddress, registers_of
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect

_SYNCHRONISES = ("mbarrier", "bar", "barrier", "tcgen05", "cp", "clusterlaunchcontrol")
_REMOTE = ("mapa", "getctarank")
_WGMMA = ("wgmma.mma_async", "wgmma.commit_group", "wgmma.wait_group")


def worth(body: Body) -> bool:
    """Whether threads are worth following: an entry has mbarriers or counted barriers of its own CTA alone."""
    if not body.function.is_entry or body.calls or any(body.of(*_REMOTE)):
        return False
    names = [i.name for _, i in body.of("mbarrier", "cp", "tcgen05", "st", "red")]
    if any(
        ".multicast" in n or "cta_group::2" in n or n.startswith(("st.async", "red.async")) for n in names
    ):
        return False
    waits = any(n.startswith(("mbarrier.try_wait", "mbarrier.test_wait")) for n in names)
    made = any(n.startswith("mbarrier.init") for n in names)
    return (waits and made) or any(len(i.operands) > 1 for _, i in body.of("bar", "barrier"))


def synchronises(instruction: Instruction) -> bool:
    """Whether others may wait for an instruction, or it for them."""
    name = instruction.name
    if instruction.opcode == "cp":
        return ".mbarrier" in name
    if instruction.opcode == "tcgen05":
        return ".mbarrier" in name
    return instruction.opcode in _SYNCHRONISES and not name.startswith("bar.warp")


def touches(instruction: Instruction) -> bool:
    """Whether an instruction touches shared memory that copies or other threads may fill, or orders such reads."""
    if instruction.opcode == "wgmma":
        return instruction.name.startswith(_WGMMA)
    plain = instruction.opcode in ("ld", "st") and instruction.form.space is StateSpace.SHARED
    return plain or instruction.opcode == "ldmatrix"


def orders(instruction: Instruction) -> bool:
    """Whether threads may learn of one another by an instruction in a way that is not followed."""
    effects = instruction.form.row.effects
    strong = {"sem", "acquire", "release", "volatile", "relaxed"} & set(instruction.form.modifiers)
    if instruction.opcode in ("mbarrier", "fence", "membar", "bar", "barrier", "cp", "tcgen05"):
        return False
    return bool(effects & {Effect.ATOMIC, Effect.VOLATILE}) or bool(strong)


@define(eq=False)
class Relevance:
    """The instructions that are executed, block by block, and the blocks whose branch is decided.

    `vital` blocks decide who synchronises; of the others only which reads are seen.
    """

    body: Body
    chosen: dict[int, list[tuple[int, Instruction]]] = field(init=False)
    vital: frozenset[int] = field(init=False)
    decided: frozenset[int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        first = _Closure(self.body)
        first.follow((p, i) for p, i in self.body.places if synchronises(i))
        self.vital = frozenset(first.decided)
        first.follow((p, i) for p, i in self.body.places if touches(i) or orders(i))
        self.decided = frozenset(first.decided)
        self.chosen = {}
        for block, index in sorted(first.places):
            self.chosen.setdefault(block, []).append((index, self.body.instruction((block, index))))

    def beyond(self, block: int) -> int | None:
        """Where all ways from a branch meet again; None if they never do."""
        return self.body.analysis.post_dominators.immediate[block]

    def changed(self, block: int) -> frozenset[str]:
        """The registers that anything between a branch and where its ways meet again may write."""
        if block not in self._changed:
            self._changed[block] = frozenset(self._written(block))
        return self._changed[block]

    @cached_property
    def _changed(self) -> dict[int, frozenset[str]]:
        return {}

    def _written(self, block: int) -> Iterator[str]:
        cfg, end = self.body.analysis.cfg, self.beyond(block)
        seen: set[int] = set()
        stack = [*cfg.successors[block]]
        while stack:
            number = stack.pop()
            if number in seen or number in (end, cfg.exit):
                continue
            seen.add(number)
            stack += cfg.successors[number]
            for _, instruction in self.chosen.get(number, ()):
                yield from (r.name for r in instruction.writes())


@define(eq=False)
class _Closure:
    """Instructions, what they read, and the branches that decide whether they run."""

    body: Body
    places: set[Place] = field(factory=set[Place])
    decided: set[int] = field(factory=set[int])
    _registers: set[str] = field(factory=set[str])
    _blocks: set[int] = field(factory=set[int])

    @cached_property
    def _writers(self) -> dict[str, list[tuple[Place, Instruction]]]:
        found: dict[str, list[tuple[Place, Instruction]]] = {}
        for place, instruction in self.body.places:
            for register in instruction.writes():
                found.setdefault(register.name, []).append((place, instruction))
        return found

    def follow(self, roots: Iterable[tuple[Place, Instruction]]) -> None:
        """Add instructions with all that decides where, when and on what they run."""
        stack = list(roots)
        while stack:
            place, instruction = stack.pop()
            if place in self.places:
                continue
            self.places.add(place)
            stack += self._deciding(place[0])
            for register in _needed(instruction):
                stack += self._defining(register)

    def _defining(self, register: Register) -> list[tuple[Place, Instruction]]:
        if register.name in self._registers:
            return []
        self._registers.add(register.name)
        return self._writers.get(register.name, [])

    def _deciding(self, block: int) -> Iterator[tuple[Place, Instruction]]:
        """What gives the conditions on which a block runs, in this round or in the next."""
        if block in self._blocks:
            return
        self._blocks.add(block)
        for decider in self.body.analysis.control_dependence[block]:
            if decider in self.decided:
                continue
            self.decided.add(decider)
            yield from self._deciding(decider)
            for edge in self.body.analysis.cfg.edges[decider]:
                if edge.condition is not None:
                    yield from self._defining(edge.condition.register)


def _needed(instruction: Instruction) -> Iterator[Register]:
    """The registers whose values are asked for: of memory and products the addresses, elsewhere all sources."""
    if instruction.guard is not None:
        yield instruction.guard.register
    computes = synchronises(instruction) or not instruction.form.row.effects
    for slot, given in zip(instruction.form.operands, instruction.operands, strict=False):
        wanted = computes and not isinstance(given, TensorAddress)
        if touches(instruction):
            wanted = isinstance(given, Address) or slot.name.endswith("-desc")
        if wanted and not slot.writes:
            yield from registers_of(given)
        elif isinstance(given, TensorAddress) and isinstance(given.base, Register):
            yield given.base
