"""An instruction that whole warps execute: its operands as one array over all warps of a context, and its accesses."""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from ptxgen.emulator.code import Operation
from ptxgen.emulator.errors import ABSENT_LANE, NOT_EMULATED, WRONG_MEMBER_MASK
from ptxgen.emulator.faults import fault
from ptxgen.emulator.frame import Step
from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.emulator.memoryops import address_of, effective_space
from ptxgen.emulator.operands import Operands
from ptxgen.emulator.spaces import Site
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
        self._ranks: dict[int, tuple[Array, Array, Array]] = {}
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
    def seats(self) -> Array:
        """`[warps, 32]`: the position of each lane among the context's threads. EMU012 if a lane has exited."""
        if self.lanes.is_lattice and self.lanes.shape[1] == WARP_SIZE:
            positions = np.arange(self.lanes.size).reshape(self.lanes.shape)
            return np.ascontiguousarray(positions.transpose(0, 2, 1)).reshape(-1, WARP_SIZE)
        row, _, seat = self.lanes.rows
        partial: Array = np.any(seat < 0, axis=1)
        if partial.any():
            thread = int(self.lanes.ids[np.argmax(partial[row])])
            raise fault(
                ABSENT_LANE,
                f"{self.instruction.name} needs all 32 lanes of a warp, and some have exited or never were",
                self.instruction,
                self.batch,
                thread,
                help="launch whole warps, and keep all their lanes alive until after the instruction",
            )
        return seat

    @cached_property
    def _places(self) -> Array:
        """For each of the context's threads its place in `[warps, 32]`, both flat."""
        places = np.empty(self.lanes.size, np.int64)
        places[self.seats.reshape(-1)] = np.arange(self.lanes.size)
        return places

    def registers(self, name: str) -> Array:
        """A source operand's bits, `[warps, 32, registers]`."""
        sources = self._sources[name]
        first = sources[0]
        found = np.empty((*self.seats.shape, len(sources)), f"u{first.itemsize}")
        for number, source in enumerate(sources):
            found[..., number] = self._lane_values(source.view(found.dtype))
        return found

    def _lane_values(self, source: Array) -> Array:
        return np.broadcast_to(source, self.lanes.shape).reshape(-1).take(self.seats)

    @cached_property
    def ranks(self) -> Array:
        """The number of each warp in its CTA."""
        return self.lanes.ids[self.seats[:, 0]] // self.lanes.columns // WARP_SIZE

    def thread(self, warp: int) -> int:
        """The number of a warp's first thread, for messages."""
        return int(self.lanes.ids[self.seats[warp, 0]])

    def constant(self, name: str, otherwise: int) -> int:
        """The value of a constant operand."""
        for slot, operand in zip(self.form.operands, self.instruction.operands, strict=False):
            if slot.name == name and isinstance(operand, Immediate):
                return operand.value
        return otherwise

    def uniform(self, name: str) -> Array:
        """A source operand that all lanes of a warp must agree on, one value a warp. EMU013 where they do not."""
        values = self._lane_values(self._sources[name][0])
        return self._agreed(values, name)

    def _agreed(self, values: Array, name: str) -> Array:
        differ = (values != values[:, :1]).any(axis=1)
        if differ.any():
            warp = int(np.argmax(differ))
            raise fault(
                WRONG_MEMBER_MASK,
                f"{self.instruction.name}: the lanes of a warp give different values of {name}",
                self.instruction,
                self.batch,
                self.thread(warp),
                help="all threads of the warp must execute the instruction with the same operand",
            )
        return values[:, 0]

    def give(self, name: str, value: Array) -> None:
        """Put `[warps, 32, registers]` of bits into a destination's registers."""
        for number, (_, register) in enumerate(self._targets[name]):
            if register is None:
                continue
            target = self.frame.array(register.name)
            full = np.ascontiguousarray(value[..., number]).reshape(-1).take(self._places)
            full = full.reshape(self.lanes.shape)
            np.copyto(target, full[tuple(slice(0, extent) for extent in target.shape)], casting="unsafe")

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
        _, rank, _ = self._ranking(address.shape[1])
        data = site.load(*self.by_thread(address))
        return data[rank].reshape(*address.shape, site.size)

    def by_thread(self, address: Array) -> tuple[Array, Array]:
        """Addresses `[warps, lanes]` of the first lanes of each warp in ascending order of threads, and the threads."""
        order, _, threads = self._ranking(address.shape[1])
        return address.reshape(-1)[order], threads

    def store(self, site: Site, address: Array, data: Array) -> None:
        """Put bytes `[warps, lanes, size]` at the addresses of the first lanes of each warp."""
        order, _, threads = self._ranking(address.shape[1])
        site.store(address.reshape(-1)[order], threads, data.reshape(-1, site.size)[order])

    def _ranking(self, lanes: int) -> tuple[Array, Array, Array]:
        """For the first lanes of all warps: their order by thread, its inverse, and the threads' numbers."""
        found = self._ranks.get(lanes)
        if found is None:
            seats = self.seats[:, :lanes].reshape(-1)
            order = np.argsort(seats)
            rank = np.empty_like(order)
            rank[order] = np.arange(len(order))
            found = self._ranks[lanes] = (order, rank, self.lanes.ids[seats[order]])
        return found

    def refuse(self, reason: str, warp: int = 0) -> Exception:
        """EMU031: the instruction is given something that is not emulated."""
        text = f"{self.instruction.name} is not emulated: {reason}"
        return fault(NOT_EMULATED, text, self.instruction, self.batch, self.thread(warp))
