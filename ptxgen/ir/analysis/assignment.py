"""Definite assignment: which reads see a value that was never written, on all paths or on some.

Guards count. `@p mov r, 1` makes r "assigned when p", which satisfies a later read under `@p`, or on the taken side
of `@p bra`; `@p` and `@!p` together assign for good. A new value of p forgets what was known under the old one.
"""

from __future__ import annotations

from collections.abc import Sequence

from attrs import define, frozen

from ptxgen.ir.analysis.accesses import Access, Accesses
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
    """What is assigned at one point. The first `n` bits are registers, the rest facts "register r under condition c".

    `sure` holds on every path (a sure register has all its facts set, so that meeting is plain intersection); `maybe`
    holds on some path.
    """

    sure: int
    maybe: int


@frozen(eq=False)
class _Facts:
    """The numbering of conditional facts: one for each register and condition that some guarded write pairs."""

    by_pair: dict[tuple[Condition, int], int]
    by_condition: dict[Condition, tuple[tuple[int, int], ...]]
    of_register: dict[int, int]
    total: int


def unassigned_reads(cfg: ControlFlow, accesses: Accesses) -> tuple[UnassignedRead, ...]:
    """Every read in reachable code of a register that may be unassigned, in order of blocks and instructions."""
    facts = _facts(accesses)
    arriving = _solve(cfg, accesses, facts)
    found: list[UnassignedRead] = []
    for block in sorted(arriving):
        state = _State(arriving[block].sure, arriving[block].maybe)
        for index, access in enumerate(accesses.blocks[block]):
            for number in dict.fromkeys(access.reads):
                if not _assigned(state, number, access.guard, facts):
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
    numbered = {pair: len(accesses.registers) + i for i, pair in enumerate(pairs)}
    by_condition: dict[Condition, list[tuple[int, int]]] = {}
    of_register: dict[int, int] = {}
    for (condition, register), fact in numbered.items():
        by_condition.setdefault(condition, []).append((register, fact))
        of_register[register] = of_register.get(register, 0) | 1 << fact
    return _Facts(
        numbered,
        {c: tuple(found) for c, found in by_condition.items()},
        of_register,
        len(accesses.registers) + len(numbered),
    )


def _solve(cfg: ControlFlow, accesses: Accesses, facts: _Facts) -> dict[int, _State]:
    """The state on entry to each reachable block: the greatest solution for `sure`, the least for `maybe`."""
    if not cfg.order:
        return {}
    everything = (1 << facts.total) - 1
    arriving: dict[int, _State] = {}
    leaving = {n: _State(everything, 0) for n in cfg.order}
    into = {n: [e for e in cfg.edges_into(n) if e.source in leaving] for n in cfg.order}
    changed = True
    while changed:
        changed = False
        for block in cfg.order:
            state = _meet(into[block], leaving, accesses, facts, start=block == 0)
            if arriving.get(block) == state:
                continue
            arriving[block] = _State(state.sure, state.maybe)
            for access in accesses.blocks[block]:
                _step(state, access, facts)
            changed |= leaving[block] != state
            leaving[block] = state
    return arriving


def _meet(
    edges: Sequence[Edge], leaving: dict[int, _State], accesses: Accesses, facts: _Facts, *, start: bool
) -> _State:
    sure, maybe = (1 << facts.total) - 1, 0
    if start:
        sure = maybe = accesses.received
    for edge in edges:
        state = leaving[edge.source]
        sure &= state.sure | _implied(edge, state.sure, accesses, facts)
        maybe |= state.maybe
    return _State(sure, maybe)


def _implied(edge: Edge, sure: int, accesses: Accesses, facts: _Facts) -> int:
    """What else is assigned when an edge is taken: everything that was assigned under its condition."""
    if edge.condition is None:
        return 0
    predicate = accesses.numbers[edge.condition.register.name]
    more = 0
    for register, fact in facts.by_condition.get((predicate, edge.condition.negated), ()):
        if sure >> fact & 1:
            more |= 1 << register | facts.of_register[register]
    return more


def _assigned(state: _State, register: int, guard: Condition | None, facts: _Facts) -> bool:
    if state.sure >> register & 1:
        return True
    fact = facts.by_pair.get((guard, register)) if guard is not None else None
    return fact is not None and bool(state.sure >> fact & 1)


def _possible(state: _State, register: int, guard: Condition | None, facts: _Facts) -> bool:
    if state.maybe >> register & 1:
        return True
    seen = state.maybe & facts.of_register.get(register, 0)
    if guard is not None:
        opposite = facts.by_pair.get(((guard[0], not guard[1]), register))
        if opposite is not None:
            seen &= ~(1 << opposite)
    return seen != 0


def _step(state: _State, access: Access, facts: _Facts) -> None:
    for register in access.writes:
        _forget(state, register, facts)
        mine = facts.of_register.get(register, 0)
        if access.guard is None:
            state.sure |= 1 << register | mine
            state.maybe |= 1 << register
            continue
        # A write of the guard itself is not remembered under it: the condition is gone with the old value.
        if access.guard[0] == register:
            state.maybe |= 1 << register
            continue
        fact = facts.by_pair[access.guard, register]
        state.sure |= 1 << fact
        state.maybe |= 1 << fact
        opposite = facts.by_pair.get(((access.guard[0], not access.guard[1]), register))
        if opposite is not None and state.sure >> opposite & 1:
            state.sure |= 1 << register | mine


def _forget(state: _State, predicate: int, facts: _Facts) -> None:
    """A predicate gets a new value: facts under the old one no longer hold, except for registers assigned for good."""
    for negated in (False, True):
        for register, fact in facts.by_condition.get((predicate, negated), ()):
            if not state.sure >> register & 1:
                state.sure &= ~(1 << fact)
            if state.maybe >> fact & 1:
                state.maybe = (state.maybe & ~(1 << fact)) | 1 << register
