"""Each condition of the passes over memory is needed: without it validation sees another result."""

from __future__ import annotations

import pytest

from ptxgen.ir.analysis import MemoryOperation, Place
from ptxgen.ir.analysis.threads import Threads
from ptxgen.passes import (
    PassError,
    Pipeline,
    barrier_removal,
    dead_stores,
    load_hoisting,
    store_forwarding,
    tokens,
    vectorisation,
    wait_sinking,
)
from ptxgen.verification.translation import Validation, compare_modules
from ptxgen.verification.trials import Content, Scalar, Trial
from tests.passes.test_mutants import Mutant, always
from tests.passes.text import kernel

START = """
ld.param.u64 %rd1, [q];
ld.param.u64 %rd5, [p];
mov.u32 %r1, %tid.x;
mov.u32 %r2, %ctaid.x;
mad.lo.u32 %r1, %r2, 64, %r1;
mad.wide.u32 %rd2, %r1, 16, %rd1;
mad.wide.u32 %rd3, %r1, 16, %rd5;
setp.lt.u32 %p1, %r1, 40;
setp.lt.u32 %p2, %r1, 20;
mov.u32 %r9, 0;
"""
"""Every thread has 16 bytes of its own behind each pointer; the last instruction stores %r9."""
END = "\nst.global.u32 [%rd3], %r9;"

MUTANTS = {
    "vector load across a store to its bytes": Mutant(
        "vectorisation", vectorisation._Block, "_crosses", always(True),
        "ld.global.u32 %r3, [%rd2]; st.global.u32 [%rd2+4], 77; ld.global.u32 %r4, [%rd2+4]; add.u32 %r9, %r3, %r4;",
    ),
    "vector load of a misaligned pair": Mutant(
        "vectorisation", vectorisation.Affine, "is_multiple", always(True),
        "ld.global.u32 %r3, [%rd2+4]; ld.global.u32 %r4, [%rd2+8]; add.u32 %r9, %r3, %r4;",
    ),
    "vector store of a register that changes": Mutant(
        "vectorisation", vectorisation._Block, "_holds", always(True),
        "mov.u32 %r3, 5; st.global.u32 [%rd2], %r3; mov.u32 %r3, 6; st.global.u32 [%rd2+4], %r3;",
    ),
    "vector store under a guard that changes": Mutant(
        "vectorisation", vectorisation._Block, "_holds", always(True),
        "@%p1 st.global.u32 [%rd2], 1; setp.lt.u32 %p1, %r1, 5; @%p1 st.global.u32 [%rd2+4], 2;",
    ),
    "forwarding across a store to its bytes": Mutant(
        "store-forwarding", store_forwarding._Walk, "_overwrite", always(None),
        "st.global.u32 [%rd2], 5; add.u64 %rd4, %rd2, 4; st.global.u32 [%rd4+-4], 6; ld.global.u16 %h1, [%rd2];"
        "st.global.u16 [%rd2+2], %h1; ld.global.u32 %r9, [%rd2];",
    ),
    "forwarding of a register that changed": Mutant(
        "store-forwarding", store_forwarding._Known, "holds", always(True),
        "st.global.u32 [%rd2], %r1; mov.u32 %r1, 9; ld.global.u32 %r9, [%rd2];",
    ),
    "forwarding of bits that were cut off": Mutant(
        "store-forwarding", store_forwarding, "_copy",
        lambda i, d, v, access: store_forwarding.made("mov.b32", (d, v), i),
        "add.u32 %r3, %r1, 250; st.global.u8 [%rd2], %r3; ld.global.u8 %r9, [%rd2];",
    ),
    "dead store that is read": Mutant(
        "dead-stores", dead_stores, "conflict", always(False),
        "st.global.u32 [%rd2], 5; ld.global.u32 %r9, [%rd2]; st.global.u32 [%rd2], 6;",
    ),
    "dead store that is covered in part": Mutant(
        "dead-stores", dead_stores, "_covers", always(True),
        "st.global.u32 [%rd2], 5; st.global.u16 [%rd2], 6;",
    ),
    "dead store that an array's reader needs": Mutant(
        "dead-stores", dead_stores, "_into_unread",
        lambda function, analysis: [o.at for o in analysis.memory if o.instruction.name == "st.shared.u32"],
        "mov.u32 %r6, %tid.x; mov.u32 %r7, tile; mad.lo.u32 %r7, %r6, 4, %r7; st.shared.u32 [%r7], 5;"
        "ld.shared.u32 %r9, [%r7];",
    ),
    "load hoisted over a store to its bytes": Mutant(
        "load-hoisting", tokens, "must_follow", always(False),
        "st.global.u32 [%rd2], 5; ld.global.u32 %r9, [%rd2];",
    ),
    "load hoisted over its address": Mutant(
        "load-hoisting", load_hoisting, "_target",
        lambda instructions, start, window, follows, numbers, operations: start - 2,
        "st.global.u32 [%rd2], 5; add.u64 %rd4, %rd2, 4; ld.global.u32 %r9, [%rd4];",
    ),
    "wait behind the read of a copy": Mutant(
        "wait-sinking", wait_sinking, "_passes", always(True),
        """mov.u32 %r6, %tid.x; mov.u32 %r7, tile; rem.u32 %r6, %r6, 16; mad.lo.u32 %r7, %r6, 16, %r7;
        setp.lt.u32 %p3, %r1, 16;
        @%p3 cp.async.cg.shared.global [%r7], [%rd2], 16;
        cp.async.commit_group;
        cp.async.wait_group 0;
        @%p3 ld.shared.u32 %r9, [%r7];""",
    ),
}  # fmt: skip

