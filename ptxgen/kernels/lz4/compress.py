"""LZ4 compression, a warp a page: 32 positions are tried at once, and copies are shared by the lanes."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import b32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, option, size
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.lz4 import block
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Scalar, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var

_ALL_LANES = 0xFFFFFFFF


@register(family="lz4")
@frozen
class Lz4Compress(Kernel):
    """Each page of `page` bytes as one LZ4 block, a warp a page. Any LZ4 decoder reads the blocks.

    x: [n] uint8, 16-byte aligned; the last page may be shorter. blocks: [pages, stride] uint8, where stride is the most
    that a page can become, and zeros follow each block; sizes: [pages] uint32. n is a launch-time parameter.

    The parse is greedy, over a table of 2048 hashes and repetitions within 32 bytes. The same input always gives the
    same blocks.
    """

    n: int = size(300)
    page: int = option(256)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (
        multiple("page", 16),
        at_most("page", 32768),
        at_most("n", 2**31 - 1),
    )

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, how many pages there are, and the room of a block."""
        return {**super().sizes, "pages": -(-self.n // self.page), "stride": block.bound(self.page)}

    @property
    def signature(self) -> Signature:
        outputs = {"blocks": Out(u8, "pages", "stride"), "sizes": Out(u32, "pages")}
        return Signature(x=In(u8, "n"), **outputs, n=Scalar(u32))

    def body(self, k: KernelBuilder, x: Pointer, blocks: Pointer, sizes: Pointer, n: Value) -> None:
        k.launch_bounds(required=WARP)
        stride = self.sizes["stride"]
        begin = k.ctaid.x * self.page
        length = k.min(n - begin, self.page)
        text = _Text(k, k.shared("text", u8, self.page, align=16), length)
        text.read(x.row(k.ctaid.x, self.page))
        table = k.shared("table", u32, 1 << block.HASH_BITS)
        with k.stride(k.tid.x, 1 << block.HASH_BITS, WARP) as slot:
            table[slot] = 0
        k.bar_warp_sync()

        out = _Output(k, text, blocks.row(k.ctaid.x, stride), k.var(u32, 0))
        anchor, base = k.var(u32, 0), k.var(u32, 0)
        with k.while_(lambda: base + block.LAST_MATCH <= length):
            start, source = _first_match(k, text, table, base)
            with k.if_(start == _ALL_LANES):
                base.set(base + block.WINDOW)
            with k.else_():
                match = text.common(start, source)
                out.sequence(anchor, start, start - source, match)
                anchor.set(start + match)
                base.set(anchor)
        out.sequence(anchor, length)
        out.fill(stride)
        with k.if_(k.tid.x == 0):
            sizes[k.ctaid.x] = out.at

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.sizes["pages"], block=WARP)

    def reference(self, x: NDArray[np.uint8]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        pages, stride = self.sizes["pages"], self.sizes["stride"]
        blocks, sizes = np.zeros((pages, stride)), np.zeros(pages)
        for i in range(pages):
            made = block.compress(x[i * self.page : (i + 1) * self.page].tobytes())
            blocks[i, : len(made)] = np.frombuffer(made, np.uint8)
            sizes[i] = len(made)
        return blocks, sizes

    def tolerance(self, x: NDArray[np.uint8]) -> tuple[float, float]:
        """None: the parse is settled."""
        return 0.0, 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        return {"x": text_like(rng, self.n)}

    def cost(self) -> Cost:
        return Cost(bytes=self.n + self.sizes["pages"] * (self.sizes["stride"] + 4), flops=0)


def text_like(rng: np.random.Generator, n: int) -> NDArray[np.uint8]:
    """Bytes that repeat themselves, with runs and noise between: words of a small vocabulary."""
    words = [rng.integers(97, 123, rng.integers(1, 12), dtype=np.uint8) for _ in range(24)]
    words.append(np.zeros(40, np.uint8))
    parts: list[NDArray[np.uint8]] = []
    total = 0
    while total < n:
        part = (
            rng.integers(0, 256, 9, dtype=np.uint8) if rng.random() < 0.1 else words[rng.integers(len(words))]
        )
        parts.append(part)
        total += len(part)
    return np.concatenate(parts)[:n]


@define(eq=False)
class _Text:
    """A page in shared memory."""

    k: KernelBuilder
    bytes: Pointer
    length: Value

    def read(self, x: Pointer) -> None:
        """Fetch the page: 16 bytes a lane, the rest byte by byte."""
        k = self.k
        whole = self.length // 16 * 16
        with k.stride(k.tid.x * 16, whole, 16 * WARP) as i:
            self.bytes.at(i).cast(b32).store(0, x.at(i).cast(b32).load(vec=4))
        with k.stride(whole + k.tid.x, self.length, WARP) as i:
            self.bytes[i] = x.load(i, as_type=u32)

    def four(self, position: Value) -> Value:
        """The four bytes from a position on as a word: two aligned words, shifted."""
        k = self.k
        words = self.bytes.at(position // 4 * 4).cast(b32)
        return k.bitcast(u32, k.op("shf.r.wrap.b32", words[0], words[1], (position & 3) * 8))

    def common(self, start: Value, source: Value) -> Value:
        """How many bytes from `start` on equal those from `source` on; the first four do. 32 are compared at once."""
        k = self.k
        length = k.var(u32, block.SHORTEST_MATCH)
        with k.loop():
            place = length + k.tid.x
            differs = k.var(u32, 1)
            with k.if_(start + place + block.LAST_LITERALS < self.length):
                ahead, behind = (self.bytes.load(p + place, as_type=u32) for p in (start, source))
                differs.set(ahead ^ behind)
            lanes = k.vote_ballot(differs != 0)
            length.set(length + k.select(lanes == 0, WARP, k.popc(~lanes & (lanes - 1))))
            k.break_(lanes != 0)
        return length


def _first_match(k: KernelBuilder, text: _Text, table: Pointer, base: Value) -> tuple[Value, Value]:
    """Start and source of the first match of the window from `base` on, or all ones. In every lane.

    A lane finds its four bytes at a lower lane, or else where the table says that this hash was last. The lanes up to
    the winner enter their positions: the last one of a hash wins by being the largest.
    """
    lane = k.tid.x
    position = base + lane
    inside = position + block.LAST_MATCH <= text.length
    lanes = k.vote_ballot(inside)
    start, source = k.var(u32, _ALL_LANES), k.var(u32, 0)
    slot = k.var(u32, 0)
    with k.if_(inside):
        four = text.four(position)
        slot.set(four * block.HASH_FACTOR >> (32 - block.HASH_BITS))
        equal = k.bitcast(u32, k.op("match.any.sync.b32", four, lanes))
        first = k.popc(~equal & (equal - 1))
        entry = table[slot]
        with k.if_(first < lane):
            start.set(position)
            source.set(base + first)
        with k.else_(), k.if_(entry != 0):
            before = entry - 1
            with k.if_(text.four(before) == four):
                start.set(position)
                source.set(before)
    matches = k.vote_ballot(start != _ALL_LANES)
    winner = k.select(matches == 0, WARP - 1, k.popc(~matches & (matches - 1)))
    k.bar_warp_sync()
    with k.if_(inside & (lane <= winner)):
        k.op("red.shared.max.u32", table.at(slot), position + 1)
    k.bar_warp_sync()
    return k.shfl_idx(start, winner), k.shfl_idx(source, winner)


@define(eq=False)
class _Output:
    """A block in global memory, of which the first `at` bytes are written."""

    k: KernelBuilder
    text: _Text
    bytes: Pointer
    at: Var

    def sequence(
        self, first: Value, last: Value, offset: Value | None = None, length: Value | None = None
    ) -> None:
        """The literals from `first` to `last`, then a match, or the end."""
        k = self.k
        literals = last - first
        extra = None if length is None else length - block.SHORTEST_MATCH
        low = 0 if extra is None else k.min(extra, block.MORE)
        self._put(0, (k.min(literals, block.MORE) << 4) | low)
        self.at.set(self.at + 1)
        self._more(literals)
        with k.stride(k.tid.x, literals, WARP) as i:
            self.bytes[self.at + i] = self.text.bytes.load(first + i, as_type=u32)
        self.at.set(self.at + literals)
        if offset is not None and extra is not None:
            self._put(0, offset & 255)
            self._put(1, offset >> 8)
            self.at.set(self.at + 2)
            self._more(extra)

    def fill(self, room: int) -> None:
        """Zeros up to the end of the room, which is a multiple of 16."""
        k = self.k
        whole = (self.at + 15) // 16 * 16
        with k.if_(self.at + k.tid.x < whole):
            self.bytes[self.at + k.tid.x] = k.const(u32, 0)
        zero = k.const(b32, 0)
        with k.stride(whole + k.tid.x * 16, room, 16 * WARP) as i:
            self.bytes.at(i).cast(b32).store(0, (zero,) * 4)

    def _put(self, place: int, byte: Value) -> None:
        k = self.k
        with k.if_(k.tid.x == 0):
            self.bytes[self.at + place] = byte

    def _more(self, number: Value) -> None:
        """The bytes that a number of 15 or more goes on in."""
        k = self.k
        with k.if_(number >= block.MORE):
            rest = number - block.MORE
            full = rest // 255
            with k.stride(k.tid.x, full + 1, WARP) as i:
                self.bytes[self.at + i] = k.select(i < full, 255, rest % 255)
            self.at.set(self.at + full + 1)
