"""Stages of shared memory that bulk copies fill, and who has read them."""

from __future__ import annotations

from attrs import define, field

from ptxgen.debug.protocol.barriers import Copy
from ptxgen.debug.protocol.clocks import Knowledge
from ptxgen.debug.protocol.values import Array
from ptxgen.debug.stages.clash import Clash, Touch


@define(eq=False)
class Reader:
    """A warp that has read what a copy brought, at a time of its own."""

    warp: int
    time: int
    touch: Touch
    assumed: bool


@define(eq=False)
class Stages:
    """What fills the bytes of shared memory: pieces of copies, none over another, the last ones that were issued."""

    pieces: list[tuple[int, int, Copy]] = field(factory=list["tuple[int, int, Copy]"])
    issued: dict[int, Touch] = field(factory=dict[int, Touch])
    readers: dict[int, dict[int, Reader]] = field(factory=dict[int, "dict[int, Reader]"])
    products: dict[int, list[tuple[int, Touch]]] = field(factory=dict[int, "list[tuple[int, Touch]]"])
    """Warps whose products still read what a copy brought, by the copy."""

    def fill(self, copy: Copy, touch: Touch, knowledge: Knowledge, assumed: bool) -> Clash | None:
        """Start a copy; what goes wrong with it."""
        found: Clash | None = None
        kept: list[tuple[int, int, Copy]] = []
        for low, high, before in self.pieces:
            if high <= copy.start or copy.end <= low:
                kept.append((low, high, before))
                continue
            found = found or self._over(before, copy, touch, knowledge, assumed)
            if low < copy.start:
                kept.append((low, copy.start, before))
            if copy.end < high:
                kept.append((copy.end, high, before))
        kept.append((copy.start, copy.end, copy))
        self.pieces = kept
        self.issued[copy.number] = touch
        return found

    def _over(
        self, before: Copy, copy: Copy, touch: Touch, knowledge: Knowledge, assumed: bool
    ) -> Clash | None:
        """What a copy does wrong to those who use the stage, and to the copy before."""
        for reader in self.readers.get(before.number, {}).values():
            if reader.warp != copy.warp and not knowledge.knows(reader.warp, reader.time):
                return Clash("early", reader.touch, touch, sure=not (assumed or reader.assumed))
        for warp, reading in self.products.get(before.number, ()):
            if warp != copy.warp:
                return Clash("product", reading, touch, sure=not assumed)
        together = before.instruction is copy.instruction and before.round == copy.round
        if knowledge.has(before.number) or together:
            return None
        return Clash("twice", self.issued[before.number], touch, sure=not (assumed or before.assumed))

    def at(self, starts: Array, bytes: int) -> list[tuple[Copy, Array]]:
        """The copies that accesses touch, and which of them do."""
        if not starts.size:
            return []
        least, most = int(starts.min()), int(starts.max()) + bytes
        found: list[tuple[Copy, Array]] = []
        for low, high, copy in self.pieces:
            if low < most and least < high:
                hit = (starts < high) & (starts + bytes > low)
                if hit.any():
                    found.append((copy, hit))
        return found
