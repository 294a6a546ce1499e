from __future__ import annotations

import pytest

from ptxgen.passes.dead_loop_counters import tells_apart

PASS = "dead-loop-counters,dce"
WIDE = "dead-loop-counters{wide=true},dce"


def test_a_constant_count(becomes):
    """Six turns after the first iteration, 4 bytes each."""
    becomes(
        PASS,
        """mov.u32 %r2, tile;
        mov.u32 %r1, 0;
        loop:
        st.shared.u32 [%r2], 5;
        add.u32 %r2, %r2, 4;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, 7;
        @%p1 bra loop;""",
        """mov.u32 %r2, tile;
        add.s32 %r3, %r2, 28;
        loop:
        st.shared.u32 [%r2], 5;
        add.u32 %r2, %r2, 4;
        setp.ne.u32 %p1, %r2, %r3;
        @%p1 bra loop;""",
    )


def test_a_known_start(becomes):
    becomes(
        PASS,
        """mov.u32 %r2, 100;
        mov.u32 %r1, 8;
        loop:
        setp.eq.s32 %p1, %r1, 0;
        @%p1 bra end;
        st.shared.u32 [tile], %r2;
        sub.u32 %r2, %r2, 3;
        sub.u32 %r1, %r1, 2;
        bra loop;
        end:
        ret;""",
        """mov.u32 %r2, 100;
        loop:
        setp.eq.u32 %p1, %r2, 88;
        @%p1 bra end;
        st.shared.u32 [tile], %r2;
        sub.u32 %r2, %r2, 3;
        bra loop;
        end:
        ret;""",
    )


def test_a_pointer_and_a_bound(becomes):
    """Tested at the end, the loop runs once even for a bound of 0."""
    becomes(
        WIDE,
        """ld.param.u32 %r9, [n];
        ld.param.u64 %rd1, [p];
        mov.u32 %r1, 0;
        loop:
        st.global.u32 [%rd1], 5;
        add.u64 %rd1, %rd1, 4;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;""",
        """ld.param.u32 %r9, [n];
        ld.param.u64 %rd1, [p];
        max.u32 %r10, %r9, 1;
        mad.wide.u32 %rd2, %r10, 4, %rd1;
        loop:
        st.global.u32 [%rd1], 5;
        add.u64 %rd1, %rd1, 4;
        setp.ne.u64 %p1, %rd1, %rd2;
        @%p1 bra loop;""",
    )


@pytest.mark.parametrize(
    ("turns", "step", "bits", "apart"),
    [
        (7, 4, 32, True),
        (1 << 30, 4, 32, False),
        ((1 << 30) - 2, 4, 32, True),
        (None, 4, 32, False),
        (None, 1, 32, True),
        (None, -3, 32, True),
        (None, 4, 64, True),
    ],
)
def test_no_value_comes_twice(turns, step, bits, apart):
    assert tells_apart(turns, step, bits) is apart


LOOP = "ld.param.u32 %r9, [n]; mov.u32 %r8, %tid.x; mov.u32 %r2, %r8; mov.u32 %r1, 0; loop: {} @%p1 bra loop;"
STEP = "st.shared.u32 [tile], %r2; add.u32 %r2, %r2, 1; add.u32 %r1, %r1, 1; "
TEST = "setp.lt.u32 %p1, %r1, %r9;"


def test_the_cases_below_differ_from_one_that_fires(becomes):
    becomes(
        PASS,
        LOOP.format(STEP + TEST),
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %tid.x;
        mov.u32 %r2, %r8;
        max.u32 %r10, %r9, 1;
        mad.lo.u32 %r11, %r10, 1, %r2;
        loop:
        st.shared.u32 [tile], %r2;
        add.u32 %r2, %r2, 1;
        setp.ne.u32 %p1, %r2, %r11;
        @%p1 bra loop;""",
    )


@pytest.mark.parametrize(
    "body",
    [
        STEP + "st.shared.u32 [tile+4], %r1; " + TEST,  # others read the counter
        STEP + "setp.lt.s32 %p1, %r1, %r9;",  # a signed bound may be negative
        STEP + "setp.eq.u32 %p2, %r8, 5; @%p2 bra end; " + TEST,  # another way out
        STEP.replace("%r2, 1", "%r2, 2") + TEST,  # comes to the same value after 2^31 turns
        STEP.replace("%r2, %r2, 1", "%r2, %r2, %r8") + TEST,  # an unknown step
        STEP.replace("%r1, 1", "%r1, 2") + TEST,
        STEP.replace("st.shared.u32 [tile], %r2; ", "") + TEST,  # what only feeds itself
        "st.shared.u32 [tile], %r8; add.u32 %r1, %r1, 1; " + TEST,
    ],
)
def test_stays(stays, body):
    stays("dead-loop-counters", LOOP.format(body) + "end: ret;")


def test_not_by_64_bits(stays):
    """The machine compares them in two instructions."""
    stays(
        "dead-loop-counters",
        "ld.param.u64 %rd1, [p]; mov.u32 %r1, 0; loop: st.global.u32 [%rd1], 5; add.u64 %rd1, %rd1, 4;"
        "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 9; @%p1 bra loop;",
    )
