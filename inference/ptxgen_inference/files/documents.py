"""JSON from a model's folder: read within bounds, and its fields with their types."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from attrs import frozen

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.gguf import unreadable

MOST_BYTES = 1 << 26
"""Of a JSON file. The largest `tokenizer.json` takes about 35 MB."""

MOST_ITEMS = 1 << 22
"""Of lists and objects in all: twice what the largest `tokenizer.json` has. Each becomes a Python object."""

_MISSING: Any = object()


@frozen
class Document:
    """The fields of a JSON object. Without a `default` a field must be there; null counts as absent. Raises INF027."""

    source: str
    values: Mapping[str, Any]

    @classmethod
    def read(cls, path: Path) -> Document:
        """The object in a file. INF027 for other content, INF030 for a file that cannot be read."""
        try:
            with path.open("rb") as file:
                content = file.read(MOST_BYTES + 1)
        except OSError as error:
            raise unreadable(path, error) from None
        return cls(str(path), parse(str(path), content))

    @classmethod
    def read_if_there(cls, path: Path) -> Document:
        """The object in a file, or none where there is no file."""
        return cls.read(path) if path.is_file() else cls(str(path), {})

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def integer(self, name: str, default: int = _MISSING) -> int:
        """A whole number from 0 that a GGUF file can hold."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 2**31:
            raise self.wrong(name, "a whole number from 0", value)
        return value

    def real(self, name: str, default: float = _MISSING) -> float:
        """A number."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong(name, "a number", value)
        return float(value)

    def flag(self, name: str, default: bool = _MISSING) -> bool:
        """True or false."""
        value = self._value(name, default)
        if not isinstance(value, bool):
            raise self.wrong(name, "true or false", value)
        return value

    def text(self, name: str, default: str = _MISSING) -> str:
        """A string."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self.wrong(name, "a string", value)
        return value

    def items(self, name: str) -> list[Any]:
        """A list; an empty one where it is absent."""
        value = self._value(name, [])
        if not isinstance(value, list):
            raise self.wrong(name, "a list", value)
        return value

    def inner(self, name: str) -> Document:
        """An object; an empty one where it is absent."""
        return self.of(name, self._value(name, {}))

    def of(self, name: str, value: Any) -> Document:
        """A value that should be an object, as a document called `name`."""
        if not isinstance(value, dict):
            raise self.wrong(name, "an object", value)
        return Document(f"{self.source}, {name}", value)

    def wrong(self, name: str, expected: str, value: Any) -> InferenceError:
        """An error about a field."""
        return InferenceError(
            "INF027", f"{self.source}: expected {expected} as {name!r}, got {str(value)[:80]!r}"
        )

    def _value(self, name: str, default: Any) -> Any:
        value = self.values.get(name)
        if value is None:
            if default is _MISSING:
                raise InferenceError("INF027", f"{self.source}: expected a value for {name!r}, got none")
            return default
        return value


def parse(source: str, content: bytes) -> dict[str, Any]:
    """A JSON object from bytes of at most `MOST_BYTES`, with each name once. INF027 for anything else."""
    if len(content) > MOST_BYTES:
        raise InferenceError("INF027", f"{source}: expected at most {MOST_BYTES} bytes of JSON, got more")
    items = sum(content.count(sign) for sign in (b"[", b"{", b","))
    if items > MOST_ITEMS:
        raise InferenceError("INF027", f"{source}: expected at most {MOST_ITEMS} items of JSON, got {items}")
    try:
        value = json.loads(content, object_pairs_hook=_unique)
    except (ValueError, RecursionError) as error:
        why = "brackets within brackets without end" if isinstance(error, RecursionError) else str(error)
        raise InferenceError("INF027", f"{source}: expected JSON, got {why[:200]}") from None
    if not isinstance(value, dict):
        raise InferenceError("INF027", f"{source}: expected a JSON object, got {str(value)[:80]!r}")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        seen: set[str] = set()
        twice = next(name for name, _ in pairs if name in seen or seen.add(name))
        raise ValueError(f"the name {twice[:80]!r} twice")
    return found
