from __future__ import annotations

import pytest

PASS = "lop3-formation,dce"
LOAD = "ld.shared.v4.u32 {%r1, %r2, %r3, %r4}, [tile];\n"
STORE = "\nst.shared.u32 [tile], %r9;"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("and.b32 %r5, %r1, %r2; xor.b32 %r9, %r5, %r3;", "lop3.b32 %r9, %r3, %r1, %r2, 120;"),
        ("not.b32 %r5, %r2; and.b32 %r9, %r1, %r5;", "lop3.b32 %r9, %r1, %r2, %r2, 48;"),
        ("and.b32 %r5, %r1, 65535; or.b32 %r9, %r5, %r2;", "lop3.b32 %r9, %r2, %r1, 65535, 248;"),
        (
            "xor.b32 %r5, %r1, %r2; not.b32 %r6, %r3; and.b32 %r7, %r5, %r6; or.b32 %r9, %r7, %r1;",
            "lop3.b32 %r9, %r1, %r2, %r3, 244;",
        ),
    ],
)
def test_one_instruction_of_three_sources(becomes, body, after):
    becomes(PASS, LOAD + body + STORE, LOAD + after + STORE)


@pytest.mark.parametrize(
    "body",
    [
        "and.b32 %r5, %r1, %r2; xor.b32 %r6, %r5, %r3; add.u32 %r9, %r6, %r5;",  # others read it
        "and.b32 %r5, %r1, %r2; mov.u32 %r1, %r4; xor.b32 %r9, %r5, %r1;",  # a source changed
        "add.u32 %r5, %r1, %r2; xor.b32 %r9, %r5, %r3;",
        "setp.lt.u32 %p1, %r1, 7; mov.u32 %r5, 0; @%p1 and.b32 %r5, %r1, %r2; xor.b32 %r9, %r5, %r3;",
        "and.b32 %r5, %r1, %r2; bra next; next: xor.b32 %r9, %r5, %r3;",
        "lop3.b32 %r9, %r1, %r2, %r3, 120;",
    ],
)
def test_stays(stays, body):
    stays(PASS, LOAD + body + STORE)
