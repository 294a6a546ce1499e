"""What torch does instead of a kernel, timed in the same rounds: cuBLAS, its attention, its row operations."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from typing import Any

from attrs import frozen

from ptxgen.driver import Device
from ptxgen.isa.types import bf16
from ptxgen.kernels import Kernel

Arrays = Mapping[str, Any]
Work = Callable[[], object]
Maker = Callable[["Inputs"], Work | None]


@frozen
class Inputs:
    """A kernel's arrays as torch sees them: views of the same memory."""

    torch: Any
    kernel: Any
    arrays: Arrays

    def __getitem__(self, name: str) -> Any:
        """The tensor of that parameter; bit patterns of bfloat16 as numbers."""
        tensor = self.torch.from_dlpack(self.arrays[name])
        is_bfloat16 = self.kernel.signature.arrays[name].type is bf16
        return tensor.view(self.torch.bfloat16) if is_bfloat16 else tensor

    @property
    def functional(self) -> Any:
        """torch.nn.functional."""
        return self.torch.nn.functional


@frozen
class Peer:
    """Another implementation: `name` says what is timed. `make` gives the work, or None for options that it lacks."""

    name: str
    make: Maker

    def work(self, torch: Any, kernel: Kernel, arrays: Arrays) -> Work | None:
        """What the peer does on the kernel's own arrays."""
        return self.make(Inputs(torch, kernel, arrays))


def torch_of(device: Device) -> Any:
    """The module torch if it is installed and drives the device's GPU; None otherwise."""
    if device.kind != "cuda" or importlib.util.find_spec("torch") is None:
        return None
    torch = import_module("torch")
    return torch if torch.cuda.is_available() else None


class TorchRuns:
    """Torch's work, captured as a CUDA graph and replayed between torch's own events."""

    def __init__(self, torch: Any, works: Sequence[Work]) -> None:
        self.torch = torch
        self.runs = len(works)
        for work in works:  # libraries choose their algorithms, and take their memory, at the first call
            work()
        torch.cuda.synchronize()
        self.graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(self.graph):
            for work in works:
                work()

    def __call__(self) -> float:
        start, end = (self.torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        self.graph.replay()
        end.record()
        end.synchronize()
        return 1000 * float(start.elapsed_time(end))


def _linear(given: Inputs) -> Work:
    """x W^T in the type of the weights: activations are converted beforehand, which the kernel does on the way."""
    weights = given["w"]
    x = given["x"].to(weights.dtype)
    return lambda: given.functional.linear(x, weights)


def _product(given: Inputs) -> Work | None:
    kernel = given.kernel
    if kernel.bias or kernel.residual or kernel.activation != "none":
        return None
    a, b = given["a"], given["b"]
    right = b.transpose(-1, -2) if kernel.layout == "nk" else b
    return lambda: given.torch.matmul(a, right)


def _attention(given: Inputs) -> Work | None:
    kernel = given.kernel
    if kernel.window or kernel.soft_cap or (kernel.causal and kernel.q_len != kernel.kv_len):
        return None
    q, keys, values = (given[name].transpose(1, 2) for name in ("q", "keys", "values"))
    return _scaled(given, q, keys, values, kernel.causal)


def _decoding(given: Inputs) -> Work | None:
    """Full caches only: the kernel stops at each sequence's length, torch would need a mask."""
    kernel, torch = given.kernel, given.torch
    if kernel.block_size or kernel.window or kernel.soft_cap or kernel.cache != "f16" or kernel.seqs > 1:
        return None
    q = given["q"].to(torch.float16).unsqueeze(2)
    keys, values = (given[name].transpose(1, 2) for name in ("keys", "values"))
    return _scaled(given, q, keys, values, False)


def _scaled(given: Inputs, q: Any, keys: Any, values: Any, causal: bool) -> Work:
    attention = given.functional.scaled_dot_product_attention
    scale = given.kernel.scale or None
    return lambda: attention(q, keys, values, is_causal=causal, scale=scale, enable_gqa=True)


def _on_rows(function: Callable[[Inputs], Work]) -> Maker:
    """For kernels whose options all have the value that torch's function stands for."""

    def make(given: Inputs) -> Work | None:
        kernel = given.kernel
        extra = (getattr(kernel, "residual", False), getattr(kernel, "mask", "none") != "none")
        return None if any(extra) else function(given)

    return make


def _softmax(given: Inputs) -> Work:
    x = given["x"]
    return lambda: given.torch.softmax(x, -1)


def _rms_norm(given: Inputs) -> Work:
    x, weight, eps = given["x"], given["weight"], given.kernel.eps
    return lambda: given.functional.rms_norm(x, (x.shape[-1],), weight, eps)


def _layer_norm(given: Inputs) -> Work:
    x, weight, eps = given["x"], given["weight"], given.kernel.eps
    bias = given["bias"] if given.kernel.bias else None
    return lambda: given.functional.layer_norm(x, (x.shape[-1],), weight, bias, eps)


def _of_x(function: Callable[[Inputs, Any], object]) -> Maker:
    def make(given: Inputs) -> Work:
        x = given["x"]
        return lambda: function(given, x)

    return make


def _add(given: Inputs) -> Work:
    x, y = given["x"], given["y"]
    return lambda: given.torch.add(x, y)


_FLASH = Peer("torch SDPA", _attention)
_DECODE = Peer("torch SDPA", _decoding)
_MATMUL = Peer("torch matmul", _product)
_LINEAR = Peer("torch linear", _linear)

PEERS: dict[str, Peer] = {
    **dict.fromkeys(("flash_attention", "wmma_attention", "mma_attention", "wgmma_attention"), _FLASH),
    **dict.fromkeys(("incremental_attention", "flash_decoding"), _DECODE),
    **dict.fromkeys(("tiled_gemm", "wmma_gemm", "mma_gemm", "wgmma_gemm"), _MATMUL),
    **dict.fromkeys(("f32_gemv", "f16_gemv", "bf16_gemv"), _LINEAR),
    **dict.fromkeys(("softmax", "long_softmax"), Peer("torch softmax", _on_rows(_softmax))),
    **dict.fromkeys(("rms_norm", "vectorized_rms_norm"), Peer("torch rms_norm", _on_rows(_rms_norm))),
    "layer_norm": Peer("torch layer_norm", _on_rows(_layer_norm)),
    "arg_max": Peer("torch argmax", _of_x(lambda given, x: x.argmax(-1))),
    "top_k": Peer("torch topk", _of_x(lambda given, x: given.torch.topk(x, given.kernel.k))),
    "silu": Peer("torch silu", _of_x(lambda given, x: given.functional.silu(x))),
    "gelu": Peer("torch gelu", _of_x(lambda given, x: given.functional.gelu(x, approximate="tanh"))),
    "relu": Peer("torch relu", _of_x(lambda given, x: given.functional.relu(x))),
    "transpose": Peer("torch transpose", _of_x(lambda given, x: x.t().contiguous())),
    "copy": Peer("torch clone", _of_x(lambda given, x: x.clone())),
    "vector_add": Peer("torch add", _add),
}
"""By the name of the kernel. Quantised products have none in torch."""
