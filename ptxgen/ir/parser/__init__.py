"""PTX text to IR: `parse`. Accepts what nvcc, Triton and ptxgen print; refuses the rest with line and column."""

from __future__ import annotations

from attrs import frozen

from ptxgen.ir.module import Module
from ptxgen.ir.parser.errors import Refusal, Source


@frozen
class ParseLimits:
    """Bounds on what one text may ask for. Sizes are in characters, values and levels of brackets."""

    characters: int = 64 << 20
    initializer_values: int = 1 << 22
    nesting: int = 64


def parse(text: str, name: str = "<ptx>", *, limits: ParseLimits | None = None) -> Module:
    """The module that PTX text describes (PTX ISA 9.0, section 4).

    `name` stands for the text in error messages. Scopes inside bodies are flattened, constant expressions
    evaluated, decimal constants in `f32` positions made single precision, comments dropped. Each instruction keeps
    its line and, from `.loc`, its location; one that no instruction follows is kept in its block.

    Raises ParseError (PTX080-094; PTX001-016 for an instruction that no form of the table fits).
    """
    return parse_source(Source(text, name), limits or ParseLimits())


def parse_source(source: Source, limits: ParseLimits, *, fast: bool = True) -> Module:
    """`parse` on a `Source`. Without `fast`, every statement goes through the grammar, for comparison."""
    from ptxgen.ir.parser.build import ModuleReader
    from ptxgen.ir.parser.grammar import module_node
    from ptxgen.ir.parser.lexer import Span

    size = len(source.text)
    try:
        if size > limits.characters:
            message = f"the text has {size} characters, more than the limit of {limits.characters}"
            raise Refusal("PTX082", 0, message, "raise ParseLimits.characters")
        node = module_node(Span(source, 0, size, fast, limits.nesting))
        return ModuleReader(source, limits.initializer_values, limits.nesting).read(node)
    except Refusal as refusal:
        raise source.error(refusal) from None


__all__ = ["ParseLimits", "parse", "parse_source"]
