"""Programs on floating-point numbers, and how far their results may be from the host's.

An operation rounds by at most U times its result (half a unit in the last place). Where the compiler joins a product
and a sum, the product's rounding is left out; a sum of n products then differs by at most 2 n U times the sum of their
sizes. The bounds of library functions and of approximations are those of the CUDA C++ Programming Guide, 13.0,
"Mathematical Functions Appendix", in units in the last place.
"""

from __future__ import annotations

import numpy as np

from tests.corpus.cases.program import Array, Arrays, Launch, Program

Rng = np.random.Generator
U = 2.0**-24
"""Half a unit in the last place of single precision, relative to the number."""
U64 = 2.0**-53


def normal(rng: Rng, *shape: int) -> Array:
    return rng.normal(size=shape).astype(np.float32)


def saxpy(rng: Rng) -> Arrays:
    return {"x": normal(rng, 1000), "y": normal(rng, 1000)}


def saxpy_contraction(a: Arrays) -> Arrays:
    return {"y": U * (np.abs(np.float32(2.7) * a["x"]) + 2 * np.abs(a["y"]))}


def gemm(rng: Rng) -> Arrays:
    return {"a": normal(rng, 37, 50), "b": normal(rng, 50, 29), "c": np.zeros((37, 29), np.float32)}


def gemm_contraction(a: Arrays) -> Arrays:
    return {"c": 2 * 50 * U * (np.abs(a["a"]) @ np.abs(a["b"]))}


def matvec(rng: Rng) -> Arrays:
    return {"a": normal(rng, 11, 300), "x": normal(rng, 300), "y": np.zeros(11, np.float32)}


def matvec_contraction(a: Arrays) -> Arrays:
    operations = 4 * 3 + 5
    return {"y": 2 * operations * U * (np.abs(a["a"]) @ np.abs(a["x"]))}


def templates(rng: Rng) -> Arrays:
    n = 64
    wide = rng.integers(0, 1 << 64, n + 8, np.uint64)
    return {
        "a": rng.integers(-1000, 1000, n + 8, np.int32),
        "b": rng.integers(-1000, 1000, n + 8, np.int16),
        "c": wide,
        "d": normal(rng, n + 8),
        "e": rng.normal(size=n + 8),
        "p": np.zeros((n, 3), np.int32),
        "q": np.zeros((n, 3), np.int16),
        "r": np.zeros((n, 3), np.uint64),
        "s": np.zeros((n, 3), np.float32),
        "t": np.zeros((n, 3), np.float64),
    }


def templates_contraction(a: Arrays) -> Arrays:
    """Only the scalar products, the first of each three results."""
    bounds: Arrays = {}
    for x, result, count, unit in ((a["d"], "s", 5, U), (a["e"], "t", 2, U64)):
        windows = np.lib.stride_tricks.sliding_window_view(np.abs(x), count)[:64]
        bounds[result] = np.zeros((64, 3))
        bounds[result][:, 0] = 2 * count * unit * np.sum(windows * windows[:, ::-1], axis=1)
    return bounds


def softmax(rng: Rng) -> Arrays:
    shape = (6, 150)
    return {"x": 3 * normal(rng, *shape), "y": np.zeros(shape, np.float32), "z": np.zeros(shape, np.float32)}


def softmax_error(a: Arrays) -> Arrays:
    """Twice (numerator and sum) the error of an exponential, the sum's additions, the quotient.

    An exponential of d: its argument is rounded (U d), the function errs by 2 ulp, `__expf` by 2 + 1.173 d. The online
    sum is corrected at each of its steps, ceil(150/32) + 5, with one more exponential.
    """
    depth = np.ptp(a["x"], axis=1, keepdims=True).astype(np.float64)
    library = U * depth + 2 * 2 * U
    fast = U * depth + 2 * (2 + 1.173 * depth) * U
    return {
        "y": a["y"] * (2 * library + (2 + 7 + 1) * U),
        "z": a["z"] * (2 * fast + 10 * (fast + 2 * U) + 5 * U),
    }


def layernorm(rng: Rng) -> Arrays:
    return {
        "x": normal(rng, 8, 100) + 1,
        "weight": normal(rng, 100),
        "bias": normal(rng, 100),
        "y": np.zeros((8, 100), np.float32),
    }


