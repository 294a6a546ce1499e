"""What the tokeniser does beside making llama.cpp's ids: streams of text, flags, refusals."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text import Tokenizer
from ptxgen_inference.text.pretokenizers import NOT_DONE, PRE_TOKENIZERS, pre_tokenizer
from tests.inference.text.vocabularies import FRAGMENTS, byte_level, sentencepiece

BPE = byte_level(cut="llama-bpe")
SPM = sentencepiece()
TOKENIZERS = {"bpe": Tokenizer.of(BPE), "spm": Tokenizer.of(SPM)}
STRINGS = st.one_of(st.text(), st.lists(st.sampled_from(FRAGMENTS)).map("".join))


@pytest.mark.parametrize("name", TOKENIZERS)
@given(data=st.data())
def test_a_stream_gives_whole_characters_and_all_of_the_text(name: str, data: st.DataObject) -> None:
    tokenizer = TOKENIZERS[name]
    ids = data.draw(st.lists(st.integers(0, tokenizer.vocabulary - 1)))
    continued = data.draw(st.booleans())
    stream = tokenizer.stream(continued=continued)
    pieces = [*map(stream.push, ids), stream.end()]
    whole = b"".join(map(tokenizer.piece, ids))
    if not continued and tokenizer.space_prefix:
        first = next((id for id in ids if id != tokenizer.bos), None)
        whole = whole.removeprefix(b" ") if first is not None and tokenizer.piece(first) else whole
    assert "".join(pieces) == whole.decode(errors="replace") == tokenizer.decode(ids, continued=continued)


@pytest.mark.parametrize("name", TOKENIZERS)
@given(text=st.text())
def test_decode_is_the_inverse_of_encode(name: str, text: str) -> None:
    tokenizer = TOKENIZERS[name]
    # U+2581 is SentencePiece's space, and the texts of user-defined tokens hold one.
    if name == "bpe" or "▁" not in text:
        ids = tokenizer.encode(text, special=False)
        known = tokenizer.tokens.named.get("unknown") not in ids
        assert not known or tokenizer.decode(ids) == text


@pytest.mark.parametrize("name", TOKENIZERS)
def test_a_character_comes_with_its_last_byte(name: str) -> None:
    tokenizer = TOKENIZERS[name]
    ids = [id for byte in "🦊é".encode() for id in _of_byte(tokenizer, byte)]
    stream = tokenizer.stream()
    assert [stream.push(id) for id in ids] == ["", "", "", "🦊", "", "é"]
    assert stream.end() == ""


@pytest.mark.parametrize("name", TOKENIZERS)
def test_bytes_that_cannot_become_a_character_are_replaced_as_soon_as_that_is_certain(name: str) -> None:
    tokenizer = TOKENIZERS[name]
    start, a = _of_byte(tokenizer, 0xF0)[0], _of_byte(tokenizer, ord("a"))[0]
    stream = tokenizer.stream()
    assert [stream.push(start), stream.push(a), stream.push(start), stream.end()] == [
        "",
        "\ufffda",
        "",
        "\ufffd",
    ]


def _of_byte(tokenizer: Tokenizer, byte: int) -> list[int]:
    return [next(id for id in range(tokenizer.vocabulary) if tokenizer.piece(id) == bytes([byte]))]


def test_sentencepiece_drops_the_space_at_the_start_of_a_text_only() -> None:
    tokenizer = TOKENIZERS["spm"]
    ids = tokenizer.encode("the hello", bos=True)
    assert tokenizer.decode(ids) == "the hello"
    assert tokenizer.decode(ids, continued=True) == " the hello"
    assert tokenizer.decode([*ids, *ids]) == "the hello the hello"


def test_control_tokens_are_text_only_when_asked() -> None:
    tokenizer = TOKENIZERS["bpe"]
    text = "a<|im_start|>b<|im_end|>"
    ids = tokenizer.encode(text, bos=False)
    assert ids[1] == 2
    assert tokenizer.decode(ids) == "ab"
    assert tokenizer.decode(ids, special=True) == text
    assert not tokenizer.eos & set(tokenizer.encode(text, bos=False, special=False))


def test_the_flags_of_the_file_and_of_the_caller() -> None:
    both = Tokenizer.of(BPE | {"tokenizer.ggml.add_bos_token": True, "tokenizer.ggml.add_eos_token": True})
    assert both.encode("a")[0] == 0
    assert both.encode("a")[-1] == 1
    assert both.encode("a", bos=False) == both.encode("a", bos=True)[1:-1]
    assert TOKENIZERS["bpe"].encode("") == [0]
    assert Tokenizer.of(byte_level(cut="qwen2")).encode("") == []


def test_end_tokens_are_known_by_their_text_and_by_the_metadata() -> None:
    tokenizer = Tokenizer.of(BPE | {"tokenizer.ggml.eot_token_id": 300})
    assert tokenizer.eos == {1, 3, 300}  # <|end_of_text|>, <|im_end|>, and the one that is named


REFUSED: dict[str, tuple[str, dict[str, Any]]] = {
    "no vocabulary": ("INF040", {"tokenizer.ggml.model": None}),
    "an unknown kind": ("INF040", {"tokenizer.ggml.model": "rwkv"}),
    "no tokens": ("INF041", {"tokenizer.ggml.tokens": None}),
    "tokens that are numbers": ("INF041", {"tokenizer.ggml.tokens": [1, 2]}),
    "tokens that are a string": ("INF041", {"tokenizer.ggml.tokens": "abc"}),
    "a token twice": ("INF041", {"tokenizer.ggml.tokens": ["a", "b", "a"]}),
    "too few types": ("INF041", {"tokenizer.ggml.token_type": [1, 1]}),
    "too few scores": ("INF041", {"tokenizer.ggml.scores": [0.5]}),
    "no merges": ("INF041", {"tokenizer.ggml.merges": None}),
    "a merge without a space": ("INF041", {"tokenizer.ggml.merges": ["ab"]}),
    "a merge of no tokens": ("INF041", {"tokenizer.ggml.merges": ["ⱥ b"]}),
    "a flag that is a number": ("INF041", {"tokenizer.ggml.add_bos_token": 1}),
    "an end token out of range": ("INF042", {"tokenizer.ggml.eos_token_id": 100000}),
    "a negative token": ("INF042", {"tokenizer.ggml.bos_token_id": -1}),
    "no token to begin with": ("INF042", {"tokenizer.ggml.bos_token_id": None}),
    "an unknown cut": ("INF043", {"tokenizer.ggml.pre": "llama-bpe2"}),
    "a cut that is not done": ("INF043", {"tokenizer.ggml.pre": "gemma4"}),
}


@pytest.mark.parametrize("name", REFUSED)
def test_a_vocabulary_that_is_wrong_is_refused(name: str) -> None:
    id, changes = REFUSED[name]
    metadata = {key: value for key, value in (BPE | changes).items() if value is not None}
    with pytest.raises(InferenceError) as refused:
        Tokenizer.of(metadata)
    assert refused.value.id == id


def test_a_cut_that_is_not_done_says_why() -> None:
    assert not set(NOT_DONE) & set(PRE_TOKENIZERS)
    with pytest.raises(InferenceError, match=r"'gemma4'.*not done here: its tokens are UTF-8"):
        pre_tokenizer("gemma4")


def test_text_and_ids_that_cannot_be_coded() -> None:
    with pytest.raises(InferenceError, match="U\\+DC80"):
        TOKENIZERS["bpe"].encode("a\udc80")
    with pytest.raises(InferenceError, match="there is no token"):
        TOKENIZERS["bpe"].decode([TOKENIZERS["bpe"].vocabulary])
    texts = ["<s>", "</s>", "a", "▁"]
    bare = Tokenizer.of(
        {
            "tokenizer.ggml.model": "llama",
            "tokenizer.ggml.tokens": texts,
            "tokenizer.ggml.unknown_token_id": 0,
            "tokenizer.ggml.bos_token_id": 0,
            "tokenizer.ggml.eos_token_id": 1,
        }
    )
    assert bare.encode("a b") == [0, 3, 2, 3, 0]
    assert bare.eos == {1}
