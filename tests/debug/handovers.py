"""One warp that hands tiles over to others through shared memory and counted barriers, as texts: right, and not."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import evolve, frozen

_TEXT = """\
.version 8.6
.target sm_90
.address_size 64
.visible .entry handover(.param .u64 y) .reqntid {threads}
{{
.reg .pred %p<9>; .reg .b32 %r<20>; .reg .b64 %rd<9>;
.shared .align 16 .b8 tiles[{total}];
ld.param.u64 %rd1, [y];
cvta.to.global.u64 %rd1, %rd1;
mov.u32 %r1, %tid.x;
mov.u32 %r2, tiles;
mov.u32 %r6, 0;
mov.u32 %r9, 0;
and.b32 %r3, %r1, 31;
setp.lt.u32 %p1, %r1, 32;
@%p1 bra WRITE;
READ:
{reader}
{full}
ld.shared.u32 %r5, [%r4];
add.u32 %r9, %r9, %r5;
{empty}
add.u32 %r6, %r6, 1;
setp.lt.u32 %p2, %r6, {rounds};
@%p2 bra READ;
mul.wide.u32 %rd2, %r1, 4;
add.u64 %rd2, %rd2, %rd1;
st.global.u32 [%rd2], %r9;
ret;
WRITE:
{writer}
{wait}
st.shared.u32 [%r4], %r6;
{arrive}
add.u32 %r6, %r6, 1;
setp.lt.u32 %p2, %r6, {writes};
@%p2 bra WRITE;
{last}
ret;
}}
"""


@frozen
class Handover:
    """`warps` that read `rounds` tiles of one warp, with room for `stages`. Barriers from 1 on say that a tile is full,
    those behind them that it is empty.
    """

    warps: int = 2
    rounds: int = 5
    stages: int = 1
    full: bool = True
    empty: bool = True
    waits: bool = True
    short: int = 0
    fewer: int = 0
    shifted: int = 0

    @property
    def threads(self) -> int:
        return 32 * (self.warps + 1)

    def text(self) -> str:
        """The program."""
        count = self.threads
        full = f"add.u32 %r11, %r10, 1; {{0}} %r11, {count};"
        empty = f"add.u32 %r12, %r10, {1 + self.stages}; {{0}} %r12, {count};"
        place = f"rem.u32 %r10, %r6, {self.stages}; mad.lo.u32 %r13, %r10, 128, %r2; mad.lo.u32 %r4, %r3, 4, %r13;"
        reader = place
        if self.shifted:
            reader += f" add.u32 %r14, %r10, 1; rem.u32 %r14, %r14, {self.stages};"
            reader += " mad.lo.u32 %r13, %r14, 128, %r2; mad.lo.u32 %r4, %r3, 4, %r13;"
        # The first tiles find room without waiting.
        skips = f"setp.lt.u32 %p3, %r6, {self.stages}; @%p3 bra ROOM; {empty.format('barrier.sync')} ROOM:"
        last = f"mov.u32 %r7, 0; LAST: rem.u32 %r10, %r6, {self.stages}; {empty.format('barrier.sync')}"
        last += f" add.u32 %r6, %r6, 1; add.u32 %r7, %r7, 1; setp.lt.u32 %p4, %r7, {min(self.stages, self.rounds)};"
        return _TEXT.format(
            threads=count,
            total=128 * self.stages,
            reader=reader,
            writer=place,
            rounds=self.rounds,
            writes=self.rounds - self.fewer,
            full=full.format("barrier.sync").replace(f", {count};", f", {count - self.short};")
            if self.full
            else "",
            empty=empty.format("barrier.arrive") if self.empty else "",
            wait=skips if self.waits else "",
            arrive=full.format("barrier.arrive").replace(f", {count};", f", {count - self.short};")
            if self.full
            else "",
            last=f"{last} @%p4 bra LAST;" if self.waits else "",
        )


FAULTS: dict[str, Callable[[Handover], Handover]] = {
    "nobody waits for full": lambda h: evolve(h, full=False),
    "nobody waits for empty": lambda h: evolve(h, waits=False, empty=False),
    "no arrival at empty": lambda h: evolve(h, empty=False),
    "a warp less is counted": lambda h: evolve(h, short=32),
    "a tile less is written": lambda h: evolve(h, fewer=1),
    "another tile": lambda h: evolve(h, shifted=1),
}


def drawn(seed: int) -> tuple[Handover, str]:
    """A program of random size, and its fault; none in one of four."""
    rng = np.random.default_rng(seed)
    stages = int(rng.integers(1, 4))
    right = Handover(int(rng.integers(1, 4)), int(rng.integers(stages + 1, 8)), stages)
    if rng.random() < 0.25:
        return right, ""
    fault = list(FAULTS)[int(rng.integers(len(FAULTS)))]
    return FAULTS[fault](right), fault
