"""Rings of stages between a producer and consumers, as texts: right ones, and ones with a fault drawn at random."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from attrs import evolve, frozen

_HEAD = """\
.version 8.6
.target sm_90
.address_size 64
.visible .entry ring(.param .u64 x, .param .u64 y) .reqntid {threads}
{{
.reg .pred %p<9>; .reg .b32 %r<40>; .reg .b64 %rd<19>;
.shared .align 128 .b8 stages[{total}]; .shared .align 8 .b64 full[{stages}]; .shared .align 8 .b64 empty[{stages}];
ld.param.u64 %rd1, [x];
ld.param.u64 %rd2, [y];
cvta.to.global.u64 %rd1, %rd1;
cvta.to.global.u64 %rd2, %rd2;
mov.u32 %r1, %tid.x;
mov.u32 %r2, stages;
mov.u32 %r3, full;
mov.u32 %r4, empty;
and.b32 %r5, %r1, 31;
setp.ne.u32 %p1, %r1, 0;
@%p1 bra MADE;
{made}
fence.proxy.async.shared::cta;
MADE:
bar.sync 0;
mov.u32 %r6, 0;
mov.u32 %r7, {full_parity};
mov.u32 %r8, {empty_parity};
mov.u32 %r9, 0;
mov.u32 %r10, 0;
setp.lt.u32 %p2, %r1, {consuming};
@%p2 bra CONSUME;
setp.ne.u32 %p3, %r1, {producer};
@%p3 bra DONE;
PRODUCE:
mad.lo.u32 %r11, %r6, 8, %r3;
mad.lo.u32 %r12, %r6, 8, %r4;
mad.lo.u32 %r13, %r6, {bytes}, %r2;
{wait_empty}
{expect}
{copies}
{next_empty}
add.u64 %rd1, %rd1, {bytes};
add.u32 %r9, %r9, 1;
setp.lt.u32 %p4, %r9, {rounds};
@%p4 bra PRODUCE;
bra DONE;
CONSUME:
mad.lo.u32 %r11, %r6, 8, %r3;
mad.lo.u32 %r12, %r6, 8, %r4;
{stage}
{wait_full}
{before}
mad.lo.u32 %r15, %r1, 4, %r13;
ld.shared.u32 %r16, [%r15];
add.u32 %r10, %r10, %r16;
{after}
{next_full}
add.u32 %r9, %r9, 1;
setp.lt.u32 %p4, %r9, {rounds};
@%p4 bra CONSUME;
mul.wide.u32 %rd3, %r1, 4;
add.u64 %rd3, %rd3, %rd2;
st.global.u32 [%rd3], %r10;
DONE:
ret;
}}
"""
_NEXT = """\
add.u32 %r6, %r6, 1;
setp.eq.u32 %p5, %r6, {stages};
selp.u32 %r6, 0, %r6, %p5;
{flip}"""
_RELEASE = """\
bar.warp.sync -1;
setp.eq.u32 %p6, %r5, 0;
@%p6 mbarrier.arrive.shared::cta.b64 _, [%r12];"""


@frozen
class Ring:
    """What goes round: `warps` that read, stages of 128 bytes for each of them, in `copies` pieces.

    The rest is as it should be unless it is changed.
    """

    stages: int = 2
    rounds: int = 5
    warps: int = 2
    copies: int = 1
    full_parity: int = 0
    empty_parity: int = 1
    full_flips: bool = True
    empty_flips: bool = True
    waits_full: bool = True
    waits_empty: bool = True
    releases: bool = True
    early: bool = False
    full_count: int = 0
    empty_count: int = 0
    expected: int = 0
    shifted: int = 0
    """Numbers that are added to what is right."""

    @property
    def bytes(self) -> int:
        return 128 * self.warps

    def text(self) -> str:
        """The program."""
        release = _RELEASE if self.releases else ""
        stage = "mad.lo.u32 %r13, %r6, {0}, %r2;"
        if self.shifted:
            stage = "add.u32 %r14, %r6, {1}; rem.u32 %r14, %r14, {2}; mad.lo.u32 %r13, %r14, {0}, %r2;"
        piece = self.bytes // self.copies
        return _HEAD.format(
            threads=32 * (self.warps + 1),
            consuming=32 * self.warps,
            producer=32 * self.warps,
            total=self.bytes * self.stages,
            bytes=self.bytes,
            stages=self.stages,
            rounds=self.rounds,
            made="\n".join(
                f"mbarrier.init.shared::cta.b64 [%r3+{8 * s}], {1 + self.full_count};\n"
                f"mbarrier.init.shared::cta.b64 [%r4+{8 * s}], {self.warps + self.empty_count};"
                for s in range(self.stages)
            ),
            full_parity=self.full_parity,
            empty_parity=self.empty_parity,
            wait_empty=_wait("EMPTY", "%r12", "%r8") if self.waits_empty else "",
            expect=f"mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r11], {self.bytes + self.expected};",
            copies="\n".join(
                "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes "
                f"[%r13+{n * piece}], [%rd1+{n * piece}], {piece}, [%r11];"
                for n in range(self.copies)
            ),
            next_empty=_next(self.stages, "%r8", self.empty_flips),
            stage=stage.format(self.bytes, self.shifted, self.stages),
            wait_full=_wait("FULL", "%r11", "%r7") if self.waits_full else "",
            before=release if self.early else "",
            after="" if self.early else release,
            next_full=_next(self.stages, "%r7", self.full_flips),
        )


def _wait(label: str, barrier: str, parity: str) -> str:
    return (
        f"{label}: mbarrier.try_wait.parity.shared::cta.b64 %p7, [{barrier}], {parity};\n@!%p7 bra {label};"
    )


def _next(stages: int, parity: str, flips: bool) -> str:
    flip = f"selp.u32 %r20, 1, 0, %p5;\nxor.b32 {parity}, {parity}, %r20;" if flips else ""
    return _NEXT.format(stages=stages, flip=flip)


FAULTS: dict[str, Callable[[Ring], Ring]] = {
    "consumer's parity": lambda r: evolve(r, full_parity=1),
    "producer's parity": lambda r: evolve(r, empty_parity=0),
    "consumer's parity never flips": lambda r: evolve(r, full_flips=False),
    "producer's parity never flips": lambda r: evolve(r, empty_flips=False),
    "no wait for full": lambda r: evolve(r, waits_full=False),
    "no wait for empty": lambda r: evolve(r, waits_empty=False),
    "no arrival": lambda r: evolve(r, releases=False),
    "arrival before the read": lambda r: evolve(r, early=True),
    "an arrival more for full": lambda r: evolve(r, full_count=1),
    "an arrival more for empty": lambda r: evolve(r, empty_count=1),
    "an arrival less for empty": lambda r: evolve(r, empty_count=-1),
    "bytes too many": lambda r: evolve(r, expected=16),
    "bytes too few": lambda r: evolve(r, expected=-16),
    "bytes of one copy less": lambda r: evolve(r, expected=-r.bytes // r.copies),
    "another stage": lambda r: evolve(r, shifted=1),
}


def drawn(seed: int) -> tuple[Ring, str]:
    """A ring of random size, and the fault that it has; none in one of four."""
    rng = np.random.default_rng(seed)
    ring = Ring(
        stages=int(rng.integers(1, 5)),
        rounds=int(rng.integers(1, 10)),
        warps=int(rng.integers(1, 4)),
        copies=int(rng.choice([1, 2, 4])),
    )
    if rng.random() < 0.25:
        return ring, ""
    fault = list(FAULTS)[int(rng.integers(len(FAULTS)))]
    return FAULTS[fault](ring), fault
