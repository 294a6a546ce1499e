from __future__ import annotations

import pytest

from ptxgen.ir.parser import parse
from ptxgen.passes import Pipeline, array_alignment

PASS = "vectorisation"
BASE = """ld.param.u64 %rd1, [q];
mov.u32 %r1, %tid.x;
mad.wide.u32 %rd2, %r1, 16, %rd1;
"""


def test_four_neighbours_become_one_load(becomes):
    becomes(
        PASS,
        BASE
        + """ld.global.f32 %f1, [%rd2];
        ld.global.f32 %f2, [%rd2+4];
        add.f32 %f5, %f1, %f2;
        ld.global.f32 %f4, [%rd2+12];
        ld.global.f32 %f3, [%rd2+8];""",
        BASE
        + """ld.global.v4.f32 {%f1, %f2, %f3, %f4}, [%rd2];
        add.f32 %f5, %f1, %f2;""",
    )


def test_stores_wait_for_the_last(becomes):
    becomes(
        PASS,
        BASE
        + """st.global.u32 [%rd2+8], %r1;
        mov.u32 %r2, 7;
        st.global.u32 [%rd2+12], %r2;""",
        BASE
        + """mov.u32 %r2, 7;
        st.global.v2.u32 [%rd2+8], {%r1, %r2};""",
    )


def test_addresses_from_different_registers(becomes):
    """What counts is where they point, not how they were reckoned."""
    becomes(
        PASS,
        BASE
        + """add.u64 %rd3, %rd2, 4;
        ld.global.u32 %r2, [%rd3];
        ld.global.u32 %r3, [%rd2];""",
        BASE
        + """add.u64 %rd3, %rd2, 4;
        ld.global.v2.u32 {%r3, %r2}, [%rd3+-4];""",
    )


def test_pairs_become_fours(becomes):
    becomes(
        PASS,
        BASE
        + """ld.global.nc.v2.f32 {%f1, %f2}, [%rd2];
        ld.global.nc.v2.f32 {%f3, %f4}, [%rd2+8];""",
        BASE + "ld.global.nc.v4.f32 {%f1, %f2, %f3, %f4}, [%rd2];",
    )


def test_shared_memory_and_pointers_of_loops(becomes):
    before = """mov.u32 %r1, tile;
        mov.u32 %r2, 0;
        loop:
        ld.shared.u32 %r3, [%r1];
        ld.shared.u32 %r4, [%r1+4];
        add.u32 %r2, %r3, %r4;
        add.u32 %r1, %r1, 16;
        setp.lt.u32 %p1, %r2, 99;
        @%p1 bra loop;"""
    becomes(
        PASS,
        before,
        before.replace("ld.shared.u32 %r3, [%r1];", "ld.shared.v2.u32 {%r3, %r4}, [%r1];").replace(
            "ld.shared.u32 %r4, [%r1+4];\n        ", ""
        ),
    )


def test_a_store_elsewhere_does_not_matter(becomes):
    becomes(
        PASS,
        BASE
        + """ld.global.u32 %r2, [%rd2];
        st.global.u32 [%rd2+8], %r1;
        ld.global.u32 %r3, [%rd2+4];""",
        BASE
        + """ld.global.v2.u32 {%r2, %r3}, [%rd2];
        st.global.u32 [%rd2+8], %r1;""",
    )


@pytest.mark.parametrize(
    "body",
    [
        "ld.global.u32 %r2, [%rd2+4]; ld.global.u32 %r3, [%rd2+8];",
        "ld.param.u64 %rd3, [p]; ld.global.u32 %r2, [%rd3]; ld.global.u32 %r3, [%rd3+4];",
        "mad.wide.u32 %rd3, %r1, 4, %rd1; ld.global.u32 %r2, [%rd3]; ld.global.u32 %r3, [%rd3+4];",
    ],
    ids=["across a boundary", "pointer of unknown alignment", "stride below the vector"],
)
def test_not_without_alignment(stays, body):
    stays(PASS, BASE + body)


def test_not_across_a_store_that_may_be_there(stays):
    stays(
        PASS,
        BASE
        + """ld.param.u64 %rd3, [p];
        ld.global.u32 %r2, [%rd2];
        st.global.u32 [%rd3], %r1;
        ld.global.u32 %r3, [%rd2+4];""",
    )


def test_not_across_a_barrier(stays):
    stays(PASS, "ld.shared.u32 %r2, [tile]; bar.sync 0; ld.shared.u32 %r3, [tile+4];")


def test_not_where_a_register_is_used_on_the_way(stays):
    stays(
        PASS,
        BASE
        + """mov.u32 %r3, 5;
        ld.global.u32 %r2, [%rd2];
        add.u32 %r4, %r3, %r2;
        ld.global.u32 %r3, [%rd2+4];
        st.global.u32 [%rd2+8], %r1;
        add.u32 %r1, %r1, 1;
        st.global.u32 [%rd2+12], %r1;""",
    )


def test_not_under_different_guards_or_a_guard_that_changes(stays):
    stays(
        PASS,
        BASE
        + """setp.lt.u32 %p1, %r1, 9;
        @%p1 ld.global.u32 %r2, [%rd2];
        ld.global.u32 %r3, [%rd2+4];
        @%p1 st.global.u32 [%rd2+8], %r1;
        setp.lt.u32 %p1, %r1, 5;
        @%p1 st.global.u32 [%rd2+12], %r1;""",
    )


def test_not_volatile_ordered_or_policed_accesses(stays):
    stays(
        PASS,
        BASE
        + """ld.volatile.global.u32 %r2, [%rd2];
        ld.volatile.global.u32 %r3, [%rd2+4];
        ld.relaxed.gpu.global.u32 %r2, [%rd2];
        ld.relaxed.gpu.global.u32 %r3, [%rd2+4];
        st.global.L2::cache_hint.u32 [%rd2], %r2, %rd1;
        st.global.L2::cache_hint.u32 [%rd2+4], %r3, %rd1;""",
    )


ARRAY = """.version 8.0\n.target sm_80\n.address_size 64
LINKAGE.shared .f32 tile[64];
.visible .entry k() {
    .reg .f32 %f<3>;
    ld.shared.f32 %f1, [tile+16];
    ld.shared.f32 %f2, [tile+20];
    ret;
}
"""


def test_arrays_are_aligned_for_it() -> None:
    module = parse(ARRAY.replace("LINKAGE", ""))
    steps = Pipeline.parse(f"{PASS},array-alignment,{PASS}").run(module)
    assert [step.statistics.changes for step in steps] == [{}, {"aligned arrays": 1}, {"vector loads": 1}]
    assert ".shared .align 16 .f32 tile[64];" in module.to_ptx()


@pytest.mark.parametrize(
    "text",
    [ARRAY.replace("LINKAGE", ".visible "), ARRAY.replace("[64]", "[3]"), ARRAY.replace("[64]", "[12100]")],
    ids=["seen by others", "smaller than 16 bytes", "near the limit"],
)
def test_arrays_that_stay_where_they_are(text: str) -> None:
    module = parse(text.replace("LINKAGE", "").replace("+16", "").replace("+20", ""))
    (step,) = Pipeline.parse("array-alignment").run(module)
    assert not step.statistics.changed


def test_what_other_modules_declare_agrees_only_if_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    def alignment() -> int:
        module = parse(ARRAY.replace("LINKAGE", ".visible "))
        Pipeline.parse("array-alignment").run(module)
        return module.globals[0].alignment

    assert alignment() == 4
    monkeypatch.setattr(array_alignment, "_is_private", lambda variable: True)
    assert alignment() == 16
