from __future__ import annotations

PASS = "cse"


def test_what_was_computed_is_copied(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %ctaid.x;
        add.u32 %r3, %r1, %r2;
        mul.wide.u32 %rd1, %r3, 4;
        add.u32 %r4, %r2, %r1;
        mul.wide.u32 %rd2, %r3, 4;""",
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %ctaid.x;
        add.u32 %r3, %r1, %r2;
        mul.wide.u32 %rd1, %r3, 4;
        mov.b32 %r4, %r3;
        mov.b64 %rd2, %rd1;""",
    )


def test_across_blocks_where_it_dominates(becomes):
    becomes(
        PASS,
        """ld.param.u32 %r1, [n];
        setp.eq.u32 %p1, %r1, 0;
        @%p1 bra end;
        ld.param.u32 %r2, [n];
        end:
        ret;""",
        """ld.param.u32 %r1, [n];
        setp.eq.u32 %p1, %r1, 0;
        @%p1 bra end;
        mov.b32 %r2, %r1;
        end:
        ret;""",
    )


def test_not_from_a_path_that_may_not_have_run(stays):
    stays(
        PASS,
        """mov.u32 %r1, %tid.x;
        setp.eq.u32 %p1, %r1, 0;
        @%p1 bra end;
        add.u32 %r2, %r1, 1;
        end:
        add.u32 %r3, %r1, 1;""",
    )


def test_not_after_an_operand_changed(stays):
    stays(PASS, "mov.u32 %r1, 1; mul.lo.u32 %r2, %r1, 3; xor.b32 %r1, %r1, 5; mul.lo.u32 %r3, %r1, 3;")


def test_not_after_the_result_changed(stays):
    stays(PASS, "mov.u32 %r1, %tid.x; add.u32 %r2, %r1, 1; xor.b32 %r2, %r2, 5; add.u32 %r3, %r1, 1;")


def test_not_what_another_round_of_a_loop_computed(stays):
    stays(
        PASS,
        """mov.u32 %r1, 0;
        loop:
        mul.lo.u32 %r2, %r1, 3;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r2, 9;
        @%p1 bra loop;
        mul.lo.u32 %r3, %r1, 3;""",
    )


def test_not_under_a_guard(stays):
    stays(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, 0;
        setp.eq.u32 %p1, %r1, 0;
        @%p1 add.u32 %r2, %r1, 1;
        add.u32 %r3, %r1, 1;""",
    )


def test_not_loads_of_memory_or_clocks(stays):
    stays(
        PASS,
        """ld.shared.u32 %r1, [tile];
        ld.shared.u32 %r2, [tile];
        cvt.u64.u32 %rd1, %clock;
        cvt.u64.u32 %rd2, %clock;""",
    )


def test_not_what_calls_leave_in_one_variable(stays):
    stays(
        PASS,
        """.param .b32 out;
        call.uni (out), f;
        ld.param.u32 %r1, [out];
        call.uni (out), f;
        ld.param.u32 %r2, [out];""",
    )


def test_not_an_instruction_that_reads_its_own_result(stays):
    stays(PASS, "mov.u32 %r1, %tid.x; add.u32 %r1, %r1, 1; add.u32 %r1, %r1, 1;")
