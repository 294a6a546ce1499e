"""The form of the manual that is nearest to a name that no row has."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import SequenceMatcher
from functools import lru_cache

from ptxgen.isa import ROWS, Row, forms
from ptxgen.isa.syntax import ModifierSlot

_MOST_MODIFIERS, _LONGEST_MODIFIER = 20, 40
"""Names beyond these are no misspelt instructions, and comparing them takes long."""

_Reading = tuple[float, tuple[str, ...]]
"""What it costs to read some modifiers as those of a row, and the modifiers of the row."""


def nearest(name: str) -> tuple[str, Row] | None:
    """A full name that exists and differs least from `name`, with its row; None if the opcode is unknown.

    A modifier too many or too few counts 1, another one in its place less, the more so the more alike they are.
    """
    opcode, *modifiers = name.split(".")
    if len(modifiers) > _MOST_MODIFIERS or any(len(m) > _LONGEST_MODIFIER for m in modifiers):
        return None
    readings = sorted(
        (
            (*_read(modifiers, row.syntax.modifiers), number)
            for number, row in enumerate(ROWS.get(opcode, ()))
        ),
        key=lambda reading: (reading[0], reading[2]),
    )
    for _, words, number in readings:
        found = ".".join((opcode, *words))
        if forms(found):
            return found, ROWS[opcode][number]
    return None


def _read(modifiers: list[str], slots: tuple[ModifierSlot, ...]) -> _Reading:
    """The cheapest way to read modifiers as these slots: an alignment, slot by slot."""
    column: list[_Reading] = [(float(count), ()) for count in range(len(modifiers) + 1)]
    for slot in slots:
        column = list(_with_slot(column, slot, modifiers))
    return column[-1]


def _with_slot(before: list[_Reading], slot: ModifierSlot, modifiers: list[str]) -> Iterator[_Reading]:
    """For each number of modifiers, the cheapest reading that ends with this slot."""
    absent: _Reading = (0.0, ()) if slot.optional else (1.0, slot.alternatives[:1])
    last: _Reading | None = None
    for count, (cost, words) in enumerate(before):
        choices = [(cost + absent[0], words + absent[1])]
        if count:
            price, word = _stand_in(modifiers[count - 1], slot)
            earlier, known = before[count - 1]
            choices.append((earlier + price, (*known, word)))
        if last is not None:
            choices.append((last[0] + 1, last[1]))
        last = min(choices, key=lambda choice: choice[0])
        yield last


@lru_cache(maxsize=4096)
def _stand_in(modifier: str, slot: ModifierSlot) -> tuple[float, str]:
    """The alternative of a slot that is most like a modifier, and what reading the one as the other costs."""
    if modifier in slot.alternatives:
        return 0.0, modifier
    alike, word = max(
        ((SequenceMatcher(None, modifier, a).ratio(), a) for a in slot.alternatives), key=lambda pair: pair[0]
    )
    return 1.2 - 0.6 * alike, word
