"""D = A * B + C on whole matrices, as exactly as float64 allows, and rounded once.

The manual leaves the order and the precision of the sums open. Here products are exact, sums are float64, and the
result is rounded once to the type of D: with integers of moderate size everything is exact, on any hardware. In
general `|error| <= u * |D| + k * 2^-53 * (|A| |B| + |C|)`, where u is half an ulp of D's type; hardware that adds in
float32, with truncation, is within `(k + 1) * 2^-23 * (|A| |B| + |C|)` of it (Hopper keeps fewer bits of the sums of
fp8 products). Matrices of f64 go through fused multiply-adds over ascending k, each rounded as the instruction says.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.emulator.semantics import exact
from ptxgen.emulator.semantics.fma import fma_f64
from ptxgen.emulator.tensor.formats import ELEMENTS, rounded
from ptxgen.emulator.tensor.layouts import Layout
from ptxgen.emulator.tensor.warps import Warps

Array = np.ndarray[Any, Any]


@frozen
class Types:
    """Element types of the four matrices, by the names of `formats`."""

    a: str
    b: str
    c: str
    d: str


@frozen
class Layouts:
    """Layouts of the four matrices. One may hold several matrices of `rows` (of A, C and D) one below the other."""

    a: Layout
    b: Layout
    c: Layout
    d: Layout
    rows: int
    depth: int


@frozen
class Rules:
    """How products are summed: `bits` is `and` or `xor` for single bits, `rounding` matters to f64 alone."""

    saturates: bool = False
    bits: str = ""
    rounding: str = "rn"


def matrix(warps: Warps, name: str, type: str, layout: Layout) -> Array:
    """A source operand's fragments as float64 matrices, `[warps, rows, columns]`."""
    element = ELEMENTS[type]
    return element.decode(layout.matrix(element.unpack(warps.registers(name))))


def give_matrix(warps: Warps, name: str, type: str, layout: Layout, value: Array) -> None:
    """Raw elements `[warps, rows, columns]` as the fragments of a destination."""
    element = ELEMENTS[type]
    held = warps.count(name) * element.packed
    warps.give(name, element.pack(layout.fragment(value, held)))


def multiply_add(a: Array, b: Array, c: Array, rules: Rules) -> Array:
    """`a [n, m, k]` times `b [n, k, j]` plus `c [n, m, j]`, all float64; f64 has `fused`."""
    product: Array = np.matmul(a, b)
    if rules.bits == "xor":
        product = a.sum(axis=2)[:, :, None] + b.sum(axis=1)[:, None, :] - 2 * product
    return product + c


def fused(a: Array, b: Array, c: Array, rounding: str) -> Array:
    """The same through fused multiply-adds, the lowest k first."""
    total = np.ascontiguousarray(c)
    for k in range(a.shape[2]):
        left, right = np.broadcast_arrays(a[:, :, k, None], b[:, k, None, :])
        out = np.empty_like(total)
        if rounding == "rn":
            fma_f64(left, right, total, out)
        else:
            exact.fma(left, right, total, rounding, out)
        total = out
    return total


def execute(warps: Warps, types: Types, layouts: Layouts, rules: Rules) -> None:
    """Operands a, b and c of every warp to its d."""
    a = matrix(warps, "a", types.a, layouts.a).reshape(-1, layouts.rows, layouts.depth)
    b = matrix(warps, "b", types.b, layouts.b).reshape(-1, layouts.depth, layouts.b.columns)
    c = matrix(warps, "c", types.c, layouts.c).reshape(-1, layouts.rows, layouts.b.columns)
    value = fused(a, b, c, rules.rounding) if types.a == "f64" else multiply_add(a, b, c, rules)
    raw = rounded(value, types.d, saturates=rules.saturates)
    give_matrix(warps, "d", types.d, layouts.d, raw.reshape(-1, layouts.d.rows, layouts.d.columns))
