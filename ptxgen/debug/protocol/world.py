"""What threads read that no register holds: who they are, the launch, and where variables lie."""

from __future__ import annotations

from math import prod

import numpy as np
from attrs import define, field

from ptxgen.debug.body import Body
from ptxgen.debug.cta.threads import WARP, Extent, Thread, numbered
from ptxgen.debug.protocol.values import Value, Values, World
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Variable
from ptxgen.ir.operands import Address, Register, Symbol
from ptxgen.isa.spaces import StateSpace

NUMBER = 4096
"""What a number is taken to be that nobody told: large enough for some rounds of most loops."""
_POINTERS = 1 << 33
_APART = 1 << 30
_MOST_SHARED = 1 << 20
_SHARED = 1024
"""Where shared memory begins here: as far from 0 as the largest alignment asks."""


@define(eq=False)
class Launch:
    """The first CTA of a launch. `assumed`: whether its size is not told, only its most threads."""

    body: Body
    block: Extent
    assumed: bool
    threads: tuple[Thread, ...] = field(init=False)
    world: World = field(init=False)
    shared: int = field(init=False)
    """Where variables in shared memory end."""
    _specials: dict[str, Value | None] = field(factory=dict[str, "Value | None"], init=False)
    _symbols: dict[str, int] = field(factory=dict[str, int], init=False)

    def __attrs_post_init__(self) -> None:
        self.threads = numbered(self.block)
        self.world = World(len(self.threads), self.special, self.symbol)
        self._place()

    @staticmethod
    def of(body: Body) -> Launch | None:
        """The launch of an entry, if its size is told, or bounded."""
        known, assumed = body.affine.launch.block, False
        if known is None:
            directive = body.function.directive("maxntid")
            extents = [a for a in directive.arguments if isinstance(a, int)] if directive is not None else []
            if not extents or prod(extents[1:]) != 1 or not 0 < extents[0] <= 1024:
                return None
            known, assumed = (extents[0], 1, 1), True
        launch = Launch(body, known, assumed) if 0 < prod(known) <= 1024 else None
        return launch if launch is not None and launch.shared <= _MOST_SHARED else None

    def _place(self) -> None:
        """Give variables addresses: shared ones one after another, each where its alignment allows."""
        view = self.body.view
        at = _SHARED
        shared: list[Variable] = [
            v
            for v in (*view.module.globals.values(), *view.variables.values())
            if v.space is StateSpace.SHARED
        ]
        for variable in sorted(shared, key=lambda v: v.bytes == 0):
            align = max(16, variable.align, 1024 if not variable.bytes else 1)
            at = -(-at // align) * align
            self._symbols[variable.name] = at
            at += variable.bytes
        self.shared = at

    def symbol(self, name: str) -> int | None:
        """The address of a variable. Beside shared ones, each has a place of its own."""
        if name not in self._symbols:
            if self.body.view.variable(name) is None:
                return None
            self._symbols[name] = _POINTERS + _APART * (len(self._symbols) + 1)
        return self._symbols[name]

    def box(self, map: Register | Symbol, values: Values) -> int | None:
        """The bytes of a box of a tensor map, where the facts of the launch have them."""
        place = values.read(map)
        if place is None or place.bits.size != 1:
            return None
        name = next((n for n, at in self._symbols.items() if at == int(place.bits[0])), "")
        return self.body.facts.boxes.get(name)

    def special(self, name: str) -> Value | None:
        """A special register; None where threads cannot know it beforehand."""
        if name not in self._specials:
            self._specials[name] = self._special(name)
        return self._specials[name]

    def _special(self, name: str) -> Value | None:
        register, _, axis = name.partition(".")
        position = "xyz".find(axis) if axis else 0
        if position < 0:
            return None
        match register:
            case "%tid":
                return self._column([t.index[position] for t in self.threads], self.assumed)
            case "%ntid":
                return _number(self.block[position], self.assumed)
            case "%laneid":
                return self._column([t.number % WARP for t in self.threads])
            case "%warpid":
                return self._column([t.number // WARP for t in self.threads])
            case "%ctaid" | "%clusterid" | "%cluster_ctaid" | "%cluster_ctarank":
                return _number(0)
            case "%nctaid":
                grid = self.body.facts.grid
                return _number(2 if grid is None else grid[position], grid is None)
            case _:
                return None

    def parameter(self, instruction: Instruction) -> Value | None:
        """What ld.param gives: a number of the launch, or an assumed one."""
        given = instruction.operands[1]
        if not isinstance(given, Address) or not isinstance(given.base, Symbol) or given.offset:
            return None
        target = instruction.operands[0]
        name = given.base.name
        variable = self.body.view.variable(name)
        if not isinstance(target, Register) or variable is None or variable.shape or variable.type.is_float:
            return None
        bits = target.type.bits
        told = self.body.facts.arguments.get(name)
        if told is not None:
            return _number(told, bits=bits)
        address = variable.type.bits == 64
        place = self.symbol(name) if address else NUMBER
        return None if place is None else _number(place, True, bits)

    def _column(self, values: list[int], assumed: bool = False) -> Value:
        return Value(np.array(values, np.uint32), assumed)


def _number(value: int, assumed: bool = False, bits: int = 32) -> Value:
    return Value(np.array([value & ((1 << bits) - 1)], f"u{max(8, bits) // 8}"), assumed)
