from __future__ import annotations

import pytest

PASS = "address-folding"


def test_constants_go_into_the_brackets(becomes):
    becomes(
        PASS,
        """ld.param.u64 %rd1, [p];
        add.u64 %rd2, %rd1, 16;
        add.s64 %rd3, -4, %rd2;
        ld.global.u32 %r1, [%rd2+4];
        st.global.u32 [%rd3], %r1;""",
        """ld.param.u64 %rd1, [p];
        add.u64 %rd2, %rd1, 16;
        add.s64 %rd3, -4, %rd2;
        ld.global.u32 %r1, [%rd1+20];
        st.global.u32 [%rd1+12], %r1;""",
    )


def test_a_sum_in_a_loop(becomes):
    becomes(
        PASS,
        """ld.param.u64 %rd1, [p];
        loop:
        add.u64 %rd2, %rd1, 8;
        ld.global.u32 %r1, [%rd2];
        add.u64 %rd1, %rd1, 32;
        setp.ne.u32 %p1, %r1, 0;
        @%p1 bra loop;""",
        """ld.param.u64 %rd1, [p];
        loop:
        add.u64 %rd2, %rd1, 8;
        ld.global.u32 %r1, [%rd1+8];
        add.u64 %rd1, %rd1, 32;
        setp.ne.u32 %p1, %r1, 0;
        @%p1 bra loop;""",
    )


@pytest.mark.parametrize(
    "body",
    [
        # The base moved on.
        "add.u64 %rd2, %rd1, 8; add.u64 %rd1, %rd1, 32; ld.global.u32 %r2, [%rd2];",
        # The sum replaced its own base.
        "add.u64 %rd1, %rd1, 8; ld.global.u32 %r2, [%rd1];",
        # 32-bit sums wrap where an address does not.
        "mov.u32 %r3, tile; add.u32 %r4, %r3, 8; ld.shared.u32 %r2, [%r4];",
        # Farther than a machine instruction reaches.
        "add.u64 %rd2, %rd1, 8388608; ld.global.u32 %r2, [%rd2];",
        # Only some threads added.
        "mov.u64 %rd2, %rd1; @%p1 add.u64 %rd2, %rd1, 8; ld.global.u32 %r2, [%rd2];",
    ],
)
def test_stays(stays, body):
    stays(PASS, f"ld.param.u64 %rd1, [p]; mov.u32 %r1, %tid.x; setp.eq.u32 %p1, %r1, 0; {body}")
