"""The shapes of a step: how many tokens of how many sequences, and which rows are wanted."""

from __future__ import annotations

from attrs import frozen


@frozen
class Shape:
    """A step of `tokens` rows, of `sequences` sequences.

    `cached`: keys and values go to the cache and attention reads them there; otherwise attention is among the step's
    own tokens. `every`: logits of every row are wanted, not those of each sequence's last token alone.
    """

    tokens: int
    sequences: int = 1
    cached: bool = True
    every: bool = False

    @property
    def decode(self) -> bool:
        """One new token of each sequence."""
        return self.cached and self.tokens == self.sequences

    @property
    def last(self) -> int:
        """Rows whose logits are wanted; they are the last ones."""
        return self.tokens if self.every else self.sequences

    def __str__(self) -> str:
        kind = "decode" if self.decode else "prompt" if self.cached else "text"
        return f"{kind} {self.tokens}" + (", every row" if self.every and self.cached else "")
