"""Uninitialised values: reported where they are used, not where they are copied."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.emulator.sanitizers import Finding, InitCheck, Report
from tests.emulator.launching import execute, kernel, line_of

Array = np.ndarray[Any, Any]

BEGIN = """
    .reg .pred %p<4>; .reg .b32 %r<16>; .reg .b16 %h<4>; .reg .b64 %rd<8>; .reg .f32 %f<4>;
    .shared .align 16 .b8 tile[4096];
    .local .align 16 .b8 own[64];
    ld.param.u64 %rd0, [p];
    mov.u32 %r0, %tid.x;
    mul.wide.u32 %rd1, %r0, 4;
    add.u64 %rd2, %rd0, %rd1;
    mov.u32 %r2, tile;
    mad.lo.u32 %r3, %r0, 4, %r2;
    setp.lt.u32 %p0, %r0, 8;
    @%p0 mov.u32 %r9, 7;"""


def check(body: str, *, block: int = 32) -> tuple[str, tuple[Finding, ...], Array]:
    text = kernel(BEGIN + body + "\n    ret;")
    report = Report()
    result = execute(text, [np.zeros(256, np.uint32)], block=block, observers=[InitCheck(report)])
    return text, report.findings, result.array(0, np.uint32)


USES = [
    "add.u32 %r5, {0}, 1;",
    "setp.eq.u32 %p1, {0}, 1;",
    "cvt.rn.f32.u32 %f1, {0};",
    "selp.u32 %r5, 1, 2, %p1;",
    "shl.b32 %r5, {0}, 3;",
    "mad.lo.u32 %r5, {0}, 4, %r2;",
    "ld.shared.u32 %r5, [{0}];",
    "shfl.sync.idx.b32 %r5, %r2, {0}, 31, 0xffffffff;",
    "red.global.add.u32 [%rd0], {0};",
]


@pytest.mark.parametrize("use", [u for u in USES if "{0}" in u and "[{0}]" not in u])
def test_a_register_that_some_threads_never_wrote(use: str) -> None:
    text, found, _ = check(f"mov.u32 %r4, %r9;\n    {use.format('%r4')}")
    (finding,) = found
    assert (finding.tool, finding.kind, finding.buffer) == ("initcheck", "register", "%r4")
    assert finding.line == line_of(text, use.format("%r4"))
    assert finding.count == 24
    assert finding.threads[0].thread == (8, 0, 0)


@pytest.mark.parametrize("space", ["shared", "local"])
@pytest.mark.parametrize("use", [u for u in USES if "{0}" in u and "[{0}]" not in u])
def test_memory_that_nobody_wrote(use: str, space: str) -> None:
    place = {"shared": "%r3+128", "local": "own+4"}[space]
    text, found, _ = check(f"ld.{space}.u32 %r4, [{place}];\n    {use.format('%r4')}")
    (finding,) = found
    assert (finding.kind, finding.space) == ("memory", space)
    assert finding.line == line_of(text, use.format("%r4"))
    assert finding.other is not None
    assert finding.other.line == line_of(text, f"ld.{space}")
    assert finding.address == {"shared": 128, "local": 4}[space]


@pytest.mark.parametrize(
    "body",
    [
        "mov.u32 %r4, %r9;\n mov.b64 %rd4, {%r4, %r0};\n mov.b64 {%r5, %r6}, %rd4;\n add.u32 %r7, %r6, 1;",
        "st.shared.u32 [%r3], %r9;\n ld.shared.u32 %r4, [%r3];\n @%p0 add.u32 %r5, %r4, 1;",
        "ld.shared.v2.u32 {%r4, %r5}, [tile+64];\n st.global.v2.u32 [%rd0+512], {%r4, %r5};",
        "selp.u32 %r4, %r9, 5, %p0;\n add.u32 %r5, %r4, 1;",
        "mov.b64 %rd4, {%r0, %r9};\n cvt.u32.u64 %r4, %rd4;\n add.u32 %r5, %r4, 1;",
        "mov.b64 %rd4, {%r9, %r0};\n shr.u64 %rd5, %rd4, 32;\n cvt.u32.u64 %r4, %rd5;\n add.u32 %r5, %r4, 1;",
        "prmt.b32 %r4, %r0, %r9, 0x3210;\n add.u32 %r5, %r4, 1;",
        "st.shared.u8 [%r3], 1;\n ld.shared.u32 %r4, [%r3];\n cvt.u32.u8 %r5, %r4;\n add.u32 %r6, %r5, 1;",
        "mov.u32 %r4, %r9;\n shfl.sync.idx.b32 %r5, %r4, 0, 31, 0xffffffff;\n add.u32 %r6, %r5, 1;",
        "shfl.sync.idx.b32 %r5, %r9, 9, 31, 0xffffffff;\n st.shared.u32 [%r3], %r5;",
        "shfl.sync.up.b32 %r9, %r9, 1, 0, 0xffffffff;\n @%p0 add.u32 %r6, %r9, 1;",
        "and.b32 %r4, %r9, -16;\n or.b32 %r5, %r4, 37;\n cvt.u32.u8 %r7, %r5;\n add.u32 %r7, %r7, 1;",
        "lop3.b32 %r4, %r9, 37, -256, 0xe4;\n cvt.u32.u8 %r7, %r4;\n add.u32 %r7, %r7, 1;",
    ],
    ids=[
        "pack",
        "memory",
        "vector",
        "selected",
        "low half",
        "high half",
        "permuted",
        "padding",
        "shuffled",
        "shuffled and stored",
        "shuffled in place",
        "field",
        "merged field",
    ],
)
def test_copies_are_no_uses(body: str) -> None:
    assert check(body)[1] == ()


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("mov.b64 %rd4, {%r0, %r9};\n add.u64 %rd5, %rd4, 1;", "register"),
        ("prmt.b32 %r4, %r0, %r9, 0x3254;\n add.u32 %r5, %r4, 1;", "register"),
        ("st.shared.u32 [%r3], %r9;\n ld.shared.u32 %r4, [%r3];\n add.u32 %r5, %r4, 1;", "memory"),
        ("st.global.u32 [%rd2], %r9;\n ld.global.u32 %r4, [%rd2];\n add.u32 %r5, %r4, 1;", "memory"),
        ("st.shared.u8 [%r3], 1;\n ld.shared.u32 %r4, [%r3];\n add.u32 %r5, %r4, 1;", "memory"),
        ("red.shared.add.u32 [tile], 1;", "memory"),
        ("shfl.sync.idx.b32 %r5, %r9, 9, 31, 0xffffffff;\n add.u32 %r6, %r5, 1;", "register"),
        (
            "ld.shared.u32 %r4, [tile+64];\n shfl.sync.bfly.b32 %r4, %r4, 1, 31, -1;\n add.u32 %r6, %r4, 1;",
            "memory",
        ),
        ("and.b32 %r4, %r9, 1;\n setp.eq.u32 %p1, %r4, 1;", "register"),
        ("and.b32 %r4, %r9, 255;\n setp.eq.u32 %p1, %r4, 1;", "register"),
        ("or.b32 %r4, %r9, %r0;\n setp.eq.u32 %p1, %r4, 1;", "register"),
        ("lop3.b32 %r4, %r9, 37, -256, 0xe4;\n add.u32 %r7, %r4, 1;", "register"),
        ("lop3.b32 %r4, %r9, 37, 256, 0xe4;\n mov.u32 %r7, %r4;", "register"),
    ],
)
def test_copies_carry_what_is_missing(body: str, kind: str) -> None:
    found = check(body)[1]
    assert {f.kind for f in found} == {kind}


def test_a_value_is_set_again_by_writing_it() -> None:
    assert check("mov.u32 %r9, 1;\n add.u32 %r5, %r9, 1;")[1] == ()


def test_divergent_threads_keep_what_they_know() -> None:
    """Half of the threads set the register on their own path; only the others are reported."""
    _, (found,), _ = check("""
    setp.lt.u32 %p1, %r0, 16;
    @%p1 bra FIRST;
    bar.warp.sync 0xffff0000;
    bra JOIN;
