"""Mutants about barriers. A barrier that goes wrongly is a race, which racecheck sees whatever the bytes are."""

from __future__ import annotations

from ptxgen.ir.analysis import MemoryOperation, Place
from ptxgen.ir.analysis.alias import locate
from ptxgen.ir.analysis.threads import Threads
from ptxgen.passes import barrier_removal, load_hoisting, wait_sinking
from ptxgen.passes.tokens import TokenGraph
from ptxgen.verification.trials import Content, Scalar, Trial
from tests.passes.mutants import Mutant, Setting, always
from tests.passes.mutants.memory import COPY, END, START


def everywhere(search: barrier_removal._Search) -> list[Place]:
    """All barriers, as if all threads ran them."""
    return [o.at for o in search.analysis.memory if o.instruction.opcode == "bar"]


TILE = "mov.u32 %r6, %tid.x; mov.u32 %r8, tile; mad.lo.u32 %r8, %r6, 4, %r8;"
AROUND = Setting(START + TILE, END, directives=".reqntid 64")

MUTANTS = {
    "barrier between threads": Mutant(
        "barrier-removal", Threads, "apart", always(True),
        "st.shared.u32 [%r8], %r1; bar.sync 0; xor.b32 %r7, %r8, 4; ld.shared.u32 %r9, [%r7];",
    ),
    "barrier that some threads run elsewhere": Mutant(
        "barrier-removal", barrier_removal._Search, "barriers", everywhere,
        """setp.lt.u32 %p3, %r6, 32;
        @%p3 bra one;
        st.shared.u32 [%r8], %r1;
        bar.sync 0;
        bra both;
        one:
        bar.sync 0;
        both:
        add.u32 %r7, %r8, 128;
        @%p3 ld.shared.u32 %r9, [%r7];""",
    ),
    "load hoisted over a barrier": Mutant(
        "load-hoisting", load_hoisting, "token_graph", lambda operations: TokenGraph(tuple(operations)),
        "st.global.u32 [%rd2], %r1; xor.b32 %r7, %r1, 1; mad.wide.u32 %rd4, %r7, 16, %rd1; bar.sync 0;"
        "ld.global.u32 %r9, [%rd4];",
    ),
    "wait behind the barrier that tells others": Mutant(
        "wait-sinking", wait_sinking, "_passes",
        lambda o: all(not a.writes and locate(a).space in wait_sinking._ELSEWHERE for a in o.accesses),
        COPY + "cp.async.wait_group 0; bar.sync 0; xor.b32 %r8, %r7, 16; setp.lt.u32 %p2, %r1, 16;"
        "@%p2 ld.shared.u32 %r9, [%r8];",
    ),
}  # fmt: skip

_EMPTY = Content(bytes(1 << 16))
FLAG = Setting(
    "", "", directives=".reqntid 64", trials=(Trial("k", (2, 1, 1), (64, 1, 1), (_EMPTY, Scalar(bytes(4)))),)
)
BETWEEN_CTAS = {
    # A CTA writes 64 words; when all are there, one of its threads tells another CTA, which reads the eighth.
    "barrier before what other CTAs hang on": Mutant(
        "barrier-removal", MemoryOperation, "is_plain", True,
        """mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
ld.param.u64 %rd1, [p];
mul.wide.u32 %rd2, %r2, 4096;
add.u64 %rd2, %rd2, %rd1;
mad.wide.u32 %rd2, %r1, 4, %rd2;
st.global.u32 [%rd2], %r1;
bar.sync 0;
setp.ne.u32 %p1, %r1, 0;
@%p1 bra out;
setp.ne.u32 %p2, %r2, 0;
@%p2 bra wait;
fence.acq_rel.gpu;
st.relaxed.gpu.global.u32 [%rd1+60000], 1;
bra out;
wait:
ld.relaxed.gpu.global.u32 %r3, [%rd1+60000];
setp.eq.u32 %p3, %r3, 0;
@%p3 bra wait;
fence.acq_rel.gpu;
ld.global.u32 %r4, [%rd2+-4068];
st.global.u32 [%rd1+61000], %r4;
out:
ret;""",
    ),
}  # fmt: skip
