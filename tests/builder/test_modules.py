"""Modules: functions and calls, globals, version and target, launch bounds, whole text."""

from __future__ import annotations

import math

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder, ModuleBuilder
from ptxgen.isa import TargetError
from ptxgen.isa.types import bf16, f16, f32, f64, u32, u64
from tests.builder.support import assemble, body


def saxpy(target: str = "sm_80") -> KernelBuilder:
    k = KernelBuilder("saxpy", target=target)
    x, y = k.pointer("x", f32), k.pointer("y", f32)
    n, a = k.param("n", u32), k.param("a", f32)
    k.launch_bounds(max_threads=256)
    i = k.global_id
    with k.if_(i < n):
        y[i] = k.fma(a, x[i], y[i])
    return k


def test_a_whole_kernel() -> None:
    assert (
        saxpy().build().to_ptx()
        == """\
.version 7.0
.target sm_80
.address_size 64

.visible .entry saxpy(
    .param .u64 .ptr .global .align 16 x,
    .param .u64 .ptr .global .align 16 y,
    .param .u32 n,
    .param .f32 a
)
.maxntid 256
{
    .reg .pred %p<1>;
    .reg .f32 %f<4>;
    .reg .u32 %r<5>;
    .reg .u64 %rd<6>;
    ld.param.u64 %rd0, [x];
    cvta.to.global.u64 %rd1, %rd0;
    ld.param.u64 %rd2, [y];
    cvta.to.global.u64 %rd3, %rd2;
    ld.param.u32 %r0, [n];
    ld.param.f32 %f0, [a];
    mov.u32 %r1, %ctaid.x;
    mov.u32 %r2, %ntid.x;
    mov.u32 %r3, %tid.x;
    mad.lo.u32 %r4, %r1, %r2, %r3;
    setp.lt.u32 %p0, %r4, %r0;
    @!%p0 bra $endif_0;
    mad.wide.u32 %rd4, %r4, 4, %rd1;
    ld.global.f32 %f1, [%rd4];
    mad.wide.u32 %rd5, %r4, 4, %rd3;
    ld.global.f32 %f2, [%rd5];
    fma.rn.f32 %f3, %f0, %f1, %f2;
    st.global.f32 [%rd5], %f3;
$endif_0:
    ret;
}
"""
    )


def test_the_same_calls_build_the_same_module() -> None:
    assert saxpy().build() == saxpy().build()


def test_building_twice_gives_the_same() -> None:
    k = saxpy()
    assert k.build() == k.build()


def test_functions_and_calls(ptxas: str) -> None:
    m = ModuleBuilder("sm_80")
    square = m.function("square", returns=f32)
    v = square.param("v", f32)
    square.ret(v * v)
    k = m.kernel("main")
    x = k.pointer("x", f32)
    x[0] = k.call(square, x[1])
    assert body(square) == [
        "ld.param.f32 %f0, [v];",
        "mul.rn.f32 %f1, %f0, %f0;",
        "st.param.f32 [square_result], %f1;",
        "ret;",
    ]
    assert body(k, 2) == [
        "ld.global.f32 %f0, [%rd1+4];",
        "st.param.f32 [square_v], %f0;",
        "call (square_square_result), square, (square_v);",
        "ld.param.f32 %f1, [square_square_result];",
        "st.global.f32 [%rd1], %f1;",
    ]
    assert assemble(ptxas, m.build()) == ""


def test_several_results_travel_as_a_struct(ptxas: str) -> None:
    m = ModuleBuilder("sm_80")
    both = m.function("both", returns=(u32, f64, f16))
    a, p = both.param("a", u32), both.pointer("p", f32)
    p[a] = 1.0
    both.ret(a, both.cvt(f64, p[a]), both.const(f16, 1.0))
    nothing = m.function("nothing")
    nothing.ret()
    k = m.kernel("main")
    z = k.pointer("z", f32)
    i, d, h = k.call(both, k.tid.x, z)
    z[i] = k.cvt(f32, d) + k.cvt(f32, h)
    assert k.call(nothing) is None
    assert [str(v.type) for v in (i, d, h)] == ["u32", "f64", "f16"]
    assert body(both)[-4:] == [
        "st.param.u32 [both_result], %r0;",
        "st.param.f64 [both_result+8], %fd0;",
        "st.param.b16 [both_result+16], %fh0;",
        "ret;",
    ]
    assert assemble(ptxas, m.build()) == ""


def test_a_parsed_function_can_be_called() -> None:
    m = ModuleBuilder("sm_80")
    square = m.function("square", returns=f32)
    square.ret(square.param("v", f32))
    k = m.kernel("main")
    assert k.call(m.build().function("square"), k.const(f32, 2.0)).type is f32


def test_wrong_arguments_invalid() -> None:
    m = ModuleBuilder("sm_80")
    f = m.function("f", returns=f32)
    v = f.param("v", f32)
    with pytest.raises(BuildError, match="f returns 1 values, got 2") as caught:
        f.ret(v, v)
    assert caught.value.id == "PTX034"
    f.ret(v)
    k = m.kernel("main")
    with pytest.raises(BuildError, match="f takes v: f32; got 0 arguments"):
        k.call(f)
    with pytest.raises(BuildError, match="stores f32 values, got u32"):
        k.call(f, k.tid.x)


