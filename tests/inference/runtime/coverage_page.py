"""`python -m tests.inference.runtime.coverage_page > docs/inference-coverage.md` makes that page.

Every row is a run of the engine in the emulator on a tiny model, and names the kernels that were recorded and played.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path as FilePath
from typing import Any

import numpy as np
from attrs import evolve, field, frozen

from ptxgen.driver import EmulatedDevice
from ptxgen.kernels import Kernel
from ptxgen.quant import BF16, F16, F32, Q4_K, Q8_0
from ptxgen_inference.encoder import Encoder
from ptxgen_inference.engine import Engine
from ptxgen_inference.runtime.coverage import table
from ptxgen_inference.runtime.shapes import Shape
from tests.inference.encoder.reference import Tiny as TinyBert
from tests.inference.tiny import MODELS, Tiny

TOKENS = np.random.default_rng(0).integers(0, 61, 40).tolist()


@frozen
class Path:
    """A way through the engine: a model, options, multiprocessors of the emulated device, and what is asked."""

    name: str
    model: Tiny
    act: Callable[[Engine], object]
    options: dict[str, Any] = field(factory=dict[str, Any])
    sms: int = 1

    def kernels(self) -> list[Kernel]:
        """Run it; the kernels that were played."""
        device = EmulatedDevice(sm_count=self.sms)
        with Engine.open(self.model.file(), device, chunk=40, **self.options) as engine:
            self.act(engine)
            return [kernel for kernels in engine.recorded().values() for kernel in kernels]


def prompt_and_token(engine: Engine) -> None:
    with engine.start() as sequence:
        engine.prefill(sequence, TOKENS)
        engine.decode([(sequence, 1)])


def token(engine: Engine) -> None:
    with engine.start() as sequence:
        engine.decode([(sequence, 1)])


def text(engine: Engine) -> None:
    engine.logits(TOKENS)


def read_logits(engine: Engine) -> None:
    with engine.start() as sequence:
        logits = engine.decode([(sequence, 1)])
        logits.argmax()
        logits.top(4)
        logits.probabilities()


def _floats(*formats: Any) -> Tiny:
    return Tiny("llama", layers=1, formats=formats)


_K = evolve(MODELS["llama-k-quants"], layers=1, formats=(Q4_K,), metadata={"context_length": 4096})
_PHI2 = evolve(
    MODELS["phi2"], layers=1, formats=(Q8_0,), metadata={"rope.dimension_count": 20, "rope.freq_base": None}
)


PATHS: Sequence[Path] = (
    Path("prompt and token, K quants, 132 multiprocessors", _K, prompt_and_token, sms=132),
    Path("prompt, K quants, `activations=\"q8_1\"`", _K, prompt_and_token, {"activations": "q8_1", "context": 64}),
    Path("prompt, K quants, `activations=\"f32\"`", _K, prompt_and_token, {"activations": "f32", "context": 64}),
    Path("text without cache, `activations=\"f32\"`", _floats(F32), text, {"activations": "f32"}),
    Path("16-bit weights, Hopper", _floats(F16, BF16), text),
    Path("16-bit weights, `prefer=[\"mma\"]`", _floats(F16, BF16), text, {"prefer": ["mma"]}),
    Path("16-bit weights, `prefer=[\"wmma\"]`", _floats(F16), text, {"prefer": ["wmma"]}),
    Path("token, `prefer=[\"bulk-ring\"]`", _K, token, {"context": 64, "prefer": ["bulk-ring"]}),
    Path("Phi-2 with 20 rotary dims", _PHI2, token),
    Path("Phi-2 with 20 rotary dims, `activations=\"f32\"`", _PHI2, token, {"activations": "f32"}),
    Path("Qwen2, text without cache", evolve(MODELS["qwen2"], layers=1), text, {"activations": "f32"}),
    Path("Qwen2, token", evolve(MODELS["qwen2"], layers=1), token),
    Path("Gemma 2", evolve(MODELS["gemma2"], layers=1), token, {"activations": "f32"}),
    Path("`Logits`", evolve(_floats(F32), hidden=32, feed_forward=32, heads=1, kv_heads=1), read_logits),
    Path(
        "`Logits` of a large vocabulary",
        evolve(_floats(F32), hidden=32, feed_forward=32, heads=1, kv_heads=1, vocabulary=9001),
        read_logits,
    ),
)  # fmt: skip


HEAD = """# Which kernels the engine uses

Every family of the library's kernels, and the first way through the engine that uses it. Each way was run in the
emulator on a tiny model; the table has the kernels that were recorded and played. `python -m
tests.inference.runtime.coverage_page` makes this page, a test holds it against the registry.

| | family | used by |
|---|---|---|"""

FOOT = """
Kernels depend on the device's compute capability and multiprocessors: the emulator is one of sm_90a and has one, or as
many as `EmulatedDevice(sm_count=...)` says. `prefer` is an option of `Engine.open`. Without it `wmma` is never taken,
because every device that the engine runs on has `mma.sync`; that is taken except on Hopper, and rings only where they
were measured to be faster.
"""


def encoder() -> list[Kernel]:
    """BERT on a batch of two sentences."""
    with tempfile.TemporaryDirectory() as folder:
        written = TinyBert(layers=1).write(FilePath(folder))
        with Encoder.open(written, EmulatedDevice()) as opened:
            opened.embed_ids([[2, 5, 7, 3], [2, 3]])
            recordings = [batch.recording for batch in opened.batches.values()]
            return [call.kernel for recording in recordings for call in recording.calls]


def inspected() -> list[Kernel]:
    """What `Engine.trace` plays: every layer's values are kept."""
    with Engine.open(_floats(F32).file(), EmulatedDevice(), activations="f32") as engine:
        step = engine.player.made(Shape(3, cached=False, wanted="every"), inspect=True)
        return [call.kernel for call in step.recording.calls]


def page() -> str:
    """The whole page."""
    paths = {path.name: path.kernels() for path in PATHS}
    paths |= {"`Encoder` (BERT)": encoder(), "`Engine.trace`": inspected()}
    rows = [f"| {heading} | `{name}` | {path} |" for heading, name, path in table(paths)]
    return "\n".join([HEAD, *rows, FOOT])


if __name__ == "__main__":
    print(page(), end="")
