"""Programs on integers, bits and bytes: every result is exact."""

from __future__ import annotations

import numpy as np

from tests.corpus.cases.program import Array, Arrays, Launch, Program

Rng = np.random.Generator


def words(rng: Rng, *shape: int) -> Array:
    return rng.integers(0, 1 << 32, shape, np.uint32)


def edges(rng: Rng, count: int) -> Array:
    """Words of which some are at the ends of the range or have few bits."""
    result = words(rng, count)
    result[:6] = [0, 1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x10000]
    result[6:20] &= np.uint32(0xFF)
    return rng.permutation(result)


def pairs(rng: Rng) -> Arrays:
    return {"x": edges(rng, 150), "y": edges(rng, 150)}


def bit_tricks(rng: Rng) -> Arrays:
    return {**pairs(rng), "out": np.zeros(150 * 16, np.uint32)}


def integer64(rng: Rng) -> Arrays:
    x, y = (rng.integers(0, 1 << 64, 100, np.uint64) >> rng.integers(0, 64, 100, np.uint64) for _ in range(2))
    x[:4], y[:4] = [0, 1 << 63, (1 << 64) - 1, 5], [0, (1 << 63) - 1, (1 << 64) - 1, 1 << 63]
    return {"x": x, "y": y, "out": np.zeros(1000, np.uint64)}


def switches(rng: Rng) -> Arrays:
    return {"code": rng.integers(0, 256, 80, np.uint8), "out": np.zeros(100, np.int32)}


def dot_products(rng: Rng) -> Arrays:
    return {
        "x": words(rng, 100).view(np.int32),
        "y": words(rng, 100).view(np.int32),
        "out": np.zeros(800, np.int32),
    }


def strings(rng: Rng) -> Arrays:
    alphabet = np.frombuffer(b"ab cdeXYZ 019.,zab", np.int8)
    return {
        "text": rng.choice(alphabet, 40 * 29),
        "upper": np.zeros(40 * 29, np.int8),
        "numbers": np.zeros(200, np.int32),
        "decimal": np.zeros(400, np.int8),
    }


def mandelbrot(rng: Rng) -> Arrays:
    return {"image": np.zeros(37 * 33, np.int32), "coarse": np.zeros(37 * 33, np.float32)}


def philox(rng: Rng) -> Arrays:
    return {
        "words": np.zeros(1200, np.uint32),
        "units": np.zeros(1200, np.float32),
        "inside": np.zeros(1, np.uint32),
    }


def fourier(rng: Rng) -> Arrays:
    return {
        "x": rng.integers(0, 65537, 192, np.uint32),
        "y": np.zeros(192, np.uint32),
        "z": rng.integers(-1000, 1000, 400).astype(np.float32),
        "w": np.zeros(400, np.float32),
    }


def assembly(rng: Rng) -> Arrays:
    return {**pairs(rng), "out": np.zeros(150 * 16, np.uint32), "kinds": np.zeros(128, np.uint32)}


def sha256(rng: Rng) -> Arrays:
    return {"text": rng.integers(0, 256, 160, np.uint8), "out": np.zeros(800, np.uint32)}


def big_integer(rng: Rng) -> Arrays:
    x, y = words(rng, 40, 8), words(rng, 40, 8)
    x[:4], y[:2] = 0xFFFFFFFF, 1
    zeros = np.zeros((40, 8), np.uint32)
    return {"x": x, "y": y, "sums": zeros, "products": zeros.copy(), "rests": np.zeros(40, np.uint32)}


def functions(rng: Rng) -> Arrays:
    return {
        "x": words(rng, 90).view(np.int32),
        "tops": np.zeros(90, np.int64),
        "bottoms": np.zeros(90, np.int32),
        "rests": np.zeros(90, np.uint32),
        "values": np.zeros(90, np.float32),
        "shorts": np.zeros(90, np.int16),
    }


def pointers(rng: Rng) -> Arrays:
    return {"x": rng.integers(0, 1 << 31, 70, np.int32), "out": np.zeros(70, np.int32)}


PROGRAMS = (
    Program(
        "bit_tricks",
        bit_tricks,
        ("out",),
        (Launch("bits", 3, 64, ("x", "y", "out", 150)),),
        ("x", "y", "out", 150),
    ),
    Program(
        "integer64",
        integer64,
        ("out",),
        (Launch("integers", 4, 32, ("x", "y", "out", 100)),),
        ("x", "y", "out", 100),
    ),
    Program(
        "switches",
        switches,
        ("out",),
        (Launch("machine", 2, 64, ("code", "out", 60, 100)),),
        ("code", "out", 60, 100),
    ),
    Program(
        "dot_products",
        dot_products,
        ("out",),
        (Launch("dots", 1, 128, ("x", "y", "out", 100)),),
        ("x", "y", "out", 100),
    ),
    Program(
        "strings",
        strings,
        ("upper", "numbers", "decimal"),
        (Launch("strings", 1, 64, ("text", "upper", "numbers", "decimal", 29, 40)),),
        ("text", "upper", "numbers", "decimal", 29, 40),
    ),
    Program(
        "mandelbrot",
        mandelbrot,
        ("image", "coarse"),
        (Launch("mandelbrot", (3, 5), (16, 8), ("image", "coarse", 37, 33, 60)),),
        ("image", "coarse", 37, 33, 60),
    ),
    Program(
        "philox",
        philox,
        ("words", "units", "inside"),
        (Launch("numbers", 5, 64, ("words", "units", "inside", 12345, 300)),),
        ("words", "units", "inside", 12345, 300),
    ),
    Program(
        "fourier",
        fourier,
        ("y", "w"),
        (Launch("exact", 3, 32, ("x", "y")), Launch("small", 1, 64, ("z", "w", 50))),
        ("x", "y", "z", "w", 3, 50),
    ),
    Program(
        "inline_assembly",
        assembly,
        ("out", "kinds"),
        (
            Launch("assembly", 3, 64, ("x", "y", "out", 150)),
            Launch("spaces", 1, 64, ("x", "kinds", 150)),
        ),
        ("x", "y", "out", "kinds", 150),
    ),
    Program(
        "sha256",
        sha256,
        ("out",),
        (Launch("sha256", 4, 32, ("text", "out", 100)),),
        ("text", "out", 100),
    ),
    Program(
        "big_integer",
        big_integer,
        ("sums", "products", "rests"),
        (Launch("big", 2, 32, ("x", "y", "sums", "products", "rests", 40)),),
        ("x", "y", "sums", "products", "rests", 40),
    ),
    Program(
        "device_functions",
        functions,
        ("tops", "bottoms", "rests", "values", "shorts"),
        (Launch("calls", 3, 32, ("x", "tops", "bottoms", "rests", "values", "shorts", 90)),),
        ("x", "tops", "bottoms", "rests", "values", "shorts", 90),
    ),
    Program(
        "function_pointers",
        pointers,
        ("out",),
        (Launch("chosen", 2, 48, ("x", "out", 70)),),
        ("x", "out", 70),
    ),
)
