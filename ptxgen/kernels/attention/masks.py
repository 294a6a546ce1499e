"""Which keys a tile of queries sees: where the loop over keys begins and ends, and which scores are masked.

Query i stands at position i + kv_len - q_len among the keys: with a cache, the last query at the last key. A causal
query sees keys up to its own position, a window of w the w last of these. Positions are s32 and may be negative.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from attrs import frozen

from ptxgen.isa.types import f32

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Value, Var

MASKED = float("-inf")
"""The score of a key that is not seen: its weight is 0 whatever the peak."""


@frozen(eq=False)
class RowMask:
    """The keys of one query: those below `stop`, and above `before` where there is a window."""

    k: KernelBuilder
    stop: Value
    before: Value | None

    def counted_from(self, key: Value) -> RowMask:
        """The same mask with `key` as key 0, so that others can be named by numbers."""
        return RowMask(self.k, self.stop - key, None if self.before is None else self.before - key)

    def sees(self, key: int) -> Value:
        """Whether the query sees the key."""
        inside = self.stop > key
        return inside if self.before is None else inside & (self.before < key)

    def hide(self, score: Var, key: int) -> None:
        """Mask the score of a key that the query does not see."""
        score.set(self.k.select(self.sees(key), score, MASKED, type=f32))


@frozen(eq=False)
class TileMask:
    """`queries` queries from `first` on, against tiles of `keys` keys. Lengths and positions are s32."""

    k: KernelBuilder
    causal: bool
    window: int
    queries: int
    keys: int
    first: Value
    q_len: Value
    kv_len: Value

    @property
    def offset(self) -> Value:
        """The position of query 0."""
        return self.kv_len - self.q_len

    @property
    def start(self) -> Value | int:
        """The first key of the first tile: a multiple of `keys`."""
        if not self.window:
            return 0
        oldest = self.k.max(self.first + self.offset - (self.window - 1), 0)
        return oldest // self.keys * self.keys

    @property
    def stop(self) -> Value:
        """Behind the last key that any query sees; 0 or less where there is none."""
        if not self.causal:
            return self.kv_len
        return self.k.min(self.kv_len, self.first + self.offset + self.queries)

    def row(self, query: Value) -> RowMask:
        """The mask of one query, also of one behind the last, whose result nobody wants."""
        position = query + self.offset
        stop = self.k.min(self.kv_len, position + 1) if self.causal else self.kv_len
        return RowMask(self.k, stop, position - self.window if self.window else None)

    def cuts(self, tile: Value) -> Value:
        """Whether the tile that begins at a key has one that some query does not see. The same in all threads."""
        position = self.first + self.offset
        limit = self.k.min(self.kv_len, position + 1) if self.causal else self.kv_len
        cut = tile + self.keys > limit
        if self.window:
            cut = cut | (tile <= position + (self.queries - 1 - self.window))
        return cut
