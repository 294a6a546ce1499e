"""Operands of more than one register: coordinates, fragments, sinks, parts, and operands that may be left out."""

from __future__ import annotations

from random import Random

import pytest

from ptxgen import KernelBuilder, parse
from ptxgen.errors import BuildError, ParseError
from ptxgen.ir.operands import Address, Immediate, Negative, Part, Register, Sink, TensorAddress, Vector
from ptxgen.ir.select import Mismatch, select
from ptxgen.isa import ROWS, Form, StateSpace, forms
from ptxgen.isa.names import sample_names
from ptxgen.isa.rows.fragments import fragment, shape
from ptxgen.isa.types import b32, f32, pred, s32, u32, u64
from tests.isa.lines import SIGNED_LINES, kernel, legal_lines

_REGISTERS = (
    ".reg .b16 %h<9>; .reg .b32 %r<160>; .reg .f32 %f<160>; .reg .b64 %rd<9>; .reg .f64 %fd<9>; .reg .pred %p<9>;"
    " .reg .b128 %q<2>;"
)

LINES = [
    "cp.async.ca.shared.global [%r1], [%rd1], 4",
    "cp.async.ca.shared::cta.global.L2::128B [%r1+16], [%rd1+8], 8, %r2",
    "cp.async.cg.shared.global.L2::cache_hint [%r1], [%rd1], 16, %rd2",
    "cp.async.cg.shared.global.L2::cache_hint [%r1], [%rd1], 16, %r2, %rd2",
    "cp.async.cg.shared.global.L2::cache_hint [%r1], [%rd1], 16, %p1, %rd2",
    "cp.async.wait_group 2",
    "mbarrier.init.shared::cta.b64 [%r1], 32",
    "mbarrier.arrive.shared.b64 %rd1, [%r1]",
    "mbarrier.arrive.shared.b64 _, [%r1]",
    "mbarrier.arrive.release.cluster.shared::cluster.b64 _, [%r1], 2",
    "mbarrier.arrive.expect_tx.shared::cta.b64 _, [%r1], 4096",
    "mbarrier.try_wait.parity.shared::cta.b64 %p1, [%r1], 1, 10000",
    "fence.proxy.tensormap::generic.acquire.gpu [%rd1], 128",
    (
        "cp.async.bulk.shared::cluster.global.mbarrier::complete_tx::bytes.multicast::cluster.L2::cache_hint"
        " [%r1], [%rd1], 1024, [%r2], %h1, %rd2"
    ),
    "cp.async.bulk.tensor.1d.shared::cta.global.tile.mbarrier::complete_tx::bytes [%r1], [%rd1, {%r2}], [%r3]",
    (
        "cp.async.bulk.tensor.4d.shared::cluster.global.im2col.mbarrier::complete_tx::bytes"
        " [%r1], [%rd1, {%r2, %r3, %r4, 0}], [%r6], {%h1, %h2}"
    ),
    "cp.async.bulk.tensor.2d.global.shared::cta.bulk_group [%rd1, {%r1, -1}], [%r3]",
    "cp.async.bulk.prefetch.tensor.2d.L2.global.tile::gather4 [%rd1, {%r1, %r2, %r3, %r4, %r5}]",
    "ldmatrix.sync.aligned.m8n8.x1.shared.b16 {%r1}, [%r2]",
    "ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%r1, %r2, %r3, %r4}, [%r5]",
    "stmatrix.sync.aligned.m8n8.x2.shared.b16 [%r5], {%r1, %r2}",
    "movmatrix.sync.aligned.m8n8.trans.b16 %r1, %r2",
    (
        "mma.sync.aligned.m16n8k16.row.col.f32.bf16.bf16.f32"
        " {%f0, %f1, %f2, %f3}, {%r0, %r1, %r2, %r3}, {%r4, %r5}, {%f0, %f1, %f2, %f3}"
    ),
    "mma.sync.aligned.m8n8k4.row.col.f64.f64.f64.f64 {%fd0, %fd1}, {%fd2}, {%fd3}, {%fd0, %fd1}",
    "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16 {%f0, %f1, %f2, %f3}, %rd1, %rd2, %p1, 1, -1, 0, 1",
    "wgmma.mma_async.sync.aligned.m64n8k8.f32.tf32.tf32 {%f0, %f1, %f2, %f3}, {%r0, %r1, %r2, %r3}, %rd2, %p1, 1, 1",
    "wgmma.wait_group.sync.aligned 1",
    "setmaxnreg.inc.sync.aligned.u32 232",
    "clusterlaunchcontrol.query_cancel.get_first_ctaid.v4.b32.b128 {%r1, %r2, %r3, _}, %q1",
    "tcgen05.mma.cta_group::1.kind::f16 [%r1], %rd1, %rd2, %r2, %p1",
    "tcgen05.mma.cta_group::1.kind::f16 [%r1], [%r5], %rd2, %r2, {%r6, %r7, %r8, %r9}, %p1",
    "tcgen05.ld.sync.aligned.16x256b.x1.b32 {%r1, %r2, %r3, %r4}, [%r5]",
    "tex.2d.v4.f32.s32 {%f1, %f2, %f3, %f4}, [%rd1, {%r1, %r2}]",
    "tex.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}|%p1, [%rd1, %rd2, {%f5, %f6}], {%r1, %r2}, %f7",
    "tex.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd1, {%f5, %f6}], %f7",
    "sust.b.3d.v2.b32.clamp [%rd1, {%r1, %r2, %r3, %r4}], {%r5, %r6}",
    "vadd.s32.u32.u32.sat %r1.h0, %r2, %r3.b3, %r4",
    "vset4.u32.u32.ne %r1, %r2.b7654, %r3.b0000, %r4",
]


