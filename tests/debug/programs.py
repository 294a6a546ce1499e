"""Correct programs with inputs, into which faults are planted: our kernels, what nvcc made, what Triton made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen import LaunchConfig
from ptxgen.debug.dynamic import Subject
from ptxgen.debug.dynamic.experiment import Outcome, Substituted
from ptxgen.driver import Device, LoadedKernel
from ptxgen.emulator import Limits, Observer
from ptxgen.emulator.asynchronous.tensor_maps import TensorMap
from ptxgen.kernels.base import Kernel
from ptxgen.kernels.registry import get
from tests.corpus.cases import PROGRAMS, Variant
from tests.corpus.running import run
from tests.debug.sizes import OTHER

Array = np.ndarray[Any, Any]
Results = Mapping[str, Array]
LIMITS = Limits(thread_steps=20_000)
VARIANT = Variant("O3", "sm_90")
KEPT = Path(__file__).parent / "kernels"
"""Our kernels as they were emitted once, so that the same mutants are drawn whatever becomes of the kernels.

`python -m tests.debug.programs` writes them again, which is due when a kernel is launched in another way."""
TRITON = Path(__file__).parents[1] / "text" / "corpus"


@frozen
class Source:
    """A program: its text, and how its results come from a device on which that text, or a mutant, is loaded."""

    name: str
    text: str
    results: Callable[[Device, str], Results]
    guessed: bool = False

    @property
    def title(self) -> str:
        return self.name

    @property
    def maker(self) -> str:
        """Who wrote the text: ours, nvcc or triton."""
        head, _, rest = self.name.partition(" ")
        return head if rest else "ours"

    def device(self, text: str, schedule: int | None, *, sanitize: bool) -> Substituted:
        """A device that takes `text` for whatever is loaded."""
        made = Substituted(
            check=False, sanitize="collect" if sanitize else False, schedule=schedule, limits=LIMITS
        )
        made.substitute = text
        return made

    def run(self, subject: Subject, schedule: int | None, observers: Sequence[Observer]) -> Outcome:
        """As an experiment of ptxgen-debug."""
        with self.device(subject.text, schedule, sanitize=True) as device:
            self.results(device, subject.text)
            return Outcome(device.findings)

    def outputs(self, text: str, schedule: int | None) -> dict[str, bytes]:
        """The bits of every result of a run."""
        with self.device(text, schedule, sanitize=False) as device:
            return {name: np.asarray(a).tobytes() for name, a in self.results(device, text).items()}


OURS = (
    "tiled_gemm", "transpose", "mma_gemm", "softmax", "arg_max", "q4_k_gemv", "dp4a_q4_k_gemv", "flash_attention",
    "bf16_split_k_gemv", "wgmma_gemm", "q8_0_gemm", "layer_norm", "ring_q4_k_gemv", "flash_decoding",
)  # fmt: skip
COMPILED = (
    "reduction", "scan", "gemm_tiled", "transpose", "softmax", "async_copy", "stencil", "matvec", "histogram",
    "layernorm", "bitonic_sort", "warp_votes", "atomics", "named_barriers", "compaction", "dynamic_shared",
)  # fmt: skip


LARGER: dict[str, dict[str, int]] = {
    "wgmma_gemm": {"k": 456},
    "arg_max": {"cols": 9000, "slices": 2},
    "flash_decoding": {"capacity": 200},
    "ring_q4_k_gemv": {"k": 3072, "n": 20},
}
"""Sizes where those of the registry leave code out: each stage of a ring is filled twice, each load of a round made."""


def _kernel(name: str) -> Kernel:
    return get(name)(**LARGER.get(name, {}))


def _ours(name: str) -> Source:
    kernel = _kernel(name)

    def results(device: Device, text: str) -> Results:
        return kernel.run(kernel.example_inputs(np.random.default_rng(0)), device=device)

    return Source(name, (KEPT / f"{name}.ptx").read_text("utf-8"), results)


def _compiled(name: str) -> Source:
    program = next(p for p in PROGRAMS if p.name == name)
    launched = [program, *([OTHER[name]] if name in OTHER else [])]

    def results(device: Device, text: str) -> Results:
        return {f"{n} {key}": a for n, p in enumerate(launched) for key, a in run(p, text, device).items()}

    return Source(f"nvcc {name}", program.ptx(VARIANT).read_text("utf-8"), results)


Launch = Callable[[np.random.Generator, Device], tuple[tuple[int, ...], int, list[Any]]]
"""Grid, dynamic shared memory and arguments of a program of Triton."""


def _add(rng: np.random.Generator, device: Device) -> tuple[tuple[int, ...], int, list[Any]]:
    n = 2001
    x, y = rng.standard_normal((2, n), dtype=np.float32)
    return (2,), 0, [x, y, np.zeros(n, np.float32), n]


def _softmax(columns: int) -> Launch:
    def made(rng: np.random.Generator, device: Device) -> tuple[tuple[int, ...], int, list[Any]]:
        x = rng.standard_normal((5, columns)).astype(np.float32)
        return (2,), 8208, [x, np.zeros_like(x), columns, columns, 5, columns]

    return made


def _norm(rng: np.random.Generator, device: Device) -> tuple[tuple[int, ...], int, list[Any]]:
    rows, columns = 2, 1600
    x = rng.standard_normal((rows, columns)).astype(np.float16)
    weight, bias = rng.standard_normal((2, columns)).astype(np.float16)
    mean, scale = np.zeros((2, rows), np.float32)
    return (rows,), 16, [x, x * 0, weight, bias, mean, scale, columns, columns, 1e-5]


def _product(shared: int, depth: int) -> Launch:
    def made(rng: np.random.Generator, device: Device) -> tuple[tuple[int, ...], int, list[Any]]:
        m, n, k = 64, 48, 112
        a = rng.integers(-4, 5, (m, k)).astype(np.float16)
        b = rng.integers(-4, 5, (k, n)).astype(np.float16)
        return (1,), shared, [a, b, np.zeros((m, n), np.float16), m, n, depth, k, n, n]

    return made


def _attention(rng: np.random.Generator, device: Device) -> tuple[tuple[int, ...], int, list[Any]]:
    context, head = 128, 64
    q, k, v = rng.standard_normal((3, 1, context, head)).astype(np.float16)
    sums = np.zeros((1, context), np.float32)
    return (context // 64, 1), 24576, [q, k, v, np.zeros_like(q), sums, 0.125, context * head, head, context]


def _described(rng: np.random.Generator, device: Device) -> tuple[tuple[int, ...], int, list[Any]]:
    m, n, k = 64, 64, 264
    arguments: list[Any] = []
    for shape in ((m, k), (n, k), (m, n)):
        array = device.to_device(rng.integers(-4, 5, shape).astype(np.float16))
        rows, columns = shape
        tensor = TensorMap(array.address, 2, (columns, rows), (2 * columns,), (64, 64), 128)
        arguments += [array, tensor.encode(), rows, columns, columns, 1]
    return (1, 1), 49176, [*arguments, k]


ROWS = (_softmax(784), _softmax(300))
"""Rows that end in the second half of what a CTA takes, and in the first."""

TUTORIALS: dict[tuple[str, int], tuple[Launch, ...]] = {
    ("add", 80): (_add,),
    ("fused_softmax", 80): ROWS,
    ("fused_softmax", 90): ROWS,
    ("layer_norm", 80): (_norm,),
    ("matmul", 80): (_product(16384, 112), _product(16384, 0)),
    ("matmul", 90): (_product(24576, 112), _product(24576, 0)),
    ("attention", 80): (_attention,),
    ("matmul_described", 90): (_described,),
}


def _tutorial(name: str, capability: int, launches: Sequence[Launch]) -> Source:
    path = TRITON / f"triton_{name}.sm_{capability}.ptx"

    def launched(device: Device, kernel: LoadedKernel, launch: Launch) -> Iterator[Array]:
        grid, shared, arguments = launch(np.random.default_rng(0), device)
        described = [a for a in arguments if hasattr(a, "to_host")]
        given = [device.to_device(a) if isinstance(a, np.ndarray) else a for a in arguments]
        scratch = device.zeros(1, np.uint64)
        passed = [a for a in given if not any(a is d for d in described)]
        kernel.launch(LaunchConfig(grid, block=128, shared_bytes=shared), [*passed, scratch, scratch])
        device.synchronize()
        yield from (a.to_host() for a in given if hasattr(a, "to_host"))

    def results(device: Device, text: str) -> Results:
        kernel = device.load_module(text, name=path.name).get_kernel(name)
        arrays = (a for launch in launches for a in launched(device, kernel, launch))
        return {str(n): a for n, a in enumerate(arrays)}

    return Source(f"triton {name}.sm_{capability}", path.read_text("utf-8"), results)


@cache
def sources() -> tuple[Source, ...]:
    """All of them."""
    return (
        *map(_ours, OURS),
        *map(_compiled, COMPILED),
        *(_tutorial(name, capability, launches) for (name, capability), launches in TUTORIALS.items()),
    )


if __name__ == "__main__":
    for name in OURS:
        (KEPT / f"{name}.ptx").write_text(_kernel(name).emit_ptx(), "utf-8")
