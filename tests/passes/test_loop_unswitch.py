from __future__ import annotations

PASS = "loop-unswitch{threshold=1}"


def test_one_loop_for_each_answer(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        setp.gt.u32 %p1, %r9, 7;
        loop:
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        @!%p1 st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        setp.gt.u32 %p1, %r9, 7;
        @!%p1 bra loop;
        $copy_0:
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p3, %r1, %r9;
        @%p3 bra $copy_0;
        ret;
        loop:
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_barriers_meet_in_the_loop_that_all_threads_take(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        setp.gt.u32 %p1, %r9, 7;
        loop:
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        bar.sync 0;
        @!%p1 st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        setp.gt.u32 %p1, %r9, 7;
        @!%p1 bra loop;
        $copy_0:
        bar.sync 0;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p3, %r1, %r9;
        @%p3 bra $copy_0;
        ret;
        loop:
        st.shared.u32 [tile], %r1;
        below:
        bar.sync 0;
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


LOOP = "ld.param.u32 %r9, [n]; mov.u32 %r8, {value}; mov.u32 %r1, 0; setp.eq.u32 %p1, %r8, 3; loop: "
BODY = "@%p1 bra below; st.shared.u32 [tile], %r1; below: {more} add.u32 %r1, %r1, 1;"
END = "setp.lt.u32 %p2, %r1, %r9; @%p2 bra loop;"


def test_not_a_predicate_that_the_loop_writes(stays):
    stays(PASS, LOOP.format(value="%ctaid.x") + BODY.format(more="setp.eq.u32 %p1, %r1, 4;") + END)


def test_not_a_predicate_that_threads_do_not_share(stays):
    """A warp would run both loops, and a barrier would stand in two places."""
    stays(PASS, LOOP.format(value="%tid.x") + BODY.format(more="bar.sync 0;") + END)


def test_not_for_less_than_the_threshold(stays):
    stays("loop-unswitch{threshold=2}", LOOP.format(value="%ctaid.x") + BODY.format(more="") + END)


def test_not_more_than_the_growth(stays):
    stays("loop-unswitch{threshold=1;growth=4}", LOOP.format(value="%ctaid.x") + BODY.format(more="") + END)


def test_not_a_way_out(stays):
    stays(
        PASS,
        LOOP.format(value="%ctaid.x")
        + "@%p1 bra end; st.shared.u32 [tile], %r1; add.u32 %r1, %r1, 1;"
        + END
        + "end:",
    )
