"""Races in shared memory from one round of a loop to the next: when they are proved, and what a launch adds."""

from __future__ import annotations

import pytest

from ptxgen.debug import Finding, analyze_text
from ptxgen.ir.analysis import ANY_LAUNCH, LaunchFacts

TILED = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 p, .param .u32 n){size}
{{
.reg .pred %p<9>; .reg .b32 %r<19>; .reg .b64 %rd<9>; .shared .align 16 .b8 smem[4096];
ld.param.u64 %rd1, [p];
ld.param.u32 %r10, [n];
cvta.to.global.u64 %rd2, %rd1;
mov.u32 %r1, %tid.x;
mov.u32 %r2, smem;
shl.b32 %r3, %r1, 2;
add.u32 %r4, %r2, %r3;
xor.b32 %r5, %r3, 128;
add.u32 %r6, %r2, %r5;
mov.u32 %r8, 0;
LOOP:
setp.ge.u32 %p2, %r8, {bound};
@%p2 bra DONE;
ld.global.u32 %r9, [%rd2];
st.shared.u32 [%r4], %r9;
bar.sync 0;
ld.shared.u32 %r7, [%r6];
st.global.u32 [%rd2+4096], %r7;
{end}add.u64 %rd2, %rd2, 512;
add.u32 %r8, %r8, 1;
bra LOOP;
DONE:
ret;
}}
"""
BLOCK = " .reqntid 128"


def races(text: str, facts: LaunchFacts = ANY_LAUNCH) -> list[Finding]:
    return [f for f in analyze_text(text, facts=facts, entry="k").findings if f.id == "PTX150"]


@pytest.mark.parametrize(
    ("size", "bound", "facts", "verdict"),
    [
        (BLOCK, "2", ANY_LAUNCH, "proved"),
        (BLOCK, "%r10", ANY_LAUNCH, "unknown"),
        ("", "2", ANY_LAUNCH, "unknown"),
        (BLOCK, "%r10", LaunchFacts(arguments={"n": 2}), "proved"),
        ("", "%r10", LaunchFacts(block=(64, 1, 1), arguments={"n": 3}), "proved"),
        ("", "%r10", LaunchFacts(block=(32, 1, 1), arguments={"n": 3}), ""),
        (BLOCK, "%r10", LaunchFacts(arguments={"n": 1}), ""),
        (BLOCK, "1", ANY_LAUNCH, ""),
    ],
)
def test_the_second_barrier_of_a_tiled_loop(size: str, bound: str, facts: LaunchFacts, verdict: str) -> None:
    found = races(TILED.format(size=size, bound=bound, end=""), facts)
    assert [f.verdict.value for f in found] == [verdict] * bool(verdict)
    for each in found:
        assert (each.line, [r.line for r in each.related]) == (21, [23])
        assert "reads" in each.message
        assert "one round later" in each.message
    assert not races(TILED.format(size=size, bound=bound, end="bar.sync 0;\n"), facts)


def test_a_note_says_what_is_not_known() -> None:
    (found,) = races(TILED.format(size=BLOCK, bound="%r10", end=""))
    assert found.notes == ("if the loop comes to that round",)


BOUNDED = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry k(.param .u64 p, .param .u32 n) .reqntid 128
{
.reg .pred %p<9>; .reg .b32 %r<19>; .reg .b64 %rd<9>; .shared .align 16 .b8 smem[1024];
ld.param.u64 %rd1, [p];
ld.param.u32 %r10, [n];
cvta.to.global.u64 %rd2, %rd1;
mov.u32 %r1, %tid.x;
shl.b32 %r3, %r1, 2;
mov.u32 %r2, smem;
add.u32 %r4, %r2, %r3;
xor.b32 %r5, %r3, 128;
add.u32 %r6, %r2, %r5;
cvt.u64.u32 %rd3, %r3;
add.s64 %rd4, %rd2, %rd3;
mov.u32 %r7, 0;
setp.lt.u32 %p1, %r1, LIMIT;
@%p1 st.shared.u32 [%r4], %r1;
BARRIER
@%p1 ld.shared.u32 %r7, [%r6];
st.global.u32 [%rd4], %r7;
ret;
}
"""


@pytest.mark.parametrize(
    ("limit", "barrier", "facts", "verdict"),
    [
        ("%r10", "", ANY_LAUNCH, "unknown"),
        ("%r10", "bar.sync 0;", ANY_LAUNCH, ""),
        ("%r10", "", LaunchFacts(arguments={"n": 128}), "proved"),
        ("%r10", "", LaunchFacts(arguments={"n": 32}), ""),
        ("32", "", ANY_LAUNCH, ""),
    ],
)
def test_under_a_bound(limit: str, barrier: str, facts: LaunchFacts, verdict: str) -> None:
    """How many threads pass a bound that nobody told may be all of them."""
    found = races(BOUNDED.replace("LIMIT", limit).replace("BARRIER", barrier), facts)
    assert [f.verdict.value for f in found] == [verdict] * bool(verdict)
