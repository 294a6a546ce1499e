"""`wmma.load`, `wmma.store` and `wmma.mma` (section 9.7.14.4).

The manual leaves open which lane holds what. Here fragments are those of `mma.sync`, tile by tile. Those of m16n16k16
on f16 are also what is publicly known of processors since sm_80: what `mma.m16n8k16` would have, the columns 8 to 15
of B, C and D after the others. Where the eight registers of f16 that the manual asks for are more than a lane's share
of A or B, the rest repeats the first.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.lanes import WARP_SIZE
from ptxgen.emulator.tensor.formats import ELEMENTS, Element
from ptxgen.emulator.tensor.layouts import Layout
from ptxgen.emulator.tensor.mma import dense, rules, type_names
from ptxgen.emulator.tensor.products import Types, execute
from ptxgen.emulator.tensor.warps import Warps
from ptxgen.isa.rows.fragments import shape

Array = np.ndarray[Any, Any]

_CHUNK = 16
"""Bytes that a lane moves at a time, and the alignment that rows need: as CUDA C asks for, less than the manual."""


def load(warps: Warps) -> None:
    """A matrix from memory to a fragment."""
    place = _Place.of(warps)
    raw = place.element.unpack(place.read(warps))
    matrix = raw.transpose(0, 2, 1) if place.by_columns else raw
    held = warps.count("r") * place.element.packed
    fragment = place.layout.fragment(np.ascontiguousarray(matrix), held)
    warps.give("r", place.element.pack(fragment))


def store(warps: Warps) -> None:
    """The matrix D from a fragment to memory."""
    place = _Place.of(warps)
    matrix = place.layout.matrix(place.element.unpack(warps.registers("r")))
    raw = matrix.transpose(0, 2, 1) if place.by_columns else matrix
    place.write(warps, place.element.pack(raw).view(np.uint8))


def multiply(warps: Warps) -> None:
    """D = A * B + C in every warp."""
    d, *factors, c = type_names(warps.form)
    a, b = factors or ("f16", "f16")
    layouts = dense(*shape(warps.modifier("shape")), ELEMENTS[a].packed)
    execute(warps, Types(a, b, c, d), layouts, rules(warps))


@frozen
class _Place:
    """Where a matrix lies in memory: `vectors` rows, or columns if `by_columns`, of `nbytes` each."""

    layout: Layout
    element: Element
    by_columns: bool

    @staticmethod
    def of(warps: Warps) -> _Place:
        element = ELEMENTS[warps.modifier("type")]
        layouts = dense(*shape(warps.modifier("shape")), element.packed)
        layout = layouts.a if warps.form.has("a") else layouts.b if warps.form.has("b") else layouts.d
        return _Place(layout, element, warps.modifier("layout") == "col")

    @property
    def vectors(self) -> int:
        return self.layout.columns if self.by_columns else self.layout.rows

    @property
    def nbytes(self) -> int:
        length = self.layout.rows if self.by_columns else self.layout.columns
        return length * self.element.bits // 8

    @property
    def chunk(self) -> int:
        return min(_CHUNK, self.nbytes)

    def addresses(self, warps: Warps) -> Array:
        """The address of each chunk, vector by vector, `[warps, chunks]`."""
        start = warps.address("p", same=True)
        stride = np.full(1, self.nbytes, np.uint64)
        if warps.has("stride"):
            stride = warps.uniform("stride").astype(np.uint64) * np.uint64(self.element.bits) >> np.uint64(3)
        vector = np.arange(self.vectors, dtype=np.uint64)
        within = np.arange(0, self.nbytes, self.chunk, dtype=np.uint64)
        found = start[:, None, None] + vector[:, None] * stride[:, None, None] + within
        return found.reshape(len(start), -1)

    def read(self, warps: Warps) -> Array:
        """The bytes, `[warps, vectors, nbytes]`."""
        address = self.addresses(warps)
        site = warps.site("p", self.chunk)
        parts = [warps.load(site, address[:, first : first + WARP_SIZE]) for first in self._rounds()]
        return np.concatenate(parts, axis=1).reshape(len(address), self.vectors, self.nbytes)

    def write(self, warps: Warps, data: Array) -> None:
        """Put bytes `[warps, vectors, nbytes]`."""
        address = self.addresses(warps)
        site = warps.site("p", self.chunk)
        pieces = data.reshape(*address.shape, self.chunk)
        for first in self._rounds():
            chosen = slice(first, first + WARP_SIZE)
            warps.store(site, address[:, chosen], pieces[:, chosen])

    def _rounds(self) -> range:
        """The numbers of the first chunks that the lanes move together."""
        return range(0, self.vectors * self.nbytes // self.chunk, WARP_SIZE)
