from __future__ import annotations

PASS = "loop-unroll"
TWO = "loop-unroll{factor=2;full=0}"


def test_several_iterations_between_two_tests(becomes):
    """The bound leaves room for one more iteration; the loop itself does what is left."""
    becomes(
        TWO + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        mov.u32 %r2, 0;
        loop:
        mul.lo.u32 %r3, %r1, %r1;
        add.u32 %r2, %r2, %r3;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;
        st.shared.u32 [tile], %r2;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        mov.u32 %r2, 0;
        setp.lt.u32 %p2, %r9, 1;
        @%p2 bra loop;
        sub.u32 %r10, %r9, 1;
        setp.ge.u32 %p3, %r1, %r10;
        @%p3 bra loop;
        $copy_1:
        mul.lo.u32 %r12, %r1, %r1;
        add.u32 %r2, %r2, %r12;
        add.u32 %r1, %r1, 1;
        mul.lo.u32 %r11, %r1, %r1;
        add.u32 %r2, %r2, %r11;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p6, %r1, %r10;
        @%p6 bra $copy_1;
        setp.lt.u32 %p4, %r1, %r9;
        @!%p4 bra $block_0;
        loop:
        mul.lo.u32 %r3, %r1, %r1;
        add.u32 %r2, %r2, %r3;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;
        $block_0:
        st.shared.u32 [tile], %r2;""",
    )


def test_a_known_count_needs_one_test_and_no_rest(becomes):
    becomes(
        TWO + ",dce",
        """mov.u32 %r1, 8;
        loop:
        st.shared.u32 [tile], %r1;
        sub.u32 %r1, %r1, 2;
        setp.ne.u32 %p1, %r1, 0;
        @%p1 bra loop;
        st.shared.u32 [tile], 7;""",
        """mov.u32 %r1, 8;
        $round_0:
        st.shared.u32 [tile], %r1;
        sub.u32 %r1, %r1, 2;
        st.shared.u32 [tile], %r1;
        sub.u32 %r1, %r1, 2;
        setp.ne.u32 %p2, %r1, 0;
        @%p2 bra $round_0;
        st.shared.u32 [tile], 7;""",
    )


def test_a_few_iterations_are_written_out(becomes):
    becomes(
        PASS + ",dce",
        """mov.u32 %r1, 0;
        loop:
        setp.ge.s32 %p1, %r1, 5;
        @%p1 bra end;
        st.shared.u32 [tile], %r1;
        add.s32 %r1, %r1, 2;
        bra loop;
        end:
        st.shared.u32 [tile+4], %r1;""",
        """mov.u32 %r1, 0;
        st.shared.u32 [tile], %r1;
        add.s32 %r1, %r1, 2;
        st.shared.u32 [tile], %r1;
        add.s32 %r1, %r1, 2;
        st.shared.u32 [tile], %r1;
        add.s32 %r1, %r1, 2;
        end:
        st.shared.u32 [tile+4], %r1;""",
    )


def test_other_ways_out_stay(becomes):
    becomes(
        PASS + ",dce",
        """mov.u32 %r1, 0;
        mov.u32 %r9, %tid.x;
        loop:
        setp.eq.u32 %p2, %r1, %r9;
        @%p2 bra end;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, 2;
        @%p1 bra loop;
        end:
        st.shared.u32 [tile], %r1;""",
        """mov.u32 %r1, 0;
        mov.u32 %r9, %tid.x;
        setp.eq.u32 %p5, %r1, %r9;
        @%p5 bra end;
        add.u32 %r1, %r1, 1;
        setp.eq.u32 %p3, %r1, %r9;
        @%p3 bra end;
        add.u32 %r1, %r1, 1;
        end:
        st.shared.u32 [tile], %r1;""",
    )


SUM = "add.u32 %r2, %r2, %r1; add.u32 %r1, %r1, %r8;"
LOOP = "ld.param.u32 %r9, [n]; mov.u32 %r8, %tid.x; mov.u32 %r1, %r8; mov.u32 %r2, 0; loop: "


def test_not_without_a_known_step(stays):
    stays(PASS, LOOP + SUM + "setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop;")


def test_not_where_the_bound_changes(stays):
    stays(PASS, LOOP + "add.u32 %r1, %r1, 1; sub.u32 %r9, %r9, 1; setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop;")


def test_not_where_the_author_forbids_it(stays):
    stays(
        PASS,
        'mov.u32 %r1, 0; loop: .pragma "nounroll"; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, 4; @%p1 bra loop;',
    )


def test_not_barriers_where_threads_count_differently(stays):
    stays(PASS, LOOP + "bar.sync 0; add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop;")


def test_not_an_unequal_test_that_may_step_over_its_bound(stays):
    stays(PASS, LOOP + "add.u32 %r1, %r1, 2; setp.ne.u32 %p1, %r1, %r9; @%p1 bra loop;")


def test_not_more_than_the_growth(stays):
    body = "add.u32 %r2, %r2, %r9;" * 20
    stays(
        "loop-unroll{growth=60}",
        LOOP + body + "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop;",
    )


def test_what_control_cannot_reach_may_name_a_loop_that_goes(becomes):
    becomes(
        PASS + ",dce",
        """mov.u32 %r1, 0;
        loop:
        bra next;
        mov.u32 %r2, 7;
        bra last;
        next:
        st.shared.u32 [tile], %r1;
        last:
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, 2;
        @%p1 bra loop;
        ret;""",
        """mov.u32 %r1, 0;
        st.shared.u32 [tile], %r1;
        add.u32 %r1, %r1, 1;
        st.shared.u32 [tile], %r1;
        ret;""",
    )
