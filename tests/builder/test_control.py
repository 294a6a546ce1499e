"""Structured control flow gives exactly these blocks."""

from __future__ import annotations

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder
from ptxgen.isa.types import f32, pred, s32, u32, u64
from tests.builder.support import body


def test_if(k: KernelBuilder) -> None:
    i = k.param("i", u32)
    with k.if_(i < 3):
        k.bar_sync()
    k.bar_sync(1)
    assert body(k, 1) == [
        "setp.lt.u32 %p0, %r0, 3;",
        "@!%p0 bra $endif_0;",
        "bar.sync 0;",
        "$endif_0:",
        "bar.sync 1;",
    ]


def test_if_else(k: KernelBuilder) -> None:
    i = k.param("i", u32)
    with k.if_(~(i == 3)):
        k.bar_sync(1)
    with k.else_():
        k.bar_sync(2)
    assert body(k, 2) == [
        "@%p0 bra $else_0;",
        "bar.sync 1;",
        "bra $endif_0;",
        "$else_0:",
        "bar.sync 2;",
        "$endif_0:",
    ]


def test_nested_ifs_end_at_one_place(k: KernelBuilder) -> None:
    i = k.param("i", u32)
    with k.if_(i < 3), k.if_(i < 2):
        k.bar_sync()
    with k.else_():
        k.bar_sync(1)
    assert body(k, 1) == [
        "setp.lt.u32 %p0, %r0, 3;",
        "@!%p0 bra $else_0;",
        "setp.lt.u32 %p1, %r0, 2;",
        "@!%p1 bra $endif_1;",
        "bar.sync 0;",
        "$endif_1:",
        "bra $endif_0;",
        "$else_0:",
        "bar.sync 1;",
        "$endif_0:",
    ]


def test_for_tests_before_the_first_turn_and_after_each(k: KernelBuilder) -> None:
    n = k.param("n", u32)
    with k.for_(0, n) as i:
        k.nanosleep(i)
    assert body(k, 1) == [
        "mov.u32 %r1, 0;",
        "setp.ge.u32 %p0, %r1, %r0;",
        "@%p0 bra $endfor_0;",
        "$for_0:",
        "nanosleep.u32 %r1;",
        "add.u32 %r1, %r1, 1;",
        "setp.lt.u32 %p1, %r1, %r0;",
        "@%p1 bra $for_0;",
        "$endfor_0:",
    ]


def test_for_with_known_bounds_enters_at_once(k: KernelBuilder) -> None:
    with k.for_(8, 0, -2):
        k.bar_sync()
    assert body(k) == [
        "mov.s32 %s0, 8;",
        "$for_0:",
        "bar.sync 0;",
        "sub.s32 %s0, %s0, 2;",
        "setp.gt.s32 %p0, %s0, 0;",
        "@%p0 bra $for_0;",
        "$endfor_0:",
    ]


def test_for_with_empty_bounds_skips(k: KernelBuilder) -> None:
    with k.for_(3, 3):
        k.bar_sync()
    assert body(k)[1:3] == ["setp.ge.u32 %p0, %r0, 3;", "@%p0 bra $endfor_0;"]


def test_stride_is_typed_by_its_start(k: KernelBuilder) -> None:
    with k.stride(k.tid.x, 1000, 256) as i:
        assert i.type is u32
    assert "add.u32 %r1, %r1, 256;" in body(k)


def test_break_and_continue(k: KernelBuilder) -> None:
    n = k.param("n", s32)
    with k.for_(0, n) as i:
        k.continue_(i == 2)
        k.break_(i == 5)
        k.bar_sync()
    assert body(k, 5) == [
        "setp.eq.s32 %p1, %s1, 2;",
        "@%p1 bra $nextfor_0;",
        "setp.eq.s32 %p2, %s1, 5;",
        "@%p2 bra $endfor_0;",
        "bar.sync 0;",
        "$nextfor_0:",
        "add.s32 %s1, %s1, 1;",
        "setp.lt.s32 %p3, %s1, %s0;",
        "@%p3 bra $for_0;",
        "$endfor_0:",
    ]


