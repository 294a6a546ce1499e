"""The loop over tiles of keys of kernels that hold one tile of keys and one of values."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ptxgen.kernels.attention.masks import TileMask

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

Copy = Callable[["Value | int"], None]
"""Starts the copy of the tile that begins at a key."""


def over_keys(
    k: KernelBuilder,
    mask: TileMask,
    copy_keys: Copy,
    copy_values: Copy,
    weigh: Callable[[Value], None],
    add_values: Callable[[], None],
) -> None:
    """`weigh(first key)` and `add_values()` for each tile that is seen, built for all threads of the CTA.

    Values are on their way while keys are weighed, the next keys while values are added. Copies that were started
    before have arrived, too. At the end none is under way.
    """
    stop = mask.stop
    with k.if_(stop > mask.start):
        copy_keys(mask.start)
    with k.for_(mask.start, stop, mask.keys) as tile:
        _arrive(k)
        copy_values(tile)
        weigh(tile)
        _arrive(k)
        following = tile + mask.keys
        with k.if_(following < stop):
            copy_keys(following)
        add_values()
    k.op("cp.async.wait_all")


def _arrive(k: KernelBuilder) -> None:
    """What the CTA's threads copied and stored is there for all of them."""
    k.op("cp.async.wait_all")
    k.bar_sync()
