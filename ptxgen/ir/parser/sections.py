"""The content of debug sections (PTX ISA 9.0, section 11.5.3): numbers in long runs, labels, references."""

from __future__ import annotations

import re
from collections.abc import Iterator

from ptxgen.ir.debug import Anchor, Item, Numbers, Reference, Section
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import SectionNode
from ptxgen.ir.parser.pattern import SKIP

_HEAD = re.compile(r"\.section\s++(\.?\w++)\s*+\{", re.ASCII)
_GAP = r"(?:\s++|//[^\n]*+)*+"
_UNSIGNED = r"(?:0[xX][0-9a-fA-F]{1,16}+|0[0-7]{0,22}+|[1-9]\d{0,19}+)(?![\w$%.])"
_NUMBER = rf"-?{_UNSIGNED}"
_NAME = r"\.?[A-Za-z_$%][\w$%]*+"
_RUNS = {
    bits: re.compile(rf"(?:\.b{bits}{_GAP}{_NUMBER}{_GAP}(?:,{_GAP}{_NUMBER}{_GAP})*+)++", re.ASCII)
    for bits in (8, 16, 32, 64)
}
_ITEM = re.compile(
    rf"(?P<label>[A-Za-z_$%][\w$%]*+){_GAP}:"
    rf"|\.b(?P<bits>32|64){_GAP}(?P<name>{_NAME})"
    rf"(?:{_GAP}\+{_GAP}(?P<offset>{_UNSIGNED})|{_GAP}-{_GAP}(?P<origin>{_NAME}))?+",
    re.ASCII,
)
_SIZE = re.compile(r"\.b(8|16|32|64)(?=\D)", re.ASCII)
_WORD = re.compile(rf"(?<![\w.]){_NUMBER}", re.ASCII)
_PREFIXED = re.compile(r"(?<!\w)0\w", re.ASCII)
_COMMENT = re.compile(r"//[^\n]*+")


def section(node: SectionNode) -> Section:
    """The section, item by item. PTX092 for what no debug section has, PTX087 for numbers that do not fit."""
    text = node.text
    head = _HEAD.match(text)
    assert head is not None
    return Section(head[1], tuple(_items(text, head.end(), node.at)))


def _items(text: str, position: int, at: int) -> Iterator[Item]:
    end = len(text) - 1
    while True:
        skipped = SKIP.match(text, position, end)
        position = skipped.end() if skipped is not None else position
        if position >= end:
            return
        size = _SIZE.match(text, position, end)
        run = _RUNS[int(size[1])].match(text, position, end) if size is not None else None
        if size is not None and run is not None:
            yield _numbers(int(size[1]), run[0], at + position)
            position = run.end()
            continue
        match = _ITEM.match(text, position, end)
        if match is None:
            raise Refusal(
                "PTX092",
                at + position,
                f"a debug section cannot have {text[position : position + 40].split(chr(10))[0]!r}",
                "write a label, or .b8, .b16, .b32 or .b64 with numbers; .b32 and .b64 may name a label",
            )
        yield _named(match)
        position = match.end()


def _numbers(bits: int, run: str, at: int) -> Numbers:
    if "//" in run:
        run = _COMMENT.sub(_blank, run)
    words = run.replace(f".b{bits}", " ").replace(",", " ").split()
    values = tuple(map(_integer if _PREFIXED.search(run) else int, words))
    if min(values) < -(1 << (bits - 1)) or max(values) >> bits:
        for word in _WORD.finditer(run):
            if not -(1 << (bits - 1)) <= _integer(word[0]) < 1 << bits:
                raise Refusal("PTX087", at + word.start(), f"{word[0][:40]} does not fit {bits} bits")
    return Numbers(bits, values)


def _blank(comment: re.Match[str]) -> str:
    return " " * len(comment[0])


def _integer(word: str) -> int:
    digits = word.removeprefix("-")
    base = 16 if digits[:2] in ("0x", "0X") else 8 if digits[0] == "0" else 10
    return int(digits, base) * (-1 if word[0] == "-" else 1)


def _named(match: re.Match[str]) -> Item:
    if match["label"]:
        return Anchor(match["label"])
    offset = _integer(match["offset"]) if match["offset"] else 0
    return Reference(int(match["bits"]), match["name"], offset, match["origin"] or "")
