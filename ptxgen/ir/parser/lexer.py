"""Cuts PTX text into the grammar's terminals; runs of plain statements become one CODE token."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from attrs import frozen
from lark import Token
from lark.common import LexerConf
from lark.lexer import Lexer, PatternStr

from ptxgen.ir.module import Linkage
from ptxgen.ir.parser.errors import Refusal, Source
from ptxgen.ir.parser.pattern import SKIP, STATEMENT
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import TYPES

_TOKEN = re.compile(
    r"""
      (?P<STRING>"[^"\n]*+")
    | (?P<NUMBER>0[xXbBfFdD]\w*+|(?:\d|\.\d)[\w.]*+(?:(?<=[eE])[+-]\d++)?+)
    | (?P<NAME>(?:[A-Za-z_]|[$%](?=[\w$%]))[\w$%]*+(?:\.\w++(?:::\w++)*+)*+)
    | (?P<SECTION>\.section\s++\.?\w++\s*+\{(?:[^{}"/]++|//[^\n]*+)*+\})
    | (?P<WORD>\.[A-Za-z_]\w*+)
    | (?P<MARK>&&|\|\||==|!=|<=|>=|<<|>>|/(?!\*)|[-+*%&|^!~<>=?:;,(){}\[\]@])
    """,
    re.VERBOSE | re.ASCII,
)

_WORDS: dict[str, str] = {
    **{f".{name}": "TYPE" for name in TYPES},
    **{s.suffix: "SPACE" for s in StateSpace if s is not StateSpace.GENERIC},
    **{f".{x.value}": "LINKAGE" for x in Linkage if x is not Linkage.PRIVATE},
    **dict.fromkeys((".v2", ".v4", ".v8"), "VECTOR"),
    **dict.fromkeys((".texref", ".samplerref", ".surfref"), "OPAQUE"),
    **dict.fromkeys((".entry", ".func"), "KIND"),
    **dict.fromkeys((".branchtargets", ".calltargets"), "TARGETS"),
}
_STATEMENT_STARTS = frozenset("{};")


@frozen
class Span:
    """A part of a source to read: a whole module, or one operand. `fast` switches the statement pattern on."""

    source: Source
    start: int
    end: int
    fast: bool = True
    nesting: int = 64


class PtxLexer(Lexer):
    """The grammar's lexer. Tokens carry their offset; lines are worked out only where they are needed."""

    def __init__(self, conf: LexerConf) -> None:
        literals = {t.pattern.value: t.name for t in conf.terminals if isinstance(t.pattern, PatternStr)}
        self._names = {**_WORDS, **literals}

    def lex(self, lexer_state: Any, parser_state: Any = None) -> Iterator[Token]:
        """All tokens of a `Span`."""
        span: Span = lexer_state
        text, end, names = span.source.text, span.end, self._names
        position, depth, braces, previous = span.start, 0, 0, ""
        while True:
            skipped = SKIP.match(text, position, end)
            position = skipped.end() if skipped is not None else position
            if position >= end:
                return
            if span.fast and braces and previous in _STATEMENT_STARTS:
                run, after = _run(text, position, end)
                if run:
                    yield Token("CODE", run, position)
                    position, previous = after, ";"
                    continue
            match = _TOKEN.match(text, position, end)
            if match is None:
                raise _unexpected(text, position)
            kind, value = match.lastgroup or "", match[0]
            if kind == "MARK":
                kind = names.get(value, value)
                if value in "([{":
                    depth, braces = depth + 1, braces + (value == "{")
                    if depth > span.nesting:
                        raise Refusal(
                            "PTX094", position, f"brackets are nested more than {span.nesting} deep"
                        )
                elif value in ")]}":
                    depth, braces = depth - 1, braces - (value == "}")
            elif kind == "WORD":
                kind = names.get(value, kind)
            yield Token(kind, value, position)
            position, previous = match.end(), value


def _run(text: str, position: int, end: int) -> tuple[list[re.Match[str]], int]:
    """As many statements as the pattern matches in a row, and where they end."""
    statement, skip = STATEMENT.match, SKIP.match
    run: list[re.Match[str]] = []
    while True:
        match = statement(text, position, end)
        if match is None:
            return run, position
        run.append(match)
        position = match.end()
        skipped = skip(text, position, end)
        if skipped is not None:
            position = skipped.end()


def _unexpected(text: str, position: int) -> Refusal:
    if text.startswith("/*", position):
        return Refusal("PTX081", position, "comment without an end", "close it with */")
    if text[position] == '"':
        return Refusal("PTX081", position, "string without an end on its line", 'close it with "')
    if text[position] == "#":
        return Refusal(
            "PTX093", position, "preprocessor lines are not supported", "run the C preprocessor first"
        )
    return Refusal("PTX081", position, f"unexpected character {text[position]!r}")
