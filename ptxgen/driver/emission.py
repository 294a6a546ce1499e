"""The text of ptxgen's own kernels, kept on disk: to read it is quicker than to build and improve it again.

The text is a function of the kernel's template, the target, the level and ptxgen's source, which together name it. Of a
kernel that is not ptxgen's, or that holds anything that is not, nobody knows what its text depends on: it is built each
time.
"""

from __future__ import annotations

import enum
import json
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from types import FunctionType

import attrs
import numpy as np

import ptxgen
from ptxgen.driver.code_cache import CodeCache, digest
from ptxgen.errors import SourceLocation
from ptxgen.ir.linemap import LineMap
from ptxgen.ir.module import Module
from ptxgen.ir.printer import Printed, print_module
from ptxgen.launch import Launchable


def emitted(template: Launchable, target: str, level: str, kept: CodeCache | None) -> Module | Printed:
    """The program of a template: built, or what was printed when it was built before."""
    name = identity(template) if kept is not None else None
    if kept is None or name is None:
        return template.build(target, level=level)
    key = digest("ptx", name, target, level, source_digest(), sys.version, np.__version__)
    found = kept.get(key)
    if found is not None:
        return _read(found)
    printed = print_module(template.build(target, level=level))
    kept.put(key, _write(printed))
    return printed


class _ForeignError(Exception):
    """Something that ptxgen's source does not determine."""


def identity(value: object) -> str | None:
    """A text that equal values share and others do not; None if it depends on more than ptxgen's source."""
    try:
        return json.dumps(_described(value))
    except _ForeignError:
        return None


def _described(value: object) -> object:
    kind = type(value)
    if value is None or kind in (bool, int, float, str):
        return [kind.__name__, repr(value)]
    if isinstance(value, tuple | list):
        return [kind.__name__, *map(_described, value)]
    if kind is dict and isinstance(value, Mapping):
        return ["dict", *([_described(key), _described(value[key])] for key in value)]
    if isinstance(value, FunctionType | type):
        return _named(value)
    if isinstance(value, enum.Enum):
        return [_named(kind), value.name]
    if attrs.has(kind):
        return [_named(kind), *(_described(getattr(value, field.name)) for field in attrs.fields(kind))]
    raise _ForeignError


def _named(thing: FunctionType | type) -> str:
    """The name under which ptxgen's source defines a class or function."""
    if thing.__module__.partition(".")[0] != ptxgen.__name__ or "<" in thing.__qualname__:
        raise _ForeignError
    return f"{thing.__module__}.{thing.__qualname__}"


@cache
def source_digest() -> str:
    """Of every file of the package, and of where it lies, since line maps name the files."""
    folder = Path(ptxgen.__file__).parent
    files = sorted(path for kind in ("*.py", "*.lark") for path in folder.rglob(kind))
    return digest(str(folder), *(part for path in files for part in (str(path), path.read_bytes())))


def _write(printed: Printed) -> bytes:
    files: dict[str, int] = {}
    rows: list[tuple[int, int, int, int]] = []
    for line in printed.lines:
        place = printed.lines.location(line)
        if place is not None:
            rows.append((line, files.setdefault(place.file, len(files)), place.line, place.column))
    return json.dumps({"text": printed.text, "files": list(files), "lines": rows}).encode()


def _read(data: bytes) -> Printed:
    kept = json.loads(data)
    return Printed(kept["text"], LineMap(dict(_locations(kept["files"], kept["lines"]))))


def _locations(files: list[str], rows: list[list[int]]) -> Iterator[tuple[int, SourceLocation]]:
    for ptx, file, line, column in rows:
        yield ptx, SourceLocation(files[file], line, column)
