"""Bulk stores and products that still read shared memory: what is proved, and what puts it right."""

from __future__ import annotations

import pytest

from ptxgen.debug import Finding, analyze_text

STORED = """\
.version 9.0
.target sm_90a
.address_size 64
.visible .entry k(.param .u64 p, .param .u32 n) .reqntid 64
{{
.reg .pred %p<9>; .reg .b32 %r<19>; .reg .b64 %rd<9>; .shared .align 128 .b8 tile[512];
ld.param.u64 %rd1, [p];
ld.param.u32 %r10, [n];
mov.u32 %r1, %tid.x;
mov.u32 %r2, tile;
setp.lt.u32 %p1, %r1, 32;
elect.sync %r3|%p2, -1;
and.pred %p3, %p1, %p2;
mov.u32 %r4, 0;
LOOP:
and.b32 %r5, %r4, {stages} - 1;
shl.b32 %r5, %r5, 8;
add.u32 %r6, %r2, %r5;
mad.lo.u32 %r7, %r1, 4, %r6;
st.shared.u32 [%r7], %r4;
fence.proxy.async.shared::cta;
bar.sync 0;
@!%p3 bra NEXT;
cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r6], 256;
cp.async.bulk.commit_group;
{wait}
NEXT:
{meet}
add.u64 %rd1, %rd1, 256;
add.u32 %r4, %r4, 1;
setp.lt.u32 %p4, %r4, {rounds};
@%p4 bra LOOP;
ret;
}}
"""
MULTIPLIED = """\
.version 9.0
.target sm_90a
.address_size 64
.visible .entry k(.param .u64 .ptr .global .align 64 map, .param .u64 q) .reqntid 128
{{
.reg .pred %p<9>; .reg .b32 %r<40>; .reg .b64 %rd<19>; .reg .f32 %f<9>;
.shared .align 1024 .b8 tiles[4096]; .shared .align 8 .b64 full;
ld.param.u64 %rd1, [map];
mov.u32 %r1, %tid.x;
mov.u32 %r2, tiles;
mov.u32 %r3, full;
setp.lt.u32 %p1, %r1, 32;
elect.sync %r4|%p2, -1;
and.pred %p3, %p1, %p2;
@%p3 mbarrier.init.shared::cta.b64 [%r3], 1;
fence.proxy.async.shared::cta;
bar.sync 0;
shr.u32 %r5, %r2, 4;
and.b32 %r5, %r5, 16383;
cvt.u64.u32 %rd2, %r5;
or.b64 %rd3, %rd2, 4611686293305294848;
add.u64 %rd4, %rd3, 128;
mov.u32 %r6, 0;
mov.u32 %r7, 0;
LOOP:
@!%p3 bra COPIED;
mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r3], 4096;
cp.async.bulk.tensor.2d.shared::cta.global.mbarrier::complete_tx::bytes [%r2], [%rd1, {{%r6, %r6}}], [%r3];
COPIED:
{full}
wgmma.fence.sync.aligned;
wgmma.mma_async.sync.aligned.m64n8k16.f32.bf16.bf16 {{%f1, %f2, %f3, %f4}}, %rd3, %rd4, 1, 1, 1, 0, 0;
wgmma.commit_group.sync.aligned;
{wait}
{meet}
xor.b32 %r7, %r7, 1;
add.u32 %r6, %r6, 1;
setp.lt.u32 %p5, %r6, 4;
@%p5 bra LOOP;
wgmma.wait_group.sync.aligned 0;
ret;
}}
"""
FULL = "FULL: mbarrier.try_wait.parity.shared::cta.b64 %p4, [%r3], %r7; @!%p4 bra FULL;"
READ = "cp.async.bulk.wait_group.read"
BARRIER = "bar.sync 0;"


def found(text: str) -> list[Finding]:
    return [f for f in analyze_text(text).findings if f.id in ("PTX191", "PTX192")]


@pytest.mark.parametrize(
    ("stages", "wait", "meet", "rounds", "verdict"),
    [
        (1, "", BARRIER, "4", "proved"),
        (1, "", BARRIER, "%r10", "unknown"),
        (1, f"{READ} 0;", "", "4", "proved"),
        (1, f"{READ} 1;", BARRIER, "4", "proved"),
        (1, f"{READ} 0;", BARRIER, "4", ""),
        (1, "cp.async.bulk.wait_group 0;", BARRIER, "%r10", ""),
        (1, "", BARRIER, "1", ""),
        (2, f"{READ} 1;", BARRIER, "4", ""),
        (2, f"{READ} 2;", BARRIER, "4", "proved"),
    ],
)
def test_bulk_stores(stages: int, wait: str, meet: str, rounds: str, verdict: str) -> None:
    text = STORED.format(stages=stages, wait=wait, meet=meet, rounds=rounds)
    assert [(f.id, f.verdict.value) for f in found(text)] == [("PTX191", verdict)] * bool(verdict)
    for each in found(text):
        assert (each.line, [r.line for r in each.related]) == (20, [24])


@pytest.mark.parametrize(
    ("full", "wait", "meet", "expected"),
    [
        (FULL, "wgmma.wait_group.sync.aligned 0;", BARRIER, []),
        (FULL, "", BARRIER, [("PTX191", 28, 32, "proved")]),
        (FULL, "wgmma.wait_group.sync.aligned 1;", BARRIER, [("PTX191", 28, 32, "proved")]),
        (FULL, "wgmma.wait_group.sync.aligned 0;", "", [("PTX191", 28, 32, "proved")]),
        (
            "",
            "wgmma.wait_group.sync.aligned 0;",
            BARRIER,
            [("PTX191", 28, 28, ""), ("PTX192", 32, 28, "proved")],
        ),
    ],
)
def test_tiles_of_products(
    full: str, wait: str, meet: str, expected: list[tuple[str, int, int, str]]
) -> None:
    """Copied by one elected thread through a tensor map, read by descriptors."""
    seen = found(MULTIPLIED.format(full=full, wait=wait, meet=meet))
    assert [(f.id, f.line, f.related[0].line) for f in seen] == [each[:3] for each in expected]
    assert all(f.verdict.value == e[3] for f, e in zip(seen, expected, strict=True) if e[3])
