"""Tiles of 32 cached heads that a warp copies to shared memory for itself."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext
from math import gcd
from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import b16, u8
from ptxgen.kernels.blocks.tiles import CHUNK
from ptxgen.kernels.blocks.warp import WARP

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen
class WarpTile:
    """32 rows of `row_bytes` bytes, of which lanes read `access` at once, each of its own row.

    Rows are padded to an odd number of such accesses, of words at least: lanes that read the same column meet in no
    bank. They are copied in pieces of `piece` bytes, to which rows are aligned in the cache and in the tile.
    """

    row_bytes: int
    access: int

    @property
    def piece(self) -> int:
        """The widest copy that rows allow: 16, 8, 4 or 2 bytes."""
        return gcd(self.row_bytes, self.pitch, CHUNK)

    @property
    def pitch(self) -> int:
        """Bytes from a row to the next."""
        unit = max(gcd(self.row_bytes, self.access), 4)
        return (-(-self.row_bytes // unit) | 1) * unit

    @property
    def bytes(self) -> int:
        """Bytes of a tile; the next one is aligned to 16 as well."""
        return WARP * self.pitch


_UNROLLED, _TURNS = 17, 8
"""Copies of a lane that are built one after the other; more of them are a loop of at most `_TURNS` a turn."""


@frozen(eq=False)
class WarpCopy:
    """One lane's share of copying tiles of heads that are `stride` bytes apart from one cache row to the next.

    Neighbouring lanes copy neighbouring pieces, so that sectors are read whole.
    """

    k: KernelBuilder
    tile: WarpTile
    lane: Value
    stride: int

    def start(self, target: Pointer, head: Pointer, slot: Value) -> None:
        """Start copying: row r of the tile is the head in cache row `slot` of lane r. `head` is that of row 0."""
        pieces = self.tile.row_bytes // self.tile.piece
        together = pieces if pieces <= _UNROLLED else max(n for n in range(1, _TURNS + 1) if pieces % n == 0)
        with self._turns(pieces, together) if together < pieces else nullcontext(0) as first:
            for turn in range(together):
                index = self.lane + (first + turn) * WARP
                self._copy(target, head, slot, index // pieces, index % pieces)

    def _turns(self, pieces: int, together: int) -> AbstractContextManager[Value]:
        """A loop whose bound is `pieces` whatever the grid is: ptxas unrolls by a constant until registers run out."""
        return self.k.for_(0, self.k.min(self.k.nctaid.x * pieces, pieces), together)

    def _copy(self, target: Pointer, head: Pointer, slot: Value, row: Value, piece: Value) -> None:
        k, tile = self.k, self.tile
        source = head.cast(u8).row(k.shfl_idx(slot, row), self.stride).row(piece, tile.piece)
        to = target.cast(u8).row(row, tile.pitch).row(piece, tile.piece)
        if tile.piece == 2:
            to.cast(b16)[0] = source.cast(b16).load(nc=True)
        else:
            cache = "cg" if tile.piece == CHUNK else "ca"
            k.op(f"cp.async.{cache}.shared.global", to, source, tile.piece)
