"""FlashAttention with `wmma`, whose fragments only the hardware knows: softmax and sums go through shared memory."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import Type, b32, bf16, f16, f32, s32, u8
from ptxgen.kernels.attention.key_loop import over_keys
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.prefill import PrefillAttention
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.async_copy import TileCopy
from ptxgen.kernels.blocks.fragments import pack_halves
from ptxgen.kernels.blocks.online_softmax import OnlineSoftmax
from ptxgen.kernels.blocks.tiles import BANKS, Order, TileLayout
from ptxgen.kernels.blocks.warp import WARP, warp_max, warp_sum
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_SIDE = 16
"""m, n and k of a `wmma`; also the queries of a warp."""

_PAIR = 2
"""Lanes that share a row in the softmax."""

_TILES = {256: (2, 16)}
"""Warps, and keys of a tile, by head_dim; `_USUAL` for others. At most 99 KB of shared memory."""
_USUAL = (4, 32)

_SOFTMAX = OnlineSoftmax(scale=1)


@frozen
class WmmaLayout:
    """Shared memory of a CTA, in bytes: tiles of queries, keys and values, then rows of the warps.

    Rows of scores and sums are 2 chunks of 16 bytes longer than a multiple of 4 chunks: two lanes a row, eight at once,
    find their own banks.
    """

    type: Type
    warps: int
    keys: int
    head_dim: int

    @property
    def query_tile(self) -> TileLayout:
        return TileLayout(self.type, self.warps * _SIDE, self.head_dim, order=Order.PADDED)

    @property
    def key_tile(self) -> TileLayout:
        """Of values, too."""
        return TileLayout(self.type, self.keys, self.head_dim, order=Order.PADDED)

    @property
    def score_pitch(self) -> int:
        """Words of a row of scores; halves of a row of weights."""
        return self.keys + 8

    @property
    def sum_pitch(self) -> int:
        """Words of a row of sums."""
        return self.head_dim + 8

    @property
    def tile_places(self) -> tuple[int, int, int]:
        """Of queries, keys and values."""
        queries, step = self.query_tile.bytes, self.key_tile.bytes
        return 0, queries, queries + step

    @property
    def warp_bytes(self) -> int:
        """Of a warp's scores, weights and sums, one after the other."""
        return _SIDE * (6 * self.score_pitch + 4 * self.sum_pitch)

    @property
    def bytes(self) -> int:
        """Shared memory of a CTA."""
        return self.tile_places[-1] + self.key_tile.bytes + self.warps * self.warp_bytes


