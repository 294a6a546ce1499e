"""Text from compilers has no errors, and large functions are checked quickly."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from ptxgen import Severity, check, parse
from tests.own_time import own_time

CORPUS = Path(__file__).parents[1] / "text" / "corpus"
COMPILED = sorted(CORPUS.glob("*.ptx"))
TRITON = [path for path in COMPILED if path.name.startswith("triton_")]

HEAD = (
    ".version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 p) {\n"
    ".reg .pred %p<30000>; .reg .b32 %r<30000>; .reg .b64 %rd<30>; .shared .align 16 .b8 smem[256];\n"
    "mov.u32 %r0, %tid.x;\n"
)


def test_the_corpus_is_here() -> None:
    assert len(COMPILED) - len(TRITON) >= 10
    assert len(TRITON) >= 20


@pytest.mark.parametrize("path", COMPILED, ids=lambda p: p.stem)
def test_compiled_text_has_no_errors(path: Path) -> None:
    assert not [d for d in check(parse(path.read_text())) if d.severity is Severity.ERROR]


@pytest.mark.parametrize("path", TRITON, ids=lambda p: p.stem)
def test_triton_s_text_has_no_warnings(path: Path) -> None:
    """Its first `wgmma` of a chain names accumulators that nobody wrote, and a constant scale-d that ignores them."""
    assert not [d for d in check(parse(path.read_text())) if d.severity is not Severity.HINT]


WGMMA = """.version 9.0\n.target sm_90a\n.address_size 64\n.visible .entry k(.param .u64 p) {
.reg .f32 %f<4>; .reg .b64 %rd<3>; mov.b64 %rd1, 0; mov.b64 %rd2, 0;
wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f0, %f1, %f2, %f3}, %rd1, %rd2, SCALE, 1, 1, 0, 0;
ret;\n}\n"""


@pytest.mark.parametrize(("scale", "unwritten"), [("0", 0), ("1", 4)])
def test_an_accumulator_counts_unless_scale_d_is_zero(scale: str, unwritten: int) -> None:
    found = check(parse(WGMMA.replace("SCALE", scale)))
    assert sum(d.id == "PTX047" for d in found) == unwritten


def straight(i: int) -> str:
    return f"add.u32 %r{i + 1}, %r{i}, {i};\n"


def diamond(i: int) -> str:
    return (
        f"setp.eq.u32 %p{i}, %r{i}, {i};\n@%p{i} bra L{i};\nadd.u32 %r{i + 1}, %r{i}, 1;\nbra M{i};\n"
        f"L{i}: add.u32 %r{i + 1}, %r{i}, 2;\nM{i}:\n"
    )


def early_exit(i: int) -> str:
    return (
        f"setp.eq.u32 %p{i}, %r{i}, {i};\n@%p{i} bra END;\nadd.u32 %r{i + 1}, %r{i}, 1;\n"
        f"@%p{i} st.shared.u32 [smem], %r{i};\n"
    )


def guarded(i: int) -> str:
    return (
        f"setp.eq.u32 %p{i % 7}, %r0, {i};\n@%p{i % 7} mov.u32 %r{i + 1}, 1;\n"
        f"@!%p{i % 7} mov.u32 %r{i + 1}, 2;\nst.shared.u32 [smem], %r{i + 1};\n"
    )


@pytest.mark.parametrize(
    ("piece", "count"), [(straight, 20000), (diamond, 4000), (early_exit, 5000), (guarded, 5000)]
)
def test_twenty_thousand_lines_take_seconds(piece: Callable[[int], str], count: int) -> None:
    body = "".join(map(piece, range(count)))
    module = parse(f"{HEAD}{body}END: st.shared.u32 [smem], %r{count};\nret;\n}}\n")
    with own_time() as taken:
        found = check(module)
    assert taken.seconds < 10
    assert not [d for d in found if d.severity is Severity.ERROR]


EMPTY = """.version 9.0\n.target sm_90\n.address_size 64\n.visible .entry k(.param .u64 p) {
.reg .b16 %h<3>; .reg .b32 %r<3>; .reg .b64 %rd<3>; .local .align 8 .b8 stack[16]; ld.param.u64 %rd1, [p];
STORE;
ret;\n}\n"""


@pytest.mark.parametrize(
    ("store", "id"),
    [
        ("st.local.u8 [stack+8], %h1", "PTX048"),
        ("st.u8 [%rd1], %h1", "PTX048"),
        ("st.global.u8 [%rd1], %h1", "PTX047"),
        ("st.local.u32 [stack+8], %r1", "PTX047"),
        ("st.local.u8 [%rd2], 1", "PTX047"),
        ("st.local.v2.u8 [stack], {%h1, %h2}", "PTX047"),
    ],
)
def test_the_byte_of_an_empty_structure_may_have_no_value(store: str, id: str) -> None:
    """nvcc -G copies objects of empty classes: one byte that nobody wrote, into the thread's own memory."""
    found = {d.id for d in check(parse(EMPTY.replace("STORE", store)))}
    assert found & {"PTX047", "PTX048"} == {id}
