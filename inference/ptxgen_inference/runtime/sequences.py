"""Sequences of tokens that are in the cache."""

from __future__ import annotations

from typing import Self

from attrs import define, field

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.runtime.cache import KvCache


@define(eq=False)
class Sequence:
    """A text whose keys and values are in the cache: `length` tokens so far. `free` it when it is done."""

    cache: KvCache
    length: int = 0
    blocks: list[int] = field(factory=list[int])
    freed: bool = False

    def free(self) -> None:
        """Give its place in the cache back. Calling it again does nothing."""
        if not self.freed:
            self.cache.give(self.blocks)
            self.cache.started -= 1
            self.freed = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        self.free()

    def extend(self, cache: KvCache, tokens: int) -> None:
        """Make room for more tokens. INF060 beyond the context, INF062 without blocks, INF063 after `free`."""
        if self.freed or self.cache is not cache:
            why = "was freed" if self.freed else "belongs to another engine"
            raise InferenceError("INF063", f"the sequence {why}", help="start another one: engine.start()")
        if self.length + tokens > cache.shape.context:
            raise InferenceError(
                "INF060",
                f"{self.length} tokens and {tokens} more do not fit in a context of {cache.shape.context}",
                help="open the engine with a larger context, or make the prompt shorter",
            )
        cache.take(self.blocks, self.length + tokens)

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
