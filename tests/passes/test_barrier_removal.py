from __future__ import annotations

import pytest

from ptxgen.passes import Pipeline
from tests.passes.text import kernel, rows, statements

PASS = "barrier-removal"
CTA = ".reqntid 64"
START = """mov.u32 %r1, %tid.x;
mov.u32 %r2, tile;
mad.lo.u32 %r3, %r1, 4, %r2;
"""


def removed(body: str, directives: str = CTA) -> list[str]:
    """The body after the pass."""
    module = kernel(body, directives=directives)
    Pipeline.parse(PASS).run(module)
    return statements(module)


def kept(body: str, directives: str = CTA) -> bool:
    return removed(body, directives) == statements(kernel(body, directives=directives))


def test_a_second_barrier_has_nothing_to_order() -> None:
    body = "st.shared.u32 [%r3], %r1; bar.sync 0; bar.sync 0; ld.shared.u32 %r4, [tile];"
    assert removed(START + body) == rows(
        START + "st.shared.u32 [%r3], %r1;\nbar.sync 0;\nld.shared.u32 %r4, [tile];"
    )


def test_what_each_thread_keeps_to_itself_needs_no_barrier() -> None:
    body = "st.shared.u32 [%r3], %r1; bar.sync 0; ld.shared.u32 %r4, [%r3];"
    assert "bar.sync 0;" not in removed(START + body)


def test_arrays_and_spaces_apart() -> None:
    body = """ld.param.u64 %rd1, [p]; st.global.u32 [%rd1], 1; bar.sync 0; ld.shared.u32 %r4, [%r3];"""
    assert "bar.sync 0;" not in removed(START + body)


def test_a_barrier_at_the_end_or_the_beginning() -> None:
    assert removed("bar.sync 0;\nst.shared.u32 [tile], 1;\nbar.sync 0;\nret;") == [
        "st.shared.u32 [tile], 1;",
        "ret;",
    ]


def test_a_fence_beside_a_stronger_one() -> None:
    body = "st.shared.u32 [%r3], 1;\nfence.acq_rel.cta;\nfence.sc.gpu;\nst.shared.u32 [%r3], 2;"
    assert removed(START + body) == rows(START + body.replace("fence.acq_rel.cta;\n", ""))


def test_a_fence_of_the_cta_beside_a_barrier() -> None:
    body = "st.shared.u32 [%r3], %r1;\nfence.acq_rel.cta;\nbar.sync 0;\nld.shared.u32 %r4, [tile];"
    assert removed(START + body) == rows(START + body.replace("fence.acq_rel.cta;\n", ""))


def test_not_where_threads_exchange() -> None:
    assert kept(START + "st.shared.u32 [%r3], %r1; bar.sync 0; ld.shared.u32 %r4, [%r3+4];")


def test_not_where_a_loop_comes_back() -> None:
    """The store of one round is before the load of the next."""
    assert kept(
        START
        + """mov.u32 %r5, 0;
        xor.b32 %r6, %r3, 4;
        loop:
        ld.shared.u32 %r4, [%r6];
        bar.sync 0;
        st.shared.u32 [%r3], %r4;
        bar.sync 0;
        add.u32 %r5, %r5, 1;
        setp.lt.u32 %p1, %r5, 9;
        @%p1 bra loop;"""
    )


def test_not_without_the_extent_of_the_cta() -> None:
    """Threads with the same %tid.x may differ in %tid.y."""
    assert kept(START + "st.shared.u32 [%r3], %r1; bar.sync 0; ld.shared.u32 %r4, [%r3];", "")
    assert kept(START + "st.shared.u32 [%r3], %r1; bar.sync 0; ld.shared.u32 %r4, [%r3];", ".reqntid 32, 2")


def test_not_where_some_threads_may_be_elsewhere() -> None:
    body = "setp.lt.u32 %p1, %r1, 32; @%p1 bra one; bar.sync 0; bra both; one: bar.sync 0; both: ret;"
    assert kept(START + body)


@pytest.mark.parametrize(
    "near",
    [
        "red.global.add.u32 [%rd1], 1;",
        "fence.acq_rel.gpu; st.volatile.global.u32 [%rd1], 1;",
        "ld.acquire.gpu.global.u32 %r5, [%rd1];",
    ],
)
def test_not_beside_what_other_ctas_hang_on(near: str) -> None:
    """All stores of the CTA are done before one of its threads says so."""
    assert kept(START + f"ld.param.u64 %rd1, [p]; st.global.u32 [%rd1+8], 1; bar.sync 0; {near}")


def test_not_barriers_of_some_threads() -> None:
    assert kept("bar.sync 1, 32; bar.sync 1, 32; ret;")
    assert kept("ld.param.u32 %r1, [n]; bar.sync %r1; bar.sync %r1; ret;")


def test_not_a_fence_between_accesses() -> None:
    assert kept(START + "st.shared.u32 [%r3], 1; fence.acq_rel.cta; st.shared.u32 [%r3+4], 2;")
    assert kept(START + "st.shared.u32 [%r3], 1; fence.sc.gpu; bar.sync 0; ld.shared.u32 %r4, [tile];")
