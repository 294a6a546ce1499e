"""Every PTX0xx id with its meaning: the checker's rules, and what the builder and the parser refuse.

`python -m ptxgen.ir.checker.catalogue > docs/errors.md` writes the page of the documentation.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from ptxgen.errors import Severity
from ptxgen.ir.checker import RULES, Rule


def _refused(id: str, title: str, why: str, fix: str, severity: Severity = Severity.ERROR) -> Rule:
    return Rule(id, title, severity, why, fix)


TABLE = (
    _refused(
        "PTX018",
        "unknown target",
        "No target of this name is in the table of `ptxgen.isa.TARGETS`.",
        "use one of the names that the message lists",
    ),
)
"""What the tables of `ptxgen.isa` refuse by themselves."""

BUILDER = (
    _refused(
        "PTX020",
        "number out of range",
        "A Python number has no exact or allowed value in the type or operand that it is used for.",
        "use a wider type, or a value in the range that the message gives",
    ),
    _refused(
        "PTX021",
        "modifiers do not make a form",
        "A modifier or type is missing, surplus, or not one of those that the instruction has.",
        "take one of the alternatives that the message lists",
    ),
    _refused(
        "PTX022",
        "pointer into another state space",
        "A pointer knows its state space; the instruction reads another one.",
        "name the pointer's space, or convert the pointer",
    ),
    _refused(
        "PTX023",
        "alignment not known",
        "A wide access needs an address that is surely a multiple of its size.",
        "use narrower accesses, or state the alignment where you know it",
    ),
    _refused(
        "PTX024",
        "run-time value used by Python",
        "A value of the kernel has no truth, length or order while the kernel is being built.",
        "use `k.if_`, `k.while_`, `k.select` and the operators `&`, `|`, `~`",
    ),
    _refused(
        "PTX025",
        "value updated in place",
        "Values are assigned once; an in-place operator inside a loop or branch would be lost outside it.",
        "make it a variable: `total = k.var(f32, 0.0)`",
    ),
    _refused(
        "PTX026",
        "block out of place",
        "A loop, branch or guard stands where its kind cannot.",
        "close the surrounding block first, or follow the message's advice",
    ),
    _refused(
        "PTX027",
        "bad name",
        "The name is taken already, or it is no PTX identifier.",
        "choose another name",
    ),
    _refused(
        "PTX028",
        "label placed wrongly",
        "A label is used and never placed, or placed twice.",
        "place each label once: `k.place(label)`",
    ),
    _refused(
        "PTX029",
        "target or version too old",
        "The module is fixed to a target or PTX version that the instruction does not exist on.",
        "leave the version out (the smallest that will do is taken), or name a newer target",
    ),
    _refused(
        "PTX030",
        "result never used",
        "Nothing reads what this instruction computed: often an update that was meant for a variable.",
        "use the value, or assign it to a `k.var`",
        Severity.WARNING,
    ),
    _refused(
        "PTX031",
        "not a value of this kernel",
        "Something else than a value, pointer or number is used as an operand, or it belongs to another function.",
        "pass values that this function made",
    ),
    _refused(
        "PTX032",
        "bad declaration",
        "A variable, array, parameter or launch bound is declared with a size or value that PTX does not have.",
        "follow the message",
    ),
    _refused(
        "PTX033",
        "declaration too late",
        "Parameters belong to the function as a whole and come first.",
        "declare them before the first branch or loop",
    ),
    _refused(
        "PTX034",
        "call does not fit the function",
        "The arguments or the returned value do not agree with the function's parameters and results.",
        "pass what the function declares",
    ),
    _refused(
        "PTX035",
        "raw text leaves its body",
        "The text closes the function that it stands in; what follows would belong to nobody.",
        "give statements only; functions and globals come from the `ModuleBuilder`",
    ),
)
"""What the builder refuses (`BuildError`) or warns of, beside the operand faults."""

PARSER = (
    _refused(
        "PTX080", "unexpected token", "The text is not PTX here.", "write one of what the message expects"
    ),
    _refused(
        "PTX081",
        "unexpected character",
        "No PTX token begins like this, or one has no end.",
        "correct the text",
    ),
    _refused(
        "PTX082",
        "limit exceeded",
        "The text is larger than the limits that keep hostile input from exhausting memory.",
        "raise the limit in `ParseLimits` if the text is trusted",
    ),
    _refused("PTX083", "undeclared name", "Nothing of this name is declared.", "declare it before its use"),
    _refused("PTX084", "name declared twice", "The scope has this name already.", "rename one of the two"),
    _refused(
        "PTX085", "undefined label", "No block of the function has this label.", "define it, or correct it"
    ),
    _refused("PTX086", "duplicate label", "The scope has this label already.", "rename one of the two"),
    _refused(
        "PTX087",
        "malformed constant",
        "The number is not written as PTX writes them, or is too large.",
        "rewrite it",
    ),
    _refused(
        "PTX088",
        "malformed constant expression",
        "The expression has no constant value, or an operator that constants do not have.",
        "write the constant",
    ),
    _refused(
        "PTX089",
        "malformed module header",
        "A module begins with .version and .target, once each.",
        "write `.version 9.0`, then `.target sm_90`",
    ),
    _refused(
        "PTX090", "type that cannot be declared", "Nothing of this type can be declared here.", "use another"
    ),
    _refused(
        "PTX091",
        "malformed declaration",
        "The declaration contradicts itself, or lacks a part.",
        "complete it",
    ),
    _refused(
        "PTX092",
        "malformed directive",
        "The directive is not known, or its arguments are not its own.",
        "drop it",
    ),
    _refused(
        "PTX093",
        "not supported",
        "PTX has this and ptxgen does not yet.",
        "use what the message offers, or leave the statement out",
    ),
    _refused(
        "PTX095",
        "variable of the module in a body",
        "Global and constant memory belongs to the module, and is declared there; ptxas takes it in a body too.",
        "declare it outside the function",
    ),
    _refused("PTX094", "nested too deeply", "Brackets are nested beyond the limit.", "write it flatter"),
)
"""What the parser refuses (`ParseError`), beside the operand faults."""

_HEAD = """# Errors

