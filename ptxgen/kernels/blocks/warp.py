"""What the 32 lanes of a warp do together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

WARP = 32
"""Lanes of a warp."""


def warp_sum(k: KernelBuilder, value: Value) -> Value:
    """The sum over all lanes, in every lane: a butterfly of five exchanges.

    All 32 lanes must be active. Float additions are rounded in the same order in every lane, so all get the same bits.
    """
    distance = WARP // 2
    while distance:
        value = value + k.shfl_bfly(value, distance)
        distance //= 2
    return value
