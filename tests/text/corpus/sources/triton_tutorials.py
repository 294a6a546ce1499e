"""The kernels that Triton's tutorials teach, written anew and compiled to PTX without a GPU.

`python triton_tutorials.py` writes `triton_*.ptx` into the current folder. Pointers are declared 16-byte aligned, and
row lengths a multiple of 16, as the tutorials' launches have them, so that Triton vectorises and pipelines.
"""

from pathlib import Path

import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource

CAPABILITIES = (80, 90, 100)


@triton.jit
def add(x, y, out, n, BLOCK: tl.constexpr):
    """out = x + y."""
    at = tl.program_id(0) * BLOCK + tl.arange(0, BLOCK)
    inside = at < n
    tl.store(out + at, tl.load(x + at, mask=inside) + tl.load(y + at, mask=inside), mask=inside)


@triton.jit
def fused_softmax(x, out, x_stride, out_stride, rows, cols, BLOCK: tl.constexpr, STAGES: tl.constexpr):
    """Softmax of each row; a program takes every `num_programs`-th row, loads prefetched."""
    at = tl.arange(0, BLOCK)
    for row in tl.range(tl.program_id(0), rows, tl.num_programs(0), num_stages=STAGES):
        values = tl.load(x + row * x_stride + at, mask=at < cols, other=-float("inf"))
        powers = tl.exp(values - tl.max(values, axis=0))
        tl.store(out + row * out_stride + at, powers / tl.sum(powers, axis=0), mask=at < cols)


@triton.jit
def layer_norm(x, out, weight, bias, mean, rstd, stride, cols, eps, BLOCK: tl.constexpr):
    """(x - mean) * rstd * weight + bias of one row; the row's mean and reciprocal deviation are kept."""
    row = tl.program_id(0)
    x += row * stride
    total = tl.zeros([BLOCK], tl.float32)
    for start in range(0, cols, BLOCK):
        at = start + tl.arange(0, BLOCK)
        total += tl.load(x + at, mask=at < cols, other=0.0).to(tl.float32)
    average = tl.sum(total, axis=0) / cols
    squares = tl.zeros([BLOCK], tl.float32)
    for start in range(0, cols, BLOCK):
        at = start + tl.arange(0, BLOCK)
        value = tl.load(x + at, mask=at < cols, other=0.0).to(tl.float32)
        away = tl.where(at < cols, value - average, 0.0)
        squares += away * away
    scale = 1 / tl.sqrt(tl.sum(squares, axis=0) / cols + eps)
    tl.store(mean + row, average)
    tl.store(rstd + row, scale)
    for start in range(0, cols, BLOCK):
        at = start + tl.arange(0, BLOCK)
        inside = at < cols
        value = tl.load(x + at, mask=inside, other=0.0).to(tl.float32)
        normal = (value - average) * scale
        result = normal * tl.load(weight + at, mask=inside) + tl.load(bias + at, mask=inside)
        tl.store(out + row * stride + at, result, mask=inside)


@triton.jit
def matmul(
    a, b, c, M, N, K, a_stride, b_stride, c_stride,
    TILE_M: tl.constexpr, TILE_N: tl.constexpr, TILE_K: tl.constexpr, GROUP: tl.constexpr,
):  # fmt: skip
    """c = leaky_relu(a @ b) in half precision; programs walk the tiles in groups of rows so that L2 is reused."""
    program = tl.program_id(0)
    tiles_m, tiles_n = tl.cdiv(M, TILE_M), tl.cdiv(N, TILE_N)
    group = program // (GROUP * tiles_n)
    height = tl.minimum(tiles_m - group * GROUP, GROUP)
    within = program % (GROUP * tiles_n)
    tile_m, tile_n = group * GROUP + within % height, within // height
    at_m = tile_m * TILE_M + tl.arange(0, TILE_M)
    at_n = tile_n * TILE_N + tl.arange(0, TILE_N)
    at_k = tl.arange(0, TILE_K)
    from_a = a + (at_m % M)[:, None] * a_stride + at_k[None, :]
    from_b = b + at_k[:, None] * b_stride + (at_n % N)[None, :]
    total = tl.zeros((TILE_M, TILE_N), tl.float32)
    for k in range(0, K, TILE_K):
        left = tl.load(from_a, mask=at_k[None, :] < K - k, other=0.0)
        right = tl.load(from_b, mask=at_k[:, None] < K - k, other=0.0)
        total = tl.dot(left, right, total)
        from_a += TILE_K
        from_b += TILE_K * b_stride
    result = tl.where(total >= 0, total, 0.01 * total).to(tl.float16)
    tl.store(
        c + at_m[:, None] * c_stride + at_n[None, :], result, mask=(at_m[:, None] < M) & (at_n[None, :] < N)
    )


@triton.jit
def matmul_described(a, b, c, K, TILE_M: tl.constexpr, TILE_N: tl.constexpr, TILE_K: tl.constexpr):
    """c = a @ b.T in half precision through tensor descriptors, which become bulk tensor copies."""
    row, column = tl.program_id(0) * TILE_M, tl.program_id(1) * TILE_N
    total = tl.zeros((TILE_M, TILE_N), tl.float32)
    for k in range(0, K, TILE_K):
        total = tl.dot(a.load([row, k]), b.load([column, k]).T, total)
    c.store([row, column], total.to(tl.float16))


