"""The encoder against PyTorch: random weights, and the real ones where they have been fetched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ptxgen_inference.encoder import Encoder
from ptxgen_inference.encoder.fetch import default_folder
from ptxgen_inference.files import ModelFile, open_model
from ptxgen_inference.quantize import quantize
from tests.inference.encoder.reference import Tiny, embedding, gguf_names

SENTENCES = (
    "This is an example sentence.",
    "Each sentence is converted.",
    "A dog barks at night.",
    "The hound is loud after dark.",
    "Taxes are due in May!",
    "Naïve café, déjà vu: accents are stripped.",
    "北京 is written in two characters.",
    "E = m c^2, said Einstein (1905).",
    "supercalifragilisticexpialidocious",
    "No.",
    "",
    "Which way is north?",
    "He did not come, because it rained.",
    "It rained, so he stayed at home.",
    "Kernels run on the emulator first.",
    "The register file holds 65,536 words.",
    "Bread, butter and jam.",
    "She sells sea shells by the sea shore; the shells she sells are sea shells.",
    "Light travels faster than sound.",
    "An emoji: 🙂, and a tab\tbetween words.",
)
FAR = 1e-6


def pytorch(
    folder: Path, rows: Sequence[Sequence[int]], weights: ModelFile | None = None
) -> NDArray[np.float64]:
    """Embeddings in float64; `weights` take the place of the folder's."""
    import torch
    from transformers import BertModel

    model: Any = BertModel.from_pretrained(folder, add_pooling_layer=False, attn_implementation="eager")
    model = model.double().eval()
    if weights is not None:
        parameters = dict(model.named_parameters())
        names = gguf_names(parameters, model.config.num_hidden_layers)
        for name, parameter in parameters.items():
            parameter.data = torch.from_numpy(weights.tensors[names[name]].float32()).double()
    out: list[NDArray[np.float64]] = []
    with torch.no_grad():
        for row in rows:
            mean = model(torch.tensor([list(row)])).last_hidden_state[0].mean(0)
            out.append((mean / mean.norm()).numpy())
    return np.stack(out)


@pytest.mark.peer
def test_reference_is_bert(tmp_path: Path) -> None:
    folder = Tiny().write(tmp_path)
    rows = [[2, 5, 7, 3], [2, 8, 6, 7, 9, 8, 10, 11, 12, 5, 3]]
    expected = [embedding(Tiny().weights(), Tiny(), row) for row in rows]
    assert np.abs(pytorch(folder, rows) - expected).max() <= 1e-12


@pytest.fixture(scope="module")
def real() -> Path:
    folder = default_folder()
    if not (folder / "model.safetensors").exists():
        pytest.skip("the encoder is not here: `ptxgen-infer embed --fetch` brings it (84 MB)")
    return folder


@pytest.mark.peer
def test_tokens_of_the_real_encoder(real: Path) -> None:
    from transformers import AutoTokenizer

    theirs: Any = AutoTokenizer.from_pretrained(real)
    with Encoder.open(real, "emulator") as encoder:
        for sentence in SENTENCES:
            assert encoder.ids(sentence) == theirs(sentence)["input_ids"]


@pytest.mark.peer
@pytest.mark.slow
def test_real_encoder(real: Path) -> None:
    with Encoder.open(real, "emulator") as encoder:
        rows = [encoder.ids(sentence) for sentence in SENTENCES]
        got = encoder.embed_ids(rows)
    assert np.abs(got - pytorch(real, rows)).max() <= FAR


@pytest.mark.peer
@pytest.mark.slow
def test_real_encoder_in_q8_0(real: Path) -> None:
    """Near PyTorch on the weights that the codes stand for, and not far from the embeddings of the original."""
    file = quantize(open_model(real), "q8_0")
    with Encoder.open(file, "emulator") as encoder:
        rows = [encoder.ids(sentence) for sentence in SENTENCES]
        got = encoder.embed_ids(rows)
    assert np.abs(got - pytorch(real, rows, file)).max() <= FAR
    assert (got * pytorch(real, rows)).sum(axis=1).min() >= 0.998
