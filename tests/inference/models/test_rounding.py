"""What 8-bit activations and an 8-bit cache cost: as much as that rounding alone costs a decoder in float64.

The limit of 2e-4 (`test_agreement`) holds for scores as large as those of models. A model whose scores are peaked loses
more (5e-4 here): softmax turns an error of a score into as large a relative error of a weight. That is in the
arithmetic, not in a kernel: with the reference's activations, or keys and values, rounded in the same way, engine and
reference agree nearly to float32's rounding.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from attrs import evolve

from ptxgen.quant import Q8_0
from ptxgen_inference import shipped
from ptxgen_inference.engine import Engine
from ptxgen_inference.files import open_model
from ptxgen_inference.text import Tokenizer
from tests.inference.engines import device, opened
from tests.inference.reference import forward as decoder
from tests.inference.reference.parts import attention, linear
from tests.inference.reference.weights import Doubles
from tests.inference.tiny import MODELS
from tests.inference.vectors import F32_ROUNDING, nmse

TEXT = tuple(int(token) for token in np.random.default_rng(11).integers(0, 61, 12))
PROMPT = 8
FLIPS = 1e-5
"""Float32 may put a number that lies between two codes on the other side: one step of 127, which in a product of 96
numbers is about (2.2 / 127)^2 / 96 = 3e-6 of its square. That happens to one number in 10^4 or fewer; this allows three
in the rows that are compared, a fortieth of what all roundings together cost."""
BETWEEN = 3e-4
"""A number that lies so near to the middle between two codes, as a part of the step between them, may have either: it
is up to 127 steps large, and float32 got it to 3e-7 of itself (1e-13 of its square, as `F32_ROUNDING` says), which is
4e-5 of a step on average. This is eight times as much."""
ROUNDED, SAME_TOKEN = 2e-4, 0.97


def in_blocks(x: Doubles) -> Doubles:
    """x in Q8_1: of 32 numbers each a float16 scale, the largest over 127, times integers rounded away from zero."""
    blocks = x.astype(np.float32).reshape(*x.shape[:-1], -1, 32)
    scale = np.abs(blocks).max(axis=-1, keepdims=True) / np.float32(127)
    quotient = blocks / np.where(scale == 0, np.float32(1), scale)
    codes = np.sign(quotient) * np.floor(np.abs(quotient) + np.float32(0.5))
    return (codes.astype(np.float64) * scale.astype(np.float16)).reshape(x.shape)


def rounded(x: Doubles, weight: Doubles, bias: Doubles | None = None) -> Doubles:
    return linear(in_blocks(x), weight, bias)


@pytest.mark.parametrize(
    "name",
    [
        "llama",
        *(pytest.param(n, marks=pytest.mark.slow) for n in ("mistral", "qwen2", "qwen3", "phi2", "gemma2")),
    ],
)
def test_eight_bit_activations_cost_what_rounding_costs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt and tokens behind it; activations before every product, nothing else, are rounded."""
    file = evolve(MODELS[name], formats=(Q8_0,)).file()
    engine = opened(file, chunk=PROMPT, activations="q8_1")
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, TEXT[:PROMPT]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in TEXT[PROMPT:]]
    exact = decoder.forward(file, TEXT)["logits"][PROMPT - 1 :]
    monkeypatch.setattr(decoder, "linear", rounded)
    model = decoder.forward(file, TEXT)["logits"][PROMPT - 1 :]
    assert nmse(np.array(rows), model) <= FLIPS
    assert nmse(model, exact) > 5 * FLIPS


def in_cache(x: Doubles, held: Doubles) -> Doubles:
    """x [tokens, heads, dim] in Q8_0, blocks of 32 along heads. Where float32 may take either of two codes: `held`."""
    blocks, given = (numbers.astype(np.float32).reshape(*x.shape[:-1], -1, 32) for numbers in (x, held))
    scale = np.abs(blocks).max(axis=-1, keepdims=True) / np.float32(127)
    quotient = (blocks / np.where(scale == 0, np.float32(1), scale)).astype(np.float64)
    step = scale.astype(np.float16).astype(np.float64)
    rounded = np.sign(quotient) * np.floor(np.abs(quotient) + 0.5) * step
    between = np.abs(np.abs(quotient) % 1 - 0.5) < BETWEEN
    assert (np.abs(given - rounded) <= 1.001 * step)[between].all()
    return np.where(between, given, rounded).reshape(x.shape)


@pytest.mark.parametrize(
    "name",
    ["llama", *(pytest.param(n, marks=pytest.mark.slow) for n in ("mistral", "qwen2", "qwen3", "gemma2"))],
)
def test_an_eight_bit_cache_costs_what_rounding_costs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A prompt in chunks and tokens behind it, peaked scores; keys and values, nothing else, are rounded."""
    file = evolve(MODELS[name], formats=(Q8_0,)).file()
    engine = opened(file, cache="q8_0")
    with engine.start() as sequence:
        rows = [engine.prefill(sequence, TEXT[:PROMPT]).host()[0]]
        rows += [engine.decode([(sequence, token)]).host()[0] for token in TEXT[PROMPT:]]
    exact = decoder.forward(file, TEXT)["logits"][PROMPT - 1 :]

    def held() -> Iterator[tuple[Doubles, Doubles]]:
        for layer in engine.player.cache.layers:
            keys, values = (Q8_0.decode(layer[part].to_host()[0, : len(TEXT)]) for part in ("keys", "values"))
            yield keys.astype(np.float64), values.astype(np.float64)

    layers = held()

    def attended(
        q: Doubles, k: Doubles, v: Doubles, scale: float, window: int = 0, cap: float = 0.0
    ) -> Doubles:
        keys, values = next(layers)
        return attention(q, in_cache(k, keys), in_cache(v, values), scale, window, cap)

    monkeypatch.setattr(decoder, "attention", attended)
    model = decoder.forward(file, TEXT)["logits"][PROMPT - 1 :]
    assert nmse(np.array(rows), model) <= F32_ROUNDING
    assert nmse(model, exact) > 1e4 * F32_ROUNDING


@pytest.mark.slow
def test_rounding_alone_costs_the_shipped_model_little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its scores are not peaked: a tenth of the limit, without any kernel, over 300 tokens."""
    file = open_model(shipped.path())
    text = (shipped.path().parent / "held-out.txt").read_text(encoding="utf-8")
    ids = Tokenizer.of(file.metadata).encode(text[:1600])[:300]
    exact = decoder.forward(file, ids)["logits"]
    monkeypatch.setattr(decoder, "linear", rounded)
    model = decoder.forward(file, ids)["logits"]
    assert nmse(model, exact) <= ROUNDED / 10
    assert (model.argmax(axis=1) == exact.argmax(axis=1)).mean() >= SAME_TOKEN


@pytest.mark.slow
def test_tokens_and_a_prompt_of_the_shipped_model() -> None:
    """8-bit activations on a cache of float16 against float16 on tensor cores, over the same 48 tokens."""
    file = open_model(shipped.path())
    text = (shipped.path().parent / "held-out.txt").read_text(encoding="utf-8")
    ids = Tokenizer.of(file.metadata).encode(text[:400])[:48]
    engine = Engine.open(file, device(), context=64, chunk=48)
    with engine.start() as sequence:
        tokens = np.array([engine.decode([(sequence, id)]).host()[0] for id in ids])
    prompt = engine.logits(ids)
    assert nmse(tokens, prompt) <= ROUNDED
    assert (tokens.argmax(axis=1) == prompt.argmax(axis=1)).mean() >= SAME_TOKEN
