"""The manual's own notation for a syntax line, read into modifier slots and operand slots.

A line such as ``ld{.weak}{.ss}{.vec}.type d, [a]{, cache-policy}`` has a dotted part and operands:

- ``.name`` is a slot when the row declares alternatives for it, else the literal modifier itself;
- ``{...}`` is optional;
- ``[a]`` is an address, ``d|p`` a pair, ``d{|p}`` a pair whose second half may be left out,
  ``{!}c`` a predicate that may be negated, ``(x)`` an argument list.
"""

from __future__ import annotations

import enum
import re
from collections.abc import Mapping
from functools import cached_property

from attrs import frozen


class Shape(enum.Enum):
    """How an operand is written."""

    VALUE = "value"
    ADDRESS = "address"
    PAIR = "pair"
    ARGUMENTS = "arguments"


@frozen
class ModifierSlot:
    """One dotted position: its name, what may stand there, and whether it may be left out."""

    name: str
    alternatives: tuple[str, ...]
    optional: bool


@frozen
class OperandSlot:
    """One operand position. `second` is the name of the other half of a pair."""

    name: str
    shape: Shape
    optional: bool
    negatable: bool = False
    second: str = ""
    second_optional: bool = False


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


_MODIFIER = re.compile(r"(\{)?\.([\w:]+)\}?")
_OPERAND = re.compile(
    r"(?P<optional>\{,\s*)|(?P<negatable>\{!\})?(?:\[(?P<address>[\w-]+)\]|\((?P<arguments>[\w-]+)\)"
    r"|(?P<value>[\w-]+)(?:(?P<bar>\||\{\|)(?P<second>[\w-]+)\}?)?)"
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
    unused = set(slots) - {m.name for m in modifiers}
    if unused:
        raise ValueError(f"slots {sorted(unused)} do not occur in syntax line {line!r}")
    return Syntax(opcode[0], modifiers, tuple(_operands(tail)))


def _operands(tail: str) -> list[OperandSlot]:
    found: list[OperandSlot] = []
    optional = False
    for m in _OPERAND.finditer(tail):
        if m["optional"]:
            optional = True
            continue
        name = m["address"] or m["arguments"] or m["value"]
        shape = (
            Shape.ADDRESS
            if m["address"]
            else Shape.ARGUMENTS
            if m["arguments"]
            else Shape.PAIR
            if m["second"]
            else Shape.VALUE
        )
        found.append(
            OperandSlot(
                name, shape, optional, m["negatable"] is not None, m["second"] or "", m["bar"] == "{|"
            )
        )
    return found
