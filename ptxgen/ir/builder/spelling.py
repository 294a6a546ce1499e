"""From what the author wrote, `k.bfe(u32, a, b, c)`, to the full names that it can mean.

A method name is an opcode and modifiers joined by `_`; leading types fill the type positions in order; keywords
give further modifiers. What is left open comes from the operands (types, state space) or from a default: `.lo` for
integer products, `.rn` for float arithmetic, and the row that adds least to what was asked (the exact one before
the approximate one).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import field, frozen

from ptxgen.ir.builder.encode import expression
from ptxgen.ir.builder.explain import Problem
from ptxgen.ir.builder.kinds import Kind, PointerKind
from ptxgen.isa.syntax import ModifierSlot, OperandSlot, Shape
from ptxgen.isa.table import ROWS, Row, forms
from ptxgen.isa.types import TYPES, Type

ALIASES = {"exp2": "ex2", "log2": "lg2"}
_DEFAULTS = ("lo", "rn")
_SPACE_SLOTS = {"ss", "space"}


@frozen
class Request:
    """What the author asked for, without the operands' identities."""

    opcode: str
    parts: tuple[str, ...]
    types: tuple[Type, ...]
    modifiers: Mapping[str, object]
    kinds: tuple[Kind, ...]
    both: bool = False
    result: Type | None = None


@frozen
class Spelled:
    """A full name and the types that the author's operands gave to its type slots."""

    name: str
    meant: Mapping[str, Type] = field(factory=dict[str, Type])


@frozen
class Miss:
    """Why a row does not do, and how far it got: two points for a type and for each operand that fits; one for the row
    whose types do not fit, so that it is named rather than a row of one fixed type.
    """

    problem: Problem
    fitted: int


def split(name: str) -> tuple[str, tuple[str, ...]]:
    """Method name -> opcode and modifiers: `atom_add` -> `atom`, (`add`,)."""
    head, *parts = name.rstrip("_").split("_")
    return ALIASES.get(head, head), tuple(parts)


def spellings(request: Request, misses: list[Miss]) -> Iterator[Spelled]:
    """Full names that the request can mean, rows that add least to what was asked first: `add` before `add.cc`."""
    for row in _candidates(request, misses):
        for bits in (False, True):
            spelled = _spell(row, request, bits)
            if isinstance(spelled, Problem):
                misses.append(Miss(spelled, 1))
            elif forms(spelled.name):
                yield spelled
                break


def _candidates(request: Request, misses: list[Miss]) -> list[Row]:
    """The rows that have the modifiers asked for and take so many operands."""
    named: list[Row] = []
    for row in ROWS.get(request.opcode, ()):
        problem = _take_parts(row.syntax.modifiers, request, {})
        if problem is None:
            named.append(row)
        else:
            misses.append(Miss(problem, 0))
    fitting = [row for row in named if _takes(row, len(request.kinds))]
    if named and not fitting:
        message = f"{request.opcode} does not take {len(request.kinds)} operands"
        misses.append(Miss(Problem("PTX002", message, f"the manual writes it: {named[0].line}"), 1))
    asked = {*request.parts, *request.modifiers}
    return sorted(fitting, key=lambda row: additions(row, asked))


def additions(row: Row, asked: set[str]) -> int:
    """How many fixed modifiers a row has that nobody asked for: `.cc`, `.approx`, `.volatile`."""
    return sum(
        not slot.optional
        and slot.alternatives == (slot.name,)
        and slot.name not in asked
        and not is_type(slot)
        for slot in row.syntax.modifiers
    )


def _takes(row: Row, count: int) -> bool:
    slots = [o for o in row.syntax.operands if not is_result(row, o)]
    return sum(not o.optional for o in slots) <= count <= len(slots)


def is_result(row: Row, slot: OperandSlot) -> bool:
    """Whether an operand is written by the instruction. What a call returns counts as a source: the author names it."""
    if slot.shape is Shape.ARGUMENTS:
        return False
    if "=" + slot.name in row.types:
        return True
    return slot.name == "d" and "d" in row.types and slot.shape is not Shape.ADDRESS


def _spell(row: Row, request: Request, bits: bool) -> Spelled | Problem:
    """The name of a row for the request; with `bits`, types are named by their bits (`atom.exch` has no `u32`)."""
    slots = row.syntax.modifiers
    chosen: dict[str, str] = {}
    meant: dict[str, Type] = {}
    problem = _take_parts(slots, request, chosen)
    if problem is not None:
        return problem
    problem = _take_types(row, request, bits, chosen, meant)
    if problem is not None:
        return problem
    for slot in slots:
        if slot.name not in chosen:
            text = _default(slot, request)
            if text is not None:
                chosen[slot.name] = text
            elif not slot.optional:
                legal = ", ".join(slot.alternatives)
                return Problem("PTX021", f"{request.opcode} needs .{slot.name}: one of {legal}")
    dotted = "".join("." + chosen[s.name] for s in slots if s.name in chosen)
    return Spelled(request.opcode + dotted, meant)


