"""Operations between the lanes of a warp: shuffles, votes, matches, reductions (PTX ISA 9.0: 9.7.9.6, 9.7.13.9-14)."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.code import Operation
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.elementwise import merge
from ptxgen.emulator.errors import ABSENT_LANE, WRONG_MEMBER_MASK
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.lanes import WARP_SIZE, Lanes, pick
from ptxgen.emulator.observer import WarpEvent
from ptxgen.emulator.operands import Operands
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Guard, Register
from ptxgen.isa.types import Type

Array = np.ndarray[Any, Any]

EVERYONE = 0xFFFFFFFF
_BITS = np.uint32(1) << np.arange(WARP_SIZE, dtype=np.uint32)


def bind(operation: Operation, guard: Guard | None, operands: Operands) -> list[Step]:
    """Calls that execute the exchange among the threads of the operands' frame."""
    steps: list[Step] = []
    exchange = _Exchange(operation, guard, operands, steps)
    steps.append((_EXECUTE[operation.instruction.opcode], (exchange,)))
    return steps


class _Exchange:
    """An exchange bound to a frame: named sources, and targets with their types."""

    def __init__(
        self, operation: Operation, guard: Guard | None, operands: Operands, steps: list[Step]
    ) -> None:
        instruction = operation.instruction
        self.instruction: Instruction = instruction
        self.frame: Frame = operands.frame
        self.lanes: Lanes = operands.frame.lanes
        self.batch: Batch = operands.frame.batch
        self.sources: dict[str, Array] = {}
        self.targets: list[tuple[Type, Register | None]] = []
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
            if slot.writes:
                self.targets += operands.targets(slot, operand)
            else:
                (self.sources[slot.name],) = operands.sources(slot, operand, steps)
        self.mask = operands.guard(guard, steps) if guard is not None else None

    @property
    def mode(self) -> str:
        """`up`, `all`, `add`: what follows the opcode and decides."""
        modifiers = self.instruction.form.modifiers
        return modifiers.get("mode") or modifiers.get("op") or ("ballot" if "ballot" in modifiers else "")

    def everyone(self) -> bool:
        """Whether every lane names all lanes, and all warps are full."""
        mask = self.sources["membermask"]
        return (
            mask.size == 1
            and int(mask.reshape(-1)[0]) == EVERYONE
            and self.lanes.size == self.lanes.warps * 32
        )

    def flat(self, name: str) -> Array:
        """A source with one element a thread."""
        return np.broadcast_to(self.sources[name], self.lanes.shape).reshape(-1)

    def matrix(self, value: Array, fill: Any = 0) -> Array:
        """One element a thread as `[warps, 32]`."""
        row, lane, seat = self.lanes.rows
        found = np.full(seat.shape, fill, value.dtype)
        found[row, lane] = value
        return found

    def members(self) -> Array:
        """Each thread's member mask. EMU013 if it does not name the thread itself."""
        mask = self.flat("membermask").astype(np.uint32)
        _, lane, _ = self.lanes.rows
        outside = (mask & _BITS[lane]) == 0
        if outside.any():
            raise self.fault(
                WRONG_MEMBER_MASK,
                "{name} is executed by a lane that its member mask {mask:#x} does not name",
                outside,
                "name every lane that executes it, and no lane that does not",
                mask,
            )
        return mask

    def by_mask(self, members: Array, reduce: Callable[[Array, Array], Array], value: Array) -> Array:
        """For each thread `reduce(values[warps, 32], named[32])[warp]`: lanes that its mask names and that are here.

        `reduce` gets values and, of the same shape, which of them count.
        """
        row, _, seat = self.lanes.rows
        table = self.matrix(value)
        here = seat >= 0
        result: Array | None = None
        for mask in np.unique(members):
            named = here & ((mask & _BITS) != 0)
            found = reduce(table, named)
            if result is None:
                result = np.empty(members.shape, found.dtype)
            chosen = members == mask
            result[chosen] = found[row[chosen]]
        assert result is not None
        return result

    def give(self, number: int, value: Array) -> None:
        """Assign a result, one element a thread, to a target."""
        if number >= len(self.targets):
            return
        type, register = self.targets[number]
        if register is None:
            return
        full = value.astype(dtype_of(type), copy=False).reshape(self.lanes.shape)
        storage = self.frame.array(register.name)
        target = storage.view(dtype_of(type)) if storage.itemsize == full.itemsize else storage
        corner = full[tuple(slice(0, extent) for extent in target.shape)]
        if self.mask is None:
            np.copyto(target, corner, casting="unsafe")
        else:
            merge(target, corner, self.mask)

    def fault(self, id: str, message: str, bad: Array, help: str, mask: Array) -> Exception:
        """An error at the first bad thread."""
        first = int(np.argmax(bad))
        text = message.format(name=self.instruction.name, mask=int(mask[first]))
        return fault(id, text, self.instruction, self.batch, int(self.lanes.ids[first]), help=help)


