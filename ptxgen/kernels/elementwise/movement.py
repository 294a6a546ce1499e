"""Data that only moves: copies and transposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, b32, f16, f32, f64, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, choice, option, size
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_VECTORS = 4
"""Loads of 16 bytes that a thread of `Copy` starts before it stores the first."""

TILE = 32
"""Rows and columns of a tile of `Transpose`."""

_ROWS = 8
"""Rows of a tile that a CTA of 32 x 8 threads moves at once."""


@register(family="elementwise")
@frozen
class Copy(Kernel):
    """y = x, 64 bytes a thread in four loads of 16.

    x, y: [n] uint8, 16-byte aligned; view other types as bytes. n is a launch-time parameter.
    """

    n: int = size(10_000)
    threads: int = option(128)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        at_most("n", 2**31 - 1),
        multiple("threads", 32),
        at_most("threads", 1024),
    )

    @property
    def signature(self) -> Signature:
        return Signature(x=In(u8, "n"), y=Out(u8, "n"), n=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer, n: Value) -> None:
        k.launch_bounds(required=self.threads)
        start = k.ctaid.x * (self.threads * 16 * _VECTORS) + k.tid.x * 16
        with k.if_(start + (_VECTORS - 1) * 16 * self.threads + 16 <= n):
            places = [start + i * 16 * self.threads for i in range(_VECTORS)]
            loaded = [x.at(place).cast(b32).load(vec=4) for place in places]
            for place, words in zip(places, loaded, strict=True):
                y.at(place).cast(b32).store(0, words)
        with k.else_(), k.for_(0, _VECTORS) as turn:
            place = start + turn * (16 * self.threads)
            with k.if_(place + 16 <= n):
                y.at(place).cast(b32).store(0, x.at(place).cast(b32).load(vec=4))
            with k.else_(), k.stride(place, n, 1) as i:
                y[i] = x.load(i, as_type=u32)

    def plan(self) -> Plan:
        a_cta = self.threads * 16 * _VECTORS
        return Plan.single(entry=self.name, grid=-(-self.n // a_cta), block=self.threads)

    def reference(self, x: NDArray[np.uint8]) -> NDArray[np.float64]:
        return x.astype(np.float64)

    def tolerance(self, x: NDArray[np.uint8]) -> float:
        """None."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": rng.integers(0, 256, self.n, dtype=np.uint8)}

    def cost(self) -> Cost:
        return Cost(bytes=2 * self.n, flops=0)


@register(family="elementwise")
@frozen
class Transpose(Kernel):
    """y = x^T, through tiles of 32 x 32 elements in shared memory; both sides in whole rows of a tile.

    x: [rows, cols], y: [cols, rows], of `type` (only its size counts). Rows of a tile are padded in shared memory
    by a bank, so that the elements of a column lie in different ones. rows is a launch-time parameter.
    """

    rows: int = size(40)
    cols: int = size(70)
    type: Type = choice(f32, f16, f64)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (at_most("rows", 2**21),)

    @property
    def signature(self) -> Signature:
        return Signature(x=In(self.type, "rows", "cols"), y=Out(self.type, "cols", "rows"), rows=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, y: Pointer, rows: Value) -> None:
        k.launch_bounds(required=TILE * _ROWS)
        across = -(-self.cols // TILE)
        column = k.tid.x % TILE
        line = k.tid.x // TILE
        left, top = k.ctaid.x % across * TILE, k.ctaid.x // across * TILE
        padding = max(4 // self.type.bytes, 1)
        tile = k.shared("tile", self.type, TILE, TILE + padding)
        for i in range(0, TILE, _ROWS):
            row = top + line + i
            with k.if_((row < rows) & (left + column < self.cols)):
                tile[line + i, column] = x.row(row, self.cols)[left + column]
        k.bar_sync()
        for i in range(0, TILE, _ROWS):
            row = left + line + i
            with k.if_((row < self.cols) & (top + column < rows)):
                y.row(row, rows)[top + column] = tile[column, line + i]

    def plan(self) -> Plan:
        tiles = -(-self.rows // TILE) * -(-self.cols // TILE)
        return Plan.single(entry=self.name, grid=tiles, block=TILE * _ROWS)

    def reference(self, x: NDArray[Any]) -> NDArray[np.float64]:
        return x.T.astype(np.float64)

    def tolerance(self, x: NDArray[Any]) -> float:
        """None."""
        return 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        numbers = rng.standard_normal((self.rows, self.cols))
        return {"x": numbers.astype({f16: np.float16, f32: np.float32, f64: np.float64}[self.type])}

    def cost(self) -> Cost:
        return Cost(bytes=2 * self.rows * self.cols * self.type.bytes, flops=0)
