"""FMA fusion: a product that is only added becomes one fused multiply-add, where contraction is allowed."""

from __future__ import annotations

import enum
from collections import Counter

from attrs import define, field, frozen

from ptxgen.ir.analysis import FunctionAnalysis, Place, Values
from ptxgen.ir.instruction import Instruction
from ptxgen.ir.module import Function
from ptxgen.ir.operands import Immediate, Operand, Register
from ptxgen.ir.rewriting import made
from ptxgen.passes.base import Pass

_FLOATS = frozenset({"f16", "f16x2", "bf16", "bf16x2", "f32", "f32x2", "f64"})


class Contraction(enum.Enum):
    """Which products may lose their own rounding.

    `strict`: none. `contract`: those that PTX lets a compiler contract, where neither instruction has a rounding
    modifier. `always`: also those that say `.rn`, as everything does that ptxgen's builder prints: the caller vouches
    for it.
    """

    STRICT = "strict"
    CONTRACT = "contract"
    ALWAYS = "always"

    def __str__(self) -> str:
        return self.value


@frozen
class FmaFusion(Pass):
    """`mul t, a, b` and `add d, t, c` become `fma.rn d, a, b, c`; subtractions and negations become a sign of a or c.

    Sound up to the rounding of the product: t is read nowhere else, a and b still hold what was multiplied, the guards
    are equal, and both instructions treat subnormals alike and round to nearest. A saturating product, or one in
    another precision, is left.
    """

    name = "fma-fusion"

    policy: Contraction = Contraction.CONTRACT

    def improve(self, function: Function, analysis: FunctionAnalysis) -> Counter[str]:
        changes: Counter[str] = Counter()
        if self.policy is Contraction.STRICT:
            return changes
        fusion = _Fusion(function, analysis.values, self.policy)
        for number in analysis.cfg.order:
            for index, instruction in enumerate(function.blocks[number].instructions):
                fusion.visit(instruction, (number, index))
        for number, block in enumerate(function.blocks):
            new: list[Instruction] = []
            for index, instruction in enumerate(block.instructions):
                new += fusion.edits.get((number, index), [instruction])
            block.instructions[:] = new
        if fusion.fused:
            changes["products fused"] = fusion.fused
        return changes


@frozen
class _Product:
    """`a * b`, or its negative, made by the instructions at `places` (which nothing else needs)."""

    a: Operand
    b: Operand
    negated: bool
    places: tuple[Place, ...]


@define(eq=False)
class _Fusion:
    """The search for pairs, on the text as it was; what stands instead of which instruction is kept in `edits`."""

    function: Function
    values: Values
    policy: Contraction
    edits: dict[Place, list[Instruction]] = field(factory=dict[Place, list[Instruction]], init=False)
    fused: int = field(default=0, init=False)

    def visit(self, instruction: Instruction, at: Place) -> None:
        kind = _kind(instruction, ("add", "sub"), self.policy)
        if kind is None or len(instruction.operands) != 3:
            return
        destination, left, right = instruction.operands
        subtracted = instruction.opcode == "sub"
        for term, other, negative in ((left, right, False), (right, left, subtracted)):
            product = self.product(term, at, kind)
            if product is None or not isinstance(term, Register):
                continue
            sum_ = _Sum(instruction, kind, destination, term)
            new = _fused(sum_, product, other, negative != product.negated, subtracted and not negative)
            if new is not None:
                self.edits[at] = new
                self.edits.update((place, []) for place in product.places)
                self.fused += 1
                return

    def product(self, term: Operand, at: Place, kind: str) -> _Product | None:
        """The product that a term of a sum is, if the sum may take it over."""
        if not isinstance(term, Register) or self.values.reads(term) != 1 or self.values.writes(term) != 1:
            return None
        place = self.values.definition(term, at)
        if place is None or place in self.edits:
            return None
        source = self.function.blocks[place[0]].instructions[place[1]]
        if source.guard != self.function.blocks[at[0]].instructions[at[1]].guard:
            return None
        if _is_negation(source, kind):
            inner = self.product(source.operands[1], place, kind)
            if inner is None or not self.still(inner, at):
                return None
            return _Product(inner.a, inner.b, not inner.negated, (*inner.places, place))
        if _kind(source, ("mul",), self.policy) != kind or ".sat" in source.name:
            return None
        product = _Product(source.operands[1], source.operands[2], False, (place,))
        return product if self.still(product, at) else None

    def still(self, product: _Product, at: Place) -> bool:
        """Whether the factors at `at` are those that were multiplied."""
        factors = (x for x in (product.a, product.b) if isinstance(x, Register))
        return all(self.values.holds(factor, product.places[0], at) for factor in factors)


@frozen
class _Sum:
    """The addition or subtraction that takes a product over. Nobody needs the product's register any more."""

    instruction: Instruction
    kind: str
    destination: Operand
    free: Register


def _fused(
    sum_: _Sum, product: _Product, other: Operand, negate_product: bool, negate_other: bool
) -> list[Instruction] | None:
    """The fused instruction, after a negation where a sign is needed that no constant takes."""
    a, b = product.a, product.b
    if isinstance(b, Immediate) and negate_product:
        a, b = b, a
    if negate_product and negate_other:
        return None
    before: list[Instruction] = []
    if negate_product or negate_other:
        old = a if negate_product else other
        if isinstance(old, Immediate):
            new: Operand = _opposite(old)
        else:
            negation = made(f"neg{sum_.kind}", (sum_.free, old), sum_.instruction)
            if negation is None:
                return None
            before, new = [negation], sum_.free
        a, other = (new, other) if negate_product else (a, new)
    saturating = ".sat" if ".sat" in sum_.instruction.name else ""
    flushing, _, type = sum_.kind.rpartition(".")
    fused = made(f"fma.rn{flushing}{saturating}.{type}", (sum_.destination, a, b, other), sum_.instruction)
    return None if fused is None else [*before, fused]


def _opposite(constant: Immediate) -> Immediate:
    bits = constant.type.bits if constant.type is not None else 32
    return Immediate(constant.value ^ (1 << (bits - 1)), constant.type)


def _kind(instruction: Instruction, opcodes: tuple[str, ...], policy: Contraction) -> str | None:
    """`.ftz.f32` of an instruction that may be contracted: what both halves of a pair must share."""
    if instruction.opcode not in opcodes:
        return None
    *modifiers, type = instruction.name.split(".")[1:]
    if type not in _FLOATS or not {*modifiers} <= {"rn", "ftz", "sat"}:
        return None
    if "rn" in modifiers and policy is not Contraction.ALWAYS:
        return None
    return f".ftz.{type}" if "ftz" in modifiers else f".{type}"


def _is_negation(instruction: Instruction, kind: str) -> bool:
    return instruction.name == f"neg{kind}"
