"""`mma.sync` (section 9.7.14.5): all dense shapes and types."""

from __future__ import annotations

from functools import cache

from ptxgen.emulator.tensor import layouts as fragments
from ptxgen.emulator.tensor.formats import ELEMENTS
from ptxgen.emulator.tensor.products import Layouts, Rules, Types, execute
from ptxgen.emulator.tensor.warps import Warps
from ptxgen.isa.rows.fragments import shape
from ptxgen.isa.table import Form


def multiply(warps: Warps) -> None:
    """D = A * B + C in every warp."""
    d, a, b, c = type_names(warps.form)
    types = Types(a, b, c, d)
    execute(warps, types, _layouts(warps, types), rules(warps))


def rules(warps: Warps) -> Rules:
    """How the instruction says that products are summed."""
    return Rules(
        saturates=warps.form.has("satfinite"),
        bits=next((name for name in ("xor", "and") if name in warps.form.modifiers.values()), ""),
        rounding=warps.modifier("rnd") or "rn",
    )


def type_names(form: Form) -> list[str]:
    """The element types that an instruction's name spells out, in their order: mostly those of d, a, b and c."""
    return [part for part in form.name.split(".") if part in ELEMENTS]


def _layouts(warps: Warps, types: Types) -> Layouts:
    sizes = warps.modifier("shape")
    if sizes == "m8n8k4" and types.a == "f16":
        return _quads(warps.modifier("alayout"), warps.modifier("blayout"), types.c, types.d)
    return dense(*shape(sizes), ELEMENTS[types.a].packed)


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
