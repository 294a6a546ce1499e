"""The manual's own notation for a syntax line, read into modifier slots and operand slots.

A line such as ``ld{.weak}{.ss}{.vec}.type d, [a]{, cache-policy}`` has a dotted part and operands:

- ``.name`` is a slot when the row declares alternatives for it, else the literal modifier itself;
- ``{...}`` is optional;
- ``[a]`` is an address, ``[a, c]`` one with coordinates, ``[a, b, c]`` one with a sampler as well;
- ``d|p`` is a pair, ``d{|p}`` a pair whose second half may be left out, ``{x, y}`` a vector, whose length stands in
  the operand's type, ``{!}c`` a predicate that may be negated, ``(x)`` an argument list, ``_`` a result that nobody
  can take;
- ``{-}a`` is a source that may be negated;
- ``d.dsel`` is a part of a register, ``a{.asel}`` a register or a part of one; slots list the parts.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from functools import cache, cached_property

from attrs import frozen


class Shape(enum.Enum):
    """How an operand is written."""

    VALUE = "value"
    ADDRESS = "address"
    PAIR = "pair"
    COORDINATES = "address with coordinates"
    SINK = "sink"
    ARGUMENTS = "arguments"


@frozen
class ModifierSlot:
    """One dotted position: its name, what may stand there, and whether it may be left out."""

    name: str
    alternatives: tuple[str, ...]
    optional: bool


@frozen
class OperandSlot:
    """One operand position. `second` is the name of the other half of a pair, or of an address's coordinates.

    `parts` are the selectors that may follow the register; without `whole`, one must. A `signed` source may be negated.
    """

    name: str
    shape: Shape
    optional: bool
    negatable: bool = False
    second: str = ""
    second_optional: bool = False
    sampler: bool = False
    parts: frozenset[str] = frozenset()
    whole: bool = True
    signed: bool = False


@frozen
class Syntax:
    """A syntax line, read."""

    opcode: str
    modifiers: tuple[ModifierSlot, ...]
    operands: tuple[OperandSlot, ...]

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """The dotted part as a pattern, one group a slot. Compiled on first use: most rows are never asked."""
        return re.compile(
            "".join(
                "(" + "|".join(re.escape("." + a) for a in m.alternatives) + ")" + ("?" if m.optional else "")
                for m in self.modifiers
            )
        )

    def modifiers_of(self, dotted: str) -> dict[str, str] | None:
        """Slot name -> modifier (without the dot) if `dotted`, the part after the opcode, fits; else None."""
        match = self.pattern.fullmatch(dotted)
        if match is None:
            return None
        return {
            slot.name: text[1:]
            for slot, text in zip(self.modifiers, match.groups(), strict=True)
            if text is not None
        }

    def reordered(self, dotted: str) -> dict[str, str] | None:
        """As `modifiers_of`, for modifiers in another order than the manual's, the last one (the type) apart.

        ptxas takes them so, and compilers write them so: Triton has `atom.global.gpu.acq_rel.add.u32`.
        """
        tokens = dotted.split(".")[1:]
        if not self.modifiers or not tokens or tokens[-1] not in self.modifiers[-1].alternatives:
            return None
        if tokens[0] not in _OF_OPCODE and not _OF_OPCODE.isdisjoint(tokens):
            return None
        left, last = tokens[:-1], tokens[-1]
        found: dict[str, str] = {}
        for slot in self.modifiers[:-1]:
            token = next((t for t in left if t in slot.alternatives), None)
            if token is not None:
                found[slot.name] = token
                left.remove(token)
            elif not slot.optional:
                return None
        return None if left else {**found, self.modifiers[-1].name: last}

    def arranged(self, dotted: str) -> str | None:
        """The dotted part in the manual's order, if it has the modifiers of this line in any order; else None."""
        tokens = dotted.split(".")[1:]
        last = next((t for t in reversed(tokens) if t in self.modifiers[-1].alternatives), None)
        if last is None:
            return None
        place = len(tokens) - 1 - tokens[::-1].index(last)
        found = self.reordered(".".join(("", *tokens[:place], *tokens[place + 1 :], last)))
        if found is None:
            return None
        return "".join(f".{found[slot.name]}" for slot in self.modifiers if slot.name in found)


_OF_OPCODE = frozenset(("lo", "hi", "wide", "full", "to", "l", "r"))
"""Modifiers that follow the opcode at once: to ptxas `mul.lo` is one word."""

_MODIFIER = re.compile(r"(\{)?\.([\w:]+)\}?")
_OPERAND = re.compile(
    r"""(?P<optional>\{,\s*)
      | (?P<negatable>\{!\})?(?P<signed>\{-\})?(?:
          \[(?P<address>[\w-]+)(?:,\s*(?:(?P<sampler>[\w-]+),\s*)?(?P<coordinates>[\w-]+))?\]
        | \((?P<arguments>[\w-]+)\)
        | \{(?P<element>[\w-]+)(?:,\s*[\w-]+)+\}
        | (?P<value>[\w-]+)(?P<part>\.\w+|\{\.\w+\})?(?:(?P<bar>\||\{\|)(?P<second>[\w-]+)\}?)?
        )""",
    re.VERBOSE,
)


def read_syntax(line: str, slots: Mapping[str, tuple[str, ...]]) -> Syntax:
    """Read one line of the manual's notation; `slots` gives the alternatives of its named slots."""
    head, _, tail = line.partition(" ")
    opcode = re.match(r"\w+", head)
    if opcode is None:
        raise ValueError(f"no opcode in syntax line {line!r}")
    dotted = head[opcode.end() :]
    modifiers = tuple(
        ModifierSlot(m[2], slots.get(m[2], (m[2],)), optional=m[1] is not None)
        for m in _MODIFIER.finditer(dotted)
    )
    unused = set(slots) - {m.name for m in modifiers} - set(re.findall(r"\.(\w+)", tail))
    if unused:
        raise ValueError(f"slots {sorted(unused)} do not occur in syntax line {line!r}")
    return Syntax(opcode[0], modifiers, tuple(_operands(tail, slots)))


def _operands(tail: str, slots: Mapping[str, tuple[str, ...]]) -> list[OperandSlot]:
    found: list[OperandSlot] = []
    optional = False
    for m in _OPERAND.finditer(tail):
        if m["optional"]:
            optional = True
            continue
        found.append(
            OperandSlot(
                m["address"] or m["arguments"] or m["element"] or m["value"],
                _shape(m),
                optional,
                m["negatable"] is not None,
                m["second"] or m["coordinates"] or "",
                m["bar"] == "{|",
                m["sampler"] is not None,
                _set(slots[m["part"].strip(".{}")] if m["part"] else ()),
                not m["part"] or m["part"][0] == "{",
                m["signed"] is not None,
            )
        )
        optional = False
    return found


@cache
def _set(names: tuple[str, ...]) -> frozenset[str]:
    return frozenset(names)


def _shape(m: re.Match[str]) -> Shape:
    if m["coordinates"]:
        return Shape.COORDINATES
    if m["address"]:
        return Shape.ADDRESS
    if m["arguments"]:
        return Shape.ARGUMENTS
    if m["second"]:
        return Shape.PAIR
    return Shape.SINK if m["value"] == "_" else Shape.VALUE
