"""Fragments as sections 9.7.14.5.1 to .12 of the manual define them, lane by lane, and kernels that multiply them.

The formulas are the manual's own, one for each shape, and owe nothing to the emulator's tables.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.driver import Device, LaunchConfig

Array = np.ndarray[Any, Any]
Place = tuple[int, int]
Formula = Callable[[int, int, int], Place]
"""`(groupID, threadID_in_group, i)` to (row, column) of element i."""

WARPS = 4
BITS = {
    "f64": 64, "f32": 32, "s32": 32, "tf32": 32, "f16": 16, "bf16": 16,
    "e4m3": 8, "e5m2": 8, "s8": 8, "u8": 8, "s4": 4, "u4": 4, "b1": 1,
}  # fmt: skip

# For A: element size in bits and shape.
LEFT: dict[tuple[int, str], Formula] = {
    (64, "m8n8k4"): lambda g, t, i: (g, t),
    (64, "m16n8k4"): lambda g, t, i: (g if i == 0 else g + 8, t),
    (64, "m16n8k8"): lambda g, t, i: (g if i in (0, 2) else g + 8, t if i in (0, 1) else t + 4),
    (64, "m16n8k16"): lambda g, t, i: (g, i * 2 + t) if i % 2 == 0 else (g + 8, i * 2 - 2 + t),
    (32, "m16n8k4"): lambda g, t, i: (g if i == 0 else g + 8, t),
    (32, "m16n8k8"): lambda g, t, i: (g if i in (0, 2) else g + 8, t if i in (0, 1) else t + 4),
    (16, "m16n8k8"): lambda g, t, i: (g if i < 2 else g + 8, t * 2 + (i & 1)),
    (16, "m16n8k16"): lambda g, t, i: (
        g if 0 <= i < 2 or 4 <= i < 6 else g + 8,
        t * 2 + (i & 1) + (0 if i < 4 else 8),
    ),
    (8, "m8n8k16"): lambda g, t, i: (g, t * 4 + i),
    (8, "m16n8k16"): lambda g, t, i: (g if i < 4 else g + 8, t * 4 + (i & 3)),
    (8, "m16n8k32"): lambda g, t, i: (
        g if 0 <= i < 4 or 8 <= i < 12 else g + 8,
        t * 4 + (i & 3) + (0 if i < 8 else 16),
    ),
    (4, "m8n8k32"): lambda g, t, i: (g, t * 8 + i),
    (4, "m16n8k32"): lambda g, t, i: (g if i < 8 else g + 8, t * 8 + (i & 7)),
    (4, "m16n8k64"): lambda g, t, i: (
        g if 0 <= i < 8 or 16 <= i < 24 else g + 8,
        t * 8 + (i & 7) + (0 if i < 16 else 32),
    ),
    (1, "m8n8k128"): lambda g, t, i: (g, t * 32 + i),
    (1, "m16n8k128"): lambda g, t, i: (g if i < 32 else g + 8, t * 32 + (i & 31)),
    (1, "m16n8k256"): lambda g, t, i: (
        g if 0 <= i < 32 or 64 <= i < 96 else g + 8,
        t * 32 + (i & 31) + (0 if i < 64 else 128),
    ),
}
RIGHT: dict[tuple[int, int], Formula] = {
    (64, 4): lambda g, t, i: (t, g),
    (64, 8): lambda g, t, i: (t + i * 4, g),
    (64, 16): lambda g, t, i: (t + i * 4, g),
    (32, 4): lambda g, t, i: (t, g),
    (32, 8): lambda g, t, i: (t if i == 0 else t + 4, g),
    (16, 8): lambda g, t, i: (t * 2 + i, g),
    (16, 16): lambda g, t, i: (t * 2 + (i & 1) + (0 if i < 2 else 8), g),
    (8, 16): lambda g, t, i: (t * 4 + i, g),
    (8, 32): lambda g, t, i: (t * 4 + (i & 3) + (0 if i < 4 else 16), g),
    (4, 32): lambda g, t, i: (t * 8 + i, g),
    (4, 64): lambda g, t, i: (t * 8 + (i & 7) + (0 if i < 8 else 32), g),
    (1, 128): lambda g, t, i: (t * 32 + i, g),
    (1, 256): lambda g, t, i: (t * 32 + (i & 31) + (0 if i < 32 else 128), g),
}
SUMS: dict[int, Formula] = {
    8: lambda g, t, i: (g, t * 2 + (i & 1)),
    16: lambda g, t, i: (g if i < 2 else g + 8, t * 2 + (i & 1)),
}


def by_lane(formula: Formula) -> Callable[[int, int], Place]:
    return lambda lane, i: formula(lane >> 2, lane % 4, i)


def spread(matrices: Array, place: Callable[[int, int], Place]) -> Array:
    """`[warps, rows, columns]` as each lane's elements, `[warps, 32, elements]`."""
    count = matrices.shape[1] * matrices.shape[2] // 32
    found = np.empty((len(matrices), 32, count), matrices.dtype)
    for lane in range(32):
        for i in range(count):
            row, column = place(lane, i)
            found[:, lane, i] = matrices[:, row, column]
    return found


