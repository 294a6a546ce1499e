"""`explain` and `diff`: counts that can be checked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ptxgen import parse
from ptxgen.debug.measures import measured
from tests.debug.conftest import BUGGY, CLEAN

Debug = Callable[..., Result]

DOT = """\
.version 9.0
.target sm_80
.address_size 64
.visible .entry dot(.param .u64 p) .reqntid 128 {
.reg .pred %p<2>; .reg .b32 %r<4>; .reg .b64 %rd<3>; .reg .f32 %f<6>;
.shared .align 4 .b8 smem[512];
ld.param.u64 %rd1, [p];
mov.u32 %r1, 0;
mov.f32 %f1, 0f00000000;
LOOP:
ld.global.v2.f32 {%f2, %f3}, [%rd1];
fma.rn.f32 %f1, %f2, %f3, %f1;
add.u64 %rd1, %rd1, 8;
add.u32 %r1, %r1, 1;
setp.lt.u32 %p1, %r1, 100;
@%p1 bra LOOP;
st.shared.f32 [smem], %f1;
st.global.f32 [%rd1], %f1;
ret;
}
"""


MMA = "{%f0, %f1, %f2, %f3}, {%r0, %r1, %r2, %r3}, {%r0, %r1}, {%f0, %f1, %f2, %f3}"


def test_counts() -> None:
    (dot,) = measured(parse(DOT))
    outside, loop = dot.regions
    assert (dot.shared, dot.threads, dot.instructions) == (512, 128, 12)
    assert (outside.work.loaded, outside.work.stored, outside.work.shared, outside.work.flops) == (0, 4, 4, 0)
    assert (loop.instructions, loop.work.loaded, loop.work.flops, loop.rounds) == (6, 8, 2, 100)
    assert (loop.intensity, loop.bound(), loop.bound(0.1), loop.line) == (0.25, "memory", "compute", 11)


@pytest.mark.parametrize(
    ("name", "operands", "flops"),
    [
        ("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", MMA, 128.0),
        ("fma.rn.f32", "%f0, %f1, %f2, %f3", 2.0),
        ("add.rn.f32", "%f0, %f1, %f2", 1.0),
        ("add.u32", "%r0, %r1, %r2", 0.0),
        ("mov.b32", "%f0, %f1", 0.0),
    ],
)  # fmt: skip
def test_operations_of_one_thread(name: str, operands: str, flops: float) -> None:
    text = DOT.replace("fma.rn.f32 %f1, %f2, %f3, %f1;", f"{name} {operands};")
    text = text.replace("%r<4>", "%r<5>")
    assert measured(parse(text))[0].regions[1].work.flops == flops


def test_explain(debug: Debug) -> None:
    result = debug("explain", "-", "--listing", input=DOT)
    assert result.exit_code == 0
    assert "loop at LOOP" in result.stdout
    assert "16 CTAs of 128 threads an SM (100 %)" in result.stdout
    assert "8 B in | ld.global.v2.f32" in result.stdout
    document = json.loads(debug("explain", "-", "--json", input=DOT).stdout)
    assert document["functions"][0]["regions"][1]["intensity"] == 0.25
    assert debug("explain", "-", input="no").exit_code == 2


def test_diff(debug: Debug, tmp_path: Path) -> None:
    for name, text in (
        ("dot", DOT),
        ("wider", DOT.replace("add.u32 %r1, %r1, 1;", "bar.sync 0;\nadd.u32 %r1, %r1, 1;")),
    ):
        (tmp_path / name).write_text(text)
    same = debug("diff", tmp_path / "dot", tmp_path / "dot")
    assert (same.exit_code, "the measures are the same" in same.stdout) == (0, True)
    more = debug("diff", tmp_path / "dot", tmp_path / "wider")
    assert "barriers" in more.stdout
    assert "more" in more.stdout


def test_a_new_fault_fails(debug: Debug, tmp_path: Path) -> None:
    (tmp_path / "before").write_text(CLEAN)
    (tmp_path / "after").write_text(BUGGY)
    result = debug("diff", tmp_path / "before", tmp_path / "after")
    assert result.exit_code == 1
    assert "new: error[PTX120] k:" in result.stdout
    assert debug("diff", tmp_path / "after", tmp_path / "before").exit_code == 0
