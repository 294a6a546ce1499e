"""Tokenisers trained here by the `tokenizers` package: our ids are its ids."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    decoders,
    models,
    normalizers,
    pre_tokenizers,
    processors,
    trainers,
)

from ptxgen_inference import text
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import open_model
from ptxgen_inference.files.hugging_face.pre_tokenizers import NAMES
from tests.inference.hugging_face.folders import HIDDEN, save, weights

CORPUS = [
    "In the beginning God created the heaven and the earth. And the earth was without form, and void;",
    "the quick brown fox, jumped over 13 lazy dogs (2024) and didn't stop! naïve café, Grüße",
    "The Model says: hello   world\n\n  def main(x): return x + 1",
] * 4
SPACE = "\u2581"


def llama3() -> Tokenizer:
    pattern = next(steps[0] for (steps, _), name in NAMES.items() if name == "llama-bpe")
    made = byte_level(
        pre_tokenizers.Sequence(
            [
                pre_tokenizers.Split(Regex(pattern), "isolated"),
                pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        ),
        ignore_merges=True,
    )
    made.post_processor = processors.TemplateProcessing(
        single="<|begin|> $A", special_tokens=[("<|begin|>", made.token_to_id("<|begin|>"))]
    )
    return made


def gpt2() -> Tokenizer:
    return byte_level(pre_tokenizers.ByteLevel(add_prefix_space=False))


def byte_level(cut: Any, **options: Any) -> Tokenizer:
    made = Tokenizer(models.BPE(**options))
    made.pre_tokenizer = cut
    made.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=400, initial_alphabet=alphabet, special_tokens=["<|begin|>", "<|end|>"]
    )
    made.train_from_iterator(CORPUS, trainer)
    made.add_tokens([AddedToken("<tool>", normalized=False)])
    return made


def sentencepiece() -> Tokenizer:
    made = Tokenizer(models.BPE(unk_token="<unk>", byte_fallback=True, fuse_unk=True))
    made.normalizer = normalizers.Sequence([normalizers.Prepend(SPACE), normalizers.Replace(" ", SPACE)])
    made.decoder = decoders.Sequence([decoders.Replace(SPACE, " "), decoders.ByteFallback(), decoders.Fuse()])
    special = ["<unk>", "<s>", "</s>", *(f"<0x{byte:02X}>" for byte in range(256))]
    made.train_from_iterator(CORPUS, trainers.BpeTrainer(vocab_size=500, special_tokens=special))
    document = json.loads(made.to_str())
    document["added_tokens"] = [each for each in document["added_tokens"] if each["id"] < 3]
    made = Tokenizer.from_str(json.dumps(document))
    made.post_processor = processors.TemplateProcessing(single="<s> $A", special_tokens=[("<s>", 1)])
    return made


def word_piece() -> Tokenizer:
    made = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    made.normalizer = normalizers.BertNormalizer(lowercase=True)
    made.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    made.train_from_iterator(CORPUS, trainers.WordPieceTrainer(vocab_size=200, special_tokens=special))
    made.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return made


KINDS = {
    "llama3": (llama3, {"bos_token": "<|begin|>", "eos_token": "<|end|>"}),
    "gpt2": (gpt2, {"eos_token": "<|end|>"}),
    "sentencepiece": (sentencepiece, {"bos_token": "<s>", "eos_token": "</s>", "unk_token": "<unk>"}),
    "bert": (
        word_piece,
        {
            "cls_token": "[CLS]",
            "sep_token": "[SEP]",
            "unk_token": "[UNK]",
            "pad_token": "[PAD]",
            "mask_token": "[MASK]",
        },
    ),
}


def folder(path: Path, made: Tokenizer, config: dict[str, Any], rows: int = 0) -> Path:
    """A model with this tokeniser, and an embedding of `rows` rows (as many as tokens, if 0)."""
    rows = rows or made.get_vocab_size()
    family = "bert" if isinstance(made.model, models.WordPiece) else "llama"
    sized = {
        name: np.zeros((rows, HIDDEN), np.float32)
        if name.endswith(("embed_tokens.weight", "word_embeddings.weight", "lm_head.weight"))
        else each
        for name, each in weights(family).items()
    }
    save(path, family, sized, vocab_size=rows)
    made.save(str(path / "tokenizer.json"))
    (path / "tokenizer_config.json").write_text(json.dumps(config))
    return path


@pytest.fixture(scope="module", params=KINDS)
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Tokenizer, text.Tokenizer]:
    """A tokeniser of the package, and ours from the folder with it."""
    make, config = KINDS[request.param]
    made = make()
    path = folder(tmp_path_factory.mktemp("model"), made, {**config, "chat_template": "{{ messages }}"})
    metadata = open_model(path).metadata
    assert metadata["tokenizer.chat_template"] == "{{ messages }}"
    return made, text.Tokenizer.of(metadata)


@pytest.mark.parametrize(
    "line", [*CORPUS[:3], "earth", " the  form", "", "unseen ΩΨ語 words", "a\tb\r\n\r\nc"]
)
def test_ids_are_those_of_the_package(pair: tuple[Tokenizer, text.Tokenizer], line: str) -> None:
    theirs, ours = pair
    assert ours.encode(line) == theirs.encode(line).ids


@given(line=st.text(st.characters(min_codepoint=32, max_codepoint=0x24F), max_size=40))
def test_ids_of_made_up_text(pair: tuple[Tokenizer, text.Tokenizer], line: str) -> None:
    theirs, ours = pair
    assert ours.encode(line, special=False) == theirs.encode(line).ids


def test_rows_without_a_token_are_filled(tmp_path: Path) -> None:
    made = gpt2()
    size = made.get_vocab_size()
    metadata = open_model(folder(tmp_path, made, {}, size + 3)).metadata
    assert metadata["tokenizer.ggml.tokens"][size:] == [f"[PAD{i}]" for i in range(size, size + 3)]
    assert metadata["tokenizer.ggml.token_type"][size - 1 :] == [4, 5, 5, 5]
    assert metadata["tokenizer.ggml.pre"] == "gpt-2"


def test_a_token_beyond_the_embedding_is_refused(tmp_path: Path) -> None:
    made = gpt2()
    with pytest.raises(InferenceError, match="vocab_size") as raised:
        open_model(folder(tmp_path, made, {}, made.get_vocab_size() - 1))
    assert raised.value.id == "INF027"


def test_an_unknown_rule_is_refused(tmp_path: Path) -> None:
    made = byte_level(
        pre_tokenizers.Sequence([pre_tokenizers.Punctuation(), pre_tokenizers.ByteLevel(False)])
    )
    with pytest.raises(InferenceError, match=r"'Punctuation'.*") as raised:
        open_model(folder(tmp_path, made, {}))
    assert raised.value.id == "INF029"


def test_unigrams_are_refused(tmp_path: Path) -> None:
    made = Tokenizer(models.Unigram([("<unk>", 0.0), ("a", -1.0)], 0, False))
    with pytest.raises(InferenceError, match="'Unigram'") as raised:
        open_model(folder(tmp_path, made, {}))
    assert raised.value.id == "INF029"


BERT: dict[str, Any] = dict(
    zip(("cls_token", "sep_token", "unk_token"), ("[CLS]", "[SEP]", "[UNK]"), strict=True)
)


@pytest.mark.parametrize("lowercase", [False, True])
@pytest.mark.parametrize("accents", [None, False, True])
def test_capitals_and_accents_are_kept_or_not(lowercase: bool, accents: bool | None, tmp_path: Path) -> None:
    made = word_piece()
    made.normalizer = normalizers.BertNormalizer(lowercase=lowercase, strip_accents=accents)
    ours = text.Tokenizer.of(open_model(folder(tmp_path, made, BERT)).metadata)
    for line in ("The earth", "the e\u0301arth was v\u00f6id", "GOD"):
        assert ours.encode(line) == made.encode(line).ids


@pytest.mark.parametrize("option", ["clean_text", "handle_chinese_chars"])
def test_other_normalizers_are_refused(option: str, tmp_path: Path) -> None:
    made = word_piece()
    made.normalizer = normalizers.BertNormalizer(**{option: False})
    with pytest.raises(InferenceError, match=option) as raised:
        open_model(folder(tmp_path, made, {}))
    assert raised.value.id == "INF029"


def test_another_longest_word_is_refused(tmp_path: Path) -> None:
    made = word_piece()
    made.model.max_input_chars_per_word = 7
    with pytest.raises(InferenceError, match="100 characters"):
        open_model(folder(tmp_path, made, {}))


@pytest.mark.parametrize(
    "content", ["[1]", '{"model": 3}', '{"model": {"vocab": {"a": "b"}}}', '{"added_tokens": [7]}']
)
def test_other_json_is_refused(content: str, tmp_path: Path) -> None:
    path = folder(tmp_path, gpt2(), {})
    (path / "tokenizer.json").write_text(content)
    with pytest.raises(InferenceError):
        open_model(path)