def test_while_and_loop(k: KernelBuilder) -> None:
    i = k.var(u32, 0)
    with k.while_(lambda: i < 4):
        i += 1
        k.continue_(i == 2)
    with k.loop():
        k.break_()
    assert body(k, 1) == [
        "$while_0:",
        "setp.lt.u32 %p0, %r0, 4;",
        "@!%p0 bra $endwhile_0;",
        "add.u32 %r0, %r0, 1;",
        "setp.eq.u32 %p1, %r0, 2;",
        "@%p1 bra $while_0;",
        "bra $while_0;",
        "$endwhile_0:",
        "$loop_1:",
        "bra $endloop_1;",
        "bra $loop_1;",
        "$endloop_1:",
    ]


def test_unroll_is_plain_python(k: KernelBuilder) -> None:
    for step in k.unroll(3):
        k.bar_sync(step)
    assert body(k) == ["bar.sync 0;", "bar.sync 1;", "bar.sync 2;"]


def test_predication(k: KernelBuilder) -> None:
    x, i = k.pointer("x", f32), k.param("i", u32)
    with k.predicated(i < 4):
        x[i] = 1.0
    k.when(~(i == 0)).store(x.at(2), 0.0)
    assert body(k, 3) == [
        "setp.lt.u32 %p0, %r0, 4;",
        "@%p0 mad.wide.u32 %rd2, %r0, 4, %rd1;",
        "@%p0 st.global.f32 [%rd2], 0f3F800000;",
        "setp.eq.u32 %p1, %r0, 0;",
        "@!%p1 st.global.f32 [%rd1+8], 0f00000000;",
    ]


def test_nested_predication_is_defined_on_every_path(k: KernelBuilder) -> None:
    x, i = k.pointer("x", f32), k.param("i", u32)
    with k.predicated(i < 4), k.predicated(i > 1):
        x[0] = 1.0
    assert body(k, 3) == [
        "setp.lt.u32 %p0, %r0, 4;",
        "@%p0 setp.gt.u32 %p1, %r0, 1;",
        "mov.pred %p2, 0;",
        "@%p0 mov.pred %p2, %p1;",
        "@%p2 st.global.f32 [%rd1], 0f3F800000;",
    ]


def test_labels_and_branches(k: KernelBuilder) -> None:
    i = k.var(u32, 0)
    top, out = k.label("top"), k.label()
    k.place(top)
    i += 1
    k.bra(top, i < 5)
    k.bra(out, uniform=True)
    k.trap()
    k.place(out)
    k.exit()
    assert body(k, 1) == [
        "top:",
        "add.u32 %r0, %r0, 1;",
        "setp.lt.u32 %p0, %r0, 5;",
        "@%p0 bra top;",
        "bra.uni $label;",
        "trap;",
        "$label:",
        "exit;",
    ]
    assert len(k.build().functions[0].blocks[-1].instructions) == 1


def test_special_registers_are_read_once_in_each_scope(k: KernelBuilder) -> None:
    a = k.tid.x + k.tid.x
    with k.if_(a < 3):
        _ = k.tid.x + k.laneid
        _ = k.laneid + 1
    _ = k.laneid + 2
    _ = k.sreg("%clock64") + k.sreg("%clock64")
    reads = [line for line in body(k) if "%tid" in line or "%laneid" in line or "%clock64" in line]
    assert [line.split("%")[-1] for line in reads] == ["tid.x;", "laneid;", "laneid;", "clock64;", "clock64;"]


def test_global_id(k: KernelBuilder) -> None:
    assert k.global_id.type is u32
    assert body(k)[-1] == "mad.lo.u32 %r3, %r0, %r1, %r2;"


