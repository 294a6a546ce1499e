"""Programs for tensor cores and asynchronous copies. Inputs are small whole numbers: every sum is exact."""

from __future__ import annotations

import numpy as np

from tests.corpus.cases.program import Array, Arrays, Launch, Program

Rng = np.random.Generator


def halves(rng: Rng, *shape: int) -> Array:
    return rng.integers(-8, 9, shape).astype(np.float16)


def gemm_wmma(rng: Rng) -> Arrays:
    return {
        "a": halves(rng, 32, 48),
        "b": halves(rng, 32, 48),
        "x": rng.integers(-128, 128, (32, 48), np.int8),
        "y": rng.integers(-128, 128, (32, 48), np.int8),
        "c": np.zeros((32, 32), np.float32),
        "z": np.zeros((32, 32), np.int32),
    }


def tensor_mma(rng: Rng) -> Arrays:
    return {
        "a": halves(rng, 16, 16),
        "b": halves(rng, 8, 16),
        "x": rng.integers(-128, 128, (16, 32), np.int8),
        "y": rng.integers(0, 256, (8, 32), np.uint8),
        "c": np.zeros((16, 8), np.float32),
        "z": np.zeros((16, 8), np.int32),
    }


def async_copy(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(-1000, 1000, 2 * 5 * 256, np.int32),
        "y": np.zeros(128, np.int32),
        "z": np.zeros(128, np.int32),
    }


PROGRAMS = (
    Program(
        "gemm_wmma",
        gemm_wmma,
        ("c", "z"),
        (
            Launch("gemm_half", (1, 2), (32, 2), ("a", "b", "c", 32, 48)),
            Launch("gemm_bytes", (2, 2), 32, ("x", "y", "z", 32, 48)),
        ),
        ("a", "b", "x", "y", "c", "z", 32, 32, 48),
    ),
    Program(
        "tensor_mma",
        tensor_mma,
        ("c", "z"),
        (Launch("halves", 1, 32, ("a", "b", "c")), Launch("bytes", 1, 32, ("x", "y", "z"))),
        ("a", "b", "x", "y", "c", "z"),
    ),
    Program(
        "async_copy",
        async_copy,
        ("y", "z"),
        (Launch("pipeline", 2, 64, ("x", "y", 5)), Launch("ragged", 2, 64, ("x", "z", 402))),
        ("x", "y", "z", 2, 5, 402),
    ),
)
