from __future__ import annotations

import pytest

PASS = "strength-reduction"


def test_powers_of_two(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        div.u32 %r3, %r1, 16;
        rem.u32 %r4, %r1, 16;""",
        """mov.u32 %r1, %tid.x;
        shr.u32 %r3, %r1, 4;
        and.b32 %r4, %r1, 15;""",
    )


def test_neutral_constants(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        add.u32 %r2, %r1, 0;
        mul.lo.u32 %r3, %r1, 1;
        mul.lo.u32 %r4, %r1, 0;
        shl.b32 %r5, %r1, 0;
        div.s32 %r6, %r1, 1;""",
        """mov.u32 %r1, %tid.x;
        mov.b32 %r2, %r1;
        mov.b32 %r3, %r1;
        mov.b32 %r4, 0;
        mov.b32 %r5, %r1;
        mov.b32 %r6, %r1;""",
    )


@pytest.mark.parametrize(
    "body",
    [
        "div.s32 %r2, %r1, 4;",  # -1 / 4 is 0, -1 >> 2 is -1
        "rem.s32 %r2, %r1, 4;",  # -1 % 4 is -1, -1 & 3 is 3
        "div.u32 %r2, %r1, 12;",
        "rem.u32 %r2, %r1, 0;",
        "mul.lo.u32 %r2, %r1, 8;",  # ptxas knows
        "mul.hi.u32 %r2, %r1, 8;",
        "mul.wide.u32 %rd1, %r1, 8;",
        "div.u32 %r2, 8, %r1;",
        "sub.u32 %r2, 0, %r1;",
        "add.cc.u32 %r2, %r1, 0;",  # the carry is a result
        "shl.b16 %h2, %h1, 65536;",  # shifts everything out: the amount has 32 bits
    ],
)
def test_stays(stays, body):
    stays(PASS, f"mov.u32 %r1, %tid.x; mov.u16 %h1, 3; {body}")
