from __future__ import annotations

PASS = "loop-peel"


def test_a_guard_of_the_first_iteration(becomes):
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        loop:
        setp.eq.u32 %p1, %r1, 0;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p4, %r1, %r9;
        @%p4 bra loop;
        ret;
        loop:
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_a_guard_of_all_but_the_first(becomes):
    becomes(
        PASS + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        loop:
        setp.gt.u32 %p1, %r1, 0;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        st.shared.u32 [tile], %r1;
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p4, %r1, %r9;
        @%p4 bra loop;
        ret;
        loop:
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_two_iterations(becomes):
    becomes(
        "loop-peel{first=2}" + ",dce",
        """ld.param.u32 %r9, [n];
        mov.u32 %r8, %ctaid.x;
        mov.u32 %r1, 0;
        loop:
        setp.lt.u32 %p1, %r1, 2;
        @%p1 bra below;
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p6, %r1, %r9;
        @%p6 bra $copy_0;
        ret;
        $copy_0:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p4, %r1, %r9;
        @%p4 bra loop;
        ret;
        loop:
        st.shared.u32 [tile], %r1;
        below:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, %r9;
        @%p2 bra loop;""",
    )


def test_the_last_iteration_is_left_to_the_loop(becomes):
    becomes(
        "loop-peel{last=1}" + ",dce",
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
        setp.lt.u32 %p3, %r9, 1;
        @%p3 bra loop;
        sub.u32 %r10, %r9, 1;
        setp.ge.u32 %p4, %r1, %r10;
        @%p4 bra loop;
        $copy_0:
        setp.lt.u32 %p5, %r1, %r8;
        @%p5 bra $copy_2;
        st.shared.u32 [tile], %r1;
        $copy_2:
        st.shared.u32 [tile+4], %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p7, %r1, %r10;
        @%p7 bra $copy_0;
        setp.lt.u32 %p6, %r1, %r9;
        @%p6 bra loop;
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


LOOP = "ld.param.u32 %r9, [n]; mov.u32 %r8, %ctaid.x; mov.u32 %r1, {start}; loop: "
BODY = "setp.{guard}; @%p1 bra below; st.shared.u32 [tile], %r1; below: add.u32 %r1, %r1, {step};"
END = "setp.lt.u32 %p2, %r1, %r9; @%p2 bra loop;"


def looped(guard: str, start: str = "0", step: int = 1, end: str = END) -> str:
    return LOOP.format(start=start) + BODY.format(guard=guard, step=step) + end


def test_not_more_iterations_than_asked(stays):
    stays(PASS, looped("lt.u32 %p1, %r1, 2"))


def test_not_a_guard_of_an_iteration_in_between(stays):
    stays(PASS, looped("eq.u32 %p1, %r1, 1"))


def test_not_from_an_unknown_start(stays):
    stays(PASS, looped("eq.u32 %p1, %r1, 0", start="%r8"))


def test_not_where_the_counter_may_come_back(stays):
    """By threes, an unsigned counter passes zero again."""
    stays(PASS, looped("lt.u32 %p1, %r1, 3", step=3, end="setp.le.u32 %p2, %r1, %r9; @%p2 bra loop;"))


def test_not_an_unequal_guard_that_holds_again(stays):
    stays(PASS, looped("ne.u32 %p1, %r1, 1"))
