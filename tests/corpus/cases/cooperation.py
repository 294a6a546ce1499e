"""Programs whose threads work together: reductions, scans, atomics, votes, barriers, fences."""

from __future__ import annotations

import numpy as np

from tests.corpus.cases.program import Arrays, Launch, Program

Rng = np.random.Generator


def small(rng: Rng, count: int) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    return rng.integers(-100, 100, count, np.int32)


def reduction(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(-(1 << 20), 1 << 20, 1500, np.int32),
        "y": rng.normal(size=1500).astype(np.float32),
        "partial": np.zeros(5, np.int32),
        "total": np.zeros(1, np.int32),
        "peak": np.zeros(3, np.float32),
    }


def scan(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(0, 1 << 20, 700, np.uint32),
        "y": np.zeros(700, np.uint32),
        "sums": np.zeros(3, np.uint32),
    }


def histogram(rng: Rng) -> Arrays:
    return {"data": rng.binomial(255, 0.3, 2003).astype(np.uint8), "counts": np.zeros(256, np.uint32)}


def warp_groups(rng: Rng) -> Arrays:
    return {
        "x": small(rng, 200),
        "sums": np.zeros(25, np.int32),
        "scans": np.zeros(200, np.int32),
        "count": np.zeros(1, np.int32),
        "places": np.zeros(200, np.int32),
        "sizes": np.zeros(200, np.int32),
        "leaders": np.zeros(200, np.int32),
    }


def warp_votes(rng: Rng) -> Arrays:
    x = small(rng, 100)
    x[32:64] = np.abs(x[32:64])
    return {"x": x, "out": np.zeros(12 * 128, np.uint32)}


def fences(rng: Rng) -> Arrays:
    return {"x": small(rng, 15), "y": np.zeros(15, np.int32), "sum": np.zeros(1, np.int32)}


def compaction(rng: Rng) -> Arrays:
    x = small(rng, 500)
    x[256:384] = 1
    x[100] = 77
    return {
        "x": x,
        "counts": np.zeros(4, np.int32),
        "y": np.zeros(500, np.int32),
        "length": np.zeros(2, np.int32),
    }


def graph(rng: Rng) -> Arrays:
    """A sparse graph without direction, in rows."""
    n = 120
    edges = {(int(a), int(b)) for a, b in rng.integers(0, n, (110, 2)) if a != b}
    edges |= {(b, a) for a, b in edges}
    degree = np.bincount([a for a, _ in edges], minlength=n)
    distance = np.full(n, -1, np.int32)
    distance[0] = 0
    return {
        "rows": np.concatenate(([0], np.cumsum(degree))).astype(np.int32),
        "edges": np.array([b for _, b in sorted(edges)], np.int32),
        "distance": distance,
        "frontier": np.zeros(n, np.int32),
        "size": np.zeros(1, np.int32),
        "parent": np.arange(n, dtype=np.int32),
    }


def atomics(rng: Rng) -> Arrays:
    out = np.zeros(19, np.int32)
    out[2], out[3], out[4], out[6], out[15] = 2**31 - 1, -(2**31), -1, -1, -(2**31)
    return {
        "x": rng.integers(-(1 << 31), 1 << 31, 300, np.int32),
        "out": out,
        "wide": np.array([0, 1 << 63, (1 << 64) - 1, 0, 1], np.uint64),
        "seen": np.zeros(608, np.int32),
        "single": np.zeros(2, np.float32),
        "twice": np.zeros(1, np.float64),
        "pair": np.zeros(2, np.float16),
    }


def named_barriers(rng: Rng) -> Arrays:
    return {"x": small(rng, 2 * 7 * 64), "y": np.zeros(128, np.int32)}


PROGRAMS = (
    Program(
        "reduction",
        reduction,
        ("partial", "total", "peak"),
        (
            Launch("sum", 5, 128, ("x", "partial", "total", 1500)),
            Launch("largest", 3, 128, ("y", "peak", 1500)),
        ),
        ("x", "y", "partial", "total", "peak", 1500),
    ),
    Program(
        "scan",
        scan,
        ("y", "sums"),
        (
            Launch("scan_blocks", 3, 256, ("x", "y", "sums", 700)),
            Launch("add_sums", 3, 256, ("y", "sums", 700)),
        ),
        ("x", "y", "sums", 700),
    ),
    Program(
        "histogram",
        histogram,
        ("counts",),
        (Launch("histogram", 3, 96, ("data", "counts", 2003)),),
        ("data", "counts", 2003),
    ),
    Program(
        "warp_groups",
        warp_groups,
        ("sums", "scans", "count", "places", "sizes", "leaders"),
        (
            Launch("tiles", 4, 64, ("x", "sums", "scans", 200)),
            Launch("aggregate", 4, 64, ("x", "count", "places", 200)),
            Launch("labels", 4, 64, ("x", "sizes", "leaders", 200)),
        ),
        ("x", "sums", "scans", "count", "places", "sizes", "leaders", 200),
        unordered=("places",),
    ),
    Program(
        "warp_votes",
        warp_votes,
        ("out",),
        (Launch("votes", 2, 64, ("x", "out", 100)),),
        ("x", "out", 100),
    ),
    Program(
        "fences",
        fences,
        ("y", "sum"),
        (
            Launch("hand_over", 3, 64, ("x", "y", 5)),
            Launch("locked", 15, 32, ("x", 15)),
            Launch("collect", 1, 1, ("sum",)),
        ),
        ("x", "y", "sum", 5, 15),
    ),
    Program(
        "compaction",
        compaction,
        ("counts", "y", "length"),
        (
            Launch("count", 4, 128, ("x", "counts", 500)),
            Launch("place", 4, 128, ("x", "counts", "y", "length", 500)),
        ),
        ("x", "counts", "y", "length", 500),
    ),
    Program(
        "graph_step",
        graph,
        ("distance", "frontier", "size", "parent"),
        (
            *(
                Launch("step", 2, 64, ("rows", "edges", "distance", "frontier", "size", level, 120))
                for level in range(6)
            ),
            Launch("join", 2, 64, ("rows", "edges", "parent", 120)),
            Launch("flatten", 2, 64, ("parent", 120)),
        ),
        ("rows", "edges", "distance", "frontier", "size", "parent", 120),
    ),
    Program(
        "atomics",
        atomics,
        ("out", "wide", "seen", "single", "twice", "pair"),
        (
            Launch("integers", 3, 128, ("x", "out", "wide", "seen", 300)),
            Launch("floats", 3, 128, ("x", "single", "twice", "pair", 300)),
        ),
        ("x", "out", "wide", "seen", "single", "twice", "pair", 300),
    ),
    Program(
        "named_barriers",
        named_barriers,
        ("y",),
        (Launch("warps", 2, 96, ("x", "y", 7)),),
        ("x", "y", 2, 7),
    ),
)
