"""Generic addresses: conversions to and from state spaces (PTX ISA 9.0, sections 9.7.9.19, .20, .23 and .24)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from ptxgen.emulator.semantics.registry import semantics
from ptxgen.emulator.spaces import LOCAL_WINDOW, SHARED_WINDOW, in_window, window
from ptxgen.isa.rows import movement
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


@semantics(movement.CVTA)
def to_generic(form: Form) -> Callable[..., object]:
    """A window's start is added; global, constant and parameter addresses are generic as they are."""
    start = window(form.space)
    return lambda a, out: np.add(a, out.dtype.type(start & ((1 << 8 * out.itemsize) - 1)), out)


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
    """Only clusters of one CTA are emulated: every address is already that CTA's."""
    return lambda a, b, out: np.copyto(out, np.broadcast_to(a, out.shape))


@semantics(movement.GETCTARANK)
def cta_rank(_form: Form) -> Callable[..., object]:
    """Only clusters of one CTA are emulated."""
    return lambda a, out: out.fill(0)
