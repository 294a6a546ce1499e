"""SentencePiece BPE (`tokenizer.ggml.model = "llama"`): the best score is merged first, bytes are the last resort.

`tokenizers` has no such model: its BPE ranks pairs, and two pairs that make the same token, or two tokens of the same
score, must be tried from left to right here. So this is the algorithm itself: a queue of neighbours that are a token
together, best score first and then leftmost, as SentencePiece and llama.cpp have it.
"""

from __future__ import annotations

import heapq
from functools import cached_property

import attrs

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.text.vocabulary import TokenType, Vocabulary

SPACE = "▁"
"""U+2581 stands for a space in tokens."""


@attrs.frozen(eq=False)
class SentencePieceBpe:
    """Text to ids and ids to bytes. `space_prefix`: a text begins as if a space stood before it."""

    vocabulary: Vocabulary
    space_prefix: bool

    @cached_property
    def byte_ids(self) -> tuple[int | None, ...]:
        """The token of each byte."""
        ids = self.vocabulary.ids
        unknown = self.vocabulary.named.get("unknown")
        ascii = {byte: ids.get(chr(byte), unknown) for byte in range(128)}
        return tuple(ids.get(f"<0x{byte:02X}>", ascii.get(byte, unknown)) for byte in range(256))

    def encode(self, text: str) -> list[int]:
        """Ids of a text without special tokens, which stands at the start or behind one."""
        spaced = f" {text}" if self.space_prefix else text
        ids = self.vocabulary.ids
        out: list[int] = []
        for symbol in self._merged(spaced.replace(" ", SPACE)):
            id = ids.get(symbol)
            out += [id] if id is not None else map(self._byte, symbol.encode())
        return out

    def _merged(self, text: str) -> list[str]:
        ids, scores = self.vocabulary.ids, self.vocabulary.scores
        symbols = list(text)
        before = [*range(-1, len(symbols) - 1)]
        after = [*range(1, len(symbols)), -1]
        queue: list[tuple[float, int, int, str]] = []

        def offer(left: int, right: int) -> None:
            if left >= 0 and right >= 0:
                joined = symbols[left] + symbols[right]
                id = ids.get(joined)
                if id is not None:
                    heapq.heappush(queue, (-scores[id], left, right, joined))

        for left in range(len(symbols) - 1):
            offer(left, left + 1)
        while queue:
            _, left, right, joined = heapq.heappop(queue)
            if not symbols[left] or not symbols[right] or symbols[left] + symbols[right] != joined:
                continue  # one of the two has been merged with another neighbour since
            symbols[left], symbols[right] = joined, ""
            after[left] = after[right]
            if after[left] >= 0:
                before[after[left]] = left
            offer(before[left], left)
            offer(left, after[left])
        return [symbol for symbol in symbols if symbol]

    def _byte(self, byte: int) -> int:
        id = self.byte_ids[byte]
        if id is None:
            raise InferenceError(
                "INF044",
                f"the vocabulary has no token for the byte 0x{byte:02X}, and no unknown token",
                help="leave that character out of the text",
            )
        return id

    def piece(self, id: int) -> bytes:
        """What a token stands for."""
        text = self.vocabulary.texts[id]
        kind = self.vocabulary.types[id]
        if kind is TokenType.BYTE:
            return bytes([int(text[3:5], 16)])
        return (text.replace(SPACE, " ") if kind is TokenType.NORMAL else text).encode()
