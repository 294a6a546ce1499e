"""What a row of the instruction table is: one syntax line of the manual, and its forms, one for each full name."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from functools import cache

from attrs import field, frozen

from ptxgen.isa.legality import holds
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.syntax import Shape, Syntax
from ptxgen.isa.types import TYPES, Type


class Scope(enum.Enum):
    """Which threads take part in one execution of an instruction."""

    THREAD = "thread"
    WARP = "warp"
    CTA = "cta"
    CLUSTER = "cluster"


class Effect(enum.Enum):
    """What an instruction does besides writing its destination registers."""

    READ = "read"
    WRITE = "write"
    ATOMIC = "atomic"
    BARRIER = "barrier"
    FENCE = "fence"
    CONTROL = "control"
    EXIT = "exit"
    CALL = "call"
    VOLATILE = "volatile"
    CARRY_OUT = "writes the carry flag"
    CARRY_IN = "reads the carry flag"


class Role(enum.Enum):
    """What an operand is, beyond its type."""

    VALUE = "value"
    ADDRESS = "address"
    IMMEDIATE = "immediate"
    LABEL = "label"
    FUNCTION = "function"
    ARGUMENTS = "arguments"
    SYMBOL = "symbol"
    SINK = "sink"


@frozen(order=True)
class Requirement:
    """The smallest PTX version and SM that an instruction needs.

    `feature` names the architecture-specific targets where the base targets do not have it: `"sm_90a"` means
    exactly that target, `"sm_100f"` that family; alternatives are separated by `|`.
    """

    ptx: tuple[int, int] = (1, 0)
    sm: int = 0
    feature: str = ""

    def join(self, other: Requirement) -> Requirement:
        """Both requirements together; the other one's feature, if it has one, narrows this one's."""
        return Requirement(max(self.ptx, other.ptx), max(self.sm, other.sm), other.feature or self.feature)


@frozen
class OperandForm:
    """One operand of a form, with its concrete type.

    `type` is None where any type may stand. An operand that `updates` is read and written. `count` is the number of
    elements of a vector operand (`{a, b}`), 0 for a scalar. `wider` allows the relaxed size rule of `ld`/`st`/`cvt`;
    `named` allows special registers and symbols, as `mov` and `cvta` take them. `range` bounds a constant, both ends
    included; `values` lists the only ones. `space` is where an address points to; an address whose `type` is 32 bits
    wide, such as one in tensor memory, has none. `second` is the other half of a pair, or the coordinates of an
    address, which may stand with a `sampler`. `parts` are the selectors (`b0`) that may follow a register; without
    `whole`, one must. A `signed` source may stand as `-%r1`.
    """

    name: str
    role: Role
    type: Type | None
    writes: bool
    updates: bool = False
    optional: bool = False
    negatable: bool = False
    wider: bool = False
    named: bool = False
    count: int = 0
    range: tuple[int, int] | None = None
    values: tuple[int, ...] = ()
    shape: Shape = Shape.VALUE
    space: StateSpace | None = None
    second: OperandForm | None = None
    second_optional: bool = False
    sampler: bool = False
    parts: frozenset[str] = frozenset()
    whole: bool = True
    signed: bool = False

    def takes(self, constant: int) -> bool:
        """Whether an integer constant is one that may stand here, as far as the table restricts them."""
        if self.values and constant not in self.values:
            return False
        return self.range is None or self.range[0] <= constant <= self.range[1]

    @property
    def limits(self) -> str:
        """Which constants `takes` lets through, in words; empty if all."""
        if self.values:
            words = ", ".join(map(str, self.values))
            return f"one of {words}" if len(self.values) > 1 else words
        return f"{self.range[0]} to {self.range[1]}" if self.range is not None else ""


@frozen(eq=False)
class Row:
    """One syntax line of the manual.

    `types` gives operand name -> type expression: a slot (`type`), a type (`u32`), `wide(type)`, or a role
    (`label`, `function`, `symbol`, `imm`, `arguments`, `sink`, `any`). Suffixes: `+` allows wider registers, `~`
    special registers and symbols, `[vec]` or `[4]` makes a vector, `<0..15>` bounds a constant, `<4|8|16>` lists them.
    An address is `address` (in the space of the form), a space, a slot that names one, or `tensor`: 32 bits wide.
    `resolve` may replace these for given modifiers, where a count or type follows from a shape.
    """

    line: str
    section: str
    doc: str
    syntax: Syntax
    types: Mapping[str, str]
    requirement: Requirement
    needs: Mapping[str, Requirement]
    scope: Scope
    effects: frozenset[Effect]
    space: StateSpace | None
    resolve: Callable[[Mapping[str, str]], Mapping[str, str]] | None = None
    legal: tuple[str, ...] = ()
    """Which combinations of modifiers exist: conditions and implications, see `legality`."""
    tied: Mapping[str, str] = field(factory=dict[str, str])
    """Optional operand -> the condition on modifiers that it stands with: both or neither."""
    allowed: Mapping[str, str] = field(factory=dict[str, str])
    """Optional operand -> the condition on modifiers under which it may stand."""
    not_emulated: str = ""
    """Why the emulator has no semantics for this row; empty when it has."""
    not_emulated_with: Mapping[str, str] = field(factory=dict[str, str])
    """A condition on modifiers -> why the emulator does not run the row where it holds."""

    @property
    def opcode(self) -> str:
        return self.syntax.opcode


@frozen(eq=False)
class Form:
    """A row with concrete modifiers: what one full name such as `ld.global.v4.f32` means."""

    name: str
    row: Row
    modifiers: Mapping[str, str]
    operands: tuple[OperandForm, ...]
    requirement: Requirement
    minimum_operands: int = field()

    @property
    def opcode(self) -> str:
        return self.row.syntax.opcode

    @property
    def type(self) -> Type | None:
        """The instruction type (the `type` slot), where it has one."""
        name = self.modifiers.get("type")
        return TYPES.get(name) if name is not None else None

    @property
    def not_emulated(self) -> str:
        """Why the emulator does not run this form; empty if it does."""
        refused = (
            why for condition, why in self.row.not_emulated_with.items() if holds(condition, self.modifiers)
        )
        return self.row.not_emulated or next(refused, "")

    def has(self, modifier: str) -> bool:
        """Whether a slot (or literal modifier) of this name is present."""
        return modifier in self.modifiers

    @property
    def space(self) -> StateSpace | None:
        """The state space of a memory instruction: its modifier, else the row's, `GENERIC` without one."""
        return space_of(self.modifiers, self.row.space)


def space_of(modifiers: Mapping[str, str], otherwise: StateSpace | None) -> StateSpace | None:
    """The space that modifiers name; its row's, where they do not."""
    text = modifiers.get("ss") or modifiers.get("space")
    return _named_space(text) if text is not None else otherwise


@cache
def _named_space(text: str) -> StateSpace:
    """The space of `shared::cluster`, `global`..."""
    return StateSpace(text.partition("::")[0])
