from __future__ import annotations

PASS = "copy-propagation"


def test_a_copy_is_read_through(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        mov.u32 %r3, %r2;
        add.u32 %r4, %r3, %r2;""",
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        mov.u32 %r3, %r1;
        add.u32 %r4, %r1, %r1;""",
    )


def test_guards_addresses_and_vectors_are_reads(becomes):
    becomes(
        PASS,
        """ld.param.u64 %rd1, [p];
        mov.u32 %r1, %tid.x;
        setp.eq.u32 %p1, %r1, 0;
        mov.u64 %rd2, %rd1;
        mov.pred %p2, %p1;
        mov.u32 %r2, %r1;
        @!%p2 st.global.v2.u32 [%rd2+8], {%r2, %r2};""",
        """ld.param.u64 %rd1, [p];
        mov.u32 %r1, %tid.x;
        setp.eq.u32 %p1, %r1, 0;
        mov.u64 %rd2, %rd1;
        mov.pred %p2, %p1;
        mov.u32 %r2, %r1;
        @!%p1 st.global.v2.u32 [%rd1+8], {%r1, %r1};""",
    )


def test_a_copy_that_dominates_reaches_other_blocks(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        setp.eq.u32 %p1, %r1, 0;
        @%p1 bra end;
        add.u32 %r3, %r2, 1;
        end:
        ret;""",
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        setp.eq.u32 %p1, %r1, 0;
        @%p1 bra end;
        add.u32 %r3, %r1, 1;
        end:
        ret;""",
    )


def test_not_after_the_original_changed(stays):
    stays(PASS, "mov.u32 %r1, 1; mov.u32 %r2, %r1; add.u32 %r1, %r1, 1; add.u32 %r3, %r2, %r1;")


def test_not_where_another_write_may_be_seen(stays):
    stays(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        loop:
        add.u32 %r2, %r2, 1;
        setp.lt.u32 %p1, %r2, 9;
        @%p1 bra loop;""",
    )


def test_not_a_copy_under_a_guard(stays):
    stays(
        PASS,
        "mov.u32 %r1, %tid.x; mov.u32 %r2, 0; setp.eq.u32 %p1, %r1, 0; @%p1 mov.u32 %r2, %r1; add.u32 %r3, %r2, 1;",
    )


def test_not_an_original_that_a_loop_changes(stays):
    """In the next round the copy is older than the original."""
    stays(
        PASS,
        """mov.u32 %r1, 0;
        loop:
        mov.u32 %r2, %r1;
        add.u32 %r1, %r1, 1;
        setp.lt.u32 %p1, %r2, 9;
        @%p1 bra loop;
        add.u32 %r3, %r2, 1;""",
    )


def test_not_between_floats_and_bits(stays):
    stays(PASS, "mov.u32 %r1, %tid.x; mov.b32 %f1, %r1; add.rn.f32 %f2, %f1, %f1;")


def test_signs_and_parts_are_reads(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        vmad.u32.u32.u32 %r3, -%r2, %r2.b1, %r2;
        vmad.u32.u32.u32 %r4, %r3, -%r2.h1, %r3;""",
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        vmad.u32.u32.u32 %r3, -%r1, %r1.b1, %r1;
        vmad.u32.u32.u32 %r4, %r3, -%r1.h1, %r3;""",
    )


def test_not_in_what_reads_its_registers_later(stays):
    """The fragment stays in its registers until the wait, whatever happens to the originals."""
    stays(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, %r1;
        mov.b64 %rd1, 0;
        mov.f32 %f1, 0f00000000; mov.f32 %f2, 0f00000000; mov.f32 %f3, 0f00000000; mov.f32 %f4, 0f00000000;
        wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f1, %f2, %f3, %f4}, {%r2, %r2, %r2, %r2}, %rd1, 1, 1, 1, 0;
        add.u32 %r1, %r1, 1;""",
        target="sm_90a",
    )
