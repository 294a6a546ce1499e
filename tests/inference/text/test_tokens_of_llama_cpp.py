"""Ids, pieces and ends as llama.cpp has them: from a file that it made, and live where it is installed."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ptxgen_inference.text import Tokenizer
from ptxgen_inference.text.pretokenizers import PRE_TOKENIZERS
from tests.inference.text.llama_cpp_peer import LlamaCpp, write_vocabulary
from tests.inference.text.vocabularies import CUTS, FRAGMENTS, VOCABULARIES, byte_level

GOLDEN = json.loads(Path(__file__).with_name("golden_tokens.json").read_text())
FLAGS = st.tuples(st.booleans(), st.booleans())
PIECES = st.one_of(st.sampled_from(FRAGMENTS), st.text(max_size=4))
STRINGS = st.one_of(
    st.text(), st.lists(PIECES).map("".join), st.lists(st.sampled_from(FRAGMENTS)).map("".join)
)


@cache
def golden(name: str) -> tuple[Tokenizer, dict[str, Any]]:
    made = GOLDEN["vocabularies"][name]
    tokens = GOLDEN["tokens"][made["tokens"]]
    return Tokenizer.of({**tokens["metadata"], **made["metadata"]}), {**tokens, **made}


@pytest.mark.parametrize("name", VOCABULARIES)
def test_ids_are_those_of_llama_cpp(name: str) -> None:
    tokenizer, made = golden(name)
    for text, ids, plain in zip(GOLDEN["texts"], made["ids"], made["plain"], strict=True):
        assert tokenizer.encode(text) == ids, text
        assert tokenizer.encode(text, bos=False, special=False) == plain, text


@pytest.mark.parametrize("name", VOCABULARIES)
def test_pieces_and_ends_are_those_of_llama_cpp(name: str) -> None:
    tokenizer, made = golden(name)
    assert [tokenizer.piece(id).hex() for id in range(tokenizer.vocabulary)] == made["pieces"]
    assert sorted(tokenizer.eos) == made["ends"]


@pytest.fixture(scope="module")
def peers(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Tokenizer, LlamaCpp]]:
    others = {name: byte_level(cut=name) for name in PRE_TOKENIZERS if name not in CUTS}
    made = {}
    for name, metadata in (*((name, make()) for name, make in VOCABULARIES.items()), *others.items()):
        path = tmp_path_factory.mktemp("vocabulary") / "vocabulary.gguf"
        write_vocabulary(metadata, path)
        made[name] = Tokenizer.of(metadata), LlamaCpp(path)
    return made


@pytest.mark.llama
@pytest.mark.parametrize("name", [*VOCABULARIES, *(name for name in PRE_TOKENIZERS if name not in CUTS)])
def test_any_string_is_tokenised_as_llama_cpp_does_it(
    peers: dict[str, tuple[Tokenizer, LlamaCpp]], name: str
) -> None:
    ours, theirs = peers[name]

    @given(STRINGS, FLAGS)
    def compare(text: str, flags: tuple[bool, bool]) -> None:
        ends, special = flags
        expected = theirs.encode(text, ends=ends, special=special)
        assert ours.encode(text, bos=None if ends else False, special=special) == expected

    compare()
