"""Loops that cannot make progress, and results that each iteration throws away."""

from __future__ import annotations

from collections.abc import Iterator

from ptxgen.debug.body import Body, operand
from ptxgen.debug.rule import Family, Found, Verdict, rule
from ptxgen.errors import Severity
from ptxgen.ir.analysis import Loop, Place
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect


@rule(
    "PTX101",
    "loop without progress",
    Severity.ERROR,
    Family.CONTROL,
    fix="change in the loop what its condition reads: the counter, or the memory that is waited for",
)
def no_progress(body: Body) -> Iterator[Found]:
    """Nothing that the loop changes takes part in the decision to leave it, so a thread leaves at once or never.

    A loop that reads memory, a clock or another thread's value in its condition is left alone, since those may change.
    """
    for loop in body.analysis.loops.loops:
        if loop.exits and not body.calls and not _may_progress(body, loop):
            source = body.function.blocks[loop.exits[0].source].instructions[-1]
            header = body.label(loop.header)
            yield Found(f"nothing in the loop at {header} changes the condition that leaves it", source)


def _may_progress(body: Body, loop: Loop) -> bool:
    """Whether what decides the exits may differ from one iteration to another."""
    writers: dict[str, list[tuple[int, Instruction]]] = {}
    for block in loop.blocks:
        for instruction in body.function.blocks[block].instructions:
            for register in instruction.writes():
                writers.setdefault(register.name, []).append((block, instruction))
    deciding = {e.condition.register.name for e in loop.exits if e.condition is not None}
    if any(e.condition is None for e in loop.exits):
        # An unconditional exit: another branch inside the loop leads there, and its condition counts.
        blocks = {e.source for e in loop.exits if e.condition is None}
        deciding |= _conditions(body, loop, blocks)
    needs: dict[str, set[str]] = {}
    stack = list(deciding)
    while stack:
        name = stack.pop()
        if name in needs:
            continue
        needs[name] = set()
        for block, instruction in writers.get(name, ()):
            if instruction.form.row.effects or instruction.form.row.scope.value != "thread":
                return True
            if _reads_clock(instruction):
                return True
            needs[name] |= {r.name for r in instruction.reads()} | _conditions(body, loop, {block})
        stack += needs[name]
    return _cyclic(needs, frozenset(writers))


def _conditions(body: Body, loop: Loop, blocks: set[int]) -> set[str]:
    """The predicates of the branches in the loop that decide whether some of its blocks run."""
    found: set[str] = set()
    # Whoever leaves the loop decides whether there is another iteration; its condition is asked about anyway.
    seen = {edge.source for edge in loop.exits if edge.condition is not None}
    stack = list(blocks)
    while stack:
        for decider in body.analysis.control_dependence[stack.pop()]:
            if decider in loop.blocks and decider not in seen:
                seen.add(decider)
                stack.append(decider)
                conditions = (e.condition for e in body.analysis.cfg.edges[decider])
                found |= {c.register.name for c in conditions if c is not None}
    return found


def _reads_clock(instruction: Instruction) -> bool:
    return any("clock" in str(o) or "timer" in str(o) or "%pm" in str(o) for o in instruction.operands)


def _cyclic(needs: dict[str, set[str]], written: frozenset[str]) -> bool:
    """Whether some register that the loop writes needs itself: it is carried from one iteration to the next."""
    done: set[str] = set()
    for start in needs:
        path: set[str] = set()
        stack: list[tuple[str, bool]] = [(start, False)]
        while stack:
            name, leaving = stack.pop()
            if leaving:
                path.discard(name)
                done.add(name)
            elif name in path:
                return True
            elif name not in done and name in written:
                path.add(name)
                stack.append((name, True))
                stack += [(other, False) for other in needs.get(name, ())]
    return False


_WATCHED = (StateSpace.GLOBAL, StateSpace.SHARED, StateSpace.GENERIC)
_ADDENDS = {"add": ("a", "b"), "fma": ("c",), "mad": ("c",), "max": ("a", "b"), "min": ("a", "b")}


