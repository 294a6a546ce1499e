"""Matrices in shared memory as `wgmma` finds them: descriptors and swizzled layouts (section 9.7.15.5.1.2).

Everything moves in pieces of 16 bytes. Eight of them, of successive rows (of the lesser-stride direction's
neighbours), make a core matrix; a swizzle permutes the pieces within 128 bytes by address bits 7 to 9.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from attrs import frozen

Array = np.ndarray[Any, Any]

PIECE = 16
_FIELD = np.uint64((1 << 14) - 1)
_WIDTHS = np.array([16, 128, 64, 32], np.uint64)
"""Bytes of a row of the swizzle pattern, by the mode in bits 62 and 63; 16: no swizzle."""


@frozen(eq=False)
class Descriptors:
    """The fields of descriptors, all in bytes: where the matrix starts, its two strides, the width of the swizzle."""

    start: Array
    leading: Array
    stride: Array
    width: Array
    base: Array

    @staticmethod
    def decode(descriptor: Array) -> Descriptors:
        """From 64-bit integers of any shape."""

        def field(shift: int) -> Array:
            found: Array = ((descriptor >> np.uint64(shift)) & _FIELD) << np.uint64(4)
            return found

        mode = (descriptor >> np.uint64(62)).astype(np.int64)
        base = (descriptor >> np.uint64(49)) & np.uint64(7)
        return Descriptors(field(0), field(16), field(32), _WIDTHS[mode], base)

    def along_depth(self, row: Array, piece: Array) -> Array:
        """K-major: the addresses of pieces of rows of A or columns of B; both broadcast to a last axis."""
        width = self.width[:, None]
        across = np.where(width == PIECE, self.leading[:, None], np.uint64(PIECE))
        group, within = np.divmod(row.astype(np.uint64), np.uint64(8))
        return self._swizzled(
            within * width + group * self.stride[:, None] + piece.astype(np.uint64) * across
        )

    def across_depth(self, piece: Array, k: Array) -> Array:
        """M- or N-major: the addresses of the pieces of row `k` of the depth."""
        width = self.width[:, None]
        plain = width == PIECE
        in_row = width // np.uint64(PIECE)
        piece = piece.astype(np.uint64)
        group, within = np.divmod(k.astype(np.uint64), np.uint64(8))
        beyond = np.where(plain, self.stride[:, None], self.leading[:, None])
        deeper = np.where(plain, self.leading[:, None], self.stride[:, None])
        offset = (piece % in_row) * np.uint64(PIECE) + (piece // in_row) * beyond
        return self._swizzled(offset + within * width + group * deeper)

    def _swizzled(self, offset: Array) -> Array:
        address = self.start[:, None] + offset
        mask = self.width[:, None] - np.uint64(PIECE)
        return address ^ ((address >> np.uint64(3)) & mask)
