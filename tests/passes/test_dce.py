from __future__ import annotations

from ptxgen.ir.parser import parse
from ptxgen.passes import Pipeline
from tests.passes.text import with_debug_data

PASS = "dce"


def test_chains_and_cycles_that_nobody_needs(becomes):
    becomes(
        PASS,
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, 0;
        mov.u32 %r5, 0;
        loop:
        add.u32 %r5, %r5, 3;
        mul.lo.u32 %r6, %r5, %r5;
        add.u32 %r2, %r2, 1;
        setp.lt.u32 %p1, %r2, %r1;
        @%p1 bra loop;
        ret;""",
        """mov.u32 %r1, %tid.x;
        mov.u32 %r2, 0;
        loop:
        add.u32 %r2, %r2, 1;
        setp.lt.u32 %p1, %r2, %r1;
        @%p1 bra loop;
        ret;""",
    )


def test_what_is_overwritten_before_it_is_read(becomes):
    becomes(
        PASS,
        "mov.u32 %r2, 7; mov.u32 %r1, %r2; ld.shared.u32 %r1, [tile]; mov.u32 %r1, 5; st.shared.u32 [tile], %r1;",
        """mov.u32 %r1, 5;
        st.shared.u32 [tile], %r1;""",
    )


def test_blocks_that_control_cannot_reach(becomes):
    becomes(
        PASS,
        """bra end;
        mov.u32 %r1, 1;
        st.shared.u32 [tile], %r1;
        end:
        ret;""",
        """bra end;
        end:
        ret;""",
    )


def test_not_what_has_effects(stays):
    stays(
        PASS,
        """mov.u32 %r1, 1;
        atom.shared.add.u32 %r2, [tile], %r1;
        ld.volatile.shared.u32 %r3, [tile];
        ld.acquire.cta.shared.u32 %r4, [tile];
        bar.sync 0;""",
    )


def test_not_the_old_value_under_a_guarded_write(stays):
    stays(
        PASS,
        """mov.u32 %r2, %tid.x;
        setp.eq.u32 %p1, %r2, 0;
        mov.u32 %r1, 1;
        @%p1 mov.u32 %r1, 2;
        st.shared.u32 [tile], %r1;""",
    )


def test_not_carries(stays):
    stays(
        PASS, "mov.u32 %r1, %tid.x; add.cc.u32 %r2, %r1, %r1; addc.u32 %r3, 0, 0; st.shared.u32 [tile], %r3;"
    )


def test_not_one_half_of_a_load(stays):
    stays(PASS, "ld.shared.v2.u32 {%r1, %r2}, [tile]; st.shared.u32 [tile], %r2;")


def test_not_the_targets_of_a_table(stays):
    stays(
        PASS,
        """mov.u32 %r1, %tid.x;
        targets: .branchtargets one, two;
        brx.idx %r1, targets;
        one:
        ret;
        two:
        ret;""",
    )


def test_labels_that_only_dropped_blocks_named_are_marks_of_debug_data():
    """As the parser sees them: the text of a module is the module."""
    module = with_debug_data(
        "$again: bra $last; bra $again; $last: st.shared.u32 [tile], 1; ret; $end:", "$again $end"
    )
    Pipeline.parse(PASS).run(module)
    assert parse(module.to_ptx()) == module
    assert [mark for block in module.entries[0].blocks for mark in block.marks] == ["$again", "$end"]