def layernorm_error(a: Arrays) -> Arrays:
    """The errors of the mean and of the variance (n additions each), of rsqrt (2 ulp) and of the last operations."""
    additions = 4 + 5 + 2
    x = a["x"].astype(np.float64)
    mean = additions * U * np.mean(np.abs(x), axis=1, keepdims=True)
    deviation = np.std(x, axis=1, keepdims=True)
    scale = (additions + 3) / 2 * U + mean / deviation + 2 * 2 * U
    centred = np.abs(x - np.mean(x, axis=1, keepdims=True)) / deviation
    product = np.abs(a["weight"]) * (mean / deviation + centred * (scale + 3 * U))
    return {"y": product + 2 * U * (np.abs(a["y"]) + np.abs(a["bias"]))}


def nbody(rng: Rng) -> Arrays:
    bodies = normal(rng, 100, 4)
    bodies[:, 3] = np.abs(bodies[:, 3])
    return {"bodies": bodies, "force": np.zeros((100, 4), np.float32)}


def nbody_error(a: Arrays) -> Arrays:
    """Each term has some ten roundings and three factors of rsqrt (2 ulp); at most 128 terms are added one by one."""
    bodies = a["bodies"].astype(np.float64)
    apart = bodies[None, :, :3] - bodies[:, None, :3]
    inverse = (np.sum(apart**2, axis=2) + 0.01) ** -0.5
    terms = np.abs(apart) * (bodies[:, 3] * inverse**3)[:, :, None]
    sizes = np.concatenate((terms.sum(axis=1), (bodies[:, 3] * inverse).sum(axis=1)[:, None]), axis=1)
    return {"force": (128 + 10 + 3 * 4) * U * sizes}


def transcendentals(rng: Rng) -> Arrays:
    x = (normal(rng, 200) * 4).astype(np.float32)
    x[:4] = [0.5, -1, 2, 1e-3]
    return {
        "x": x,
        "library": np.zeros((200, 10), np.float32),
        "hardware": np.zeros((200, 6), np.float32),
        "defined": np.zeros((200, 10), np.float32),
    }


def transcendentals_error(a: Arrays) -> Arrays:
    """The guide's bounds, and half a unit for the host's result rounded to single precision."""
    ulps = np.array([2, 2, 2, 1, 4, 3, 2, 2, 1, 2]) + 0.5
    spacing = np.spacing(np.abs(a["library"])).astype(np.float64)
    v = np.abs(a["x"]).astype(np.float64)
    b = v + 0.25
    hardware = 2.5 * np.spacing(np.abs(a["hardware"])).astype(np.float64)
    hardware[:, 0] = 2**-21.41 + U
    hardware[:, 1] = 2**-21.19 + U
    hardware[:, 2] *= (2.5 + np.floor(1.173 * v)) / 2.5
    hardware[:, 3] = np.where(
        (b >= 0.5) & (b <= 2), 2.0**-22 + U * np.abs(a["hardware"][:, 3]), hardware[:, 3]
    )
    return {"library": ulps * spacing, "hardware": hardware}


def double_precision(rng: Rng) -> Arrays:
    n = 120
    return {
        "x": rng.normal(size=n) * 10,
        "y": rng.normal(size=n) * 100,
        "out": np.zeros((n, 8)),
        "bits": np.zeros(n, np.int64),
        "root": np.zeros(n),
        "function": np.zeros((n, 4)),
    }


def double_error(a: Arrays) -> Arrays:
    """The guide's bounds for exp, log, sin and atan, and one unit for the host's library."""
    return {"function": (np.array([1, 1, 2, 2]) + 1) * np.spacing(np.abs(a["function"]))}


def conversions(rng: Rng) -> Arrays:
    x = (normal(rng, 150) * 10.0 ** rng.uniform(-1, 10, 150)).astype(np.float32)
    x[:6] = [0.5, 1.5, -2.5, -0.0, 2147483648.0, -2147483648.0]
    y = rng.integers(-(1 << 63), (1 << 63) - 1, 150, np.int64) >> rng.integers(0, 63, 150, np.int64)
    return {
        "x": x,
        "y": y,
        "words": np.zeros((150, 8), np.int32),
        "wide": np.zeros((150, 2), np.int64),
        "single": np.zeros((150, 8), np.float32),
        "twice": np.zeros((150, 3)),
    }


def half2_math(rng: Rng) -> Arrays:
    x, y = (rng.normal(size=200).astype(np.float16) for _ in range(2))
    x[:4] = [1e-7, 60000, -6e-6, 2048]
    y[:4] = [2e-7, 60000, 3, 0.5]
    return {
        "x": x,
        "y": y,
        "pairs": np.zeros(1200, np.float16),
        "out": np.zeros(600, np.float16),
        "flags": np.zeros(200, np.int32),
    }


