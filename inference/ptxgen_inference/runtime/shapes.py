"""The shapes of a step: how many tokens of how many sequences, and which logits are wanted."""

from __future__ import annotations

from attrs import frozen

_WANTED = {"last": "", "every": ", every row", "none": ", no logits"}


@frozen
class Shape:
    """A step of `tokens` rows, of `sequences` sequences that have as many rows each, one behind the other.

    `cached`: keys and values go to the cache and attention reads them there; otherwise attention is among the step's
    own tokens. `wanted`: logits of each sequence's "last" token, of "every" row, or "none": what only they need is not
    computed then.
    """

    tokens: int
    sequences: int = 1
    cached: bool = True
    wanted: str = "last"

    @property
    def decode(self) -> bool:
        """One new token of each sequence."""
        return self.cached and self.tokens == self.sequences

    @property
    def rows(self) -> int:
        """Rows of each sequence."""
        return self.tokens // self.sequences

    def __str__(self) -> str:
        kind = "decode" if self.decode else "prompt" if self.cached else "text"
        of = f" of {self.sequences}" if self.sequences > 1 and not self.decode else ""
        return f"{kind} {self.tokens}{of}" + (_WANTED[self.wanted] if self.cached else "")
