"""Definite assignment against an oracle that runs every path of small random programs with every predicate value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from attrs import evolve
from hypothesis import given, settings
from hypothesis import strategies as st

from ptxgen.ir.analysis import analyze
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Address, Guard, Immediate, Label, Operand, Register
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa import TYPES

PREDICATES = tuple(Register(f"%p{i}", TYPES["pred"]) for i in range(2))
REGISTERS = tuple(Register(f"%r{i}", TYPES["u32"]) for i in range(2))
ONE = Immediate(1)


def make(name: str, *operands: Operand, guard: Guard | None = None) -> Instruction:
    form = select(name, operands)
    assert not isinstance(form, Mismatch), form
    return Instruction(name, operands, form, guard)


guards = st.one_of(st.none(), st.builds(Guard, st.sampled_from(PREDICATES), st.booleans()))
writes = st.builds(lambda r, g: make("mov.u32", r, ONE, guard=g), st.sampled_from(REGISTERS), guards)
reads = st.builds(
    lambda r, g: make("st.shared.u32", Address(None), r, guard=g), st.sampled_from(REGISTERS), guards
)
compares = st.builds(
    lambda p, g: make("setp.eq.u32", p, ONE, ONE, guard=g), st.sampled_from(PREDICATES), guards
)


@st.composite
def programs(draw: st.DrawFn) -> Function:
    """Up to five blocks of writes, reads and comparisons; the predicates have values from the start."""
    function = Function("k", True)
    for predicate in PREDICATES:
        function.append(make("setp.eq.u32", predicate, ONE, ONE))
    size = draw(st.integers(1, 5))
    for number in range(size):
        function.start(f"L{number}")
        for instruction in draw(st.lists(st.one_of(writes, reads, compares), max_size=4)):
            function.append(instruction)
        if draw(st.booleans()):
            target = Label(f"L{draw(st.integers(0, size - 1))}")
            function.append(make("bra", target, guard=draw(guards)))
    return function


class State(NamedTuple):
    block: int
    index: int
    values: tuple[bool, ...]
    assigned: frozenset[str]


def holds(guard: Guard | None, values: tuple[bool, ...]) -> bool:
    return guard is None or values[PREDICATES.index(guard.register)] != guard.negated


def successors(function: Function, state: State) -> Iterator[State]:
    """Every state that one instruction (or the end of a block) can lead to; a comparison may give either value."""
    block = function.blocks[state.block]
    labels = {b.label: n for n, b in enumerate(function.blocks)}
    if state.index == len(block.instructions):
        if state.block + 1 < len(function.blocks):
            yield state._replace(block=state.block + 1, index=0)
        return
    instruction = block.instructions[state.index]
    onward = state._replace(index=state.index + 1)
    if not holds(instruction.guard, state.values):
        yield onward
    elif instruction.opcode == "bra":
        (target,) = instruction.operands
        assert isinstance(target, Label)
        yield state._replace(block=labels[target.name], index=0)
    elif instruction.opcode == "setp":
        which = PREDICATES.index(next(instruction.writes()))
        for value in (False, True):
            values = (*state.values[:which], value, *state.values[which + 1 :])
            yield onward._replace(values=values)
    else:
        yield onward._replace(assigned=state.assigned | {r.name for r in instruction.writes()})


def run_everything(function: Function) -> tuple[set[tuple[int, int]], set[tuple[int, int]]]:
    """The reads that some execution makes with and without a value."""
    good: set[tuple[int, int]] = set()
    bad: set[tuple[int, int]] = set()
    start = State(0, 0, (False, False), frozenset())
    seen = {start}
    stack = [start]
    while stack:
        state = stack.pop()
        instructions = function.blocks[state.block].instructions
        if state.index < len(instructions) and instructions[state.index].opcode == "st":
            read = instructions[state.index]
            if holds(read.guard, state.values):
                name = read.operands[1]
                assert isinstance(name, Register)
                (good if name.name in state.assigned else bad).add((state.block, state.index))
        for following in successors(function, state):
            if following not in seen:
                seen.add(following)
                stack.append(following)
    return good, bad


@given(programs())
def test_paths_without_guarded_writes_are_judged_exactly(function: Function) -> None:
    """Where only branches are guarded, by predicates set just before, any path can be taken."""
    for block in function.blocks:
        for position, instruction in enumerate(block.instructions):
            if instruction.opcode != "bra":
                block.instructions[position] = evolve(instruction, guard=None)
        branches = [i for i in block.instructions if i.opcode == "bra"]
        if branches and branches[0].guard is not None:
            block.instructions.insert(-1, make("setp.eq.u32", branches[0].guard.register, ONE, ONE))
    good, bad = run_everything(function)
    found = [r for r in analyze(function).unassigned if r.register in REGISTERS]
    assert {(r.block, r.index) for r in found} == bad
    assert {(r.block, r.index) for r in found if r.always} == bad - good


@settings(max_examples=300)
@given(programs())
def test_no_unassigned_read_is_missed_and_no_error_is_wrong(function: Function) -> None:
    good, bad = run_everything(function)
    found = [r for r in analyze(function).unassigned if r.register in REGISTERS]
    assert bad <= {(r.block, r.index) for r in found}
    assert not good & {(r.block, r.index) for r in found if r.always}


@st.composite
def straight(draw: st.DrawFn) -> Function:
    """One block under two fixed predicates."""
    function = Function("k", True)
    for predicate in PREDICATES:
        function.append(make("setp.eq.u32", predicate, ONE, ONE))
    for instruction in draw(st.lists(st.one_of(writes, reads), max_size=12)):
        function.append(instruction)
    return function


@settings(max_examples=300)
@given(straight())
def test_code_under_one_fixed_predicate_is_judged_exactly(function: Function) -> None:
    block = function.blocks[0]
    block.instructions[:] = [
        i for i in block.instructions if i.guard is None or i.guard.register == PREDICATES[0]
    ]
    good, bad = run_everything(function)
    found = [r for r in analyze(function).unassigned if r.register in REGISTERS]
    assert {(r.block, r.index) for r in found} == bad
    assert {(r.block, r.index) for r in found if r.always} == bad - good
