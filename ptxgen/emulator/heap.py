"""What a kernel allocates itself: `malloc` and `free`, which CUDA's compiler calls and no module defines.

Each block is a buffer of global memory, so that its bounds are checked like any other's. As on a GPU, blocks outlive
the launch, and a block that does not fit gives a null pointer.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.calls import argument_values, set_result
from ptxgen.emulator.context import Context
from ptxgen.emulator.errors import BAD_BUFFER, EmulatorError
from ptxgen.emulator.faults import fault
from ptxgen.emulator.memory import Buffer
from ptxgen.emulator.observer import AllocationEvent
from ptxgen.emulator.operands import Resolve
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.types import u64

Array = np.ndarray[Any, Any]

NAME = "block of malloc"


def malloc(context: Context, call: Instruction, resolve: Resolve) -> None:
    """`malloc(bytes)`: a block for each thread, 0 where there is no room."""
    (sizes,) = argument_values(context.frame, call, resolve, (u64,))
    memory = context.frame.batch.launch.memory
    result = np.zeros(len(sizes), np.uint64)
    given: dict[int, Buffer] = {}
    for at, size in enumerate(sizes.tolist()):
        if memory.has_room(size):
            given[at] = memory.allocate(size, NAME)
            result[at] = given[at].address
    set_result(context.frame, call, result)
    event = AllocationEvent(call, context.lanes.ids[list(given)], context.frame.batch, tuple(given.values()))
    for observer in context.frame.batch.launch.observers:
        observer.allocated(event)


def free(context: Context, call: Instruction, resolve: Resolve) -> None:
    """`free(pointer)`: nothing for 0. EMU041 for what `malloc` has not given or was freed before."""
    (pointers,) = argument_values(context.frame, call, resolve, (u64,))
    memory = context.frame.batch.launch.memory
    for at, pointer in enumerate(pointers.tolist()):
        if not pointer:
            continue
        buffer = memory.find(pointer)
        if buffer is None or buffer.address != pointer or buffer.name != NAME:
            raise _bad(
                context, call, at, f"free of {pointer:#x}, which malloc has not given or which was freed"
            )
        memory.free(buffer)


def _bad(context: Context, call: Instruction, at: int, message: str) -> EmulatorError:
    return fault(BAD_BUFFER, message, call, context.frame.batch, int(context.lanes.ids[at]))
