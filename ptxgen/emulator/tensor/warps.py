"""An instruction that whole warps execute: its operands as one array over all warps of a context, and its accesses."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ptxgen.emulator.code import Operation
from ptxgen.emulator.errors import ABSENT_LANE, NOT_EMULATED, UNEQUAL_OPERANDS
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Step
from ptxgen.emulator.memoryops import address_of, effective_space
from ptxgen.emulator.observer import Access
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.spaces import Site
from ptxgen.emulator.tensor.seats import Seats, seats_of
from ptxgen.ir.operands import Address, Immediate, Register
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type

Array = np.ndarray[Any, Any]


class Warps:
    """An instruction bound to a frame. Warps are in a fixed order; lanes are the second axis of everything."""

    def __init__(self, operation: Operation, operands: Operands, steps: list[Step]) -> None:
        self.instruction = operation.instruction
        self.form = operation.instruction.form
        self.frame = operands.frame
        self.lanes = operands.frame.lanes
        self.batch = operands.frame.batch
        self._sources: dict[str, list[Array]] = {}
        self._targets: dict[str, list[tuple[Type, Register | None]]] = {}
        self._addresses: dict[str, tuple[Array, int, StateSpace]] = {}
        self._origin: Access | None = None
        for slot, operand in zip(self.form.operands, self.instruction.operands, strict=False):
            if isinstance(operand, Address):
                base, offset, _ = address_of(operand, operands)
                space = effective_space(slot.space or self.form.space, operand, self.frame)
                self._addresses[slot.name] = (base, offset, space)
                continue
            if slot.writes:
                self._targets[slot.name] = operands.targets(slot, operand)
            if not slot.writes or slot.updates:
                self._sources[slot.name] = operands.sources(slot, operand, steps)

    def modifier(self, name: str) -> str:
        """What stands in a slot of the instruction's name; empty if nothing."""
        return self.form.modifiers.get(name, "")

    def has(self, name: str) -> bool:
        """Whether the instruction has a source operand of this name."""
        return name in self._sources

    def count(self, name: str) -> int:
        """How many registers of a lane an operand has."""
        return len(self._sources.get(name) or self._targets[name])

    @cached_property
    def seats(self) -> Seats:
        """Where the lanes are. EMU012 if a warp misses one."""
        seats = seats_of(self.lanes)
        if seats.partial.any():
            raise fault(
                ABSENT_LANE,
                f"{self.instruction.name} needs all 32 lanes of a warp, and some have exited or never were",
                self.instruction,
                self.batch,
                seats.thread(int(np.argmax(seats.partial))),
                help="launch whole warps, and keep all their lanes alive until after the instruction",
            )
        return seats

    def registers(self, name: str) -> Array:
        """A source operand's bits, `[warps, 32, registers]`."""
        sources = self._sources[name]
        first = sources[0]
        threads = np.empty((len(sources), self.lanes.size), f"u{first.itemsize}")
        by_axes = threads.reshape(-1, *self.lanes.shape)
        for number, source in enumerate(sources):
            by_axes[number] = source.view(threads.dtype)
        return np.ascontiguousarray(threads.take(self.seats.position, 1).transpose(1, 2, 0))

    def _lane_values(self, source: Array) -> Array:
        return np.broadcast_to(source, self.lanes.shape).reshape(-1).take(self.seats.position)

    @property
    def ranks(self) -> Array:
        """The number of each warp in its CTA."""
        return self.seats.ranks

    def thread(self, warp: int) -> int:
        """The number of a warp's first thread, for messages."""
        return self.seats.thread(warp)

    def constant(self, name: str, otherwise: int) -> int:
        """The value of a constant operand."""
        for slot, operand in zip(self.form.operands, self.instruction.operands, strict=False):
            if slot.name == name and isinstance(operand, Immediate):
                return operand.value
        return otherwise

    def uniform(self, name: str) -> Array:
        """A source operand that all lanes of a warp must agree on, one value a warp. EMU019 where they do not."""
        values = self._lane_values(self._sources[name][0])
        return self._agreed(values, name)

    def _agreed(self, values: Array, name: str) -> Array:
        differ = (values != values[:, :1]).any(axis=1)
        if differ.any():
            warp = int(np.argmax(differ))
            raise fault(
                UNEQUAL_OPERANDS,
                f"{self.instruction.name}: the lanes of a warp give different values of {name}",
                self.instruction,
                self.batch,
                self.thread(warp),
                help="all threads of the warp must execute the instruction with the same operand",
            )
        return values[:, 0]

    def give(self, name: str, value: Array) -> None:
        """Put `[warps, 32, registers]` of bits into a destination's registers."""
        by_register = value.reshape(self.lanes.size, -1).T
        by_axes = by_register.take(self.seats.places, 1).reshape(-1, *self.lanes.shape)
        for (_, register), full in zip(self._targets[name], by_axes, strict=True):
            if register is None:
                continue
            target = self.frame.array(register.name)
            if target.shape != full.shape:
                full = full[tuple(slice(0, extent) for extent in target.shape)]
            np.copyto(target, full, casting="unsafe")

    # Memory

    def address(self, name: str, *, same: bool = False) -> Array:
        """Each lane's address, `[warps, 32]`, or `[warps]` if it must be the `same` on all lanes."""
        base, offset, space = self._addresses[name]
        values = self._lane_values(base).astype(np.uint64)
        if same:
            values = self._agreed(values, "the address")
        if offset:
            values += np.uint64(offset & (1 << 64) - 1)
            if base.itemsize == 4 and space is not StateSpace.GLOBAL:
                values &= np.uint64((1 << 32) - 1)
        return values

    def site(self, name: str, size: int) -> Site:
        """Accesses of `size` bytes through an address operand."""
        return Site(self.instruction, self.batch, self._addresses[name][2], size)

    def load(self, site: Site, address: Array) -> Array:
        """The bytes at addresses `[warps, lanes]` of the first lanes of each warp: `[warps, lanes, size]`."""
        data = site.load(*self.by_thread(address))
        return data[self.seats.order(address.shape[1]).rank].reshape(*address.shape, site.size)

    def holes(self, address: Array, size: int) -> Array | None:
        """Which bytes of the last load nobody wrote (1 for each), as `load` gives the bytes; None if all were.

        Whoever asks takes it on himself: the values were only copied.
        """
        missing, self.batch.missing = self.batch.missing, []
        if not missing:
            return None
        _, threads = self.by_thread(address)
        found = np.zeros((len(threads), size), np.uint8)
        for access, holes in missing:
            found[np.searchsorted(threads, access.threads)] = holes
        self._origin = missing[0][0]
        return found[self.seats.order(address.shape[1]).rank].reshape(*address.shape, size)

    def leave_unset(self, name: str, holes: Array) -> None:
        """Mark bytes of a destination's registers as unset: `[warps, 32, registers]` of b32 with 1 in each byte."""
        bytes = np.ascontiguousarray(holes).view(np.uint8).reshape(*holes.shape, 4)
        masks = (bytes @ np.array([1, 2, 4, 8], np.uint8)).astype(np.uint16)
        by_register = masks.reshape(self.lanes.size, -1).T.take(self.seats.places, 1)
        for (_, register), mask in zip(self._targets[name], by_register, strict=True):
            if register is not None and self._origin is not None:
                self.batch.copied[register.name] = (mask, self._origin)

    def by_thread(self, address: Array) -> tuple[Array, Array]:
        """Addresses `[warps, lanes]` of the first lanes of each warp in ascending order of threads, and the threads."""
        order = self.seats.order(address.shape[1])
        return address.reshape(-1)[order.places], order.threads

    def store(self, site: Site, address: Array, data: Array) -> None:
        """Put bytes `[warps, lanes, size]` at the addresses of the first lanes of each warp."""
        order = self.seats.order(address.shape[1])
        site.store(*self.by_thread(address), data.reshape(-1, site.size)[order.places])

    def refuse(self, reason: str, warp: int = 0) -> Exception:
        """EMU031: the instruction is given something that is not emulated."""
        text = f"{self.instruction.name} is not emulated: {reason}"
        return fault(NOT_EMULATED, text, self.instruction, self.batch, self.thread(warp))
