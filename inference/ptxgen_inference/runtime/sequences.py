"""Sequences of tokens that are in the cache."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence as Many
from typing import Self

from attrs import define, field

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.runtime.cache import KvCache


@define(eq=False)
class Sequence:
    """A text whose keys and values are in the cache: `length` tokens so far. `free` it when it is done.

    `blocks` are those of the cache that hold it, in order; sequences that began as one may share blocks.
    """

    cache: KvCache
    length: int = 0
    blocks: list[int] = field(factory=list[int])
    freed: bool = False

    @staticmethod
    def start(cache: KvCache) -> Sequence:
        """An empty sequence. INF061 if there are as many as the cache is for."""
        if cache.started >= cache.shape.sequences:
            raise InferenceError(
                "INF061",
                f"the engine is open for {cache.shape.sequences} sequences, which are all in use",
                help="free one of them, or open the engine with sequences=N",
            )
        cache.started += 1
        return Sequence(cache)

    def fork(self, cache: KvCache) -> Sequence:
        """Another sequence with the same tokens. Blocks are shared until one of the two writes. INF061, INF063."""
        self.require_usable(cache)
        made = Sequence.start(cache)
        made.length, made.blocks = self.length, self.blocks[: cache.shape.blocks_of(self.length)]
        cache.pool.share(made.blocks)
        return made

    def free(self) -> None:
        """Give its place in the cache back. Calling it again does nothing."""
        if not self.freed:
            self.cache.pool.give(self.blocks)
            self.blocks.clear()
            self.cache.started -= 1
            self.freed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.free()

    def require_usable(self, cache: KvCache) -> None:
        """INF063 after `free`, or in another engine."""
        if self.freed or self.cache is not cache:
            why = "was freed" if self.freed else "belongs to another engine"
            raise InferenceError("INF063", f"the sequence {why}", help="start another one: engine.start()")

    def written(self) -> range:
        """Which of its blocks the next tokens are written to, as far as it has them."""
        return range(self.length // self.cache.shape.block, len(self.blocks))


def extend(cache: KvCache, growth: Many[tuple[Sequence, int]]) -> None:
    """Make room for so many tokens more of each sequence: blocks of its own wherever they will be written.

    INF060 beyond the context, INF062 without blocks, INF063 for sequences that cannot be used: none is changed then.
    """
    for sequence, tokens in growth:
        sequence.require_usable(cache)
        if sequence.length + tokens > cache.shape.context:
            text = f"{sequence.length} tokens and {tokens} more" if sequence.length else f"{tokens} tokens"
            raise InferenceError(
                "INF060",
                f"{text} do not fit in a context of {cache.shape.context}",
                help="take a larger context (--context), if the model has one, or make the prompt shorter",
            )
    needed = sum(_missing(cache, *each) for each in growth) + _copies(cache, [s for s, _ in growth])
    if needed > len(cache.pool.free):
        raise InferenceError(
            "INF062",
            f"the cache has {len(cache.pool.free)} free blocks of {cache.shape.block} tokens, {needed} are needed",
            help="free a sequence, or open the engine with more blocks or a shorter context",
        )
    for sequence, tokens in growth:
        for index in sequence.written():
            if cache.pool.shared(sequence.blocks[index]):
                sequence.blocks[index] = _own(cache, sequence, index)
        sequence.blocks += cache.pool.take(_missing(cache, sequence, tokens))


def _missing(cache: KvCache, sequence: Sequence, tokens: int) -> int:
    return max(0, cache.shape.blocks_of(sequence.length + tokens) - len(sequence.blocks))


def _copies(cache: KvCache, writers: Many[Sequence]) -> int:
    """Blocks that must be copied: the last one who writes to a shared block may keep it."""
    count = Counter(sequence.blocks[index] for sequence in writers for index in sequence.written())
    return sum(min(writing, cache.pool.holders[block] - 1) for block, writing in count.items())


def _own(cache: KvCache, sequence: Sequence, index: int) -> int:
    """A block with the tokens that the sequence has in a shared one, which others keep."""
    shared, (own,) = sequence.blocks[index], cache.pool.take(1)
    cache.copy(shared, own, max(0, sequence.length - index * cache.shape.block))
    cache.pool.give([shared])
    return own
