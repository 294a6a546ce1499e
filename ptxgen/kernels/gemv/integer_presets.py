"""GEMVs on 8-bit activations under the names that users know: each settles the format of `IntegerGemv`."""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from ptxgen.kernels.base import part, size
from ptxgen.kernels.gemv.bounds import MOST_ROWS
from ptxgen.kernels.gemv.bulk_ring import BulkRing
from ptxgen.kernels.gemv.integer_gemv import IntegerGemv
from ptxgen.kernels.registry import register
from ptxgen.quant import Q4_0, Q4_1, Q4_K, Q5_0, Q5_1, Q5_K, Q6_K, Q8_0, BlockFormat

INTEGER_FORMATS = (Q4_0, Q4_1, Q5_0, Q5_1, Q8_0, Q4_K, Q5_K, Q6_K)
"""Formats of weights with an integer dot product."""


def short(format: BlockFormat) -> str:
    """How a format stands in the name of a class: Q4K, but Q4_0."""
    return format.name.replace("_K", "K")


def dp4a(format: BlockFormat) -> type[IntegerGemv]:
    """The GEMV of a format on one row of activations."""
    name = f"Dp4a{short(format)}Gemv"
    members = {
        "__doc__": f"""{format} GEMV by integer dot products (dp4a), two rows a warp, on 8-bit activations.

    w: [n, k/{format.weights}*{format.bytes}] uint8; x: [k] float32; y: [n] float32; k % {format.weights} == 0, any n.
    """,
        "__module__": __name__,
        "__annotations__": {"format": BlockFormat, "m": int},
        "format": field(default=format, init=False),
        "m": field(default=0, init=False),
    }
    made: type[IntegerGemv] = frozen(type(name, (IntegerGemv,), members))
    return register(family="gemv", aliases=_aliases(format, "dp4a_{}_gemv"))(made)


def batched(format: BlockFormat) -> type[IntegerGemv]:
    """The GEMV of a format on 1 to 32 rows of activations."""
    name = f"Batched{short(format)}Gemv"
    members = {
        "__doc__": f"""{format} GEMV by integer dot products on 1 to {MOST_ROWS} rows: each weight is read once for all.

    w: [n, k/{format.weights}*{format.bytes}] uint8; x: [m, k] float32; y: [m, n] float32; k % {format.weights} == 0.
    """,
        "__module__": __name__,
        "__annotations__": {"format": BlockFormat, "m": int},
        "format": field(default=format, init=False),
        "m": size(3),
    }
    made: type[IntegerGemv] = frozen(type(name, (IntegerGemv,), members))
    return register(family="gemv", aliases=_aliases(format, "batched_{}_gemv"))(made)


def ring(format: BlockFormat) -> type[IntegerGemv]:
    """The GEMV of a format whose weights come by bulk copies."""
    name = f"Ring{short(format)}Gemv"
    members = {
        "__doc__": f"""{format} GEMV by integer dot products, weights through shared memory by bulk copies (Hopper).

    w: [n, k/{format.weights}*{format.bytes}] uint8; x: [k] float32; y: [n] float32; k % {format.weights} == 0, any n.
    """,
        "__module__": __name__,
        "__annotations__": {
            "format": BlockFormat,
            "m": int,
            "strategy": BulkRing,
            "minimum_sm": ClassVar[int],
        },
        "format": field(default=format, init=False),
        "m": field(default=0, init=False),
        "strategy": part(BulkRing),
        "minimum_sm": BulkRing.minimum_sm,
    }
    made: type[IntegerGemv] = frozen(type(name, (IntegerGemv,), members))
    return register(family="gemv", aliases=_aliases(format, "ring_{}_gemv"))(made)


def _aliases(format: BlockFormat, pattern: str) -> tuple[str, ...]:
    """`q4k` for `q4_k`: how others write it."""
    compact = format.name.lower().replace("_k", "k")
    return () if compact == format.name.lower() else (pattern.format(compact),)


Dp4aQ4_0Gemv = dp4a(Q4_0)
Dp4aQ4_1Gemv = dp4a(Q4_1)
Dp4aQ5_0Gemv = dp4a(Q5_0)
Dp4aQ5_1Gemv = dp4a(Q5_1)
Dp4aQ8_0Gemv = dp4a(Q8_0)
Dp4aQ4KGemv = dp4a(Q4_K)
Dp4aQ5KGemv = dp4a(Q5_K)
Dp4aQ6KGemv = dp4a(Q6_K)

BatchedQ4_0Gemv = batched(Q4_0)
BatchedQ4_1Gemv = batched(Q4_1)
BatchedQ5_0Gemv = batched(Q5_0)
BatchedQ5_1Gemv = batched(Q5_1)
BatchedQ8_0Gemv = batched(Q8_0)
BatchedQ4KGemv = batched(Q4_K)
BatchedQ5KGemv = batched(Q5_K)
BatchedQ6KGemv = batched(Q6_K)

RingQ4_0Gemv = ring(Q4_0)
RingQ4_1Gemv = ring(Q4_1)
RingQ5_0Gemv = ring(Q5_0)
RingQ5_1Gemv = ring(Q5_1)
RingQ8_0Gemv = ring(Q8_0)
RingQ4KGemv = ring(Q4_K)
RingQ5KGemv = ring(Q5_K)
RingQ6KGemv = ring(Q6_K)
