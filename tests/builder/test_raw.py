"""Raw text is parsed, checked, renamed where it must be, and given the author's line."""

from __future__ import annotations

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder, ModuleBuilder
from ptxgen.isa.types import f32, s32, u32
from tests.builder.support import body


def test_one_instruction(k: KernelBuilder) -> None:
    a = k.param("a", s32)
    d = k.raw("add.sat.s32 {d}, {a}, 3;", d=s32, a=a)
    assert d.type is s32
    assert body(k, 1) == ["add.sat.s32 %s1, %s0, 3;"]
    location = k.code.function.blocks[0].instructions[-1].location
    assert location is not None
    assert location.file == __file__


def test_registers_and_labels_of_the_text_are_its_own(k: KernelBuilder) -> None:
    a, x = k.param("a", u32), k.pointer("x", u32)
    for turn in k.unroll(2):
        k.raw(
            """
            .reg .u32 %r0;
            .reg .pred %p0;
            mov.u32 %r0, {turn};
            setp.lt.u32 %p0, %r0, {a};
            @%p0 bra SKIP;
            st.global.v2.u32 [{x}+8], {{%r0, {a}}};
            SKIP:
            """,
            turn=turn,
            a=a,
            x=x.at(turn),
        )
    assert body(k, 3) == [
        "mov.u32 %r1, 0;",
        "setp.lt.u32 %p0, %r1, %r0;",
        "@%p0 bra $label;",
        "st.global.v2.u32 [%rd1+8], {%r1, %r0};",
        "$label:",
        "mov.u32 %r2, 1;",
        "setp.lt.u32 %p1, %r2, %r0;",
        "@%p1 bra $label_1;",
        "st.global.v2.u32 [%rd1+12], {%r2, %r0};",
        "$label_1:",
    ]


def test_the_text_knows_parameters_arrays_and_globals() -> None:
    m = ModuleBuilder("sm_80")
    m.global_array("counts", u32, 4)
    f = m.function("f", returns=u32)
    f.ret(f.param("v", u32))
    k = m.kernel("main")
    k.param("n", u32)
    k.shared("tile", f32, 8)
    first, second = k.raw(
        "ld.param.u32 {a}, [n]; ld.shared.f32 {b}, [tile+4]; st.global.u32 [counts], {a};", a=u32, b=f32
    )
    assert (first.type, second.type) == (u32, f32)
    assert body(k, 1) == [
        "ld.param.u32 %r1, [n];",
        "ld.shared.f32 %f0, [tile+4];",
        "st.global.u32 [counts], %r1;",
    ]


def test_guards(k: KernelBuilder) -> None:
    p = k.param("a", u32) < 3
    k.raw("@{p} bar.sync 0; @{q} bar.sync 1;", p=p, q=~p)
    with k.predicated(p):
        k.raw("bar.sync 2;")
        with pytest.raises(BuildError, match="guarded raw text"):
            k.raw("@{p} bar.sync 0;", p=p)
    assert body(k, 2) == ["@%p0 bar.sync 0;", "@!%p0 bar.sync 1;", "@%p0 bar.sync 2;"]


def test_operands_of_all_kinds(k: KernelBuilder) -> None:
    out = k.label("out")
    k.raw("mov.f32 {d}, {c}; bra {out};", d=f32, c=1.5, out=out)
    k.place(out)
    assert body(k) == ["mov.f32 %f0, 0f3FC00000;", "bra out;", "out:"]


def test_wrong_types_in_the_text_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match=r"add\.f32: operand a takes f32, got u32") as caught:
        k.raw("add.f32 {d}, {a}, {a};", d=f32, a=k.param("a", u32))
    assert caught.value.id == "PTX014"
    assert caught.value.location is not None
    assert caught.value.location.file == __file__


def test_text_that_is_no_ptx_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError):
        k.raw("frobnicate %r0;")
    with pytest.raises(BuildError, match=r"names \{b\}, which is not given"):
        k.raw("mov.u32 {a}, {b};", a=u32)
    with pytest.raises(BuildError, match="takes values, pointers, numbers, labels and types, got str"):
        k.raw("mov.u32 {a}, 1;", a="x")


def test_a_refused_text_leaves_nothing_behind(k: KernelBuilder) -> None:
    with pytest.raises(BuildError):
        k.raw("bar.sync 0; frobnicate;")
    assert body(k) == []


@pytest.mark.parametrize(
    "text",
    ["ret;\n}\n.visible .entry other()\n{", "ret;\n}\n.global .u32 g;\n.func f()\n{\nret;"],
)
def test_text_cannot_leave_its_body(k: KernelBuilder, text: str) -> None:
    before = body(k)
    with pytest.raises(BuildError) as caught:
        k.raw(text)
    assert caught.value.id == "PTX035"
    assert body(k) == before
