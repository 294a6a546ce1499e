from __future__ import annotations

PASS = "loop-strength-reduction"


def test_an_address_becomes_a_running_pointer(becomes):
    becomes(
        PASS + ",copy-propagation,dce",
        """ld.param.u64 %rd1, [p];
        ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        loop:
        mul.wide.u32 %rd2, %r1, 4;
        add.u64 %rd3, %rd1, %rd2;
        ld.global.u32 %r3, [%rd3];
        st.shared.u32 [tile], %r3;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;""",
        """ld.param.u64 %rd1, [p];
        ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        mul.wide.u32 %rd4, %r1, 4;
        add.u64 %rd5, %rd1, %rd4;
        loop:
        ld.global.u32 %r3, [%rd5];
        st.shared.u32 [tile], %r3;
        add.u32 %r1, %r1, 1;
        add.s64 %rd5, %rd5, 4;
        setp.lt.u32 %p1, %r1, %r9;
        @%p1 bra loop;""",
    )


def test_a_product_in_the_width_of_the_counter(becomes):
    """Modulo 2^32 it needs no claim about the counter."""
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, %tid.x;
        loop:
        mad.lo.u32 %r2, %r1, 12, %r9;
        st.shared.u32 [tile], %r2;
        sub.u32 %r1, %r1, 2;
        setp.ne.u32 %p1, %r1, %r9;
        @%p1 bra loop;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, %tid.x;
        mad.lo.u32 %r10, %r1, 12, %r9;
        loop:
        mov.b32 %r2, %r10;
        st.shared.u32 [tile], %r2;
        sub.u32 %r1, %r1, 2;
        add.s32 %r10, %r10, -24;
        setp.ne.u32 %p1, %r1, %r9;
        @%p1 bra loop;""",
    )


LOOP = "ld.param.u64 %rd1, [p]; ld.param.u32 %r9, [n]; mov.u32 %r8, 7; mov.u32 %r1, {start}; loop: "
END = "add.u32 %r1, %r1, 1; setp.lt.u32 %p1, %r1, %r9; @%p1 bra loop; st.shared.u32 [tile], %r8;"


def test_not_wider_than_a_counter_that_may_wrap_around(stays):
    stays(PASS, LOOP.format(start="%tid.x") + "mul.wide.u32 %rd2, %r1, 4; st.shared.u64 [tile], %rd2;" + END)


def test_not_signed_where_the_counter_is_unsigned(stays):
    stays(PASS, LOOP.format(start="0") + "mul.wide.s32 %rd2, %r1, 4; st.shared.u64 [tile], %rd2;" + END)


def test_not_where_an_addend_changes(stays):
    stays(PASS, LOOP.format(start="0") + "mad.lo.u32 %r2, %r1, 4, %r8; xor.b32 %r8, %r8, %r2;" + END)


def test_not_under_a_branch_or_a_guard(stays):
    body = (
        "setp.eq.u32 %p2, %r1, 3; @%p2 bra over; mul.lo.u32 %r8, %r1, 4; over: @%p2 mul.lo.u32 %r8, %r1, 5;"
    )
    stays(PASS, LOOP.format(start="0") + body + END)


def test_not_what_an_iteration_finds_of_the_one_before(stays):
    stays(PASS, LOOP.format(start="0") + "st.shared.u32 [tile+4], %r8; mul.lo.u32 %r8, %r1, 5;" + END)


def test_not_after_the_update(stays):
    stays(
        PASS,
        LOOP.format(start="0")
        + "add.u32 %r1, %r1, 1; mul.lo.u32 %r2, %r1, 5; st.shared.u32 [tile+4], %r2; setp.lt.u32 %p1, %r1, %r9;"
        "@%p1 bra loop;",
    )
