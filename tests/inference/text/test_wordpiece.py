"""WordPiece against the `tokenizers` package's own tokeniser of BERT, against llama.cpp, and by hand."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tokenizers import BertWordPieceTokenizer

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text import Tokenizer
from tests.inference.text.llama_cpp_peer import LlamaCpp, write_vocabulary
from tests.inference.text.vocabularies import BERT_SPECIAL, CORPUS, FRAGMENTS, word_piece

CASES = [(True, None), (True, False), (False, None), (False, True)]
"""Whether capitals go, and accents (None: as the capitals do)."""
PIECES = st.one_of(
    st.sampled_from((*FRAGMENTS, *BERT_SPECIAL, "[unk]", "##ing", "▁the")),
    st.integers(98, 103).map(lambda characters: f" {'beginning' * 12:.{characters}} "),
    st.text(st.characters(categories=["Mn", "Lm", "Lo"]), max_size=3),
    st.text(st.characters(min_codepoint=0x3400, max_codepoint=0x9FFF), max_size=3),
    st.text(st.characters(categories=["Cc", "Cf", "Zs", "Zl", "Co"]), max_size=3),
    st.text(max_size=4),
)
STRINGS = st.one_of(
    st.text(), st.lists(PIECES).map("".join), st.lists(st.sampled_from(FRAGMENTS)).map(" ".join)
)
ORDINARY = st.lists(
    st.sampled_from([*"abdehinortABDEHÉéüßñ ,.!?-'\"$+\t\n日本語", "e\u0301", "the ", "God ", "beginning"])
).map("".join)


@cache
def theirs(lowercase: bool, accents: bool | None) -> Any:
    """The package's own, trained on the corpus."""
    made = BertWordPieceTokenizer(lowercase=lowercase, strip_accents=accents)
    made.train_from_iterator(iter(CORPUS), vocab_size=400, show_progress=False)
    made.add_special_tokens(list(BERT_SPECIAL))
    return made


@cache
def ours(lowercase: bool, accents: bool | None) -> Tokenizer:
    """Ours with the same tokens."""
    return Tokenizer.of(word_piece(theirs(lowercase, accents).get_vocab(), lowercase, accents))


@pytest.mark.parametrize(("lowercase", "accents"), CASES)
@given(text=STRINGS)
def test_ids_are_those_of_the_package(lowercase: bool, accents: bool | None, text: str) -> None:
    bert, tokenizer = theirs(lowercase, accents), ours(lowercase, accents)
    ids = bert.encode(text, add_special_tokens=False).ids
    assert tokenizer.encode(text, bos=False) == ids
    assert tokenizer.encode(text) == [tokenizer.bos, *ids, tokenizer.last]


@pytest.mark.parametrize(("lowercase", "accents"), CASES)
def test_the_corpus_has_known_words(lowercase: bool, accents: bool | None) -> None:
    """Otherwise everything could be the unknown token."""
    tokenizer = ours(lowercase, accents)
    ids = [id for line in CORPUS for id in tokenizer.encode(line, bos=False)]
    assert ids.count(tokenizer.tokens.named["unknown"]) < len(ids) / 20
    assert len(set(ids)) > 80


@pytest.mark.llama
@pytest.mark.parametrize(("lowercase", "accents"), CASES)
def test_ordinary_text_is_tokenised_as_llama_cpp_does_it(
    lowercase: bool, accents: bool | None, tmp_path: Path
) -> None:
    path = tmp_path / "vocabulary.gguf"
    write_vocabulary(word_piece(theirs(lowercase, accents).get_vocab(), lowercase, accents), path)
    peer, tokenizer = LlamaCpp(path), ours(lowercase, accents)

    @given(ORDINARY)
    def compare(text: str) -> None:
        assert tokenizer.encode(text) == peer.encode(text)

    compare()


def test_by_hand() -> None:
    words = ["un", "##aff", "##able", "the", "!", "cafe", "日"]
    tokenizer = Tokenizer.of(word_piece({word: id for id, word in enumerate([*BERT_SPECIAL, *words])}))
    pad, unknown, first, last, mask, un, aff, able, the, sign, cafe, sun = range(12)
    text = "The UNAFFABLE Café! 日日 xyz unaff[MASK]"
    ids = [the, un, aff, able, cafe, sign, sun, sun, unknown, un, aff, mask]
    assert tokenizer.encode(text) == [first, *ids, last]
    assert tokenizer.encode("[MASK]", bos=False, special=False) == [unknown] * 3
    assert tokenizer.decode([the, un, aff, able]) == " the unaffable"
    assert pad not in tokenizer.encode("[PAD]", special=False)


def test_a_vocabulary_needs_an_unknown_token() -> None:
    metadata = word_piece({word: id for id, word in enumerate(BERT_SPECIAL)})
    del metadata["tokenizer.ggml.unknown_token_id"]
    with pytest.raises(InferenceError) as refused:
        Tokenizer.of(metadata)
    assert refused.value.id == "INF042"
