"""The one solver for gen/kill problems over sets held as bit masks."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen


@frozen
class Transfer:
    """What a block does to a set: `(set & keep) | gen`."""

    gen: int
    keep: int


def solve_union(
    order: Sequence[int], inputs: Sequence[Sequence[int]], transfers: Sequence[Transfer]
) -> tuple[list[int], list[int]]:
    """The least solution: the sets before and after each node, where before(n) is the union of after(inputs[n]).

    `order` should put a node after its inputs where it can: reverse postorder for forward problems, its reverse for
    backward ones. Nodes outside `order` keep the empty set.
    """
    before = [0] * len(inputs)
    after = [0] * len(inputs)
    changed = True
    while changed:
        changed = False
        for node in order:
            met = 0
            for source in inputs[node]:
                met |= after[source]
            before[node] = met
            result = (met & transfers[node].keep) | transfers[node].gen
            if result != after[node]:
                after[node] = result
                changed = True
    return before, after