@pytest.mark.parametrize("line", LINES)
def test_text_comes_back_as_it_is(line: str) -> None:
    text = f".version 9.0\n.target sm_100a\n.address_size 64\n.entry k() {{ {_REGISTERS} {line}; ret; }}"
    module = parse(text)
    (block,) = module.functions[0].blocks
    assert str(block.instructions[0]) == line + ";"
    assert parse(module.to_ptx()) == module


def test_single_coordinates_need_no_braces() -> None:
    head = f".version 9.0\n.target sm_90\n.address_size 64\n.entry k() {{ {_REGISTERS} "
    line = "tex.1d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd1, "
    assert parse(f"{head}{line}%f5]; ret; }}") == parse(f"{head}{line}{{%f5}}]; ret; }}")


REFUSED = [
    ("cp.async.ca.shared.global [%r1], [%rd1], 5", "PTX017", "one of 4, 8, 16"),
    ("cp.async.cg.shared.global [%r1], [%rd1], 8", "PTX017", "must be 16"),
    ("cp.async.ca.shared.global [%r1], [%r2], 4", "PTX016", "a global address is 64 bits wide"),
    ("cp.async.ca.shared.global.L2::cache_hint [%r1], [%rd1], 4", "PTX002", "cache-policy"),
    ("mbarrier.arrive.shared::cluster.b64 %rd1, [%r1]", "PTX003", "must be _"),
    ("mbarrier.init.b64 [%r1], 1", "PTX016", "a generic address is 64 bits wide"),
    ("cp.async.bulk.prefetch.tensor.2d.L2.global [%rd1, {%r1}]", "PTX003", "a vector of 2"),
    ("cp.async.bulk.prefetch.tensor.2d.L2.global [%rd1]", "PTX003", "[tensorMap, {tensorCoords}]"),
    ("ld.global.b32 %r1, [%rd1, {%r2}]", "PTX003", "address in brackets"),
    ("ldmatrix.sync.aligned.m8n8.x1.shared.b16 %r1, [%r2]", "PTX003", "a vector of 1"),
    ("ldmatrix.sync.aligned.m8n8.x2.shared.b16 {%r1}, [%r2]", "PTX003", "a vector of 2"),
    ("wgmma.wait_group.sync.aligned %r1", "PTX003", "an integer constant"),
    ("setmaxnreg.dec.sync.aligned.u32 33", "PTX017", "one of 24, 32"),
    ("tcgen05.mma.cta_group::1.kind::f16 [%rd1], %rd1, %rd2, %r2, %p1", "PTX016", "is 32 bits wide"),
    ("tex.2d.v4.f32.f32 {%f1, %f2, %f3, %f4}, [%rd1, {%f5}]", "PTX003", "a vector of 2"),
    ("vadd.s32.u32.u32 %r1, %r2.h3, %r3", "PTX003", "no part .h3"),
    ("vadd2.s32.u32.u32 %r1.h2, %r2, %r3, %r4", "PTX003", "no part .h2"),
]


