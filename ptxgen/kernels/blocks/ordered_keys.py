"""A float and its index as one unsigned number: what comes first in a descending order has the larger one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ptxgen.isa.types import s32, u32, u64
from ptxgen.kernels.blocks.monoid import Monoid, State

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value

NO_KEY = 0
"""Smaller than the key of any element."""

_SIGN = -(1 << 31)


def ordered_key(k: KernelBuilder, value: Value, index: Value) -> Value:
    """A u64 that is larger for larger f32 values, and among equals (-0 equals +0) for lower u32 indices below 2^32 - 1.

    NaN comes after all numbers. Floats of one sign are ordered like their bits: positive ones rise above half of the
    range, the bits of negative ones are turned round below it.
    """
    bits = k.bitcast(s32, value + 0.0)
    ordered = k.bitcast(u32, bits ^ ((bits >> 31) | _SIGN))
    rank = k.select(k.testp_number(value), ordered, 0)
    return k.pack(u64, ~index, rank)


def key_index(k: KernelBuilder, key: Value) -> Value:
    """The index in a key, u32; 2^32 - 1 in `NO_KEY`."""
    low, _ = k.unpack(u32, key)
    return ~low


def _largest(k: KernelBuilder, a: State, b: State) -> State:
    return (k.max(a[0], b[0]),)


LARGEST_KEY = Monoid(_largest, (NO_KEY,))
"""The largest of one u64."""
