"""From the grammar's rules to nodes: one method a rule, called while lark parses, so no tree is ever built."""

from __future__ import annotations

from typing import Any, TypeGuard

from lark import Token, Transformer, v_args

from ptxgen.ir.parser import constants
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import (
    Body,
    BodyItem,
    Braced,
    Bracketed,
    Code,
    Declarator,
    Expression,
    FunctionNode,
    Grouped,
    Inlined,
    Item,
    LabelMark,
    Loc,
    ModuleNode,
    Name,
    Number,
    Parameter,
    Parameters,
    Prototype,
    Qualifier,
    Real,
    SectionNode,
    Statement,
    Targets,
    Variables,
    Words,
)


def _at(token: Token) -> int:
    return token.start_pos or 0


def _declared(token: Token) -> str:
    """The spelling of a name that is being declared."""
    if "." in token:
        raise Refusal("PTX080", _at(token), f"a declared name has no dot: {token[:80]}")
    return str(token)


def _int(token: Token, what: str) -> int:
    return constants.integer(constants.literal(str(token), _at(token)), what)


@v_args(inline=True)
class Nodes(Transformer[Token, Any]):
    """Stateless: one instance serves all parses."""

    def module(self, *items: Item) -> ModuleNode:
        return ModuleNode(items)

    def version(self, number: Token) -> Words:
        return Words("version", (str(number),), _at(number))

    def target(self, *names: Token) -> Words:
        return Words("target", tuple(map(str, names)), _at(names[0]))

    def address_size(self, number: Token) -> Words:
        return Words("address_size", (_int(number, ".address_size"),), _at(number))

    def alias(self, name: Token, of: Token) -> Words:
        return Words("alias", (str(name), str(of)), _at(name))

    def file(self, index: Token, path: Token, *stamp: Token) -> Words:
        numbers = (_int(n, "the time or size of a file") for n in stamp)
        return Words("file", (_int(index, "the file number"), path[1:-1], *numbers), _at(index))

    def pragma(self, *strings: Token) -> Words:
        return Words("pragma", tuple(s[1:-1] for s in strings), _at(strings[0]))

    def section(self, text: Token) -> SectionNode:
        return SectionNode(str(text), _at(text))

    def variables(self, qualifiers: tuple[Qualifier, ...], *declarators: Declarator) -> Variables:
        return Variables(qualifiers, declarators, declarators[0].at)

    def qualifiers(self, *items: Token | Qualifier | tuple[Qualifier, ...]) -> tuple[Qualifier, ...]:
        found: list[Qualifier] = []
        for item in items:
            if isinstance(item, Token):
                found.append(Qualifier(item.type.lower(), item[1:], _at(item)))
            elif isinstance(item, Qualifier):
                found.append(item)
            else:
                found.extend(item)
        return tuple(found)

    def align(self, number: Token) -> Qualifier:
        return Qualifier("align", str(number), _at(number), (_int(number, "an alignment"),))

    def pointer(self) -> Qualifier:
        return Qualifier("pointer", "ptr", 0)

    def attribute(self, *words: Qualifier) -> tuple[Qualifier, ...]:
        return words

    def word(self, name: Token, *numbers: Token | None) -> Qualifier:
        arguments = tuple(_int(n, "an attribute") for n in numbers if n is not None)
        return Qualifier("attribute", name[1:], _at(name), arguments)

    def declarator(self, name: Token, *rest: Any) -> Declarator:
        *extents, initializer = rest
        return Declarator(_declared(name), _at(name), tuple(e[0] for e in extents), initializer)

    def register_range(self, name: Token, count: Token) -> Declarator:
        return Declarator(_declared(name), _at(name), registers=_int(count, "a register count"))

    def extent(self, size: Expression | None) -> tuple[Expression | None]:
        return (size,)

    def function(self, qualifiers: tuple[Qualifier, ...] | None, kind: Token, *rest: Any) -> FunctionNode:
        place = next(i for i, x in enumerate(rest) if isinstance(x, Token))
        name, before, after = rest[place], rest[:place], rest[place + 1 :]
        extra = tuple(q for x in before if type(x) is tuple for q in x)
        results = next((x for x in before if isinstance(x, Parameters)), None)
        return FunctionNode(
            qualifiers=(*(qualifiers or ()), *extra),
            is_entry=kind == ".entry",
            name=_declared(name),
            returns=results,
            params=_parameters(after),
            directives=tuple(x for x in after if isinstance(x, Words)),
            body=next((x for x in after if isinstance(x, Body)), None),
            at=_at(name),
        )

    def parameters(self, *items: Parameter | None) -> Parameters:
        found = tuple(i for i in items if i is not None)
        return Parameters(found, found[0].declarator.at if found else 0)

    def parameter(self, qualifiers: tuple[Qualifier, ...], declarator: Declarator) -> Parameter:
        return Parameter(qualifiers, declarator)

    def directive(self, name: Token, *arguments: Token | None) -> Words:
        values = tuple(
            a[1:-1] if a.type == "STRING" else _int(a, f"the argument of {name}")
            for a in arguments
            if a is not None
        )
        return Words(name[1:], values, _at(name))

    def body(self, *statements: BodyItem) -> Body:
        return Body(statements, 0)

    def code(self, run: Token) -> Code:
        return Code(run.value)

    def instruction(
        self, guard: tuple[str, bool] | None, name: Token, operands: tuple[Expression, ...] | None
    ) -> Statement:
        register, negated = guard or ("", False)
        return Statement(str(name), operands or (), register, negated, _at(name))

    def guard(self, negation: str | None, name: Token) -> tuple[str, bool]:
        return str(name), negation is not None

    def negation(self, mark: Token) -> str:
        return str(mark)

    def label(self, name: Token) -> LabelMark:
        return LabelMark(_declared(name), _at(name))

    def loc(self, file: Token, line: Token, column: Token | None, inlined: Inlined | None) -> Loc:
        place = _int(column, ".loc") if column is not None else 0
        return Loc(_int(file, ".loc"), _int(line, ".loc"), place, inlined, _at(file))

    def inlining(
        self, first: Token, name: Token, offset: Token | None, second: Token, *call: Token
    ) -> Inlined:
        for word, expected in ((first, "function_name"), (second, "inlined_at")):
            if word != expected:
                raise Refusal("PTX080", _at(word), f"unexpected {word[:80]!r}: expected {expected}")
        distance = _int(offset, "the place of a name") if offset is not None else 0
        file, line, column = (_int(t, "inlined_at") for t in call)
        return Inlined(str(name), distance, file, line, column)

    def targets(self, kind: Token, *names: Token) -> Targets:
        return Targets(kind[1:], tuple(map(str, names)), _at(kind))

    def prototype(self, returns: Parameters | None, name: Token, *clauses: Parameters | Words) -> Prototype:
        if name != "_":
            raise Refusal("PTX080", _at(name), f"a prototype is named '_', got {name[:80]}")
        words = tuple(x for x in clauses if isinstance(x, Words))
        return Prototype(returns, _parameters(clauses), words, _at(name))

    def expressions(self, *items: Expression) -> tuple[Expression, ...]:
        return items

    def number(self, token: Token) -> Number | Real:
        return constants.literal(str(token), _at(token))

    def name(self, token: Token) -> Name | Number:
        return constants.name(str(token), _at(token))

    def generic(self, function: Token, inner: Expression) -> Name:
        node = constants.ungroup(inner)
        if function != "generic" or not isinstance(node, Name):
            raise Refusal("PTX080", _at(function), f"{function}(...) is not PTX", "only generic(name) is")
        return node._replace(generic=True, at=_at(function))

    def masked(self, mask: Token, inner: Expression) -> Name:
        node = constants.ungroup(inner)
        if not isinstance(node, Name):
            raise Refusal("PTX080", _at(mask), "a mask applies to the name of a variable: 0xFF00(name)")
        return node._replace(mask=_int(mask, "a mask"), at=_at(mask))

    def grouped(self, items: tuple[Expression, ...] | None) -> Expression:
        if items and len(items) == 1 and _is_group(items[0]) and any(map(_is_group, items[0].items)):
            return items[0]  # three pairs of parentheses mean no more than two
        return Grouped(items or (), items[0].at if items else 0)

    def bracketed(self, items: tuple[Expression, ...]) -> Bracketed:
        return Bracketed(items, items[0].at)

    def braced(self, items: tuple[Expression, ...] | None) -> Braced:
        return Braced(items or (), items[0].at if items else 0)

    def signed(self, operator: Token, node: Expression) -> Expression:
        return constants.unary(str(operator), node, _at(operator))

    def binary(self, left: Expression, operator: Token, right: Expression) -> Expression:
        return constants.binary(left, str(operator), right)

    def cast(self, type_name: Token, node: Expression) -> Number:
        return constants.cast(str(type_name), node)

    def choice(self, condition: Expression, yes: Expression, no: Expression) -> Expression:
        return constants.choice(condition, yes, no)


def _is_group(node: Expression) -> TypeGuard[Grouped]:
    return isinstance(node, Grouped)


def _parameters(clauses: tuple[Any, ...]) -> Parameters | None:
    found = [c for c in clauses if isinstance(c, Parameters)]
    if len(found) > 1:
        raise Refusal("PTX080", found[1].at, "a second list of parameters")
    return found[0] if found else None
