"""The process that renders a chat template: an order in JSON on standard input, an answer in JSON on standard output.

It imports Jinja and the standard library only. Limits of the system come first, where there are any (POSIX); what
Python can bound is bounded everywhere.
"""

from __future__ import annotations

import importlib
import json
import sys
import time
from typing import Any

import jinja2
from jinja2.exceptions import SecurityError
from jinja2.ext import Extension, loopcontrols
from jinja2.nodes import Node
from jinja2.parser import Parser
from jinja2.sandbox import ImmutableSandboxedEnvironment

LARGEST_POWER = 4096
"""Bits of the largest number that `**` may make."""


FAULTS = (
    *(jinja2.TemplateError, ArithmeticError, AssertionError, AttributeError, LookupError, NameError),
    *(OSError, RuntimeError, TypeError, ValueError),
)
"""What a template with a mistake in it ends in."""


class LimitError(Exception):
    """The template wants more than it may have."""


class RefusalError(Exception):
    """The template called `raise_exception`."""


class Generation(Extension):
    """`{% generation %}...{% endgeneration %}`, which marks the model's own words for training, shows what is in it."""

    def __init__(self, environment: jinja2.Environment) -> None:
        super().__init__(environment)
        self.tags = {"generation"}

    def parse(self, parser: Parser) -> list[Node]:
        next(parser.stream)
        return parser.parse_statements(("name:endgeneration",), drop_needle=True)


class Sandbox(ImmutableSandboxedEnvironment):
    """Jinja's sandbox, where no single operation can make something huge either."""

    intercepted_binops = frozenset({"*", "**"})
    longest = 1 << 20

    def call_binop(self, context: Any, operator: str, left: Any, right: Any) -> Any:
        if operator == "*":
            some, times = (right, left) if isinstance(left, int) else (left, right)
            if hasattr(some, "__len__") and isinstance(times, int):
                _require(len(some) * times <= self.longest)
        elif isinstance(left, int) and isinstance(right, int):
            _require(left.bit_length() * abs(right) <= LARGEST_POWER)
        return super().call_binop(context, operator, left, right)


def _require(fits: bool) -> None:
    if not fits:
        raise LimitError


def environment(characters: int) -> Sandbox:
    """Jinja as the templates of Hugging Face expect it."""
    made = Sandbox(trim_blocks=True, lstrip_blocks=True, extensions=[loopcontrols, Generation])
    made.longest = characters
    made.filters["tojson"] = _to_json
    return made


def _to_json(
    value: Any,
    ensure_ascii: bool = False,
    indent: int | None = None,
    separators: tuple[str, str] | None = None,
    sort_keys: bool = False,
) -> str:
    """Plain JSON; Jinja's own filter escapes for HTML."""
    return json.dumps(
        value, ensure_ascii=ensure_ascii, indent=indent, separators=separators, sort_keys=sort_keys
    )


def _refuse(message: str) -> None:
    raise RefusalError(message)


FUNCTIONS = {"raise_exception": _refuse, "strftime_now": time.strftime}


def answer(order: dict[str, Any]) -> dict[str, str]:
    """Render, within the limits of the order."""
    characters = order["characters"]
    try:
        template = environment(characters).from_string(order["template"], FUNCTIONS)
        out: list[str] = []
        length = 0
        for piece in template.generate(order["variables"]):
            length += len(piece)
            _require(length <= characters)
            out.append(piece)
        return {"text": "".join(out)}
    except RefusalError as error:
        return {"id": "INF048", "message": f"refuses the messages: {str(error)[:500]}"}
    except LimitError:
        return {"id": "INF049", "message": f"makes more than {characters} characters"}
    except (MemoryError, RecursionError) as error:
        return {
            "id": "INF049",
            "message": f"takes too much memory, or nests too deeply ({type(error).__name__})",
        }
    except SecurityError as error:
        return {"id": "INF049", "message": f"reaches for Python: {str(error)[:500]}"}
    except OverflowError:
        return {"id": "INF049", "message": "wants a range or a number that is too large"}
    except jinja2.TemplateSyntaxError as error:
        return {"id": "INF048", "message": f"is no Jinja: line {error.lineno}: {str(error.message)[:500]}"}
    except FAULTS as error:
        return {"id": "INF048", "message": f"fails: {type(error).__name__}: {str(error)[:500]}"}


def confine(seconds: int, memory: int) -> None:
    """Bound processor time and memory, and take away files, where the system can do that."""
    # What is read from files at its first use is read now: the time zone, codecs, rare parts of Jinja.
    time.localtime()
    for name in ("jinja2.debug", "jinja2.constants", "encodings.unicode_escape", "encodings.ascii"):
        importlib.import_module(name)
    if sys.platform == "win32":
        return
    resource = importlib.import_module("resource")
    limits = {
        "RLIMIT_CPU": (seconds, seconds + 1),
        "RLIMIT_AS": (memory, memory),
        "RLIMIT_FSIZE": (0, 0),
        "RLIMIT_CORE": (0, 0),
        "RLIMIT_NOFILE": (0, 0),
    }
    for name, values in limits.items():
        resource.setrlimit(getattr(resource, name), values)


def main() -> None:
    """Answer the order on standard input."""
    order = json.load(sys.stdin)
    confine(order["seconds"], order["memory"])
    sys.stdout.write(json.dumps(answer(order)))


if __name__ == "__main__":
    main()
