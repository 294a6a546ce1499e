"""WordPiece (`tokenizer.ggml.model = "bert"`), done by the `tokenizers` package as it does it for BERT.

GGUF marks the start of a word (`▁`) where BERT marks what goes on with one (`##`). Text is cleaned, and cut at spaces,
punctuation and Chinese characters; whether capitals and accents are taken away says `tokenizer.ggml.normalizer.*`, and
both are where the file says nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from tokenizers import Tokenizer
from tokenizers.models import WordPiece as Model
from tokenizers.normalizers import BertNormalizer
from tokenizers.pre_tokenizers import BertPreTokenizer

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text.sentencepiece import SPACE
from ptxgen_inference.text.vocabulary import TokenType, Vocabulary, flag

LONGEST_WORD = 100
"""Characters; a longer word is the unknown token, as BERT has it."""


@frozen(eq=False)
class WordPiece:
    """Text to ids and ids to bytes: the longest token that fits, from the left, or one unknown token a word."""

    vocabulary: Vocabulary
    library: Tokenizer

    @classmethod
    def of(cls, vocabulary: Vocabulary, metadata: Mapping[str, Any]) -> WordPiece:
        """Build from a vocabulary with an unknown token (INF042)."""
        lowercase = flag(metadata, "normalizer.lowercase", True)
        strip_accents = flag(metadata, "normalizer.strip_accents", lowercase)
        unknown = vocabulary.named.get("unknown")
        if unknown is None:
            raise InferenceError("INF042", "a WordPiece vocabulary needs tokenizer.ggml.unknown_token_id")
        ids = {_as_bert(vocabulary, id): id for id in range(len(vocabulary))}
        library = Tokenizer(
            Model(ids, unk_token=vocabulary.texts[unknown], max_input_chars_per_word=LONGEST_WORD)
        )
        library.normalizer = BertNormalizer(lowercase=lowercase, strip_accents=strip_accents)
        library.pre_tokenizer = BertPreTokenizer()
        return cls(vocabulary, library)

    def encode(self, text: str) -> list[int]:
        """Ids of a text without special tokens."""
        return self.library.encode(text, add_special_tokens=False).ids

    def piece(self, id: int) -> bytes:
        """What a token stands for: a word with the space before it, or a part of one."""
        return self.vocabulary.texts[id].replace(SPACE, " ").encode()


def _as_bert(vocabulary: Vocabulary, id: int) -> str:
    text = vocabulary.texts[id]
    if vocabulary.types[id] is not TokenType.NORMAL:
        return text
    return text.removeprefix(SPACE) if text.startswith(SPACE) else f"##{text}"
