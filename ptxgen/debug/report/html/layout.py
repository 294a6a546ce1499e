"""Where the boxes of a control-flow graph stand: layers from top to bottom, few crossings, straight lines.

The method of Sugiyama, Tagawa and Toda (1981) in its simplest form: layers by longest path over the edges that do not
go back, order within a layer by the mean of the neighbours, and places drawn towards neighbours as far as the order
allows. Edges that go back run along the right side.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

from attrs import define, field, frozen

SWEEPS = 8
"""How often order and places are improved, down and up."""

Node = int | tuple[int, int, int]
"""A block, or the bend of an edge (source, target, layer)."""


@frozen
class Point:
    """A place in the drawing, in pixels."""

    x: float
    y: float


@frozen
class Layout:
    """The middle of each block, the bends of each edge (ends included), and the size of the whole."""

    centres: Mapping[int, Point]
    routes: Mapping[tuple[int, int], tuple[Point, ...]]
    width: float
    height: float


@frozen
class Sizes:
    """The size of a box and the room around it, in pixels."""

    width: float = 190
    height: float = 46
    across: float = 36
    down: float = 52
    bend: float = 12


def laid_out(order: Sequence[int], edges: Sequence[tuple[int, int]], sizes: Sizes | None = None) -> Layout:
    """The layout of a graph. `order`: the nodes in reverse postorder, so that an edge to an earlier one goes back."""
    return _Drawing(order, edges, sizes or Sizes()).made()


@define
class _Drawing:
    order: Sequence[int]
    edges: Sequence[tuple[int, int]]
    sizes: Sizes
    layers: list[list[Node]] = field(factory=list[list[Node]], init=False)
    above: dict[Node, list[Node]] = field(factory=dict[Node, list[Node]], init=False)
    below: dict[Node, list[Node]] = field(factory=dict[Node, list[Node]], init=False)
    x: dict[Node, float] = field(factory=dict[Node, float], init=False)

    def made(self) -> Layout:
        position = {node: number for number, node in enumerate(self.order)}
        forward = [(s, t) for s, t in self.edges if position[s] < position[t]]
        back = [(s, t) for s, t in self.edges if position[s] >= position[t]]
        rank = self._ranks(forward)
        self._fill(forward, rank)
        for sweep in range(SWEEPS):
            self._sort(downwards=sweep % 2 == 0)
        self._place()
        return self._layout(forward, back, rank)

    def _ranks(self, forward: Sequence[tuple[int, int]]) -> dict[int, int]:
        rank = dict.fromkeys(self.order, 0)
        into: dict[int, list[int]] = {}
        for source, target in forward:
            into.setdefault(target, []).append(source)
        for node in self.order:
            rank[node] = max((rank[s] + 1 for s in into.get(node, ())), default=0)
        return rank

    def _fill(self, forward: Sequence[tuple[int, int]], rank: Mapping[int, int]) -> None:
        self.layers = [[] for _ in range(max(rank.values(), default=0) + 1)]
        for node in self.order:
            self.layers[rank[node]].append(node)
        for source, target in forward:
            chain: list[Node] = [source]
            for layer in range(rank[source] + 1, rank[target]):
                bend = (source, target, layer)
                self.layers[layer].append(bend)
                chain.append(bend)
            chain.append(target)
            for upper, lower in pairwise(chain):
                self.below.setdefault(upper, []).append(lower)
                self.above.setdefault(lower, []).append(upper)

    def _sort(self, *, downwards: bool) -> None:
        layers = self.layers if downwards else self.layers[::-1]
        near = self.above if downwards else self.below
        for layer in layers:
            place = {node: n for each in self.layers for n, node in enumerate(each)}
            mean = {node: _mean([place[n] for n in near.get(node, ())], place[node]) for node in layer}
            layer.sort(key=mean.__getitem__)

    def _place(self) -> None:
        for layer in self.layers:
            at = 0.0
            for node in layer:
                self.x[node] = at + self._wide(node) / 2
                at += self._wide(node) + self.sizes.across
        for sweep in range(2 * SWEEPS):
            near = self.above if sweep % 2 == 0 else self.below
            for layer in self.layers if sweep % 2 == 0 else self.layers[::-1]:
                wanted = [_mean([self.x[n] for n in near.get(node, ())], self.x[node]) for node in layer]
                for node, place in zip(layer, self._apart(layer, wanted), strict=True):
                    self.x[node] = place

    def _apart(self, layer: Sequence[Node], wanted: Sequence[float]) -> list[float]:
        """Places as near to the wanted ones as the distances allow: the mean of pushing right and pushing left."""
        right, left = list(wanted), list(wanted)
        for n in range(1, len(layer)):
            right[n] = max(right[n], right[n - 1] + self._distance(layer[n - 1], layer[n]))
        for n in range(len(layer) - 2, -1, -1):
            left[n] = min(left[n], left[n + 1] - self._distance(layer[n], layer[n + 1]))
        return [(a + b) / 2 for a, b in zip(right, left, strict=True)]

    def _distance(self, one: Node, other: Node) -> float:
        return (self._wide(one) + self._wide(other)) / 2 + self.sizes.across

    def _wide(self, node: Node) -> float:
        return self.sizes.width if isinstance(node, int) else self.sizes.bend

    def _layout(
        self, forward: Sequence[tuple[int, int]], back: Sequence[tuple[int, int]], rank: Mapping[int, int]
    ) -> Layout:
        sizes = self.sizes
        first = min((x - self._wide(n) / 2 for n, x in self.x.items()), default=0)
        pitch = sizes.height + sizes.down
        half = sizes.height / 2

        def at(node: Node) -> Point:
            layer = rank[node] if isinstance(node, int) else node[2]
            return Point(self.x[node] - first + sizes.across, layer * pitch + sizes.height)

        centres = {node: at(node) for node in self.order}
        right = max((at(n).x + self._wide(n) / 2 for n in self.x), default=0)
        routes: dict[tuple[int, int], tuple[Point, ...]] = {}
        for source, target in forward:
            bends = [at((source, target, layer)) for layer in range(rank[source] + 1, rank[target])]
            start, end = centres[source], centres[target]
            routes[source, target] = (Point(start.x, start.y + half), *bends, Point(end.x, end.y - half))
        for number, (source, target) in enumerate(back):
            side = right + 16 + 12 * number
            start, end = centres[source], centres[target]
            routes[source, target] = (
                Point(start.x + sizes.width / 2, start.y),
                Point(side, start.y),
                Point(side, end.y),
                Point(end.x + sizes.width / 2, end.y),
            )
        width = right + (sizes.across if not back else 100 + 12 * len(back))
        return Layout(centres, routes, width, (len(self.layers) - 1) * pitch + 2 * sizes.height)


def _mean(values: Sequence[float], otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise
