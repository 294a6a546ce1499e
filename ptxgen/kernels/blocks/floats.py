"""Reading and writing f32, f16 and bf16 arrays as float32 values, up to 16 bytes at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ptxgen.isa.types import Type, b32, f32
from ptxgen.kernels.float_arrays import rounded

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


def vector_width(columns: int, *types: Type) -> int:
    """How many elements to move at once in arrays of these types whose rows of `columns` follow one another.

    The same number for all arrays: no access is wider than 16 bytes, and each is aligned in every row.
    """
    width = 16 // max(type.bytes for type in types)
    while columns % width:
        width //= 2
    return width


def load_floats(
    k: KernelBuilder,
    x: Pointer,
    index: Value | int,
    count: int,
    *,
    where: Value | None = None,
    missing: float = 0.0,
    read_only: bool = False,
) -> list[Value]:
    """`count` elements from `index` on as f32: 1, 2, 4 or 8 of them, at most 16 bytes.

    Where the predicate `where` does not hold nothing is read, and the values are `missing`. `read_only` is the author's
    word that nobody writes the elements while the kernel runs.
    """
    type, parts = (b32, count // 2) if count == 8 else (x.type, count)
    source = x.at(index).cast(type)
    if where is None:
        loaded = source.load(vec=parts, nc=read_only)
        elements: Sequence[Value] = loaded if parts > 1 else (loaded,)
    else:
        filler = _twice(missing, x.type) if type is b32 else missing
        elements = tuple(k.var(type, filler) for _ in range(parts))
        with k.predicated(where):
            source.load(vec=parts, nc=read_only, into=elements if parts > 1 else elements[0])
    if type is b32:
        elements = [half for word in elements for half in k.unpack(x.type, word)]
    return [k.cvt(f32, element) for element in elements]


def store_floats(
    k: KernelBuilder, y: Pointer, index: Value | int, values: Sequence[Value], *, where: Value | None = None
) -> None:
    """Round f32 values, 1, 2, 4 or 8 of them, to the elements of `y` from `index` on; nothing unless `where`."""
    elements = [k.cvt(y.type, value) for value in values]
    target = y.at(index)
    if len(elements) == 8:
        elements = [k.pack(b32, *elements[i : i + 2]) for i in range(0, 8, 2)]
        target = target.cast(b32)
    stored = tuple(elements) if len(elements) > 1 else elements[0]
    if where is None:
        target.store(0, stored)
    else:
        with k.predicated(where):
            target.store(0, stored)


def _twice(number: float, type: Type) -> int:
    """Two halves of the same number as one word."""
    return int(rounded(np.full(2, number), type).view(np.uint32)[0])
