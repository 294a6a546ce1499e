"""The data-flow analyses of small random programs against oracles.

One oracle runs a program along every path with every predicate value; the other walks the graph for each question.
"""

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
    """Up to six blocks of writes, reads and comparisons; the predicates have values from the start."""
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


class Point(NamedTuple):
    block: int
    index: int


class State(NamedTuple):
    """Where an execution stands, the values of the predicates, and which instruction wrote each register last."""

    at: Point
    values: tuple[bool, ...]
    writers: tuple[Point | None, ...]


def holds(guard: Guard | None, values: tuple[bool, ...]) -> bool:
    return guard is None or values[PREDICATES.index(guard.register)] != guard.negated


def successors(function: Function, state: State) -> Iterator[State]:
    """Every state that one instruction (or the end of a block) can lead to; a comparison may give either value."""
    number, index = state.at
    block = function.blocks[number]
    if index == len(block.instructions):
        if number + 1 < len(function.blocks):
            yield state._replace(at=Point(number + 1, 0))
        return
    instruction = block.instructions[index]
    onward = state._replace(at=Point(number, index + 1))
    if not holds(instruction.guard, state.values):
        yield onward
    elif instruction.opcode == "bra":
        yield state._replace(at=Point(target_of(function, instruction), 0))
    elif instruction.opcode == "setp":
        which = PREDICATES.index(instruction.writes()[0])
        for value in (False, True):
            yield onward._replace(values=(*state.values[:which], value, *state.values[which + 1 :]))
    else:
        writers = [
            state.at if register in instruction.writes() else known
            for register, known in zip(REGISTERS, state.writers, strict=True)
        ]
        yield onward._replace(writers=tuple(writers))


def target_of(function: Function, branch: Instruction) -> int:
    (label,) = branch.operands
    assert isinstance(label, Label)
    return next(n for n, block in enumerate(function.blocks) if block.label == label.name)


def read_of(instruction: Instruction) -> Register:
    register = instruction.operands[1]
    assert isinstance(register, Register)
    return register


def run_everything(function: Function) -> dict[Point, set[Point | None]]:
    """Each read that some execution makes, and the writers that it then sees (None: nobody wrote the register)."""
    seen_by: dict[Point, set[Point | None]] = {}
    start = State(Point(0, 0), (False, False), (None, None))
    seen = {start}
    stack = [start]
    while stack:
        state = stack.pop()
        instructions = function.blocks[state.at.block].instructions
        if state.at.index < len(instructions) and instructions[state.at.index].opcode == "st":
            read = instructions[state.at.index]
            if holds(read.guard, state.values):
                writer = state.writers[REGISTERS.index(read_of(read))]
                seen_by.setdefault(state.at, set()).add(writer)
        for following in successors(function, state):
            if following not in seen:
                seen.add(following)
                stack.append(following)
    return seen_by


def judged(function: Function) -> tuple[set[Point], set[Point]]:
    """The reads that the analysis reports, and those among them that it calls certain."""
    found = [r for r in analyze(function).unassigned if r.register in REGISTERS]
    return {Point(r.block, r.index) for r in found}, {Point(r.block, r.index) for r in found if r.always}


def reaching(function: Function, at: Point) -> set[Point]:
    register = read_of(function.blocks[at.block].instructions[at.index])
    found = analyze(function).reaching.reaching(at.block, at.index, register)
    return {Point(d.block, d.index) for d in found}


def free(function: Function) -> Function:
    """The program with guards on branches only, each by a predicate set just before: any path can be taken."""
    for block in function.blocks:
        for position, instruction in enumerate(block.instructions):
            if instruction.opcode != "bra":
                block.instructions[position] = evolve(instruction, guard=None)
        branch = block.instructions[-1] if block.instructions else None
        if branch is not None and branch.opcode == "bra" and branch.guard is not None:
            block.instructions.insert(-1, make("setp.eq.u32", branch.guard.register, ONE, ONE))
    return function


@given(programs())
def test_free_paths_are_judged_exactly(function: Function) -> None:
    seen_by = run_everything(free(function))
    reported, certain = judged(function)
    assert reported == {at for at, writers in seen_by.items() if None in writers}
    assert certain == {at for at, writers in seen_by.items() if writers == {None}}
    for at, writers in seen_by.items():
        assert reaching(function, at) == writers - {None}


@settings(max_examples=300)
@given(programs())
def test_no_unassigned_read_is_missed_and_no_error_is_wrong(function: Function) -> None:
    seen_by = run_everything(function)
    reported, certain = judged(function)
    assert {at for at, writers in seen_by.items() if None in writers} <= reported
    assert not {at for at, writers in seen_by.items() if writers != {None}} & certain
    for at, writers in seen_by.items():
        assert writers - {None} <= reaching(function, at)


@st.composite
def straight(draw: st.DrawFn) -> Function:
    """One block under one fixed predicate."""
    function = Function("k", True)
    function.append(make("setp.eq.u32", PREDICATES[0], ONE, ONE))
    for instruction in draw(st.lists(st.one_of(writes, reads), max_size=12)):
        if instruction.guard is None or instruction.guard.register == PREDICATES[0]:
            function.append(instruction)
    return function


@settings(max_examples=300)
@given(straight())
def test_code_under_one_fixed_predicate_is_judged_exactly(function: Function) -> None:
    seen_by = run_everything(function)
    reported, certain = judged(function)
    assert reported == {at for at, writers in seen_by.items() if None in writers}
    assert certain == {at for at, writers in seen_by.items() if writers == {None}}


def is_live(function: Function, at: Point, register: Register) -> bool:
    """Whether some way through the graph from here reads the register before it is surely written."""
    seen: set[Point] = set()
    stack = [at]
    while stack:
        here = stack.pop()
        if here in seen or here.block == len(function.blocks):
            continue
        seen.add(here)
        instructions = function.blocks[here.block].instructions
        if here.index == len(instructions):
            stack.append(Point(here.block + 1, 0))
            continue
        instruction = instructions[here.index]
        if register in instruction.reads():
            return True
        if instruction.guard is None and register in instruction.writes():
            continue
        if instruction.opcode == "bra":
            stack.append(Point(target_of(function, instruction), 0))
        if instruction.opcode != "bra" or instruction.guard is not None:
            stack.append(Point(here.block, here.index + 1))
    return False


@given(programs())
def test_liveness_and_ranges_agree_with_a_walk(function: Function) -> None:
    analysis = analyze(function)
    ranges = analysis.liveness.ranges()
    position = 0
    for number, block in enumerate(function.blocks):
        after = analysis.liveness.live_after(number)
        for register in (*PREDICATES, *REGISTERS):
            assert (register in analysis.liveness.live_in(number)) == is_live(
                function, Point(number, 0), register
            )
        for index, instruction in enumerate(block.instructions):
            last = index == len(block.instructions) - 1
            for register in (*PREDICATES, *REGISTERS):
                if last and instruction.opcode == "bra":
                    live = register in analysis.liveness.live_out(number)
                else:
                    live = is_live(function, Point(number, index + 1), register)
                assert (register in after[index]) == live
                segments = ranges[register.name].segments if register.name in ranges else ()
                covered = any(start <= position < end for start, end in segments)
                # Just after a block's last instruction is also just before the next block.
                assert covered >= live if last else covered == live
            position += 1
