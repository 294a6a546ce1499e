"""The registers of one activation of a function, for the threads of one context."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from heapq import heappop, heappush
from typing import Any

import numpy as np

from ptxgen.emulator import special
from ptxgen.emulator.batch import Batch
from ptxgen.emulator.code import Code
from ptxgen.emulator.complex_arrays import ComplexArrays
from ptxgen.emulator.lanes import ALL, Lanes, pick
from ptxgen.emulator.memory import aligned
from ptxgen.isa.types import Type, pred

Array = np.ndarray[Any, Any]
Step = tuple[Any, tuple[Any, ...]]

_STORAGE = {8: np.uint8, 16: np.uint16, 32: np.uint32, 64: np.uint64, 128: np.uint64}


def storage_dtype(type: Type) -> np.dtype[Any]:
    """How a register is kept: an unsigned integer, a bool for predicates, two uint64 for 128 bits."""
    return np.dtype(np.bool_ if type is pred else _STORAGE[type.bits])


class Frame:
    """Register values as arrays that broadcast to `lanes.shape`, with buffers for results on the way.

    `axes` gives each register's axes. In a lattice, registers that are never needed at once share a buffer. `base` is
    where the function's local variables start in each thread's local memory. `bound` are the blocks that were made
    ready to run on these arrays.
    """

    def __init__(
        self, code: Code, batch: Batch, lanes: Lanes, axes: Mapping[str, int], base: int, back: int = -1
    ) -> None:
        self.code = code
        self.batch = batch
        self.lanes = lanes
        self.axes = axes
        self.base = base
        self.back = back
        self.arrays: dict[str, Array] = _allocate(code, lanes, axes) if lanes.is_lattice else {}
        self.bound: dict[Any, Any] = {}
        self.specials: dict[str, Array] = {}
        self.special_axes = special.axes(batch.launch)
        self.complex = ComplexArrays()
        self._spare: dict[tuple[int, int], Array] = {}

    def array(self, name: str) -> Array:
        """The storage of a register; made on first use in a flat context."""
        array = self.arrays.get(name)
        if array is None:
            type = self.code.registers[name]
            shape = self.lanes.extents(0 if name in self.code.constants else ALL)
            array = np.zeros(shape + (2,) * (type.bits == 128), storage_dtype(type))
            self.arrays[name] = array
        return array

    def special(self, name: str) -> Array:
        """The value of a special register on these lanes (not of a clock)."""
        array = self.specials.get(name)
        if array is None:
            array = special.value(name, self.batch, self.lanes, self.special_axes.get(name, 0))
            self.specials[name] = array
        return array

    def refresh(self) -> None:
        """The batch has taken other CTAs: recompute what depends on them, in place; nothing is written yet."""
        for name, array in self.arrays.items():
            if name not in self.code.registers:
                array.fill(0)
        for name, array in self.specials.items():
            array[...] = special.value(name, self.batch, self.lanes, self.special_axes.get(name, 0))

    def spare(self, shape: tuple[int, ...], dtype: Any, number: int = 0) -> Array:
        """A buffer for a value on the way, shared by all operations; `number` tells those of one operation apart."""
        dtype = np.dtype(dtype)
        size = dtype.itemsize
        for extent in shape:
            size *= extent
        buffer = self._spare.get((size, number))
        if buffer is None:
            buffer = self._spare[size, number] = aligned(size)
        return buffer.view(dtype).reshape(shape)

    def reuse(self, lanes: Lanes, back: int) -> None:
        """A flat frame serves other threads, as many as before; registers are undefined."""
        self.lanes, self.back = lanes, back
        for name in [n for n in self.arrays if n not in self.code.registers]:
            del self.arrays[name]
        for name, array in self.specials.items():
            array[...] = special.value(name, self.batch, lanes, self.special_axes.get(name, 0))

    def values(self, name: str, places: Array) -> Array:
        """What a register holds on the threads at some places, one axis."""
        array = self.arrays[name]
        shape = self.lanes.shape
        if array.ndim == len(shape):
            return pick(array, shape, places)
        return np.stack([pick(array[..., half], shape, places) for half in (0, 1)], axis=-1)

    def assign(self, name: str, values: Array) -> None:
        """Give a register of a flat frame its values on all threads."""
        if name in self.code.registers:
            self.array(name)[...] = values
        else:
            self.arrays[name] = values

    def copy_columns(self, keep: Array, part: Frame, live: Iterable[str]) -> None:
        """Fill a lattice frame of some of this lattice's CTAs (`keep`: their places in it) with the live registers."""
        for name in live:
            array = self.arrays[name]
            if name not in part.arrays:
                part.arrays[name] = np.zeros(part.lanes.shape, array.dtype)
            part.arrays[name][...] = array[:, :, keep] if array.shape[2] > 1 else array


def _allocate(code: Code, lanes: Lanes, axes: Mapping[str, int]) -> dict[str, Array]:
    """Storage for every register; those whose spans do not overlap share it (linear scan, latest freed first)."""
    arrays: dict[str, Array] = {}
    free: dict[int, list[Array]] = {}
    active: list[tuple[int, int, Array]] = []
    """A heap of the last position that a register is needed at, a number that tells equal ones apart, its buffer."""
    never = (0, 0)
    for number, name in enumerate(sorted(code.registers, key=lambda n: code.spans.get(n, never)[0])):
        start, end = code.spans.get(name, never)
        while active and active[0][0] < start:
            _, _, buffer = heappop(active)
            free.setdefault(buffer.size, []).append(buffer)
        type = code.registers[name]
        dtype = storage_dtype(type)
        shape = lanes.extents(axes[name]) + (2,) * (type.bits == 128)
        size = int(np.prod(shape)) * dtype.itemsize
        pool = free.get(size)
        buffer = pool.pop() if pool else aligned(size, zero=True)
        heappush(active, (end, number, buffer))
        arrays[name] = buffer.view(dtype).reshape(shape)
    return arrays
