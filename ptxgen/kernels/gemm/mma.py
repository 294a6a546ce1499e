"""Matrix products with `mma.sync`: tiles through a pipeline of `cp.async`, fragments by `ldmatrix`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np
from attrs import frozen

from ptxgen.isa.types import Type, bf16, f16, u32
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy, pipeline
from ptxgen.kernels.blocks.fragments import Accumulators, FragmentReader, Operand
from ptxgen.kernels.blocks.tiles import BANKS, CHUNK, TileLayout
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.gemm.family import Doubles, Gemm
from ptxgen.kernels.gemm.grid import TileGrid
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

_WARPS = 4
"""Warps of a CTA, two by two: each computes a quarter of the CTA's tile."""
SHARED_LIMIT = 99 * 1024
"""Shared memory that a CTA may have on every target from sm_80 on."""


def mma_sum_error(left: Doubles, right: Doubles, depth: int = 16) -> Doubles:
    """What sums of `mma` in float32 may be off by: (depth + 1) * 2^-23 * sqrt(steps) * norm2(a row) * norm2(b column).

    Products of 16-bit floats are exact in float32. One `mma` adds `depth` of them to the sum so far; hardware aligns
    these depth + 1 terms to the largest and drops what lies below 2^-23 of it, so a step errs by at most
    (depth + 1) * 2^-23 of the largest term, which is at most norm2 * norm2 (Cauchy-Schwarz). Errors of different steps
    have either sign: their sum grows with the root of the number of steps, k / depth.
    """
    steps = -(-left.shape[-1] // depth)
    norms = np.linalg.norm(left, axis=-1)[..., :, None] * np.linalg.norm(right, axis=-2)[..., None, :]
    return (depth + 1) * 2.0**-23 * np.sqrt(steps) * norms


@register(family="gemm")
@frozen
class MmaGemm(Gemm):
    """Tensor-core product of f16 or bf16 matrices with float32 sums, for any m, n and k.

    Four warps compute `tile_m` x `tile_n` of c; tiles of `tile_k` columns arrive through `stages` stages of `cp.async`.
    Rows that are not multiples of 8 elements are copied in smaller pieces (of 8, 4 or 2 bytes), which is slower.
    """

    type: Type = choice(f16, bf16)
    tile_m: int = choice(64, 128)
    tile_n: int = choice(64, 128)
    tile_k: int = choice(32, 64)
    stages: int = choice(3, 2, 4, 5)

    minimum_sm: ClassVar[int] = 80
    requires: ClassVar[tuple[Rule, ...]] = (*Gemm.requires, at_most("shared_bytes", SHARED_LIMIT))

    @property
    def factor(self) -> Type:
        return self.type

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and the bytes of shared memory."""
        left, right = self._tiles
        return {**super().sizes, "shared_bytes": self.stages * (left.bytes + right.bytes)}

    @property
    def grid(self) -> TileGrid:
        """How c is shared out among CTAs."""
        return TileGrid(self.n, self.tile_m, self.tile_n)

    @property
    def _tiles(self) -> tuple[TileLayout, TileLayout]:
        left = TileLayout(self.type, self.tile_m, self.tile_k)
        if self.layout == "nk":
            return left, TileLayout(self.type, self.tile_n, self.tile_k)
        return left, TileLayout(self.type, self.tile_k, self.tile_n)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=_WARPS * WARP)
        given = dict(zip(self.signature.params, parameters, strict=True))
        m: Value = given["m"]
        row, column = self.grid.place(k, m)
        a, b = self.of_batch(k, given["a"], m, self.k), self.of_batch(k, given["b"], self.n, self.k)
        shared = k.dynamic_shared("tiles", u32, align=BANKS).address
        left, right = self._tiles

        thread, by_rows = k.tid.x, self.layout == "kn"
        lefts = MatrixTiles(self._copy(k, left, self.k), a, m, self.k, row=row)
        if by_rows:
            rights = MatrixTiles(
                self._copy(k, right, self.n),
                b,
                self.k,
                self.n,
                column=column,
                whole=self.k % self.tile_k == 0,
            )
        else:
            rights = MatrixTiles(
                self._copy(k, right, self.k), b, self.n, self.k, row=column, whole=self.n % self.tile_n == 0
            )

        def start(stage: Value, step: Value) -> None:
            along = step * self.tile_k
            lefts.start(stage, right=along)
            rights.start(stage + left.bytes, **{"down" if by_rows else "right": along})

        warp, lane = thread // WARP, thread % WARP
        rows, columns = self.tile_m // 2, self.tile_n // 2
        warp_row, warp_column = warp // 2 * rows, warp % 2 * columns
        read_a = FragmentReader(k, left, Operand.A, lane, warp_row)
        if by_rows:
            read_b = FragmentReader(k, right, Operand.B_ROWS, lane, chunk=warp_column // (CHUNK // 2))
        else:
            read_b = FragmentReader(k, right, Operand.B, lane, warp_column)
        sums = Accumulators.zeros(k, self.type, rows, columns)

        def compute(stage: Value) -> None:
            first, second = read_a.at(stage), read_b.at(stage + left.bytes)
            for step in range(self.tile_k // 16):
                places = [(16 * step, j) if by_rows else (16 * j, step) for j in range(columns // 16)]
                sums.add(
                    [first.load(16 * i, step) for i in range(rows // 16)],
                    [second.load(*place) for place in places],
                )

        pipeline(k, self.stages, left.bytes + right.bytes, shared, -(-self.k // self.tile_k), start, compute)
        self.store(
            k, given, sums.tiles, row + warp_row, column + warp_column, whole=self.n % self.tile_n == 0
        )

    def _copy(self, k: KernelBuilder, tile: TileLayout, columns: int) -> TileCopy:
        """Rows of `columns` elements start at multiples of 16, 8, 4 or 2 bytes."""
        row = columns * self.type.bytes
        return TileCopy(k, tile, k.tid.x, _WARPS * WARP, min(CHUNK, row & -row))

    def plan(self) -> Plan:
        grid = (*self.grid.ctas(self.m), max(self.batch, 1))
        return Plan.single(
            entry=self.name, grid=grid, block=_WARPS * WARP, shared_bytes=self.sizes["shared_bytes"]
        )

    def sum_error(self, left: Doubles, right: Doubles) -> Doubles:
        """See `mma_sum_error`."""
        return mma_sum_error(left, right)