BARRIERS = {
    "barrier between threads": (
        Threads, "apart",
        "st.shared.u32 [%r8], %r1; bar.sync 0; xor.b32 %r7, %r8, 4; ld.shared.u32 %r9, [%r7];",
    ),
    "barrier that some threads run elsewhere": (
        barrier_removal._Search, "barriers",
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
}  # fmt: skip


@pytest.mark.parametrize("name", BARRIERS)
def test_the_condition_on_barriers_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A barrier that goes wrongly is a race, which racecheck sees whatever the bytes are."""
    owner, condition, body = BARRIERS[name]
    text = START + "mov.u32 %r6, %tid.x; mov.u32 %r8, tile; mad.lo.u32 %r8, %r6, 4, %r8;" + body + END
    module = kernel(text, directives=".reqntid 64")
    sound = Validation()
    Pipeline.parse("barrier-removal").watched_by(sound).run(module)
    assert not sound.verdicts
    monkeypatch.setattr(owner, condition, everywhere if condition == "barriers" else always(True))
    with pytest.raises(PassError, match="only after") as caught:
        Pipeline.parse("barrier-removal").watched_by(Validation()).run(module)
    assert caught.value.id == "PAS020"


FLAG = """
mov.u32 %r1, %tid.x;
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
ret;
"""
"""A CTA writes 64 words; when all are there, one of its threads tells another CTA, which reads the eighth."""


def test_barriers_before_what_other_ctas_hang_on_are_needed(monkeypatch: pytest.MonkeyPatch) -> None:
    module = kernel(FLAG, directives=".reqntid 64")
    empty = Content(bytes(1 << 16))
    trial = Trial("k", (2, 1, 1), (64, 1, 1), (empty, Scalar(bytes(4))))
    assert compare_modules(module, module, [trial]).agreed == 1
    assert not Pipeline.parse("barrier-removal").run(module)[0].statistics.changed
    monkeypatch.setattr(MemoryOperation, "is_plain", True)
    with pytest.raises(PassError, match="only after"):
        Pipeline.parse("barrier-removal").watched_by(Validation((trial,))).run(module)


def everywhere(search: barrier_removal._Search) -> list[Place]:
    """All barriers, as if all threads ran them."""
    return [o.at for o in search.analysis.memory if o.instruction.opcode == "bar"]


@pytest.mark.parametrize("name", MUTANTS)
def test_the_condition_is_needed(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    mutant = MUTANTS[name]
    text = START + mutant.body + END
    sound = Validation()
    Pipeline.parse(mutant.passes).watched_by(sound).run(kernel(text))
    assert all(verdict.agreed == 4 for _, verdict in sound.verdicts)
    monkeypatch.setattr(mutant.owner, mutant.condition, mutant.instead)
    with pytest.raises(PassError) as caught:
        Pipeline(Pipeline.parse(mutant.passes).passes, check=False).watched_by(Validation()).run(kernel(text))
    assert caught.value.id == "PAS020"