@rule(
    "PTX108",
    "accumulator that does not accumulate",
    Severity.WARNING,
    Family.CONTROL,
    fix="let the loop write the register that it adds to (a Var in the builder)",
)
def lost_sum(body: Body) -> Iterator[Found]:
    """Each iteration adds to a start value that never changes and drops what the iteration before computed: only the
    last one counts.

    The result goes to another register than the one that is added to, and only code behind the loop reads it.
    """
    liveness = body.analysis.liveness
    for loop in body.analysis.loops.loops:
        written = body.written_in(loop)
        leaving = {e.target for e in loop.exits}
        live_out = {r.name for block in leaving for r in liveness.live_in(block)}
        for number in sorted(loop.blocks):
            if body.loop(number) is not loop:
                continue
            for index, instruction in enumerate(body.function.blocks[number].instructions):
                start = _start(body, instruction, (number, index), written)
                if start is None:
                    continue
                destination = instruction.operands[0]
                assert isinstance(destination, Register)
                if destination.name in live_out and not _read_in(body, loop, destination):
                    yield Found(
                        f"{instruction.name} adds to {start}, which the loop never changes: of {destination} only the "
                        "last iteration's value is left",
                        instruction,
                        token=str(start),
                    )


def _start(body: Body, instruction: Instruction, at: Place, written: frozenset[str]) -> Operand | None:
    """The start value that an addition of the loop takes from outside, if it is the neutral element of a sum."""
    names = _ADDENDS.get(instruction.opcode)
    type = instruction.form.operands[0].type if instruction.operands else None
    if names is None or type is None or not type.is_float or instruction.guard is not None:
        return None
    if not isinstance(instruction.operands[0], Register):
        return None
    for name in names:
        source = operand(instruction, name)
        if isinstance(source, Register) and source.name not in written:
            definition = body.definition(source, at)
            if definition is not None and definition[1].opcode == "mov":
                value = definition[1].operands[1]
                if isinstance(value, Immediate) and value.type is not None:
                    return source
    return None


def _read_in(body: Body, loop: Loop, register: Register) -> bool:
    return any(
        register in tuple(i.reads())
        for block in loop.blocks
        for i in body.function.blocks[block].instructions
    )


@rule(
    "PTX109",
    "spin on a value that may never change",
    Severity.WARNING,
    Family.CONCURRENCY,
    fix="read with ld.volatile, ld.relaxed or ld.acquire, which look at memory each time",
    section="8.4",
)
def plain_spin(body: Body) -> Iterator[Found]:
    """The loop waits until a plain load sees another value, and writes nothing itself.

    ptxas may read it once, and the L1 cache may answer for ever.
    """
    for loop in body.analysis.loops.loops:
        instructions = [i for b in sorted(loop.blocks) for i in body.function.blocks[b].instructions]
        others = [i for i in instructions if i.form.row.effects - {Effect.READ, Effect.CONTROL}]
        written = body.written_in(loop)
        loads = [i for i in instructions if i.opcode == "ld"]
        if others or len(loads) != 1 or not loop.exits:
            continue
        load = loads[0]
        moving = {r.name for r in load.reads()} & written
        plain = not {"volatile", "sem", "relaxed", "acquire", "mmio"} & set(load.form.modifiers)
        if plain and not moving and load.form.space in _WATCHED and _decides(body, loop, load):
            yield Found(f"the loop waits for {load.name} to see another value", load, Verdict.UNKNOWN)


def _decides(body: Body, loop: Loop, load: Instruction) -> bool:
    loaded = {r.name for r in load.writes()}
    changed = True
    instructions = [i for b in loop.blocks for i in body.function.blocks[b].instructions]
    while changed:
        changed = False
        for each in instructions:
            if {r.name for r in each.reads()} & loaded:
                new = {r.name for r in each.writes()} - loaded
                loaded |= new
                changed |= bool(new)
    carried = any({r.name for r in i.reads()} & {r.name for r in i.writes()} for i in instructions)
    conditions = {e.condition.register.name for e in loop.exits if e.condition is not None}
    return bool(conditions & loaded) and not carried
