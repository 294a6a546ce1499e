from __future__ import annotations

PASS = "loop-invariant-motion"


def test_what_every_iteration_computes_alike_is_computed_before(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, 0;
        loop:
        ld.param.u32 %r2, [n];
        mov.u32 %r3, %tid.x;
        mul.lo.u32 %r4, %r2, %r3;
        add.u32 %r5, %r4, %r1;
        st.shared.u32 [tile], %r5;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r2;
        @%p1 bra loop;""",
        """mov.u32 %r1, 0;
        ld.param.u32 %r2, [n];
        mov.u32 %r3, %tid.x;
        mul.lo.u32 %r4, %r2, %r3;
        loop:
        add.u32 %r5, %r4, %r1;
        st.shared.u32 [tile], %r5;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, %r2;
        @%p1 bra loop;""",
    )


def test_out_of_both_loops_or_one(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        outer:
        mov.u32 %r2, 0;
        inner:
        mul.lo.u32 %r3, %r9, 3;
        mul.lo.u32 %r4, %r1, 5;
        mad.lo.u32 %r5, %r2, %r3, %r4;
        st.shared.u32 [tile], %r5;
        add.u32 %r2, %r2, 1;
        setp.lt.u32 %p1, %r2, 4;
        @%p1 bra inner;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, 4;
        @%p2 bra outer;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        mul.lo.u32 %r3, %r9, 3;
        outer:
        mov.u32 %r2, 0;
        mul.lo.u32 %r4, %r1, 5;
        inner:
        mad.lo.u32 %r5, %r2, %r3, %r4;
        st.shared.u32 [tile], %r5;
        add.u32 %r2, %r2, 1;
        setp.lt.u32 %p1, %r2, 4;
        @%p1 bra inner;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p2, %r1, 4;
        @%p2 bra outer;""",
    )


def test_a_branch_around_the_loop_is_led_to_the_loop_alone(becomes):
    """What moves stands behind the branch that passes the loop by, and before the one that enters it."""
    becomes(
        PASS,
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        setp.ne.u32 %p1, %r9, 0;
        @%p1 bra loop;
        bra end;
        loop:
        mul.lo.u32 %r2, %r9, 3;
        add.u32 %r1, %r1, %r2;
        setp.lt.u32 %p2, %r1, 99;
        @%p2 bra loop;
        end:
        st.shared.u32 [tile], %r1;""",
        """ld.param.u32 %r9, [n];
        mov.u32 %r1, 0;
        setp.ne.u32 %p1, %r9, 0;
        @%p1 bra $enter_0;
        bra end;
        $enter_0:
        mul.lo.u32 %r2, %r9, 3;
        loop:
        add.u32 %r1, %r1, %r2;
        setp.lt.u32 %p2, %r1, 99;
        @%p2 bra loop;
        end:
        st.shared.u32 [tile], %r1;""",
    )


def test_loads_that_nobody_can_change(becomes):
    becomes(
        PASS,
        """ld.param.u64 %rd1, [p];
        mov.u32 %r1, 0;
        loop:
        ld.global.nc.u32 %r2, [%rd1];
        add.u32 %r1, %r1, %r2;
        setp.lt.u32 %p1, %r1, 99;
        @%p1 bra loop;""",
        """ld.param.u64 %rd1, [p];
        mov.u32 %r1, 0;
        ld.global.nc.u32 %r2, [%rd1];
        loop:
        add.u32 %r1, %r1, %r2;
        setp.lt.u32 %p1, %r1, 99;
        @%p1 bra loop;""",
    )


LOOP = "mov.u32 %r1, 0; mov.u32 %r8, 1; mov.u32 %r9, %tid.x; loop: {body} add.u32 %r1, %r1, 1;"
END = "setp.lt.u32 %p1, %r1, 9; @%p1 bra loop; end: st.shared.u32 [tile], %r8;"


def test_not_what_reads_something_that_changes(stays):
    stays(PASS, LOOP.format(body="mul.lo.u32 %r8, %r1, 3;") + END)


def test_not_what_is_written_twice(stays):
    stays(PASS, LOOP.format(body="add.u32 %r8, %r9, 3; xor.b32 %r8, %r8, %r1;") + END)


def test_not_what_is_read_before_it_is_written(stays):
    stays(
        PASS, LOOP.format(body="add.u32 %r7, %r8, %r1; st.shared.u32 [tile], %r7; add.u32 %r8, %r9, 3;") + END
    )


def test_not_what_a_way_out_passes_by(stays):
    """Whoever leaves at once finds the old value."""
    stays(PASS, LOOP.format(body="setp.gt.u32 %p2, %r1, %r9; @%p2 bra end; add.u32 %r8, %r9, 3;") + END)


def test_not_under_a_branch_or_a_guard(stays):
    stays(
        PASS,
        LOOP.format(
            body="setp.eq.u32 %p2, %r1, 4; @!%p2 bra over; add.u32 %r7, %r9, 3; st.shared.u32 [tile], %r7; over:"
            "@%p2 add.u32 %r6, %r9, 4; @%p2 st.shared.u32 [tile], %r6;"
        )
        + END,
    )


def test_not_loads_that_a_store_may_change(stays):
    stays(PASS, LOOP.format(body="ld.shared.u32 %r7, [tile+4]; st.shared.u32 [tile], %r7;") + END)


def test_not_what_a_call_leaves(stays):
    stays(
        PASS,
        ".param .b32 out;"
        + LOOP.format(body="call.uni (out), f; ld.param.u32 %r7, [out]; st.shared.u32 [tile], %r7;")
        + END,
    )


def test_not_a_load_of_what_another_grid_makes(stays):
    body = "griddepcontrol.wait; ld.global.nc.u32 %r7, [%rd1]; st.shared.u32 [tile], %r7;"
    stays(PASS, "ld.param.u64 %rd1, [p]; " + LOOP.format(body=body) + END)


def test_not_a_load_that_may_not_run(stays):
    """Its address may be out of bounds where the loop is left before it."""
    stays(
        PASS,
        "ld.param.u64 %rd1, [p]; mov.u32 %r1, 0; mov.u32 %r8, 0; mov.u32 %r9, %tid.x; loop: setp.gt.u32 %p2, %r1, %r9;"
        "@%p2 bra end; ld.global.nc.u32 %r8, [%rd1+4096]; add.u32 %r1, %r1, 1;" + END,
    )


def test_not_more_than_there_are_registers(becomes):
    """Five live at once; a sixth all through the loop is allowed, a seventh is not."""
    becomes(
        "loop-invariant-motion{registers=6}",
        """mov.u32 %r9, %tid.x;
        mov.u32 %r1, 0;
        mov.u32 %r4, 0;
        loop:
        mul.lo.u32 %r2, %r9, 5;
        mul.lo.u32 %r3, %r9, 7;
        add.u32 %r4, %r4, %r2;
        add.u32 %r4, %r4, %r3;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, 9;
        @%p1 bra loop;
        st.shared.u32 [tile], %r4;""",
        """mov.u32 %r9, %tid.x;
        mov.u32 %r1, 0;
        mov.u32 %r4, 0;
        mul.lo.u32 %r2, %r9, 5;
        loop:
        mul.lo.u32 %r3, %r9, 7;
        add.u32 %r4, %r4, %r2;
        add.u32 %r4, %r4, %r3;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r1, 9;
        @%p1 bra loop;
        st.shared.u32 [tile], %r4;""",
    )
