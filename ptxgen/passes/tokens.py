"""The token graph of a block: which memory operations must stay in order, and orders that keep to it.

Each memory operation makes a token; one that must come later takes it. Weak accesses take the tokens of those that they
conflict with; what orders memory takes all tokens before it and gives one to all after it. Loads of constant memory
(`.nc`) take none: nobody writes there. A thread's local memory knows no barriers.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from heapq import heapify, heappop, heappush

from attrs import define, field

from ptxgen.ir.analysis import MemoryOperation, Order
from ptxgen.ir.analysis.alias import conflict
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.errors import PassError

_MOST = 64
"""How many accesses since the last ordering operation are compared one by one; older ones count as conflicting."""


@define(eq=False)
class TokenGraph:
    """Operations by number, in program order, and for each the numbers of those that it must follow."""

    operations: tuple[MemoryOperation, ...]
    follows: list[set[int]] = field(init=False)

    def __attrs_post_init__(self) -> None:
        self.follows = [set() for _ in self.operations]

    def require(self, earlier: int, later: int) -> None:
        """One more constraint, of whoever knows."""
        self.follows[later].add(earlier)

    def number(self, operation: MemoryOperation) -> int:
        """The number of an operation of the block."""
        return self.operations.index(operation)

    def order(self, preference: Sequence[int] | None = None) -> list[int]:
        """All operations in an order that the graph allows; where there is a choice, by rank in `preference`.

        PAS040 if constraints go round in a circle; the message says which operations are in it.
        """
        rank = list(preference) if preference is not None else list(range(len(self.operations)))
        waiting = [len(earlier) for earlier in self.follows]
        later: list[list[int]] = [[] for _ in self.operations]
        for number, earlier in enumerate(self.follows):
            for other in earlier:
                later[other].append(number)
        ready = [(rank[n], n) for n, count in enumerate(waiting) if not count]
        heapify(ready)
        found: list[int] = []
        while ready:
            _, number = heappop(ready)
            found.append(number)
            for other in later[number]:
                waiting[other] -= 1
                if not waiting[other]:
                    heappush(ready, (rank[other], other))
        if len(found) < len(self.operations):
            raise _circle(self, set(range(len(self.operations))) - set(found))
        return found


def token_graph(operations: Iterable[MemoryOperation]) -> TokenGraph:
    """The constraints of a block's operations, from aliases and order. Nearly linear: see `_MOST`."""
    graph = TokenGraph(tuple(operations))
    last: int | None = None
    recent: list[int] = []
    private: list[int] = []
    for number, operation in enumerate(graph.operations):
        if is_constant(operation):
            continue
        own = private if is_private(operation) else recent
        if operation.order is Order.ORDERS:
            graph.follows[number].update(recent if last is None else (*recent, last))
            recent.clear()
            last = number
            continue
        if last is not None and own is recent:
            graph.require(last, number)
        compared = own[-_MOST:]
        graph.follows[number].update(n for n in compared if must_follow(graph.operations[n], operation))
        graph.follows[number].update(own[:-_MOST])
        own.append(number)
    return graph


def must_follow(first: MemoryOperation, second: MemoryOperation) -> bool:
    """Whether two operations of a thread must stay in their order."""
    if Order.ORDERS in (first.order, second.order):
        return True
    if first.order is Order.STRONG and second.order is Order.STRONG:
        return True
    return any(conflict(a, b) for a in first.accesses for b in second.accesses)


def is_constant(operation: MemoryOperation) -> bool:
    """Whether it only reads what nobody writes."""
    return operation.is_plain and all(access.constant for access in operation.accesses)


def is_private(operation: MemoryOperation) -> bool:
    """Whether it only accesses the thread's own local memory."""
    return operation.is_plain and all(access.space is StateSpace.LOCAL for access in operation.accesses)


def _circle(graph: TokenGraph, among: set[int]) -> PassError:
    """The error for constraints that nothing satisfies."""
    path = [min(among)]
    while True:
        number = min(n for n in graph.follows[path[-1]] if n in among)
        if number in path:
            circle = [*path[path.index(number) :], number]
            break
        path.append(number)
    named = " after ".join(str(graph.operations[n].instruction) for n in circle)
    return PassError(
        "PAS040",
        f"memory operations wait for each other: {named}",
        help="take back the constraint that was added against program order",
        line=graph.operations[circle[0]].instruction.line,
    )
