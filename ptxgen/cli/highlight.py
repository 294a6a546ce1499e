"""PTX in colour: operations, registers, numbers, labels, comments."""

from __future__ import annotations

import re
from collections.abc import Iterable

from rich.text import Text

from ptxgen.cli.console import printable

_TOKENS = re.compile(
    r"""(?P<comment>//.*$)
      | (?P<guard>@!?%[\w$]+)
      | (?P<special>%(?:tid|ntid|ctaid|nctaid|laneid|warpid|clock\w*|lanemask_\w+)\b[.\w]*)
      | (?P<register>%[\w$]+)
      | (?P<number>\b(?:0[xfdFD][0-9a-fA-F]+|\d+(?:\.\d+)?)U?\b)
      | (?P<label>^\s*[$\w]+:(?!:))
      | (?P<operation>(?<![\w.$%])[a-z][a-z0-9_]*(?=[.\s;]))(?P<modifiers>(?:\.[a-zA-Z_]\w*(?:::\w+)*)*)
      | (?P<directive>\.[a-z]\w*)""",
    re.VERBOSE,
)
_STYLES = {
    "comment": "italic dim",
    "guard": "magenta",
    "special": "bright_magenta",
    "register": "cyan",
    "number": "yellow",
    "label": "bold green",
    "operation": "bold bright_blue",
    "modifiers": "blue",
    "directive": "magenta",
}


def ptx(line: str) -> Text:
    """One line of PTX, coloured. Its characters are kept, control characters apart."""
    text = Text(printable(line).expandtabs(4))
    for match in _TOKENS.finditer(text.plain):
        for group, style in _STYLES.items():
            if match[group]:
                text.stylize(style, *match.span(group))
    return text


def listing(lines: Iterable[tuple[int, str]]) -> Text:
    """Numbered lines of PTX, coloured."""
    rows = [Text.assemble((f"{number:5} ", "dim"), ptx(line)) for number, line in lines]
    return Text("\n").join(rows)
