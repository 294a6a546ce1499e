"""Which blocks of a paged cache are free, and how many sequences hold each of the others."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import define, field


@define(eq=False)
class BlockPool:
    """`count` blocks. `holders[b]` sequences hold block b; the `free` ones nobody."""

    count: int
    free: list[int] = field(init=False)
    holders: list[int] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.free = list(range(self.count))
        self.holders = [0] * self.count

    def take(self, count: int) -> list[int]:
        """So many free blocks, each for one holder. The caller has seen that there are enough."""
        taken, self.free = self.free[:count], self.free[count:]
        self.share(taken)
        return taken

    def share(self, blocks: Iterable[int]) -> None:
        """One more holder of each."""
        for block in blocks:
            self.holders[block] += 1

    def give(self, blocks: Iterable[int]) -> None:
        """One holder fewer of each; what nobody holds is free."""
        for block in blocks:
            self.holders[block] -= 1
            if not self.holders[block]:
                self.free.append(block)

    def shared(self, block: int) -> bool:
        """Whether several sequences hold it, so that none of them may write to it."""
        return self.holders[block] > 1
