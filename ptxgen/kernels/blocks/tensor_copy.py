"""Boxes of tensors to shared memory by tensor maps (PTX ISA 9.0, section 9.7.9.25.5)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ptxgen.isa.types import s32, u8
from ptxgen.kernels.blocks.tiles import BANKS, shared_pointer

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


def load_box(
    k: KernelBuilder, tile: Value, tensor_map: Pointer, place: Sequence[Value | int], barrier: Pointer
) -> None:
    """For one thread: start copying the box at `place` to shared address `tile`; `barrier` counts its bytes.

    tensor_map: a generic pointer to the map (`map_pointer`). place: coordinates of the box's first element (u32 or
    s32), innermost first. The address is a multiple of 128, of 1024 where the map swizzles by 128. All bytes of the box
    are written and count, zeros where it lies outside of the tensor.
    """
    name = f"cp.async.bulk.tensor.{len(place)}d.shared::cluster.global.mbarrier::complete_tx::bytes"
    coordinates = tuple(c if isinstance(c, int) else k.bitcast(s32, c) for c in place)
    k.op(name, shared_pointer(k, tile, u8, BANKS), (tensor_map, coordinates), barrier)


def map_pointer(parameter: Pointer) -> Pointer:
    """A tensor map that was passed by value, as tensor copies take it: by its generic address."""
    return parameter.to_generic()
