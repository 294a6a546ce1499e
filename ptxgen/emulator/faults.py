"""From a fault on some threads to an error that says where, who and what was near."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.errors import (
    MISALIGNED,
    OUT_OF_BOUNDS,
    UNINITIALISED_MEMORY,
    EmulatorError,
)
from ptxgen.emulator.memory import Buffer
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]


def fault(
    id: str,
    message: str,
    instruction: Instruction | None,
    batch: Batch | None = None,
    thread: int | None = None,
    *,
    help: str = "",
    notes: tuple[str, ...] = (),
    address: int | None = None,
    nbytes: int = 0,
    space: StateSpace | None = None,
    buffer: Buffer | None = None,
) -> EmulatorError:
    """An error at an instruction, in a thread of a batch where they are known."""
    return EmulatorError(
        id,
        message,
        help=help,
        location=instruction.location if instruction is not None else None,
        line=instruction.line if instruction is not None else 0,
        notes=((f"instruction: {instruction}",) if instruction is not None else ()) + notes,
        place=batch.place(thread) if batch is not None and thread is not None else None,
        address=address,
        nbytes=nbytes,
        space=str(space or ""),
        buffer=_name(batch, buffer),
    )


def _name(batch: Batch | None, buffer: Buffer | None) -> str:
    """What the reader calls a buffer: the parameter that points to it, if one does."""
    if batch is None or buffer is None:
        return ""
    return batch.launch.pointers.get(buffer.address) or buffer.name or f"buffer {buffer.address:#x}"


def out_of_bounds(
    instruction: Instruction,
    batch: Batch,
    space: StateSpace,
    address: Array,
    threads: Array,
    bad: Array,
    size: int,
) -> EmulatorError:
    """EMU001 for the first of the bad threads; `bad` marks them."""
    first = int(np.argmax(bad))
    where = int(address[first])
    count = int(np.count_nonzero(bad))
    notes = [f"{count} of {bad.size} active threads are out of bounds"] if count > 1 else []
    launch = batch.launch
    nearest = launch.memory.nearest(where, but=launch.parameters) if space is StateSpace.GLOBAL else None
    if space is StateSpace.GLOBAL:
        if nearest is not None:
            name = launch.pointers.get(nearest.address, "")
            notes.append(
                f"nearest buffer: {nearest.described(name)}, {_distance(where, size, nearest.address, nearest.end)}"
            )
    else:
        limit = batch.shared.nbytes if space is StateSpace.SHARED else batch.local.nbytes
        owner = "the CTA" if space is StateSpace.SHARED else "the thread"
        notes.append(f"{owner} has {limit} bytes of {space} memory")
    return fault(
        OUT_OF_BOUNDS,
        f"{instruction.name}: {size} bytes at {space} address {where:#x} are out of bounds",
        instruction,
        batch,
        int(threads[first]),
        notes=tuple(notes),
        address=where,
        nbytes=size,
        space=space,
        buffer=nearest,
    )


def _distance(address: int, size: int, start: int, end: int) -> str:
    if address < start:
        return f"{start - address} bytes before its start"
    if address >= end:
        return f"{address - end} bytes past its end"
    return f"{address + size - end} of the {size} bytes past its end"


def misaligned(
    instruction: Instruction, batch: Batch, space: StateSpace, address: Array, threads: Array, size: int
) -> EmulatorError:
    """EMU002 for the first thread whose address is not a multiple of the size."""
    bad = (address & np.uint64(size - 1)) != 0
    first = int(np.argmax(bad))
    where = int(address[first])
    return fault(
        MISALIGNED,
        f"{instruction.name}: {space} address {where:#x} is not a multiple of {size}",
        instruction,
        batch,
        int(threads[first]),
        help="accesses must be aligned to their whole size, vectors included",
        address=where,
        nbytes=size,
        space=space,
        buffer=batch.launch.memory.find(where) if space is StateSpace.GLOBAL else None,
    )


def uninitialised(
    instruction: Instruction, batch: Batch, space: StateSpace, address: Array, threads: Array, missing: Array
) -> EmulatorError:
    """EMU003 for the first thread that reads what nobody wrote."""
    first = int(np.argmax(missing))
    where = int(address[first])
    buffer = batch.launch.memory.find(where) if space is StateSpace.GLOBAL else None
    return fault(
        UNINITIALISED_MEMORY,
        f"{instruction.name}: {space} memory at {where:#x} was never written",
        instruction,
        batch,
        int(threads[first]),
        notes=(f"buffer: {buffer}, offset {where - buffer.address}",) if buffer is not None else (),
        address=where,
        space=space,
        buffer=buffer,
    )