def test_warp_methods(k: KernelBuilder) -> None:
    x, d = k.param("x", f32), k.param("d", u64)
    p = x > 0
    k.shfl_bfly(x, 16)
    k.shfl_down(x, 1, width=8)
    k.shfl_up(x, 1, mask=0xFF)
    k.shfl_idx(d, 0)
    k.vote_ballot(p)
    k.vote_any(~p)
    k.redux_add(k.const(u32, 1), 0xFFFFFFFF)
    k.bar_warp_sync()
    k.bar_sync(2, 64)
    k.fence_acq_rel_gpu()
    k.membar_gl()
    assert body(k, 3) == [
        "shfl.sync.bfly.b32 %f1, %f0, 16, 31, 4294967295;",
        "shfl.sync.down.b32 %f2, %f0, 1, 6175, 4294967295;",
        "shfl.sync.up.b32 %f3, %f0, 1, 0, 255;",
        "mov.b64 {%b0, %b1}, %rd0;",
        "shfl.sync.idx.b32 %b2, %b0, 0, 31, 4294967295;",
        "shfl.sync.idx.b32 %b3, %b1, 0, 31, 4294967295;",
        "mov.b64 %rd1, {%b2, %b3};",
        "vote.sync.ballot.b32 %r0, %p0, 4294967295;",
        "vote.sync.any.pred %p1, !%p0, 4294967295;",
        "mov.u32 %r1, 1;",
        "redux.sync.add.u32 %r2, %r1, 4294967295;",
        "bar.warp.sync 4294967295;",
        "bar.sync 2, 64;",
        "fence.acq_rel.gpu;",
        "membar.gl;",
    ]


def test_else_without_if_invalid(k: KernelBuilder) -> None:
    i = k.param("i", u32)
    with pytest.raises(BuildError, match="must follow the end of an if_ at once") as caught, k.else_():
        pass
    assert caught.value.id == "PTX026"
    with k.if_(i < 3):
        k.bar_sync()
    k.bar_sync(1)
    with pytest.raises(BuildError, match="must follow the end of an if_"), k.else_():
        pass


def test_else_of_an_inner_if_invalid(k: KernelBuilder) -> None:
    """The if_ ended inside the first else_: a second else_ after that belongs to nothing."""
    p = k.var(pred, True)
    with k.if_(p):
        k.bar_sync(1)
    with k.else_(), k.if_(p):
        k.bar_sync(2)
    with pytest.raises(BuildError, match="must follow the end of an if_"), k.else_():
        pass


def test_break_outside_a_loop_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="break_ stands outside any loop"):
        k.break_()


def test_a_condition_is_a_predicate_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="a condition is a predicate, got u32") as caught:
        k.if_(k.param("i", u32))
    assert caught.value.id == "PTX014"
    with pytest.raises(BuildError, match="got bool"):
        k.if_(True)  # type: ignore[arg-type]


def test_control_flow_inside_predication_invalid(k: KernelBuilder) -> None:
    p = k.param("i", u32) < 3
    with k.predicated(p):
        with pytest.raises(BuildError, match="cannot stand inside predicated code"), k.if_(p):
            pass
        with pytest.raises(BuildError, match="cannot stand inside predicated code"):
            k.place(k.label())


def test_mixed_bounds_invalid(k: KernelBuilder) -> None:
    loop = k.for_(k.param("a", u32), k.param("b", s32))
    with pytest.raises(BuildError, match="the bounds of a loop have one type, got u32 and s32"), loop:
        pass
    with pytest.raises(BuildError, match="a step other than 0"):
        k.for_(0, 3, 0)


def test_a_kernel_is_not_built_inside_its_own_block_invalid(k: KernelBuilder) -> None:
    with k.loop(), pytest.raises(BuildError, match="is built inside one of its own with blocks"):
        k.build()


def test_parameters_come_first_invalid(k: KernelBuilder) -> None:
    with k.if_(k.var(pred, True)), pytest.raises(BuildError, match="inside a branch or loop") as caught:
        k.param("late", u32)
    assert caught.value.id == "PTX033"


def test_unknown_special_register_invalid(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match=r"unknown special register %tid\.w") as caught:
        k.sreg("%tid.w")
    assert "did you mean %tid." in caught.value.help