Every fault has a stable id that is never reused. It says what was expected and what came, points at the author's line
(Python for built code, PTX for parsed text) and offers the fix. An *error* keeps a program from running, a *warning*
is probably a fault, a *hint* is worth a look.

This page lists the ids of programs, PTX001 to PTX099; it is written by `python -m ptxgen.ir.checker.catalogue`. What
goes wrong when a program is launched or run is on [its own page](errors-running.md).
"""


def _rules(first: int, last: int) -> tuple[Rule, ...]:
    return tuple(RULES[id] for id in sorted(RULES) if first <= int(id[3:]) <= last)


def entries() -> dict[str, Rule]:
    """Every id with its meaning, in order."""
    found = (*RULES.values(), *TABLE, *BUILDER, *PARSER)
    return {rule.id: rule for rule in sorted(found, key=lambda rule: rule.id)}


def page() -> str:
    """The documentation page, as Markdown."""
    sections = (
        ("Operands: builder, parser and checker", (*_rules(0, 19), *TABLE)),
        ("Builder", BUILDER),
        ("Checker", _rules(20, 999)),
        ("Parser", PARSER),
    )
    return _HEAD + "".join(_section(title, rules) for title, rules in sections)


def _section(title: str, rules: tuple[Rule, ...]) -> str:
    return f"\n## {title}\n" + "".join(line for rule in rules for line in _entry(rule))


def _entry(rule: Rule) -> Iterator[str]:
    yield f"\n### {rule.id}: {rule.title}\n\n*{str(rule.severity).capitalize()}.* {rule.why}\n\n"
    yield f"Fix: {rule.fix}.\n"


if __name__ == "__main__":
    sys.stdout.write(page())