FIRST:
    mov.u32 %r9, 3;
    bar.warp.sync 0x0000ffff;
JOIN:
    bar.warp.sync 0xffffffff;
    add.u32 %r5, %r9, 1;""")
    assert found.count == 16
    assert found.threads[0].thread == (16, 0, 0)


def test_branches_on_unset_predicates() -> None:
    text, (found,), _ = check("@%p1 bra DONE;\n    st.global.u32 [%rd2], 1;\nDONE:")
    assert (found.kind, found.buffer, found.line) == ("register", "%p1", line_of(text, "bra DONE"))


MATRIX = """
    .reg .b32 %a<4>; .reg .f32 %c<4>;
    mad.lo.u32 %r4, %r0, 16, %r2;
    setp.ne.u32 %p1, %r0, LANE;
    @%p1 st.shared.v2.u64 [%r4], {0, 0};
    bar.warp.sync 0xffffffff;
    ldmatrix.sync.aligned.m8n8.x4TRANS.shared.b16 {%a0, %a1, %a2, %a3}, [%r4];
    st.shared.u32 [%r3+1024], %a0;
    USE"""


@pytest.mark.parametrize("trans", ["", ".trans"])
def test_matrices_are_copied(trans: str) -> None:
    """Row 13 of four matrices, a row of the second one, was never written: only its fragments are unset."""
    body = MATRIX.replace("LANE", "13").replace("TRANS", trans)
    assert check(body.replace("USE", "add.u32 %r5, %a0, %a2;"))[1] == ()
    text, (found,), _ = check(body.replace("USE", "add.u32 %r5, %a1, 1;"))
    assert (found.kind, found.line) == ("memory", line_of(text, "add.u32 %r5, %a1"))
    assert found.other is not None
    assert found.other.line == line_of(text, "ldmatrix")
    # Of a row four lanes hold two elements each; of a column eight groups of lanes hold one.
    lanes = [lane for lane in range(32) if (lane // 4 == 5 if not trans else lane % 4 == 2)]
    assert found.count == len(lanes)
    assert [p.thread[0] for p in found.threads if p.thread[0] != 13][:4] == lanes[:4]
