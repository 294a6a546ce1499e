"""FlashAttention in float32 arithmetic: tiles of queries against tiles of keys, and no score in global memory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import f32, s32
from ptxgen.kernels.attention.cached import CachedAttention
from ptxgen.kernels.attention.key_loop import over_keys
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.prefill import PrefillAttention
from ptxgen.kernels.attention.tiled import KeyTiles, TiledAttention
from ptxgen.kernels.blocks.async_copy import MatrixTiles, TileCopy
from ptxgen.kernels.blocks.online_softmax import OnlineSoftmax
from ptxgen.kernels.blocks.tiles import Order, TileLayout
from ptxgen.kernels.blocks.warp import warp_max, warp_sum
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_LANES = 8
"""Threads that share a row of scores and a row of the output."""

_STEP = 16
"""Elements of the head in one turn of the loop that multiplies queries and keys."""

_TILES = {
    32: (64, 32, 4),
    64: (64, 32, 4),
    80: (32, 32, 4),
    96: (32, 32, 4),
    128: (32, 32, 4),
    256: (16, 16, 2),
}
"""Queries and keys of a tile and rows of a thread by head_dim: at most 56 KB of shared memory and 128 sums a thread."""

_SOFTMAX = OnlineSoftmax(scale=1)


@frozen
class FlashTiles(TiledAttention):
    """The algorithm, wherever keys are. A CTA has a tile of queries of one head."""

    minimum_sm: ClassVar[int] = 80

    @property
    def tiles(self) -> Tiles:
        """The tiles of a CTA in shared memory."""
        return Tiles(*_TILES[self.head_dim], head_dim=self.head_dim)

    @property
    def threads(self) -> int:
        """Threads of a CTA."""
        return self.tiles.groups * _LANES

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=self.threads, min_ctas=1)
        given = dict(zip(self.signature.params, parameters, strict=True))
        tiles, length = self.tiles, self.length(k, given)
        mask = self.mask(k, tiles.queries, tiles.keys, given["q_len"], length)
        queries = self.query_tiles(k, given, tiles.query_layout, self.threads)
        copy = TileCopy(k, tiles.key_layout, k.tid.x, self.threads)
        thread = _Thread(self, k, mask)
        thread.run(queries, self.key_tiles(k, given, copy, length))
        thread.write(*self.query_head(k, given["out"], given["q_len"]))

    def plan(self) -> Plan:
        grid = (-(-self.q_len // self.tiles.queries), self.heads, self.sequence_count)
        return Plan.single(entry=self.name, grid=grid, block=self.threads, shared_bytes=self.tiles.bytes)


@register(family="attention")
@frozen
class FlashAttention(FlashTiles, PrefillAttention):
    """FlashAttention in float32: softmax over tiles of keys with a running peak; any lengths, causal, GQA.

    q, out: [batch, q_len, heads, head_dim]; keys, values: [batch, kv_len, kv_heads, head_dim]; all float32.
    Options: see `TiledAttention`. Dao, "FlashAttention-2" (arXiv 2307.08691). Error: see `tolerance`.
    """


@register(family="attention")
@frozen
class CachedFlashAttention(FlashTiles, CachedAttention):
    """FlashAttention in float32 on a key-value cache: chunks of prompts; f16, f32 or q8_0 cache, contiguous or paged.

    q, out: [seqs, q_len, heads, head_dim] float32; keys, values: [seqs, capacity, kv_heads, head_dim], or paged;
    lengths: [seqs] int32 on the device. Options: see `CachedAttention`. Error: see `tolerance`.
    """


@frozen
class Tiles:
    """The tiles of queries, keys, values and weights, in this order in shared memory.

    Rows of padded tiles are an odd number of 16-byte chunks apart: eight lanes that read a chunk of eight rows meet in
    no bank. Rows of weights are 8 banks apart, since a warp stores eight weights of each of four rows at once.
    """

    queries: int
    keys: int
    rows: int
    head_dim: int

    @property
    def groups(self) -> int:
        """Groups of eight threads; each has `rows` rows."""
        return self.queries // self.rows

    @property
    def query_layout(self) -> TileLayout:
        return TileLayout(f32, self.queries, self.head_dim, order=Order.PADDED)

    @property
    def key_layout(self) -> TileLayout:
        """Of values, too."""
        return TileLayout(f32, self.keys, self.head_dim, order=Order.PADDED)

    @property
    def weight_pitch(self) -> int:
        """Words from a row of weights to the next."""
        return self.keys + 8

    @property
    def places(self) -> tuple[int, int, int, int]:
        """Where each begins, in bytes."""
        keys, step = self.query_layout.bytes, self.key_layout.bytes
        return 0, keys, keys + step, keys + 2 * step

    @property
    def bytes(self) -> int:
        """Shared memory of a CTA."""
        return self.places[-1] + 4 * self.queries * self.weight_pitch


class _Thread:
    """One thread's part: rows `group + groups * i` of the tile of queries, columns `lane + 8 * j` of the scores."""

    def __init__(self, kernel: FlashTiles, k: KernelBuilder, mask: TileMask) -> None:
        tiles = kernel.tiles
        self.k, self.kernel, self.tiles, self.mask = k, kernel, tiles, mask
        self.group, self.lane = k.tid.x // _LANES, k.tid.x % _LANES
        self.groups = tiles.groups
        shared = k.dynamic_shared("tiles", f32, align=128)
        query, key, value, weight = (shared.at(place // 4) for place in tiles.places)
        self.places = (query.address, key.address, value.address)
        pitch = tiles.key_layout.pitch // 4
        self.query = query.row(self.group, pitch)
        self.key = key.row(self.lane, pitch)
        self.value = value.at(self.lane * self.width)
        self.weight = weight.row(self.group, tiles.weight_pitch)
        self.rows = [
            mask.row(k.bitcast(s32, self.group) + self.groups * i + mask.first) for i in range(tiles.rows)
        ]
        self.state = [_SOFTMAX.start(k) for _ in range(tiles.rows)]
        self.out = [[k.var(f32, 0.0) for _ in range(kernel.head_dim // _LANES)] for _ in range(tiles.rows)]

    @property
    def width(self) -> int:
        """Neighbouring elements of a value in one load: 4 where eight lanes of them divide the head."""
        return 4 if self.kernel.head_dim % (4 * _LANES) == 0 else 2

    def run(self, q: MatrixTiles, keys: KeyTiles) -> None:
        """All tiles of keys."""
        query_tile, key_tile, value_tile = self.places
        q.start(query_tile, down=self.mask.first)
        over_keys(
            self.k,
            self.mask,
            lambda first: keys.start({"keys": key_tile}, down=first),
            lambda first: keys.start({"values": value_tile}, down=first),
            lambda tile: self.weigh(tile, self.products()),
            self.add_values,
        )

    def products(self) -> list[list[Var]]:
        """q . k for the thread's rows and columns."""
        k, pitch = self.k, self.tiles.key_layout.pitch // 4
        dots = [[k.var(f32, 0.0) for _ in range(self.tiles.keys // _LANES)] for _ in range(self.tiles.rows)]
        with k.for_(0, self.kernel.head_dim, _STEP) as element:
            query, key = self.query.at(element), self.key.at(element)
            for at in range(0, _STEP, 4):
                left = [query.load(self.groups * pitch * i + at, vec=4) for i in range(self.tiles.rows)]
                right = [key.load(_LANES * pitch * j + at, vec=4) for j in range(len(dots[0]))]
                for row, queries in zip(dots, left, strict=True):
                    for dot, keys in zip(row, right, strict=True):
                        for a, b in zip(queries, keys, strict=True):
                            k.fma(a, b, dot, into=dot)
        return dots

    def weigh(self, tile: Value, dots: list[list[Var]]) -> None:
        """Products to scores, masked where they must be, to weights in shared memory; old sums fade."""
        k, scores = self.k, self.kernel.scores
        for row in dots:
            for dot in row:
                dot.set(scores.of(k, dot))
        with k.if_(self.mask.cuts(tile)):
            first = tile + k.bitcast(s32, self.lane)
            for mask, row in zip(self.rows, dots, strict=True):
                here = mask.counted_from(first)
                for j, score in enumerate(row):
                    here.hide(score, _LANES * j)
        for i, row in enumerate(dots):
            peak, total = self.state[i]
            highest = row[0].get()
            for score in row[1:]:
                highest = k.max(highest, score)
            new = k.max(peak, warp_max(k, highest, lanes=_LANES))
            fading = _SOFTMAX.weight(k, peak, new)
            peak.set(new)
            total.set(total * fading)
            for sum in self.out[i]:
                sum.set(sum * fading)
            for j, score in enumerate(row):
                weight = _SOFTMAX.weight(k, score, new)
                total.set(total + weight)
                place = self.groups * i * self.tiles.weight_pitch + _LANES * j
                self.weight.at(self.lane)[place] = weight
        k.bar_warp_sync()

    def add_values(self) -> None:
        """out += weights * values, four keys a turn."""
        k, pitch, width = self.k, self.tiles.key_layout.pitch // 4, self.width
        with k.for_(0, self.tiles.keys, 4) as key:
            weights = self.weight.at(key)
            values = self.value.row(key, pitch)
            left = [
                weights.load(self.groups * i * self.tiles.weight_pitch, vec=4) for i in range(self.tiles.rows)
            ]
            for u in range(4):
                for at in range(0, len(self.out[0]), width):
                    right = values.load(u * pitch + at * _LANES, vec=width)
                    for row, out in zip(left, self.out, strict=True):
                        for sum, value in zip(out[at : at + width], right, strict=True):
                            k.fma(row[u], value, sum, into=sum)

    def write(self, out: Pointer, stride: int) -> None:
        """out / total for the rows that exist; zeros where no key was seen. `out` is the head of query 0."""
        k, width = self.k, self.width
        for i in range(self.tiles.rows):
            total = warp_sum(k, self.state[i][1], lanes=_LANES)
            inverse = k.select(total == 0.0, 0.0, 1.0 / total)
            query = k.bitcast(s32, self.group) + self.groups * i + self.mask.first
            with k.if_(query < self.mask.q_len):
                row = out.row(query, stride).at(self.lane * width)
                for at in range(0, len(self.out[i]), width):
                    row.store(at * _LANES, [sum * inverse for sum in self.out[i][at : at + width]])
