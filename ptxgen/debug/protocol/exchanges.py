"""What threads learn from their warp: an elected lane, another lane's value, a vote."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ptxgen.debug.cta.threads import WARP
from ptxgen.debug.protocol.groups import Group
from ptxgen.debug.protocol.values import Array, Value
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Pair, Sink

EXCHANGES = ("elect", "shfl", "vote", "match", "redux", "activemask", "ld", "ldu", "atom")


def exchanged(group: Group, instruction: Instruction) -> Sequence[Value | None]:
    """What an instruction writes into its registers, in their order; None where nobody knows."""
    first = instruction.operands[0] if instruction.operands else None
    alone = isinstance(first, Pair) and isinstance(first.first, Sink)
    match instruction.opcode:
        case "elect":
            lane, leads = _elected(group)
            return (leads,) if alone else (lane, leads)
        case "shfl" if ".idx" in instruction.name:
            return (_taken(group, instruction),)
        case "vote" if ".any" in instruction.name or ".all" in instruction.name:
            return (_voted(group, instruction, any=".any" in instruction.name),)
        case _:
            return ()


def _elected(group: Group) -> tuple[Value, Value]:
    """The first lane of each warp that is there."""
    numbers = group.numbers
    leads = np.zeros(group.mask.size, np.bool_)
    _, first = np.unique(numbers // WARP, return_index=True)
    leads[numbers[first]] = True
    lanes = np.zeros(group.mask.size, np.uint32)
    for number in numbers[first]:
        lanes[number // WARP * WARP : (number // WARP + 1) * WARP] = number % WARP
    return Value(lanes), Value(leads)


def _taken(group: Group, instruction: Instruction) -> Value | None:
    """The value of the lane that is named, which must be the same in the whole warp."""
    value, lane, bounds = (group.values.read(o) for o in instruction.operands[1:4])
    if value is None or lane is None or bounds is None or bounds.bits.size != 1 or int(bounds.bits[0]) != 31:
        return None
    if value.bits.size == 1:
        return value
    threads = np.arange(group.mask.size)
    source = threads // WARP * WARP + (lane.bits.astype(np.int64) & (WARP - 1))
    return Value(value.bits[np.minimum(source, group.mask.size - 1)], value.assumed or lane.assumed)


def _voted(group: Group, instruction: Instruction, *, any: bool) -> Value | None:
    value = group.values.read(instruction.operands[1])
    if value is None:
        return None
    holds: Array = np.broadcast_to(value.bits.astype(np.bool_), group.mask.shape)
    counted = (holds & group.mask) if any else (holds | ~group.mask)
    warps = np.arange(group.mask.size) // WARP
    result = np.zeros(group.mask.size, np.bool_)
    for warp in group.warps:
        here = warps == warp
        result[here] = counted[here].any() if any else counted[here].all()
    return Value(result, value.assumed)
