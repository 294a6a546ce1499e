"""An instruction of the asynchronous kind bound to a frame: its operands, one value for each active thread."""

from __future__ import annotations

from copy import copy
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.batch import Batch
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.emulator.elementwise import merge
from ptxgen.emulator.errors import OUT_OF_BOUNDS, EmulatorError
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Step
from ptxgen.emulator.lanes import pick
from ptxgen.emulator.memoryops import address_of, effective_space
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.spaces import SHARED_WINDOW, Site, in_window
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.operands import Address, Guard, Immediate, Register, Sink, TensorAddress
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type

Array = np.ndarray[Any, Any]


@frozen(eq=False)
class Place:
    """An address operand: a base for each thread, an offset, where it points to, and a name of the base."""

    base: Array
    offset: int
    space: StateSpace
    key: str


class Actor:
    """Threads that execute an instruction."""

    def __init__(self, instruction: Instruction, batch: Batch, threads: Array) -> None:
        self.instruction = instruction
        self.batch = batch
        self.threads = threads

    def fault(
        self, id: str, message: str, bad: Array, help: str = "", notes: tuple[str, ...] = ()
    ) -> EmulatorError:
        """An error at the first bad one of the threads; the instruction's name is put before the message."""
        thread = int(self.threads[int(np.argmax(bad))])
        text = f"{self.instruction.name}: {message}"
        return fault(id, text, self.instruction, self.batch, thread, help=help, notes=notes)


class Request(Actor):
    """Operands go by the manual's names. `begin` finds out which threads are active; all values are theirs."""

    def __init__(
        self, instruction: Instruction, guard: Guard | None, operands: Operands, steps: list[Step]
    ) -> None:
        super().__init__(instruction, operands.frame.batch, operands.frame.lanes.ids)
        self.modifiers = instruction.form.modifiers
        self.frame = operands.frame
        self.lanes = operands.frame.lanes
        self.constants: dict[str, int] = {}
        self._sources: dict[str, list[Array]] = {}
        self._targets: dict[str, list[tuple[Type, Register | None]]] = {}
        self._places: dict[str, Place] = {}
        for slot, operand in zip(instruction.form.operands, instruction.operands, strict=False):
            if isinstance(operand, Address | TensorAddress):
                plain = operand if isinstance(operand, Address) else Address(operand.base, operand.offset)
                base, offset, key = address_of(plain, operands)
                space = effective_space(slot.space or instruction.form.space, plain, self.frame)
                self._places[slot.name] = Place(base, offset, space, key)
                if isinstance(operand, TensorAddress):
                    second = slot.second.type if slot.second is not None else None
                    self._sources["coordinates"] = [
                        operands.source(second, c, steps) for c in operand.coordinates.elements
                    ]
            elif isinstance(operand, Sink):
                pass
            elif slot.writes:
                self._targets[slot.name] = operands.targets(slot, operand)
            else:
                if isinstance(operand, Immediate):
                    self.constants[slot.name] = operand.value
                self._sources[slot.name] = operands.sources(slot, operand, steps)
        self.mask = operands.guard(guard, steps) if guard is not None else None
        self.positions: Array = np.arange(self.lanes.size)

    def begin(self) -> bool:
        """Look who is active; whether anybody is."""
        if self.mask is not None:
            self.positions = np.flatnonzero(np.broadcast_to(self.mask, self.lanes.shape))
            self.threads = self.lanes.ids[self.positions]
        return bool(self.positions.size)

    def has(self, name: str) -> bool:
        """Whether there is a source operand of this name."""
        return name in self._sources

    def gives(self, name: str) -> bool:
        """Whether there is a destination of this name."""
        return name in self._targets

    def place(self, name: str) -> Place:
        """An address operand as it is in the text."""
        return self._places[name]

    @property
    def whole(self) -> bool:
        """Whether all threads of the batch are active."""
        return self.mask is None and self.lanes.whole

    def only(self, position: int) -> Request:
        """The same instruction for one of the active threads."""
        one = copy(self)
        one.positions = self.positions[position : position + 1]
        one.threads = self.threads[position : position + 1]
        return one

    def value(self, name: str) -> Array:
        """A source operand, one element for each active thread."""
        return pick(self._sources[name][0], self.lanes.shape, self.positions)

    def bytes(self, name: str) -> Array:
        """A source operand, all elements of a vector one behind the other, as bytes: `[threads, size]`."""
        parts = [pick(source, self.lanes.shape, self.positions) for source in self._sources[name]]
        return np.concatenate([np.ascontiguousarray(p)[:, None].view(np.uint8) for p in parts], axis=1)

    def coordinates(self) -> Array:
        """The coordinates of a tensor address, `[threads, dimensions]`."""
        parts = [pick(c, self.lanes.shape, self.positions) for c in self._sources["coordinates"]]
        return np.stack(parts, axis=1).astype(np.int64)

    def address(self, name: str) -> Array:
        """The addresses of an address operand (uint64), in its space."""
        place = self._places[name]
        address = pick(place.base, self.lanes.shape, self.positions).astype(np.uint64)
        if place.offset:
            address += np.uint64(place.offset & (1 << 64) - 1)
            if place.base.itemsize == 4:
                address &= np.uint64((1 << 32) - 1)
        return address

    def space(self, name: str) -> StateSpace:
        """Where the addresses of an address operand point to."""
        return self._places[name].space

    def shared(self, name: str, size: int, alignment: int = 0) -> tuple[Array, Array]:
        """Addresses in shared memory, and the columns of the CTAs they are in. EMU001, EMU002 if they are bad."""
        address, place = self.address(name), self._places[name]
        if place.space is StateSpace.GENERIC:
            inside = in_window(address, SHARED_WINDOW)
            if not inside.all():
                raise self.fault(OUT_OF_BOUNDS, "an address is not in shared memory", ~inside)
            address = address - np.uint64(SHARED_WINDOW)
        site = Site(self.instruction, self.batch, StateSpace.SHARED, size, alignment)
        return site.locate(address, self.threads)

    def give(self, name: str, value: Array) -> None:
        """Assign a result, one element for each active thread."""
        type, register = self._targets[name][0]
        if register is None:
            return
        shape = self.lanes.shape
        storage = self.frame.array(register.name)
        full = np.zeros(self.lanes.size, dtype_of(type))
        full[self.positions] = value
        full = full.reshape(shape)[tuple(slice(0, extent) for extent in storage.shape)]
        if self.mask is None:
            np.copyto(storage, full, casting="unsafe")
        else:
            merge(storage, full, self.mask)
