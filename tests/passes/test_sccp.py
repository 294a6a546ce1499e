from __future__ import annotations

import pytest

PASS = "sccp"


def test_a_branch_that_keeps_a_register_constant(becomes, stays):
    """%r1 would change only if it had changed: no order of folding finds that, assuming the best does."""
    body = """ld.param.u32 %r9, [n];
        mov.u32 %r1, 1;
        mov.u32 %r2, 0;
        loop:
        setp.ne.u32 %p1, %r1, 1;
        @%p1 bra other;
        add.u32 %r2, %r2, %r1;
        bra next;
        other:
        mov.u32 %r1, 2;
        next:
        setp.lt.u32 %p2, %r2, %r9;
        @%p2 bra loop;
        st.shared.u32 [tile], %r1;
        st.shared.u32 [tile+4], %r2;"""
    stays("constant-folding", body)
    becomes(
        "sccp,block-merging,dce",
        body,
        """ld.param.u32 %r9, [n];
        mov.u32 %r2, 0;
        loop:
        add.u32 %r2, %r2, 1;
        setp.lt.u32 %p2, %r2, %r9;
        @%p2 bra loop;
        st.shared.u32 [tile], 1;
        st.shared.u32 [tile+4], %r2;""",
    )


def test_both_arms_say_the_same(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        setp.lt.u32 %p1, %r9, 7;
        @%p1 bra one;
        mov.u32 %r1, 8;
        bra join;
        one:
        mov.u32 %r1, 4;
        add.u32 %r1, %r1, 4;
        join:
        add.u32 %r9, %r9, %r1;
        st.shared.u32 [tile], %r9;""",
        """ld.param.u32 %r9, [n];
        setp.lt.u32 %p1, %r9, 7;
        @%p1 bra one;
        mov.u32 %r1, 8;
        bra join;
        one:
        mov.u32 %r1, 4;
        mov.b32 %r1, 8;
        join:
        add.u32 %r9, %r9, 8;
        st.shared.u32 [tile], %r9;""",
    )


def test_a_write_under_a_guard_that_changes_nothing(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        setp.lt.u32 %p1, %r9, 7;
        mov.u32 %r1, 3;
        @%p1 mov.u32 %r1, 3;
        st.shared.u32 [tile], %r1;""",
        """ld.param.u32 %r9, [n];
        setp.lt.u32 %p1, %r9, 7;
        mov.u32 %r1, 3;
        @%p1 mov.u32 %r1, 3;
        st.shared.u32 [tile], 3;""",
    )


STAYS = {
    "the arms differ": """
        setp.lt.u32 %p1, %r9, 7; mov.u32 %r1, 3; @%p1 bra join; mov.u32 %r1, 4;
        join: st.shared.u32 [tile], %r1;""",
    "a guard decides": """
        setp.lt.u32 %p1, %r9, 7; mov.u32 %r1, 3; @%p1 mov.u32 %r1, 4; st.shared.u32 [tile], %r1;""",
    "a loop counts": """
        mov.u32 %r1, 0;
        loop: add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop;
        st.shared.u32 [tile], %r1;""",
    "a loop goes back and forth": """
        mov.u32 %r1, 1;
        loop: setp.ne.u32 %p1, %r1, 1; @%p1 bra other; mov.u32 %r1, 2; bra next;
        other: mov.u32 %r1, 1;
        next: sub.u32 %r9, %r9, 1; setp.ne.u32 %p2, %r9, 0; @%p2 bra loop;
        st.shared.u32 [tile], %r1;""",
    "one arm loads": """
        setp.lt.u32 %p1, %r9, 7; mov.u32 %r1, 3; @%p1 bra join; ld.shared.u32 %r1, [tile];
        join: st.shared.u32 [tile+4], %r1;""",
}


@pytest.mark.parametrize("name", STAYS)
def test_stays(stays, name):
    stays(PASS, "ld.param.u32 %r9, [n];" + STAYS[name])
