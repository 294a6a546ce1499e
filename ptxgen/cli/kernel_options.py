"""The fields of a kernel as options: `--n 4096 --k=512`, whatever the kernel's fields are.

A field that holds an object of a table takes its name (`--format Q4_K`); one that holds a part of the kernel takes the
name of the part, and the part's fields are options behind a point (`--strategy dp4a --strategy.rows 4`).
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import attrs
import click

from ptxgen.cli.sources import InputError
from ptxgen.isa.types import TYPES, Type

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
    """Name, type and default of each field that the constructor takes, with the fields of parts."""
    out: list[dict[str, object]] = []
    for a in _settable(kernel).values():
        out.append({"name": a.name, "type": _type_name(a), "default": _default(a)})
        of_parts = [f for kind in _parts(a).values() for f in _settable(kind).values()]
        out += [
            {"name": f"{a.name}.{f.name}", "type": _type_name(f), "default": _default(f)}
            for f in {f.name: f for f in reversed(of_parts)}.values()
        ]
    return out


def make(kernel: type[Kernel], texts: Sequence[str]) -> Kernel:
    """The kernel with fields set from option texts. CLI020 for a field it lacks, CLI021 for a value it cannot have."""
    texts_by_name = dict(_options(texts))
    known = _settable(kernel)
    values = {
        name: _value(kernel.name, _known(kernel.name, known, name), text)
        for name, text in texts_by_name.items()
        if "." not in name
    }
    for name, text in texts_by_name.items():
        if "." in name:
            first, _, rest = name.partition(".")
            part = _known(kernel.name, known, first)
            value = values.get(first, _made(part))
            field = _known(
                f"{kernel.name}'s {part.name}", _settable(type(value)) if _parts(part) else {}, rest
            )
            values[first] = attrs.evolve(value, **{rest: _value(kernel.name, field, text)})
    return kernel(**values)


def _settable(kind: type[Any]) -> dict[str, attrs.Attribute[Any]]:
    return {a.name: a for a in attrs.fields(kind) if a.init and not a.name.startswith("_")}


def _parts(field: attrs.Attribute[Any]) -> dict[str, type[Any]]:
    """The classes that a field may hold an object of, by name; none for other fields."""
    return field.metadata.get("parts", {})


def _known(owner: str, known: Mapping[str, attrs.Attribute[Any]], name: str) -> attrs.Attribute[Any]:
    if name in known:
        return known[name]
    close = get_close_matches(name, known, n=1)
    raise InputError(
        "CLI020",
        f"{owner} has no field {name!r}",
        help=f"did you mean --{close[0]}?" if close else f"fields: {', '.join(known) or 'none'}",
    )


def _made(field: attrs.Attribute[Any]) -> Any:
    """The default of a field; of a part, the first with its own defaults."""
    return next((kind() for kind in _parts(field).values()), field.default)


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
    table: Mapping[str, Any] = field.metadata.get("named", {})
    try:
        if kind is bool:
            return _flag(text)
        if text is None:
            raise ValueError("no value given")
        if table:
            return {name.lower(): value for name, value in table.items()}[text.lower()]
        if parts := _parts(field):
            return parts[text]()
        if isinstance(field.default, enum.Enum):
            return field.default.__class__[text.upper()]
        if isinstance(field.default, Type):
            return TYPES[text]
        return int(text, 0) if kind is int else float(text) if kind is float else text
    except (KeyError, ValueError):
        raise InputError(
            "CLI021",
            f"--{field.name} of {kernel} takes {_type_name(field)}, got {text!r}",
            help=f"for example --{field.name} {_default(field)}",
        ) from None


def _flag(text: str | None) -> bool:
    word = "true" if text is None else text.lower()
    if word not in _TRUE | _FALSE:
        raise ValueError(word)
    return word in _TRUE


def _type_name(field: attrs.Attribute[Any]) -> str:
    names = field.metadata.get("named") or _parts(field)
    return "|".join(names) or type(field.default).__name__


def _default(field: attrs.Attribute[Any]) -> object:
    return _shown(field, _made(field))


def _shown(field: attrs.Attribute[Any], value: Any) -> object:
    """A value of a field as JSON can hold it: a part by its name."""
    return next((name for name, kind in _parts(field).items() if type(value) is kind), _plain(value))


def _plain(value: object) -> object:
    """A number, a word, or what an object calls itself."""
    if isinstance(value, enum.Enum):
        return value.name.lower()
    if isinstance(value, bool | int | float | str | None):
        return value
    return str(value)


def sizes(kernel: Kernel) -> Mapping[str, object]:
    """The fields of a kernel instance and their values."""
    return {name: _shown(a, getattr(kernel, name)) for name, a in _settable(type(kernel)).items()}
