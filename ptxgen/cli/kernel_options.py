"""The fields of a kernel as options: `--n 4096 --k=512`, whatever the kernel's fields are."""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import attrs
import click

from ptxgen.cli.sources import InputError

if TYPE_CHECKING:
    from ptxgen.kernels import Kernel

_TRUE, _FALSE = {"1", "true", "yes", "on"}, {"0", "false", "no", "off"}


class KernelCommand(click.Command):
    """A command with `--kernel`, whose help lists the fields of the kernel that is named before `--help`.

    Options that the command does not know are kept for the kernel, as `fields`.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["context_settings"] = {"ignore_unknown_options": True}
        super().__init__(*args, **kwargs)

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        super().format_options(ctx, formatter)
        name = ctx.params.get("kernel")
        if not name:
            return
        from ptxgen.kernels import registry

        kernel = registry.get(name)
        with formatter.section(f"Fields of {kernel.name}"):
            formatter.write_dl(
                [(f"--{f['name']} {f['type']}", f"default: {f['default']}") for f in fields(kernel)]
            )


kernel_option = click.option(
    "--kernel", metavar="NAME", is_eager=True, help="A kernel of `ptxgen list`; its fields become options."
)
fields_argument = click.argument("fields", nargs=-1, type=click.UNPROCESSED, metavar="[--FIELD VALUE]...")


def fields(kernel: type[Kernel]) -> list[dict[str, object]]:
    """Name, type and default of each field that the constructor takes."""
    return [
        {"name": a.name, "type": _type_name(a), "default": _plain(a.default)}
        for a in attrs.fields(kernel)
        if a.init and not a.name.startswith("_")
    ]


def make(kernel: type[Kernel], texts: Sequence[str]) -> Kernel:
    """The kernel with fields set from option texts. CLI020 for a field it lacks, CLI021 for a value it cannot have."""
    known = {a.name: a for a in attrs.fields(kernel) if a.init}
    values: dict[str, object] = {}
    for name, text in _options(texts):
        field = known.get(name)
        if field is None:
            close = get_close_matches(name, known, n=1)
            raise InputError(
                "CLI020",
                f"{kernel.name} has no field {name!r}",
                help=f"did you mean --{close[0]}?" if close else f"fields: {', '.join(known) or 'none'}",
            )
        values[name] = _value(kernel.name, field, text)
    return kernel(**values)


def _options(texts: Sequence[str]) -> Iterator[tuple[str, str | None]]:
    """`--name value`, `--name=value` and a bare `--name` as pairs of name and text."""
    rest = list(texts)
    while rest:
        word = rest.pop(0)
        if not word.startswith("--") or word == "--":
            raise InputError("CLI022", f"unexpected argument {word!r}", help="write fields as --n 4096")
        name, equals, text = word[2:].partition("=")
        if equals:
            yield name.replace("-", "_"), text
        elif rest and not rest[0].startswith("--"):
            yield name.replace("-", "_"), rest.pop(0)
        else:
            yield name.replace("-", "_"), None


def _value(kernel: str, field: attrs.Attribute[Any], text: str | None) -> object:
    kind: type[Any] = type(field.default)
    try:
        if kind is bool:
            return _flag(text)
        if text is None:
            raise ValueError("no value given")
        if isinstance(field.default, enum.Enum):
            return field.default.__class__[text.upper()]
        return int(text, 0) if kind is int else float(text) if kind is float else text
    except (KeyError, ValueError):
        raise InputError(
            "CLI021",
            f"--{field.name} of {kernel} takes {_type_name(field)}, got {text!r}",
            help=f"for example --{field.name} {_plain(field.default)}",
        ) from None


def _flag(text: str | None) -> bool:
    word = "true" if text is None else text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


def _type_name(field: attrs.Attribute[Any]) -> str:
    return type(field.default).__name__


def _plain(value: object) -> object:
    """A default as JSON can hold it."""
    if isinstance(value, enum.Enum):
        return value.name.lower()
    return value if isinstance(value, bool | int | float | str | None) else str(value)


def sizes(kernel: Kernel) -> Mapping[str, object]:
    """The fields of a kernel instance and their values."""
    return {a.name: _plain(getattr(kernel, a.name)) for a in attrs.fields(type(kernel)) if a.init}
