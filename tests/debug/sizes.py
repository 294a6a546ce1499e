"""Launches of programs of nvcc at sizes that come to what those of the corpus leave out: unrolled loops, empty ones."""

from __future__ import annotations

import numpy as np

from tests.corpus.cases import Arrays, Launch, Program

Rng = np.random.Generator


def _scan(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(0, 1 << 20, 2000, np.uint32),
        "y": np.zeros(2000, np.uint32),
        "sums": np.zeros(8, np.uint32),
    }


def _product(rng: Rng) -> Arrays:
    a, b = rng.standard_normal((2, 16, 16), np.float32)
    return {"a": a, "b": b, "c": np.zeros((37, 29), np.float32)}


def _rows(rng: Rng) -> Arrays:
    a, x = rng.standard_normal((11, 2100), np.float32), rng.standard_normal(2100, np.float32)
    return {"a": a, "x": x, "y": np.zeros(11, np.float32)}


def _norm(rng: Rng) -> Arrays:
    x, y = rng.standard_normal((2, 8, 230), np.float32)
    weight, bias = rng.standard_normal((2, 230), np.float32)
    return {"x": x, "weight": weight, "bias": bias, "y": y}


def _pipeline(rng: Rng) -> Arrays:
    return {"x": rng.integers(-1000, 1000, 2 * 11 * 256, np.int32), "y": np.zeros(128, np.int32)}


def _compaction(rng: Rng) -> Arrays:
    x, y = rng.integers(-100, 100, (2, 1100), np.int32)
    return {"x": x, "y": y, "counts": np.zeros(9, np.int32), "length": np.zeros(2, np.int32)}


OTHER: dict[str, Program] = {
    "scan": Program(
        "scan", _scan, (),
        (
            Launch("scan_blocks", 8, 256, ("x", "y", "sums", 2000)),
            Launch("add_sums", 8, 256, ("y", "sums", 2000)),
        ), (),
    ),
    "gemm_tiled": Program(
        "gemm_tiled", _product, (), (Launch("gemm", (2, 3), (16, 16), ("a", "b", "c", 37, 29, 0)),), ()
    ),
    "matvec": Program("matvec", _rows, (), (Launch("matvec", 3, (32, 4), ("a", "x", "y", 11, 2100)),), ()),
    "layernorm": Program(
        "layernorm", _norm, (),
        (Launch("layernorm", 2, (32, 4), ("x", "weight", "bias", "y", 230, 1e-5)),), (),
    ),
    "compaction": Program(
        "compaction", _compaction, (),
        (
            Launch("count", 9, 128, ("x", "counts", 1100)),
            Launch("place", 9, 128, ("x", "counts", "y", "length", 1100)),
        ), (),
    ),
    "async_copy": Program("async_copy", _pipeline, (), (Launch("pipeline", 2, 64, ("x", "y", 11)),), ()),
}  # fmt: skip
"""By program. What the host would say is not asked: only faults are looked for."""
