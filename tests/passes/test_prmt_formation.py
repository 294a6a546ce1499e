from __future__ import annotations

import pytest

PASS = "prmt-formation,dce"
LOAD = "ld.shared.v4.u32 {%r1, %r2, %r3, %r4}, [tile];\n"
STORE = "\nst.shared.u32 [tile], %r9;"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("shr.u32 %r5, %r1, 16; and.b32 %r9, %r5, 255;", "prmt.b32 %r9, %r1, 0, 30290;"),
        (
            "shr.u32 %r5, %r1, 16; shl.b32 %r6, %r2, 16; or.b32 %r9, %r6, %r5;",
            "prmt.b32 %r9, %r1, %r2, 21554;",
        ),
        (
            "shl.b32 %r5, %r1, 16; shr.u32 %r6, %r1, 16; or.b32 %r9, %r6, %r5;",
            "prmt.b32 %r9, %r1, %r1, 4146;",
        ),
        ("and.b32 %r5, %r1, 16711935; or.b32 %r9, %r5, 1677747200;", "prmt.b32 %r9, %r1, 1677747200, 29264;"),
        ("bfe.u32 %r5, %r1, 8, 16; bfi.b32 %r9, %r5, %r2, 0, 16;", "prmt.b32 %r9, %r1, %r2, 30241;"),
        ("prmt.b32 %r5, %r1, %r2, 12816; shr.u32 %r9, %r5, 24;", "prmt.b32 %r9, %r1, 0, 30291;"),
    ],
)
def test_one_instruction_of_two_sources(becomes, body, after):
    becomes(PASS, LOAD + body + STORE, LOAD + after + STORE)


@pytest.mark.parametrize(
    "body",
    [
        "shr.u32 %r5, %r1, 16; and.b32 %r6, %r5, 255; add.u32 %r9, %r6, %r5;",  # others read it
        "shr.u32 %r5, %r1, 16; mov.u32 %r1, %r4; and.b32 %r6, %r5, 255; add.u32 %r9, %r6, %r1;",  # a source changed
        "shr.u32 %r5, %r1, 12; and.b32 %r9, %r5, 255;",  # parts of bytes
        "shr.u32 %r5, %r1, 16; and.b32 %r9, %r5, 15;",
        "shl.b32 %r5, %r1, 8; or.b32 %r9, %r5, %r2;",  # bytes overlap
        "and.b32 %r5, %r1, 255; shl.b32 %r6, %r2, 24; or.b32 %r9, %r6, %r5;",  # two registers and zeros
        "setp.lt.u32 %p1, %r1, 7; mov.u32 %r5, 0; @%p1 shr.u32 %r5, %r1, 16; and.b32 %r9, %r5, 255;",
        "shr.u32 %r5, %r1, 16; bra next; next: and.b32 %r9, %r5, 255;",
        "shr.s32 %r5, %r1, 16; and.b32 %r9, %r5, 255;",
        "prmt.b32 %r5, %r1, %r2, 36864; shr.u32 %r9, %r5, 8;",  # a byte that repeats a sign
        "shr.u32 %r9, %r1, 16;",
    ],
)
def test_stays(stays, body):
    stays("prmt-formation", LOAD + body + STORE)
