"""Tokens that stand in text as they are: control, user-defined and unknown tokens."""

from __future__ import annotations

from collections.abc import Iterable

from attrs import frozen

from ptxgen_inference.text.vocabulary import TokenType, Vocabulary

ALWAYS = frozenset({TokenType.USER_DEFINED})
WHEN_ASKED = frozenset({TokenType.USER_DEFINED, TokenType.CONTROL, TokenType.UNKNOWN})


@frozen(eq=False)
class SpecialTokens:
    """Cuts text at special tokens: the longest (in bytes) of the vocabulary first, each at its first occurrence.

    User-defined tokens are always found; control tokens and the unknown token only with `control`, so that text from
    outside cannot pretend to be the end of a turn.
    """

    control: tuple[tuple[str, int], ...]
    user_defined: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, vocabulary: Vocabulary) -> SpecialTokens:
        """The special tokens of a vocabulary."""
        return cls(
            control=_longest_first(vocabulary, WHEN_ASKED), user_defined=_longest_first(vocabulary, ALWAYS)
        )

    def split(self, text: str, *, control: bool) -> list[str | int]:
        """The pieces between special tokens, and these tokens' ids, in order."""
        pieces: list[str | int] = [text] if text else []
        for token, id in self.control if control else self.user_defined:
            if token in text:
                pieces = [part for piece in pieces for part in _cut(piece, token, id)]
        return pieces


def _cut(piece: str | int, token: str, id: int) -> Iterable[str | int]:
    if isinstance(piece, int):
        yield piece
        return
    first, *others = piece.split(token)
    if first:
        yield first
    for other in others:
        yield id
        if other:
            yield other


def _longest_first(vocabulary: Vocabulary, kinds: frozenset[TokenType]) -> tuple[tuple[str, int], ...]:
    found = [(text, id) for id, text in enumerate(vocabulary.texts) if vocabulary.types[id] in kinds]
    return tuple(sorted(found, key=lambda each: -len(each[0].encode())))
