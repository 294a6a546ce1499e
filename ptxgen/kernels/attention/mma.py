"""FlashAttention with `mma.sync`: queries, scores, weights and sums stay in registers."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import Type, bf16, f16, s32, u32
from ptxgen.kernels.attention.cached import CachedAttention
from ptxgen.kernels.attention.fragment_output import OutputRows
from ptxgen.kernels.attention.fragment_softmax import FragmentSoftmax, mask_tiles, weight_fragments
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.prefill import PrefillAttention
from ptxgen.kernels.attention.tiled import KeyTiles, TiledAttention
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy, pipeline
from ptxgen.kernels.blocks.fragments import (
    Accumulators,
    FragmentReader,
    Operand,
    Registers,
    row_and_column,
)
from ptxgen.kernels.blocks.tiles import BANKS, TileLayout
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_WARPS = 4
"""Warps of a CTA; each has rows of its own."""

_ROW = 16
"""Rows of an A fragment."""


@frozen
class MmaShape:
    """Rows of a warp (16 or 32), keys of a tile (a multiple of 16), and stages of keys and values.

    keep: query fragments stay in registers; else each tile of keys reads them anew.
    """

    rows: int
    keys: int
    stages: int
    keep: bool = True


SHAPES = {
    32: MmaShape(32, 64, 3),
    64: MmaShape(32, 64, 3),
    80: MmaShape(32, 32, 3),
    96: MmaShape(32, 32, 3, keep=False),
    128: MmaShape(32, 32, 3, keep=False),
    256: MmaShape(16, 32, 2, keep=False),
}
"""By head_dim: what 255 registers and 99 KB of shared memory hold. Warps of 32 rows use each fragment twice."""


@frozen
class MmaTiles(TiledAttention):
    """The algorithm, wherever keys are. A CTA has a tile of queries of one head."""

    minimum_sm: ClassVar[int] = 80

    @property
    def shape(self) -> MmaShape:
        """The tiles for this head_dim."""
        return SHAPES[self.head_dim]

    @property
    def queries(self) -> int:
        """Queries of a CTA."""
        return _WARPS * self.shape.rows

    @property
    def query_layout(self) -> TileLayout:
        """Of the tile of queries, and of outputs in the end."""
        return TileLayout(self.element, self.queries, self.head_dim)

    @property
    def key_layout(self) -> TileLayout:
        """Of a tile of keys, and of values."""
        return TileLayout(self.element, self.shape.keys, self.head_dim)

    @property
    def shared_bytes(self) -> int:
        """Shared memory of a CTA: queries, then stages of keys and values."""
        return self.query_layout.bytes + 2 * self.shape.stages * self.key_layout.bytes

    @property
    def dot_error(self) -> float:
        """An `mma` aligns 17 terms to the largest and drops what is below 2^-23 of it: see `mma_sum_error` of GEMMs."""
        return 17 * 2.0**-23 * math.sqrt(self.head_dim / 16)

    @property
    def sum_error(self) -> float:
        """The same, 16 keys at a time."""
        return 17 * 2.0**-23 * math.sqrt(self.most_keys / 16 + 1)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        threads = _WARPS * WARP
        k.launch_bounds(required=threads, min_ctas=1)
        given = dict(zip(self.signature.params, parameters, strict=True))
        length = self.length(k, given)
        mask = self.mask(k, self.queries, self.shape.keys, given["q_len"], length)
        queries = self.query_tiles(k, given, self.query_layout, threads)
        copy = TileCopy(k, self.key_layout, k.tid.x, threads)
        warp = _Warp(self, k, mask)
        warp.run(queries, self.key_tiles(k, given, copy, length))
        warp.write(*self.query_head(k, given["out"], given["q_len"]))

    def plan(self) -> Plan:
        grid = (-(-self.q_len // self.queries), self.heads, self.sequence_count)
        return Plan.single(entry=self.name, grid=grid, block=_WARPS * WARP, shared_bytes=self.shared_bytes)


@register(family="attention")
@frozen
class MmaAttention(MmaTiles, PrefillAttention):
    """FlashAttention-2 on tensor cores (`mma.sync`), f16 or bf16 with float32 sums and softmax; any lengths.

    q, out: [batch, q_len, heads, head_dim]; keys, values: [batch, kv_len, kv_heads, head_dim]; all of `type`.
    Query fragments stay in registers; keys and values arrive through stages of `cp.async`; weights turn from
    accumulators into A fragments without leaving their registers. Options: see `TiledAttention`. Dao,
    "FlashAttention-2" (arXiv 2307.08691). Error: see `tolerance`.
    """

    type: Type = choice(f16, bf16)

    @property
    def element(self) -> Type:
        return self.type


@register(family="attention")
@frozen
class CachedMmaAttention(MmaTiles, CachedAttention):
    """`MmaAttention` on a key-value cache: chunks of prompts; f16, f32 or q8_0 cache, contiguous or paged.

    q, out: [seqs, q_len, heads, head_dim] of `type`; keys, values: [seqs, capacity, kv_heads, head_dim], or paged;
    lengths: [seqs] int32 on the device. A cache of another type is rounded to `type` on its way to shared memory.
    Options: see `CachedAttention`. Error: see `tolerance`.
    """

    type: Type = choice(f16, bf16)

    @property
    def element(self) -> Type:
        return self.type


class _Warp:
    """What one lane of a warp does: `rows` queries of the CTA's tile against all keys that they see."""

    def __init__(self, kernel: MmaTiles, k: KernelBuilder, mask: TileMask) -> None:
        self.k, self.kernel, self.mask = k, kernel, mask
        shape, rows = kernel.shape, kernel.shape.rows // _ROW
        lane = k.tid.x % WARP
        self.lane = lane
        self.first_row = k.tid.x // WARP * shape.rows
        row, self.column = row_and_column(lane)
        self.shared = k.dynamic_shared("tiles", u32, align=BANKS).address
        self.read_queries = FragmentReader(k, kernel.query_layout, Operand.A, lane, self.first_row)
        self.read_keys = FragmentReader(k, kernel.key_layout, Operand.B, lane)
        self.read_values = FragmentReader(k, kernel.key_layout, Operand.B_ROWS, lane)
        self.queries: list[list[Registers]] = []
        self.sums = Accumulators.zeros(k, kernel.element, shape.rows, kernel.head_dim)
        self.softmax = FragmentSoftmax(k, kernel.scores, rows)
        first = mask.first + k.bitcast(s32, self.first_row + row)
        self.masks = [[mask.row(first + (_ROW * i + 8 * half)) for half in range(2)] for i in range(rows)]
        self.tile = k.var(s32, mask.start)

    def run(self, q: MatrixTiles, keys: KeyTiles) -> None:
        """The pipeline over tiles of keys."""
        k, mask, shape = self.k, self.mask, self.kernel.shape
        key_bytes = self.kernel.key_layout.bytes
        q.start(self.shared, down=mask.first)
        k.op("cp.async.commit_group")
        tiles = k.max(mask.stop - mask.start + (shape.keys - 1), 0) // shape.keys

        def start(stage: Value, step: Value) -> None:
            first = k.bitcast(s32, step) * shape.keys + mask.start
            keys.start({"keys": stage, "values": stage + key_bytes}, down=first)

        stages = self.shared + self.kernel.query_layout.bytes
        steps = k.bitcast(u32, tiles)
        pipeline(k, shape.stages, 2 * key_bytes, stages, steps, start, self._compute, self._load_queries)

    def write(self, out: Pointer, stride: int) -> None:
        """sums / totals, through the warp's rows of the tile of queries. `out` is the head of query 0."""
        k, layout = self.k, self.kernel.query_layout
        k.bar_warp_sync()

        def place(row: Value, chunk: Value) -> Value:
            return self.shared + layout.place(k, row + self.first_row, chunk)

        first = self.mask.first + k.bitcast(s32, self.first_row)
        rows = OutputRows(k, self.kernel.element, self.lane, place, first, self.mask.q_len, out, stride)
        rows.write(self.sums.tiles, self.softmax.inverses())

    def _load_queries(self) -> None:
        if self.kernel.shape.keep:
            self.queries = list(self._read_queries())

    def _read_queries(self) -> Iterator[list[Registers]]:
        """For each 16 elements of the head, the A fragments of each 16 rows, read where they are wanted."""
        tile = self.read_queries.at(self.shared)
        for step in range(self.kernel.head_dim // 16):
            yield [tile.load(row, step) for row in range(0, self.kernel.shape.rows, _ROW)]

    def _compute(self, stage: Value) -> None:
        k, kernel = self.k, self.kernel
        keys, head_dim = kernel.shape.keys, kernel.head_dim
        dots = Accumulators.zeros(k, kernel.element, kernel.shape.rows, keys)
        key_tile = self.read_keys.at(stage)
        queries = self.queries if kernel.shape.keep else self._read_queries()
        for step, fragments in enumerate(queries):
            dots.add(fragments, [key_tile.load(first, step) for first in range(0, keys, 16)])
        self.softmax.score(dots.tiles)
        with k.if_(self.mask.cuts(self.tile)):
            mask_tiles(dots.tiles, self.masks, self.tile + k.bitcast(s32, self.column))
        self.softmax.weigh(dots.tiles, self.sums.tiles)
        value_tile = self.read_values.at(stage + kernel.key_layout.bytes)
        for step in range(keys // 16):
            weights = weight_fragments(k, kernel.element, dots.tiles, step)
            self.sums.add(weights, [value_tile.load(16 * step, column) for column in range(head_dim // 16)])
        self.tile.set(self.tile + keys)
