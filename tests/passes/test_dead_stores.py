from __future__ import annotations

PASS = "dead-stores"


def test_an_overwritten_store_goes(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        st.shared.u32 [tile], 0;
        st.shared.v2.u32 [tile], {%r1, %r1};
        ld.shared.u32 %r2, [tile];""",
        """mov.u32 %r1, %tid.x;
        st.shared.v2.u32 [tile], {%r1, %r1};
        ld.shared.u32 %r2, [tile];""",
    )


def test_an_array_that_nobody_reads(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        st.shared.u32 [tile], %r1;
        bar.sync 0;
        st.shared.u32 [tile+4], %r1;""",
        """mov.u32 %r1, %tid.x;
        bar.sync 0;""",
    )


READ = "ld.shared.u32 %r9, [tile+128];"
"""Somebody reads the array."""


def test_not_where_it_is_read_between(stays):
    stays(PASS, "st.shared.u32 [tile], 0; ld.shared.u32 %r1, [tile]; st.shared.u32 [tile], 1;")


def test_not_where_a_pointer_may_read_it(stays):
    stays(
        PASS,
        """ld.param.u64 %rd1, [p];
        ld.param.u64 %rd2, [q];
        st.global.u32 [%rd1], 0;
        ld.global.u32 %r1, [%rd2];
        st.global.u32 [%rd1], 1;""",
    )


def test_not_where_others_may_look(stays):
    stays(PASS, READ + "st.shared.u32 [tile], 0; bar.sync 0; st.shared.u32 [tile], 1;")


def test_not_where_only_a_part_or_only_sometimes(stays):
    stays(
        PASS,
        READ
        + """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 8;
        st.shared.v2.u32 [tile], {%r1, %r1};
        st.shared.u32 [tile], 1;
        st.shared.u32 [tile+8], 1;
        @%p1 st.shared.u32 [tile+8], 2;""",
    )


def test_not_an_array_whose_reads_are_not_all_known(stays):
    stays(
        PASS,
        """ld.param.u64 %rd1, [p];
        ld.global.u32 %r1, [%rd1];
        st.shared.u32 [tile], 1;
        bar.sync 0;
        ld.shared.u32 %r2, [%r1];""",
    )


def test_not_volatile_stores(stays):
    stays(PASS, READ + "st.volatile.shared.u32 [tile], 0; st.volatile.shared.u32 [tile], 1;")
