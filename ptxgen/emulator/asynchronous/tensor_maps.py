"""Tensor maps: what a tensor in global memory looks like to copies of its boxes (PTX ISA 9.0, section 5.5.8).

The 128 bytes are opaque to kernels. On a GPU the driver writes them in the hardware's format; here they have a layout
of the emulator's own (little-endian): 4 bytes "ptxm", then one byte each of rank, element size, swizzle (its span in
bytes divided by 16), and a zero; the global address (8 bytes); five extents less one (4 bytes each), innermost first;
four strides in bytes (8 each), of all dimensions but the innermost; five box extents (2 each); zeros.
"""

from __future__ import annotations

import struct

from attrs import field, frozen

from ptxgen.emulator.errors import BAD_TENSOR_MAP, EmulatorError

BYTES = 128
_MAGIC = b"ptxm"
_FORMAT = struct.Struct("<4sBBBxQ5I4Q5H")
_ELEMENTS = (1, 2, 4, 8)
SWIZZLES = (0, 32, 64, 128)
"""Spans of the swizzles in bytes; 0 is none."""


@frozen
class TensorMap:
    """A tensor of `extents` elements and the box that one copy moves, innermost dimension first.

    address: of element 0, a multiple of 16. element: bytes of one, 1, 2, 4 or 8. strides: bytes between neighbours
    along every dimension but the innermost, multiples of 16. box: at most 256 elements along each dimension, a
    multiple of 16 bytes along the innermost. swizzle: 0, 32, 64 or 128, the span in bytes within which 16-byte
    pieces change places, which the innermost extent of the box must then fill exactly. Elements outside the
    tensor are read as zeros and not written. Raises EMU018.
    """

    address: int
    element: int
    extents: tuple[int, ...]
    strides: tuple[int, ...]
    box: tuple[int, ...]
    swizzle: int = field(default=0)

    def __attrs_post_init__(self) -> None:
        rank = len(self.extents)
        inner = self.box[0] * self.element if self.box else 0
        rules = (
            (1 <= rank <= 5, f"a tensor has 1 to 5 dimensions, got {rank}"),
            (
                len(self.strides) == rank - 1,
                f"{rank} dimensions have {rank - 1} strides, got {len(self.strides)}",
            ),
            (
                len(self.box) == rank,
                f"a box has as many dimensions as its tensor, got {len(self.box)} of {rank}",
            ),
            (self.element in _ELEMENTS, f"an element has {_ELEMENTS} bytes, got {self.element}"),
            (self.address % 16 == 0, f"the address must be a multiple of 16, got {self.address:#x}"),
            (all(1 <= e <= 1 << 32 for e in self.extents), f"extents are 1 to 2**32, got {self.extents}"),
            (
                all(s % 16 == 0 and 0 <= s < 1 << 40 for s in self.strides),
                f"strides are multiples of 16 below 2**40, got {self.strides}",
            ),
            (all(1 <= b <= 256 for b in self.box), f"box extents are 1 to 256, got {self.box}"),
            (inner % 16 == 0, f"the innermost extent of a box is a multiple of 16 bytes, got {inner}"),
            (self.swizzle in SWIZZLES, f"a swizzle is one of {SWIZZLES}, got {self.swizzle}"),
            (
                self.swizzle in (0, inner),
                f"the innermost extent of a box must be the {self.swizzle} bytes of the swizzle, got {inner}",
            ),
        )
        for holds, message in rules:
            if not holds:
                raise EmulatorError(BAD_TENSOR_MAP, message)

    @property
    def rank(self) -> int:
        return len(self.extents)

    @property
    def box_bytes(self) -> int:
        """What one copy moves, and an mbarrier counts: the whole box, wherever it lies."""
        count = self.element
        for extent in self.box:
            count *= extent
        return count

    def encode(self) -> bytes:
        """The 128 bytes."""
        extents = [e - 1 for e in self.extents] + [0] * (5 - self.rank)
        strides = [*self.strides, *[0] * (5 - self.rank)]
        box = [*self.box, *[0] * (5 - self.rank)]
        head = (_MAGIC, self.rank, self.element, self.swizzle // 16, self.address)
        return _FORMAT.pack(*head, *extents, *strides, *box).ljust(BYTES, b"\0")

    @staticmethod
    def decode(raw: bytes) -> TensorMap:
        """The map that 128 bytes hold. EMU018 if they hold none."""
        magic, rank, element, swizzle, address, *rest = _FORMAT.unpack_from(raw)
        if magic != _MAGIC:
            raise EmulatorError(
                BAD_TENSOR_MAP,
                "these 128 bytes are not a tensor map of the emulator",
                help="encode them with TensorMap(...).encode(); the maps of a GPU's driver mean nothing here",
            )
        extents = tuple(e + 1 for e in rest[:rank])
        return TensorMap(
            address, element, extents, tuple(rest[5 : 4 + rank]), tuple(rest[9 : 9 + rank]), 16 * swizzle
        )
