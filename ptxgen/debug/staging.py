"""Asynchronous copies into shared memory and what reads them, in the order in which a thread comes to them.

Loops that copy are run a few rounds, with every branch inside taken as far as it leads on; whatever a thread decides by
data, it is taken to do. What is found on such a way is a question to the reader unless nothing on it is conditional.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator

from attrs import define, evolve, field, frozen

from ptxgen.debug.body import Body, address_of
from ptxgen.debug.rotation import Rotation
from ptxgen.debug.threads import Thread
from ptxgen.ir.analysis import Affine, Loop, Place
from ptxgen.ir.analysis.affine import Atom, Constancy, Kind
from ptxgen.ir.analysis.affine.evaluation import evaluate
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Address, Immediate
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Role

ROUNDS = 6
"""More than the stages of any pipeline with a wait that leaves its groups in flight."""
_MOST = 600
"""Steps that are looked at: of larger functions only the first loops."""
_COPIES = ("cp.async.ca", "cp.async.cg")
_BULK = ("cp.async.bulk.shared", "cp.async.bulk.tensor")
_LEAST_BULK = 16
"""Bytes that a bulk copy surely brings."""


Barrier = tuple[object, int]
"""The object that an mbarrier is in, and where."""


class Act(enum.Enum):
    """What a step does: start a copy, read shared memory, close a group, wait for groups, meet the other threads; of
    bulk copies, arrive at an mbarrier or wait for it.
    """

    COPY = "copy"
    READ = "read"
    COMMIT = "commit"
    WAIT = "wait"
    MEET = "meet"
    ARRIVE = "arrive"
    AWAIT = "await"


@frozen(eq=False)
class Step:
    """One instruction in one round. Copies and reads have the first byte of each thread in `object`, by thread number;
    `left` is how many groups a wait leaves in flight. `barrier` is the mbarrier that a bulk copy completes on, or that
    threads arrive at or wait for; None where its address is not known.
    """

    act: Act
    place: Place
    instruction: Instruction
    round: int
    object: tuple[object, ...] = ()
    starts: tuple[tuple[Thread, int], ...] = ()
    bytes: int = 0
    left: int = 0
    barrier: Barrier | None = None


@define(eq=False)
class Staging:
    """The steps of one function: with `bulk`, of bulk copies and mbarriers instead of groups."""

    body: Body
    bulk: bool = False
    _columns: dict[Affine, tuple[int, ...] | None] = field(
        factory=dict[Affine, "tuple[int, ...] | None"], init=False
    )

    _runs: dict[Place, tuple[bool, ...] | None] = field(
        factory=dict[Place, "tuple[bool, ...] | None"], init=False
    )

    def steps(self) -> Iterator[Step]:
        """The first steps; none of a function whose copies are waited for in another way."""
        copies = self._copies()
        if not copies or self.body.calls or self.body.named("cp.async.mbarrier"):
            return
        loops = {id(loop): loop for place, _ in copies if (loop := self.body.loop(place[0])) is not None}
        done: set[int] = set()
        count = 0
        for block in self.body.analysis.cfg.order:
            if block in done:
                continue
            loop = next((each for each in loops.values() if each.header == block), None)
            blocks = [b for b in self.body.analysis.cfg.order if loop is not None and b in loop.blocks] or [
                block
            ]
            done.update(blocks)
            rotation = Rotation(self.body, loop)
            for round in range(self._rounds(loop)):
                for number in blocks:
                    for step in self._of_block(number, round, rotation):
                        yield step
                        count += 1
                        if count >= _MOST:
                            return

    def _copies(self) -> list[tuple[Place, Instruction]]:
        if not self.bulk:
            return self.body.named(*_COPIES)
        return [(p, i) for p, i in self.body.named(*_BULK) if ".mbarrier::complete_tx" in i.name]

    def _rounds(self, loop: Loop | None) -> int:
        if loop is None:
            return 1
        most = self.body.affine.rounds.get(loop.header)
        return ROUNDS if most is None else min(ROUNDS, most + 1)

    def _of_block(self, number: int, round: int, rotation: Rotation) -> Iterator[Step]:
        for index, instruction in enumerate(self.body.function.blocks[number].instructions):
            step = self._step((number, index), instruction, round, rotation)
            if step is not None:
                yield step

    def _step(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Step | None:
        named = self._of_bulk if self.bulk else self._of_groups
        step = named(at, instruction, round, rotation)
        if step is not None:
            return step
        if instruction.opcode == "ldmatrix" or (
            instruction.opcode == "ld" and instruction.form.space is StateSpace.SHARED
        ):
            return self._access(Act.READ, at, instruction, round, rotation)
        if _meets(instruction):
            return Step(Act.MEET, at, instruction, round)
        return None

    def _of_groups(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Step | None:
        name = instruction.name
        if name == "cp.async.commit_group":
            return Step(Act.COMMIT, at, instruction, round)
        if name.startswith(("cp.async.wait_group", "cp.async.wait_all")):
            given = instruction.operands[0] if instruction.operands else Immediate(0)
            left = given.value if isinstance(given, Immediate) else 0
            return Step(Act.WAIT, at, instruction, round, left=left)
        return self._access(Act.COPY, at, instruction, round, rotation) if name.startswith(_COPIES) else None

    def _of_bulk(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Step | None:
        name = instruction.name
        if name.startswith(_BULK) and ".mbarrier::complete_tx" in name:
            step = self._access(Act.COPY, at, instruction, round, rotation)
            barrier = next((o for o in reversed(instruction.operands) if isinstance(o, Address)), None)
            if step is None or barrier is None:
                return None
            return evolve(step, barrier=self._barrier(barrier, at, instruction, round, rotation))
        if name.startswith(("mbarrier.arrive", "mbarrier.try_wait", "mbarrier.test_wait")):
            act = Act.ARRIVE if name.startswith("mbarrier.arrive") else Act.AWAIT
            given = address_of(instruction)
            key = None if given is None else self._barrier(given[1], at, instruction, round, rotation)
            runs = self._running(at, instruction) or (True,) * len(self.body.threads.all)
            who = tuple((t, 0) for t in self.body.threads.all if runs[t.number])
            return Step(act, at, instruction, round, starts=who, barrier=key)
        return None

    def _barrier(
        self, address: Address, at: Place, instruction: Instruction, round: int, rotation: Rotation
    ) -> Barrier | None:
        """The mbarrier at an address, if all threads that are there name the same."""
        fixed, total = self._placed(address, at, round, rotation)
        runs = self._running(at, instruction)
        if total is None or runs is None:
            return None
        places = {start for start, here in zip(total, runs, strict=False) if here}
        return (fixed, places.pop()) if len(places) == 1 else None

    def _access(
        self, act: Act, at: Place, instruction: Instruction, round: int, rotation: Rotation
    ) -> Step | None:
        given, size, runs = (
            address_of(instruction),
            self._bytes(at, instruction),
            self._running(at, instruction),
        )
        if given is None or size is None or runs is None:
            return None
        fixed, total = self._placed(given[1], at, round, rotation)
        if total is None:
            return None
        lanes = _rows(instruction)
        starts = tuple(
            (t, s)
            for t, s in zip(self.body.threads.all, total, strict=True)
            if t.number % 32 < lanes and runs[t.number]
        )
        return Step(act, at, instruction, round, fixed, starts, size)

    def _placed(
        self, operand: Address, at: Place, round: int, rotation: Rotation
    ) -> tuple[tuple[object, ...], list[int] | None]:
        """The part of an address that all threads share, and the rest in each of them, if it is known."""
        address = self.body.affine.address(operand, at)
        fixed = tuple((a, c) for a, c in address.terms if a.constancy <= Constancy.CTA)
        moving = tuple((a, c) for a, c in address.terms if a.constancy > Constancy.CTA)
        total = [address.constant] * len(self.body.threads.all)
        for term in moving:
            column = self._column(Affine(address.bits, 0, (term,)), round, rotation)
            if column is None:
                return fixed, None
            total = [a + b for a, b in zip(total, column, strict=True)]
        return fixed, total

    def _running(self, at: Place, instruction: Instruction) -> tuple[bool, ...] | None:
        """Which threads run it; None where they part by something that is not known. What they share, they run."""
        if at not in self._runs:
            self._runs[at] = self._decided(at, instruction)
        return self._runs[at]

    def _bytes(self, at: Place, instruction: Instruction) -> int | None:
        if instruction.opcode != "cp":
            return _bytes(instruction)
        known = self.body.constant(instruction.operands[2], at)
        return _LEAST_BULK if known is None and self.bulk else known

    def _decided(self, at: Place, instruction: Instruction) -> tuple[bool, ...] | None:
        guard = instruction.guard
        known = tuple(self.body.threads.runs(at, t) for t in self.body.threads.all)
        if guard is None or None not in known or self.body.analysis.divergence.is_uniform(guard.register):
            return tuple(each is not False for each in known)
        values = self.body.lanes.values(guard.register, at)
        if values is None or len(values) < len(known):
            return None
        return tuple(
            each is not False and bool(value) != guard.negated
            for each, value in zip(known, values, strict=False)
        )

    def _column(self, term: Affine, round: int, rotation: Rotation) -> tuple[int, ...] | None:
        """A term for each thread in a round."""
        if term.constancy is Constancy.THREAD and term in self._columns:
            return self._columns[term]
        if all(not atom.operands and atom.constancy is Constancy.EXECUTION for atom, _ in term.terms):
            one = evaluate(term, lambda atom: self._known(atom, self.body.threads.all[0], round, rotation))
            return None if one is None else (one,) * len(self.body.threads.all)
        values: list[int] = []
        column: tuple[int, ...] | None = None
        for thread in self.body.threads.all:
            value = evaluate(term, lambda atom, t=thread: self._known(atom, t, round, rotation))
            if value is None:
                break
            values.append(value)
        else:
            column = tuple(values)
        if term.constancy is Constancy.THREAD:
            self._columns[term] = column
        return column

    def _known(self, atom: Atom, thread: Thread, round: int, rotation: Rotation) -> int | None:
        if atom.kind is Kind.ROUND:
            own = rotation.loop is not None and atom.name == f"round of block {rotation.loop.header}"
            return round if own else 0
        if atom.kind is Kind.OPAQUE:
            key = self.body.affine.versions.get(atom)
            return None if key is None else rotation.value(key[2], key[:2], round)
        return self.body.threads.known(atom, thread)


def _meets(instruction: Instruction) -> bool:
    """Whether threads of different warps may be ordered; a fence of copies orders those of one thread only."""
    if instruction.name.startswith("bar.warp") or instruction.opcode == "cp":
        return False
    effects = instruction.form.row.effects
    strong = instruction.opcode == "mbarrier" or {"sem", "acquire", "release", "volatile"} & set(
        instruction.form.modifiers
    )
    return bool(effects & {Effect.BARRIER, Effect.ATOMIC, Effect.CALL, Effect.VOLATILE}) or bool(strong)


def _bytes(instruction: Instruction) -> int | None:
    if instruction.opcode == "ldmatrix":
        return 16
    data = next((s for s in instruction.form.operands if s.role is Role.VALUE), None)
    return None if data is None or data.type is None else data.type.bytes * max(1, data.count)


def _rows(instruction: Instruction) -> int:
    """How many lanes of a warp give an address: one for each row of the matrices that ldmatrix takes."""
    if instruction.opcode != "ldmatrix":
        return 32
    return next((8 * n for n in (1, 2) if f".x{n}" in instruction.name), 32)
