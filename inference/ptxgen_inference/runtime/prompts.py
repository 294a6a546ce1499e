"""Prompts in steps: how they are cut, and what a step of several sequences reads."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
from attrs import frozen

from ptxgen_inference.runtime import sequences
from ptxgen_inference.runtime.cache import KvCache
from ptxgen_inference.runtime.inputs import Ints

Part = tuple[sequences.Sequence, Ints]
"""New tokens of a sequence that go through the model in one step."""
S = TypeVar("S")
_SHORTER = 16
_LEAST_ROWS = 8


@frozen
class Widths:
    """How many rows steps have: `chunk` in all, or a `short` step of a sequence. Each is recorded once, and some of its
    kernels are compiled for it: hence only two.
    """

    chunk: int

    @property
    def short(self) -> int:
        """Rows of the shorter one."""
        return min(self.chunk, max(self.chunk // _SHORTER, _LEAST_ROWS))

    def of(self, tokens: int, count: int = 1) -> list[int]:
        """Rows of each of `count` sequences in the steps of prompts of at most so many tokens.

        Whole chunks, which the sequences share, and the rest in one more that is padded, or, if it fills less than a
        quarter of one, in short steps.
        """
        chunk = max(self.short, self.chunk // count // self.short * self.short)
        whole, rest = divmod(tokens, chunk)
        if 4 * rest >= chunk:
            return [chunk] * (whole + 1)
        return [chunk] * whole + [self.short] * -(-rest // self.short)


def steps(
    prompts: Sequence[tuple[S, Ints]], widths: Sequence[int]
) -> Iterator[tuple[list[tuple[S, Ints]], int]]:
    """The new tokens of each step, of those sequences that have any in it, and its rows for each sequence.

    All sequences end with the last step; shorter ones begin in a later one.
    """
    left = sum(widths)
    for rows in widths:
        behind = left - rows
        active = [(sequence, ids) for sequence, ids in prompts if len(ids) > behind]
        yield [(s, ids[max(0, len(ids) - left) : len(ids) - behind]) for s, ids in active], rows
        left = behind


def inputs(cache: KvCache, parts: Sequence[Part], rows: int) -> dict[str, Ints]:
    """What a step reads that appends tokens to sequences, so many rows each.

    They are padded in front: padding has no place in the cache, and a sequence's last row is a token.
    """
    tokens = np.zeros((len(parts), rows), np.int32)
    positions = np.full((len(parts), rows), -1, np.int32)
    for row, place, (sequence, ids) in zip(tokens, positions, parts, strict=True):
        row[rows - len(ids) :] = ids
        place[rows - len(ids) :] = np.arange(sequence.length, sequence.length + len(ids))
    numbers = np.arange(len(parts), dtype=np.int32)
    return {
        "tokens": tokens,
        "positions": positions,
        "sequences": np.repeat(numbers, rows),
        "lengths": positions[:, -1] + 1,
        "last": (numbers + 1) * rows - 1,
        "block_table": np.stack([cache.row(sequence.blocks) for sequence, _ in parts]),
    }


def alone(ids: Ints, rows: int) -> dict[str, Ints]:
    """The inputs of a text by itself, padded behind: tokens do not see what comes later."""
    padded = np.zeros(rows, np.int32)
    padded[: len(ids)] = ids
    positions = np.arange(rows, dtype=np.int32)
    return {"tokens": padded, "positions": positions, "lengths": np.array([rows], np.int32)}
