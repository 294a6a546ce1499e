"""LZ4 decompression, a warp a page: all lanes read the tokens, and share the copies."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import numpy as np
from attrs import define, frozen
from numpy.typing import NDArray

from ptxgen.isa.types import b32, u8, u32
from ptxgen.kernels.base import Arrays, Cost, Kernel, option, size
from ptxgen.kernels.blocks.warp import WARP
from ptxgen.kernels.lz4 import block
from ptxgen.kernels.lz4.block import Status
from ptxgen.kernels.lz4.compress import text_like
from ptxgen.kernels.registry import register
from ptxgen.kernels.rules import Rule, at_most, multiple
from ptxgen.launch import In, Out, Plan, Signature

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value, Var
    from ptxgen.ir.operands import Label


@register(family="lz4")
@frozen
class Lz4Decompress(Kernel):
    """LZ4 blocks of at most `page` bytes each, a warp a block. Whatever they hold, no access is out of bounds.

    blocks: [pages, stride] uint8, stride the most that a page can become; sizes: [pages] uint32.

    x: [pages, page] uint8, zeros after the end of each; lengths: [pages] uint32; status: [pages] uint32, 0 where the
    block was good, else a `Status`: then x holds what came out before the fault, and lengths how much that is.
    """

    pages: int = size(2)
    page: int = option(256)

    bitwise: ClassVar[bool] = True
    requires: ClassVar[tuple[Rule, ...]] = (multiple("page", 16), at_most("page", 32768))

    @property
    def sizes(self) -> dict[str, int]:
        """The fields, and the room of a block."""
        return {**super().sizes, "stride": block.bound(self.page)}

    @property
    def signature(self) -> Signature:
        numbers = Out(u32, "pages")
        return Signature(
            blocks=In(u8, "pages", "stride"), sizes=In(u32, "pages"), x=Out(u8, "pages", "page"), lengths=numbers,
            status=numbers,
        )  # fmt: skip

    def body(
        self, k: KernelBuilder, blocks: Pointer, sizes: Pointer, x: Pointer, lengths: Pointer, status: Pointer
    ) -> None:
        k.launch_bounds(required=WARP)
        stride = self.sizes["stride"]
        lane = k.tid.x
        text = k.shared("text", u8, self.page, align=16)
        source = _Block(k, blocks.row(k.ctaid.x, stride), sizes[k.ctaid.x], k.var(u32, 0))
        made, fault = k.var(u32, 0), k.var(u32, int(Status.TRUNCATED))
        end = k.label()
        k.bra(end, source.size > stride)
        with k.loop():
            fault.set(int(Status.TRUNCATED))
            token = source.byte(end)
            literals = source.more(token >> 4, end)
            k.bra(end, literals > source.size - source.at)
            fault.set(int(Status.TOO_LONG))
            k.bra(end, literals > self.page - made)
            with k.stride(lane, literals, WARP) as i:
                text[made + i] = source.bytes.load(source.at + i, as_type=u32)
            source.at.set(source.at + literals)
            made.set(made + literals)
            fault.set(int(Status.OK))
            k.bra(end, source.at == source.size)

            fault.set(int(Status.TRUNCATED))
            low = source.byte(end)
            offset = source.byte(end) * 256 + low
            fault.set(int(Status.BAD_OFFSET))
            k.bra(end, (offset == 0) | (offset > made))
            fault.set(int(Status.TRUNCATED))
            length = source.more(token & 15, end) + block.SHORTEST_MATCH
            fault.set(int(Status.TOO_LONG))
            k.bra(end, length > self.page - made)
            k.bar_warp_sync()  # what the match repeats was written by other lanes
            begin = made - offset
            with k.stride(lane, length, WARP) as i:
                text[made + i] = text.load(begin + i % offset, as_type=u32)
            made.set(made + length)
        k.place(end)
        with k.stride(made + lane, self.page, WARP) as i:
            text[i] = k.const(u32, 0)
        k.bar_warp_sync()
        x = x.row(k.ctaid.x, self.page)
        with k.stride(lane * 16, self.page, 16 * WARP) as i:
            x.at(i).cast(b32).store(0, text.at(i).cast(b32).load(vec=4))
        with k.if_(lane == 0):
            lengths[k.ctaid.x] = made
            status[k.ctaid.x] = fault

    def plan(self) -> Plan:
        return Plan.single(entry=self.name, grid=self.pages, block=WARP)

    def reference(
        self, blocks: NDArray[np.uint8], sizes: NDArray[np.uint32]
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        x, lengths, status = np.zeros((self.pages, self.page)), np.zeros(self.pages), np.zeros(self.pages)
        for i, given in enumerate(sizes.tolist()):
            status[i] = Status.TRUNCATED
            if given <= blocks.shape[1]:
                text, status[i] = block.decompress(blocks[i, :given].tobytes(), self.page)
                x[i, : len(text)] = np.frombuffer(text, np.uint8)
                lengths[i] = len(text)
        return x, lengths, status

    def tolerance(self, blocks: NDArray[np.uint8], sizes: NDArray[np.uint32]) -> tuple[float, float, float]:
        """None."""
        return 0.0, 0.0, 0.0

    def example_inputs(self, rng: np.random.Generator) -> Arrays:
        """Good blocks, but the last of several lacks a byte."""
        blocks = np.zeros((self.pages, self.sizes["stride"]), np.uint8)
        sizes = np.zeros(self.pages, np.uint32)
        for i in range(self.pages):
            made = block.compress(text_like(rng, self.page).tobytes())
            blocks[i, : len(made)] = np.frombuffer(made, np.uint8)
            sizes[i] = len(made)
        if self.pages > 1:
            sizes[-1] -= 1
        return {"blocks": blocks, "sizes": sizes}

    def cost(self) -> Cost:
        return Cost(bytes=self.pages * (self.sizes["stride"] + self.page + 12), flops=0)


@define(eq=False)
class _Block:
    """A block in global memory, read up to `at`; every lane reads the same bytes."""

    k: KernelBuilder
    bytes: Pointer
    size: Value
    at: Var

    def byte(self, end: Label) -> Value:
        """The next byte; beyond the last one, go to `end`."""
        k = self.k
        k.bra(end, self.at >= self.size)
        value = self.bytes.load(self.at, as_type=u32)
        self.at.set(self.at + 1)
        return value

    def more(self, number: Value, end: Label) -> Value:
        """A number of a token with what the bytes that follow add to it."""
        k = self.k
        total = k.var(u32, number)
        with k.if_(number == block.MORE), k.loop():
            value = self.byte(end)
            total.set(total + value)
            k.break_(value != 255)
        return total
