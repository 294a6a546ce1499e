"""Scales that are no numbers: one of them turns a whole row of products into NaN."""

from __future__ import annotations

import numpy as np

from ptxgen.isa.types import bf16
from ptxgen.quant import Member
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.model import Tensor

_EXPONENTS = {2: 0x7C00, 4: 0x7F800000}
_BFLOAT16_EXPONENT = 0x7F80
_SLAB_BYTES = 1 << 22


def check_weights(tensor: Tensor) -> None:
    """Raise INF023 for NaN or an infinity among a tensor's scales (of F32, F16 and BF16: among its weights)."""
    fault = scale_fault(tensor)
    if fault is not None:
        help = "the weights are damaged, or the model was broken when it was converted: fetch it again"
        raise InferenceError("INF023", fault, help=help)


def scale_fault(tensor: Tensor) -> str | None:
    """Which scale of which block is NaN or infinite, if one is."""
    found = first_fault(tensor)
    if found is None:
        return None
    block, member = found
    row, column = divmod(block * tensor.format.weights, tensor.columns)
    dense = tensor.format.weights == 1
    what = "weight" if dense else f"scale {member!r}"
    where = f"column {column}" if dense else f"block {column // tensor.format.weights}"
    place = f"{tensor.name} ({tensor.format.name}), row {row}, {where}"
    return f"{place}: expected a finite {what}, got NaN or infinity"


def first_fault(tensor: Tensor) -> tuple[int, str] | None:
    """The first block, counted over all rows, whose scales are not finite, and the scale's name."""
    blocks = tensor.data.reshape(-1).view(_bits(tensor))
    step = max(1, _SLAB_BYTES // tensor.format.bytes)
    for start in range(0, len(blocks), step):
        slab = blocks[start : start + step]
        faults = {m.name: (slab[m.name] & _exponent(m)) == _exponent(m) for m in _scales(tensor)}
        hits = {name: int(fault.argmax()) for name, fault in faults.items() if fault.any()}
        if hits:
            name = min(hits, key=hits.__getitem__)
            return start + hits[name], name
    return None


def _scales(tensor: Tensor) -> list[Member]:
    return [m for m in tensor.format.block if m.type.is_float and m.count == 1]


def _exponent(member: Member) -> int:
    return _BFLOAT16_EXPONENT if member.type is bf16 else _EXPONENTS[member.type.bytes]


def _bits(tensor: Tensor) -> np.dtype[np.void]:
    """The block with its scales as bits."""
    members = _scales(tensor)
    return np.dtype(
        {
            "names": [m.name for m in members],
            "formats": [f"<u{m.type.bytes}" for m in members],
            "offsets": [m.offset for m in members],
            "itemsize": tensor.format.bytes,
        }
    )
