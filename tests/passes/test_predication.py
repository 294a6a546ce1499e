from __future__ import annotations

import pytest

PASS = "predication"
START = "mov.u32 %r1, %tid.x;\nsetp.lt.u32 %p1, %r1, 7;\nmov.u32 %r2, 5;\n"


def test_a_short_arm_runs_under_a_guard(becomes):
    becomes(
        PASS,
        START
        + """@%p1 bra after;
        add.u32 %r2, %r1, 3;
        st.shared.u32 [tile], %r2;
        after:
        st.shared.u32 [tile+4], %r2;""",
        START
        + """@!%p1 add.u32 %r2, %r1, 3;
        @!%p1 st.shared.u32 [tile], %r2;
        after:
        st.shared.u32 [tile+4], %r2;""",
    )


def test_the_limit_is_an_option(becomes, stays):
    text = START + "@!%p1 bra after;\nmov.u32 %r2, 1;\nmov.u32 %r3, 2;\nafter:\nst.shared.u32 [tile], %r2;"
    stays("predication{limit=1}", text)
    becomes(
        "predication{limit=2}",
        text,
        START + "@%p1 mov.u32 %r2, 1;\n@%p1 mov.u32 %r3, 2;\nafter:\nst.shared.u32 [tile], %r2;",
    )


@pytest.mark.parametrize(
    "arm",
    [
        "bar.sync 0;",
        "setp.gt.u32 %p1, %r1, 3; mov.u32 %r2, 1;",  # what follows would run under another guard
        "@%p2 mov.u32 %r2, 1;",
        "inside: mov.u32 %r2, 1;",  # others come here, too
        "atom.shared.add.u32 %r2, [tile], 1;",
        "mov.u32 %r2, 1; bra other;",
        "ld.volatile.shared.u32 %r2, [tile];",
        "mov.u32 %r2, 1; mov.u32 %r3, 1; mov.u32 %r4, 1; mov.u32 %r5, 1; mov.u32 %r6, 1;",
    ],
)
def test_stays(stays, arm):
    before = START + "setp.eq.u32 %p2, %r1, 2; @%p2 bra inside;\n"
    inside = "" if "inside" in arm else "bra other; inside: mov.u32 %r2, 8; bra other;"
    stays(PASS, f"{before}@%p1 bra after; {arm} after: st.shared.u32 [tile], %r2; {inside} other: ret;")
