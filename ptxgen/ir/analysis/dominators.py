"""Dominators and post-dominators, after Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001).

Predecessors are met deepest first, which keeps the many-exits case (thousands of guarded branches to one label)
linear where the textbook order is quadratic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import frozen

from ptxgen.ir.analysis.cfg import ControlFlow, reverse_postorder


@frozen(eq=False)
class DominatorTree:
    """Who dominates whom. `immediate[n]` is the nearest strict dominator of node n.

    It is None for the root and for nodes outside the tree (unreachable ones). In a post-dominator tree the root is
    `ControlFlow.exit`; a branch reconverges at its immediate post-dominator.
    """

    root: int
    immediate: tuple[int | None, ...]
    children: tuple[tuple[int, ...], ...]
    _entered: tuple[int, ...]
    _left: tuple[int, ...]

    def __contains__(self, node: int) -> bool:
        return self._entered[node] >= 0

    def dominates(self, above: int, below: int) -> bool:
        """Whether every path from the root to `below` passes `above`; every node dominates itself."""
        if above not in self or below not in self:
            return False
        return self._entered[above] <= self._entered[below] and self._left[below] <= self._left[above]

    def ancestors(self, node: int) -> Iterator[int]:
        """The strict dominators of a node, nearest first."""
        above = self.immediate[node]
        while above is not None:
            yield above
            above = self.immediate[above]

    def common(self, a: int, b: int) -> int:
        """The nearest node that dominates both (both must be in the tree)."""
        while not self.dominates(a, b):
            above = self.immediate[a]
            if above is None:
                raise ValueError(f"nodes {a} and {b} are not both in the tree")
            a = above
        return a


def dominators(cfg: ControlFlow) -> DominatorTree:
    """The dominator tree from the function's first block; `exit` is a node of it."""
    return _tree(0, cfg.successors, cfg.predecessors)


def post_dominators(cfg: ControlFlow) -> DominatorTree:
    """The post-dominator tree, rooted at `exit`.

    A region that never leaves (an endless loop) gets one pseudo edge to `exit`, so every reachable block is in it.
    """
    forward = [list(targets) for targets in cfg.successors]
    backward = [list(sources) for sources in cfg.predecessors]
    reached = set(reverse_postorder(cfg.exit, backward))
    for node in reversed(cfg.order):
        if node not in reached:
            forward[node].append(cfg.exit)
            backward[cfg.exit].append(node)
            reached |= _spread(node, backward, reached)
    return _tree(cfg.exit, backward, forward)


def _spread(start: int, neighbours: Sequence[Sequence[int]], known: set[int]) -> set[int]:
    found = {start}
    stack = [start]
    while stack:
        for node in neighbours[stack.pop()]:
            if node not in found and node not in known:
                found.add(node)
                stack.append(node)
    return found


def frontiers(tree: DominatorTree, predecessors: Sequence[Sequence[int]]) -> tuple[frozenset[int], ...]:
    """The dominance frontier of each node: where its dominance ends.

    With a post-dominator tree and the graph's *successors*, entry n holds the blocks that n is control dependent on.
    """
    found: list[set[int]] = [set() for _ in tree.immediate]
    for node, sources in enumerate(predecessors):
        if node not in tree:
            continue
        for runner in sources:
            above: int | None = runner if runner in tree else None
            # Where another way has been, everything above has been told as well.
            while above is not None and above != tree.immediate[node] and node not in found[above]:
                found[above].add(node)
                above = tree.immediate[above]
    return tuple(map(frozenset, found))


def _tree(
    root: int, successors: Sequence[Sequence[int]], predecessors: Sequence[Sequence[int]]
) -> DominatorTree:
    order = reverse_postorder(root, successors) if len(successors) > 1 else [root]
    rank = {node: position for position, node in enumerate(order)}
    above = {root: root}

    def meet(a: int, b: int) -> int:
        while a != b:
            while rank[a] > rank[b]:
                a = above[a]
            while rank[b] > rank[a]:
                b = above[b]
        return a

    sources = {
        node: sorted((p for p in predecessors[node] if p in rank), key=rank.__getitem__, reverse=True)
        for node in order[1:]
    }
    changed = True
    while changed:
        changed = False
        for node in order[1:]:
            best: int | None = None
            for source in sources[node]:
                if source in above:
                    best = source if best is None else meet(source, best)
            if best is not None and above.get(node) != best:
                above[node] = best
                changed = True
    return _numbered(root, order, above, len(successors))


def _numbered(root: int, order: Sequence[int], above: dict[int, int], size: int) -> DominatorTree:
    immediate: list[int | None] = [None] * size
    children: list[list[int]] = [[] for _ in range(size)]
    for node in order[1:]:
        immediate[node] = above[node]
        children[above[node]].append(node)
    entered, left = [-1] * size, [-1] * size
    clock = 0
    stack = [(root, False)]
    while stack:
        node, done = stack.pop()
        if done:
            left[node] = clock
            continue
        clock += 1
        entered[node] = clock
        stack.append((node, True))
        stack.extend((child, False) for child in reversed(children[node]))
    return DominatorTree(root, tuple(immediate), tuple(map(tuple, children)), tuple(entered), tuple(left))
