"""Text from tokens that come one by one."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ptxgen_inference.text.tokenizer import Tokenizer


class Stream:
    """Ids in, text out, never a part of a UTF-8 character.

    A token may be a piece of a character; it is held back until the others come. Bytes that cannot become a character
    are U+FFFD as soon as that is certain. Everything that was pushed and ended is `Tokenizer.decode` of the same ids.
    """

    def __init__(self, tokenizer: Tokenizer, *, continued: bool = False, special: bool = False) -> None:
        self._tokenizer = tokenizer
        self._special = special
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._strip = tokenizer.space_prefix and not continued

    def push(self, id: int) -> str:
        """The text that the token completes; empty while a character is incomplete."""
        piece = self._tokenizer.piece(id, special=self._special)
        if self._strip and id != self._tokenizer.bos:
            piece = piece.removeprefix(b" ")
            self._strip = False
        return self._decoder.decode(piece)

    def end(self) -> str:
        """What was held back: U+FFFD for a character that never became whole."""
        return self._decoder.decode(b"", final=True)
