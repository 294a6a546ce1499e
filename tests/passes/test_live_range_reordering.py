from __future__ import annotations

import pytest

PASS = "live-range-reordering{registers=3}"
SUM = "\nst.shared.u32 [tile], %r9;"


def test_each_value_is_used_as_soon_as_it_can_be(becomes):
    """Five words at once become three."""
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        add.u32 %r2, %r1, 1;
        add.u32 %r3, %r1, 2;
        add.u32 %r4, %r1, 3;
        add.u32 %r5, %r1, 4;
        mul.lo.u32 %r9, %r2, %r3;
        mad.lo.u32 %r9, %r4, %r5, %r9;
        st.shared.u32 [tile], %r9;""",
        """mov.u32 %r1, %tid.x;
        add.u32 %r2, %r1, 1;
        add.u32 %r3, %r1, 2;
        mul.lo.u32 %r9, %r2, %r3;
        add.u32 %r4, %r1, 3;
        add.u32 %r5, %r1, 4;
        mad.lo.u32 %r9, %r4, %r5, %r9;
        st.shared.u32 [tile], %r9;""",
    )


def test_loads_come_later(becomes):
    becomes(
        PASS,
        """ld.shared.u32 %r1, [tile];
        ld.shared.u32 %r2, [tile+4];
        ld.shared.u32 %r3, [tile+8];
        ld.shared.u32 %r4, [tile+12];
        mul.lo.u32 %r5, %r1, %r2;
        mul.lo.u32 %r6, %r3, %r4;
        add.u32 %r9, %r5, %r6;
        st.shared.u32 [tile], %r9;""",
        """ld.shared.u32 %r1, [tile];
        ld.shared.u32 %r2, [tile+4];
        mul.lo.u32 %r5, %r1, %r2;
        ld.shared.u32 %r3, [tile+8];
        ld.shared.u32 %r4, [tile+12];
        mul.lo.u32 %r6, %r3, %r4;
        add.u32 %r9, %r5, %r6;
        st.shared.u32 [tile], %r9;""",
    )


FOUR = "ld.shared.v4.u32 {%r1, %r2, %r3, %r4}, [tile]; "


LOADS = """ld.shared.u32 %r1, [tile]; ld.shared.u32 %r2, [tile+4];
ld.shared.u32 %r3, [tile+8]; ld.shared.u32 %r4, [tile+12];"""


@pytest.mark.parametrize(
    "between",
    [
        "bar.sync 0;",
        "membar.cta;",
        "ld.volatile.shared.u32 %r8, [tile+16];",
        "bra next; next:",
        "atom.shared.add.u32 %r8, [tile+16], 1;",
        "shfl.sync.bfly.b32 %r8, %r1, 1, 31, -1;",
        "cp.async.wait_all;",
    ],
)
def test_nothing_passes_what_orders(stays, between):
    stays(PASS, LOADS + between + "mad.lo.u32 %r9, %r1, %r2, %r3; add.u32 %r9, %r9, %r4;" + SUM)


def test_loads_stay_before_a_store(becomes):
    becomes(
        "live-range-reordering{registers=2}",
        """ld.shared.u32 %r1, [tile];
        ld.shared.u32 %r2, [tile+4];
        ld.shared.u32 %r3, [tile+8];
        st.shared.u32 [tile+4], 7;
        add.u32 %r9, %r1, %r2;
        add.u32 %r9, %r9, %r3;
        st.shared.u32 [tile], %r9;""",
        """ld.shared.u32 %r1, [tile];
        ld.shared.u32 %r2, [tile+4];
        add.u32 %r9, %r1, %r2;
        ld.shared.u32 %r3, [tile+8];
        add.u32 %r9, %r9, %r3;
        st.shared.u32 [tile+4], 7;
        st.shared.u32 [tile], %r9;""",
    )


def test_not_where_registers_are_enough(stays):
    body = "add.u32 %r2, %r1, 1; add.u32 %r3, %r1, 2; add.u32 %r4, %r1, 3; mul.lo.u32 %r9, %r2, %r3;"
    stays("live-range-reordering", "mov.u32 %r1, %tid.x;" + body + "add.u32 %r9, %r9, %r4;" + SUM)


def test_not_where_nothing_is_gained(stays):
    stays(PASS, FOUR + "mad.lo.u32 %r9, %r1, %r2, %r3; add.u32 %r9, %r9, %r4;" + SUM)