def absent(frame: Frame, operation: Operation, alive: Array, resolve: Callable[[str], int]) -> Array | None:
    """The threads that must wait: a lane that their mask names is alive but not here. None if nobody must."""
    lanes = frame.lanes
    if lanes.is_lattice:
        return None
    row, _, _ = lanes.rows
    missing = _missing(lanes, alive)
    if not missing.any():
        return None
    steps: list[Step] = []
    instruction = operation.instruction
    slots = instruction.form.operands
    mask: Array | np.uint32 = np.uint32(EVERYONE)
    for slot, operand in zip(slots, instruction.operands, strict=False):
        if slot.name == "membermask":
            mask = Operands(frame, resolve).source(slot.type, operand, steps)
    waits = (np.broadcast_to(mask, lanes.shape) & missing[row]) != 0
    return waits if waits.any() else None


def _missing(lanes: Lanes, alive: Array) -> Array:
    """For each warp here, the lanes that are alive and elsewhere, as bits. `alive[thread, column]` are booleans."""
    row, _, seat = lanes.rows
    first = np.zeros(len(seat), np.int64)
    first[row] = lanes.warp_ids
    warp, column = np.divmod(first, lanes.columns)
    thread = warp[:, None] * WARP_SIZE + np.arange(WARP_SIZE)
    exists = thread < alive.shape[0]
    living = alive[np.where(exists, thread, 0), column[:, None]] & exists
    return np.where(living & (seat < 0), _BITS, np.uint32(0)).sum(axis=1, dtype=np.uint32)


@lru_cache(maxsize=512)
def _source_lanes(mode: str, b: int, c: int) -> tuple[Array, Array]:
    lane = np.arange(WARP_SIZE, dtype=np.int64)
    return shuffle_source(mode, lane, np.int64(b), np.int64(c))


def shuffle_source(mode: str, lane: Array, b: Array | np.int64, c: Array | np.int64) -> tuple[Array, Array]:
    """`(source lane, in range)` by the rules of section 9.7.9.6; a lane whose source is out of range keeps its own."""
    b, clamp, segment = b & 31, c & 31, (c >> 8) & 31
    last = (lane & segment) | (clamp & ~segment)
    match mode:
        case "up":
            source = lane - b
            fits = source >= last
        case "down":
            source = lane + b
            fits = source <= last
        case "bfly":
            source = lane ^ b
            fits = source <= last
        case _:
            source = (lane & segment) | (b & ~segment)
            fits = source <= last
    return np.where(fits, source, lane), fits


def _shuffle(x: _Exchange) -> None:
    b, c = x.sources["b"], x.sources["c"]
    if x.lanes.is_lattice and b.size == 1 and c.size == 1 and x.mask is None and x.everyone():
        _shuffle_lattice(x, int(b.reshape(-1)[0]), int(c.reshape(-1)[0]))
        return
    members = x.members()
    row, lane, seat = x.lanes.rows
    source, fits = shuffle_source(x.mode, lane, x.flat("b").astype(np.int64), x.flat("c").astype(np.int64))
    unlisted = (members & _BITS[source]) == 0
    if unlisted.any():
        raise x.fault(
            WRONG_MEMBER_MASK,
            "{name} takes a value from a lane that the member mask {mask:#x} does not name",
            unlisted,
            "the mask is a set of lanes (usually 0xffffffff), not a width",
            members,
        )
    place = seat[row, source]
    gone = place < 0
    if gone.any():
        raise x.fault(
            ABSENT_LANE,
            "{name} takes a value from a lane that has exited",
            gone,
            "keep all lanes of the warp alive until after the exchange",
            members,
        )
    x.give(0, pick(x.sources["a"], x.lanes.shape, place))
    x.give(1, fits)


def _shuffle_lattice(x: _Exchange, b: int, c: int) -> None:
    source, fits = _source_lanes(x.mode, b, c)
    value = x.sources["a"]
    _, register = x.targets[0]
    if register is not None:
        target = x.frame.array(register.name)
        value = value.view(target.dtype)
        if value.shape[-2:-1] != (WARP_SIZE,):
            np.copyto(target, value)
        elif target.shape == value.shape and not np.may_share_memory(target, value):
            value.take(source, 1, target, "clip")
        else:
            shuffled = value.take(source, 1)
            np.copyto(target, shuffled[tuple(slice(0, extent) for extent in target.shape)])
    if len(x.targets) > 1 and x.targets[1][1] is not None:
        x.frame.array(x.targets[1][1].name)[...] = fits.reshape(1, WARP_SIZE, 1)