@pytest.mark.parametrize(("line", "id", "message"), REFUSED)
def test_refused(line: str, id: str, message: str) -> None:
    text = f".version 9.0\n.target sm_100a\n.address_size 64\n.entry k() {{ {_REGISTERS}\n{line}; ret; }}"
    with pytest.raises(ParseError) as caught:
        parse(text)
    assert caught.value.id == id
    assert message in caught.value.message


def test_part_is_required_where_the_manual_has_no_whole() -> None:
    """`vadd d.dsel, a, b, c` shares its name with `vadd d, a, b`, and only the number of operands tells them apart."""
    r = [Register(f"%r{i}", u32) for i in range(4)]
    assert isinstance(select("vadd.u32.u32.u32", (r[0], r[1], r[2])), Form)
    assert isinstance(select("vadd.u32.u32.u32", (Part(r[0], "b1"), r[1], r[2], r[3])), Form)
    found = select("vadd.u32.u32.u32", (r[0], r[1], r[2], r[3]))
    assert isinstance(found, Mismatch)
    assert "must be a part of a register" in found.message


def test_addresses_carry_their_space() -> None:
    copy = forms("cp.async.cg.shared.global")[0]
    assert [o.space for o in copy.operands[:2]] == [StateSpace.SHARED, StateSpace.GLOBAL]
    (load,) = forms("ld.b32")
    assert load.operands[1].space is StateSpace.GENERIC
    (arrive,) = forms("mbarrier.arrive.shared::cluster.b64")
    assert arrive.operands[1].space is StateSpace.SHARED


def test_accumulators_are_read_and_written() -> None:
    (form,) = (
        f for f in forms("wgmma.mma_async.sync.aligned.m64n256k16.f32.f16.f16") if f.operands[1].count == 0
    )
    d = form.operands[0]
    assert (d.count, d.type, d.writes, d.updates) == (128, f32, True, True)
    module = parse(
        f".version 9.0\n.target sm_90a\n.address_size 64\n.entry k() {{ {_REGISTERS}"
        " wgmma.mma_async.sync.aligned.m64n8k8.f32.tf32.tf32 {%f0, %f1, %f2, %f3}, %rd1, %rd2, %p1, 1, 1; ret; }"
    )
    (product, _) = module.functions[0].blocks[0].instructions
    assert {r.name for r in product.writes()} == {"%f0", "%f1", "%f2", "%f3"}
    assert {r.name for r in product.reads()} >= {"%f0", "%rd1", "%p1"}


def test_fragments() -> None:
    """Sizes that the manual's figures give, for the shapes that compilers use."""
    assert shape("m16n8k16") == (16, 8, 16)
    assert fragment("f16", 16 * 16) == "f16x2[4]"
    assert fragment("s8", 16 * 32) == "b32[4]"
    assert fragment("f32", 64 * 256, threads=128) == "f32[128]"

    def counts(name: str) -> list[int]:
        return [o.count for o in forms(name)[0].operands[:4]]

    assert counts("mma.sync.aligned.m8n8k4.row.col.f32.f16.f16.f32") == [8, 2, 2, 8]
    assert counts("mma.sync.aligned.m16n8k8.row.col.f16.f16.f16.f16") == [2, 2, 1, 2]
    assert counts("mma.sync.aligned.m16n8k8.row.col.f32.tf32.tf32.f32") == [4, 4, 2, 4]
    assert counts("mma.sync.aligned.m16n8k32.row.col.f32.e4m3.e5m2.f32") == [4, 4, 2, 4]
    assert counts("mma.sync.aligned.m16n8k32.row.col.s32.s8.u8.s32") == [4, 4, 2, 4]
    assert counts("mma.sync.aligned.m16n8k64.row.col.s32.u4.u4.s32") == [4, 4, 2, 4]
    assert counts("mma.sync.aligned.m16n8k256.row.col.s32.b1.b1.s32.and.popc") == [4, 4, 2, 4]
    assert counts("mma.sync.aligned.m16n8k16.row.col.f64.f64.f64.f64") == [4, 8, 4, 4]
    assert counts("mma.sp.sync.aligned.m16n8k32.row.col.f32.f16.f16.f32") == [4, 4, 4, 4]
    assert counts("wmma.mma.sync.aligned.row.col.m32n8k16.f32.f16") == [8, 8, 8, 4]
    assert counts("wmma.mma.sync.aligned.row.col.m8n32k16.s32.s8.s8.s32") == [8, 1, 4, 8]


