"""Generic addresses: conversions to and from state spaces (PTX ISA 9.0, sections 9.7.9.19, .20, .23 and .24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.memory import BASE
from ptxgen.emulator.semantics.registry import semantics
from ptxgen.emulator.spaces import CLUSTER_SHIFT, LOCAL_WINDOW, RANK_BITS, SHARED_WINDOW, in_window, window
from ptxgen.isa.rows import movement
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


@semantics(movement.CVTA)
def to_generic(form: Form) -> Callable[..., object]:
    """A window's start is added; global, constant and parameter addresses are generic as they are.

    The latter two may come without their upper half: Triton names a parameter in a 32-bit register. It is put back,
    which is right in the first 4 GiB of memory.
    """
    if form.space in (StateSpace.PARAM, StateSpace.CONST):
        return _whole
    start = window(form.space)
    return lambda a, out: np.add(a, out.dtype.type(start & ((1 << 8 * out.itemsize) - 1)), out)


def _whole(a: Array, out: Array) -> None:
    np.copyto(out, a)
    if out.itemsize == 8:
        out[out < np.uint64(1 << 32)] += np.uint64(BASE)


@semantics(movement.CVTA_TO)
def from_generic(form: Form) -> Callable[..., object]:
    """A window's start is taken off."""
    start = window(form.space)
    return lambda a, out: np.subtract(a, out.dtype.type(start & ((1 << 8 * out.itemsize) - 1)), out)


@semantics(movement.ISSPACEP)
def is_space(form: Form) -> Callable[..., object]:
    """Shared and local memory are their windows, global memory all the rest."""
    start = window(form.space)
    if start:
        return lambda a, out: np.copyto(out, in_window(a, start))
    if form.space is StateSpace.GLOBAL:
        return lambda a, out: np.copyto(out, ~(in_window(a, SHARED_WINDOW) | in_window(a, LOCAL_WINDOW)))
    return lambda a, out: out.fill(False)


@semantics(movement.MAPA)
def map_address(_form: Form) -> Callable[..., object]:
    """The rank, counted from 1, is put above the bits of an address in a CTA."""

    def place(a: Array, b: Array, out: Array) -> None:
        kind = out.dtype.type
        rank = (b.astype(out.dtype) + kind(1)) << kind(CLUSTER_SHIFT)
        np.add(a & kind(~RANK_BITS & ((1 << 8 * out.itemsize) - 1)), rank, out)

    return place
