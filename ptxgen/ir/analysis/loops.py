"""Natural loops and how they nest."""

from __future__ import annotations

from attrs import frozen

from ptxgen.ir.analysis.cfg import ControlFlow, Edge
from ptxgen.ir.analysis.dominators import DominatorTree

DEEPEST = 128
"""Loops inside of one another that are told apart: the blocks of all of them together stay linear in the text."""


@frozen(eq=False)
class Loop:
    """A natural loop: all back edges to one header, with the blocks that reach them without passing the header.

    `latches` are the sources of the back edges; `exits` are the edges that leave the loop (to `ControlFlow.exit`, too).
    `depth` is 1 for an outermost loop.
    """

    header: int
    latches: tuple[int, ...]
    blocks: frozenset[int]
    exits: tuple[Edge, ...]
    depth: int
    parent: Loop | None

    def __contains__(self, block: int) -> bool:
        return block in self.blocks

    def entering(self, cfg: ControlFlow) -> tuple[Edge, ...]:
        """The edges that come to the header from outside."""
        return tuple(e for e in cfg.edges_into(self.header) if e.source not in self.blocks)

    def preheader(self, cfg: ControlFlow) -> int | None:
        """The block outside from which control can only come to the header, if all entries come from it.

        The function's start enters a loop at block 0 without one.
        """
        sources = {e.source for e in self.entering(cfg)}
        if len(sources) != 1 or self.header == 0:
            return None
        (source,) = sources
        return source if cfg.successors[source] == (self.header,) else None


@frozen(eq=False)
class Loops:
    """The loops of a function, outer before inner.

    `innermost` maps a block to the smallest loop around it. `irreducible` has the retreating edges whose target does
    not dominate their source: cycles with several entries, which are no natural loops; and those of loops inside of
    more than `DEEPEST` others, if there are any (`deeper`).
    """

    loops: tuple[Loop, ...]
    innermost: dict[int, Loop]
    irreducible: tuple[tuple[int, int], ...]
    deeper: bool = False

    def depth(self, block: int) -> int:
        """How many loops surround a block."""
        loop = self.innermost.get(block)
        return loop.depth if loop is not None else 0


def natural_loops(cfg: ControlFlow, tree: DominatorTree) -> Loops:
    """The natural loops of a graph, given its dominator tree."""
    rank = {node: position for position, node in enumerate(cfg.order)}
    latches: dict[int, list[int]] = {}
    irreducible: list[tuple[int, int]] = []
    for source in cfg.order:
        for target in cfg.successors[source]:
            if rank.get(target, len(rank)) > rank[source]:
                continue
            if tree.dominates(target, source):
                latches.setdefault(target, []).append(source)
            else:
                irreducible.append((source, target))
    innermost: dict[int, Loop] = {}
    loops: list[Loop] = []
    deeper = False
    for header in sorted(latches, key=rank.__getitem__):
        # Loops are visited outermost header first, so whatever holds this header now is its parent.
        parent = innermost.get(header)
        if parent is not None and parent.depth == DEEPEST:
            irreducible += ((latch, header) for latch in latches[header])
            deeper = True
            continue
        body = _body(cfg, header, latches[header])
        exits = tuple(e for b in sorted(body) for e in cfg.edges[b] if e.target not in body)
        depth = parent.depth + 1 if parent is not None else 1
        loop = Loop(header, tuple(latches[header]), body, exits, depth, parent)
        loops.append(loop)
        innermost.update(dict.fromkeys(body, loop))
    return Loops(tuple(loops), innermost, tuple(irreducible), deeper)


def _body(cfg: ControlFlow, header: int, latches: list[int]) -> frozenset[int]:
    reachable = cfg.reachable()
    body = {header}
    stack = list(latches)
    while stack:
        block = stack.pop()
        if block not in body and block in reachable:
            body.add(block)
            stack.extend(cfg.predecessors[block])
    return frozenset(body)
