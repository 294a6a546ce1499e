"""Values that nobody set, followed through copies until an instruction uses one to compute or to decide.

Beside a register stands, once it may hold such a value, an array of bit masks: bit b of a thread's mask says that byte
b is unset. Moves, selections, byte permutations, conversions between integers and shifts by whole bytes carry the mask;
loads take it from memory's own shadow and stores put it there; shuffles take it from lane to lane. Everything else is
a use, which observers are told of.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.code import CARRY, Code, CodeBlock, Kind, Operation, accumulators
from ptxgen.emulator.exchange import shuffle_source
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.observer import Access
from ptxgen.emulator.unset_moves import MOVES, Flags
from ptxgen.ir.instruction import Instruction, elements
from ptxgen.ir.operands import Address, Guard, Immediate, Operand, Register
from ptxgen.isa.spaces import StateSpace

Array = np.ndarray[Any, Any]

SUFFIX = "$unset"
EVERY_BYTE = 0xFFFF


def doubtful(code: Code) -> frozenset[str]:
    """Registers that some path may read before any write."""
    return code.live_in[0] - {v.name for v in code.function.params} - {CARRY}


def begin(frame: Frame) -> list[Step]:
    """Steps at the beginning of a function: registers that some path reads unwritten are unset."""
    names = doubtful(frame.code) - frame.code.constants
    return [(_unset_all, (frame, tuple(sorted(names))))] if names else []


def before(frame: Frame, operation: Operation, guard: Guard | None) -> list[Step]:
    """Steps before an operation: report unset values that it uses, and work out what it carries on."""
    updated, condition = accumulators(operation)
    carried = _carried(operation) | updated
    used = tuple(dict.fromkeys(n for n in operation.reads if n not in carried and n != CARRY))
    steps: list[Step] = [(_use, (frame, operation.instruction, used, guard))] if used else []
    if operation.instruction.opcode == "shfl":
        steps.append((_take, (frame, operation.instruction)))
    if updated:
        steps.append((_use, (frame, operation.instruction, tuple(sorted(updated)), condition)))
    if operation.kind is Kind.ELEMENTWISE and operation.writes:
        steps.append((_move, (frame, operation, guard)))
    return steps


def after(frame: Frame, operation: Operation, guard: Guard | None) -> list[Step]:
    """Steps after an operation: what it fetched or left in memory."""
    match operation.kind:
        case Kind.LOAD:
            return [(_loaded, (frame, operation, guard))]
        case Kind.STORE:
            return [(_stored, (frame, operation, guard))]
        case Kind.ELEMENTWISE | Kind.NOTHING:
            return []
        case _:
            return [(_fetched, (frame, operation, guard))]


def at_end(frame: Frame, block: CodeBlock) -> list[Step]:
    """Steps before a block is left: what decides where to go, or how to wait, must be set."""
    names = block.end_reads()
    if block.last is None or not names or block.last.opcode == "call":
        return []
    return [(_use, (frame, block.last, tuple(names), None))]


def _carried(operation: Operation) -> set[str]:
    """Registers that the operation only copies."""
    instruction = operation.instruction
    if instruction.opcode == "shfl":
        named = _by_name(instruction)
        others = {named[name] for name in ("b", "c", "membermask") if name in named}
        return {named["a"].name} if isinstance(named["a"], Register) and named["a"] not in others else set()
    if operation.kind is Kind.STORE:
        address = instruction.operands[0]
        base = address.base.name if isinstance(address, Address) and address.base is not None else ""
        data = {e.name for e in elements(instruction.operands[1]) if isinstance(e, Register)}
        guard = {instruction.guard.register.name} if instruction.guard is not None else set[str]()
        return data - {base} - guard
    move = MOVES.get(instruction.opcode) if operation.kind is Kind.ELEMENTWISE else None
    return move.carries(instruction) if move is not None else set()


def flags(frame: Frame, name: str) -> Array | None:
    """The masks of a register, one axis; None if all its bytes are set on all threads."""
    masks = frame.arrays.get(name + SUFFIX)
    if masks is None:
        return None
    if not masks.any():
        del frame.arrays[name + SUFFIX]
        return None
    return masks.reshape(-1)


def _active(frame: Frame, guard: Guard | None) -> Array:
    shape = frame.lanes.shape
    if guard is None:
        return np.ones(frame.lanes.size, np.bool_)
    held = frame.array(guard.register.name) ^ guard.negated
    return np.broadcast_to(held, shape).reshape(-1)


def _assign(frame: Frame, name: str, masks: Array | None, active: Array) -> None:
    """Give a register its masks on the active threads."""
    if frame.arrays.get(name + SUFFIX) is None:
        if masks is None or not (masks[active]).any():
            return
        frame.arrays[name + SUFFIX] = np.zeros(frame.lanes.shape, np.uint16)
    flat = frame.arrays[name + SUFFIX].reshape(-1)
    flat[active] = 0 if masks is None else masks[active]


def _unset_all(frame: Frame, names: tuple[str, ...]) -> None:
    for name in names:
        frame.arrays[name + SUFFIX] = np.full(frame.lanes.shape, EVERY_BYTE, np.uint16)
        _note_origin(frame.batch, name, None)


def _use(frame: Frame, instruction: Instruction, names: tuple[str, ...], guard: Guard | None) -> None:
    arrays = frame.arrays
    for name in names:
        if name + SUFFIX not in arrays:
            continue
        masks = flags(frame, name)
        if masks is None:
            continue
        own = guard is not None and guard.register.name == name
        bad = (masks != 0) & _active(frame, None if own else guard)
        if bad.any():
            threads = np.unique(frame.lanes.ids[bad])
            origin = frame.batch.origins.get(name)
            for observer in frame.batch.launch.observers:
                observer.used(instruction, name, threads, origin, frame.batch)
            masks[bad] = 0


def _take(frame: Frame, instruction: Instruction) -> None:
    """A shuffle copies values from lane to lane, and what is unset of them."""
    named = _by_name(instruction)
    value, lanes = named["a"], frame.lanes
    masks = flags(frame, value.name) if isinstance(value, Register) else None
    if masks is None:
        return
    assert isinstance(value, Register)
    row, lane, seat = lanes.rows
    b, c = (_lane_operand(frame, named[name]) for name in ("b", "c"))
    source, _ = shuffle_source(instruction.form.modifiers["mode"], lane, b, c)
    place = seat[row, source]
    taken = np.where(place >= 0, masks[place], 0).astype(np.uint16)
    result = elements(instruction.operands[0])[0]
    if isinstance(result, Register):
        frame.batch.copied[result.name] = (taken, frame.batch.origins.get(value.name))


def _by_name(instruction: Instruction) -> dict[str, Operand]:
    return {
        slot.name: operand
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False)
    }


def _lane_operand(frame: Frame, operand: Operand) -> Array | np.int64:
    if isinstance(operand, Register):
        return np.broadcast_to(frame.array(operand.name), frame.lanes.shape).reshape(-1).astype(np.int64)
    assert isinstance(operand, Immediate)
    return np.int64(operand.value)


def _move(frame: Frame, operation: Operation, guard: Guard | None) -> None:
    """Results of an elementwise operation are as unset as what it copies, else set."""
    arrays = frame.arrays
    instruction = operation.instruction
    if not any(n + SUFFIX in arrays for n in (*operation.reads, *operation.writes)):
        return
    active = _active(frame, guard)
    move = MOVES.get(instruction.opcode)
    found: dict[str, Array] = {}
    if move is not None:
        own = Flags(frame, lambda name: flags(frame, name))
        found = move.results(instruction, own)
    for name in operation.writes:
        _assign(frame, name, found.get(name), active)
        if name in found:
            known = (frame.batch.origins.get(n) for n in operation.reads if n + SUFFIX in arrays)
            _note_origin(frame.batch, name, next((o for o in known if o is not None), None))


def _note_origin(batch: Batch, name: str, origin: Access | None) -> None:
    if origin is None:
        batch.origins.pop(name, None)
    else:
        batch.origins[name] = origin


def _set(frame: Frame, names: tuple[str, ...], guard: Guard | None) -> None:
    if any(n + SUFFIX in frame.arrays for n in names):
        active = _active(frame, guard)
        for name in names:
            _assign(frame, name, None, active)


def _fetched(frame: Frame, operation: Operation, guard: Guard | None) -> None:
    """Any other operation that goes to memory uses what it finds there, unless it says that it only copies it."""
    batch = frame.batch
    missing, batch.missing, batch.stores = batch.missing, [], []
    for access, _ in missing:
        for observer in batch.launch.observers:
            observer.used(operation.instruction, "", access.threads, access, batch)
    _set(frame, operation.writes, guard)
    copied, batch.copied = batch.copied, {}
    for name, (masks, origin) in copied.items():
        _assign(frame, name, masks, _active(frame, guard))
        _note_origin(batch, name, origin)


def _loaded(frame: Frame, operation: Operation, guard: Guard | None) -> None:
    """What a load found unset, by byte, goes to the registers."""
    batch = frame.batch
    missing, batch.missing = batch.missing, []
    if not missing:
        _set(frame, operation.writes, guard)
        return
    instruction = operation.instruction
    slot = instruction.form.operands[0]
    assert slot.type is not None
    unit = slot.type.bytes
    active = _active(frame, guard)
    ids = frame.lanes.ids
    for number, element in enumerate(elements(instruction.operands[0])):
        if not isinstance(element, Register):
            continue
        masks = np.zeros(frame.lanes.size, np.uint16)
        for access, holes in missing:
            bits = holes[:, number * unit : (number + 1) * unit] @ (1 << np.arange(unit, dtype=np.uint32))
            place = np.minimum(np.searchsorted(access.threads, ids), len(access.threads) - 1)
            masks |= np.where(access.threads[place] == ids, bits[place], 0).astype(np.uint16)
            batch.origins[element.name] = access
        _assign(frame, element.name, _spread(frame, element.name, masks), active)


def _spread(frame: Frame, name: str, masks: Array) -> Array:
    """A value that does not vary along an axis was loaded by one thread for all: so are its masks."""
    lanes = frame.lanes
    shape = frame.array(name).shape[: len(lanes.shape)]
    if shape == lanes.shape:
        return masks
    full = masks.reshape(lanes.shape)
    for axis, (own, whole) in enumerate(zip(shape, lanes.shape, strict=False)):
        if own != whole:
            full = full.max(axis=axis, keepdims=True)
    return np.broadcast_to(full, lanes.shape).reshape(-1)


def _stored(frame: Frame, operation: Operation, guard: Guard | None) -> None:
    """Unset bytes of the registers that were stored are unset in memory."""
    instruction = operation.instruction
    stores, frame.batch.stores = frame.batch.stores, []
    names = [e.name if isinstance(e, Register) else "" for e in elements(instruction.operands[1])]
    if not any(n + SUFFIX in frame.arrays for n in names):
        return
    slot = instruction.form.operands[1]
    assert slot.type is not None
    unit = slot.type.bytes
    active = _active(frame, guard)
    for number, name in enumerate(names):
        masks = flags(frame, name)
        if masks is None:
            continue
        for byte in range(unit):
            holes = active & ((masks >> byte) & 1 == 1)
            if holes.any():
                _forget(frame.batch, stores, frame.lanes.ids[holes], number * unit + byte)


def _forget(batch: Batch, stores: list[Access], threads: Array, offset: int) -> None:
    """One byte of what these threads stored counts as not written."""
    for access in stores:
        chosen = np.isin(access.threads, threads)
        place = access.address[chosen] + np.uint64(offset)
        if access.space is StateSpace.GLOBAL:
            batch.launch.memory.forget(place)
            continue
        bank, column = batch.local, access.threads[chosen]
        if access.space is StateSpace.SHARED:
            own = access.threads % batch.columns if access.owners is None else access.owners
            bank, column = batch.shared, own[chosen]
        bank.forget(place, column)