@register(family="attention")
@frozen
class WmmaAttention(PrefillAttention):
    """FlashAttention with `wmma` (f16 or bf16, float32 sums and softmax); any lengths. The one that explains itself.

    q, out: [batch, q_len, heads, head_dim]; keys, values: [batch, kv_len, kv_heads, head_dim]; all of `type`.
    Nobody may rely on where a fragment's elements lie, so scores, weights and sums pass through shared memory;
    `MmaAttention` keeps them in registers and is the faster one. Options: see `TiledAttention`. Error: see
    `tolerance`.
    """

    type: Type = choice(f16, bf16)

    minimum_sm: ClassVar[int] = 80

    @property
    def element(self) -> Type:
        return self.type

    @property
    def layout(self) -> WmmaLayout:
        """Shared memory of a CTA."""
        return WmmaLayout(self.type, *_TILES.get(self.head_dim, _USUAL), self.head_dim)

    @property
    def dot_error(self) -> float:
        """As of `MmaAttention`: 16 products and a sum are aligned, and what is below 2^-23 of the largest is lost."""
        return 17 * 2.0**-23 * math.sqrt(self.head_dim / 16)

    @property
    def sum_error(self) -> float:
        """The same, 16 keys at a time."""
        return 17 * 2.0**-23 * math.sqrt(self.kv_len / 16 + 1)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        layout = self.layout
        threads = layout.warps * WARP
        k.launch_bounds(required=threads, min_ctas=1)
        given = dict(zip(self.signature.params, parameters, strict=True))
        length = self.length(k, given)
        mask = self.mask(k, layout.warps * _SIDE, layout.keys, given["q_len"], length)
        shared = k.dynamic_shared("tiles", u8, align=BANKS)
        query_tile, key_tile, value_tile = (shared.at(place).address for place in layout.tile_places)
        keys = self.key_tiles(k, given, TileCopy(k, layout.key_tile, k.tid.x, threads), length)
        warp = _Warp(self, k, mask, shared)
        self.query_tiles(k, given, layout.query_tile, threads).start(query_tile, down=mask.first)
        over_keys(
            k,
            mask,
            lambda first: keys.start({"keys": key_tile}, down=first),
            lambda first: keys.start({"values": value_tile}, down=first),
            warp.weigh,
            warp.add_values,
        )
        warp.write(*self.query_head(k, given["out"], given["q_len"]))

    def plan(self) -> Plan:
        layout = self.layout
        grid = (-(-self.q_len // (layout.warps * _SIDE)), self.heads, self.batch)
        return Plan.single(entry=self.name, grid=grid, block=layout.warps * WARP, shared_bytes=layout.bytes)


class _Warp:
    """What one lane of a warp does. In the softmax, lane l has row l // 2, and every second chunk of four columns."""

    def __init__(self, kernel: WmmaAttention, k: KernelBuilder, mask: TileMask, shared: Pointer) -> None:
        layout = kernel.layout
        self.k, self.kernel, self.mask, self.layout = k, kernel, mask, layout
        lane, warp = k.tid.x % WARP, k.tid.x // WARP
        self.lane, self.row, self.column = lane, lane // _PAIR, lane % _PAIR * 4
        pitch = layout.key_tile.pitch
        queries, keys, values = (shared.at(place).cast(kernel.type) for place in layout.tile_places)
        self.queries, self.keys, self.values = (
            queries.cast(u8).row(warp * _SIDE, pitch).cast(kernel.type),
            keys,
            values,
        )
        own = shared.at(layout.tile_places[-1] + layout.key_tile.bytes).row(warp, layout.warp_bytes)
        self.scores = own.cast(f32)
        self.weights = own.at(_SIDE * 4 * layout.score_pitch).cast(kernel.type)
        self.sums = own.at(_SIDE * 6 * layout.score_pitch).cast(f32)
        self.first = mask.first + k.bitcast(s32, warp * _SIDE)
        self.row_mask = mask.row(self.first + k.bitcast(s32, self.row))
        self.state = _SOFTMAX.start(k)
        self._each_sum(lambda _: (k.const(f32, 0.0),) * 4)

    def weigh(self, tile: Value) -> None:
        """Scores of the tile, then weights; sums fade where a peak has grown."""
        k, layout = self.k, self.layout
        self._multiply_keys()
        k.bar_warp_sync()
        mine = self.scores.row(self.row, layout.score_pitch).at(self.column)
        chunks = range(0, layout.keys, 4 * _PAIR)
        scores = [k.var(f32, self.kernel.scores.of(k, dot)) for at in chunks for dot in mine.load(at, vec=4)]
        with k.if_(self.mask.cuts(tile)):
            here = self.row_mask.counted_from(tile + k.bitcast(s32, self.column))
            for i, score in enumerate(scores):
                here.hide(score, i // 4 * 4 * _PAIR + i % 4)
        highest = scores[0].get()
        for score in scores[1:]:
            highest = k.max(highest, score)
        fading = self._raise_peak(warp_max(k, highest, lanes=_PAIR))
        peak, total = self.state
        total.set(total * fading)
        weights = [_SOFTMAX.weight(k, score, peak) for score in scores]
        for weight in weights:
            total.set(total + weight)
        target = self.weights.row(self.row, layout.score_pitch).at(self.column).cast(b32)
        for i, at in enumerate(chunks):
            four = weights[4 * i : 4 * i + 4]
            pairs = tuple(pack_halves(k, self.kernel.type, *four[j : j + 2]) for j in (0, 2))
            target.store(at // 2, pairs)
        k.bar_warp_sync()

    def add_values(self) -> None:
        """sums += weights * values, 16 columns at a time."""
        k, layout = self.k, self.layout
        pitch = layout.key_tile.pitch // self.kernel.type.bytes
        steps = range(0, layout.keys, _SIDE)
        weights = [
            self._load("a.sync.aligned.row", self.weights.at(step), layout.score_pitch) for step in steps
        ]
        for column in range(0, self.kernel.head_dim, _SIDE):
            place = self.sums.at(column)
            sums = self._load("c.sync.aligned.row", place, layout.sum_pitch)
            for weight, step in zip(weights, steps, strict=True):
                value = self._load("b.sync.aligned.row", self.values.at(step * pitch + column), pitch)
                sums = self._multiply("row", weight, value, sums)
            self._store(place, sums, layout.sum_pitch)
        k.bar_warp_sync()

    def write(self, out: Pointer, stride: int) -> None:
        """sums / totals of the queries that exist, eight bytes a lane. `out` is the head of query 0."""
        k, layout = self.k, self.layout
        total = warp_sum(k, self.state[1], lanes=_PAIR)
        inverse = k.select(total == 0.0, 0.0, 1.0 / total)
        units = self.kernel.head_dim // 4
        for index in range(0, _SIDE * units, WARP):
            row, unit = (self.lane + index) // units, (self.lane + index) % units
            factor = k.shfl_idx(inverse, row * _PAIR)
            four = [sum * factor for sum in self.sums.row(row, layout.sum_pitch).at(unit * 4).load(vec=4)]
            query = self.first + k.bitcast(s32, row)
            with k.if_(query < self.mask.q_len):
                pairs = tuple(pack_halves(k, self.kernel.type, *four[j : j + 2]) for j in (0, 2))
                out.row(query, stride).at(unit * 4).cast(b32).store(0, pairs)

    def _raise_peak(self, highest: Value) -> Value:
        """The new peak of the lane's row; what old sums are multiplied by, which has been done to those of values."""
        k = self.k
        peak, _ = self.state
        new = k.max(peak, highest)
        fading = _SOFTMAX.weight(k, peak, new)
        with k.if_(k.vote_any(new > peak)):
            self._each_sum(lambda old: tuple(sum * fading for sum in old.load(vec=4)))
        peak.set(new)
        return fading

    def _each_sum(self, of: Any) -> None:
        """Set the lane's sums, four at a time, to what `of` makes of a pointer to them."""
        mine = self.sums.row(self.row, self.layout.sum_pitch).at(self.column)
        for at in range(0, self.kernel.head_dim, 4 * _PAIR):
            mine.store(at, of(mine.at(at)))

    def _multiply_keys(self) -> None:
        """q . k of the warp's rows and all keys of the tile, to shared memory."""
        k, layout, kernel = self.k, self.layout, self.kernel
        pitch = layout.key_tile.pitch // kernel.type.bytes
        for key in range(0, layout.keys, _SIDE):
            dots: Any = tuple(k.const(f32, 0.0) for _ in range(8))
            for step in range(0, kernel.head_dim, _SIDE):
                a = self._load("a.sync.aligned.row", self.queries.at(step), pitch)
                b = self._load("b.sync.aligned.col", self.keys.at(key * pitch + step), pitch)
                dots = self._multiply("col", a, b, dots)
            self._store(self.scores.at(key), dots, layout.score_pitch)

    def _load(self, kind: str, place: Pointer, pitch: int) -> Any:
        return self.k.op(f"wmma.load.{kind}.m16n16k16.shared.{place.type}", place, pitch)

    def _store(self, place: Pointer, fragment: Any, pitch: int) -> None:
        self.k.op("wmma.store.d.sync.aligned.row.m16n16k16.shared.f32", place, fragment, pitch)

    def _multiply(self, b_layout: str, a: Any, b: Any, c: Any) -> Any:
        kinds = "f32.f32" if self.kernel.type is f16 else "f32.bf16.bf16.f32"
        return self.k.op(f"wmma.mma.sync.aligned.row.{b_layout}.m16n16k16.{kinds}", a, b, c)
