"""How many registers of a thread hold its part of a matrix (PTX ISA 9.0, sections 9.7.14.4 to 9.7.14.6)."""

from __future__ import annotations

import re
from functools import cache

_BITS = {
    "f64": 64,
    "f32": 32, "s32": 32, "tf32": 32,
    "f16": 16, "bf16": 16,
    "s8": 8, "u8": 8, "e4m3": 8, "e5m2": 8, "e3m2": 8, "e2m3": 8, "e2m1": 8,
    "s4": 4, "u4": 4,
    "b1": 1,
}  # fmt: skip
_REGISTERS = {"f64": "f64", "f32": "f32", "s32": "s32", "f16": "f16x2", "bf16": "bf16x2"}


@cache
def shape(name: str) -> tuple[int, int, int]:
    """`m16n8k8` -> (16, 8, 8)."""
    m, n, k = map(int, re.findall(r"\d+", name))
    return m, n, k


def fragment(type: str, elements: int, threads: int = 32, bits: int = 0) -> str:
    """The type expression of one thread's part of a matrix of so many elements: `f16x2[4]`.

    Elements narrower than a register are packed; `bits` is given where they take another size than the type's own.
    """
    held = _REGISTERS.get(type, "b32")
    size = 64 if held == "f64" else 32
    return f"{held}[{elements * (bits or _BITS[type]) // (threads * size)}]"
