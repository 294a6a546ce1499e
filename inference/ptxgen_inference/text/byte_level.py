"""Byte-level BPE (`tokenizer.ggml.model = "gpt2"`), done by the `tokenizers` package."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import frozen
from tokenizers import Regex, Tokenizer
from tokenizers.models import BPE
from tokenizers.pre_tokenizers import ByteLevel, Sequence, Split

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text.cuts import as_of_unicode_15
from ptxgen_inference.text.pretokenizers import PreTokenizer
from ptxgen_inference.text.vocabulary import TokenType, Vocabulary, merges


def _byte_characters() -> dict[str, int]:
    """GPT-2's alphabet: a printable character for each byte (itself, or the next free one from U+0100 on)."""
    printable = {*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)}
    others = [byte for byte in range(256) if byte not in printable]
    return {chr(byte): byte for byte in printable} | {chr(256 + i): byte for i, byte in enumerate(others)}


BYTES = _byte_characters()


@frozen(eq=False)
class ByteLevelBpe:
    """Text to ids and ids to bytes, by merges."""

    vocabulary: Vocabulary
    library: Tokenizer

    @classmethod
    def of(cls, vocabulary: Vocabulary, metadata: Mapping[str, Any], pre: PreTokenizer) -> ByteLevelBpe:
        """Build from `tokenizer.ggml.merges`; INF041 names a merge whose parts or result are no tokens."""
        ids = dict(vocabulary.ids)
        # A byte without a token breaks words, and is not in the result; the library would join what is around it.
        for character in BYTES:
            ids.setdefault(character, len(ids))
        pairs = merges(metadata)
        for left, right in pairs:
            for token in (left, right, left + right):
                if token not in ids:
                    raise InferenceError(
                        "INF041",
                        f"tokenizer.ggml.merges joins {left!r} and {right!r}, but {token!r} is no token",
                        help="merges and tokens of the file do not belong together",
                    )
        library = Tokenizer(BPE(ids, pairs, ignore_merges=pre.ignore_merges))
        library.pre_tokenizer = Sequence(
            [
                *(Split(Regex(as_of_unicode_15(pattern)), "isolated") for pattern in pre.patterns),
                ByteLevel(add_prefix_space=False, use_regex=False),
            ]
        )
        return cls(vocabulary, library)

    def encode(self, text: str) -> list[int]:
        """Ids of a text without special tokens."""
        count = len(self.vocabulary)
        return [id for id in self.library.encode(text, add_special_tokens=False).ids if id < count]

    def piece(self, id: int) -> bytes:
        """What a token stands for."""
        text = self.vocabulary.texts[id]
        if self.vocabulary.types[id] is not TokenType.NORMAL or not BYTES.keys() >= set(text):
            return text.encode()
        return bytes(BYTES[character] for character in text)
