"""Matrix products with quantised weights, dequantised on the way to the tensor cores: prefill of GGUF models."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import field, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import Type, bf16, f16, u8, u32
from ptxgen.kernels.base import Arrays, choice
from ptxgen.kernels.blocks.async_copy import CopyPipeline, MatrixTiles, TileCopy
from ptxgen.kernels.blocks.dequantise import STEP, DequantisedTiles
from ptxgen.kernels.blocks.fragments import Accumulators, FragmentReader, Operand
from ptxgen.kernels.blocks.tiles import BANKS, CHUNK, TileLayout
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.formats import weight_format
from ptxgen.kernels.gemm.family import Doubles, Gemm, normal
from ptxgen.kernels.gemm.grid import TileGrid
from ptxgen.kernels.gemm.mma import SHARED_LIMIT, mma_sum_error
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Plan
from ptxgen.quant import Q4_K, BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

_DEPTH = 64
"""Columns of a that one stage of copies brings."""
_WARPS = {(64, 64): (2, 2), (128, 64): (2, 2), (64, 128): (2, 4), (128, 128): (2, 4)}
"""How a CTA's warps share its tile: down and across."""
_OCCUPANCY = 256
"""Threads that an SM should hold at least."""
_ROUNDING = {f16: 2.0**-11, bf16: 2.0**-8}
_DEVIATIONS = 6
"""In this many standard deviations: passed once in 10^8 (Hoeffding)."""


