"""Directives of functions: which there are, and how many integers each takes.

PTX ISA 9.0, sections 11.4, 11.7 and 11.8.
"""

from __future__ import annotations

from difflib import get_close_matches

from ptxgen.ir.module import Directive
from ptxgen.ir.parser.errors import Refusal
from ptxgen.ir.parser.nodes import Words

_ARGUMENTS: dict[str, tuple[int, int]] = {
    "maxnreg": (1, 1),
    "maxntid": (1, 3),
    "reqntid": (1, 3),
    "minnctapersm": (1, 1),
    "maxnctapersm": (1, 1),
    "noreturn": (0, 0),
    "reqnctapercluster": (1, 3),
    "explicitcluster": (0, 0),
    "maxclusterrank": (1, 1),
    "blocksareclusters": (0, 0),
    "abi_preserve": (1, 1),
    "abi_preserve_control": (1, 1),
}
_OF_FUNCTIONS = {"noreturn", "abi_preserve", "abi_preserve_control"}
"""What device functions and prototypes have; all others belong to entries."""


def directives(words: tuple[Words, ...], *, entry: bool = False) -> list[Directive]:
    """The directives of one function or prototype, checked against the table."""
    return [_directive(w, entry) for w in words]


def _directive(words: Words, entry: bool) -> Directive:
    name, arguments = words.name, words.arguments
    if name == "pragma":
        return Directive(name, arguments)
    limits = _ARGUMENTS.get(name)
    if limits is not None and (name in _OF_FUNCTIONS) == entry:
        raise Refusal("PTX092", words.at, f".{name} does not belong to {'an entry' if entry else 'a .func'}")
    if limits is None:
        close = get_close_matches(name[:40], _ARGUMENTS, n=1)
        help = f"did you mean .{close[0]}?" if close else ""
        raise Refusal("PTX092", words.at, f"unknown directive .{name[:80]}", help)
    least, most = limits
    if not least <= len(arguments) <= most or any(isinstance(a, str) for a in arguments):
        wanted = str(least) if least == most else f"{least} to {most}"
        raise Refusal("PTX092", words.at, f".{name} takes {wanted} integers, got {len(arguments)} arguments")
    return Directive(name, arguments)
