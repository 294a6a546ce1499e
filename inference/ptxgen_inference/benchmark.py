"""Speed of a model in llama-bench's terms: pp512 is a prompt of 512 tokens, tg128 are 128 tokens one by one.

No speed is given before the engine has agreed with an independent path of itself in the same run, and none that would
mean reading weights faster than the device can read. On the emulator there are launches, but no speeds.
"""

from __future__ import annotations

import json
import statistics
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from attrs import frozen

from ptxgen.driver import DeviceArray
from ptxgen.kernels import EmbeddingGather
from ptxgen_inference.engine import Engine
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.runtime.shapes import Shape

PARITY = 2e-3
"""Normalised mean squared error of logits that ggml's own tests allow a whole block of a model."""
_CHECKED = 10
_PROMPT = 5


@frozen
class Test:
    """`tokens` of a prompt, or generated ones. `samples`: tokens a second, empty on the emulator."""

    kind: str
    tokens: int
    launches: int
    samples: tuple[float, ...] = ()

    @property
    def name(self) -> str:
        """As llama-bench has it: pp512, tg128."""
        return f"{self.kind}{self.tokens}"

    @property
    def mean(self) -> float:
        """Tokens a second."""
        return statistics.fmean(self.samples)

    @property
    def deviation(self) -> float:
        """Standard deviation of the samples."""
        return statistics.stdev(self.samples) if len(self.samples) > 1 else 0.0


def parity(engine: Engine, bound: float = PARITY) -> float:
    """NMSE of logits, by a prompt and by single tokens, from those of float32 on an f32 cache. INF067 beyond `bound`.

    The other path has other kernels for products, cache and attention; nothing is taken from a file of results.
    """
    tokens = np.random.default_rng(0).integers(0, engine.vocabulary, _CHECKED).tolist()
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, tokens[:_PROMPT]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in tokens[_PROMPT:]]
    exact = engine.sibling(activations="f32", cache="f32").logits(tokens)[_PROMPT - 1 :].astype(np.float64)
    error = float(((np.stack(rows) - exact) ** 2).sum() / (exact**2).sum())
    if not error <= bound:
        raise InferenceError(
            "INF067",
            f"no speed of a wrong result: logits differ by {error:.2g} (NMSE) from float32, allowed is {bound:g}",
            help="another path of the same engine disagrees: report it with the model's name and the device",
        )
    return error


def run(engine: Engine, prompt: int, generate: int, repetitions: int) -> list[Test]:
    """The tests, a first round of each not counted. Speeds only on a GPU."""
    tokens = np.random.default_rng(1).integers(0, engine.vocabulary, max(prompt, generate, 1)).tolist()

    def read() -> None:
        with engine.start() as sequence:
            engine.prefill(sequence, tokens[:prompt])
            engine.device.synchronize()

    def write() -> None:
        with engine.start() as sequence:
            for token in tokens[:generate]:
                engine.decode([(sequence, token)])
                engine.device.synchronize()

    made: list[Test] = []
    if prompt:
        made.append(
            Test("pp", prompt, engine.prompt_launches(prompt), _timed(engine, read, prompt, repetitions))
        )
    if generate:
        launches = generate * engine.player.launches(Shape(1))
        made.append(Test("tg", generate, launches, _timed(engine, write, generate, repetitions)))
    return made


def _timed(engine: Engine, act: Callable[[], None], tokens: int, repetitions: int) -> tuple[float, ...]:
    if engine.device.kind == "emulator":
        return ()
    act()
    samples: list[float] = []
    for _ in range(repetitions):
        start = time.perf_counter()
        act()
        samples.append(tokens / (time.perf_counter() - start))
    return tuple(samples)


def bytes_a_token(engine: Engine) -> int:
    """Bytes of weights that a single token reads: those of the recorded step, each array once, embeddings left out."""
    read: dict[int, int] = {}
    for call in engine.player.traced(Shape(1))[0].trace.calls:
        if not isinstance(call.kernel, EmbeddingGather):
            read |= {a.address: a.nbytes for a in call.operands.values() if isinstance(a, DeviceArray)}
    weights = {array.address for array in engine.player.weights.arrays.values()}
    return sum(nbytes for address, nbytes in read.items() if address in weights)


def guard(tests: Sequence[Test], nbytes: int, ceiling: float, chunk: int) -> None:
    """INF068 for a speed at which weights would be read faster than `ceiling` bytes a second.

    `nbytes` of weights are read at least once for each generated token, and for each `chunk` tokens of a prompt.
    """
    for test in tests:
        together = 1 if test.kind == "tg" else min(chunk, test.tokens)
        if test.samples and max(test.samples) * nbytes > ceiling * together:
            raise InferenceError(
                "INF068",
                f"{test.name}: {max(test.samples):.1f} tokens a second, {together} of which read {nbytes} bytes, are"
                f" more than the {ceiling:.4g} bytes a second that this device reads",
                help="something was not computed, or not waited for: the measurement is wrong",
            )


def llama_bench(
    binary: Path, model: Path, prompt: int, generate: int, repetitions: int
) -> list[dict[str, Any]]:
    """What a llama-bench binary measures on the same file. INF069 if it fails."""
    sizes = {"-p": prompt, "-n": generate, "-r": repetitions}
    command = [str(binary), "-m", str(model), "-o", "json", *(str(x) for pair in sizes.items() for x in pair)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        made: list[dict[str, Any]] = json.loads(done.stdout)
        return [{"n_prompt": m["n_prompt"], "n_gen": m["n_gen"], "avg_ts": m["avg_ts"]} for m in made]
    except (OSError, subprocess.CalledProcessError, ValueError, KeyError, TypeError) as error:
        why = getattr(error, "stderr", "") or error
        raise InferenceError(
            "INF069", f"{binary} gave no result: {why}", help="run it by itself with -o json to see more"
        ) from error
