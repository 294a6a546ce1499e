"""Reading a model's metadata: every number has a type and a range, and what is missing is named."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from attrs import frozen

from ptxgen_inference.errors import InferenceError


@frozen
class Metadata:
    """The keys of one architecture: `integer("block_count")` reads `llama.block_count`.

    Without a `default` a key must be there (INF071). A value of another type or out of range is INF072. A list (files
    may give a number for each layer) stands for its one value; lists of several are INF074.
    """

    values: Mapping[str, Any]
    architecture: str

    def key(self, name: str) -> str:
        """The whole key."""
        return f"{self.architecture}.{name}"

    def integer(self, name: str, default: int | None = None, *, least: int = 1) -> int:
        """A whole number of at least `least`."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value < 2**31:
            raise self._wrong(name, f"a whole number from {least}", value)
        return value

    def real(self, name: str, default: float | None = None, *, above: float = -math.inf) -> float:
        """A finite number above `above`."""
        value = self._value(name, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not above < value < math.inf:
            raise self._wrong(name, f"a number above {above:g}" if above > -math.inf else "a number", value)
        return float(value)

    def text(self, name: str, default: str | None = None) -> str:
        """A string."""
        value = self._value(name, default)
        if not isinstance(value, str):
            raise self._wrong(name, "a string", value)
        return value

    def expect(self, name: str, neutral: float) -> None:
        """INF074 unless the key is absent or says what is done anyway."""
        value = self.values.get(self.key(name), neutral)
        if value != neutral:
            raise InferenceError(
                "INF074",
                f"{self.key(name)} is {value!r}; of {self.architecture} only models with {neutral!r} are known",
            )

    def _value(self, name: str, default: Any) -> Any:
        value = self.values.get(self.key(name), default)
        if value is None:
            raise InferenceError(
                "INF071",
                f"the model's metadata lacks {self.key(name)}",
                help="convert the model again; the file is incomplete",
            )
        if not isinstance(value, list):
            return value
        each: list[Any] = value
        if not each or any(one != each[0] for one in each):
            raise InferenceError(
                "INF074",
                f"{self.key(name)} differs from layer to layer; only models of equal layers are known",
            )
        return each[0]

    def _wrong(self, name: str, expected: str, got: Any) -> InferenceError:
        return InferenceError("INF072", f"{self.key(name)} must be {expected}, got {got!r}")
