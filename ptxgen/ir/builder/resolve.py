"""From what the author wrote to one table form and how to encode each operand.

The result, a `Recipe`, is remembered for each combination of name and operand kinds, so the table is searched once.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from attrs import frozen

from ptxgen.errors import BuildError
from ptxgen.ir.builder.encode import Encoder, encoder, expression, is_result, sources_of
from ptxgen.ir.builder.explain import Problem, explain
from ptxgen.ir.builder.kinds import Kind
from ptxgen.ir.builder.location import caller
from ptxgen.ir.builder.spelling import Miss, Request, Spelled, spellings, split
from ptxgen.ir.select import unknown
from ptxgen.isa.table import Form, OperandForm, forms
from ptxgen.isa.types import TYPES, Type, accepts, accepts_wider


@frozen
class Result:
    """A destination: what it will hold, and how many elements if it is a vector (0 for a scalar)."""

    type: Type
    count: int = 0


@frozen(eq=False)
class Recipe:
    """How to build one kind of instruction: encode the sources, take new registers for the results, append.

    `skip` is the number of leading arguments that are types.
    """

    name: str
    form: Form
    skip: int
    encoders: tuple[Encoder, ...]
    results: tuple[Result, ...]
    single: Type | None
    """The type of the result where there is exactly one scalar and it comes first: the common case."""


def find(name: str, kinds: Sequence[Kind], modifiers: Mapping[str, object], result: Type | None) -> Recipe:
    """The recipe for a method call; BuildError says what does not fit.

    `name` with a dot is a full PTX name, otherwise a method name.
    """
    types: list[Type] = []
    for kind in kinds:
        if not isinstance(kind, str):
            break
        types.append(TYPES[kind])
    options = dict(modifiers)
    both = bool(options.pop("both", False))
    opcode, parts = (name.partition(".")[0], ()) if "." in name else split(name)
    request = Request(opcode, parts, tuple(types), options, tuple(kinds[len(types) :]), both, result)
    misses: list[Miss] = []
    for spelled in [Spelled(name)] if "." in name else spellings(request, misses):
        for form in forms(spelled.name):
            recipe = _recipe(form, spelled, request)
            if isinstance(recipe, Recipe):
                return recipe
            misses.append(recipe)
    raise _refused(name, misses)


def _refused(name: str, misses: list[Miss]) -> BuildError:
    if misses:
        problem = max(misses, key=lambda m: m.fitted).problem
    else:
        mismatch = unknown(name.replace("_", ".").rstrip("."))
        problem = Problem(mismatch.id, mismatch.message, mismatch.help)
    return BuildError(problem.id, problem.message, help=problem.help, location=caller())


def _recipe(form: Form, spelled: Spelled, request: Request) -> Recipe | Miss:
    slots = sources_of(form)
    required = sum(not slot.optional for slot in slots)
    if not required <= len(request.kinds) <= len(slots):
        names = ", ".join(slot.name for slot in slots) or "none"
        return Miss(
            Problem(
                "PTX002",
                f"{form.name} takes operands ({names}), got {len(request.kinds)}",
                f"the manual writes it: {form.row.line}",
            ),
            0,
        )
    encoders: list[Encoder] = []
    for index, (slot, kind) in enumerate(zip(slots, request.kinds, strict=False)):
        found = encoder(form, slot, kind, spelled.meant)
        if isinstance(found, Problem):
            return Miss(explain(form, slots, request.kinds, index, found), 2 * (index + bool(spelled.meant)))
        encoders.append(found)
    problem = _result_problem(form, request)
    if problem is not None:
        return Miss(problem, 2 * (len(encoders) + bool(spelled.meant)))
    results = tuple(_results(form, spelled, request))
    first = form.operands[0] if form.operands else None
    simple = first is not None and first.writes and len(results) == 1 and not results[0].count
    return Recipe(
        form.name, form, len(request.types), tuple(encoders), results, results[0].type if simple else None
    )


def _result_problem(form: Form, request: Request) -> Problem | None:
    """Why the result cannot have the type that the author wants, if it cannot."""
    wanted = request.result
    slot = next((slot for slot in form.operands if is_result(slot)), None)
    if slot is not None and not slot.whole:
        return Problem(
            "PTX003", f"{form.name} writes a part of a register", "name it: k.emit(..., Part(...))"
        )
    if wanted is None or slot is None or slot.type is None:
        return None
    if accepts_wider(slot.type, wanted) if slot.wider else accepts(slot.type, wanted):
        return None
    return Problem(
        "PTX014", f"{form.name} gives {slot.type}, which {wanted} cannot hold", f"k.cvt({wanted}, x)"
    )


def _results(form: Form, spelled: Spelled, request: Request) -> Iterator[Result]:
    for slot in form.operands:
        if not is_result(slot):
            continue
        yield Result(request.result or _result_type(form, slot, spelled, request), slot.count)
        if slot.second is not None and (request.both or not slot.second_optional):
            yield Result(_result_type(form, slot.second, spelled, request))


def _result_type(form: Form, slot: OperandForm, spelled: Spelled, request: Request) -> Type:
    """A result named by untyped bits holds what its operands hold: `and.b32` of two `u32` is a `u32`."""
    declared = expression(form.row, slot.name)
    if declared in spelled.meant:
        return spelled.meant[declared]
    if slot.type is None:
        return next(k for k in request.kinds if isinstance(k, Type))
    if slot.type.is_bits:
        for source, kind in zip(sources_of(form), request.kinds, strict=False):
            if (
                isinstance(kind, Type)
                and expression(form.row, source.name) == declared
                and kind.bits == slot.type.bits
            ):
                return kind
    return slot.type
