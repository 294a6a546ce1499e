"""Functions that CUDA's compiler calls and no module defines: `vprintf`, `__assertfail`, `malloc` and `free`."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator import heap
from ptxgen.emulator.calls import argument_values, set_result
from ptxgen.emulator.context import Context
from ptxgen.emulator.errors import TRAP
from ptxgen.emulator.faults import fault
from ptxgen.emulator.operands import Resolve
from ptxgen.emulator.printf import fields, formatted, layout
from ptxgen.emulator.spaces import Site
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import u32, u64

Array = np.ndarray[Any, Any]
Call = Callable[[Context, Instruction, Resolve], None]


def vprintf(context: Context, call: Instruction, resolve: Resolve) -> None:
    """`vprintf(format, arguments)`: each thread's text goes to `sys.stdout`, in the order of CTAs and threads.

    The result is the number of arguments, -1 for a null format. Unlike a GPU's, the text is never dropped and comes
    while the launch runs.
    """
    format, arguments = argument_values(context.frame, call, resolve, (u64, u64))
    reader = _Reader(context, call)
    result = np.empty(len(format), np.int32)
    lanes = context.lanes
    columns = lanes.ids % lanes.columns
    for at in np.lexsort((lanes.ids, columns)).tolist():
        if not format[at]:
            result[at] = -1
            continue
        text = reader.string(at, int(format[at]))
        places, size = layout(text)
        raw = bytearray(size)
        for start, length in places:
            raw[start : start + length] = reader.bytes(at, int(arguments[at]) + start, length)
        sys.stdout.write(formatted(text, bytes(raw), lambda address, at=at: reader.string(at, address)))
        result[at] = sum(field.letter != "%" for field in fields(text)[0])
    set_result(context.frame, call, result.view(np.uint32))


def assertion(context: Context, call: Instruction, resolve: Resolve) -> None:
    """`__assertfail(message, file, line, function, size)`: EMU030 in the words of the source."""
    message, file, line, function, _ = argument_values(
        context.frame, call, resolve, (u64, u64, u32, u64, u64)
    )
    reader = _Reader(context, call)
    said, where, who = (reader.string(0, int(pointer[0])) for pointer in (message, file, function))
    raise fault(
        TRAP,
        f"assertion `{said}` failed in {who} at {where}:{int(line[0])}",
        call,
        context.frame.batch,
        int(context.lanes.ids[0]),
    )


SYSTEM_CALLS: dict[str, Call] = {
    "vprintf": vprintf,
    "__assertfail": assertion,
    "malloc": heap.malloc,
    "free": heap.free,
}


class _Reader:
    """Reads a thread's generic memory, with the checks of a load."""

    def __init__(self, context: Context, call: Instruction) -> None:
        self.context = context
        self.sites = {n: Site(call, context.frame.batch, StateSpace.GENERIC, n) for n in (1, 4, 8)}
        self.known: dict[int, str] = {}

    def bytes(self, at: int, address: int, size: int) -> bytes:
        thread = self.context.lanes.ids[at : at + 1]
        return self.sites[size].load(np.array([address], np.uint64), thread).tobytes()

    def string(self, at: int, address: int) -> str:
        """The characters up to the zero. Text in global memory is read once for all threads."""
        buffer = self.context.frame.batch.launch.memory.find(address)
        if buffer is not None and address in self.known:
            return self.known[address]
        text = bytearray()
        while character := self.bytes(at, address + len(text), 1)[0]:
            text.append(character)
        result = text.decode("utf-8", "replace")
        if buffer is not None:
            self.known[address] = result
        return result
