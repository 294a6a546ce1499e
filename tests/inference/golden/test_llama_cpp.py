"""The shipped model against llama.cpp: the float64 reference on all that was kept, the engine on a part, or all."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen_inference import shipped
from ptxgen_inference.engine import Engine
from ptxgen_inference.files import open_model
from ptxgen_inference.perplexity import surprise
from ptxgen_inference.quantize import quantize_file
from ptxgen_inference.text import Tokenizer
from tests.inference.golden import golden
from tests.inference.golden.golden import Greedy, Window, document, greedy, model, windows
from tests.inference.reference.forward import forward
from tests.inference.vectors import nmse

QUANTISED = ("q8_0", "q4_k_m")
Logits = Callable[[Sequence[int]], NDArray[np.floating]]


def require_equal(got: NDArray[np.floating], window: Window) -> None:
    """Both compute in float32, and the golden logits are kept in float16 (4e-8 of their squares)."""
    expected = window.logits[: len(got)]
    assert nmse(got, expected) <= 1e-6
    assert nmse(got, expected, axis=1).max() <= 1e-4


def require_near(got: NDArray[np.floating], window: Window) -> None:
    """llama.cpp rounds activations to 8 bits before it multiplies them with quantised weights."""
    expected, following = window.logits[: len(got)], window.tokens[1 : len(got)]
    assert nmse(got, expected) <= 5e-4
    assert (got.argmax(axis=1) == expected.argmax(axis=1)).mean() >= 0.97
    ours, theirs = (surprise(rows[: len(following)], following).mean() for rows in (got, expected))
    assert abs(np.expm1(ours - theirs)) <= 0.005


def reference(type: str) -> Logits:
    return lambda tokens: forward(model(type), tokens)["logits"]


# --- the reference, everything ----------------------------------------------------------------------------------------


def test_tokens_are_those_of_llama_cpp() -> None:
    tokenizer = Tokenizer.of(model("f32").metadata)
    for each in greedy():
        assert tokenizer.encode(each.text) == each.prompt
    for window in windows("f32"):
        again = tokenizer.encode(tokenizer.decode(window.tokens[1:]), bos=True)
        assert again == list(window.tokens)


def test_reference_in_f32() -> None:
    assert sum(len(window.tokens) for window in windows("f32")) >= 2000
    for window in windows("f32"):
        require_equal(reference("f32")(window.tokens), window)


@pytest.mark.parametrize("type", QUANTISED)
def test_reference_of_quantised_weights(type: str) -> None:
    for window in windows(type):
        require_near(reference(type)(window.tokens), window)


def test_reference_is_as_greedy() -> None:
    assert len(greedy()) == 20
    for each in greedy():
        assert len(each.continuation) == 64
        logits = reference("f32")([*each.prompt, *each.continuation[:-1]])
        assert logits.argmax(axis=1)[len(each.prompt) - 1 :].tolist() == each.continuation


def test_another_model_is_noticed() -> None:
    """The bounds of quantised files are too narrow for a neighbour in quality."""
    with pytest.raises(AssertionError):
        require_equal(reference("q8_0")(windows("f32")[0].tokens), windows("f32")[0])
    with pytest.raises(AssertionError):
        require_near(reference("q4_k_m")(windows("q8_0")[0].tokens), windows("q8_0")[0])


# --- the engine -------------------------------------------------------------------------------------------------------


EXACT: dict[str, Any] = {"cache": "f32", "activations": "f32"}


def engine(type: str, **options: Any) -> Engine:
    """Every sum in float32, as llama.cpp was told."""
    return Engine.open(model(type), "emulator", **(EXACT | options))


def test_engine_in_f32() -> None:
    tokens = windows("f32")[1].tokens[:32]
    with engine("f32", context=64) as opened:
        require_equal(opened.logits(tokens), windows("f32")[1])


@pytest.mark.slow
@pytest.mark.parametrize("index", range(4))
def test_engine_in_f32_whole(index: int) -> None:
    window = windows("f32")[index]
    with engine("f32", chunk=128) as opened:
        require_equal(opened.logits(window.tokens), window)


@pytest.mark.slow
@pytest.mark.parametrize("type", QUANTISED)
@pytest.mark.parametrize("activations", ["f32", "q8_1"])
def test_engine_of_quantised_weights(type: str, activations: str) -> None:
    (window,) = windows(type)
    with engine(type, chunk=128, activations=activations) as opened:
        require_near(opened.logits(window.tokens), window)


@pytest.mark.slow
def test_engine_would_choose_the_same_tokens() -> None:
    """Where each token follows from those before it, so does the whole text."""
    with engine("f32", chunk=80) as opened:
        for each in greedy():
            logits = opened.logits([*each.prompt, *each.continuation[:-1]])
            assert logits.argmax(axis=1)[len(each.prompt) - 1 :].tolist() == each.continuation, each.text


def continued(chosen: Sequence[Greedy], **options: Any) -> list[list[int]]:
    """Of each prompt the tokens that the engine puts behind it; a step is one token of each."""
    with engine("f32", sequences=len(chosen), context=128, chunk=16, **options) as opened:
        sequences = [opened.start() for _ in chosen]
        prompts = [(s, each.prompt) for s, each in zip(sequences, chosen, strict=True)]
        made = [[int(id)] for id in opened.prefill_batch(prompts).argmax()]
        while len(made[0]) < 64:
            logits = opened.decode([(s, row[-1]) for s, row in zip(sequences, made, strict=True)])
            for row, id in zip(made, logits.argmax(), strict=True):
                row.append(int(id))
    return made


@pytest.mark.slow
@pytest.mark.parametrize("prompts", [slice(20), slice(1)], ids=["20 prompts together", "a prompt alone"])
def test_engine_is_as_greedy(prompts: slice) -> None:
    """Products with one row and with several are different kernels; both are asked."""
    chosen = greedy()[prompts]
    assert continued(chosen) == [list(each.continuation) for each in chosen]


# --- where the golden files come from ---------------------------------------------------------------------------------


@pytest.mark.parametrize("type", ["f32", *QUANTISED])
def test_llama_cpp_read_these_files(type: str, tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    quantize_file(open_model(golden.SOURCE), path, type)
    assert hashlib.sha256(path.read_bytes()).hexdigest() == document()["types"][type]["sha256"]


def test_shipped_file_is_the_quantised_source(tmp_path: Path) -> None:
    path = tmp_path / "model.gguf"
    quantize_file(open_model(golden.SOURCE), path, "q4_k_m")
    assert path.read_bytes() == shipped.path().read_bytes()
    assert path.stat().st_size <= 5_000_000


@pytest.mark.llama
@pytest.mark.parametrize("type", ["f32", *QUANTISED])
def test_golden_files_are_what_llama_cpp_says(type: str, tmp_path: Path) -> None:
    from tests.inference.golden.llama import Llama

    path = tmp_path / "model.gguf"
    quantize_file(open_model(golden.SOURCE), path, type)
    llama = Llama(path)
    for window in windows(type):
        assert nmse(llama.logits(window.tokens), window.logits) <= 1e-6
    if type == "f32":
        for each in greedy():
            assert llama.tokens(each.text) == list(each.prompt)
            assert llama.greedy(each.prompt, 64) == list(each.continuation)
