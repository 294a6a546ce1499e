"""Warps and CTAs: shuffles, votes, barriers, with the defaults that are nearly always meant."""

from __future__ import annotations

from typing import Any, cast

from ptxgen.errors import BuildError
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.special import SpecialRegisters
from ptxgen.ir.builder.value import Value
from ptxgen.isa.types import b32, pred, u32

ALL_LANES = 0xFFFFFFFF


class Warps(SpecialRegisters):
    """`mask` names the lanes that take part, one bit each; it is not a width: that is `width`."""

    def shfl_bfly(self, value: Value, lane_mask: Any, *, width: int = 32, mask: Any = ALL_LANES) -> Value:
        """`value` of the lane whose number differs in the bits of `lane_mask`."""
        return self._shuffle("bfly", value, lane_mask, _segment(width) | 0x1F, mask)

    def shfl_down(self, value: Value, delta: Any, *, width: int = 32, mask: Any = ALL_LANES) -> Value:
        """`value` of the lane `delta` further on; the own value where that is outside the segment."""
        return self._shuffle("down", value, delta, _segment(width) | 0x1F, mask)

    def shfl_up(self, value: Value, delta: Any, *, width: int = 32, mask: Any = ALL_LANES) -> Value:
        """`value` of the lane `delta` before; the own value where that is outside the segment."""
        return self._shuffle("up", value, delta, _segment(width), mask)

    def shfl_idx(self, value: Value, lane: Any, *, width: int = 32, mask: Any = ALL_LANES) -> Value:
        """`value` of lane `lane` of the segment: a broadcast where all lanes name the same one."""
        return self._shuffle("idx", value, lane, _segment(width) | 0x1F, mask)

    def _shuffle(self, mode: str, value: Value, lane: Any, control: int, mask: Any) -> Value:
        bits = value.type.bits
        if value.type is pred or bits not in (32, 64):
            raise BuildError(
                "PTX014",
                f"a shuffle moves 32 bits (64 are moved in halves), got {value.type}",
                help="widen it first: k.cvt(u32, x)",
                location=caller(),
            )
        if bits == 32:
            return cast(Value, self.apply(f"shfl.sync.{mode}.b32", (value, lane, control, mask), {}))
        halves = [self._shuffle(mode, half, lane, control, mask) for half in self.unpack(b32, value)]
        return self.pack(value.type, *halves)

    def vote_all(self, p: Value, *, mask: Any = ALL_LANES) -> Value:
        """Whether `p` holds on all lanes of `mask`."""
        return cast(Value, self.apply("vote.sync.all.pred", (p, mask), {}))

    def vote_any(self, p: Value, *, mask: Any = ALL_LANES) -> Value:
        """Whether `p` holds on any lane of `mask`."""
        return cast(Value, self.apply("vote.sync.any.pred", (p, mask), {}))

    def vote_uni(self, p: Value, *, mask: Any = ALL_LANES) -> Value:
        """Whether `p` is the same on all lanes of `mask`."""
        return cast(Value, self.apply("vote.sync.uni.pred", (p, mask), {}))

    def vote_ballot(self, p: Value, *, mask: Any = ALL_LANES) -> Value:
        """One bit for each lane of `mask`: its `p`. A u32."""
        return cast(Value, self.apply("vote.sync.ballot.b32", (p, mask), {}, result=u32))

    def bar_sync(self, barrier: Any = 0, threads: Any = None) -> None:
        """Wait until all threads of the CTA (or `threads` of them, a multiple of 32) are at the barrier (0 to 15)."""
        self.apply("bar.sync", (barrier,) if threads is None else (barrier, threads), {})

    def bar_warp_sync(self, mask: Any = ALL_LANES) -> None:
        """Wait until all lanes of `mask` are here; memory is ordered among them."""
        self.apply("bar.warp.sync", (mask,), {})


def _segment(width: int) -> int:
    """The part of a shuffle's control word that splits the warp into segments of `width` lanes."""
    if width not in (1, 2, 4, 8, 16, 32):
        raise BuildError("PTX020", f"width is a power of two up to 32, got {width}", location=caller())
    return (32 - width) << 8
