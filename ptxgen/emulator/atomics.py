"""Atomic operations: each address sees its threads one after the other, in ascending order of threads."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.code import Operation
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.elementwise import merge
from ptxgen.emulator.frame import Step
from ptxgen.emulator.lanes import pick
from ptxgen.emulator.memoryops import address_of, effective_space
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.spaces import Site
from ptxgen.ir.operands import Address, Guard, Register, Vector
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type, bf16, bf16x2, f16, f16x2, f32

Array = np.ndarray[Any, Any]
Update = Callable[..., Array]


def bind(operation: Operation, guard: Guard | None, operands: Operands) -> list[Step]:
    """Calls that execute an `atom` or `red` for the threads of the operands' frame."""
    steps: list[Step] = []
    steps.append((_Atomic(operation, guard, operands, steps).run, ()))
    return steps


class _Atomic:
    def __init__(
        self, operation: Operation, guard: Guard | None, operands: Operands, steps: list[Step]
    ) -> None:
        self.instruction = operation.instruction
        self.frame = frame = operands.frame
        form = self.instruction.form
        by_name = {
            slot.name: (slot, operand)
            for slot, operand in zip(form.operands, self.instruction.operands, strict=False)
        }
        where = by_name["a"][1]
        assert isinstance(where, Address)
        self.address, self.offset, _ = address_of(where, operands)
        slot, _ = by_name["b"]
        assert slot.type is not None
        self.type: Type = slot.type
        self.values = [operands.sources(s, o, steps) for n, (s, o) in by_name.items() if n in ("b", "c")]
        self.count = len(self.values[0])
        self.targets: list[Register | None] = []
        if "d" in by_name:
            target = by_name["d"][1]
            elements = target.elements if isinstance(target, Vector) else (target,)
            self.targets = [e if isinstance(e, Register) else None for e in elements]
        space = effective_space(form.space, where, frame)
        self.site = Site(self.instruction, frame.batch, space, self.type.bytes * self.count)
        self.mask = operands.guard(guard, steps) if guard is not None else None

    def run(self) -> None:
        """Execute for all threads on which the guard holds."""
        lanes = self.frame.lanes
        if self.mask is None:
            positions = np.arange(lanes.size)
        else:
            positions = np.flatnonzero(np.broadcast_to(self.mask, lanes.shape))
        if not positions.size:
            return
        address = pick(self.address, lanes.shape, positions).astype(np.uint64)
        address += np.uint64(self.offset & (1 << 64) - 1)
        threads = lanes.ids[positions]
        old = np.empty((positions.size, self.site.size), np.uint8)
        for part, chosen, start in self.site.parts(address):
            inside = address[chosen] - np.uint64(start)
            old[chosen] = self._apply(part, inside, threads[chosen], positions[chosen])
        for number, register in enumerate(self.targets):
            if register is not None:
                self._give(register, old, number, positions)

    def _apply(self, site: Site, address: Array, threads: Array, positions: Array) -> Array:
        """Update memory; the bytes that each thread found there."""
        site.check(address, threads)
        for write in (False, True):
            site.observe(address, threads, write=write, atomic=True)
        key = address
        if site.space is StateSpace.SHARED:
            place, column = site.home(address, threads)
            key = place | (column.astype(np.uint64) << np.uint64(32))
        _, first, group = np.unique(key, return_index=True, return_inverse=True)
        stored = site.load(address[first], threads[first], atomic=True)
        old = np.empty((len(address), site.size), np.uint8)
        unit = self.type.bytes
        shape = self.frame.lanes.shape
        for number in range(self.count):
            piece = slice(number * unit, (number + 1) * unit)
            memory = _typed(stored[:, piece], self.type)
            sources = [self._source(v[number], shape, positions) for v in self.values]
            before, memory = one_by_one(memory, group, sources, self._update(site.space))
            old[:, piece] = _raw(before, unit)
            stored[:, piece] = _raw(memory, unit)
        site.store(address[first], threads[first], stored, atomic=True)
        return old

    def _source(self, value: Array, shape: tuple[int, ...], positions: Array) -> Array:
        if self.type.bits == 128:
            return np.broadcast_to(value, (*shape, 2)).reshape(-1, 2)[positions]
        return pick(value, shape, positions)

    def _update(self, space: StateSpace) -> Update:
        modifiers = self.instruction.form.modifiers
        op = modifiers.get("op") or next(m for m in ("cas", "exch", "add") if m in modifiers)
        return update(op, self.type, flush=space is StateSpace.GLOBAL)

    def _give(self, register: Register, old: Array, number: int, positions: Array) -> None:
        unit = self.type.bytes
        value = np.ascontiguousarray(old[:, number * unit : (number + 1) * unit])
        storage = self.frame.array(register.name)
        if self.type.bits == 128:
            storage.reshape(-1, 2)[positions] = value.view(np.uint64)
        elif storage.shape == self.frame.lanes.shape:
            storage.reshape(-1)[positions] = value.view(f"u{unit}")[:, 0]
        else:
            full = np.zeros(self.frame.lanes.size, f"u{unit}")
            full[positions] = value.view(full.dtype)[:, 0]
            corner = full.reshape(self.frame.lanes.shape)[tuple(slice(0, e) for e in storage.shape)]
            merge(storage, corner, self.mask if self.mask is not None else np.ones((1,), np.bool_))


