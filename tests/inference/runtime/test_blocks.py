"""Sequences that grow, fork and end at random: each reads what it wrote, and blocks are neither lost nor mixed up."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, initialize, invariant, rule

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.runtime.cache import CacheShape, KvCache
from ptxgen_inference.runtime.model_parts import Heads
from ptxgen_inference.runtime.sequences import Sequence, extend
from tests.inference import engines

CONTEXT = 10


def cache_of(block_size: int, blocks: int = 0, count: int = 4) -> KvCache:
    shape = CacheShape(
        layers=2,
        heads=Heads(1, 1, 4),
        context=CONTEXT,
        format="f32",
        sequences=count,
        block_size=block_size,
        blocks=blocks,
    )
    return KvCache.make(engines.device(), shape)


def write(cache: KvCache, sequence: Sequence, tokens: list[int]) -> None:
    """What a step does: a token's keys and values go where the block table says."""
    for token in tokens:
        block, place = divmod(sequence.length, cache.shape.block)
        for layer, arrays in enumerate(cache.layers):
            arrays["keys"].numpy()[sequence.blocks[block], place] = 10 * token + layer
            arrays["values"].numpy()[sequence.blocks[block], place] = -10 * token - layer
        sequence.length += 1


def read(cache: KvCache, sequence: Sequence) -> list[list[float]]:
    """Keys and values of each layer, position by position."""
    arrays = [array.numpy() for layer in cache.layers for array in layer.values()]
    places = [divmod(position, cache.shape.block) for position in range(sequence.length)]
    return [[float(a[sequence.blocks[block], place].mean()) for a in arrays] for block, place in places]


def refusal(act: Callable[[], object]) -> str | None:
    """The id of the error that an action ends with."""
    try:
        act()
    except InferenceError as error:
        return error.id
    return None


class Life(RuleBasedStateMachine):
    """Sequences of a cache with few blocks, beside lists of what each should hold."""

    sequences = Bundle("sequences")

    @initialize(block=st.sampled_from([0, 1, 3, 4]), short_of=st.booleans())
    def begin(self, block: int, short_of: bool) -> None:
        self.cache = cache_of(block, blocks=5 if short_of and block else 0)
        self.text: dict[Sequence, list[int]] = {}
        self.token = 0

    @rule(target=sequences)
    def start(self) -> Sequence | None:
        return self._made(lambda: Sequence.start(self.cache), [])

    @rule(target=sequences, origin=sequences)
    def fork(self, origin: Sequence | None) -> Sequence | None:
        if origin not in self.text:
            return None
        return self._made(lambda: origin.fork(self.cache), self.text[origin])

    @rule(data=st.data(), tokens=st.lists(st.integers(1, 6), min_size=1, max_size=4))
    def append(self, data: st.DataObject, tokens: list[int]) -> None:
        """A step of several sequences: all of them get room, or none changes."""
        if not self.text:
            return
        chosen = data.draw(st.permutations(list(self.text)))[: len(tokens)]
        growth = list(zip(chosen, tokens, strict=False))
        before = self._state()
        refused = refusal(lambda: extend(self.cache, growth))
        if refused:
            assert refused == "INF060" or (refused == "INF062" and self.cache.shape.blocks)
            assert self._state() == before
            return
        for sequence, count in growth:
            new = [self.token + i for i in range(count)]
            self.token += count
            write(self.cache, sequence, new)
            self.text[sequence] += new

    @rule(sequence=consumes(sequences))
    def free(self, sequence: Sequence | None) -> None:
        if sequence in self.text:
            sequence.free()
            del self.text[sequence]

    @invariant()
    def each_reads_what_it_wrote(self) -> None:
        for sequence, text in getattr(self, "text", {}).items():
            assert read(self.cache, sequence) == [[10 * t, -10 * t, 10 * t + 1, -10 * t - 1] for t in text]

    @invariant()
    def no_block_is_lost(self) -> None:
        if not hasattr(self, "cache"):
            return
        pool = self.cache.pool
        held = [block for sequence in self.text for block in sequence.blocks]
        assert pool.holders == [held.count(block) for block in range(pool.count)]
        assert sorted(pool.free) == [block for block in range(pool.count) if block not in held]
        assert self.cache.started == len(self.text)

    def _made(self, make: Callable[[], Sequence], text: list[int]) -> Sequence | None:
        if len(self.text) == self.cache.shape.sequences:
            assert refusal(make) == "INF061"
            return None
        made = make()
        self.text[made] = [*text]
        return made

    def _state(self) -> object:
        return [*self.cache.pool.holders], [(s.length, [*s.blocks]) for s in self.text]


TestLife = Life.TestCase
TestLife.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_blocks_are_shared_until_somebody_writes():
    cache = cache_of(4, blocks=4)
    one = Sequence.start(cache)
    extend(cache, [(one, 6)])
    write(cache, one, [1, 2, 3, 4, 5, 6])
    two = one.fork(cache)
    assert two.blocks == one.blocks
    assert len(cache.pool.free) == 2
    extend(cache, [(two, 1)])
    assert two.blocks[0] == one.blocks[0]
    assert two.blocks[1] != one.blocks[1]
    extend(cache, [(one, 1)])
    assert len(cache.pool.free) == 1


def test_a_fork_of_a_full_cache_waits_for_a_block():
    """Both hold the only block; the first to write needs one of its own, the last one may keep it."""
    cache = cache_of(4, blocks=1)
    one = Sequence.start(cache)
    extend(cache, [(one, 2)])
    write(cache, one, [1, 2])
    two = one.fork(cache)
    with pytest.raises(InferenceError) as caught:
        extend(cache, [(one, 1), (two, 1)])
    assert caught.value.id == "INF062"
    two.free()
    extend(cache, [(one, 1)])
    assert np.array_equal(cache.row(one.blocks), [0, -1, -1])
