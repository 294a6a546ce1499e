"""Drawings of control flow: boxes apart, edges from box to box, forward edges downwards."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest

from ptxgen.debug.report.html.layout import Sizes, laid_out
from ptxgen.ir.analysis.cfg import reverse_postorder

SIZES = Sizes()


def graph(seed: int) -> tuple[list[int], list[tuple[int, int]]]:
    rng = random.Random(seed)
    count = rng.randint(1, 40)
    successors = [
        sorted(
            {min(n + 1, count - 1), rng.randrange(count)} if rng.random() < 0.5 else {min(n + 1, count - 1)}
        )
        for n in range(count)
    ]
    order = reverse_postorder(0, successors)
    return order, [(s, t) for s in order for t in successors[s]]


@pytest.mark.parametrize("seed", range(30))
def test_random_graphs(seed: int) -> None:
    order, edges = graph(seed)
    made = laid_out(order, edges)
    assert set(made.centres) == set(order)
    boxes = list(made.centres.values())
    for number, one in enumerate(boxes):
        assert SIZES.width / 2 <= one.x <= made.width - SIZES.width / 2
        assert SIZES.height / 2 <= one.y <= made.height - SIZES.height / 2
        for other in boxes[number + 1 :]:
            apart = abs(one.x - other.x) >= SIZES.width - 1e-6 or abs(one.y - other.y) >= SIZES.height
            assert apart
    position = {node: n for n, node in enumerate(order)}
    assert set(made.routes) == set(edges)
    for (source, target), route in made.routes.items():
        start, end = made.centres[source], made.centres[target]
        if position[source] < position[target]:
            assert (route[0].x, route[-1].x) == (start.x, end.x)
            assert all(a.y < b.y for a, b in pairwise(route))
        else:
            assert (route[0].y, route[-1].y) == (start.y, end.y)


def test_a_diamond_is_symmetric() -> None:
    made = laid_out([0, 1, 2, 3], [(0, 1), (0, 2), (1, 3), (2, 3)])
    at = made.centres
    assert at[1].y == at[2].y
    assert at[0].x == pytest.approx(at[3].x)
    assert abs(at[1].x + at[2].x - 2 * at[0].x) < 1
