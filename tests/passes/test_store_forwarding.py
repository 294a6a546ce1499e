from __future__ import annotations

import pytest

PASS = "store-forwarding"
BASE = """ld.param.u64 %rd1, [q];
mov.u32 %r1, %tid.x;
mad.wide.u32 %rd2, %r1, 16, %rd1;
"""


def test_what_was_stored_is_copied(becomes):
    becomes(
        PASS,
        BASE
        + """st.global.f32 [%rd2+4], %f1;
        ld.global.f32 %f2, [%rd2+4];""".replace("st.", "mov.f32 %f1, 0f3F800000;\nst."),
        BASE
        + """mov.f32 %f1, 0f3F800000;
        st.global.f32 [%rd2+4], %f1;
        mov.b32 %f2, %f1;""",
    )


def test_what_was_loaded_is_not_loaded_again(becomes):
    """Also elements of vectors, under whatever register the address is reckoned from."""
    becomes(
        PASS,
        BASE
        + """ld.global.v2.u32 {%r2, %r3}, [%rd2];
        add.u64 %rd3, %rd2, 8;
        ld.global.u32 %r4, [%rd3-4];""",
        BASE
        + """ld.global.v2.u32 {%r2, %r3}, [%rd2];
        add.u64 %rd3, %rd2, 8;
        mov.b32 %r4, %r3;""",
    )


def test_a_store_elsewhere_does_not_matter(becomes):
    becomes(
        PASS,
        BASE
        + """st.global.u32 [%rd2], %r1;
        st.global.u32 [%rd2+8], 5;
        st.shared.u32 [tile], 6;
        ld.global.u32 %r2, [%rd2];""",
        BASE
        + """st.global.u32 [%rd2], %r1;
        st.global.u32 [%rd2+8], 5;
        st.shared.u32 [tile], 6;
        mov.b32 %r2, %r1;""",
    )


def test_local_memory_is_the_threads_own(becomes):
    local = ".local .b8 mine[16];\nmov.u32 %r1, %tid.x;\n"
    becomes(
        PASS,
        local + "st.local.u32 [mine], %r1;\nbar.sync 0;\nld.local.u32 %r2, [mine];",
        "mov.u32 %r1, %tid.x;\nst.local.u32 [mine], %r1;\nbar.sync 0;\nmov.b32 %r2, %r1;",
    )


def test_not_across_a_store_that_may_be_there(stays):
    stays(
        PASS,
        BASE
        + """ld.param.u64 %rd3, [p];
        st.global.u32 [%rd2], %r1;
        st.global.u32 [%rd3], 5;
        ld.global.u32 %r2, [%rd2];""",
    )


@pytest.mark.parametrize(
    "order", ["bar.sync 0;", "fence.acq_rel.gpu;", "atom.global.add.u32 %r5, [%rd1], 1;"]
)
def test_not_across_what_orders_memory(stays, order):
    stays(PASS, BASE + f"st.global.u32 [%rd2], %r1; {order} ld.global.u32 %r2, [%rd2];")


def test_not_after_the_register_changed(stays):
    stays(PASS, BASE + "st.global.u32 [%rd2], %r1; add.u32 %r1, %r1, 1; ld.global.u32 %r2, [%rd2];")


def test_not_parts_or_other_widths(stays):
    stays(
        PASS,
        BASE
        + """st.global.u8 [%rd2], %r1;
        ld.global.u8 %r2, [%rd2];
        st.global.u32 [%rd2+4], %r1;
        ld.global.u16 %h1, [%rd2+4];""",
    )


def test_not_what_a_guard_may_not_have_stored(stays):
    stays(
        PASS,
        BASE + "setp.lt.u32 %p1, %r1, 8; @%p1 st.global.u32 [%rd2], %r1; ld.global.u32 %r2, [%rd2];",
    )


def test_not_volatile_loads(stays):
    stays(PASS, BASE + "st.global.u32 [%rd2], %r1; ld.volatile.global.u32 %r2, [%rd2];")
