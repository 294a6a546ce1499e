"""Blocks made ready to run on the arrays of one frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator import atomics, elementwise, exchange, memoryops, unset
from ptxgen.emulator.addressing import GlobalBase
from ptxgen.emulator.asynchronous import dispatch as asynchronous
from ptxgen.emulator.code import Arm, Branch, CodeBlock, Kind, Operation
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.observer import FenceEvent
from ptxgen.emulator.operands import Operands, Resolve
from ptxgen.emulator.sums import Sums
from ptxgen.emulator.tensor import dispatch, registers
from ptxgen.emulator.written import Definedness
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard

Array = np.ndarray[Any, Any]


@define(eq=False)
class BoundBlock:
    """`steps` are called one after the other. `condition` is the array that a branch looks at."""

    block: CodeBlock
    steps: list[Step]
    condition: Array | None

    def run(self) -> None:
        """Execute the operations (not the end) for all threads of the frame."""
        for function, arguments in self.steps:
            function(*arguments)


def bind_block(frame: Frame, number: int, resolve: Resolve, definedness: Definedness | None) -> BoundBlock:
    """Make a block ready; its condition is the guard's register, not negated."""
    block = frame.code.blocks[number]
    steps = _bind(frame, block.operations, None, frozenset(), resolve, definedness, Sums(frame, number))
    condition = frame.array(block.end.guard.register.name) if isinstance(block.end, Branch) else None
    if definedness is not None:
        steps += definedness.end_checks(frame, block)
    if frame.batch.launch.follows_values:
        steps = (unset.begin(frame) if number == 0 else []) + steps + unset.at_end(frame, block)
    return BoundBlock(block, steps, condition)


def bind_arm(frame: Frame, arm: Arm, resolve: Resolve, definedness: Definedness | None) -> BoundBlock:
    """Make an arm of a hammock ready, to be executed by all threads on behalf of those on which its guard holds."""
    block = frame.code.blocks[arm.block]
    return BoundBlock(block, _bind(frame, block.operations, arm.guard, arm.kept, resolve, definedness), None)


def _bind(
    frame: Frame,
    operations: list[Operation],
    guard: Guard | None,
    kept: frozenset[str],
    resolve: Resolve,
    definedness: Definedness | None,
    sums: Sums | None = None,
) -> list[Step]:
    operands = Operands(frame, resolve, guard)
    bases: dict[str, GlobalBase] = {}
    steps: list[Step] = []
    follows = frame.batch.launch.follows_values
    for number, operation in enumerate(operations):
        own = active = operation.guard if guard is None else guard
        if follows:
            steps += unset.before(frame, operation, active)
        steps += registers.before(frame, operation, active)
        if definedness is not None:
            steps += definedness.checks(frame, operation, own)
        match operation.kind:
            case Kind.ELEMENTWISE:
                if guard is not None and kept.isdisjoint(operation.writes):
                    own = None
                link = sums.bind(number, operands) if sums is not None else None
                any_nan = sums is not None and sums.flow.any_nan_will_do(number)
                steps += elementwise.bind(operation, own, operands, any_nan) if link is None else link
            case Kind.LOAD | Kind.STORE:
                steps += memoryops.bind(operation, own, operands, bases)
            case Kind.ATOMIC:
                steps += atomics.bind(operation, own, operands)
            case Kind.EXCHANGE:
                steps += exchange.bind(operation, own, operands)
            case Kind.TENSOR:
                steps += dispatch.bind(operation, operands)
            case Kind.ASYNCHRONOUS:
                steps += asynchronous.bind(operation, own, operands, bases)
            case Kind.NOTHING:
                steps += _fence(operation, own, operands)
        if follows:
            steps += unset.after(frame, operation, active)
        for name in operation.writes:
            bases.pop(name, None)
        if definedness is not None:
            steps += definedness.marks(frame, operation, own)
    return steps


def _fence(operation: Operation, guard: Guard | None, operands: Operands) -> list[Step]:
    """What tells the observers of a fence; nothing without observers."""
    frame = operands.frame
    if operation.instruction.opcode not in ("fence", "membar") or not frame.batch.launch.observers:
        return []
    steps: list[Step] = []
    mask = operands.guard(guard, steps) if guard is not None else None
    return [*steps, (_tell_fence, (operation.instruction, frame, mask))]


def _tell_fence(instruction: Instruction, frame: Frame, mask: Array | None) -> None:
    lanes = frame.lanes
    held = None if mask is None else np.broadcast_to(mask, lanes.shape).reshape(-1)
    threads = lanes.ids[lanes.places(held)]
    if threads.size:
        for observer in frame.batch.launch.observers:
            observer.fence(FenceEvent(instruction, threads, frame.batch))
