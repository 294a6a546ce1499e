"""The encoder on the kernels against BERT in float64."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from attrs import evolve

from ptxgen_inference.encoder import Encoder
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import open_model, write_gguf
from ptxgen_inference.quantize import quantize
from tests.inference.encoder.reference import Tiny, embedding, gguf_names

TINY = Tiny()
TEXTS = [[2, 5, 7, 3], [2, 3], [2, 8, 6, 7, 9, 8, 10, 11, 12, 5, 3]]
FAR = 2e-6
"""Float32 sums of two layers: each norm brings a row back to size 1, where about 20 roundings of 6e-8 stay."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return TINY.write(tmp_path_factory.mktemp("encoder"))


def expected(weights: dict[str, np.ndarray]) -> np.ndarray:
    return np.stack([embedding(weights, TINY, ids) for ids in TEXTS])


def test_embeddings_are_those_of_float64(folder: Path) -> None:
    """Three lengths in one batch: what stands behind a shorter text is no part of it."""
    with Encoder.open(folder, "emulator") as encoder:
        got = encoder.embed_ids(TEXTS)
    assert np.abs(got - expected(TINY.weights())).max() <= FAR
    assert np.abs(got - expected(Tiny(seed=4).weights())).max() > 1e-2


def test_quantised_weights_are_what_they_decode_to(folder: Path) -> None:
    file = quantize(open_model(folder), "q8_0")
    assert file.tensors["blk.1.ffn_up.weight"].format.name == "Q8_0"
    weights = TINY.weights()
    names = gguf_names(weights, TINY.layers)
    decoded = {name: file.tensors[names[name]].float32() for name in weights}
    with Encoder.open(file, "emulator") as encoder:
        got = encoder.embed_ids(TEXTS)
    assert np.abs(got - expected(decoded)).max() <= FAR
    assert (got * expected(weights)).sum(axis=1).min() >= 0.998


def test_text_is_cut_into_tokens_with_both_ends(folder: Path) -> None:
    with Encoder.open(folder, "emulator") as encoder:
        assert encoder.ids("The darkness of night.") == [2, 8, 6, 7, 9, 12, 11, 3]
        cut = evolve(encoder, longest=5)
        assert cut.ids("The darkness of night.") == [2, 8, 6, 7, 3]


def test_folder_and_gguf_hold_the_same_encoder(folder: Path, tmp_path: Path) -> None:
    file = open_model(folder)
    path = tmp_path / "encoder.gguf"
    write_gguf(path, file.metadata, file.tensors.values())
    read = open_model(path)
    assert {name: t.data.tobytes() for name, t in read.tensors.items()} == {
        name: t.data.tobytes() for name, t in file.tensors.items()
    }
    with Encoder.open(read, "emulator") as encoder:
        assert encoder.ids("light of day") == [2, 5, 9, 10, 3]


@pytest.mark.parametrize("ids", [[], [37], [-1], [2] * 41])
def test_what_is_no_text_is_refused(folder: Path, ids: list[int]) -> None:
    with Encoder.open(folder, "emulator") as encoder, pytest.raises(InferenceError, match="INF092"):
        encoder.embed_ids([ids])


@pytest.mark.parametrize(
    ("config", "id"),
    [
        ({"architectures": ["RobertaModel"]}, "INF027"),
        ({"hidden_act": "gelu_new"}, "INF027"),
        ({"num_attention_heads": 5}, "INF073"),
        ({"intermediate_size": 161}, "INF076"),
        ({"num_hidden_layers": 1}, "INF028"),
        ({"num_hidden_layers": 3}, "INF075"),
    ],
)
def test_other_models_are_refused(tmp_path: Path, config: dict[str, object], id: str) -> None:
    TINY.write(tmp_path, **config)
    with pytest.raises(InferenceError, match=id):
        Encoder.open(tmp_path, "emulator")


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InferenceError, match=r"INF030.*config\.json"):
        open_model(tmp_path)
