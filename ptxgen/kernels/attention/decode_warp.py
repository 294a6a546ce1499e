"""One warp of a decode kernel: 32 keys at a time, a key a lane for scores, an element a lane for sums.

A lane forms whole scores, so that nothing is reduced but one maximum a tile and head, and each weight is formed once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32, s32
from ptxgen.kernels.attention.masks import MASKED
from ptxgen.kernels.attention.partials import SOFTMAX
from ptxgen.kernels.attention.warp_tiles import WarpCopy, WarpTile
from ptxgen.kernels.blocks.warp import WARP, warp_max, warp_sum
from ptxgen.kernels.cache.key_source import KeySource

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var
    from ptxgen.kernels.attention.decode import DecodeAttention

_WIDE = 4
"""Neighbouring elements that a lane sums: of longer heads it has several such parts, each beside the other lanes'."""

_SHARED_LIMIT = 99 * 1024
"""Shared memory that a CTA may have on every target from sm_80 on."""


@frozen
class DecodeLayout:
    """Shared memory of a CTA, in bytes: queries, then for each warp a tile of keys, one of values, and weights.

    When all keys are done, sums and states of the warps take the place of tiles.
    """

    pack: int
    head_dim: int
    warps: int
    tile: WarpTile

    @staticmethod
    def of(kernel: DecodeAttention, most: int) -> DecodeLayout:
        """With as many warps as fit, at most `most` (a power of two) or what the kernel asks for."""
        tile = WarpTile(kernel.format.row_bytes(kernel.head_dim), kernel.format.access)
        warps = kernel.warps or most
        while (
            not kernel.warps and DecodeLayout(kernel.pack, kernel.head_dim, warps, tile).bytes > _SHARED_LIMIT
        ):
            warps //= 2
        return DecodeLayout(kernel.pack, kernel.head_dim, warps, tile)

    @property
    def threads(self) -> int:
        """Threads of a CTA."""
        return WARP * self.warps

    @property
    def query_bytes(self) -> int:
        return 4 * self.pack * self.head_dim

    @property
    def warp_bytes(self) -> int:
        return 2 * self.tile.bytes + 4 * WARP * self.pack

    @property
    def state_bytes(self) -> int:
        """Of peaks and totals of all warps; the sums follow them."""
        return -(-8 * self.pack * self.warps // 16) * 16

    @property
    def bytes(self) -> int:
        """Shared memory of a CTA."""
        merged = self.state_bytes + self.query_bytes * self.warps
        return self.query_bytes + max(self.warps * self.warp_bytes, merged)


class DecodeWarp:
    """What one lane of a warp does for `pack` query heads of one KV head."""

    def __init__(
        self, kernel: DecodeAttention, k: KernelBuilder, layout: DecodeLayout, shared: Pointer
    ) -> None:
        self.k, self.kernel, self.layout = k, kernel, layout
        self.lane = k.tid.x % WARP
        self.warp = k.tid.x // WARP
        own = shared.at(layout.query_bytes).row(self.warp, layout.warp_bytes)
        self.query = shared.cast(f32)
        self.keys, self.values = own, own.at(layout.tile.bytes)
        self.weights = own.at(2 * layout.tile.bytes).cast(f32)
        self.states = [SOFTMAX.start(k) for _ in range(layout.pack)]
        self.unit = 1 << (-(-layout.head_dim // WARP) - 1).bit_length()
        self.width = min(self.unit, _WIDE)
        self.parts = range(0, self.unit * WARP, self.width * WARP)
        self.lanes = layout.head_dim // self.unit
        lane = self.lane if self.lanes == WARP else k.min(self.lane, self.lanes - 1)
        self.element = lane * self.width
        self.sums = [[k.var(f32, 0.0) for _ in range(self.unit)] for _ in range(layout.pack)]

    def run(self, keys: Pointer, values: Pointer, source: KeySource, start: Value, stop: Value) -> None:
        """The warp's tiles of the keys from `start` to `stop` (s32): every `warps`-th. Heads are those of cache row 0.

        Values are on their way while scores are formed, the next keys while values are summed.
        """
        k, layout = self.k, self.layout
        format = self.kernel.format
        stride = format.row_bytes(layout.head_dim) * self.kernel.kv_heads
        copy = WarpCopy(k, layout.tile, self.lane, stride)
        lane = k.bitcast(s32, self.lane)
        first = start + k.bitcast(s32, self.warp) * WARP
        slot = k.var(source.first.type, 0)

        def next_keys(tile: Value) -> None:
            """Lanes beyond the last key take it once more: its weight is masked there."""
            slot.set(source.slot(k.min(tile + lane, stop - 1)))
            copy.start(self.keys, keys, slot)

        with k.if_(first < stop):
            next_keys(first)
        with k.for_(first, stop, layout.warps * WARP) as tile:
            self._arrive()
            copy.start(self.values, values, slot)
            self._weigh(tile + lane < stop)
            self._arrive()
            following = tile + layout.warps * WARP
            with k.if_(following < stop):
                next_keys(following)
            self._add_values()
        k.op("cp.async.wait_all")

    def _arrive(self) -> None:
        """What the warp's lanes copied and stored is there for all of them."""
        self.k.op("cp.async.wait_all")
        self.k.bar_warp_sync()

    def _weigh(self, exists: Value) -> None:
        """The weights of the lane's key for each head, into shared memory; old sums fade."""
        k, scores = self.k, self.kernel.scores
        for head, dot in enumerate(self._dots()):
            peak, total = self.states[head]
            score = k.select(exists, scores.of(k, dot), MASKED)
            new = k.max(peak, warp_max(k, score))
            fading = SOFTMAX.weight(k, peak, new)
            peak.set(new)
            weight = SOFTMAX.weight(k, score, new)
            total.set(k.fma(total, fading, weight))
            for sum in self.sums[head]:
                sum.set(sum * fading)
            self.weights.at(self.lane)[head * WARP] = weight

    def _dots(self) -> list[Var]:
        """q . key of the lane's key for each head."""
        k, format = self.k, self.kernel.format
        key = self.keys.row(self.lane, self.layout.tile.pitch)
        dots = [k.var(f32, 0.0) for _ in self.states]
        with k.for_(0, self.layout.head_dim, format.span) as first:
            numbers = format.floats(k, key, first, format.span)
            query = self.query.at(first)
            for head, dot in enumerate(dots):
                part = dot if format.scale is None else k.var(f32, 0.0)
                for at in range(0, format.span, 4):
                    given = query.load(head * self.layout.head_dim + at, vec=4)
                    for a, b in zip(given, numbers[at : at + 4], strict=True):
                        k.fma(a, b, part, into=part)
                if format.scale is not None:
                    k.fma(part, format.scale(k, key, first), dot, into=dot)
        return dots

    def _add_values(self) -> None:
        """sums += weights * values for the lane's elements, four keys a turn."""
        k, format = self.k, self.kernel.format
        with k.for_(0, WARP, 4) as key:
            weights = [self.weights.at(key).load(head * WARP, vec=4) for head in range(self.layout.pack)]
            rows = self.values.row(key, self.layout.tile.pitch)
            for u in range(4):
                row = rows.at(u * self.layout.tile.pitch)
                numbers = [
                    number
                    for part in self.parts
                    for number in format.numbers(k, row, self.element + part, self.width)
                ]
                for weight, sums in zip(weights, self.sums, strict=True):
                    for sum, number in zip(sums, numbers, strict=True):
                        k.fma(weight[u], number, sum, into=sum)

    def publish(self, shared: Pointer) -> tuple[Pointer, Pointer]:
        """Every warp's sums and states in shared memory, over the tiles: [warps, pack, head_dim], [warps, pack, 2]."""
        k, layout = self.k, self.layout
        states = shared.at(layout.query_bytes).cast(f32)
        sums = states.at(layout.state_bytes // 4)
        totals = [warp_sum(k, total) for _, total in self.states]
        k.bar_sync()
        mine = states.row(self.warp, 2 * layout.pack)
        with k.if_(self.lane == 0):
            for head, (peak, _) in enumerate(self.states):
                mine.store(2 * head, (peak, totals[head]))
        own = sums.row(self.warp, layout.pack * layout.head_dim).at(self.element)
        with k.if_(self.lane < self.lanes):
            for head, elements in enumerate(self.sums):
                place = own.at(head * layout.head_dim)
                for i, part in enumerate(self.parts):
                    own_part = elements[i * self.width : (i + 1) * self.width]
                    place.store(part, tuple(own_part) if self.width > 1 else own_part[0])
        k.bar_sync()
        return sums, states
