"""Tiles of a matrix in shared memory, laid out so that eight rows of `ldmatrix` lie in eight different bank groups.

Shared memory serves 128 bytes at a time: eight chunks of 16 bytes, each in its own group of four banks. `ldmatrix`
reads one chunk of each of eight neighbouring rows, so these eight must differ in their place modulo 128 bytes.
"""

from __future__ import annotations

from enum import Enum, auto
from math import gcd
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import Type

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

CHUNK = 16
"""Bytes of a chunk: what one lane points to for `ldmatrix`, and the widest `cp.async`."""

BANKS = 128
"""Bytes that all banks serve at once."""


class Order(Enum):
    """What is done against bank conflicts among the rows of a tile."""

    SWIZZLED = auto()
    PADDED = auto()
    PLAIN = auto()


@frozen
class TileLayout:
    """`rows` x `columns` elements of `type`; a row is a whole number of chunks.

    Byte b of row r lies at `r * pitch + (b ^ (r // repeat % (span // 16) * 16))`: chunks change places within `span`
    bytes, the largest power of two up to 128 that divides a row. For rows of 32, 64 and 128 bytes that is the swizzle
    of this name of tensor maps and `wgmma` descriptors (PTX ISA 9.0, section 5.5.7). Rows of an odd number of spans
    start in different banks by themselves, and are swizzled so that what these leave becomes different, too.

    Rows of a PADDED tile keep their order; those of an even number of chunks are padded by one, so that rows lie an odd
    number of chunks apart. Rows of a PLAIN tile follow one another as they are.

    The tile's address is a multiple of 128, for tensor copies and `wgmma` of `tensor_alignment`.
    """

    type: Type
    rows: int
    columns: int
    order: Order = Order.SWIZZLED

    @property
    def row_bytes(self) -> int:
        """Bytes of a row without padding."""
        return self.columns * self.type.bytes

    @property
    def chunks(self) -> int:
        """Chunks of a row without padding."""
        return self.row_bytes // CHUNK

    @property
    def span(self) -> int:
        """Bytes within which the chunks of a row change places: 32, 64 or 128, or 16 where none do."""
        return gcd(self.row_bytes, BANKS) if self.order is Order.SWIZZLED else CHUNK

    @property
    def repeat(self) -> int:
        """So many neighbouring rows are swizzled alike: their spans lie in different banks anyway."""
        return BANKS // self.span if self.span > CHUNK else 1

    @property
    def period(self) -> int:
        """After so many rows the swizzle begins anew."""
        return self.repeat * (self.span // CHUNK)

    @property
    def pitch(self) -> int:
        """Bytes from a row to the next."""
        return self.row_bytes + (CHUNK if self.order is Order.PADDED and self.chunks % 2 == 0 else 0)

    @property
    def bytes(self) -> int:
        """Bytes of the tile, up to the next multiple of 128."""
        return -(-self.rows * self.pitch // BANKS) * BANKS

    @property
    def tensor_alignment(self) -> int:
        """What the address is a multiple of where a tensor map or descriptor swizzles by address bits."""
        return max(self.period * self.pitch, BANKS)

    def offset(self, row: int, byte: int) -> int:
        """Where byte `byte` of row `row` lies, from the start of the tile."""
        return row * self.pitch + (byte ^ row // self.repeat % (self.span // CHUNK) * CHUNK)

    def place(self, k: KernelBuilder, row: Value, chunk: Value) -> Value:
        """`offset(row, 16 * chunk)` at run time; all u32."""
        if self.span > CHUNK:
            line = row // self.repeat if self.repeat > 1 else row
            chunk = chunk ^ line % (self.span // CHUNK)
        return k.mad(row, self.pitch, chunk * CHUNK)


def shared_pointer(k: KernelBuilder, address: Value, type: Type, align: int = CHUNK) -> Pointer:
    """A shared address (u32) as a pointer to elements of `type`."""
    return k.pointer_to(address, type, StateSpace.SHARED, align=align)
