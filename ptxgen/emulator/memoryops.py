"""Loads and stores: the fast paths where all threads of a context take part, and the general path for all else."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from attrs import define

from ptxgen.emulator.addressing import GlobalBase
from ptxgen.emulator.banked import Banked
from ptxgen.emulator.code import Kind, Operation
from ptxgen.emulator.elementwise import merge
from ptxgen.emulator.frame import Frame, Step
from ptxgen.emulator.lanes import pick
from ptxgen.emulator.memory import UNITS
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.spaces import Site
from ptxgen.ir.operands import Address, Guard, Operand, Register, Sink, Symbol, Vector
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import OperandForm
from ptxgen.isa.types import Type

Array = np.ndarray[Any, Any]


def bind(
    operation: Operation, guard: Guard | None, operands: Operands, bases: dict[str, GlobalBase]
) -> list[Step]:
    """Calls that execute a load or store. `bases` are the registers resolved so far in this block."""
    steps: list[Step] = []
    mask = operands.guard(guard, steps) if guard is not None else None
    access = _Access.of(operation, operands, mask, steps)
    fast = mask is None
    if fast and access.site.space is StateSpace.GLOBAL and access.site.size <= 16:
        key = access.key
        if key not in bases:
            bases[key] = GlobalBase(access.address, operands.frame.batch.launch.memory)
            steps.append((bases[key].resolve, ()))
        loads = operation.kind is Kind.LOAD
        quick = _FastGlobal(access, bases[key], loads)
        steps.append((quick.load if loads else quick.store, ()))
    elif fast and access.site.space is StateSpace.SHARED and access.rows:
        steps.append((access.load_rows if operation.kind is Kind.LOAD else access.store_rows, ()))
    elif fast and access.site.space in (StateSpace.SHARED, StateSpace.LOCAL) and access.type.bits <= 64:
        steps.append((access.load_banked if operation.kind is Kind.LOAD else access.store_banked, ()))
    else:
        steps.append((access.load if operation.kind is Kind.LOAD else access.store, ()))
    return steps


def effective_space(form_space: StateSpace | None, address: Address, frame: Frame) -> StateSpace:
    """Where an access really goes: constants and entry parameters are global, parameters of functions are local."""
    if form_space is StateSpace.CONST:
        return StateSpace.GLOBAL
    if form_space is StateSpace.PARAM:
        own = isinstance(address.base, Symbol) and address.base.name in frame.code.local
        return StateSpace.LOCAL if own or not frame.code.function.is_entry else StateSpace.GLOBAL
    return form_space or StateSpace.GENERIC


def address_of(address: Address, operands: Operands) -> tuple[Array, int, str]:
    """The base of an address as an array (uint32 or uint64), the constant offset, and a name for the base."""
    if isinstance(address.base, Register):
        array = operands.frame.array(address.base.name)
        return array, address.offset, address.base.name
    start = operands.resolve(address.base.name) + address.base.offset if address.base is not None else 0
    total = start + address.offset
    array = np.array([total], np.uint64)
    if operands.frame.lanes.is_lattice:
        array = array.reshape(1, 1, 1)
    return array, 0, f"={total}"


@define(eq=False)
class _Access:
    """A load or store bound to a frame. `values` are register arrays (None for `_`, constants' arrays for stores)."""

    site: Site
    frame: Frame
    address: Array
    offset: int
    key: str
    mask: Array | None
    type: Type
    registers: list[Register | None]
    values: list[Array]
    shape: tuple[int, ...]
    rows: bool
    watched: bool

    @staticmethod
    def of(operation: Operation, operands: Operands, mask: Array | None, steps: list[Step]) -> _Access:
        instruction, frame = operation.instruction, operands.frame
        loads = operation.kind is Kind.LOAD
        place, data = (1, 0) if loads else (0, 1)
        where = instruction.operands[place]
        assert isinstance(where, Address)
        address, offset, key = address_of(where, operands)
        slot, operand = instruction.form.operands[data], instruction.operands[data]
        assert slot.type is not None
        registers, values = _data(slot, operand, operands, steps, loads)
        space = effective_space(instruction.form.space, where, frame)
        site = Site(instruction, frame.batch, space, slot.type.bytes * len(registers))
        shape = _shape(space, frame, address, mask, slot.type, values, loads)
        rows = frame.lanes.whole and address.shape[-1] == 1 and slot.type.bytes in (4, 8, 16)
        if loads and slot.type.bits != 128:  # a wider register takes more than the row
            rows &= all(
                r is None or v.itemsize == slot.type.bytes for r, v in zip(registers, values, strict=True)
            )
        watched = bool(frame.batch.launch.observers)
        return _Access(
            site, frame, address, offset, key, mask, slot.type, registers, values, shape, rows, watched
        )

    @property
    def count(self) -> int:
        return len(self.registers)

    def load(self) -> None:
        """Any load: checked for each thread, scattered into the registers."""
        positions = self._positions()
        if not positions.size:
            return
        data = self.site.load(self._addresses(positions), self._threads(positions))
        unit = self.type.bytes
        for number, (register, target) in enumerate(zip(self.registers, self.values, strict=True)):
            if register is None:
                continue
            value = np.ascontiguousarray(data[:, number * unit : (number + 1) * unit])
            if self.type.bits == 128:
                self._assign(target, value.view(np.uint64), positions)
            else:
                wide = target.view(f"{self._code}{target.itemsize}") if target.dtype != np.bool_ else target
                self._assign(wide, value.view(f"{self._code}{unit}")[:, 0], positions)

    def _assign(self, target: Array, value: Array, positions: Array) -> None:
        """Bring values of single threads into a register array, which may vary along fewer or more axes."""
        rest = value.shape[1:]
        if target.shape == self.shape + rest:
            target.reshape(-1, *rest)[positions] = value
            return
        if self.mask is not None and self._is_narrow(target):
            self._scatter(target, value, positions)
            return
        full = np.zeros((int(np.prod(self.shape)), *rest), value.dtype)
        full[positions] = value
        full = full.reshape(self.shape + rest)
        corner = full[tuple(slice(0, extent) for extent in target.shape)]
        if self.mask is None:
            np.copyto(target, corner, casting="unsafe")
        else:
            merge(target, corner, self.mask)

    def _is_narrow(self, target: Array) -> bool:
        """Whether some axis of the threads is one along which the register does not vary."""
        return any(own < extent for own, extent in zip(target.shape, self.shape, strict=False))

    def _scatter(self, target: Array, value: Array, positions: Array) -> None:
        """Assign a register that all threads of an arm agree on: any of those that take the arm has its value."""
        loaded = np.full(self.shape, -1, np.int64)
        loaded.reshape(-1)[positions] = np.arange(positions.size)
        axes = target.shape[: loaded.ndim]
        both = np.broadcast_shapes(self.shape, axes)
        number = np.broadcast_to(loaded, both)
        element = np.broadcast_to(np.arange(int(np.prod(axes))).reshape(axes), both)
        held = number >= 0
        target.reshape(-1, *value.shape[1:])[element[held]] = value[number[held]]

    def store(self) -> None:
        """Any store, in ascending order of threads."""
        positions = self._positions()
        if not positions.size:
            return
        data = self._bytes(self.shape, positions)
        self.site.store(self._addresses(positions), self._threads(positions), data)

    def _bytes(self, shape: tuple[int, ...], positions: Array) -> Array:
        """What threads store, `[positions, size]`."""
        unit = self.type.bytes
        data = np.empty((positions.size, self.site.size), np.uint8)
        for number, value in enumerate(self.values):
            if self.type.bits == 128:
                full = np.broadcast_to(value, (*shape, 2)).reshape(-1, 2)[positions]
            else:
                full = pick(value, shape, positions)
            data[:, number * unit : (number + 1) * unit] = full.view(np.uint8).reshape(-1, unit)
        return data

    def load_rows(self) -> None:
        """A load from shared memory at addresses that all CTAs agree on: whole rows."""
        word = self._words()
        shared = self.site.batch.shared
        if word is None or not shared.all_written(word, self.site.size):
            self.load()
            return
        self.tell(write=False)
        words = self.type.bytes // 4
        for number, (register, target) in enumerate(zip(self.registers, self.values, strict=True)):
            if register is None:
                continue
            parts = target.view(np.uint32).reshape(*target.shape, words) if words > 1 else None
            for part in range(words):
                row = word + (number * words + part)
                if parts is not None:
                    parts[..., part] = shared.rows[row]
                elif target.shape == (*row.shape, shared.columns):
                    shared.rows.take(row, 0, target.view(np.uint32), "clip")
                else:
                    target.view(np.uint32)[...] = shared.rows[row]

    def store_rows(self) -> None:
        """A store to shared memory at addresses that all CTAs agree on."""
        word = self._words()
        shared = self.site.batch.shared
        if word is None:
            self.store()
            return
        self.tell(write=True)
        words = self.type.bytes // 4
        shape = (*np.broadcast_shapes(word.shape, self.shape[:2]), shared.columns)
        word = np.broadcast_to(word, shape[:2])
        for number, value in enumerate(self.values):
            for part in range(words):
                source = value if words == 1 else _word(value, part, words)
                row = word + (number * words + part)
                shared.rows[row] = np.broadcast_to(source.view(np.uint32) if words == 1 else source, shape)
                if shared.written is not None:
                    shared.written[row] = 0x01010101

    def load_banked(self) -> None:
        """A load from shared or local memory by all threads."""
        bank, column = self._bank()
        place = self._places(bank)
        if place is None or (bank.track and self._misses(bank, place, column)):
            self.load()
            return
        self.tell(write=False)
        unit = self.type.bytes
        for number, (register, target) in enumerate(zip(self.registers, self.values, strict=True)):
            if register is not None:
                value = bank.load(place + number * unit, column, unit).view(f"{self._code}{unit}")
                corner = value[tuple(slice(0, extent) for extent in target.shape)]
                np.copyto(target.view(f"{self._code}{target.itemsize}"), corner)

    def store_banked(self) -> None:
        """A store to shared or local memory by all threads."""
        bank, column = self._bank()
        place = self._places(bank)
        if place is None:
            self.store()
            return
        self.tell(write=True)
        unit = self.type.bytes
        shape = np.broadcast_shapes(self.shape, column.shape)
        for number, value in enumerate(self.values):
            bits = np.broadcast_to(value.view(f"u{unit}"), shape)
            bank.store(np.broadcast_to(place + number * unit, shape), column, unit, bits)

    def tell(self, *, write: bool) -> None:
        """Tell the observers, if there are any, of an access by all threads."""
        if not self.watched:
            return
        lanes, where = self.frame.lanes, self.address.astype(np.uint64)
        if self.offset:
            where += np.uint64(self.offset & (1 << 64) - 1)
        data = partial(self._bytes, lanes.shape, np.arange(lanes.ids.size)) if write else None
        self.site.tell(where, lanes.shape, lanes.ids, write=write, data=data)

    def _misses(self, bank: Banked, place: Array, column: Array) -> bool:
        """Whether some thread would read what nobody wrote."""
        unit = self.type.bytes
        for number in range(self.count):
            missing = bank.missing(place + number * unit, column, unit)
            if missing is not None and missing.any():
                return True
        return False

    def _bank(self) -> tuple[Banked, Array]:
        lanes, batch = self.frame.lanes, self.site.batch
        if self.site.space is StateSpace.SHARED:
            return batch.shared, lanes.column
        return batch.local, lanes.ids.reshape(lanes.shape)

    def _places(self, bank: Banked) -> Array | None:
        """Byte addresses; None if some thread is out of bounds or misaligned."""
        address = self.address.astype(np.int64)
        if self.offset:
            address += self.offset
        size = self.site.size
        if (
            int(np.bitwise_or.reduce(address, axis=None)) & (size - 1)
            or int(address.min()) < 0
            or int(address.max()) + size > bank.nbytes
        ):
            return None
        return address

    def _words(self) -> Array | None:
        """Word numbers of a row access without the CTA axis; None if some thread is out of bounds or misaligned."""
        places = self._places(self.site.batch.shared)
        return None if places is None else places[..., 0] >> 2

    @property
    def _code(self) -> str:
        return "i" if self.type.is_signed else "u"

    def _positions(self) -> Array:
        if self.mask is None:
            return np.arange(int(np.prod(self.shape)))
        return np.flatnonzero(np.broadcast_to(self.mask, self.shape))

    def _addresses(self, positions: Array) -> Array:
        address = pick(self.address, self.shape, positions).astype(np.uint64)
        if self.offset:
            address += np.uint64(self.offset & (1 << 64) - 1)
            if self.address.itemsize == 4 and self.site.space is not StateSpace.GLOBAL:
                address &= np.uint64((1 << 32) - 1)
        return address

    def _threads(self, positions: Array) -> Array:
        lanes = self.frame.lanes
        if self.shape == lanes.shape:
            return lanes.ids[positions]
        corner = tuple(slice(0, extent) for extent in self.shape)
        return lanes.ids.reshape(lanes.shape)[corner].reshape(-1)[positions]


def _data(
    slot: OperandForm, operand: Operand, operands: Operands, steps: list[Step], loads: bool
) -> tuple[list[Register | None], list[Array]]:
    """The register (None for a constant or `_`) and the array of each element that moves."""
    elements = operand.elements if isinstance(operand, Vector) else (operand,)
    registers = [e if isinstance(e, Register) else None for e in elements]
    assert slot.type is not None
    if not loads:
        return registers, [operands.source(slot.type, e, steps) for e in elements]
    none = np.zeros((1,), np.uint8)
    return registers, [
        none if r is None or isinstance(e, Sink) else operands.frame.array(r.name)
        for r, e in zip(registers, elements, strict=True)
    ]


def _shape(
    space: StateSpace,
    frame: Frame,
    address: Array,
    mask: Array | None,
    type: Type,
    values: list[Array],
    loads: bool,
) -> tuple[int, ...]:
    """The threads that must act one by one, as a shape: all axes along which address, data or memory can differ."""
    lanes = frame.lanes
    if space in (StateSpace.LOCAL, StateSpace.GENERIC) or frame.batch.launch.observers:
        return lanes.shape
    shapes = [address.shape]
    if not loads:
        shapes += [v.shape[:-1] if type.bits == 128 else v.shape for v in values]
    if mask is not None:
        shapes.append(mask.shape)
    if space is StateSpace.SHARED:
        shapes.append(lanes.column.shape)
    shape = np.broadcast_shapes(*shapes)
    return (1, 1, 1) if lanes.is_lattice and len(shape) == 1 else shape


def _word(value: Array, part: int, words: int) -> Array:
    flat = np.ascontiguousarray(value).view(np.uint32)
    return flat.reshape(*value.shape[:3], words)[..., part]


class _FastGlobal:
    """A load or store of global memory by all threads, through a base that was resolved before."""

    def __init__(self, access: _Access, base: GlobalBase, loads: bool) -> None:
        self.access = access
        self.base = base
        unit, count = access.type.bytes, access.count
        size = access.site.size
        self.shape = base.shape if loads else access.shape
        self.units = UNITS[size]
        code = "i" if access.type.is_signed and loads else "u"
        self.direct: Array | None = None
        self.pairs: list[tuple[Array, Array]] = []
        first = access.values[0]
        if (
            count == 1
            and unit <= 8
            and (
                not loads
                or (access.registers[0] is not None and first.shape == self.shape and first.itemsize == unit)
            )
        ):
            self.direct = (
                first.view(self.units) if loads else np.broadcast_to(first.view(self.units), self.shape)
            )
            return
        self.raw = access.frame.spare(self.shape, self.units)
        if access.type.bits == 128:
            elements = [self.raw.view(np.uint64).reshape(*self.shape, 2)]
        else:
            split = self.raw.view(f"{code}{unit}").reshape(*self.shape, count)
            elements = [split[..., i] for i in range(count)]
        for register, value, element in zip(access.registers, access.values, elements, strict=True):
            if not loads:
                self.pairs.append((element, value if access.type.bits == 128 else value.view(element.dtype)))
            elif register is not None:
                wide = value if access.type.bits == 128 else value.view(f"{code}{value.itemsize}")
                self.pairs.append((wide, element))

    def load(self) -> None:
        """Gather into the registers."""
        found = self.base.at(self.access.offset, self.access.site.size)
        if found is None:
            self.access.load()
            return
        self.access.tell(write=False)
        view, index = found
        if self.direct is not None:
            view.take(index, None, self.direct, "clip")
            return
        view.take(index, None, self.raw, "clip")
        for target, element in self.pairs:
            np.copyto(target, element)

    def store(self) -> None:
        """Scatter from the registers; of threads that write one place the last one wins."""
        found = self.base.at(self.access.offset, self.access.site.size)
        if found is None:
            self.access.store()
            return
        self.access.tell(write=True)
        view, index = found
        if self.direct is None:
            for element, value in self.pairs:
                np.copyto(element, value)
        view[np.broadcast_to(index, self.shape)] = self.raw if self.direct is None else self.direct
