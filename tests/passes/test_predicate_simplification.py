from __future__ import annotations

import pytest

PASS = "predicate-simplification,dce"
LOAD = "ld.shared.v2.u32 {%r1, %r2}, [tile];\nld.shared.v2.f32 {%f1, %f2}, [tile+8];\n"
STORE = "\nst.shared.u32 [tile], %r9;"
FLOAT_STORE = "\nst.shared.f32 [tile], %f9;"


@pytest.mark.parametrize(
    ("body", "after"),
    [
        ("setp.lt.u32 %p1, %r1, %r2; selp.u32 %r9, %r1, %r2, %p1;", "min.u32 %r9, %r1, %r2;"),
        ("setp.le.s32 %p1, %r1, %r2; selp.b32 %r9, %r2, %r1, %p1;", "max.s32 %r9, %r2, %r1;"),
        ("setp.gt.s32 %p1, %r1, -4; selp.u32 %r9, %r1, -4, %p1;", "max.s32 %r9, %r1, -4;"),
        ("selp.u32 %r9, %r1, %r1, %p1;", "mov.b32 %r9, %r1;"),
        (
            "setp.lt.u32 %p1, %r1, %r2; selp.u32 %r5, 1, 0, %p1; setp.eq.u32 %p2, %r5, 0; selp.u32 %r9, 3, %r1, %p2;",
            "setp.lt.u32 %p1, %r1, %r2;\nnot.pred %p2, %p1;\nselp.u32 %r9, 3, %r1, %p2;",
        ),
        (
            "setp.lt.u32 %p1, %r1, %r2; not.pred %p2, %p1; selp.u32 %r9, 3, %r1, %p2;",
            "setp.lt.u32 %p1, %r1, %r2;\nselp.u32 %r9, %r1, 3, %p1;",
        ),
        (
            "setp.lt.u32 %p1, %r1, %r2; not.pred %p2, %p1; mov.u32 %r9, 3; @!%p2 add.u32 %r9, %r1, 3;",
            "setp.lt.u32 %p1, %r1, %r2;\nmov.u32 %r9, 3;\n@%p1 add.u32 %r9, %r1, 3;",
        ),
        (
            "setp.lt.u32 %p1, %r1, 0; selp.u32 %r9, 3, %r1, %p1;",
            "mov.pred %p1, 0;\nselp.u32 %r9, 3, %r1, %p1;",
        ),
        (
            "setp.ge.s32 %p1, %r1, -2147483648; selp.u32 %r9, 3, %r1, %p1;",
            "mov.pred %p1, 1;\nselp.u32 %r9, 3, %r1, %p1;",
        ),
    ],
)
def test_simpler(becomes, body, after):
    start = "setp.eq.u32 %p1, 0, 1;\n" if "setp" not in body else ""
    becomes(PASS, start + LOAD + body + STORE, LOAD.splitlines()[0] + "\n" + after + STORE)


@pytest.mark.parametrize(
    ("compare", "select", "after"),
    [
        ("gt.f32 %p1, %f1, 0f00000000", "%f1, 0f00000000", "max.f32 %f9, %f1, 0f00000000;"),
        ("lt.f32 %p1, %f1, 0f3F800000", "%f1, 0f3F800000", "min.f32 %f9, %f1, 0f3F800000;"),
        ("gtu.f32 %p1, %f1, 0f3F800000", "0f3F800000, %f1", "min.f32 %f9, 0f3F800000, %f1;"),
        ("lt.f32 %p1, 0f3F800000, %f1", "%f1, 0f3F800000", "max.f32 %f9, %f1, 0f3F800000;"),
        ("le.f32 %p1, %f1, 0f00000000", "%f1, 0f00000000", "min.f32 %f9, %f1, 0f00000000;"),
    ],
)
def test_floats_against_a_constant(becomes, compare, select, after):
    load = "ld.shared.f32 %f1, [tile];\n"
    becomes(
        PASS, f"{load}setp.{compare}; selp.f32 %f9, {select}, %p1;{FLOAT_STORE}", load + after + FLOAT_STORE
    )


@pytest.mark.parametrize(
    "body",
    [
        "setp.lt.f32 %p1, %f1, %f2; selp.f32 %f9, %f1, %f2, %p1;",  # of a NaN in %f1 it takes %f2, of one in %f2, too
        "setp.gt.f32 %p1, %f1, 0f3F800000; selp.f32 %f9, 0f3F800000, %f1, %p1;",  # leaves a NaN
        "setp.gt.f32 %p1, %f1, 0f80000000; selp.f32 %f9, %f1, 0f80000000, %p1;",  # of +0 it makes -0
        "setp.ge.f32 %p1, %f1, 0f00000000; selp.f32 %f9, %f1, 0f00000000, %p1;",  # leaves -0
        "setp.gt.ftz.f32 %p1, %f1, 0f3F800000; selp.f32 %f9, %f1, 0f3F800000, %p1;",
        "setp.lt.f32 %p1, %f1, 0f7FC00000; selp.f32 %f9, %f1, 0f7FC00000, %p1;",
    ],
)
def test_floats_stay(stays, body):
    stays("predicate-simplification", LOAD + body + FLOAT_STORE)


@pytest.mark.parametrize(
    "body",
    [
        "setp.lt.u32 %p1, %r1, %r2; add.u32 %r1, %r1, 1; selp.u32 %r9, %r1, %r2, %p1;",  # another %r1
        "setp.lt.u32 %p1, %r1, %r2; selp.u32 %r9, %r1, %r2, %p1; selp.u32 %r8, 7, 8, %p1;",  # the predicate stays
        "setp.eq.u32 %p1, %r1, %r2; selp.u32 %r9, %r1, %r2, %p1;",
        "setp.lt.and.u32 %p1, %r1, %r2, %p3; selp.u32 %r9, %r1, %r2, %p1;",
        "setp.lt.u32 %p1, %r1, %r2; selp.u32 %r9, %r1, 5, %p1;",
        "setp.lt.u32 %p1, %r1, %r2; not.pred %p2, %p1; setp.lt.u32 %p1, %r1, 7; selp.u32 %r9, 3, %r1, %p2;",
        "setp.lt.u32 %p1, %r1, 1; selp.u32 %r9, 3, %r1, %p1;",
        "setp.lt.s32 %p1, %r1, 0; selp.u32 %r9, 3, %r1, %p1;",
        "setp.eq.u32 %p1, %r1, 0; selp.u32 %r9, 3, %r1, %p1;",
    ],
)
def test_stays(stays, body):
    stays("predicate-simplification", "setp.ne.u32 %p3, 0, 1;" + LOAD + body + STORE)