@frozen
class QuantGemm(Gemm):
    """c = activation(a w^T + bias) + residual with f16 or bf16 activations a and weights w in a block format.

    a: [m, k] of `type`; w: [n, row bytes] uint8, rows of whole blocks in the file's layout, 16-byte aligned. Tiles of
    256 columns of w are loaded as they are, become `type` in shared memory, and meet a in `mma` with float32 sums.
    """

    format: BlockFormat = weight_format(Q4_K)
    type: Type = choice(f16, bf16)
    tile_m: int = choice(64, 128)
    tile_n: int = choice(64, 128)
    stages: int = choice(2, 3, 4)
    layout: str = field(default="nk", init=False)

    minimum_sm: ClassVar[int] = 80
    visible: ClassVar[float] = 1e-2
    requires: ClassVar[tuple[Rule, ...]] = (
        *Gemm.requires,
        multiple("k", "block_weights"),
        at_most("shared_bytes", SHARED_LIMIT),
    )

    @property
    def factor(self) -> Type:
        return self.type

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, the weights of a block, the bytes of a row (rounded up), and the bytes of shared memory."""
        left, right = self._tiles
        return {
            **super().sizes,
            "block_weights": self.format.weights,
            "row_bytes": -(-self.k // self.format.weights) * self.format.bytes,
            "shared_bytes": self.stages * left.bytes + right.bytes,
        }

    def right(self, many: tuple[int, ...]) -> In:
        return In(u8, *many, "n", "row_bytes")

    @property
    def grid(self) -> TileGrid:
        """How c is shared out among CTAs."""
        return TileGrid(self.n, self.tile_m, self.tile_n)

    @property
    def _tiles(self) -> tuple[TileLayout, TileLayout]:
        return TileLayout(self.type, self.tile_m, _DEPTH), TileLayout(self.type, self.tile_n, STEP)

    @property
    def _threads(self) -> int:
        down, across = _WARPS[self.tile_m, self.tile_n]
        return down * across * WARP

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        # Stated occupancy keeps ptxas from aiming higher and spilling for it.
        k.launch_bounds(required=self._threads, min_ctas=_OCCUPANCY // self._threads)
        given = dict(zip(self.signature.params, parameters, strict=True))
        m: Value = given["m"]
        row, column = self.grid.place(k, m)
        left, right = self._tiles
        weights = k.dynamic_shared("tiles", u32, align=BANKS).address
        stages = weights + right.bytes

        alignment = self.k * self.type.bytes
        copy = TileCopy(k, left, k.tid.x, self._threads, min(CHUNK, alignment & -alignment))
        reach = -(-self.k // STEP) * STEP
        a = self.of_batch(k, given["a"], m, self.k)
        lefts = MatrixTiles(copy, a, m, self.k, row=row, reach=reach)
        copies = CopyPipeline(
            k,
            self.stages,
            left.bytes,
            stages,
            reach // _DEPTH,
            lambda stage, step: lefts.start(stage, right=step * _DEPTH),
        )
        w = self.of_batch(k, given["b"], self.n, self.sizes["row_bytes"])
        tiles = DequantisedTiles(k, self.format, right, k.tid.x, self._threads, w, self.n, self.k, column)

        down, across = _WARPS[self.tile_m, self.tile_n]
        rows, columns = self.tile_m // down, self.tile_n // across
        warp, lane = k.tid.x // WARP, k.tid.x % WARP
        warp_row, warp_column = warp // across * rows, warp % across * columns
        read_a = FragmentReader(k, left, Operand.A, lane, warp_row)
        read_b = FragmentReader(k, right, Operand.B, lane, warp_column).at(weights)
        sums = Accumulators.zeros(k, self.type, rows, columns)

        def multiply(step: Value) -> None:
            """The products of one tile of weights: a stage of a for each 64 of its columns."""
            for part in range(STEP // _DEPTH):
                first = read_a.at(copies.take(step * (STEP // _DEPTH) + part))
                for i in range(_DEPTH // 16):
                    sums.add(
                        [first.load(16 * j, i) for j in range(rows // 16)],
                        [read_b.load(16 * j, part * (_DEPTH // 16) + i) for j in range(columns // 16)],
                    )

        copies.fill()
        tiles.store(weights, tiles.load(k.const(u32, 0)))
        steps = reach // STEP
        with k.for_(0, steps) as step:
            # The next tile is on its way to registers while this one is multiplied. (The last one comes twice.)
            loaded = tiles.load(step + 1) if steps > 1 else None
            multiply(step)
            if loaded is not None:
                with k.if_(step < steps - 1):
                    k.bar_sync()
                    tiles.store(weights, loaded)
        copies.drain()
        self.store(
            k, given, sums.tiles, row + warp_row, column + warp_column, whole=self.n % self.tile_n == 0
        )

    def plan(self) -> Plan:
        grid = (*self.grid.ctas(self.m), max(self.batch, 1))
        return Plan.single(
            entry=self.name, grid=grid, block=self._threads, shared_bytes=self.sizes["shared_bytes"]
        )

    def decoded_b(self, b: NDArray[np.uint8]) -> Doubles:
        return self.format.decode(b).astype(np.float64)

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """The error of `mma` (`mma_sum_error`), and that of rounding each weight to 16 bits.

        A weight of w becomes w (1 + e) with |e| <= u, 2^-11 for f16 and 2^-8 for bf16 (f16 numbers below 2^-14 are off
        by up to 2^-25 instead). These errors are independent and of either sign, so a sum of them stays within six
        times u * sqrt(sum (a w)^2) except once in 10^7 times (Hoeffding's inequality: 2 exp(-36/2)).
        """
        smallest = 2.0**-25 if self.type is f16 else 0.0
        rounding = np.maximum(_ROUNDING[self.type] * np.abs(right), smallest)
        return mma_sum_error(left, right) + _DEVIATIONS * np.sqrt(left**2 @ rounding**2)

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        arrays = {name: array for name, array in self.signature.arrays.items() if array.reads and name != "b"}
        made = {name: normal(rng, array.shape(self.sizes), array.type) for name, array in arrays.items()}
        shape = self.signature.arrays["b"].shape(self.sizes)[:-1]
        return {**made, "b": self.format.encode(rng.standard_normal((*shape, self.k), dtype=np.float32))}
