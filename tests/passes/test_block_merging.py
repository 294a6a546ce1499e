from __future__ import annotations

import pytest

from ptxgen.passes import Pipeline, block_merging
from tests.passes.text import kernel, statements, with_debug_data

PASS = "block-merging"


def test_a_block_comes_behind_the_one_that_jumps_to_it(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        bra.uni second;
        third:
        st.shared.u32 [tile], %r1;
        ret;
        second:
        add.u32 %r1, %r1, 1;
        bra third;""",
        """mov.u32 %r1, %tid.x;
        add.u32 %r1, %r1, 1;
        st.shared.u32 [tile], %r1;
        ret;""",
    )


def test_branches_to_branches(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 7;
        @%p1 bra first;
        st.shared.u32 [tile], %r1;
        bra.uni second;
        first:
        bra second;
        second:
        bra.uni third;
        other:
        st.shared.u32 [tile+4], %r1;
        third:
        st.shared.u32 [tile+8], %r1;
        @%p1 bra other;
        ret;""",
        """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 7;
        @%p1 bra third;
        st.shared.u32 [tile], %r1;
        bra.uni third;
        other:
        st.shared.u32 [tile+4], %r1;
        third:
        st.shared.u32 [tile+8], %r1;
        @%p1 bra other;
        ret;""",
    )


def test_a_branch_around_a_branch(becomes):
    """The `.uni` of the second branch does not hold under the guard of the first."""
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 7;
        @%p1 bra inside;
        bra.uni after;
        inside:
        st.shared.u32 [tile], %r1;
        after:
        ret;""",
        """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 7;
        @!%p1 bra after;
        st.shared.u32 [tile], %r1;
        after:
        ret;""",
    )


def test_empty_arms(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 7;
        @%p1 bra one;
        bra two;
        one:
        bra join;
        two:
        join:
        st.shared.u32 [tile], %r1;""",
        """mov.u32 %r1, %tid.x;
        setp.lt.u32 %p1, %r1, 7;
        st.shared.u32 [tile], %r1;""",
    )


STAYS = {
    "another way in": """
        setp.lt.u32 %p1, %r1, 7; @%p1 bra two; st.shared.u32 [tile], 1; bra two;
        one: ret;
        two: st.shared.u32 [tile], 2; @%p1 bra one; ret;""",
    "one way back to the start of a loop": """
        loop: setp.lt.u32 %p1, %r1, 7; @%p1 bra next; st.shared.u32 [tile], %r1; setp.lt.u32 %p2, %r1, 9;
        @%p2 bra out; add.u32 %r1, %r1, 2;
        next: bra loop;
        out: ret;""",
    "round for ever": "setp.lt.u32 %p1, %r1, 7; @%p1 bra stay; ret; stay: bra stay;",
    "out of the function": """
        loop: add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 7; @%p1 bra out; st.shared.u32 [tile], %r1; bra loop;
        out: st.shared.u32 [tile], 3;""",
    "a pragma has its place": """
        setp.lt.u32 %p1, %r1, 7; @%p1 bra two; st.shared.u32 [tile], 1; ret;
        two: .pragma "nounroll"; bra three;
        four: ret;
        three: st.shared.u32 [tile], 3; @%p1 bra four;""",
    "named by a table": """
        table: .branchtargets one, two;
        and.b32 %r1, %r1, 1; brx.idx %r1, table;
        one: ret;
        two: bra three;
        four: ret;
        three: setp.lt.u32 %p1, %r1, 1; @%p1 bra four; @!%p1 bra three; ret;""",
}


@pytest.mark.parametrize("name", STAYS)
def test_stays(stays, name):
    stays(PASS, "mov.u32 %r1, %tid.x;" + STAYS[name])


def test_labels_that_debug_data_may_name_stay():
    body = "$begin: mov.u32 %r1, %tid.x; bra $last; $last: st.shared.u32 [tile], %r1; ret; $end:"
    module = with_debug_data(body, "$begin $last $end")
    Pipeline.parse(PASS).run(module)
    assert statements(module) == [
        "mov.u32 %r1, %tid.x;",
        "st.shared.u32 [tile], %r1;",
        "ret;",
    ]
    assert [mark for block in module.entries[0].blocks for mark in block.marks] == ["$begin", "$last", "$end"]


def test_one_way_back_is_a_choice(monkeypatch):
    """Without it the loop has two ways back, and the passes over loops one loop less."""
    monkeypatch.setattr(block_merging, "_leads_back", lambda *_: False)
    body = """loop: mov.u32 %r1, %tid.x; setp.lt.u32 %p1, %r1, 7; @%p1 bra next; setp.lt.u32 %p2, %r1, 9;
    @%p2 bra out; add.u32 %r1, %r1, 2; next: bra loop; out: ret;"""
    module = kernel(body)
    Pipeline.parse(PASS).run(module)
    assert "@%p1 bra loop;" in statements(module)
