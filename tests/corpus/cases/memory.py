"""Programs about memory: spaces, layouts, sharing, sorting."""

from __future__ import annotations

import numpy as np

from tests.corpus.cases.program import Arrays, Launch, Program

Rng = np.random.Generator


def transpose(rng: Rng) -> Arrays:
    return {"x": rng.integers(-1000, 1000, 45 * 70, np.int32), "y": np.zeros(45 * 70, np.int32)}


def local_arrays(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(-1000, 1000, 120, np.int32),
        "medians": np.zeros(100, np.int32),
        "stacks": np.zeros(100, np.int32),
        "counts": np.zeros(100, np.uint64),
    }


def constant_memory(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(-500, 500, 100, np.int32),
        "y": np.zeros(100, np.int32),
        "z": np.zeros(100, np.float32),
        "w": np.zeros(100, np.float64),
        "sum": np.zeros(1, np.int32),
    }


def dynamic_shared(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(-(1 << 30), 1 << 30, 150, np.int32),
        "keys": rng.integers(0, 256, 150, np.uint8),
        "out": np.zeros(150, np.int64),
    }


def vector_types(rng: Rng) -> Arrays:
    return {
        "x": rng.normal(size=240).astype(np.float32),
        "y": np.zeros(240, np.float32),
        "z": np.zeros(120, np.float32),
        "p": rng.integers(-(1 << 31), 1 << 31, 120, np.int32),
        "q": rng.integers(0, 1 << 16, 240, np.uint16),
        "r": rng.integers(-128, 128, 180, np.int8),
        "out": np.zeros(120, np.int64),
        "bytes": np.zeros(240, np.uint8),
    }


def bitonic_sort(rng: Rng) -> Arrays:
    keys = rng.permutation(np.arange(512, dtype=np.uint64) * np.uint64(0x1000000000F) + np.uint64(3))
    return {"keys": keys, "values": np.arange(512, dtype=np.int32)}


def stencil(rng: Rng) -> Arrays:
    return {
        "x": rng.normal(size=37 * 19).astype(np.float32),
        "y": np.zeros(37 * 19, np.float32),
        "cells": rng.integers(0, 2, 37 * 19, np.uint8),
        "next": np.zeros(37 * 19, np.uint8),
    }


def edit_distance(rng: Rng) -> Arrays:
    return {"texts": rng.integers(97, 101, 7 * 40, np.int8), "out": np.zeros(6, np.int32)}


def printing(rng: Rng) -> Arrays:
    return {"x": np.array([-1, 7, 0, 12, -5, 3], np.int32), "out": np.zeros(6, np.int32)}


PROGRAMS = (
    Program(
        "transpose",
        transpose,
        ("y",),
        (Launch("transpose", (3, 2), (32, 8), ("x", "y", 45, 70)),),
        ("x", "y", 45, 70),
    ),
    Program(
        "local_arrays",
        local_arrays,
        ("medians", "stacks", "counts"),
        (Launch("locals", 2, 64, ("x", "medians", "stacks", "counts", 100)),),
        ("x", "medians", "stacks", "counts", 100),
    ),
    Program(
        "constant_memory",
        constant_memory,
        ("y", "z", "w", "sum"),
        (Launch("convolve", 2, 64, ("x", "y", "z", "w", 100)), Launch("collect", 1, 1, ("sum",))),
        ("x", "y", "z", "w", "sum", 100),
    ),
    Program(
        "dynamic_shared",
        dynamic_shared,
        ("out",),
        (Launch("reorder", 3, 64, ("x", "keys", "out", 150), shared_bytes=9 * 64),),
        ("x", "keys", "out", 150),
    ),
    Program(
        "vector_types",
        vector_types,
        ("y", "z", "out", "bytes"),
        (
            Launch("floats", 2, 32, ("x", "y", "z", 60)),
            Launch("integers", 2, 32, ("p", "q", "r", "out", "bytes", 60)),
        ),
        ("x", "y", "z", "p", "q", "r", "out", "bytes", 60),
    ),
    Program(
        "bitonic_sort",
        bitonic_sort,
        ("keys", "values"),
        (Launch("sort", 2, 128, ("keys", "values")),),
        ("keys", "values"),
    ),
    Program(
        "stencil",
        stencil,
        ("y", "next"),
        (
            Launch("heat", (3, 3), (16, 8), ("x", "y", 37, 19)),
            Launch("life", (2, 3), (32, 8), ("cells", "next", 37, 19)),
        ),
        ("x", "y", "cells", "next", 37, 19),
    ),
    Program(
        "edit_distance",
        edit_distance,
        ("out",),
        (Launch("distance", 6, 64, ("texts", "out", 40)),),
        ("texts", "out", 6, 40),
    ),
    Program(
        "printing",
        printing,
        ("out",),
        (Launch("report", 1, 32, ("x", "out", 6)),),
        ("x", "out", 6),
        printed=(
            "thread 1 has 7, 3.50 and odd\nthread 3 has 12, 6.00 and even\nthread 5 has 3, 1.50 and odd\n"
            "done G 123456789abcdef\n"
        ),
    ),
)
