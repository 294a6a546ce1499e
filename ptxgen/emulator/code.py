"""A function as the machine runs it: straight-line blocks of operations, each left in one of a few ways.

Block numbers are in textual order, so the lowest number is the lowest program counter. An instruction that may make
threads wait (a barrier, a warp-wide exchange) or leave (a call) stands alone or first in its block.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

from attrs import define, field, frozen

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Guard, Register, registers_of
from ptxgen.isa.types import Type

CARRY = "CC.CF"
"""The carry flag, kept as a predicate register that no operand names (section 9.7.2)."""


class Kind(enum.Enum):
    """Which part of the machine executes an operation."""

    ELEMENTWISE = "elementwise"
    LOAD = "load"
    STORE = "store"
    ATOMIC = "atomic"
    EXCHANGE = "exchange"
    """Between the lanes of a warp: shuffles, votes, matches, reductions."""
    TENSOR = "tensor"
    """On matrices in the registers of whole warps."""
    ASYNCHRONOUS = "asynchronous"
    """Copies that go on beside the threads, the barriers that count them, and stores of many bytes."""
    NOTHING = "nothing"
    """No effect on one thread's values: fences, hints, sleeps."""


_PLAIN = frozenset((Kind.ELEMENTWISE, Kind.LOAD, Kind.STORE, Kind.NOTHING))


@define(eq=False)
class Operation:
    """One instruction in a block. `guard` stays None where the machine branches around the instruction.

    `in_place` says that a result may take the place of a source that is not needed afterwards.
    """

    instruction: Instruction
    kind: Kind
    guard: Guard | None
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    in_place: bool = False


@frozen
class Jump:
    """Go to a block: a branch without guard, or falling through."""

    target: int


@frozen
class Branch:
    """Threads on which `guard` holds go to `taken`, the others to `other`.

    `aligned` is the barrier that stands at `taken` and has the guard, if whole warps must come to it.
    """

    guard: Guard
    taken: int
    other: int
    aligned: Instruction | None = None


@frozen
class Switch:
    """`brx.idx`: each thread goes to the block that its index selects."""

    instruction: Instruction
    targets: tuple[int, ...]


@frozen
class Wait:
    """A barrier of the CTA (`sync`, `arrive` or `red`); then on to `next`."""

    instruction: Instruction
    next: int


@frozen
class Await:
    """Wait for what happens beside the threads: an mbarrier's phase, the barrier of the cluster; then on to `next`."""

    instruction: Instruction
    next: int


@frozen
class Call:
    """Call a function; it returns to `next`."""

    instruction: Instruction
    next: int


@frozen
class Leave:
    """`ret` (back to the caller, or the end of the thread) or, when `final`, `exit`."""

    final: bool


@frozen
class Abort:
    """`trap` or `brkpt`."""

    instruction: Instruction


End = Jump | Branch | Switch | Wait | Await | Call | Leave | Abort


@frozen
class Arm:
    """A block that can be executed by all threads for the sake of those with `guard`: the rest keeps its values.

    `kept` are the registers whose old values the other threads still need.
    """

    block: int
    guard: Guard
    kept: frozenset[str]


@frozen
class Hammock:
    """The one or two arms of a branch whose paths meet again at `join`."""

    arms: tuple[Arm, ...]
    join: int


@define(eq=False)
class CodeBlock:
    """Operations, and how the block is left.

    count: how many PTX instructions a thread executes by going through. last: the one to name in messages. polls:
    whether it looks at memory that other threads may be about to change, as loops do that wait for them. rendezvous:
    the warp-wide operation that the named lanes must reach together; it is always the first.
    """

    operations: list[Operation] = field(factory=list[Operation])
    end: End = field(factory=lambda: Leave(final=False))
    count: int = 0
    last: Instruction | None = None
    label: str | None = None
    hammock: Hammock | None = None
    polls: bool = False
    rendezvous: Operation | None = None

    @property
    def is_plain(self) -> bool:
        """Whether threads only compute, load, store and branch here: executing it twice is the same as once."""
        return isinstance(self.end, Jump | Branch | Leave) and all(o.kind in _PLAIN for o in self.operations)

    def successors(self) -> tuple[int, ...]:
        """Blocks that can follow in the same function."""
        match self.end:
            case Jump(target=target):
                return (target,)
            case Branch(taken=taken, other=other):
                return (taken, other)
            case Switch(targets=targets):
                return targets
            case Wait(next=next) | Await(next=next) | Call(next=next):
                return (next,)
            case _:
                return ()

    def end_reads(self) -> tuple[str, ...]:
        """Registers that deciding where to go needs."""
        match self.end:
            case Branch(guard=guard):
                return (guard.register.name,)
            case (
                Switch(instruction=instruction)
                | Wait(instruction=instruction)
                | Await(instruction=instruction)
                | Call(instruction=instruction)
            ):
                return tuple(r.name for r in instruction.reads())
            case _:
                return ()

    def end_writes(self) -> tuple[str, ...]:
        """Registers that leaving the block defines: results of calls and of barrier reductions."""
        match self.end:
            case (
                Wait(instruction=instruction) | Await(instruction=instruction) | Call(instruction=instruction)
            ):
                return tuple(r.name for r in instruction.writes())
            case _:
                return ()


def needs_all_lanes(operation: Operation) -> bool:
    """Whether an operation waits for other lanes of the warp (all warp-wide ones do but `activemask`)."""
    name = operation.instruction.opcode
    if operation.kind is Kind.TENSOR:
        return True
    return operation.kind is Kind.EXCHANGE and name != "activemask"


def accumulators(operation: Operation) -> tuple[frozenset[str], Guard | None]:
    """Registers that a `wgmma` updates, and the condition on which it reads them: where scale-d is false it only
    writes them, so they need no value. No registers for all else.
    """
    if operation.kind is not Kind.TENSOR:
        return frozenset(), None
    instruction = operation.instruction
    updated: set[str] = set()
    condition: Guard | None = None
    for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
        if slot.updates:
            updated |= {r.name for r in registers_of(operand)}
        elif slot.name == "scale-d" and isinstance(operand, Register):
            condition = Guard(operand)
    return frozenset(updated.intersection(operation.reads)), condition


@define(eq=False)
class Code:
    """A lowered function. `live_in[b]` are the registers whose values block `b` or a later one needs.

    `spans` gives, for each register, the first and last position (blocks and operations in textual order) at which it
    holds a needed value. `constants` are registers that have one value in all threads throughout a launch. `plain`
    tells for each block whether it and the arms that are executed with it may be executed twice.
    `local` gives the offset in the frame of each local variable and parameter; `local_bytes` is the frame's size.
    """

    function: Function
    blocks: list[CodeBlock]
    registers: Mapping[str, Type]
    live_in: list[frozenset[str]] = field(factory=list[frozenset[str]])
    spans: dict[str, tuple[int, int]] = field(factory=dict[str, tuple[int, int]])
    constants: frozenset[str] = frozenset()
    plain: list[bool] = field(factory=list[bool])
    local: dict[str, int] = field(factory=dict[str, int])
    local_bytes: int = 0

    def is_plain(self, number: int) -> bool:
        """Whether a block and the arms that are executed with it are plain; the end of the function is."""
        return number >= len(self.blocks) or self.plain[number]
