"""Blocks made ready to run on the arrays of one frame."""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator import atomics, elementwise, exchange, memoryops
from ptxgen.emulator.addressing import GlobalBase
from ptxgen.emulator.code import Arm, Branch, CodeBlock, Kind, Operation
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.operands import Operands, Resolve
from ptxgen.emulator.written import Definedness
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
    steps = _bind(frame, block.operations, None, frozenset(), resolve, definedness)
    condition = frame.array(block.end.guard.register.name) if isinstance(block.end, Branch) else None
    if definedness is not None:
        steps += definedness.end_checks(frame, block)
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
) -> list[Step]:
    operands = Operands(frame, resolve)
    bases: dict[str, GlobalBase] = {}
    steps: list[Step] = []
    for operation in operations:
        own = operation.guard if guard is None else guard
        if definedness is not None:
            steps += definedness.checks(frame, operation, own)
        match operation.kind:
            case Kind.ELEMENTWISE:
                if guard is not None and kept.isdisjoint(operation.writes):
                    own = None
                steps += elementwise.bind(operation, own, operands)
            case Kind.LOAD | Kind.STORE:
                steps += memoryops.bind(operation, own, operands, bases)
            case Kind.ATOMIC:
                steps += atomics.bind(operation, own, operands)
            case Kind.EXCHANGE:
                steps += exchange.bind(operation, own, operands)
            case Kind.NOTHING:
                pass
        for name in operation.writes:
            bases.pop(name, None)
        if definedness is not None:
            steps += definedness.marks(frame, operation, own)
    return steps
