"""What the 32 lanes of a warp do together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import u32
from ptxgen.kernels.blocks.monoid import MAX, SUM, Monoid, State

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

WARP = 32
"""Lanes of a warp."""

_ALL_LANES = 0xFFFFFFFF


def warp_reduce(k: KernelBuilder, op: Monoid, state: State, *, lanes: int = WARP) -> State:
    """The states of each group of `lanes` neighbouring lanes combined, in every lane: a butterfly.

    `lanes` is a power of two up to 32; all 32 lanes of the warp must be active. All lanes of a group get the same bits:
    partners combine the same two states.
    """
    distance = lanes // 2
    while distance:
        state = op.combine(k, state, tuple(k.shfl_bfly(value, distance) for value in state))
        distance //= 2
    return state


def partial_warp_reduce(k: KernelBuilder, op: Monoid, state: State, active: Value | int) -> State:
    """The states of the first `active` lanes combined, in each of these lanes: a tree, and a broadcast from lane 0.

    Exactly these lanes, 1 to 32 of them, must be active. A u32 value must be the same in all of them.
    """
    if isinstance(active, int):
        most, mask = active, _ALL_LANES >> (WARP - active)
    else:
        most, mask = WARP, k.const(u32, _ALL_LANES) >> (WARP - active)
    distance = 1 << (most - 1).bit_length() >> 1
    while distance:
        partner = k.laneid + distance
        source = k.min(partner, active - 1)
        combined = op.combine(k, state, tuple(k.shfl_idx(value, source, mask=mask) for value in state))
        exists = partner < active
        state = tuple(k.select(exists, new, old) for new, old in zip(combined, state, strict=True))
        distance //= 2
    return tuple(k.shfl_idx(value, 0, mask=mask) for value in state)


def warp_sum(k: KernelBuilder, value: Value, *, lanes: int = WARP) -> Value:
    """The sum over each group of `lanes` lanes, in every lane: `warp_reduce`."""
    return warp_reduce(k, SUM, (value,), lanes=lanes)[0]


def warp_max(k: KernelBuilder, value: Value, *, lanes: int = WARP) -> Value:
    """The largest value of each group of `lanes` lanes, in every lane; NaN loses."""
    return warp_reduce(k, MAX, (value,), lanes=lanes)[0]
