"""Definite assignment: which reads see a value that was never written, on all paths or on some.

Guards count. `@p mov r, 1` makes r "assigned when p", which satisfies a later read under `@p`, or on the taken side
of `@p bra`; `@p` and `@!p` together assign for good. A new value of p forgets what was known under the old one.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, frozen

from ptxgen.ir.analysis.accesses import Access, Accesses, bits
from ptxgen.ir.analysis.cfg import ControlFlow, Edge
from ptxgen.ir.operands import Register

Condition = tuple[int, bool]


@frozen
class UnassignedRead:
    """Instruction `index` of `block` reads a register that may hold no value.

    `always` means that no definition reaches the read on any path.
    """

    register: Register
    block: int
    index: int
    always: bool


@define
class _State:
    """What is assigned at one point. `sure` and `maybe` are masks of registers, the others masks of facts.

    A fact says "register r is assigned where condition c holds". `held` facts are true on every path; `settled` ones
    among them because their register is sure, so that no new value of the predicate takes them away, and so that
    paths meet by plain intersection. `seen` facts are true on some path, `maybe` registers assigned on some path.
    """

    sure: int
    held: int
    settled: int
    maybe: int
    seen: int

    def copy(self) -> _State:
        return _State(self.sure, self.held, self.settled, self.maybe, self.seen)


@frozen(eq=False)
class _Facts:
    """The numbering of facts: one for each register and condition that some guarded write pairs."""

    numbers: dict[tuple[Condition, int], int]
    registers: tuple[int, ...]
    of_condition: dict[Condition, int]
    of_register: dict[int, int]

    def under(self, condition: Condition | None, register: int) -> int:
        """The fact of this pair as a mask; 0 if there is none."""
        number = self.numbers.get((condition, register)) if condition is not None else None
        return 0 if number is None else 1 << number

    def of_predicate(self, predicate: int) -> int:
        return self.of_condition.get((predicate, False), 0) | self.of_condition.get((predicate, True), 0)


def unassigned_reads(cfg: ControlFlow, accesses: Accesses) -> tuple[UnassignedRead, ...]:
    """Every read in reachable code of a register that may be unassigned, in order of blocks and instructions."""
    facts = _facts(accesses)
    arriving = _solve(cfg, accesses, facts)
    found: list[UnassignedRead] = []
    for block in sorted(arriving):
        state = arriving[block]
        for index, access in enumerate(accesses.blocks[block]):
            for number in dict.fromkeys(access.reads):
                if not state.sure >> number & 1 and not state.held & facts.under(access.guard, number):
                    always = not _possible(state, number, access.guard, facts)
                    found.append(UnassignedRead(accesses.registers[number], block, index, always))
            _step(state, access, facts)
    return tuple(found)


def _facts(accesses: Accesses) -> _Facts:
    pairs = dict.fromkeys(
        (access.guard, write)
        for block in accesses.blocks
        for access in block
        if access.guard is not None
        for write in access.writes
    )
    of_condition: dict[Condition, int] = {}
    of_register: dict[int, int] = {}
    for number, (condition, register) in enumerate(pairs):
        of_condition[condition] = of_condition.get(condition, 0) | 1 << number
        of_register[register] = of_register.get(register, 0) | 1 << number
    numbers = {pair: number for number, pair in enumerate(pairs)}
    return _Facts(numbers, tuple(register for _, register in pairs), of_condition, of_register)


def _solve(cfg: ControlFlow, accesses: Accesses, facts: _Facts) -> dict[int, _State]:
    """The state on entry to each reachable block: the greatest solution for what is sure, the least for the rest."""
    every_register = (1 << len(accesses.registers)) - 1
    every_fact = (1 << len(facts.registers)) - 1
    top = _State(every_register, every_fact, every_fact, 0, 0)
    arriving: dict[int, _State] = {}
    leaving = dict.fromkeys(cfg.order, top)
    into = {n: [e for e in cfg.edges_into(n) if e.source in leaving] for n in cfg.order}
    changed = True
    while changed:
        changed = False
        for block in cfg.order:
            state = _meet(into[block], leaving, accesses, facts, top)
            if block == 0:
                state = _State(accesses.received, 0, 0, state.maybe | accesses.received, state.seen)
            if arriving.get(block) == state:
                continue
            arriving[block] = state.copy()
            for access in accesses.blocks[block]:
                _step(state, access, facts)
            changed |= leaving[block] != state
            leaving[block] = state
    return arriving


def _meet(
    edges: Sequence[Edge], leaving: dict[int, _State], accesses: Accesses, facts: _Facts, top: _State
) -> _State:
    met = top.copy()
    for edge in edges:
        state = leaving[edge.source]
        if edge.condition is not None:
            state = _taken(
                state, (accesses.numbers[edge.condition.register.name], edge.condition.negated), facts
            )
        met.sure &= state.sure
        met.held &= state.held
        met.settled &= state.settled
        met.maybe |= state.maybe
        met.seen |= state.seen
    return met


def _taken(state: _State, condition: Condition, facts: _Facts) -> _State:
    """The state where a condition is known to hold: what was assigned under it is assigned."""
    news = facts.of_condition.get(condition, 0) & state.held & ~state.settled
    if not news:
        return state
    state = state.copy()
    for fact in bits(news):
        _assign(state, facts.registers[fact], facts)
    return state


def _assign(state: _State, register: int, facts: _Facts) -> None:
    state.sure |= 1 << register
    mine = facts.of_register.get(register, 0)
    state.held |= mine
    state.settled |= mine


def _possible(state: _State, register: int, guard: Condition | None, facts: _Facts) -> bool:
    if state.maybe >> register & 1:
        return True
    seen = state.seen & facts.of_register.get(register, 0)
    if guard is not None:
        seen &= ~facts.under((guard[0], not guard[1]), register)
    return seen != 0


def _step(state: _State, access: Access, facts: _Facts) -> None:
    for register in access.writes:
        _forget(state, register, facts)
        guard = access.guard
        if guard is None:
            _assign(state, register, facts)
            state.maybe |= 1 << register
        elif guard[0] == register:
            # A write of the guard itself is not remembered under it: the condition went with the old value.
            state.maybe |= 1 << register
        else:
            fact = facts.under(guard, register)
            state.held |= fact
            state.seen |= fact
            if state.held & facts.under((guard[0], not guard[1]), register):
                _assign(state, register, facts)


def _forget(state: _State, predicate: int, facts: _Facts) -> None:
    """A predicate gets a new value: what was known under the old one is no longer, unless the register is sure."""
    stale = facts.of_predicate(predicate)
    if not stale:
        return
    state.held &= ~(stale & ~state.settled)
    for fact in bits(state.seen & stale):
        state.maybe |= 1 << facts.registers[fact]
    state.seen &= ~stale
