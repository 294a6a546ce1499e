"""`explain` and `diff`: counts that can be checked by hand."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import Result

from ptxgen import parse
from ptxgen.debug.measures import measured
from ptxgen.debug.residency import residency
from ptxgen.toolchain import find
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


@pytest.mark.parametrize(
    ("threads", "registers", "ctas"),
    [(128, 0, 16), (128, 32, 16), (128, 33, 12), (128, 64, 8), (128, 255, 2), (1024, 64, 1), (1024, 65, 0)],
)  # fmt: skip
def test_registers_keep_threads_out(threads: int, registers: int, ctas: int) -> None:
    """Worked out by hand: warps get pieces of 256 registers, of the 16384 that each of four schedulers has."""
    held = residency("sm_90", threads, 0, registers)
    assert held is not None
    assert held.ctas == ctas
    assert held.limit == ("registers" if ctas < 2048 // threads else "threads and CTAs")


def test_loads_in_flight() -> None:
    """Two loads that do not need each other, then one that needs the first."""
    text = DOT.replace(
        "fma.rn.f32 %f1, %f2, %f3, %f1;",
        "ld.global.u64 %rd2, [%rd1+8];\nld.global.f32 %f4, [%rd2];\nfma.rn.f32 %f1, %f2, %f4, %f1;",
    )
    assert [region.flight for region in measured(parse(text))[0].regions] == [0, 16]


def test_who_counts_registers(debug: Debug, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ptxgen.toolchain.find", lambda name: None)
    open_ = DOT.replace(" .reqntid 128", "")
    assert "give --block" in debug("explain", "-", input=open_).stdout
    words = "8 CTAs of 256 threads an SM (100 %), limited by threads and CTAs; 6 registers a thread (alive in the text"
    assert words in debug("explain", "-", "--block", "256", input=open_).stdout
    shared = debug("explain", "-", "--block", "256", "--shared", 100_000, input=open_).stdout
    assert "1 CTAs of 256 threads an SM (12 %), limited by shared memory" in shared


@pytest.mark.skipif(find("ptxas") is None, reason="needs ptxas")
def test_ptxas_counts_where_it_is_found(debug: Debug) -> None:
    assert "registers a thread (ptxas)" in debug("explain", "-", input=DOT).stdout


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
