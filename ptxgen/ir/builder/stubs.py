"""Writes `opcodes.pyi`, in which every opcode of the table is a typed method: `python -m ptxgen.ir.builder.stubs`."""

from __future__ import annotations

import keyword
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

from attrs import define, field

from ptxgen.ir.builder.encode import expression
from ptxgen.ir.builder.function import FunctionBuilder
from ptxgen.ir.builder.kernel import KernelBuilder
from ptxgen.ir.builder.opcodes import Opcodes
from ptxgen.ir.builder.spelling import ALIASES, additions, is_result, is_type, method_word
from ptxgen.isa.syntax import OperandSlot, Shape
from ptxgen.isa.table import ROWS, Row

STUB = Path(__file__).with_name("opcodes.pyi")

_HEADER = '''"""Generated from the instruction table by `python -m ptxgen.ir.builder.stubs`. Do not edit."""

# fmt: off
from collections.abc import Mapping, Sequence
from typing import Any, Literal, TypeAlias, overload

from ptxgen.ir.builder.code import Code
from ptxgen.ir.builder.pointer import Pointer
from ptxgen.ir.builder.value import Value, Var
from ptxgen.ir.operands import Label, Register
from ptxgen.isa.types import Type

Built: TypeAlias = Value | tuple[Any, ...] | None
Source: TypeAlias = Value | int | float
Sources: TypeAlias = Sequence[Source]
Into: TypeAlias = Var | Sequence[Var] | None

class Opcodes:
    code: Code
    def __init__(self, code: Code) -> None: ...
    def op(self, name: str, *sources: Any, into: Any = None, result: Type | None = None) -> Any: ...
    def emit(self, name: str, *operands: Any) -> None: ...
    def apply(
        self,
        name: str,
        args: Sequence[Any],
        modifiers: Mapping[str, Any],
        into: Any = None,
        result: Type | None = None,
    ) -> Built: ...
    def value(self, type: Type, register: Register) -> Value: ...
    def check_symbol(self, name: str) -> None: ...
    def _target(self, into: Any, type: Type) -> Register: ...
'''

_KINDS = {
    "imm": "int",
    "label": "Label",
    "function": "Any",
    "symbol": "Any",
    "arguments": "Any",
    "any": "Source",
}


@define
class Signature:
    """What the rows of a method that take so many sources have in common.

    `sources` are names and their possible types; `types` how many types may come first; `open` whether there are
    modifiers whose names are no Python identifiers.
    """

    names: list[str]
    sources: list[set[str]]
    types: int = 0
    returns: set[str] = field(factory=set[str])
    pair: bool = False
    keywords: dict[str, set[str]] = field(factory=dict[str, set[str]])
    open: bool = False


@define
class Method:
    """A method: its first row's one line, and a signature for each number of sources."""

    doc: str
    signatures: dict[int, Signature] = field(factory=dict[int, Signature])


def generate() -> str:
    """The text of the stub."""
    methods: dict[str, Method] = {}
    explicit = {name for cls in (KernelBuilder, FunctionBuilder) for name in _written_out(cls)}
    spoken = {opcode: alias for alias, opcode in ALIASES.items()}
    for opcode, rows in ROWS.items():
        for row in sorted(rows, key=lambda row: additions(row, set())):
            for name in _names(row, rows):
                for stem in (name, spoken[opcode] + name[len(opcode) :]) if opcode in spoken else (name,):
                    spelled = stem + "_" if keyword.iskeyword(stem) else stem
                    if spelled not in explicit:
                        doc = f"PTX 9.0, {row.section}: {row.doc}."
                        _add(methods.setdefault(spelled, Method(doc)), row, name)
    lines = [_HEADER.rstrip("\n")]
    for name in sorted(methods):
        lines += _method_text(name, methods[name])
    return "\n".join(lines) + "\n"


def _written_out(cls: type) -> Iterator[str]:
    for base in cls.__mro__:
        if base not in (Opcodes, object):
            yield from vars(base)


_GIVEN_APART = ("rnd", "shape", "geom", "dim", "num", "kind", "cta_group", "query")
"""Slots of many alternatives that are no part of a method's name, but a keyword."""


def _names(row: Row, rows: Iterable[Row]) -> Iterator[str]:
    """Method names of a row: the opcode, and the opcode with what tells the row from its siblings."""
    yield row.opcode
    common = _common(rows)
    choices: list[tuple[str, ...]] = []
    for slot in row.syntax.modifiers:
        if slot.optional or is_type(slot) or slot.name in _GIVEN_APART:
            continue
        if slot.alternatives == (slot.name,):
            if slot.name not in common and slot.alternatives not in choices:
                choices.append(slot.alternatives)
            continue
        choices.append(slot.alternatives)
        break
    if choices:
        for parts in product(*choices):
            yield "_".join((row.opcode, *(method_word(part) for part in parts)))


