"""FlashAttention on Hopper: tensor copies fill rings of keys and values, two warpgroups multiply with `wgmma`."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import Type, bf16, f16, s32, u8, u32
from ptxgen.kernels.attention.fragment_output import OutputRows
from ptxgen.kernels.attention.fragment_softmax import FragmentSoftmax, mask_tiles, weight_fragments
from ptxgen.kernels.attention.masks import TileMask
from ptxgen.kernels.attention.prefill import PrefillAttention
from ptxgen.kernels.base import choice
from ptxgen.kernels.blocks.fragments import row_and_column
from ptxgen.kernels.blocks.mbarriers import Ring, RingPosition
from ptxgen.kernels.blocks.tensor_copy import load_box, map_pointer
from ptxgen.kernels.blocks.tiles import TileLayout
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.blocks.wgmma import DEPTH, EIGHT_ROWS, ROW, WARPGROUP, Matrix, WarpgroupAccumulators
from ptxgen.kernels.registry import register
from ptxgen.launch import Plan, Signature, TensorMap

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_GROUPS = 2
"""Warpgroups that multiply; each has 64 queries."""
_ROWS = 64
_CONSUMERS = _GROUPS * WARPGROUP
_BLOCK = 64
"""Elements in a row of 128 bytes. Heads are cut into blocks of them; what the last one lacks is copied as zeros."""
_STAGES = 2
_FEW_REGISTERS, _MANY_REGISTERS = 24, 240
"""Of the 168 registers a thread that three warpgroups start with: for the copying one and for the others."""
_KEYS = {32: 128, 64: 128, 80: 128, 96: 128, 128: 128, 256: 64}
"""Keys of a tile by head_dim: what 240 registers and 227 KB of shared memory hold."""


@register(family="attention")
@frozen
class WgmmaAttention(PrefillAttention):
    """FlashAttention on Hopper's tensor cores, f16 or bf16 with float32 sums and softmax; any lengths. Target: sm_90a.

    q, out: [batch, q_len, heads, head_dim]; keys, values: [batch, kv_len, kv_heads, head_dim]; all of `type`.
    A producer thread copies tiles with tensor maps into rings of two stages; two warpgroups multiply 64 queries each,
    one in its softmax while the other multiplies; weights are the A operand from registers. Options: see
    `TiledAttention`. After Shah et al., "FlashAttention-3" (arXiv 2407.08608), without its overlap within a
    warpgroup. Error: see `tolerance`.
    """

    type: Type = choice(f16, bf16)

    only_targets: ClassVar[tuple[str, ...]] = ("sm_90a",)

    @property
    def element(self) -> Type:
        return self.type

    @property
    def signature(self) -> Signature:
        keys = TensorMap("keys", (1, self.keys, 1, _BLOCK), ROW)
        return Signature(
            **super().signature.params,
            q_map=TensorMap("q", (1, _ROWS, 1, _BLOCK), ROW),
            key_map=keys,
            value_map=TensorMap("values", keys.box, ROW),
        )

    @property
    def keys(self) -> int:
        """Keys of a tile."""
        return _KEYS[self.head_dim]

    @property
    def blocks(self) -> int:
        """Blocks of 64 elements of a head."""
        return -(-self.head_dim // _BLOCK)

    @property
    def tile_bytes(self) -> int:
        """Bytes of a tile of keys, or of values."""
        return self.keys * self.blocks * ROW

    @property
    def group_bytes(self) -> int:
        """Bytes of a warpgroup's queries."""
        return _ROWS * self.blocks * ROW

    @property
    def dot_error(self) -> float:
        """As of `MmaAttention`: a step of 16 products drops what is below 2^-23 of the largest of 17 terms."""
        return 17 * 2.0**-23 * math.sqrt(self.head_dim / 16)

    @property
    def sum_error(self) -> float:
        """The same, 16 keys at a time."""
        return 17 * 2.0**-23 * math.sqrt(self.kv_len / 16 + 1)

    def body(self, k: KernelBuilder, *parameters: Any) -> None:
        k.launch_bounds(required=_CONSUMERS + WARPGROUP)
        given = dict(zip(self.signature.params, parameters, strict=True))
        mask = self.mask(k, _GROUPS * _ROWS, self.keys, given["q_len"], given["kv_len"])
        shared = k.dynamic_shared("tiles", u8, align=EIGHT_ROWS).address
        rings = _Rings(self, k, shared)
        with k.if_(k.tid.x == 0):
            rings.initialise()
        k.bar_sync()
        tiles = k.bitcast(u32, k.max(mask.stop - mask.start + (self.keys - 1), 0) // self.keys)
        with k.if_(k.tid.x >= _CONSUMERS):
            k.op("setmaxnreg.dec.sync.aligned.u32", _FEW_REGISTERS)
            with k.if_(k.tid.x == _CONSUMERS):
                self._produce(k, rings, given, mask, tiles)
            k.ret()
        k.op("setmaxnreg.inc.sync.aligned.u32", _MANY_REGISTERS)
        group = _Warpgroup(self, k, rings, mask)
        group.run(tiles)
        group.write(*self.query_head(k, given["out"], given["q_len"]))

    def plan(self) -> Plan:
        grid = (-(-self.q_len // (_GROUPS * _ROWS)), self.heads, self.batch)
        return Plan.single(
            entry=self.name,
            grid=grid,
            block=_CONSUMERS + WARPGROUP,
            shared_bytes=_Rings.bytes(self),
        )

    def _produce(
        self, k: KernelBuilder, rings: _Rings, given: dict[str, Any], mask: TileMask, tiles: Value
    ) -> None:
        """For one thread: queries, then keys and values in turn."""
        maps = {name: map_pointer(given[name]) for name in ("q_map", "key_map", "value_map")}
        head, batch = k.ctaid.y, k.ctaid.z
        kv_head = head // (self.heads // self.kv_heads)
        place = rings.queries.position()
        place.fill(_GROUPS * self.group_bytes)
        for group in range(_GROUPS):
            token = mask.first + group * _ROWS
            for block in range(self.blocks):
                target = place.stage + (group * self.group_bytes + block * _ROWS * ROW)
                load_box(k, target, maps["q_map"], (block * _BLOCK, head, token, batch), place.full)
        sides = [(rings.keys.position(), maps["key_map"]), (rings.values.position(), maps["value_map"])]
        with k.for_(0, tiles) as tile:
            first = k.bitcast(s32, tile * self.keys) + mask.start
            for ring, map in sides:
                ring.fill(self.tile_bytes)
                stage, full = ring.stage, ring.full
                for block in range(self.blocks):
                    target = stage + block * self.keys * ROW
                    load_box(k, target, map, (block * _BLOCK, kv_head, first, batch), full)
                ring.advance()


class _Rings:
    """Shared memory of a CTA: the queries (a ring of one stage), keys, values, and the mbarriers of all three."""

    def __init__(self, kernel: WgmmaAttention, k: KernelBuilder, shared: Value) -> None:
        warps = _CONSUMERS // WARP
        keys = shared + _GROUPS * kernel.group_bytes
        values = keys + _STAGES * kernel.tile_bytes
        barriers = values + _STAGES * kernel.tile_bytes
        one, many = Ring.barrier_bytes(1), Ring.barrier_bytes(_STAGES)
        self.queries = Ring(k, 1, _GROUPS * kernel.group_bytes, shared, barriers, warps)
        self.keys = Ring(k, _STAGES, kernel.tile_bytes, keys, barriers + one, warps)
        self.values = Ring(k, _STAGES, kernel.tile_bytes, values, barriers + (one + many), warps)

    @staticmethod
    def bytes(kernel: WgmmaAttention) -> int:
        tiles = _GROUPS * kernel.group_bytes + 2 * _STAGES * kernel.tile_bytes
        return tiles + Ring.barrier_bytes(1) + 2 * Ring.barrier_bytes(_STAGES)

    def initialise(self) -> None:
        for ring in (self.queries, self.keys, self.values):
            ring.initialise()


class _Warpgroup:
    """What one lane of a warpgroup does: 64 queries against all keys that the CTA's queries see."""

    def __init__(self, kernel: WgmmaAttention, k: KernelBuilder, rings: _Rings, mask: TileMask) -> None:
        self.k, self.kernel, self.mask, self.rings = k, kernel, mask, rings
        self.lane, self.number = k.tid.x % WARP, k.tid.x // WARPGROUP
        self.warp_row = k.tid.x // WARP % 4 * 16
        row, self.column = row_and_column(self.lane)
        self.first = mask.first + k.bitcast(s32, self.number * _ROWS + self.warp_row)
        self.masks = [[mask.row(self.first + k.bitcast(s32, row) + 8 * half) for half in range(2)]]
        self.queries = rings.queries.base + self.number * kernel.group_bytes
        self.dots = WarpgroupAccumulators(k, kernel.type, kernel.keys)
        self.sums = WarpgroupAccumulators(k, kernel.type, kernel.head_dim)
        self.softmax = FragmentSoftmax(k, kernel.scores, 1)
        self.tile = k.var(s32, mask.start)

    def run(self, tiles: Value) -> None:
        """All tiles of keys, in turn with their values."""
        k = self.k
        self.rings.queries.position().wait_full()
        keys, values = self.rings.keys.position(), self.rings.values.position()
        with k.for_(0, tiles):
            self._score(keys)
            self.softmax.score([self.dots.tiles])
            with k.if_(self.mask.cuts(self.tile)):
                mask_tiles([self.dots.tiles], self.masks, self.tile + k.bitcast(s32, self.column))
            self.softmax.weigh([self.dots.tiles], [self.sums.tiles])
            self._add_values(values)
            self.tile.set(self.tile + self.kernel.keys)

    def write(self, out: Pointer, stride: int) -> None:
        """sums / totals, through the warpgroup's queries in shared memory. `out` is the head of query 0."""
        k = self.k
        layout = TileLayout(self.kernel.type, _ROWS, _BLOCK)
        k.bar_sync(self.number + 1, WARPGROUP)

        def place(row: Value, chunk: Value) -> Value:
            block = self.queries + chunk // layout.chunks * layout.bytes
            return block + layout.place(k, row + self.warp_row, chunk % layout.chunks)

        rows = OutputRows(k, self.kernel.type, self.lane, place, self.first, self.mask.q_len, out, stride)
        rows.write([self.sums.tiles], self.softmax.inverses())

    def _score(self, ring: RingPosition) -> None:
        """dots = queries * keys."""
        k, kernel = self.k, self.kernel
        ring.wait_full()
        stage = ring.stage
        self.dots.begin()
        for block in range(kernel.blocks):
            a = Matrix.at(k, self.queries + block * _ROWS * ROW)
            b = Matrix.at(k, stage + block * kernel.keys * ROW)
            for step in range(min(_BLOCK, kernel.head_dim - block * _BLOCK) // DEPTH):
                self.dots.multiply(a.step(step), b.step(step), add=block + step > 0)
        self.dots.commit()
        self.dots.wait()
        ring.release(self.lane)
        ring.advance()

    def _add_values(self, ring: RingPosition) -> None:
        """sums += weights * values, the weights from registers."""
        k, kernel = self.k, self.kernel
        steps = range(kernel.keys // DEPTH)
        weights = [weight_fragments(k, kernel.type, [self.dots.tiles], step)[0] for step in steps]
        ring.wait_full()
        b = Matrix.at(k, ring.stage, rows=kernel.keys)
        self.sums.begin()
        for step in steps:
            self.sums.multiply(weights[step], b.step(step), b_across=True)
        self.sums.commit()
        self.sums.wait()
        ring.release(self.lane)
        ring.advance()
