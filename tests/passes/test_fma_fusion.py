from __future__ import annotations

import pytest

PASS = "fma-fusion"
ALWAYS = "fma-fusion{policy=always}"
LOADS = "ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [tile];"
LOADED = "ld.shared.v4.f32 {%f1, %f2, %f3, %f4}, [tile];\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("mul.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3;", "fma.rn.f32 %f6, %f1, %f2, %f3;"),
        ("mul.f32 %f5, %f1, %f2; add.f32 %f6, %f3, %f5;", "fma.rn.f32 %f6, %f1, %f2, %f3;"),
        (
            "mul.ftz.f32 %f5, %f1, %f2; add.ftz.sat.f32 %f6, %f5, %f3;",
            "fma.rn.ftz.sat.f32 %f6, %f1, %f2, %f3;",
        ),
        (
            "mul.f32 %f5, %f1, %f2; sub.f32 %f6, %f5, %f3;",
            "neg.f32 %f5, %f3;\nfma.rn.f32 %f6, %f1, %f2, %f5;",
        ),
        (
            "mul.f32 %f5, %f1, %f2; sub.f32 %f6, %f3, %f5;",
            "neg.f32 %f5, %f1;\nfma.rn.f32 %f6, %f5, %f2, %f3;",
        ),
        ("mul.f32 %f5, %f1, 0f40000000; sub.f32 %f6, %f3, %f5;", "fma.rn.f32 %f6, 0fC0000000, %f1, %f3;"),
        ("mul.f32 %f5, %f1, %f2; sub.f32 %f6, %f5, 0f40000000;", "fma.rn.f32 %f6, %f1, %f2, 0fC0000000;"),
        (
            "mul.f32 %f5, %f1, %f2; neg.f32 %f7, %f5; sub.f32 %f6, %f3, %f7;",
            "fma.rn.f32 %f6, %f1, %f2, %f3;",
        ),
    ],
)
def test_a_product_that_is_only_added(becomes, before, after):
    becomes(PASS, LOADS + before, LOADED + after)


@pytest.mark.parametrize("type", ["f16x2", "bf16x2", "f16"])
def test_halves(becomes, type):
    register = "%h" if type == "f16" else "%r"
    load = (
        "ld.shared.v4.b16 {%h1, %h2, %h3, %h4}, [tile];"
        if type == "f16"
        else ("ld.shared.v4.b32 {%r1, %r2, %r3, %r4}, [tile];")
    )
    becomes(
        PASS,
        f"{load} mul.{type} R5, R1, R2; add.{type} R6, R5, R3;".replace("R", register),
        f"{load}\nfma.rn.{type} R6, R1, R2, R3;".replace("R", register),
    )


def test_doubles_that_say_rn_if_asked(becomes):
    becomes(
        ALWAYS,
        "ld.shared.v2.f64 {%d1, %d2}, [tile]; mul.rn.f64 %d3, %d1, %d2; add.rn.f64 %d4, %d3, %d1;",
        """ld.shared.v2.f64 {%d1, %d2}, [tile];
        fma.rn.f64 %d4, %d1, %d2, %d1;""",
    )


def test_across_blocks_where_the_product_dominates(becomes):
    becomes(
        PASS,
        f"""{LOADS}
        mul.f32 %f5, %f1, %f2;
        setp.lt.f32 %p1, %f1, %f2;
        @%p1 bra end;
        add.f32 %f6, %f5, %f3;
        st.shared.f32 [tile], %f6;
        end:
        ret;""",
        f"""{LOADS}
        setp.lt.f32 %p1, %f1, %f2;
        @%p1 bra end;
        fma.rn.f32 %f6, %f1, %f2, %f3;
        st.shared.f32 [tile], %f6;
        end:
        ret;""",
    )


def test_under_one_guard(becomes):
    becomes(
        PASS,
        f"{LOADS} setp.lt.f32 %p1, %f1, %f2; @%p1 mul.f32 %f5, %f1, %f2; @%p1 add.f32 %f6, %f5, %f3;",
        f"""{LOADS}
        setp.lt.f32 %p1, %f1, %f2;
        @%p1 fma.rn.f32 %f6, %f1, %f2, %f3;""",
    )


@pytest.mark.parametrize(
    "body",
    [
        # Rounding that somebody asked for.
        "mul.rn.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3;",
        "mul.f32 %f5, %f1, %f2; add.rn.f32 %f6, %f5, %f3;",
        "mul.rz.f32 %f5, %f1, %f2; add.rz.f32 %f6, %f5, %f3;",
        # Subnormals treated in two ways.
        "mul.ftz.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3;",
        "mul.f32 %f5, %f1, %f2; add.ftz.f32 %f6, %f5, %f3;",
        # The product is clamped before it is added.
        "mul.sat.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3;",
        # Somebody else needs the product.
        "mul.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3; st.shared.f32 [tile], %f5;",
        "mul.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f5;",
        # A factor changed in between.
        "mul.f32 %f5, %f1, %f2; add.f32 %f1, %f1, %f2; add.f32 %f6, %f5, %f3;",
        # Other threads run the sum than the product.
        "setp.lt.f32 %p1, %f1, %f2; @%p1 mul.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3;",
        "setp.lt.f32 %p1, %f1, %f2; mul.f32 %f5, %f1, %f2; @%p1 add.f32 %f6, %f5, %f3;",
        # The predicate is another one by then.
        "setp.lt.f32 %p1, %f1, %f2; @%p1 mul.f32 %f5, %f1, %f2; setp.lt.f32 %p1, %f2, %f3; @%p1 add.f32 %f6, %f5, %f3;",
        # The product is that of another path.
        "setp.lt.f32 %p1, %f1, %f2; @%p1 bra join; mul.f32 %f5, %f1, %f2; join: add.f32 %f6, %f5, %f3;",
    ],
)
def test_stays(stays, body):
    stays(PASS, LOADS + body)


def test_strict_is_strict(stays):
    stays("fma-fusion{policy=strict}", LOADS + "mul.f32 %f5, %f1, %f2; add.f32 %f6, %f5, %f3;")