def test_globals_and_constants(ptxas: str) -> None:
    m = ModuleBuilder("sm_90")
    counts = m.global_array("counts", u32, 2, 2, values=[1, 2, 3, 4])
    table = m.constant("table", f32, 3, values=[1.0, -math.inf, 2])
    halves = m.global_array("halves", f16, 2, values=[1.0, 0.5])
    wide = m.global_array("wide", bf16, 4, align=16)
    k = m.kernel("main")
    c, i = counts.pointer(k), k.tid.x
    c[i, 1] = k.cvt(u32, table.pointer(k)[i])
    wide.pointer(k)[1] = k.cvt(bf16, k.cvt(f32, halves.pointer(k)[1]))
    assert body(k)[:4] == [
        "mov.u32 %r0, %tid.x;",
        "mov.u64 %rd0, table;",
        "mad.wide.u32 %rd1, %r0, 4, %rd0;",
        "ld.const.f32 %f0, [%rd1];",
    ]
    assert assemble(ptxas, m.build()) == ""
    assert ".visible .global .u32 counts[2][2] = {{1, 2}, {3, 4}};" in m.build().to_ptx()


def test_too_many_values_invalid() -> None:
    with pytest.raises(BuildError, match="t has 2 elements, got 3 values"):
        ModuleBuilder().constant("t", f32, 2, values=[1, 2, 3])


def test_names_of_a_module_are_unique_invalid() -> None:
    m = ModuleBuilder()
    m.kernel("f")
    with pytest.raises(BuildError, match="'f' is taken in this module"):
        m.function("f")
    with pytest.raises(BuildError, match="'f' is taken in this module"):
        m.constant("f", f32, 2)


def test_kernels_share_one_dynamic_array() -> None:
    m = ModuleBuilder()
    m.kernel("a").dynamic_shared("buf", f32)
    m.kernel("b").dynamic_shared("buf", f32)
    assert len(m.build().globals) == 1


def test_the_version_is_the_smallest_that_will_do() -> None:
    assert saxpy("sm_75").build().version == (6, 3)
    assert saxpy("sm_90").build().version == (7, 8)
    k = KernelBuilder("k", target="sm_80")
    k.fence_proxy_alias()
    assert k.build().version == (7, 5)


def test_a_given_version_is_kept_if_it_will_do() -> None:
    assert ModuleBuilder("sm_80", (8, 0)).build().version == (8, 0)
    with pytest.raises(BuildError, match=r"PTX 7\.0 is too old: this module needs 7\.8") as caught:
        ModuleBuilder("sm_90", (7, 0)).build()
    assert caught.value.id == "PTX029"


def test_what_the_target_lacks_is_refused_with_its_line_invalid() -> None:
    k = KernelBuilder("k", target="sm_75")
    k.redux_add(k.const(u32, 1), 0xFFFFFFFF)
    with pytest.raises(BuildError, match=r"redux\.sync\.add\.u32 needs sm_80, the target is sm_75") as caught:
        k.build()
    assert caught.value.location is not None
    assert caught.value.location.file == __file__
    k = KernelBuilder("k", target="sm_80")
    k.sreg("%cluster_ctarank")
    with pytest.raises(BuildError, match="%cluster_ctarank needs sm_90"):
        k.build()


def test_unknown_target_invalid() -> None:
    with pytest.raises(TargetError, match="sm_91"):
        KernelBuilder("k", target="sm_91")


def test_launch_bounds_stand_in_the_header(ptxas: str) -> None:
    k = KernelBuilder("k", target="sm_90")
    k.launch_bounds(required=(64, 2), min_ctas=2, max_registers=64, cluster=(2, 1, 1))
    module = k.build()
    header, _, inside = module.to_ptx().partition("{")
    for line in (".reqntid 64, 2", ".minnctapersm 2", ".maxnreg 64", ".reqnctapercluster 2, 1, 1"):
        assert line in header
        assert line not in inside


def test_launch_bounds_beyond_the_hardware_invalid() -> None:
    k = KernelBuilder("k", target="sm_80")
    with pytest.raises(BuildError, match="a CTA of sm_80 has 1 to 1024 threads, got 4096") as caught:
        k.launch_bounds(max_threads=4096)
    assert caught.value.id == "PTX032"
    with pytest.raises(BuildError, match="got 2048"):
        k.launch_bounds(required=(64, 32))
    with pytest.raises(BuildError, match="at most 64 threads along z, got 128"):
        k.launch_bounds(required=(2, 2, 128))
    with pytest.raises(BuildError, match="1 to 255 registers, got 256"):
        k.launch_bounds(max_registers=256)
    k.launch_bounds(max_threads=64)
    with pytest.raises(BuildError, match="maxntid is given twice"):
        k.launch_bounds(max_threads=64)
    k.launch_bounds(cluster=2)
    with pytest.raises(BuildError, match="reqnctapercluster needs sm_90"):
        k.build()


def test_parameters_of_all_kinds(ptxas: str) -> None:
    k = KernelBuilder("k", target="sm_80")
    values = [k.param(f"p{i}", t) for i, t in enumerate((u32, u64, f16, bf16, f32, f64))]
    k.param_bytes("desc", 128, align=64).cast(u32)[3]
    assert [str(v.type) for v in values] == ["u32", "u64", "f16", "bf16", "f32", "f64"]
    assert assemble(ptxas, k.build()) == ""