def _take_types(
    row: Row, request: Request, bits: bool, chosen: dict[str, str], meant: dict[str, Type]
) -> Problem | None:
    """Fill the type slots with the types that the author gave, then with those of the operands."""
    explicit = list(request.types)
    for slot in row.syntax.modifiers:
        if not is_type(slot) or slot.name in chosen:
            continue
        wanted = explicit.pop(0) if explicit else _inferred(row, slot.name, request.kinds)
        literal = slot.alternatives == (slot.name,)
        if wanted is None and slot.optional:
            continue
        if wanted is None and not (literal and _settled(request)):
            return Problem(
                "PTX021",
                f"{request.opcode}: the operands do not tell the type of .{slot.name}",
                f"say it first: k.{request.opcode}({slot.alternatives[0]}, ...)",
            )
        text = slot.name if wanted is None else spelling(wanted, slot.alternatives, bits and not literal)
        if text is None and not literal:
            legal = ", ".join(slot.alternatives)
            return Problem("PTX014", f"{request.opcode} takes {legal}; got {wanted}", _advice(wanted))
        chosen[slot.name] = text or slot.name
        if wanted is not None and text is not None:
            meant[slot.name] = wanted
    return Problem("PTX021", f"{row.line} has no place for the type {explicit[0]}") if explicit else None


def _settled(request: Request) -> bool:
    """Whether a fixed type needs no word of the author: there is something typed, or nothing to choose from."""
    if any(isinstance(kind, Type | PointerKind | tuple) for kind in request.kinds):
        return True
    types = {
        slot.alternatives for row in ROWS[request.opcode] for slot in row.syntax.modifiers if is_type(slot)
    }
    return len(types) <= 1


def _take_parts(slots: Sequence[ModifierSlot], request: Request, chosen: dict[str, str]) -> Problem | None:
    """Place the modifiers that the author named, by method name or by keyword."""
    parts = list(request.parts)
    while parts:
        for length in range(len(parts), 0, -1):
            if _place("_".join(parts[:length]), slots, chosen):
                del parts[:length]
                break
        else:
            return Problem("PTX021", f"{request.opcode} has no modifier .{parts[0]} here")
    named = {slot.name: slot for slot in slots}
    for key, value in request.modifiers.items():
        if value is None or value is False:
            continue
        text = key if value is True else str(value)
        home = [named[key]] if key in named else []
        if not _place(text, home, chosen) and not _place(text, slots, chosen):
            what = f".{text}" if value is True else f"{key}={value!r}"
            return Problem("PTX021", f"{request.opcode} has no modifier {what} here")
    return None


def _place(text: str, slots: Sequence[ModifierSlot], chosen: dict[str, str]) -> bool:
    """Put a modifier into the first free slot that has it."""
    for slot in slots:
        if slot.name not in chosen:
            for alternative in slot.alternatives:
                if text in (alternative, method_word(alternative)):
                    chosen[slot.name] = alternative
                    return True
    return False


def method_word(modifier: str) -> str:
    """A modifier as a part of a method name: `shared::cta` is `shared_cta`."""
    return modifier.replace("::", "_").replace(".", "_")


def is_type(slot: ModifierSlot) -> bool:
    """Whether a modifier position names a type."""
    return all(name in TYPES for name in slot.alternatives)


def _inferred(row: Row, slot: str, kinds: Sequence[Kind]) -> Type | None:
    """The type that the operands give to a slot: the first that says more than bits, else the first.

    An operand belongs to the slot that declares it, or that is called after it (`atype` of operand `a`).
    """
    names = [o.name for o in row.syntax.operands if not is_result(row, o)]
    found: Type | None = None
    pointed: Type | None = None
    for name, kind in zip(names, kinds, strict=False):
        kind = kind[0] if isinstance(kind, tuple) and kind else kind
        if isinstance(kind, PointerKind):
            pointed = pointed or kind.element
        elif isinstance(kind, Type) and (expression(row, name) == slot or slot == name + "type"):
            if not kind.is_bits:
                return kind
            found = found or kind
    return found or pointed


def spelling(type: Type, alternatives: Sequence[str], bits: bool = False) -> str | None:
    """How an instruction names `type` among the alternatives: itself (unless `bits`), or untyped bits of its size."""
    if type.name in alternatives and not bits:
        return type.name
    untyped = f"b{type.bits}"
    return untyped if untyped in alternatives else None


def _default(slot: ModifierSlot, request: Request) -> str | None:
    if slot.name in _SPACE_SLOTS:
        pointer = next((k for k in request.kinds if isinstance(k, PointerKind)), None)
        if pointer is not None and pointer.space.value in slot.alternatives:
            return pointer.space.value
    if not slot.optional and len(slot.alternatives) == 1:
        return slot.alternatives[0]
    if slot.optional and (request.opcode == "cvt" or slot.name != "rnd"):
        return None
    return next((d for d in _DEFAULTS if d in slot.alternatives), None)


def _advice(type: Type | None) -> str:
    if type is None:
        return ""
    if type.bits < 16 and type.is_integer:
        return f"widen it first: k.cvt({'s32' if type.is_signed else 'u32'}, x)"
    if type.is_bits:
        return f"say what the bits mean: k.bitcast(u{type.bits}, x)"
    return "convert it first with k.cvt"
