"""An engine whose logits are a table: what follows a token depends on that token only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self

import numpy as np
from attrs import define, field
from numpy.typing import NDArray


@define
class FakeSequence:
    engine: FakeEngine
    ids: list[int] = field(factory=list[int])
    freed: bool = False

    @property
    def length(self) -> int:
        return len(self.ids)

    def free(self) -> None:
        assert not self.freed
        self.freed = True
        self.engine.open -= 1


@define
class FakeLogits:
    engine: FakeEngine
    rows: NDArray[np.float32]

    def host(self) -> NDArray[np.float32]:
        self.engine.reads.append("host")
        return self.rows.copy()

    def argmax(self) -> NDArray[np.uint32]:
        self.engine.reads.append("argmax")
        return self.rows.argmax(1).astype(np.uint32)

    def top(self, k: int) -> tuple[NDArray[np.float32], NDArray[np.uint32]]:
        self.engine.reads.append(f"top {k}")
        ids = np.argsort(-self.rows, axis=1, kind="stable")[:, :k]
        return np.take_along_axis(self.rows, ids, 1), ids.astype(np.uint32)


@define
class FakeEngine:
    """`table`: [vocabulary, vocabulary] logits behind each token. `open`: sequences in use. `fed`: tokens so far."""

    table: NDArray[np.float32]
    context: int = 64
    open: int = 0
    fed: list[int] = field(factory=list[int])
    reads: list[str] = field(factory=list[str])
    warmed: list[list[int]] = field(factory=list[list[int]])

    @classmethod
    def saying(cls, order: Sequence[int], vocabulary: int, **options: Any) -> FakeEngine:
        """An engine that says `order` after its first token, and then again."""
        table = np.zeros((vocabulary, vocabulary), np.float32)
        for now, following in zip(order, [*order[1:], order[0]], strict=True):
            table[now, following] = 5
        return cls(table, **options)

    @property
    def vocabulary(self) -> int:
        return len(self.table)

    def warm_up(self, prompts: Sequence[int], progress: Callable[[int, int], None]) -> None:
        self.warmed.append([*prompts])
        progress(1, 1)

    def start(self) -> FakeSequence:
        self.open += 1
        return FakeSequence(self)

    def prefill(self, sequence: FakeSequence, tokens: Sequence[int]) -> FakeLogits:
        assert tokens
        assert not sequence.freed
        assert sequence.length + len(tokens) <= self.context
        sequence.ids += tokens
        self.fed += tokens
        return FakeLogits(self, self.table[[tokens[-1]]])

    def decode(self, pairs: Sequence[tuple[FakeSequence, int]]) -> FakeLogits:
        rows = [self.prefill(sequence, [id]).rows[0] for sequence, id in pairs]
        return FakeLogits(self, np.stack(rows))

    def logits(self, tokens: Sequence[int]) -> NDArray[np.float32]:
        assert 0 < len(tokens) <= self.context
        return self.table[[*tokens]]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exception: object) -> None:
        assert self.open == 0, "a sequence was not given back"
