"""Moves (PTX ISA 9.0, sections 9.7.9.3 and 9.7.9.4), and cache policies, which the emulator has no caches for."""

from __future__ import annotations

from typing import Any

import numpy as np

from ptxgen.emulator.semantics.registry import Function, semantics
from ptxgen.isa.rows import cache, movement
from ptxgen.isa.table import Form

Array = np.ndarray[Any, Any]


@semantics(movement.MOV)
def move(_form: Form) -> Function:
    return lambda a, out: np.copyto(out, a)


@semantics(movement.MOV_PACK2, movement.MOV_PACK4)
def pack(form: Form) -> Function:
    wide = form.modifiers["type"] == "b128"
    return _pack_b128 if wide else _pack


def _pack(*arguments: Array) -> None:
    *parts, out = arguments
    width = 8 * parts[0].itemsize
    result = parts[0].astype(out.dtype)
    for number, part in enumerate(parts[1:], 1):
        result = result | (part.astype(out.dtype) << out.dtype.type(number * width))
    out[...] = result


def _pack_b128(*arguments: Array) -> None:
    *parts, out = arguments
    shape = np.broadcast_shapes(*(part.shape for part in parts))
    halves = np.empty((*shape, 2), np.uint64)
    count = len(parts) // 2
    for half in (0, 1):
        mine = parts[half * count : (half + 1) * count]
        if count == 1:
            halves[..., half] = mine[0]
        else:
            _pack(*mine, halves[..., half])
    out[...] = halves


@semantics(movement.MOV_UNPACK2, movement.MOV_UNPACK4)
def unpack(form: Form) -> Function:
    wide = form.modifiers["type"] == "b128"
    return _unpack_b128 if wide else _unpack


def _unpack(a: Array, out: tuple[Array, ...]) -> None:
    width = 8 * a.itemsize // len(out)
    # A copy, because a destination may be the source.
    parts = [(a >> a.dtype.type(number * width)).astype(o.dtype) for number, o in enumerate(out)]
    for part, o in zip(parts, out, strict=True):
        o[...] = part


def _unpack_b128(a: Array, out: tuple[Array, ...]) -> None:
    if len(out) == 2:
        low, high = a[..., 0].copy(), a[..., 1].copy()
        out[0][...], out[1][...] = low, high
        return
    for half in (0, 1):
        _unpack(a[..., half].copy(), out[2 * half : 2 * half + 2])


@semantics(cache.CREATEPOLICY_FRACTIONAL, cache.CREATEPOLICY_RANGE, cache.CREATEPOLICY_CVT)
def createpolicy(_form: Form) -> Function:
    """A policy is opaque, and changes nothing that the emulator shows: 0 stands for each."""

    def apply(*arguments: Array) -> None:
        arguments[-1][...] = 0

    return apply