def _add(method: Method, row: Row, name: str) -> None:
    """Add a row to a method. `name` holds the modifiers that the method's name gives already."""
    sources = [slot for slot in row.syntax.operands if not is_result(row, slot)]
    results = [slot for slot in row.syntax.operands if is_result(row, slot)]
    required = sum(not (slot.optional or slot.name in row.tied) for slot in sources)
    for count in range(required, len(sources) + 1):
        signature = method.signatures.get(count)
        if signature is None:
            names = [_identifier(slot.name) for slot in sources[:count]]
            signature = method.signatures[count] = Signature(names, [set() for _ in names])
        for types, slot in zip(signature.sources, sources, strict=False):
            types.add(_source_type(row, slot))
        _add_results(signature, row, results)
        _add_keywords(signature, row, set(name.split("_")[1:]))


def _add_results(signature: Signature, row: Row, results: list[OperandSlot]) -> None:
    vector = any("[" in row.types.get("=" + slot.name, row.types.get(slot.name, "")) for slot in results)
    both = any(slot.second and not slot.second_optional for slot in results)
    signature.returns.add(
        "Any" if vector else "tuple[Value, Value]" if both else "Value" if results else "None"
    )
    signature.pair |= any(slot.second_optional for slot in results)
    chosen = sum(is_type(slot) and slot.alternatives != (slot.name,) for slot in row.syntax.modifiers)
    signature.types = max(signature.types, chosen)


def _common(rows: Iterable[Row]) -> set[str]:
    """The modifiers that every row of an opcode must have: they tell nothing."""
    return set.intersection(*({s.name for s in row.syntax.modifiers if not s.optional} for row in rows))


def _add_keywords(signature: Signature, row: Row, given: set[str]) -> None:
    common = _common(ROWS[row.opcode])
    for slot in row.syntax.modifiers:
        fixed = slot.alternatives == (slot.name,) and slot.name in common
        if fixed or is_type(slot) or given & set(map(method_word, slot.alternatives)):
            continue
        if slot.name.isidentifier() and slot.name != "type":  # which names the leading types
            signature.keywords.setdefault(slot.name, set()).update(slot.alternatives)
        else:
            signature.open = True


def _identifier(name: str) -> str:
    text = name.replace("-", "_")
    return text + "_" if keyword.iskeyword(text) else text


def _source_type(row: Row, slot: OperandSlot) -> str:
    if slot.shape is Shape.ADDRESS:
        return "Pointer | Value"
    if slot.shape is Shape.COORDINATES:
        return "tuple[Any, ...]"
    declared = row.types.get(slot.name, "")
    if "[" in declared:
        return "Sources"
    return _KINDS.get(expression(row, slot.name), "Source")


def _method_text(name: str, method: Method) -> Iterator[str]:
    texts = [
        text for _, signature in sorted(method.signatures.items()) for text in _overloads(name, signature)
    ]
    for index, text in enumerate(texts):
        if len(texts) > 1:
            yield "    @overload"
        yield f'    {text}\n        """{method.doc}"""' if index == 0 else f"    {text} ..."


def _overloads(name: str, signature: Signature) -> Iterator[str]:
    sources = [
        f"{source}: {' | '.join(sorted(types))}"
        for source, types in zip(signature.names, signature.sources, strict=True)
    ]
    leading = [f"type{index or ''}: Type" for index in range(signature.types)]
    returns = signature.returns.copy().pop() if len(signature.returns) == 1 else "Any"
    for types in ([], leading) if leading else ([],):
        plain = ["self", *types, *sources]
        if types or sources:
            plain.append("/")
        words = _keywords(signature, returns)
        yield f"def {name}({', '.join(plain + words)}) -> {returns}:"
        if signature.pair:
            asked = [*plain, "*", "both: Literal[True]", *words[1:]]
            yield f"def {name}({', '.join(asked)}) -> tuple[Value, Value]:"


def _keywords(signature: Signature, returns: str) -> list[str]:
    words = ["into: Into = ..."] if returns != "None" else []
    for name, values in signature.keywords.items():
        literal = "Literal[" + ", ".join(f'"{value}"' for value in sorted(values)) + "] | None"
        words.append(f"{_identifier(name)}: {'bool' if values == {name} else literal} = ...")
    if words:
        words.insert(0, "*")
    return [*words, "**modifiers: Any"] if signature.open else words


def main() -> None:
    """Write the stub beside this file."""
    STUB.write_text(generate(), encoding="utf-8")


if __name__ == "__main__":
    main()