def bfloat16_math(rng: Rng) -> Arrays:
    x, y = ((normal(rng, 200).view(np.uint32) >> 16).astype(np.uint16) for _ in range(2))
    return {
        "x": x,
        "y": y,
        "z": normal(rng, 200) * np.float32(1000),
        "out": np.zeros(800, np.uint16),
        "single": np.zeros(200, np.uint16),
        "both": np.zeros(200, np.uint16),
        "back": np.zeros(200, np.float32),
    }


PROGRAMS = (
    Program(
        "saxpy",
        saxpy,
        ("y",),
        (Launch("saxpy", 2, 128, ("x", "y", 2.7, 1000)),),
        ("x", "y", 2.7, 1000),
        contraction=saxpy_contraction,
    ),
    Program(
        "gemm_tiled",
        gemm,
        ("c",),
        (Launch("gemm", (2, 3), (16, 16), ("a", "b", "c", 37, 29, 50)),),
        ("a", "b", "c", 37, 29, 50),
        contraction=gemm_contraction,
    ),
    Program(
        "matvec",
        matvec,
        ("y",),
        (Launch("matvec", 3, (32, 4), ("a", "x", "y", 11, 300)),),
        ("a", "x", "y", 11, 300),
        contraction=matvec_contraction,
    ),
    Program(
        "templates",
        templates,
        ("p", "q", "r", "s", "t"),
        (
            Launch("_Z4eachIiLi3EEvPKT_PS0_i", 1, 64, ("a", "p", 64)),
            Launch("_Z4eachIsLi4EEvPKT_PS0_i", 1, 64, ("b", "q", 64)),
            Launch("_Z4eachIyLi2EEvPKT_PS0_i", 1, 64, ("c", "r", 64)),
            Launch("_Z4eachIfLi5EEvPKT_PS0_i", 1, 64, ("d", "s", 64)),
            Launch("_Z4eachIdLi2EEvPKT_PS0_i", 1, 64, ("e", "t", 64)),
        ),
        ("a", "b", "c", "d", "e", "p", "q", "r", "s", "t", 64),
        contraction=templates_contraction,
    ),
    Program(
        "softmax",
        softmax,
        ("y", "z"),
        (Launch("softmax", 6, 128, ("x", "y", 150)), Launch("online", 6, 32, ("x", "z", 150))),
        ("x", "y", "z", 6, 150),
        error=softmax_error,
    ),
    Program(
        "layernorm",
        layernorm,
        ("y",),
        (Launch("layernorm", 2, (32, 4), ("x", "weight", "bias", "y", 100, 1e-5)),),
        ("x", "weight", "bias", "y", 8, 100, 1e-5),
        error=layernorm_error,
    ),
    Program(
        "nbody",
        nbody,
        ("force",),
        (Launch("forces", 2, 64, ("bodies", "force", 100)),),
        ("bodies", "force", 100),
        error=nbody_error,
    ),
    Program(
        "transcendentals",
        transcendentals,
        ("library", "hardware", "defined"),
        (
            Launch("library", 2, 128, ("x", "library", 200)),
            Launch("hardware", 2, 128, ("x", "hardware", 200)),
            Launch("defined", 2, 128, ("x", "defined", 200)),
        ),
        ("x", "library", "hardware", "defined", 200),
        error=transcendentals_error,
    ),
    Program(
        "double_precision",
        double_precision,
        ("out", "bits", "root", "function"),
        (
            Launch("defined", 2, 64, ("x", "y", "out", "bits", 120)),
            Launch("roots", 2, 64, ("x", "root", 120)),
            Launch("functions", 2, 64, ("x", "function", 120)),
        ),
        ("x", "y", "out", "bits", "root", "function", 120),
        error=double_error,
    ),
    Program(
        "conversions",
        conversions,
        ("words", "wide", "single", "twice"),
        (
            Launch("from_float", 2, 96, ("x", "words", "wide", 150)),
            Launch("from_integer", 2, 96, ("y", "single", "twice", 150)),
        ),
        ("x", "y", "words", "wide", "single", "twice", 150),
    ),
    Program(
        "half2_math",
        half2_math,
        ("pairs", "out", "flags"),
        (
            Launch("arithmetic", 2, 64, ("x", "y", "pairs", 100)),
            Launch("scalars", 4, 64, ("x", "y", "out", "flags", 200)),
        ),
        ("x", "y", "pairs", "out", "flags", 200),
    ),
    Program(
        "bfloat16_math",
        bfloat16_math,
        ("out", "single", "both", "back"),
        (
            Launch("arithmetic", 2, 64, ("x", "y", "out", 100)),
            Launch("conversions", 4, 64, ("z", "single", "both", "back", 200)),
        ),
        ("x", "y", "z", "out", "single", "both", "back", 200),
    ),
)
