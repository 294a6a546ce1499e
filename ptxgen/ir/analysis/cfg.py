"""The control-flow graph of a function, over block numbers.

Nodes are the positions of `Function.blocks`; one more node, `ControlFlow.exit`, stands for everything that comes
after the function (return, exit, trap, running off the end). A guarded branch has two edges: its target and the
next block. Labels that do not exist make no edge: the checker reports them.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable, Iterator, Sequence

from attrs import frozen

from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Block, Function
from ptxgen.ir.operands import Guard, Label


class EdgeKind(enum.Enum):
    """Why control takes an edge."""

    FALLTHROUGH = "fallthrough"
    BRANCH = "branch"
    INDIRECT = "indirect"
    EXIT = "exit"


@frozen
class Edge:
    """One way from a block to another. `condition` is the guard that must hold for it to be taken, None if any."""

    source: int
    target: int
    kind: EdgeKind
    condition: Guard | None = None


@frozen(eq=False)
class ControlFlow:
    """Edges in both directions, and the reachable blocks in reverse postorder (`order`).

    `successors` and `predecessors` have one entry a node, `exit` included, each target once. `edges` has the same
    edges with their kind and condition, by source block. `open_end` says that control can run off the last block.
    """

    function: Function
    edges: tuple[tuple[Edge, ...], ...]
    successors: tuple[tuple[int, ...], ...]
    predecessors: tuple[tuple[int, ...], ...]
    order: tuple[int, ...]
    open_end: bool

    @property
    def blocks(self) -> Sequence[Block]:
        return self.function.blocks

    @property
    def exit(self) -> int:
        """The node that stands for the end of the function."""
        return len(self.edges)

    def reachable(self) -> frozenset[int]:
        """The blocks that control can reach from the function's start."""
        return frozenset(self.order)

    def edges_into(self, block: int) -> Iterator[Edge]:
        """The edges that end at a block (or at `exit`)."""
        for source in self.predecessors[block]:
            yield from (edge for edge in self.edges[source] if edge.target == block)


def control_flow(function: Function) -> ControlFlow:
    """The graph of a function. Linear in its size."""
    labels: dict[str, int] = {}
    for number, block in enumerate(function.blocks):
        if block.label is not None:
            labels.setdefault(block.label, number)
    tables = {t.label: t.names for t in function.targets if t.kind == "branchtargets"}
    edges = tuple(
        tuple(_edges(number, block, len(function.blocks), labels, tables))
        for number, block in enumerate(function.blocks)
    )
    successors = (*(tuple(dict.fromkeys(e.target for e in out)) for out in edges), ())
    predecessors: list[list[int]] = [[] for _ in successors]
    for source, targets in enumerate(successors):
        for target in targets:
            predecessors[target].append(source)
    exit = len(edges)
    order = tuple(n for n in reverse_postorder(0, successors) if n != exit) if edges else ()
    open_end = any(e.target == exit and e.kind is EdgeKind.FALLTHROUGH for out in edges for e in out)
    return ControlFlow(function, edges, successors, tuple(map(tuple, predecessors)), order, open_end)


def _edges(
    number: int, block: Block, exit: int, labels: dict[str, int], tables: dict[str, tuple[str, ...]]
) -> Iterator[Edge]:
    remaining: Guard | None = None
    for instruction in block.instructions:
        if not instruction.ends_block:
            continue
        for target, kind in _targets(instruction, exit, labels, tables):
            yield Edge(number, target, kind, instruction.guard)
        if instruction.guard is None:
            return
        remaining = Guard(instruction.guard.register, not instruction.guard.negated)
    yield Edge(number, number + 1, EdgeKind.FALLTHROUGH, remaining)


def _targets(
    instruction: Instruction, exit: int, labels: dict[str, int], tables: dict[str, tuple[str, ...]]
) -> Iterator[tuple[int, EdgeKind]]:
    named = [operand.name for operand in instruction.operands if isinstance(operand, Label)]
    if not named:
        yield exit, EdgeKind.EXIT
    for name in named:
        kind = EdgeKind.INDIRECT if name in tables else EdgeKind.BRANCH
        for label in tables.get(name, (name,)):
            if label in labels:
                yield labels[label], kind


def reverse_postorder(root: int, successors: Sequence[Iterable[int]]) -> list[int]:
    """Nodes reachable from `root`, each before its successors except along retreating edges."""
    seen = {root}
    finished: list[int] = []
    stack = [(root, iter(successors[root]))]
    while stack:
        node, rest = stack[-1]
        for target in rest:
            if target not in seen:
                seen.add(target)
                stack.append((target, iter(successors[target])))
                break
        else:
            stack.pop()
            finished.append(node)
    finished.reverse()
    return finished
