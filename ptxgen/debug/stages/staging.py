"""Asynchronous copies into shared memory and what reads them, in the order in which a thread comes to them.

Loops that copy are run a few rounds, with every branch inside taken as far as it leads on; whatever a thread decides by
data, it is taken to do. What is found on such a way is a question to the reader unless nothing on it is conditional.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from functools import cached_property

import numpy as np
from attrs import define, evolve, field
from numpy.typing import NDArray

from ptxgen.debug.body import Body, address_of, operand
from ptxgen.debug.cta.columns import Column, broadcast, exact, narrow
from ptxgen.debug.cta.rotation import Rotation
from ptxgen.debug.cta.threads import WARP, Answers, Thread, Threads
from ptxgen.debug.stages.steps import Act, Barrier, Step
from ptxgen.ir.analysis import Affine, Loop, Place
from ptxgen.ir.analysis.affine import Atom, Constancy, Kind, leaves
from ptxgen.ir.analysis.affine.evaluation import evaluate
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Address, Immediate, Register
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Role

ROUNDS = 6
"""More than the stages of any pipeline with a wait that leaves its groups in flight."""
_MOST = 600
"""Steps that are looked at: of larger functions only the first loops."""
_COPIES = ("cp.async.ca", "cp.async.cg")
_BULK = ("cp.async.bulk.shared", "cp.async.bulk.tensor")
_OUT = ("cp.async.bulk", "cp.reduce.async.bulk")
_LEAST_BULK = 16
"""Bytes that a bulk copy, or a product, surely touches."""
_Running = NDArray[np.bool_]
_WRITES = ("st", "stmatrix", "atom", "red")


class Flow(enum.Enum):
    """Which copies are followed: those in groups, bulk copies that complete on mbarriers, bulk stores in groups."""

    GROUPS = "groups"
    MBARRIERS = "mbarriers"
    STORES = "stores"


@define(eq=False)
class Staging:
    """The steps of one function that have to do with the copies of a flow."""

    body: Body
    flow: Flow = Flow.GROUPS
    _columns: dict[Affine, Column | None] = field(factory=dict[Affine, "Column | None"], init=False)
    _answers: dict[int, tuple[Answers, _Running]] = field(
        factory=dict[int, tuple["Answers", "_Running"]], init=False
    )
    _runs: dict[Place, _Running | None] = field(factory=dict[Place, "_Running | None"], init=False)

    def steps(self) -> Iterator[Step]:
        """The first steps; none of a function whose copies are waited for in another way."""
        copies = self._copies()
        if not copies or self.body.calls or (self._loads and self.body.named("cp.async.mbarrier")):
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

    @cached_property
    def _threads(self) -> Threads:
        """What threads share, they are taken to run."""
        return Threads(self.body, lenient=True)

    @property
    def _loads(self) -> bool:
        return self.flow is not Flow.STORES

    def _copies(self) -> list[tuple[Place, Instruction]]:
        match self.flow:
            case Flow.GROUPS:
                return self.body.named(*_COPIES)
            case Flow.MBARRIERS:
                return [(p, i) for p, i in self.body.named(*_BULK) if _completes(i)]
            case Flow.STORES:
                return [(p, i) for p, i in self.body.named(*_OUT) if ".bulk_group" in i.name]

    def _rounds(self, loop: Loop | None) -> int:
        if loop is None:
            return 1
        most = self.body.affine.rounds.get(loop.header)
        return ROUNDS if most is None else min(ROUNDS, most + 1)

    def _of_block(self, number: int, round: int, rotation: Rotation) -> Iterator[Step]:
        for index, instruction in enumerate(self.body.function.blocks[number].instructions):
            yield from self._steps((number, index), instruction, round, rotation)

    def _steps(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Iterator[Step]:
        """What an instruction does; a product reads up to two tiles."""
        named = {
            Flow.GROUPS: self._of_groups,
            Flow.MBARRIERS: self._of_bulk,
            Flow.STORES: self._of_stores,
        }[self.flow]
        step = named(at, instruction, round, rotation)
        if step is not None:
            yield step
        elif instruction.opcode == "wgmma":
            yield from self._of_products(at, instruction, round, rotation)
        elif self._loads and _reads_shared(instruction):
            if (read := self._access(Act.READ, at, instruction, round, rotation)) is not None:
                yield read
        elif _meets(instruction):
            yield Step(Act.MEET, at, instruction, round)

    def _of_groups(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Step | None:
        name = instruction.name
        if name == "cp.async.commit_group":
            return Step(Act.COMMIT, at, instruction, round)
        if name.startswith(("cp.async.wait_group", "cp.async.wait_all")):
            return Step(Act.WAIT, at, instruction, round, left=groups_left(instruction))
        return self._access(Act.COPY, at, instruction, round, rotation) if name.startswith(_COPIES) else None

    def _of_bulk(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Step | None:
        name = instruction.name
        if name.startswith(_BULK) and _completes(instruction):
            step = self._access(Act.COPY, at, instruction, round, rotation)
            barrier = next((o for o in reversed(instruction.operands) if isinstance(o, Address)), None)
            if step is None or barrier is None:
                return None
            return evolve(step, barrier=self._barrier(barrier, at, instruction, round, rotation))
        if name.startswith(("mbarrier.arrive", "mbarrier.try_wait", "mbarrier.test_wait")):
            act = Act.ARRIVE if name.startswith("mbarrier.arrive") else Act.AWAIT
            given = address_of(instruction)
            key = None if given is None else self._barrier(given[1], at, instruction, round, rotation)
            return Step(act, at, instruction, round, numbers=self._who(at, instruction), barrier=key)
        return None

    def _of_stores(self, at: Place, instruction: Instruction, round: int, rotation: Rotation) -> Step | None:
        name = instruction.name
        if name.startswith(("cp.async.bulk.commit_group", "cp.async.bulk.wait_group")):
            act = Act.COMMIT if "commit" in name else Act.WAIT
            who = self._who(at, instruction)
            return Step(act, at, instruction, round, numbers=who, left=groups_left(instruction))
        if name.startswith("fence.proxy.async"):
            return Step(Act.FENCE, at, instruction, round)
        if name.startswith(_OUT) and ".bulk_group" in name:
            given = [o for o in instruction.operands if isinstance(o, Address)][-1]
            return self._access(Act.COPY, at, instruction, round, rotation, given)
        into = name.startswith(_COPIES) or (name.startswith(_BULK) and _completes(instruction))
        stored = instruction.opcode in _WRITES and instruction.form.space is StateSpace.SHARED
        return self._access(Act.WRITE, at, instruction, round, rotation) if into or stored else None

    def _of_products(
        self, at: Place, instruction: Instruction, round: int, rotation: Rotation
    ) -> Iterator[Step]:
        """wgmma reads tiles by descriptors, of which the low bits say where they begin."""
        name = instruction.name
        if name.startswith(("wgmma.commit_group", "wgmma.wait_group")):
            act = Act.CLOSE if "commit" in name else Act.RETIRE
            yield Step(act, at, instruction, round, left=groups_left(instruction))
        runs = self._running(at, instruction)
        for slot in ("a-desc", "b-desc"):
            given = operand(instruction, slot)
            if not isinstance(given, Register) or runs is None:
                continue
            described = self._described(given, at, round, rotation)
            if described is not None:
                object, start = described
                threads = self.body.threads.all
                first = np.flatnonzero(runs[::WARP]) * WARP
                starts = broadcast(start, len(first))
                yield Step(Act.PRODUCT, at, instruction, round, object, threads, first, starts, _LEAST_BULK)

    def _described(
        self, register: Register, at: Place, round: int, rotation: Rotation
    ) -> tuple[tuple[object, ...], int] | None:
        """The variable that a tile is in, and where in it, if all threads agree on a descriptor."""
        descriptor = self.body.affine.of(register, at)
        bases = {a for a in leaves(descriptor) if a.kind is Kind.VARIABLE and a.space is StateSpace.SHARED}
        if len(bases) != 1 or not self.body.analysis.divergence.is_uniform(register):
            return None
        base = bases.pop()
        # Any place will do for the variable, as long as its alignment and the field for the address allow it.
        somewhere = max(1024, base.divisor)
        first = self.body.threads.all[0]
        value = evaluate(
            descriptor, lambda a: somewhere if a is base else self._known(a, first, round, rotation)
        )
        return None if value is None else (((base, 1),), ((value & 0x3FFF) << 4) - somewhere)

    def _who(self, at: Place, instruction: Instruction) -> NDArray[np.int64]:
        runs = self._running(at, instruction)
        return np.arange(len(self.body.threads.all)) if runs is None else np.flatnonzero(runs)

    def _barrier(
        self, address: Address, at: Place, instruction: Instruction, round: int, rotation: Rotation
    ) -> Barrier | None:
        """The mbarrier at an address, if all threads that are there name the same."""
        fixed, total = self._placed(address, at, round, rotation)
        runs = self._running(at, instruction)
        if total is None or runs is None:
            return None
        places = total[runs]
        return (fixed, int(places[0])) if len(places) and (places == places[0]).all() else None

    def _access(
        self, act: Act, at: Place, instruction: Instruction, round: int, rotation: Rotation,
        given: Address | None = None,
    ) -> Step | None:  # fmt: skip
        """An access at the address `given`, by default the first one that the instruction takes."""
        first = address_of(instruction)
        where = given or (first[1] if first is not None else None)
        size, runs = self._bytes(at, instruction), self._running(at, instruction)
        if where is None or size is None or runs is None:
            return None
        fixed, total = self._placed(where, at, round, rotation)
        if total is None:
            return None
        numbers = np.flatnonzero(runs)
        numbers = numbers[numbers % WARP < rows_of(instruction)]
        return Step(act, at, instruction, round, fixed, self.body.threads.all, numbers, total[numbers], size)

    def _placed(
        self, operand: Address, at: Place, round: int, rotation: Rotation
    ) -> tuple[tuple[object, ...], Column | None]:
        """The part of an address that all threads share, and the rest in each of them, if it is known."""
        address = self.body.affine.address(operand, at)
        fixed = tuple((a, c) for a, c in address.terms if a.constancy <= Constancy.CTA)
        moving = tuple((a, c) for a, c in address.terms if a.constancy > Constancy.CTA)
        total = broadcast(address.constant, len(self.body.threads.all))
        for term in moving:
            column = self._column(Affine(address.bits, 0, (term,)), round, rotation)
            if column is None:
                return fixed, None
            total = exact(np.add, total, column)
        return fixed, total

    def _running(self, at: Place, instruction: Instruction) -> _Running | None:
        """Which threads run it; None where they part by something that is not known. What they share, they run."""
        if at not in self._runs:
            self._runs[at] = self._decided(at, instruction)
        return self._runs[at]

    def _bytes(self, at: Place, instruction: Instruction) -> int | None:
        if instruction.opcode != "cp":
            return bytes_of(instruction)
        tensor = ".tensor" in instruction.name
        known = None if tensor else self.body.constant(instruction.operands[2], at)
        return _LEAST_BULK if known is None and self.flow is not Flow.GROUPS else known

    def _decided(self, at: Place, instruction: Instruction) -> _Running | None:
        guard = instruction.guard
        known = self._threads.running(at)
        if guard is None or None not in known or self.body.analysis.divergence.is_uniform(guard.register):
            return self._not_refused(known)
        values = self.body.lanes.values(guard.register, at)
        if values is None or len(values) < len(known):
            return None
        held = np.array(values[: len(known)], np.bool_) != guard.negated
        return held & self._not_refused(known)

    def _not_refused(self, known: Answers) -> _Running:
        """Where an answer is not no; those of one block have the same answers."""
        if id(known) not in self._answers:
            self._answers[id(known)] = known, np.array([each is not False for each in known])
        return self._answers[id(known)][1]

    def _column(self, term: Affine, round: int, rotation: Rotation) -> Column | None:
        """A term for each thread in a round."""
        if term.constancy is Constancy.THREAD and term in self._columns:
            return self._columns[term]
        if all(not atom.operands and atom.constancy is Constancy.EXECUTION for atom, _ in term.terms):
            one = evaluate(term, lambda atom: self._known(atom, self.body.threads.all[0], round, rotation))
            return None if one is None else broadcast(one, len(self.body.threads.all))
        values: list[int] = []
        column: Column | None = None
        for thread in self.body.threads.all:
            value = evaluate(term, lambda atom, t=thread: self._known(atom, t, round, rotation))
            if value is None:
                break
            values.append(value)
        else:
            column = narrow(np.array(values, object))
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


def _completes(instruction: Instruction) -> bool:
    """Whether a bulk copy into shared memory completes on an mbarrier."""
    return ".mbarrier::complete_tx" in instruction.name


def groups_left(instruction: Instruction) -> int:
    """How many groups a wait leaves in flight."""
    given = instruction.operands[0] if instruction.operands else Immediate(0)
    return given.value if isinstance(given, Immediate) else 0


def _reads_shared(instruction: Instruction) -> bool:
    plain = instruction.opcode == "ld" and instruction.form.space is StateSpace.SHARED
    return plain or instruction.opcode == "ldmatrix"


def _meets(instruction: Instruction) -> bool:
    """Whether threads of different warps may be ordered; a fence of copies orders those of one thread only."""
    if instruction.name.startswith("bar.warp") or instruction.opcode == "cp":
        return False
    effects = instruction.form.row.effects
    strong = instruction.opcode == "mbarrier" or {"sem", "acquire", "release", "volatile"} & set(
        instruction.form.modifiers
    )
    return bool(effects & {Effect.BARRIER, Effect.ATOMIC, Effect.CALL, Effect.VOLATILE}) or bool(strong)


def bytes_of(instruction: Instruction) -> int | None:
    if instruction.opcode in ("ldmatrix", "stmatrix"):
        return 16
    data = next((s for s in instruction.form.operands if s.role is Role.VALUE), None)
    return None if data is None or data.type is None else data.type.bytes * max(1, data.count)


def rows_of(instruction: Instruction) -> int:
    """How many lanes of a warp give an address: one for each row of the matrices that ldmatrix takes."""
    if instruction.opcode not in ("ldmatrix", "stmatrix"):
        return WARP
    return next((8 * n for n in (1, 2) if f".x{n}" in instruction.name), WARP)
