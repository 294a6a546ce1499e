"""`wmma` through memory: load, multiply, store, in every shape, type and layout, against NumPy's matrix product.

Which lane holds what is not defined, so nothing looks at the registers between.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device, LaunchConfig
from ptxgen.emulator import EmulatorError
from tests.emulator.launching import execute, kernel, line_of
from tests.tensor.fragments import (
    BITS,
    LEFT,
    RIGHT,
    SUMS,
    WARPS,
    by_lane,
    decoded,
    encoded,
    registers,
    spread,
)
from tests.tensor.test_mma import RANGES, ROUNDED, held, sizes

Array = np.ndarray[Any, Any]

LARGE = ("m16n16k16", "m8n32k16", "m32n8k16")
LAYOUTS = [(a, b) for a in ("row", "col") for b in ("row", "col")]
CASES = [
    *((s, d, c, "f16") for s in LARGE for d in ("f16", "f32") for c in ("f16", "f32")),
    *((s, "f32", "f32", "bf16") for s in LARGE),
    *((s, "s32", "s32", t) for s in LARGE for t in ("s8", "u8")),
    ("m16n16k8", "f32", "f32", "tf32"),
    ("m8n8k4", "f64", "f64", "f64"),
]
NARROW = [("m8n8k32", "s32", "s32", "s4"), ("m8n8k32", "s32", "s32", "u4"), ("m8n8k128", "s32", "s32", "b1")]
_PADDING = 16
"""Bytes between the rows of a matrix beyond what it needs, where a test says so."""


def count(type: str, elements: int) -> int:
    """Registers of a lane."""
    return 8 if type == "f16" else sum_registers(type, elements)


def wide(type: str) -> str:
    return {"f64": "f64", "f32": "f32", "s32": "s32"}.get(type, "b32")


def source(
    shape: str, d: str, c: str, factor: str, layouts: tuple[str, str, str], *, stride: bool, space: str
) -> str:
    """An entry for one warp a CTA: a, b and c are `pitch` apart in memory, or dense without a stride."""
    m, n, k = sizes(shape)
    a_layout, b_layout, d_layout = layouts
    counts = {
        "a": count(factor, m * k),
        "b": count(factor, k * n),
        "c": sum_registers(c, m * n),
        "d": sum_registers(d, m * n),
    }
    types = {"a": factor, "b": factor, "c": c, "d": d}
    extents = extents_of(shape, layouts)
    vector = {x: "{" + ", ".join(f"%{x}{i}" for i in range(counts[x])) + "}" for x in "abcd"}
    lines = [
        ".version 9.0\n.target sm_90\n.address_size 64",
        ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d)\n{",
        ".reg .b32 %x<4>; .reg .b64 %p<4>; mov.u32 %x0, %ctaid.x; mov.u32 %x1, %tid.x;",
        ".shared .align 128 .b8 tile[4096];",
    ]
    lengths = {}
    for number, x in enumerate("abcd"):
        vectors, length = extents[x]
        pitch = length * BITS[types[x]] // 8 + (_PADDING if stride else 0)
        lengths[x] = f", {pitch * 8 // BITS[types[x]]}" if stride else ""
        lines += [
            f".reg .{wide(types[x])} %{x}<{counts[x]}>;",
            f"ld.param.u64 %p{number}, [{x}]; mad.wide.u32 %p{number}, %x0, {vectors * pitch}, %p{number};",
        ]
        if not number and space == "shared":
            lines.append(_copy_to_tile(vectors * pitch))
    base = {"a": "%x2" if space == "shared" else "%p0", "b": "%p1", "c": "%p2", "d": "%p3"}
    where = {"shared": ".shared", "generic": "", "global": ".global"}[space]
    for x, layout, at in (("a", a_layout, where), ("b", b_layout, ".global"), ("c", d_layout, "")):
        lines.append(
            f"wmma.load.{x}.sync.aligned.{layout}.{shape}{at}.{types[x]} {vector[x]}, [{base[x]}]{lengths[x]};"
        )
    kinds = f"{d}.{c}" if factor == "f16" else f"{d}.{factor}.{factor}.{c}"
    bits = ".and.popc" if factor == "b1" else ""
    operands = ", ".join(vector[x] for x in "dabc")
    lines += [
        f"wmma.mma{bits}.sync.aligned.{a_layout}.{b_layout}.{shape}.{kinds} {operands};",
        f"wmma.store.d.sync.aligned.{d_layout}.{shape}.global.{d} [%p3], {vector['d']}{lengths['d']};",
        "ret;\n}\n",
    ]
    return "\n".join(lines)


def sum_registers(type: str, elements: int) -> int:
    return elements * BITS[type] // 32 // max(BITS[type], 32)


def _copy_to_tile(nbytes: int) -> str:
    return f"""
        .reg .b64 %q; .reg .pred %more; .reg .b32 %y<3>;
        mov.u32 %x2, tile; shl.b32 %y0, %x1, 2;
        COPY: setp.lt.u32 %more, %y0, {nbytes}; @!%more bra DONE;
        cvt.u64.u32 %q, %y0; add.u64 %q, %q, %p0; ld.global.b32 %y1, [%q];
        add.u32 %y2, %x2, %y0; st.shared.b32 [%y2], %y1; add.u32 %y0, %y0, 128; bra COPY;
        DONE: bar.sync 0;"""


def extents_of(shape: str, layouts: tuple[str, str, str]) -> dict[str, tuple[int, int]]:
    """How many vectors (rows, or columns) each matrix has in memory, and of how many elements."""
    m, n, k = sizes(shape)
    plain = {"a": (m, k), "b": (k, n), "c": (m, n), "d": (m, n)}
    order = dict(zip("abc", layouts, strict=True)) | {"d": layouts[2]}
    return {x: (r, c) if order[x] == "row" else (c, r) for x, (r, c) in plain.items()}


def in_memory(values: Array, type: str, layout: str, stride: bool) -> Array:
    """Matrices `[warps, rows, columns]` as bytes `[warps, vectors, pitch]`; padding is all ones."""
    vectors = values if layout == "row" else values.transpose(0, 2, 1)
    raw = registers(encoded(vectors, type), type).view(np.uint8)
    return np.pad(raw, ((0, 0), (0, 0), (0, _PADDING if stride else 0)), constant_values=0xFF)


def product(
    device: Device,
    case: tuple[str, str, str, str],
    layouts: tuple[str, str, str],
    values: dict[str, Array],
    *,
    stride: bool = False,
    space: str = "global",
) -> Array:
    shape, d, c, factor = case
    m, n, _ = sizes(shape)
    types = {"a": factor, "b": factor, "c": c}
    sources = [in_memory(values[x], types[x], y, stride) for x, y in zip("abc", layouts, strict=True)]
    result = in_memory(np.zeros((WARPS, m, n)), d, layouts[2], stride)
    module = device.load_module(source(shape, d, c, factor, layouts, stride=stride, space=space))
    arrays = [device.to_device(np.ascontiguousarray(x)) for x in (*sources, result)]
    module.get_kernel("k").launch(LaunchConfig(WARPS, 32), arrays)
    raw = arrays[3].to_host()
    padding = _PADDING if stride else 0
    assert (raw[:, :, raw.shape[2] - padding :] == 0xFF).all()
    plain = decoded(np.ascontiguousarray(raw[:, :, : raw.shape[2] - padding]), d)
    return plain if layouts[2] == "row" else plain.transpose(0, 2, 1)


def integers(case: tuple[str, str, str, str], seed: int) -> dict[str, Array]:
    m, n, k = sizes(case[0])
    rng = np.random.default_rng(seed)
    low, high = RANGES.get(case[3], (-4, 5))
    return {
        "a": rng.integers(low, high, (WARPS, m, k)).astype(np.float64),
        "b": rng.integers(low, high, (WARPS, k, n)).astype(np.float64),
        "c": rng.integers(-99, 100, (WARPS, m, n)).astype(np.float64),
    }


@pytest.mark.parametrize("stride", [False, True])
@pytest.mark.parametrize(("a", "b"), LAYOUTS)
@pytest.mark.parametrize("case", CASES, ids="-".join)
def test_integers_are_exact(
    device: Device, case: tuple[str, str, str, str], a: str, b: str, stride: bool
) -> None:
    values = integers(case, 1)
    got = product(device, case, (a, b, "col" if b == "row" else "row"), values, stride=stride)
    assert np.array_equal(got, np.matmul(values["a"], values["b"]) + values["c"])


@pytest.mark.parametrize("case", NARROW, ids="-".join)
def test_small_integers(device: Device, case: tuple[str, str, str, str]) -> None:
    values = integers(case, 2)
    got = product(device, case, ("row", "col", "row"), values, stride=True)
    assert np.array_equal(got, np.matmul(values["a"], values["b"]) + values["c"])


@pytest.mark.parametrize("space", ["shared", "generic"])
def test_other_spaces(device: Device, space: str) -> None:
    case = ("m16n16k16", "f32", "f32", "f16")
    values = integers(case, 3)
    got = product(device, case, ("col", "row", "row"), values, stride=True, space=space)
    assert np.array_equal(got, np.matmul(values["a"], values["b"]) + values["c"])


@pytest.mark.parametrize("case", [c for c in CASES if c[1] != "s32" and c[0] != "m8n32k16"], ids="-".join)
def test_random_numbers_within_the_bound(device: Device, case: tuple[str, str, str, str]) -> None:
    """The bound of `mma`: k + 1 roundings or truncations in f32 (f64 for f64), then one to D."""
    shape, d, c, factor = case
    m, n, k = sizes(shape)
    rng = np.random.default_rng(4)
    values = {
        "a": held(rng.normal(size=(WARPS, m, k)), factor),
        "b": held(rng.normal(size=(WARPS, k, n)), factor),
        "c": held(rng.normal(size=(WARPS, m, n)), c),
    }
    exact = np.matmul(values["a"], values["b"]) + values["c"]
    size = np.matmul(np.abs(values["a"]), np.abs(values["b"])) + np.abs(values["c"])
    bound = (k + 1) * ROUNDED["f64" if factor == "f64" else "f32"] * size
    if d == "f16":
        bound += ROUNDED["f16"] / 2 * np.abs(exact)
    assert (np.abs(product(device, case, ("row", "col", "row"), values) - exact) <= bound).all()


@pytest.mark.parametrize(("mode", "wanted"), [("rn", 1.0), ("rz", 1.0), ("rm", 1.0), ("rp", 1.0 + 2.0**-52)])
def test_rounding_of_doubles(mode: str, wanted: float) -> None:
    """1 + 2^-60 in each direction. The emulator alone: its order of additions is a choice."""
    text = source("m8n8k4", "f64", "f64", "f64", ("row", "col", "row"), stride=False, space="global")
    text = text.replace("m8n8k4.f64.f64.f64.f64", f"m8n8k4.{mode}.f64.f64.f64.f64")
    a = np.zeros((8, 4))
    a[:, 3] = 2.0**-60
    out = execute(text, [a, np.ones((4, 8)), np.ones((8, 8)), np.zeros((8, 8))])
    assert (out.array(3, np.float64) == wanted).all()


@pytest.mark.parametrize("matrix", ["a", "b", "c"])
def test_the_fragments_of_halves(device: Device, matrix: str) -> None:
    """What is known of processors since sm_80: the fragments of `mma.m16n8k16`, column tile by column tile; those of A
    and B are there twice.
    """
    rng = np.random.default_rng(8)
    values = rng.integers(0, 1 << 16, (1, 16, 16)).astype(np.uint16)
    halves = [values[:, :, :8], values[:, :, 8:]]
    match matrix:
        case "a":
            wanted = np.concatenate([spread(values, by_lane(LEFT[16, "m16n8k16"]))] * 2, axis=2)
        case "b":
            wanted = np.concatenate([spread(x, by_lane(RIGHT[16, 16])) for x in halves] * 2, axis=2)
        case _:
            wanted = np.concatenate([spread(x, by_lane(SUMS[16])) for x in halves], axis=2)
    count = wanted.shape[2] // 2
    registers = ", ".join(f"%r{i}" for i in range(count))
    text = kernel(
        f""".reg .b32 %r<8>; .reg .b32 %t; .reg .b64 %p<2>;
        ld.param.u64 %p0, [p]; ld.param.u64 %p1, [q]; mov.u32 %t, %tid.x; mad.wide.u32 %p1, %t, {4 * count}, %p1;
        wmma.load.{matrix}.sync.aligned.row.m16n16k16.global.f16 {{{registers}}}, [%p0];
        """
        + "".join(f"st.global.b32 [%p1+{4 * i}], %r{i};" for i in range(count))
        + "ret;",
        params=".param .u64 p, .param .u64 q",
    )
    out = device.to_device(np.zeros_like(wanted))
    device.load_module(text).get_kernel("k").launch(LaunchConfig(1, 32), [device.to_device(values), out])
    assert np.array_equal(out.to_host(), wanted)


LOAD = (
    "wmma.load.a.sync.aligned.row.m16n16k16.global.f16 {%r0, %r1, %r2, %r3, %r4, %r5, %r6, %r7}, [%d0], 16;"
)
BODY = f"""
    .reg .b32 %r<20>; .reg .b64 %d<4>;
    ld.param.u64 %d0, [p]; mov.u32 %r9, %tid.x;
    BEFORE
    {LOAD}
    ret;
"""


@pytest.mark.parametrize(
    ("before", "id"),
    [
        ("add.u64 %d0, %d0, 2;", "EMU002"),
        ("add.u64 %d0, %d0, 32;", "EMU001"),
        ("mad.wide.u32 %d0, %r9, 16, %d0;", "EMU019"),
    ],
)
def test_misuse_names_the_line(before: str, id: str) -> None:
    text = kernel(BODY.replace("BEFORE", before))
    with pytest.raises(EmulatorError) as caught:
        execute(text, [np.zeros((16, 16), np.float16)])
    assert caught.value.id == id
    assert caught.value.line == line_of(text, LOAD)
