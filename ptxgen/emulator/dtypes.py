"""How a PTX type is held in a NumPy array.

Integers and untyped bits are integers of their size, `f16`, `f32` and `f64` NumPy floats, predicates booleans. What
NumPy has no type for (`bf16`, `tf32`, packed types) is held as its bits. A 128-bit value is two `uint64` along a last
axis, the low half first.
"""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np

from ptxgen.isa.types import Kind, Type

_LETTERS = {Kind.UNSIGNED: "u", Kind.SIGNED: "i", Kind.FLOAT: "f"}
_AS_BITS = ("bf16", "tf32")


@cache
def dtype_of(type: Type) -> np.dtype[Any]:
    """The dtype of arrays that hold values of `type`."""
    if type.kind is Kind.PREDICATE:
        return np.dtype(np.bool_)
    if type.bits == 128:
        return np.dtype(np.uint64)
    letter = "u" if type.name in _AS_BITS else _LETTERS.get(type.kind, "u")
    return np.dtype(f"{letter}{type.bits // 8}")