def collected(fragments: Array, rows: int, columns: int, place: Callable[[int, int], Place]) -> Array:
    """The reverse."""
    found = np.zeros((len(fragments), rows, columns), fragments.dtype)
    for lane in range(32):
        for i in range(fragments.shape[2]):
            row, column = place(lane, i)
            found[:, row, column] = fragments[:, lane, i]
    return found


def encoded(values: Array, type: str) -> Array:
    """Numbers that the type can hold, as raw elements (`b1` and 4 bits: one a byte)."""
    match type:
        case "f16":
            return values.astype(np.float16).view(np.uint16)
        case "bf16":
            return (values.astype(np.float32).view(np.uint32) >> 16).astype(np.uint16)
        case "tf32" | "f32":
            return values.astype(np.float32).view(np.uint32)
        case "f64":
            return values.astype(np.float64).view(np.uint64)
        case "e5m2":
            return (values.astype(np.float16).view(np.uint16) >> 8).astype(np.uint8)
        case "e4m3":
            code = np.array([0, 0x38, 0x40, 0x44, 0x48], np.uint8)
            return code[np.abs(values).astype(int)] | np.where(values < 0, 0x80, 0).astype(np.uint8)
        case "s32":
            return values.astype(np.int64).astype(np.uint32)
        case "s4" | "u4":
            return (values.astype(np.int64) & 15).astype(np.uint8)
        case _:
            return (values.astype(np.int64) & 255).astype(np.uint8)


def decoded(raw: Array, type: str) -> Array:
    """Raw elements of an accumulator as float64."""
    return raw.view({"f16": "f2", "f32": "f4", "f64": "f8", "s32": "i4"}[type]).astype(np.float64)


def registers(elements: Array, type: str) -> Array:
    """The last axis packed into registers, the first element in the lowest bits."""
    bits = BITS[type]
    if bits >= 8:
        return np.ascontiguousarray(elements).view("u8" if bits == 64 else "u4")
    per = 8 // bits
    grouped = elements.reshape(*elements.shape[:-1], -1, per).astype(np.uint8)
    packed = sum(grouped[..., i] << (i * bits) for i in range(per))
    return np.ascontiguousarray(packed, np.uint8).view("u4")


_REGISTER = {"f32": "f32", "f64": "f64", "s32": "s32"}


def kernel(instruction: str, types: dict[str, str], counts: dict[str, int], target: str = "sm_90") -> str:
    """An entry whose threads load a, b and c, execute the instruction and store d; pointers are a, b, c, d."""
    kind = {name: _REGISTER.get(type, "b32") for name, type in types.items()}
    size = {name: 8 if kind[name] == "f64" else 4 for name in types}
    lines = [
        f".version 9.0\n.target {target}\n.address_size 64",
        ".visible .entry k(.param .u64 a, .param .u64 b, .param .u64 c, .param .u64 d)\n{",
        ".reg .b32 %x<4>;\n.reg .b64 %p<9>;",
        "mov.u32 %x0, %tid.x;\nmov.u32 %x1, %ctaid.x;\nmov.u32 %x2, %ntid.x;",
        "mad.lo.u32 %x3, %x1, %x2, %x0;",
    ]
    vector = {n: ", ".join(f"%{n}{i}" for i in range(counts[n])) for n in types}
    for number, name in enumerate("abcd"):
        lines += [
            f".reg .{kind[name]} %{name}<{counts[name]}>;",
            f"ld.param.u64 %p{number}, [{name}];",
            f"mad.wide.u32 %p{number}, %x3, {size[name] * counts[name]}, %p{number};",
        ]
    for number, name in enumerate("abc"):
        for i in range(counts[name]):
            lines.append(f"ld.global.{kind[name]} %{name}{i}, [%p{number}+{size[name] * i}];")
    lines.append(f"{instruction} {{{vector['d']}}}, {{{vector['a']}}}, {{{vector['b']}}}, {{{vector['c']}}};")
    for i in range(counts["d"]):
        lines.append(f"st.global.{kind['d']} [%p3+{size['d'] * i}], %d{i};")
    return "\n".join([*lines, "ret;\n}\n"])


def multiply(
    device: Device,
    instruction: str,
    types: dict[str, str],
    sources: dict[str, Array],
    count: int,
    target: str = "sm_90",
) -> Array:
    """Run an instruction on registers `[warps, 32, count]`; returns those of d, two warps a CTA."""
    counts = {name: array.shape[2] for name, array in sources.items()} | {"d": count}
    module = device.load_module(kernel(instruction, types, counts, target))
    warps = len(sources["a"])
    d = np.zeros((warps, 32, count), "u8" if types["d"] == "f64" else "u4")
    arrays = [device.to_device(np.ascontiguousarray(x)) for x in (*(sources[n] for n in "abc"), d)]
    module.get_kernel("k").launch(LaunchConfig(warps // 2, 64), arrays)
    return arrays[3].to_host()
