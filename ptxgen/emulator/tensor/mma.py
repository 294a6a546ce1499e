"""`mma.sync` (section 9.7.14.5): all dense shapes and types."""

from __future__ import annotations

import re
from functools import cache

from ptxgen.emulator.tensor import layouts as fragments
from ptxgen.emulator.tensor.formats import ELEMENTS
from ptxgen.emulator.tensor.products import Layouts, Rules, Types, execute
from ptxgen.emulator.tensor.warps import Warps


def multiply(warps: Warps) -> None:
    """D = A * B + C in every warp."""
    types = Types(*(warps.modifier(f"{matrix}type") for matrix in "abcd"))
    rules = Rules(
        saturates=warps.form.has("satfinite"),
        bits=warps.modifier("bitop"),
        rounding=warps.modifier("rnd") or "rn",
    )
    execute(warps, types, _layouts(warps, types), rules)


def sizes(shape: str) -> tuple[int, int, int]:
    """`(m, n, k)` of a shape such as `m16n8k16`."""
    m, n, k = (int(number) for number in re.findall(r"\d+", shape))
    return m, n, k


def _layouts(warps: Warps, types: Types) -> Layouts:
    shape = warps.modifier("shape")
    if shape == "m8n8k4" and types.a == "f16":
        return _quads(warps.modifier("alayout"), warps.modifier("blayout"), types.c, types.d)
    return dense(*sizes(shape), ELEMENTS[types.a].packed)


@cache
def dense(m: int, n: int, k: int, packed: int) -> Layouts:
    """The layouts of one product a warp, with `packed` elements of A and B in a register."""
    sums = fragments.sums(m, n)
    return Layouts(fragments.left(m, k, packed), fragments.right(k, n, packed), sums, sums, m, k)


@cache
def _quads(a: str, b: str, c: str, d: str) -> Layouts:
    """Four products of 8 x 8 x 4 a warp."""
    return Layouts(
        fragments.QUAD_LEFT[a],
        fragments.QUAD_RIGHT[b],
        fragments.QUAD_SUMS[c],
        fragments.QUAD_SUMS[d],
        rows=8,
        depth=4,
    )
