"""Operands of more than one register, built from values: fragments, coordinates, accumulators, sinks."""

from __future__ import annotations

import pytest

from ptxgen.errors import BuildError
from ptxgen.ir import KernelBuilder
from ptxgen.ir.operands import Address, Part
from ptxgen.isa.types import b32, b64, f32, pred, u16, u32, u64
from tests.builder.support import assemble, body, kernel


def test_copies_and_barriers(k: KernelBuilder) -> None:
    tile, bar = k.shared("tile", f32, 64), k.shared("bar", u64)
    source, state = k.param("x", u64), k.param("s", b64)
    k.op("mbarrier.init.shared.b64", bar, 1)
    k.op("cp.async.cg.shared.global", tile, source, 16)
    k.op("cp.async.ca.shared.global.L2::cache_hint", tile, source, 4, 2, state)
    arrived = k.op("mbarrier.arrive.expect_tx.shared.b64", bar, 256)
    k.op("mbarrier.arrive.release.cluster.shared::cluster.b64", bar)
    done = k.op("mbarrier.try_wait.shared.b64", bar, arrived)
    assert done.type is pred
    lines = body(k, 2)
    assert [line.split()[0] for line in lines] == [
        "mbarrier.init.shared.b64", "cp.async.cg.shared.global", "cp.async.ca.shared.global.L2::cache_hint",
        "mbarrier.arrive.expect_tx.shared.b64", "mbarrier.arrive.release.cluster.shared::cluster.b64",
        "mbarrier.try_wait.shared.b64",
    ]  # fmt: skip
    assert lines[2].endswith("[%rd0], 4, 2, %bd0;")
    assert " _, [" in lines[4]


def test_coordinates_are_a_tuple(k: KernelBuilder) -> None:
    tile, bar, map = k.shared("tile", f32, 64), k.shared("bar", u64), k.param("map", u64)
    x = k.param("i", u32)
    k.op(
        "cp.async.bulk.tensor.2d.shared::cta.global.mbarrier::complete_tx::bytes",
        tile,
        (map, (k.bitcast(b32, x), 3)),
        bar,
    )
    assert "[%rd0, {%" in body(k)[-1]
    assert body(k)[-1].split("{")[1].split("}")[0].endswith(", 3")
    with pytest.raises(BuildError, match="address with coordinates"):
        k.op("cp.async.bulk.prefetch.tensor.2d.L2.global", map)
    with pytest.raises(BuildError, match="vector of 2"):
        k.op("cp.async.bulk.prefetch.tensor.2d.L2.global", (map, (1,)))


def test_fragments_are_tuples(k: KernelBuilder) -> None:
    words = [k.mov(b32, i) for i in range(6)]
    zero = [k.mov(f32, 0.0) for _ in range(4)]
    d = k.op(
        "mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", tuple(words[:4]), tuple(words[4:]), tuple(zero)
    )
    assert [value.type for value in d] == [f32] * 4
    (word,) = k.op("ldmatrix.sync.aligned.m8n8.x1.shared.b16", k.shared("m", u16, 64))
    assert word.type is b32
    with pytest.raises(BuildError, match="4 x"):
        k.op("mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32", (words[0],), tuple(words[4:]), tuple(zero))


def test_accumulators_are_given(ptxas: str) -> None:
    k = kernel("sm_90a")
    sums = [k.var(f32, 0.0) for _ in range(4)]
    a, b = k.mov(b64, 1), k.mov(b64, 2)
    k.op("wgmma.fence.sync.aligned")
    k.op(
        "wgmma.mma_async.sync.aligned.m64n8k16.f32.f16.f16", tuple(sums), a, b, k.mov(u32, 1) == 1, 1, 1, 0, 0
    )
    k.op("wgmma.commit_group.sync.aligned")
    k.op("wgmma.wait_group.sync.aligned", 0)
    out = k.param("y", u64)
    for index, value in enumerate(sums):
        k.emit("st.global.f32", Address(out.register, 4 * index), value)
    assert not assemble(ptxas, k.build())


def test_listed_constants(k: KernelBuilder) -> None:
    with pytest.raises(BuildError, match="one of 4, 8, 16") as caught:
        k.op("cp.async.ca.shared.global", k.shared("tile", f32, 4), k.param("x", u64), 5)
    assert caught.value.id == "PTX020"


def test_parts_of_registers(k: KernelBuilder) -> None:
    a, b = k.param("a", u32), k.param("b", u32)
    half = k.op("vadd.u32.u32.u32", Part(a.register, "h1"), b)
    k.emit("vadd.u32.u32.u32", Part(half.register, "b0"), a, b, b)
    assert body(k, 2) == ["vadd.u32.u32.u32 %r2, %r0.h1, %r1;", "vadd.u32.u32.u32 %r2.b0, %r0, %r1, %r1;"]
    with pytest.raises(BuildError, match="writes a part of a register"):
        k.op("vadd.u32.u32.u32", a, b, b)
