"""Where the keys of a sequence lie: one after the other, or in the blocks that a table names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value


@frozen(eq=False)
class KeySource:
    """Rows of a cache: `slot` is the index of a key among all rows of the array. Keys are s32, slots u32.

    first: the slot of the sequence's key 0, where its keys are contiguous; table: the sequence's row of the block
    table, where they are in blocks of `block_size`.
    """

    k: KernelBuilder
    first: Value
    table: Pointer | None = None
    block_size: int = 0

    def slot(self, key: Value) -> Value:
        """The row of a key, which must exist."""
        k = self.k
        if self.table is None:
            return self.first + k.bitcast(self.first.type, key)
        block = self.table.load(key // self.block_size, nc=True)
        return k.bitcast(self.first.type, block * self.block_size + key % self.block_size)