def _vote(x: _Exchange) -> None:
    members = x.members()
    value = x.flat("a")
    match x.mode:
        case "all":
            found = x.by_mask(members, lambda v, n: np.all(v | ~n, axis=1), value)
        case "any":
            found = x.by_mask(members, lambda v, n: np.any(v & n, axis=1), value)
        case "uni":
            found = x.by_mask(members, lambda v, n: np.all(v | ~n, axis=1) | ~np.any(v & n, axis=1), value)
        case _:
            found = x.by_mask(
                members, lambda v, n: np.where(v & n, _BITS, np.uint32(0)).sum(axis=1, dtype=np.uint32), value
            )
    x.give(0, found)


def _match(x: _Exchange) -> None:
    members = x.members()
    value = x.flat("a")
    row, _, seat = x.lanes.rows
    table = x.matrix(value)
    named = (seat >= 0)[row] & ((members[:, None] & _BITS) != 0)
    same = (table[row] == value[:, None]) & named
    bits = np.where(same, _BITS, np.uint32(0)).sum(axis=1, dtype=np.uint32)
    if "any" in x.instruction.form.modifiers:
        x.give(0, bits)
        return
    agreed = (same | ~named).all(axis=1)
    here = np.where(named, _BITS, np.uint32(0)).sum(axis=1, dtype=np.uint32)
    x.give(0, np.where(agreed, here, np.uint32(0)))
    x.give(1, agreed)


_REDUCTIONS: dict[str, tuple[np.ufunc, Callable[[Any], Any]]] = {
    "add": (np.add, lambda dtype: 0),
    "and": (np.bitwise_and, lambda dtype: np.iinfo(dtype).max),
    "or": (np.bitwise_or, lambda dtype: 0),
    "xor": (np.bitwise_xor, lambda dtype: 0),
    "min": (np.minimum, lambda dtype: np.iinfo(dtype).max),
    "max": (np.maximum, lambda dtype: np.iinfo(dtype).min),
}


def _reduce(x: _Exchange) -> None:
    members = x.members()
    value = x.flat("a")
    if value.dtype.kind == "f":
        _reduce_float(x, members, value)
        return
    ufunc, neutral = _REDUCTIONS[x.mode]
    empty = neutral(value.dtype)
    x.give(
        0,
        x.by_mask(
            members,
            lambda v, n: ufunc.reduce(np.where(n, v, v.dtype.type(empty)), axis=1, dtype=v.dtype),
            value,
        ),
    )


def _reduce_float(x: _Exchange, members: Array, value: Array) -> None:
    """`redux.f32`: NaN loses, or wins with `.NaN`; the result is then the canonical NaN."""
    modifiers = x.instruction.form.modifiers
    if "abs" in modifiers:
        value = np.abs(value)
    wins = "NaN" in modifiers
    smallest = x.mode == "min"
    ufunc = (np.minimum if wins else np.fmin) if smallest else (np.maximum if wins else np.fmax)
    empty = np.float32(np.inf if smallest else -np.inf)
    found = x.by_mask(members, lambda v, n: ufunc.reduce(np.where(n, v, empty), axis=1), value)
    if not wins:
        all_nan = x.by_mask(members, lambda v, n: np.all(np.isnan(v) | ~n, axis=1), value)
        found = np.where(all_nan, np.float32(np.nan), found)
    bits = np.where(np.isnan(found), np.uint32(0x7FFFFFFF), found.astype(np.float32).view(np.uint32))
    x.give(0, bits.view(np.float32))


def _active(x: _Exchange) -> None:
    row, _, seat = x.lanes.rows
    bits = np.where(seat >= 0, _BITS, np.uint32(0)).sum(axis=1, dtype=np.uint32)
    x.give(0, bits[row])


def _elect(x: _Exchange) -> None:
    """Any lane may lead, but always the same one of a mask: the lowest; with a random schedule, one that it gives."""
    members = x.members()
    row, lane, seat = x.lanes.rows
    named = (seat >= 0)[row] & ((members[:, None] & _BITS) != 0)
    turn = (x.batch.launch.schedule or 0) % WARP_SIZE
    leader = (np.argmax(np.roll(named, -turn, axis=1), axis=1) + turn) % WARP_SIZE
    x.give(0, leader)
    x.give(1, leader == lane)


def _sync(x: _Exchange) -> None:
    members = x.members()
    for observer in x.batch.launch.observers:
        observer.warp_barrier(WarpEvent(x.instruction, members, x.lanes.ids, x.batch))


_EXECUTE: dict[str, Callable[[_Exchange], None]] = {
    "shfl": _shuffle,
    "vote": _vote,
    "match": _match,
    "redux": _reduce,
    "activemask": _active,
    "elect": _elect,
    "bar": _sync,
}
