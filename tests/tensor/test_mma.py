"""`mma.sync` of every shape and type against NumPy's matrix product, with the manual's own fragment formulas."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from ptxgen.driver import Device
from tests.tensor.fragments import (
    BITS,
    LEFT,
    RIGHT,
    SUMS,
    WARPS,
    by_lane,
    collected,
    decoded,
    encoded,
    multiply,
    registers,
    spread,
)

Array = np.ndarray[Any, Any]

F8 = ("e4m3", "e5m2")
CASES = [
    *((s, t, c, "f16", "f16") for s in ("m16n8k8", "m16n8k16") for t, c in (("f16", "f16"), ("f32", "f32"))),
    *((s, "f32", "f32", "bf16", "bf16") for s in ("m16n8k8", "m16n8k16")),
    *((s, "f32", "f32", "tf32", "tf32") for s in ("m16n8k4", "m16n8k8")),
    *((s, d, d, a, b) for s in ("m16n8k16", "m16n8k32") for d in ("f16", "f32") for a in F8 for b in F8),
    *((s, "f64", "f64", "f64", "f64") for s in ("m8n8k4", "m16n8k4", "m16n8k8", "m16n8k16")),
    *(
        (s, "s32", "s32", a, b)
        for s in ("m8n8k16", "m16n8k16", "m16n8k32")
        for a in ("s8", "u8")
        for b in ("s8", "u8")
    ),
    *(
        (s, "s32", "s32", a, b)
        for s in ("m8n8k32", "m16n8k32", "m16n8k64")
        for a in ("s4", "u4")
        for b in ("s4", "u4")
    ),
    *((s, "s32", "s32", "b1", "b1") for s in ("m8n8k128", "m16n8k128", "m16n8k256")),
]
"""Shape and the types of d, c, a, b."""
MIXED = "mma.sync.aligned.m16n8k32.row.col.kind::f8f6f4.{d}.{a}.{b}.{d}"
RANGES = {"u8": (0, 256), "s8": (-128, 128), "u4": (0, 16), "s4": (-8, 8), "b1": (0, 2)}
ROUNDED = {"f16": 2.0**-10, "f32": 2.0**-23, "f64": 2.0**-52}


def instruction_of(shape: str, d: str, c: str, a: str, b: str) -> str:
    """The full name for a case."""
    return f"mma.sync.aligned.{shape}.row.col.{d}.{a}.{b}.{c}" + (".and.popc" if a == "b1" else "")


def sizes(shape: str) -> tuple[int, int, int]:
    m, n, k = map(int, re.findall(r"\d+", shape))
    return m, n, k


def product(
    device: Device,
    name: str,
    shape: str,
    types: dict[str, str],
    values: dict[str, Array],
    target: str = "sm_90",
) -> Array:
    """D, as float64, of matrices `[warps, ...]` of numbers that their types can hold."""
    m, n, k = sizes(shape)
    places = {
        "a": by_lane(LEFT[BITS[types["a"]], shape]),
        "b": by_lane(RIGHT[BITS[types["b"]], k]),
        "c": by_lane(SUMS[m]),
    }
    sources = {
        name: registers(spread(encoded(values[name], types[name]), place), types[name])
        for name, place in places.items()
    }
    bits = BITS[types["d"]]
    raw = multiply(device, name, types, sources, m * n // 32 * bits // max(bits, 32), target)
    elements = raw.view(f"u{bits // 8}")
    return decoded(collected(elements, m, n, places["c"]), types["d"])


def integers(shape: str, types: dict[str, str], seed: int) -> dict[str, Array]:
    """Matrices of small integers: all sums are exact in every type of D."""
    m, n, k = sizes(shape)
    rng = np.random.default_rng(seed)
    low, high = RANGES.get(types["a"], (-4, 5))
    right_low, right_high = RANGES.get(types["b"], (-4, 5))
    return {
        "a": rng.integers(low, high, (WARPS, m, k)).astype(np.float64),
        "b": rng.integers(right_low, right_high, (WARPS, k, n)).astype(np.float64),
        "c": rng.integers(-99, 100, (WARPS, m, n)).astype(np.float64),
    }


@pytest.mark.parametrize(("shape", "d", "c", "a", "b"), CASES)
def test_integers_are_exact(device: Device, shape: str, d: str, c: str, a: str, b: str) -> None:
    types = {"a": a, "b": b, "c": c, "d": d}
    values = integers(shape, types, 1)
    name = instruction_of(shape, d, c, a, b)
    wanted = np.matmul(values["a"], values["b"]) + values["c"]
    assert np.array_equal(product(device, name, shape, types, values), wanted)


@pytest.mark.parametrize("d", ["f16", "f32"])
@pytest.mark.parametrize(("a", "b"), [(a, b) for a in F8 for b in F8])
def test_bytes_of_the_mixed_kind(device: Device, d: str, a: str, b: str) -> None:
    """`kind::f8f6f4` with operands of 8 bits has the fragments of the plain form."""
    if device.kind == "cuda" and device.properties.compute_capability < (12, 0):
        pytest.skip("needs a GPU of compute capability 12.0 or later")
    types = {"a": a, "b": b, "c": d, "d": d}
    values = integers("m16n8k32", types, 9)
    wanted = np.matmul(values["a"], values["b"]) + values["c"]
    got = product(device, MIXED.format(d=d, a=a, b=b), "m16n8k32", types, values, "sm_120a")
    assert np.array_equal(got, wanted)


@pytest.mark.parametrize("shape", ["m8n8k128", "m16n8k256"])
def test_differing_bits(device: Device, shape: str) -> None:
    types = {"a": "b1", "b": "b1", "c": "s32", "d": "s32"}
    values = integers(shape, types, 2)
    name = f"mma.sync.aligned.{shape}.row.col.s32.b1.b1.s32.xor.popc"
    differ = values["a"][:, :, :, None] != values["b"][:, None, :, :]
    wanted = differ.sum(axis=2) + values["c"]
    assert np.array_equal(product(device, name, shape, types, values), wanted)


@pytest.mark.parametrize(("saturates", "wanted"), [(True, 2**31 - 1), (False, -(2**31) + 32 * 4 - 1)])
def test_integer_overflow(device: Device, saturates: bool, wanted: int) -> None:
    types = {"a": "s8", "b": "s8", "c": "s32", "d": "s32"}
    values = {
        "a": np.full((WARPS, 16, 32), 2.0),
        "b": np.full((WARPS, 32, 8), 2.0),
        "c": np.full((WARPS, 16, 8), 2.0**31 - 1),
    }
    name = f"mma.sync.aligned.m16n8k32.row.col{'.satfinite' * saturates}.s32.s8.s8.s32"
    assert (product(device, name, "m16n8k32", types, values) == wanted).all()


@pytest.mark.parametrize(
    ("shape", "d", "c", "a", "b"), [c for c in CASES if c[3] in ("f16", "bf16", "tf32", "f64")]
)
def test_random_numbers_within_the_bound(device: Device, shape: str, d: str, c: str, a: str, b: str) -> None:
    """Sums may be taken in any order and with truncation, in f32 (f64 for f64), and rounded to D at last."""
    m, n, k = sizes(shape)
    rng = np.random.default_rng(3)
    types = {"a": a, "b": b, "c": c, "d": d}
    values = {
        "a": held(rng.normal(size=(WARPS, m, k)), a),
        "b": held(rng.normal(size=(WARPS, k, n)), b),
        "c": held(rng.normal(size=(WARPS, m, n)), c),
    }
    name = instruction_of(shape, d, c, a, b)
    exact = np.matmul(values["a"].astype(np.longdouble), values["b"]) + values["c"]
    size = np.matmul(np.abs(values["a"]), np.abs(values["b"])) + np.abs(values["c"])
    inner = ROUNDED["f64" if a == "f64" else "f32"]
    bound = (k + 1) * inner * size + (ROUNDED["f16"] / 2 * np.abs(exact) if d == "f16" else 0)
    got = product(device, name, shape, types, values)
    assert (np.abs(got - exact) <= bound).all()


def held(values: Array, type: str) -> Array:
    """Numbers cut down to what the type can hold."""
    match type:
        case "f64":
            return values
        case "f16":
            return values.astype(np.float16).astype(np.float64)
        case "f32":
            return values.astype(np.float32).astype(np.float64)
        case _:
            keep = 16 if type == "bf16" else 13
            bits = values.astype(np.float32).view(np.uint32) >> keep << keep
            return bits.astype(np.uint32).view(np.float32).astype(np.float64)


def test_some_warps_of_a_cta(device: Device) -> None:
    """Every second warp goes round the instruction: the others are no longer neighbours."""
    types = {"a": "f16", "b": "f16", "c": "f32", "d": "f32"}
    values = integers("m16n8k16", types, 6)
    start = "shr.u32 %x0, %x0, 5;\n.reg .pred %odd;\nsetp.eq.u32 %odd, %x0, 1;\n"
    start += "".join(f"mov.f32 %d{i}, 0f00000000;\n" for i in range(4))
    name = f"{start}@%odd mma.sync.aligned.m16n8k16.row.col.f32.f16.f16.f32"
    wanted = np.matmul(values["a"], values["b"]) + values["c"]
    wanted[::2] = 0
    assert np.array_equal(product(device, name, "m16n8k16", types, values), wanted)


@pytest.mark.parametrize("special", [np.inf, np.nan])
@pytest.mark.parametrize("d", ["f16", "f32"])
def test_infinities_and_nan(device: Device, special: float, d: str) -> None:
    types = {"a": "f16", "b": "f16", "c": d, "d": d}
    values = integers("m16n8k16", types, 4)
    values["b"][:] = 1
    values["a"][0, 3, 5] = special
    got = product(device, f"mma.sync.aligned.m16n8k16.row.col.{d}.f16.f16.{d}", "m16n8k16", types, values)
    wanted = np.matmul(values["a"], values["b"]) + values["c"]
    assert np.array_equal(got, wanted, equal_nan=True)


# The four small products of m8n8k4 (section 9.7.14.5.1)

QUAD_LEFT = {
    "row": lambda lane, i: (lane % 4 + (0 if lane < 16 else 4), i),
    "col": lambda lane, i: (i + (0 if lane < 16 else 4), lane % 4),
}
QUAD_RIGHT = {
    "row": lambda lane, i: (lane % 4, i + (0 if lane < 16 else 4)),
    "col": lambda lane, i: (i, lane % 4 + (0 if lane < 16 else 4)),
}
QUAD_SUMS = {
    "f16": lambda lane, i: (lane % 4 + (0 if lane < 16 else 4), i),
    "f32": lambda lane, i: ((lane & 1) + (i & 2) + (0 if lane < 16 else 4), (i & 4) + (lane & 2) + (i & 1)),
}


@pytest.mark.parametrize(("d", "c"), [("f16", "f16"), ("f32", "f16"), ("f32", "f32")])
@pytest.mark.parametrize("a", ["row", "col"])
@pytest.mark.parametrize("b", ["row", "col"])
def test_four_products_at_once(device: Device, a: str, b: str, c: str, d: str) -> None:
    types = {"a": "f16", "b": "f16", "c": c, "d": d}
    rng = np.random.default_rng(5)
    values = {
        "a": rng.integers(-4, 5, (WARPS, 4, 8, 4)).astype(np.float64),
        "b": rng.integers(-4, 5, (WARPS, 4, 4, 8)).astype(np.float64),
        "c": rng.integers(-99, 100, (WARPS, 4, 8, 8)).astype(np.float64),
    }
    formulas = {"a": QUAD_LEFT[a], "b": QUAD_RIGHT[b], "c": QUAD_SUMS[c]}
    sources = {}
    for name, formula in formulas.items():
        raw = encoded(values[name], types[name])
        count = 4 if name in "ab" else 8
        elements = np.empty((WARPS, 32, count), raw.dtype)
        for lane in range(32):
            for i in range(count):
                elements[:, lane, i] = raw[:, lane // 4 % 4, *formula(lane, i)]
        sources[name] = registers(elements, types[name])
    instruction = f"mma.sync.aligned.m8n8k4.{a}.{b}.{d}.f16.f16.{c}"
    raw = multiply(device, instruction, types, sources, 4 if d == "f16" else 8)
    found = np.zeros((WARPS, 4, 8, 8))
    elements = decoded(raw.view(f"u{BITS[d] // 8}"), d)
    for lane in range(32):
        for i in range(8):
            found[:, lane // 4 % 4, *QUAD_SUMS[d](lane, i)] = elements[:, lane, i]
    assert np.array_equal(found, np.matmul(values["a"], values["b"]) + values["c"])
