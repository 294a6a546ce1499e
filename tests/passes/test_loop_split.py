from __future__ import annotations

PASS = "loop-split{threshold=1}"


def test_the_iterations_below_a_bound_lose_their_guard(becomes):
    """The copy runs while the counter is below both bounds; what is left keeps its guard."""
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        loop:
        setp.lt.u32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        min.u32 %r10, %r9, %r8;
        setp.ge.u32 %p3, %r1, %r10;
        @%p3 bra loop;
        $copy_0:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p6, %r1, %r10;
        @%p6 bra $copy_0;
        setp.lt.u32 %p5, %r1, %r9;
        @%p5 bra loop;
        ret;
        loop:
        setp.lt.u32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_at_most_and_at_least(becomes):
    """In the copy the counter stays below the bound of the guard, which then never holds."""
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        loop:
        setp.ge.u32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.le.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        setp.lt.u32 %p3, %r8, 1;
        @%p3 bra loop;
        sub.u32 %r10, %r8, 1;
        min.u32 %r11, %r9, %r10;
        setp.gt.u32 %p4, %r1, %r11;
        @%p4 bra loop;
        $copy_0:
        st.shared.u32 [tile], %r1;
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.le.u32 %p7, %r1, %r11;
        @%p7 bra $copy_0;
        setp.le.u32 %p6, %r1, %r9;
        @%p6 bra loop;
        ret;
        loop:
        setp.ge.u32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.le.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_equality(becomes):
    """Up to the bound the guard does not hold; from there on the loop asks."""
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        loop:
        setp.eq.u32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        min.u32 %r10, %r9, %r8;
        setp.ge.u32 %p3, %r1, %r10;
        @%p3 bra loop;
        $copy_0:
        st.shared.u32 [tile], %r1;
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p6, %r1, %r10;
        @%p6 bra $copy_0;
        setp.lt.u32 %p5, %r1, %r9;
        @%p5 bra loop;
        ret;
        loop:
        setp.eq.u32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_counting_down_by_more_than_one(becomes):
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 40;
        loop:
        setp.gt.s32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        sub.s32 %r1, %r1, 4;
        setp.gt.s32 %p2, %r1, -8;
        @%p2 bra loop;""",
        """mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 40;
        max.s32 %r10, %r8, -8;
        setp.le.s32 %p3, %r1, %r10;
        @%p3 bra loop;
        $copy_0:
        st.shared.u32 [tile+4], %r1;
        sub.s32 %r1, %r1, 4;
        setp.gt.s32 %p6, %r1, %r10;
        @%p6 bra $copy_0;
        setp.gt.s32 %p5, %r1, -8;
        @%p5 bra loop;
        ret;
        loop:
        setp.gt.s32 %p1, %r1, %r8;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        sub.s32 %r1, %r1, 4;
        setp.gt.s32 %p2, %r1, -8;
        @%p2 bra loop;""",
    )


def test_a_loop_tested_at_its_top_and_a_guarded_instruction(becomes):
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        loop:
        setp.ge.u32 %p2, %r1, %r9;
        @%p2 bra end;
        setp.lt.u32 %p1, %r1, 5;
        @%p1 st.shared.u32 [tile], %r1;
        add.u32 %r1, %r1, 1;
        bra loop;
        end:
        ret;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        min.u32 %r10, %r9, 5;
        $check_0:
        setp.ge.u32 %p3, %r1, %r10;
        @%p3 bra loop;
        st.shared.u32 [tile], %r1;
        add.u32 %r1, %r1, 1;
        bra $check_0;
        loop:
        setp.ge.u32 %p2, %r1, %r9;
        @%p2 bra end;
        setp.lt.u32 %p1, %r1, 5;
        @%p1 st.shared.u32 [tile], %r1;
        add.u32 %r1, %r1, 1;
        bra loop;
        end:
        ret;""",
    )


LOOP = "ld.param.u32 %r9, [n]; mov.u32 %r8, %ctaid.x; mov.u32 %r7, %tid.x; mov.u32 %r1, {start}; loop: "
BODY = "setp.{guard}; @%p1 bra below; st.shared.u32 [tile], %r1; below: {more} add.u32 %r1, %r1, 1;"
END = "setp.lt.u32 %p2, %r1, %r9; @%p2 bra loop;"


def looped(guard: str, more: str = "", start: str = "0", end: str = END) -> str:
    return LOOP.format(start=start) + BODY.format(guard=guard, more=more) + end


def test_not_a_bound_that_changes(stays):
    stays(PASS, looped("lt.u32 %p1, %r1, %r8", "add.u32 %r8, %r8, 2;"))


def test_not_a_bound_that_threads_do_not_share(stays):
    """They would go from the copy to the loop at different times."""
    stays(PASS, looped("lt.u32 %p1, %r1, %r7", "bar.sync 0;"))


def test_not_a_counter_that_threads_do_not_share(stays):
    stays(PASS, looped("lt.u32 %p1, %r1, %r8", "bar.sync 0;", start="%r7"))


def test_not_signed_where_the_loop_counts_unsigned(stays):
    stays(PASS, looped("lt.s32 %p1, %r1, %r8"))


def test_not_an_unequal_test(stays):
    stays(PASS, looped("lt.u32 %p1, %r1, %r8", end="setp.ne.u32 %p2, %r1, %r9; @%p2 bra loop;"))


def test_not_a_guard_below_the_counter(stays):
    """`i - 3 < m` holds, then not, then holds again, if the counter starts below 3."""
    stays(
        PASS,
        LOOP.format(start="0")
        + "sub.u32 %r6, %r1, 3; setp.lt.u32 %p1, %r6, %r8; @%p1 bra below; st.shared.u32 [tile], %r1; below:"
        "add.u32 %r1, %r1, 1;" + END,
    )


def test_not_a_predicate_of_the_iteration_before(stays):
    stays(
        PASS,
        "setp.eq.u32 %p1, 0, 1;"
        + LOOP.format(start="0")
        + "@%p1 bra below; st.shared.u32 [tile], %r1; below: setp.lt.u32 %p1, %r1, %r8; add.u32 %r1, %r1, 1;"
        + END,
    )


def test_not_for_less_than_the_threshold(stays):
    stays("loop-split{threshold=2}", looped("lt.u32 %p1, %r1, %r8"))
