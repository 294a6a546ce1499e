"""What the warps of a CTA reduce together, through a few words of shared memory."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.kernels.blocks.monoid import MAX, SUM, Monoid, State
from ptxgen.kernels.blocks.warp import WARP, partial_warp_reduce, warp_reduce

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_FEW_WARPS = 4
"""Up to so many partial results each thread combines by itself: one wide load instead of shuffles."""


def block_reduce(k: KernelBuilder, op: Monoid, state: State, threads: int) -> State:
    """The states of all threads of a one-dimensional CTA of `threads` threads combined, in every thread.

    All threads must come here together. Any number of them will do; where it is no multiple of 32, the lanes that are
    missing from the last warp are left out. Every thread gets the same bits. One barrier; inside a loop of the builder
    a second one stands in front, so that no warp overwrites what another still reads.
    """
    warps, rest = divmod(threads, WARP)
    if threads <= WARP:
        return partial_warp_reduce(k, op, state, threads) if rest else warp_reduce(k, op, state)
    if rest:
        active = k.min(threads - k.tid.x // WARP * WARP, WARP)
        state = partial_warp_reduce(k, op, state, active)
        warps += 1
    else:
        state = warp_reduce(k, op, state)
    scratch = [_scratch(k, value, warps) for value in state]
    if k.loops:
        k.bar_sync()
    with k.if_(k.tid.x % WARP == 0):
        for array, value in zip(scratch, state, strict=True):
            array[k.tid.x // WARP] = value
    k.bar_sync()
    if rest or warps <= _FEW_WARPS:
        return _combine_all(k, op, scratch, warps)
    return _combine_by_lanes(k, op, scratch, warps)


def block_sum(k: KernelBuilder, value: Value, threads: int) -> Value:
    """The sum over all threads of a CTA, in every thread: `block_reduce`."""
    return block_reduce(k, SUM, (value,), threads)[0]


def block_max(k: KernelBuilder, value: Value, threads: int) -> Value:
    """The largest float of all threads of a CTA, in every thread; NaN loses: `block_reduce`."""
    return block_reduce(k, MAX, (value,), threads)[0]


def _scratch(k: KernelBuilder, value: Value, warps: int) -> Pointer:
    """One element for each warp, with room for whole vectors."""
    return k.shared(k.code.unique_variable("partial"), value.type, -(-warps // 4) * 4, align=16)


def _combine_all(k: KernelBuilder, op: Monoid, scratch: list[Pointer], warps: int) -> State:
    """Every thread reads all partial results: broadcasts, four elements at a time."""
    columns = [_load_all(array, warps) for array in scratch]
    total, *others = zip(*columns, strict=True)
    for other in others:
        total = op.combine(k, total, other)
    return total


def _load_all(array: Pointer, count: int) -> list[Value]:
    out: list[Value] = []
    while len(out) < count:
        left = count - len(out)
        width = 4 if left >= 4 else 2 if left >= 2 else 1
        loaded = array.load(len(out), vec=width)
        out.extend(loaded if width > 1 else (loaded,))
    return out


def _combine_by_lanes(k: KernelBuilder, op: Monoid, scratch: list[Pointer], warps: int) -> State:
    """Each lane reads one partial result, and every warp reduces them once more."""
    lanes = 1 << (warps - 1).bit_length()
    slot = k.tid.x % lanes
    if lanes == warps:
        return warp_reduce(k, op, tuple(array[slot] for array in scratch), lanes=lanes)
    exists = slot < warps
    nearest = k.min(slot, warps - 1)
    state = tuple(
        k.select(exists, array[nearest], neutral) for array, neutral in zip(scratch, op.neutral, strict=True)
    )
    return warp_reduce(k, op, state, lanes=lanes)
