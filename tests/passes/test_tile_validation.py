"""Every rule on a kernel that breaks it, and on the same kernel mended."""

from __future__ import annotations

import pytest
from attrs import frozen

from ptxgen.kernels import Kernel, registry
from ptxgen.passes import PassError, Pipeline
from ptxgen.passes.tile_rules import RULES
from ptxgen.passes.tile_validation import TileValidation
from tests.corpus.files import FILES, File, parsed
from tests.passes.text import kernel

LDMATRIX = """mov.u32 %r1, %tid.x;
mov.u32 %r2, tile;
mad.lo.u32 %r3, %r1, STEP, %r2;
ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r4}, [%r3];
"""
WMMA = (
    "mov.u32 %r1, tile; wmma.load.c.sync.aligned.row.m16n16k16.shared.f32 {%f1,%f2,%f3,%f4,%f5,%f6,%f7,%f8}, "
)
MANY = "".join(f"ld.volatile.global.u32 %x{n}, [%rd1];" for n in range(400)) + "".join(
    f"st.volatile.global.u32 [%rd1], %x{n};" for n in range(400)
)


@frozen
class Case:
    """What breaks a rule, the same text mended, and words of the message."""

    id: str
    wrong: str
    right: str
    words: str
    directives: str = ".reqntid 32"
    mended: str = ""


CASES = (
    Case("PAS030", LDMATRIX.replace("STEP", "16"), LDMATRIX.replace("STEP", "16"), "the CTA has 48",
         ".reqntid 48", ".reqntid 64"),
    Case("PAS031", LDMATRIX.replace("STEP", "24"), LDMATRIX.replace("STEP", "32"), "multiples of 16 bytes"),
    Case("PAS032", WMMA + "[%r1], 18;", WMMA + "[%r1], 20;", "a stride of 18 elements, which are 72 bytes"),
    Case("PAS033", WMMA + "[%r1+8], 20;", WMMA + "[%r1+16], 20;", "no multiple of 16 bytes"),
    Case("PAS034", "ld.param.u64 %rd1, [q]; mov.u32 %r1, tile; cp.async.cg.shared.global [%r1], [%rd1+8], 16;",
         "ld.param.u64 %rd1, [q]; mov.u32 %r1, tile; cp.async.ca.shared.global [%r1], [%rd1+8], 8;",
         "no multiple of 16 bytes"),
    Case("PAS035",
         "ld.param.u64 %rd1, [q]; mov.u32 %r1, tile; cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r1], 40;",
         "ld.param.u64 %rd1, [q]; mov.u32 %r1, tile; cp.async.bulk.global.shared::cta.bulk_group [%rd1], [%r1], 48;",
         "moves 40 bytes"),
    Case("PAS036", ".shared .b8 big[40000]; st.shared.u32 [big], 1;", ".shared .b8 big[30000]; st.shared.u32 [big], 1;",
         "promises 6 CTAs", ".reqntid 32 .minnctapersm 6"),
    Case("PAS037", ".reg .b32 %x<400>; ld.param.u64 %rd1, [p];" + MANY,
         ".reg .b32 %x<400>; ld.param.u64 %rd1, [p];" + "ld.volatile.global.u32 %x1, [%rd1];" * 400,
         "402 registers at once, 255 are there"),
    Case("PAS038", "mov.u32 %r1, %tid.x; mov.u32 %r2, tile; mad.lo.u32 %r3, %r1, 128, %r2; st.shared.u32 [%r3], 1;",
         "mov.u32 %r1, %tid.x; mov.u32 %r2, tile; mad.lo.u32 %r3, %r1, 132, %r2; st.shared.u32 [%r3], 1;",
         "32-way"),
)  # fmt: skip


def found(body: str, directives: str) -> dict[str, str]:
    module = kernel(body, "sm_90", directives)
    return {finding.rule.id: str(finding) for finding in TileValidation().findings(module)}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_rules(case: Case) -> None:
    broken = found(case.wrong, case.directives)
    assert list(broken) == [case.id]
    assert case.words in broken[case.id]
    assert "nearest: " in broken[case.id]
    assert not found(case.right, case.mended or case.directives)


def test_every_rule_has_a_case() -> None:
    assert [rule.id for rule in RULES] == [case.id for case in CASES]


def test_errors_stop_and_warnings_are_notes() -> None:
    with pytest.raises(PassError) as caught:
        Pipeline.parse("tile-validation").run(kernel(CASES[1].wrong, "sm_90", ".reqntid 32"))
    assert caught.value.id == "PAS031"
    conflict = kernel(CASES[-1].wrong, "sm_90", ".reqntid 32")
    (step,) = Pipeline.parse("tile-validation").run(conflict)
    assert "32-way bank conflict" in str(step.statistics)
    assert not step.statistics.changed
    with pytest.raises(PassError, match="32-way"):
        Pipeline.parse("tile-validation{strict=true}").run(conflict)
    assert not Pipeline.parse("tile-validation{conflicts=33}").run(conflict)[0].statistics.notes


@pytest.mark.parametrize(
    "body",
    [
        "ld.param.u64 %rd1, [p]; mov.u32 %r1, tile; cp.async.cg.shared.global [%r1], [%rd1+8], 16;",
        LDMATRIX.replace("mov.u32 %r2, tile;", "ld.param.u32 %r2, [n];").replace("STEP", "16"),
        LDMATRIX.replace("STEP", "16").replace(
            "mov.u32 %r2, tile;", "ld.param.u32 %r1, [n]; mov.u32 %r2, tile;"
        ),
    ],
    ids=["pointer of unknown alignment", "base of unknown alignment", "rows that a number chooses"],
)
def test_what_is_not_proven_is_not_said(body: str) -> None:
    assert not found(body, ".reqntid 32")


def test_rows_that_no_lane_takes() -> None:
    """Of x1 only the first eight lanes give addresses."""
    odd = """mov.u32 %r1, %tid.x;
    mov.u32 %r2, tile;
    shr.u32 %r5, %r1, 3;
    mad.lo.u32 %r3, %r5, 4, %r2;
    """
    load = "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r4}, [%r3];"
    assert not found(odd + load, ".reqntid 32")
    assert found(odd + load.replace("x1", "x2").replace("%r4", "%r4, %r6"), ".reqntid 32")


@pytest.mark.parametrize("kind", registry.kernels()[::16], ids=lambda kind: kind.name)
def test_kernels_keep_to_the_rules(kind: type[Kernel]) -> None:
    assert not list(map(str, TileValidation().findings(kind().build())))


@pytest.mark.slow
@pytest.mark.parametrize("kind", registry.kernels(), ids=lambda kind: kind.name)
def test_all_kernels_keep_to_the_rules(kind: type[Kernel]) -> None:
    assert not list(map(str, TileValidation().findings(kind().build())))


@pytest.mark.parametrize("file", FILES[::12], ids=str)
def test_compilers_keep_to_the_rules(file: File) -> None:
    assert not list(map(str, TileValidation().findings(parsed(file))))
