"""The metadata of a GGUF file: keys and typed values."""

from __future__ import annotations

from collections.abc import Mapping
from struct import Struct
from typing import Any

import numpy as np
from attrs import define, field

from ptxgen_inference.files.cursor import Cursor

MOST_KEYS = 1 << 16
MOST_ELEMENTS = 3 << 19
"""Elements of all arrays: six times the largest vocabulary. A Python object each, they must fit the memory."""

LONGEST_KEY = (1 << 16) - 1

UINT8, INT8, UINT16, INT16, UINT32, INT32, FLOAT32, BOOL, STRING, ARRAY, UINT64, INT64, FLOAT64 = range(13)

_NUMBERS: Mapping[int, str] = {
    UINT8: "B",
    INT8: "b",
    UINT16: "H",
    INT16: "h",
    UINT32: "I",
    INT32: "i",
    FLOAT32: "f",
    BOOL: "B",
    UINT64: "Q",
    INT64: "q",
    FLOAT64: "d",
}
_LAYOUTS = {type: Struct(f"<{code}") for type, code in _NUMBERS.items()}
_DTYPES = {type: np.dtype(code).newbyteorder("<") for type, code in _NUMBERS.items()}
_U32, _U64 = _LAYOUTS[UINT32], _LAYOUTS[UINT64]

SMALLEST_KEY = 8 + 1 + 4 + 1
"""Bytes of a key of one character, its type and a value of one byte."""


@define
class Values:
    """Reads keys and values. Raises INF012 to INF015."""

    cursor: Cursor
    metadata: dict[str, Any] = field(factory=dict)
    types: dict[str, int] = field(factory=dict)
    at: dict[str, int] = field(factory=dict)
    elements: int = 0

    def read(self, count: int) -> None:
        """`count` keys with their values: into `metadata`, with types and the byte of each value beside it."""
        for _ in range(count):
            start = self.cursor.at
            key = self.cursor.text("a metadata key", LONGEST_KEY)
            if not key:
                raise self.cursor.fault("INF012", start, "a metadata key of at least one byte", "none")
            if key in self.metadata:
                raise self.cursor.fault("INF015", start, "metadata keys once each", f"{key!r} again")
            type = self.cursor.number(_U32, f"the type of {key!r}")
            self.types[key], self.at[key] = type, self.cursor.at
            self.metadata[key] = self._array(key) if type == ARRAY else self._value(key, type)

    def _value(self, key: str, type: int) -> Any:
        what, at = f"the value of {key!r}", self.cursor.at
        if type == STRING:
            return self.cursor.text(what)
        if type not in _LAYOUTS:
            raise self.cursor.fault("INF014", at - 4, f"a type of {what} from 0 to 12", str(type))
        value = self.cursor.number(_LAYOUTS[type], what)
        return self._bools(key, at, [value])[0] if type == BOOL else value

    def _array(self, key: str) -> list[Any]:
        what, start = f"the array {key!r}", self.cursor.at
        type = self.cursor.number(_U32, f"the element type of {what}")
        count = self.cursor.number(_U64, f"the length of {what}")
        if type == ARRAY:
            raise self.cursor.fault("INF014", start, f"{what} of numbers or strings", "an array of arrays")
        if type != STRING and type not in _LAYOUTS:
            raise self.cursor.fault("INF014", start, f"a type of elements of {what} from 0 to 12", str(type))
        self._afford(count, 8 if type == STRING else _LAYOUTS[type].size, what)
        if type == STRING:
            return self.cursor.texts(count, what)
        numbers = self.cursor.numbers(_DTYPES[type], count, what)
        return self._bools(key, start + 12, numbers) if type == BOOL else numbers

    def _afford(self, count: int, smallest: int, what: str) -> None:
        start = self.cursor.at - 8
        left = self.cursor.end - self.cursor.at
        if count > left // smallest:
            raise self.cursor.fault(
                "INF012", start, f"{what} within the {left} bytes that may follow", f"{count} elements"
            )
        self.elements += count
        if self.elements > MOST_ELEMENTS:
            raise self.cursor.fault(
                "INF012",
                start,
                f"at most {MOST_ELEMENTS} elements in all arrays",
                f"{self.elements} with {what}",
            )

    def _bools(self, key: str, at: int, values: list[int]) -> list[bool]:
        for index, value in enumerate(values):
            if value > 1:
                raise self.cursor.fault("INF014", at + index, f"0 or 1 as a bool of {key!r}", str(value))
        return [value == 1 for value in values]