def _typed(data: Array, type: Type) -> Array:
    data = np.ascontiguousarray(data)
    return data.view(np.uint64) if type.bits == 128 else data.view(dtype_of(type))[:, 0].copy()


def _raw(value: Array, unit: int) -> Array:
    return np.ascontiguousarray(value).view(np.uint8).reshape(-1, unit)


def one_by_one(memory: Array, group: Array, sources: list[Array], change: Update) -> tuple[Array, Array]:
    """Apply `change(old, *sources)` in order within each group.

    memory: one value a group. group: the group of each thread. Returns what each thread found, and the final values.
    """
    memory = memory.copy()
    sizes = np.bincount(group)
    before = np.empty((len(group), *memory.shape[1:]), memory.dtype)
    order = np.argsort(group, kind="stable")
    starts = np.cumsum(sizes) - sizes
    chain = getattr(change, "chain", None)
    if chain is not None and sizes.max() > 8 * len(sizes):
        for number, (start, size) in enumerate(zip(starts, sizes, strict=True)):
            members = order[start : start + size]
            values = chain.accumulate(
                np.concatenate((memory[number : number + 1], sources[0][members])), dtype=memory.dtype
            )
            before[members] = values[:-1]
            memory[number] = values[-1]
        return before, memory
    for turn in range(int(sizes.max())):
        here = np.flatnonzero(sizes > turn)
        members = order[starts[here] + turn]
        found = memory[here]
        before[members] = found
        memory[here] = change(found, *(s[members] for s in sources))
    return before, memory


def update(op: str, type: Type, *, flush: bool) -> Update:
    """What an operation makes of the old value and its operands.

    `flush`: `add.f32` flushes subnormals, as in global memory. PTX ISA 9.0, section
    9.7.13.5. Half-precision sums are computed in single precision, which rounds them correctly.
    """
    if op == "exch":
        return lambda old, b: b
    if op == "cas":
        if type.bits == 128:
            return lambda old, b, c: np.where((old == b).all(axis=-1, keepdims=True), c, old)
        return lambda old, b, c: np.where(old == b, c, old)
    if op == "inc":
        return lambda old, b: np.where(old >= b, np.uint32(0), old + np.uint32(1))
    if op == "dec":
        return lambda old, b: np.where((old == 0) | (old > b), b, old - np.uint32(1))
    ufunc = _UFUNCS[op]
    if type in (bf16, bf16x2):
        return _on_bfloat(_FLOAT_UFUNCS.get(op, ufunc))
    if type in (f16, f16x2):
        return _on_half(_FLOAT_UFUNCS.get(op, ufunc))
    if type is f32 and flush and op == "add":
        return lambda old, b: _flushed(_flushed(old) + _flushed(b))
    return _Chain(ufunc)


class _Chain:
    """A plain ufunc, which can also run through a whole group at once."""

    def __init__(self, ufunc: np.ufunc) -> None:
        self.chain = ufunc

    def __call__(self, old: Array, b: Array) -> Array:
        return self.chain(old, b)


_UFUNCS: dict[str, np.ufunc] = {
    "add": np.add,
    "and": np.bitwise_and,
    "or": np.bitwise_or,
    "xor": np.bitwise_xor,
    "min": np.minimum,
    "max": np.maximum,
}
_FLOAT_UFUNCS: dict[str, np.ufunc] = {"min": np.fmin, "max": np.fmax}


def _flushed(value: Array) -> Array:
    """Subnormal numbers as zeros of their sign."""
    return np.where(np.abs(value) < np.finfo(np.float32).tiny, np.copysign(np.float32(0), value), value)


def _on_half(ufunc: np.ufunc) -> Update:
    def change(old: Array, b: Array) -> Array:
        found = ufunc(np.ascontiguousarray(old).view(np.float16), np.ascontiguousarray(b).view(np.float16))
        return found.view(old.dtype)

    return change


def _on_bfloat(ufunc: np.ufunc) -> Update:
    def widen(value: Array) -> Array:
        return (np.ascontiguousarray(value).view(np.uint16).astype(np.uint32) << np.uint32(16)).view(
            np.float32
        )

    def change(old: Array, b: Array) -> Array:
        bits = ufunc(widen(old), widen(b)).view(np.uint32)
        nan = (bits & np.uint32(0x7FFFFFFF)) > np.uint32(0x7F800000)
        rounded = (bits + np.uint32(0x7FFF) + ((bits >> np.uint32(16)) & np.uint32(1))) >> np.uint32(16)
        return np.where(nan, np.uint32(0x7FFF), rounded).astype(np.uint16).view(old.dtype)

    return change
