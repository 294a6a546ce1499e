from __future__ import annotations

import pytest

PASS = "software-pipelining,dce"


def test_the_load_of_the_next_iteration(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        ld.param.u64 %rd1, [p];
        mov.u32 %r1, 0;
        mov.u32 %r4, 0;
        loop:
        mad.wide.u32 %rd2, %r1, 4, %rd1;
        ld.global.u32 %r2, [%rd2];
        mad.lo.u32 %r4, %r4, 3, %r2;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;
        st.shared.u32 [tile], %r4;""",
        """ld.param.u32 %r9, [n];
        ld.param.u64 %rd1, [p];
        mov.u32 %r1, 0;
        mov.u32 %r4, 0;
        mad.wide.u32 %rd3, %r1, 4, %rd1;
        ld.global.u32 %r12, [%rd3];
        loop:
        mov.b32 %r2, %r12;
        add.s32 %r10, %r1, 1;
        mad.wide.u32 %rd4, %r10, 4, %rd1;
        add.s32 %r11, %r1, 1;
        setp.lt.u32 %p2, %r11, %r9;
        @%p2 ld.global.u32 %r12, [%rd4];
        mad.lo.u32 %r4, %r4, 3, %r2;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;
        st.shared.u32 [tile], %r4;""",
    )


def test_an_invariable_load_passes_stores_and_barriers(becomes):
    becomes(
        PASS,
        """ld.param.u64 %rd1, [p];
        ld.param.u64 %rd3, [p];
        mov.u32 %r1, 0;
        loop:
        ld.global.nc.v2.u32 {%r2, %r3}, [%rd1+8];
        bar.sync 0;
        st.global.v2.u32 [%rd3], {%r3, %r2};
        add.u64 %rd1, %rd1, 16;
        add.u32 %r1, %r1, 1;
        setp.ge.u32 %p1, %r1, 9;
        @!%p1 bra loop;""",
        """ld.param.u64 %rd1, [p];
        ld.param.u64 %rd3, [p];
        mov.u32 %r1, 0;
        ld.global.nc.v2.u32 {%r5, %r6}, [%rd1+8];
        loop:
        mov.b32 %r2, %r5;
        mov.b32 %r3, %r6;
        add.s64 %rd4, %rd1, 16;
        add.s32 %r4, %r1, 1;
        setp.ge.u32 %p2, %r4, 9;
        @!%p2 ld.global.nc.v2.u32 {%r5, %r6}, [%rd4+8];
        bar.sync 0;
        st.global.v2.u32 [%rd3], {%r3, %r2};
        add.u64 %rd1, %rd1, 16;
        add.u32 %r1, %r1, 1;
        setp.ge.u32 %p1, %r1, 9;
        @!%p1 bra loop;""",
    )


SUM = "ld.param.u32 %r9, [n]; ld.param.u64 %rd1, [p]; mov.u32 %r8, %tid.x; mov.u32 %r1, 0; mov.u32 %r4, 0; loop: "
ADDRESS = "mad.wide.u32 %rd2, %r1, 4, %rd1; "
LOAD = "ld.global.u32 %r2, [%rd2]; "
WORK = "mad.lo.u32 %r4, %r4, 3, %r2; add.u32 %r1, %r1, 1; "
TEST = "setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop; st.shared.u32 [tile], %r4;"


@pytest.mark.parametrize(
    "body",
    [
        ADDRESS + LOAD + "st.global.u32 [%rd1+4096], %r2; " + WORK + TEST,  # may store what is loaded next
        ADDRESS + LOAD + "bar.sync 0; " + WORK + TEST,
        ADDRESS + "griddepcontrol.wait; " + LOAD.replace("global", "global.nc") + WORK + TEST,
        ADDRESS + "ld.volatile.global.u32 %r2, [%rd2]; " + WORK + TEST,
        ADDRESS + "setp.lt.u32 %p2, %r1, %r8; mov.u32 %r2, 0; @%p2 " + LOAD + WORK + TEST,  # may not run
        "mad.wide.u32 %rd2, %r4, 4, %rd1; " + LOAD + WORK + TEST,  # an address that is loaded
        ADDRESS + LOAD + WORK + "setp.lt.u32 %p1, %r2, %r9; @%p1 bra loop; st.shared.u32 [tile], %r4;",
        ADDRESS + LOAD + WORK + TEST + "st.shared.u32 [tile+4], %r2;",  # the value is read behind the loop
        "mad.lo.u32 %r4, %r4, 3, %r2; "
        + ADDRESS
        + LOAD
        + "add.u32 %r1, %r1, 1; "
        + TEST,  # the old value is read
        ADDRESS + LOAD + "setp.lt.u32 %p2, %r1, %r8; @%p2 bra end; " + WORK + TEST + "end: ret;",
    ],
)
def test_stays(stays, body):
    start = "mov.u32 %r2, 0; " if body.startswith("mad.lo") else ""
    stays("software-pipelining", start + SUM + body)
