"""Block layouts as data: a struct of packed members, and a format that repeats it along the rows of a matrix."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
from attrs import frozen
from numpy.typing import ArrayLike, NDArray

from ptxgen.errors import PtxgenError
from ptxgen.isa.types import ArrayType, Type, bf16

_WIDEST_LOAD = 16
_SLAB_WEIGHTS = 1 << 17  # 512 KiB of float32: a slab and its temporaries stay near the cache

Blocks = NDArray[Any]
"""A structured array of blocks, of the dtype that a format's `Struct` describes."""


class QuantError(PtxgenError):
    """Weights or blocks that a format cannot take (ids QNT0xx)."""


@frozen
class Member:
    """One member of a block: `offset` in bytes from the start, and `count` elements of `type`."""

    name: str
    type: Type
    count: int
    offset: int

    @property
    def bytes(self) -> int:
        """Size in bytes."""
        return self.type.bytes * self.count


@frozen(init=False, eq=False)
class Struct:
    """Little-endian members one after the other, without padding: `Struct(d=f16, qs=u8[16])`.

    Members are attributes: `block.qs.offset`.
    """

    members: Mapping[str, Member]

    def __init__(self, **members: Type | ArrayType) -> None:
        placed: dict[str, Member] = {}
        offset = 0
        for name, type in members.items():
            array = type if isinstance(type, ArrayType) else ArrayType(type, 1)
            placed[name] = Member(name, array.element, array.count, offset)
            offset += array.bytes
        object.__setattr__(self, "members", placed)

    def __getattr__(self, name: str) -> Member:
        try:
            return self.members[name]
        except KeyError:
            raise AttributeError(
                f"the block has no member {name!r}, only {', '.join(self.members)}"
            ) from None

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members.values())

    @property
    def bytes(self) -> int:
        """Size in bytes."""
        return sum(member.bytes for member in self)

    @property
    def dtype(self) -> np.dtype[Any]:
        """The block as a NumPy structured type."""
        return np.dtype([(m.name, _dtype(m.type), (m.count,) if m.count > 1 else ()) for m in self])


def _dtype(type: Type) -> str:
    is_float = type.is_float and type is not bf16  # NumPy has no bfloat16: it is held as its bits
    kind = "f" if is_float else "i" if type.is_signed else "u"
    return f"<{kind}{type.bytes}"


@frozen(eq=False, repr=False)
class BlockFormat:
    """A GGUF weight format, a singleton: every `weights` consecutive weights of a row are one `block`.

    `ggml_type` is the number that a GGUF file stores. The codec works on many blocks at once: `encode_blocks` takes
    finite float32 [blocks, weights] and gives a structured array [blocks], with floating-point overflow ignored;
    `decode_blocks` is its inverse up to rounding and computes what the `gguf` package computes, bit for bit.
    """

    name: str
    ggml_type: int
    weights: int
    block: Struct
    encode_blocks: Callable[[NDArray[np.float32]], Blocks]
    decode_blocks: Callable[[Blocks], NDArray[np.float32]]

    @property
    def bytes(self) -> int:
        """Size of a block in bytes."""
        return self.block.bytes

    @property
    def alignment(self) -> int:
        """The largest power of two, at most 16, that divides every block's address in a 16-byte aligned buffer."""
        return min(self.bytes & -self.bytes, _WIDEST_LOAD)

    @property
    def bits_per_weight(self) -> float:
        """Storage of a weight in bits, scales included."""
        return 8 * self.bytes / self.weights

    def row_bytes(self, k: int) -> int:
        """Bytes of a row of `k` weights. QNT001 unless `k` is a positive multiple of the block."""
        if k <= 0 or k % self.weights:
            below = k // self.weights * self.weights
            nearest = f"{below} or {below + self.weights}" if below > 0 else str(self.weights)
            raise QuantError(
                "QNT001",
                f"a row of {self.name} is a whole number of blocks of {self.weights} weights, got {k} weights",
                help=f"the nearest sizes are {nearest}; quantise other rows to a format with smaller blocks",
            )
        return k // self.weights * self.bytes

    def sizes(self, k: int) -> dict[str, int]:
        """What kernels derive from a row of `k` weights: its bytes (`row_bytes`) and the weights of a block.

        The bytes are rounded up where `k` is no multiple, so that a rule can say so.
        """
        return {"block_weights": self.weights, "row_bytes": -(-k // self.weights) * self.bytes}

    def encode(self, weights: ArrayLike) -> NDArray[np.uint8]:
        """Quantise rows: real [..., k] to uint8 [..., row_bytes(k)].

        Raises QNT001 for a `k` that blocks do not divide, QNT002 for something other than real rows, QNT003 for
        weights that are not finite, QNT004 for weights beyond the range of the format's scales.
        """
        given = np.asarray(weights)
        if given.ndim == 0 or given.dtype.kind not in "fiu":
            raise QuantError("QNT002", f"expected rows of real numbers, got {_describe(given)}")
        with np.errstate(over="ignore"):
            rows = np.ascontiguousarray(given, dtype=np.float32)
        row_bytes = self.row_bytes(rows.shape[-1])
        if not np.isfinite(rows).all():
            raise QuantError(
                "QNT003",
                f"weights must be finite for {self.name}; there are infinities or NaN (as float32)",
                help="find the faulty tensor with np.isfinite(weights)",
            )
        flat = rows.reshape(-1, self.weights)
        out = np.empty(len(flat), self.block.dtype)
        # Weights far beyond the range overflow on the way to scales, which then are refused.
        with np.errstate(over="ignore", invalid="ignore"):
            for slab in self._slabs(len(flat)):
                out[slab] = self.encode_blocks(flat[slab])
        return out.view(np.uint8).reshape(*rows.shape[:-1], row_bytes)

    def decode(self, data: ArrayLike) -> NDArray[np.float32]:
        """The weights of rows of blocks: uint8 [..., row bytes] to float32 [..., k].

        Raises QNT005 for data that is not rows of whole blocks.
        """
        rows = np.ascontiguousarray(data)
        if rows.ndim == 0 or rows.dtype != np.uint8 or rows.shape[-1] % self.bytes:
            raise QuantError(
                "QNT005",
                f"rows of {self.name} are uint8 in multiples of {self.bytes} bytes, got {_describe(rows)}",
            )
        blocks = rows.reshape(-1).view(self.block.dtype)
        out = np.empty((len(blocks), self.weights), np.float32)
        for slab in self._slabs(len(blocks)):
            out[slab] = self.decode_blocks(blocks[slab])
        return out.reshape(*rows.shape[:-1], rows.shape[-1] // self.bytes * self.weights)

    def _slabs(self, blocks: int) -> Iterator[slice]:
        step = _SLAB_WEIGHTS // self.weights
        return (slice(start, start + step) for start in range(0, blocks, step))

    def __repr__(self) -> str:
        return self.name


def _describe(array: NDArray[Any]) -> str:
    return f"{array.dtype} of shape {array.shape}"
