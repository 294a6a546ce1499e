"""Two Triton kernels, compiled to PTX without a GPU: `python triton_kernels.py` writes the `triton_*.ptx` files."""

from pathlib import Path

import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource


@triton.jit
def softmax(x, y, cols, BLOCK: tl.constexpr):
    row = tl.program_id(0)
    at = tl.arange(0, BLOCK)
    v = tl.load(x + row * cols + at, mask=at < cols, other=-float("inf"))
    e = tl.exp(v - tl.max(v, axis=0))
    tl.store(y + row * cols + at, e / tl.sum(e, axis=0), mask=at < cols)


@triton.jit
def rows(x, y, w, n, cols, BLOCK: tl.constexpr):
    total = tl.zeros((BLOCK,), tl.float32)
    for k in range(0, cols, BLOCK):
        at = k + tl.arange(0, BLOCK)
        a = tl.load(x + tl.program_id(0) * cols + at, mask=at < cols, other=0.0)
        total += a.to(tl.float32) * tl.load(w + at, mask=at < cols, other=0.0)
    tl.atomic_add(y + tl.program_id(0), tl.sum(total, axis=0))


KERNELS = {
    softmax: (dict(x="*fp32", y="*fp32", cols="i32"), 512),
    rows: (dict(x="*fp16", y="*fp32", w="*fp32", n="i32", cols="i32"), 256),
}

for capability in (80, 90):
    for function, (signature, block) in KERNELS.items():
        source = ASTSource(
            function, signature={**signature, "BLOCK": "constexpr"}, constexprs={"BLOCK": block}
        )
        options = {"num_warps": 4, "ptx_version": 86}
        kernel = triton.compile(source, target=GPUTarget("cuda", capability, 32), options=options)
        Path(f"triton_{function.__name__}.sm_{capability}.ptx").write_text(kernel.asm["ptx"])
