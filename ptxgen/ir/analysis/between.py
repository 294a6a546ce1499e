"""The memory operations that may run between an instruction and the nearest of some others, in either direction."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from attrs import frozen

from ptxgen.ir.analysis.cfg import ControlFlow
from ptxgen.ir.analysis.memory import MemoryOperation
from ptxgen.ir.analysis.values import Place


@frozen(eq=False)
class Neighbourhood:
    """The operations that count, block by block in order, on a control-flow graph."""

    cfg: ControlFlow
    blocks: Sequence[Sequence[MemoryOperation]]

    def after(self, place: Place, stops: Collection[Place]) -> list[MemoryOperation]:
        """Operations that may run after an instruction, up to the stops on each path."""
        return self._walk(place, stops, forwards=True)

    def before(self, place: Place, stops: Collection[Place]) -> list[MemoryOperation]:
        """Operations that may run before an instruction, back to the stops on each path."""
        return self._walk(place, stops, forwards=False)

    def _walk(self, place: Place, stops: Collection[Place], *, forwards: bool) -> list[MemoryOperation]:
        inside: dict[int, list[int]] = {}
        for block, index in stops:
            inside.setdefault(block, []).append(index)
        found: dict[Place, MemoryOperation] = {}
        neighbours = self.cfg.successors if forwards else self.cfg.predecessors
        waiting = self._block(place[0], place[1], inside, found, neighbours, forwards)
        seen: set[int] = set()
        while waiting:
            block = waiting.pop()
            if block not in seen and block != self.cfg.exit:
                seen.add(block)
                waiting += self._block(block, None, inside, found, neighbours, forwards)
        return list(found.values())

    def _block(
        self,
        block: int,
        start: int | None,
        stops: dict[int, list[int]],
        found: dict[Place, MemoryOperation],
        neighbours: Sequence[Sequence[int]],
        forwards: bool,
    ) -> list[int]:
        """Collect from one block, from `start` on (None: from its end that is met first); the blocks to go on with."""
        size = len(self.cfg.blocks[block].instructions)
        here = start if start is not None else (-1 if forwards else size)
        ahead = [i for i in stops.get(block, ()) if (i > here if forwards else i < here)]
        end = (min(ahead) if forwards else max(ahead)) if ahead else (size if forwards else -1)
        low, high = (here, end) if forwards else (end, here)
        for operation in self.blocks[block]:
            if low < operation.at[1] < high:
                found[operation.at] = operation
        return [] if ahead else list(neighbours[block])
