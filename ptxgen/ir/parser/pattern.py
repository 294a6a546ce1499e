"""The fast path: one compiled pattern for the statements that make up nearly all of a body.

It matches a label, a `.loc` line, or an instruction whose operands have no nested braces, comments or strings.
What it does not match goes through the grammar, which gives the same result (tests compare both).
"""

from __future__ import annotations

import re

LABEL, LOC_FILE, LOC_LINE, LOC_COLUMN, LOC_NAME, LOC_CALL, NEGATED, GUARD, NAME, OPERANDS = range(1, 11)
"""Group numbers of `STATEMENT`; `lastindex` tells which kind matched: <= LABEL, <= LOC_CALL, else an instruction."""

STATEMENT = re.compile(
    r"""
      ([A-Za-z_$%][\w$%]*+)\s*+:(?!:)
    | \.loc\s++(0|[1-9]\d{0,8}+)\s++(0|[1-9]\d{0,8}+)\s++(0|[1-9]\d{0,8}+)(?![\w.])
      (?:,\s*+function_name\s++([A-Za-z_$%][\w$%]*+),\s*+inlined_at\s++
         ((?:0|[1-9]\d{0,8}+)\s++(?:0|[1-9]\d{0,8}+)\s++(?:0|[1-9]\d{0,8}+))(?![\w.]))?+
      (?=[ \t]*+(?:\r?\n|//))
    | (?:@(!?)\s*+([A-Za-z_$%][\w$%]*+)\s++)?+
      ([a-z]\w*+(?:\.\w++(?:::\w++)*+)*+)
      (?:\s*+;|\s++([^;"/{}]++(?:\{[^;"/{}]*+\}[^;"/{}]*+)*+|(?:\{[^;"/{}]*+\}[^;"/{}]*+)++);)
    """,
    re.VERBOSE | re.ASCII,
)

SKIP = re.compile(r"(?:\s++|//[^\n]*+|/\*(?:[^*]++|\*(?!/))*+\*/)*+", re.ASCII)
"""White space and comments."""

_PIECE = re.compile(r"(?:[^,(\[{]++|\([^)]*+\)|\[[^\]]*+\]|\{[^}]*+\})*+")
_BRACKETS = re.compile(r"[(\[{]")


def split_operands(text: str) -> list[str] | None:
    """`text` cut at its top-level commas, untrimmed; None if brackets do not pair up."""
    if not _BRACKETS.search(text):
        return text.split(",")
    pieces: list[str] = []
    position = 0
    while True:
        match = _PIECE.match(text, position)
        end = match.end() if match is not None else position
        pieces.append(text[position:end])
        if end == len(text):
            return pieces
        if text[end] != ",":
            return None
        position = end + 1