@triton.jit
def attention_steps(
    total, norm, peak, query, from_k, from_v, row_stride, at_m, at_n, first, last, scale,
    TILE_N: tl.constexpr, MASKED: tl.constexpr,
):  # fmt: skip
    """The online softmax over the key tiles first .. last."""
    for start in tl.range(first, last, TILE_N):
        start = tl.multiple_of(start, TILE_N)
        scores = tl.dot(query, tl.load(from_k + start * row_stride)) * scale
        if MASKED:
            scores = tl.where(at_m[:, None] >= (start + at_n)[None, :], scores, -1.0e6)
        higher = tl.maximum(peak, tl.max(scores, 1))
        weights = tl.math.exp2(scores - higher[:, None])
        correction = tl.math.exp2(peak - higher)
        norm = norm * correction + tl.sum(weights, 1)
        total = tl.dot(
            weights.to(tl.float16), tl.load(from_v + start * row_stride), total * correction[:, None]
        )
        peak = higher
    return total, norm, peak


@triton.jit
def attention(
    q, k, v, out, log_sums, scale, batch_stride, row_stride, context,
    HEAD: tl.constexpr, TILE_M: tl.constexpr, TILE_N: tl.constexpr,
):  # fmt: skip
    """Causal attention forward in half precision: the tiles below the diagonal, then those on it."""
    tile, batch = tl.program_id(0), tl.program_id(1)
    at_m, at_n, at_d = tile * TILE_M + tl.arange(0, TILE_M), tl.arange(0, TILE_N), tl.arange(0, HEAD)
    base = batch.to(tl.int64) * batch_stride
    query = tl.load(q + base + at_m[:, None] * row_stride + at_d[None, :])
    from_k = k + base + at_n[None, :] * row_stride + at_d[:, None]
    from_v = v + base + at_n[:, None] * row_stride + at_d[None, :]
    peak = tl.zeros([TILE_M], tl.float32) - float("inf")
    norm = tl.zeros([TILE_M], tl.float32)
    total = tl.zeros([TILE_M, HEAD], tl.float32)
    base2 = scale * 1.44269504
    total, norm, peak = attention_steps(
        total,
        norm,
        peak,
        query,
        from_k,
        from_v,
        row_stride,
        at_m,
        at_n,
        0,
        tile * TILE_M,
        base2,
        TILE_N,
        False,
    )
    total, norm, peak = attention_steps(
        total, norm, peak, query, from_k, from_v, row_stride, at_m, at_n,
        tile * TILE_M, (tile + 1) * TILE_M, base2, TILE_N, True,
    )  # fmt: skip
    tl.store(log_sums + batch * context + at_m, peak + tl.math.log2(norm))
    tl.store(out + base + at_m[:, None] * row_stride + at_d[None, :], (total / norm[:, None]).to(tl.float16))


KERNELS = {
    "add": (add, "*fp32 *fp32 *fp32 i32", {"BLOCK": 1024}, {}),
    "fused_softmax": (
        fused_softmax,
        "*fp32 *fp32 i32/16 i32/16 i32 i32/16",
        {"BLOCK": 1024, "STAGES": 3},
        {},
    ),
    "layer_norm": (
        layer_norm,
        "*fp16 *fp16 *fp16 *fp16 *fp32 *fp32 i32/16 i32/16 fp32",
        {"BLOCK": 1024},
        {},
    ),
    "matmul": (
        matmul,
        "*fp16 *fp16 *fp16 i32/16 i32/16 i32/16 i32/16 i32/16 i32/16",
        {"TILE_M": 64, "TILE_N": 64, "TILE_K": 32, "GROUP": 8},
        {"num_stages": 3},
    ),
    "matmul_described": (
        matmul_described,
        "tensordesc<fp16[64,64]> tensordesc<fp16[64,64]> tensordesc<fp16[64,64]> i32/16",
        {"TILE_M": 64, "TILE_N": 64, "TILE_K": 64},
        {"num_stages": 3},
    ),
    "attention": (
        attention,
        "*fp16 *fp16 *fp16 *fp16 *fp32 fp32 i32/16 i32/16 i32/16",
        {"HEAD": 64, "TILE_M": 64, "TILE_N": 32},
        {"num_stages": 3},
    ),
}
"""What is compiled: the function, its run-time parameters (a pointer is 16-byte aligned, `/16` a multiple of 16), its
constants, Triton's options."""


def compile_to_ptx(name, capability):
    """The PTX text of one kernel for one compute capability."""
    function, parameters, constants, options = KERNELS[name]
    types = parameters.split()
    aligned = {
        (i,): [["tt.divisibility", 16]] for i, t in enumerate(types) if t[0] == "*" or t.endswith("/16")
    }
    signature = {
        argument: "constexpr" if argument in constants else types[i].removesuffix("/16")
        for i, argument in enumerate(function.arg_names)
    }
    source = ASTSource(function, signature=signature, constexprs=constants, attrs=aligned)
    target = GPUTarget("cuda", capability, 32)
    return triton.compile(source, target=target, options={"num_warps": 4, "ptx_version": 86, **options}).asm[
        "ptx"
    ]


if __name__ == "__main__":
    for name in KERNELS:
        for capability in CAPABILITIES:
            if name == "matmul_described" and capability < 90:
                continue
            Path(f"triton_{name}.sm_{capability}.ptx").write_text(compile_to_ptx(name, capability))
