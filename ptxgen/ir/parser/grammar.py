"""The lark parser, built once, and its complaints in the words of PTX."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from lark import Lark, Token, UnexpectedToken

from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.lexer import PtxLexer, Span
from ptxgen.ir.parser.nodes import Expression, ModuleNode
from ptxgen.ir.parser.transformer import Nodes


@cache
def _lark() -> Lark:
    text = files("ptxgen.ir.parser").joinpath("ptx.lark").read_text("utf-8")
    return Lark(
        text,
        parser="lalr",
        lexer=PtxLexer,
        transformer=Nodes(),
        start=["module", "expression", "expressions"],
    )


def module_node(span: Span) -> ModuleNode:
    """A whole module."""
    node: ModuleNode = _parse(span, "module")
    return node


def expression_node(span: Span) -> Expression:
    """One operand."""
    node: Expression = _parse(span, "expression")
    return node


def expression_nodes(span: Span) -> tuple[Expression, ...]:
    """All operands of an instruction."""
    nodes: tuple[Expression, ...] = _parse(span, "expressions")
    return nodes


def _parse(span: Span, start: str) -> Any:
    lark = _lark()
    try:
        return lark.parse(span, start=start)  # pyright: ignore[reportArgumentType]
    except UnexpectedToken as error:
        raise _refusal(error, span, lark) from None


_WORDS = {
    "NAME": "a name",
    "NUMBER": "a number",
    "STRING": "a string",
    "WORD": "a directive",
    "TYPE": "a type",
    "SPACE": "a state space",
    "LINKAGE": "a linkage such as .visible",
    "KIND": ".entry or .func",
    "CODE": "an instruction",
    "$END": "the end of the text",
}
_HIDDEN = {"CODE", "SECTION", "OPAQUE", "VECTOR", "TARGETS"}


def _refusal(error: UnexpectedToken, span: Span, lark: Lark) -> Refusal:
    token: Token = error.token
    literals = {t.name: f"'{t.pattern.value}'" for t in lark.terminals}
    expected = sorted({_WORDS.get(n, literals.get(n, n)) for n in error.accepts - _HIDDEN})
    if token.type == "$END":
        at, got = span.end, span.source.text[span.end : span.end + 1]
        if not got:
            return Refusal("PTX080", max(at - 1, 0), f"the text ends too early: expected {_list(expected)}")
        return Refusal("PTX080", at, f"unexpected {got!r}: expected {_list(expected)}")
    at = token.start_pos or 0
    got = _statement(token) if token.type == "CODE" else str(token)
    return Refusal("PTX080", at, f"unexpected {got[:60]!r}: expected {_list(expected)}")


def _statement(token: Token) -> str:
    text: str = token.value[0][0]
    return text


def _list(words: list[str]) -> str:
    if len(words) > 8:
        words = [*words[:8], "..."]
    return ", ".join(words) if len(words) < 2 else ", ".join(words[:-1]) + " or " + words[-1]