def test_sinks_and_constants_in_fragments() -> None:
    f = [Register(f"%f{i}", f32) for i in range(4)]
    r = [Register(f"%r{i}", b32) for i in range(4)]
    name = "mma.sync.aligned.m16n8k8.row.col.f32.f16.f16.f32"
    d, c = Vector((f[0], Sink(), f[2], f[3])), Vector((f[0], f[1], Immediate.f32(0.0), f[3]))
    assert isinstance(select(name, (d, Vector(tuple(r[:2])), Vector((r[2],)), c)), Form)
    wrong = select(name, (d, Vector((r[0], Sink())), Vector((r[2],)), c))
    assert isinstance(wrong, Mismatch)
    assert wrong.id == "PTX003"


def test_samplers_belong_to_their_form() -> None:
    d = Vector(tuple(Register(f"%f{i}", f32) for i in range(4)))
    texture, sampler = Register("%rd0", u64), Register("%rd1", u64)
    place = Vector((Register("%f4", f32),))
    for s in (None, sampler):
        assert isinstance(select("tex.1d.v4.f32.f32", (d, TensorAddress(texture, place, s))), Form)
    assert isinstance(
        select("suld.b.1d.b32.trap", (d.elements[0], TensorAddress(texture, place, sampler))), Mismatch
    )
    assert isinstance(select("tex.1d.v4.f32.f32", (d, Address(texture))), Mismatch)
    assert isinstance(select("tex.1d.v4.f32.f32", (d, TensorAddress(Register("%p", pred), place))), Mismatch)
    assert str(TensorAddress(texture, place, sampler, 8)) == "[%rd0+8, %rd1, {%f4}]"


def test_names_of_every_row_resolve() -> None:
    """Counts that follow from shapes exist for every shape: forms of many names are made without an error."""
    random = Random(11)
    for rows in ROWS.values():
        for row in rows:
            for name in sample_names(row, 60, random):
                for form in forms(name):
                    assert all(o.count <= 256 for o in form.operands)


def test_every_row_is_parsed_and_printed() -> None:
    """Instructions of every row, all in one module: each comes back as the text that it was."""
    lines = legal_lines(12, seed=12)
    text, _ = kernel([line for _, line in lines], "sm_100a")
    module = parse(text)
    found = [i for block in module.functions[0].blocks for i in block.instructions][:-1]
    assert [str(i) for i in found] == [f"{line};" if line.operands else f"{line.name};" for _, line in lines]
    assert [i.form.row for i in found] == [form.row for form, _ in lines]
    assert parse(module.to_ptx()) == module


@pytest.mark.parametrize(("line", "legal"), SIGNED_LINES)
def test_signs_of_sources(line: str, legal: bool) -> None:
    """Of a product and what is added to it one may be negated, and only vmad takes signs."""
    text, _ = kernel([line], "sm_90")
    if not legal:
        with pytest.raises(ParseError, match="negated"):
            parse(text)
        return
    module = parse(text)
    assert f"{line.replace('- ', '-')};" in module.to_ptx()
    assert parse(module.to_ptx()) == module


def test_a_sign_in_the_builder() -> None:
    k = KernelBuilder("signs", target="sm_80")
    y = k.pointer("y", s32)
    a, b = y[0], y[1]
    y[2] = k.op("vmad.s32.s32.s32", Negative(a.register), Negative(Part(b.register, "b1")), 7)
    text = k.build().to_ptx()
    assert "vmad.s32.s32.s32 %s2, -%s0, -%s1.b1, 7;" in text
    with pytest.raises(BuildError) as refused:
        k.op("add.s32", Negative(a.register), b)
    assert refused.value.id == "PTX003"


def test_a_shape_gives_types_but_no_directions() -> None:
    """Loads and stores of tensor memory resolve the type of `r` alike; only loads write it."""
    loads, stores = (f"tcgen05.{kind}.sync.aligned.32x32b.x2.b32" for kind in ("ld", "st"))
    assert [slot.writes for slot in forms(loads)[0].operands] == [True, False]
    assert [slot.writes for slot in forms(stores)[0].operands] == [False, False]
    for row in (row for rows in ROWS.values() for row in rows if row.resolve is not None):
        written = {name.lstrip("=*") for name in row.types if name[0] in "=*"} | {"d"}
        for form in (f for name in sample_names(row, 20, Random(1)) for f in forms(name) if f.row is row):
            assert all(slot.name in written for slot in form.operands if slot.writes), row.line
