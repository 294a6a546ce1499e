"""A position in the bytes of a file: every read is checked against the end before anything is made of it."""

from __future__ import annotations

from struct import Struct
from typing import Any

import numpy as np
from attrs import define, field

from ptxgen_inference.errors import InferenceError

_U64 = Struct("<Q")


@define
class Cursor:
    """Reads little-endian fields of `view` from `at` on, and nothing at or beyond `end`.

    Raises INF012 where the file ends (or the part of it that may be read) before a field does, INF013 for text that
    is not UTF-8.
    """

    source: str
    view: memoryview
    end: int = field(kw_only=True)
    at: int = 0

    def fault(self, id: str, at: int, expected: str, got: str, help: str = "") -> InferenceError:
        """An error at a byte of the file."""
        return InferenceError(id, f"{self.source}, byte {at}: expected {expected}, got {got}", help=help)

    def take(self, bytes: int, what: str) -> int:
        """Step over a field; its first byte."""
        at = self.at
        if bytes > self.end - at:
            raise self._ends(at, bytes, what)
        self.at = at + bytes
        return at

    def number(self, layout: Struct, what: str) -> Any:
        """One number."""
        return layout.unpack_from(self.view, self.take(layout.size, what))[0]

    def numbers(self, dtype: np.dtype[Any], count: int, what: str) -> list[Any]:
        """`count` numbers as Python has them."""
        at = self.take(count * dtype.itemsize, what)
        return np.frombuffer(self.view, dtype, count, at).tolist()

    def text(self, what: str, longest: int | None = None) -> str:
        """A string: its length in 8 bytes, then that many bytes of UTF-8."""
        start = self.at
        length = self.number(_U64, f"the length of {what}")
        if longest is not None and length > longest:
            raise self.fault("INF012", start, f"{what} of at most {longest} bytes", f"{length} bytes")
        at = self.take(length, what)
        return self._decoded(at, length, what)

    def texts(self, count: int, what: str) -> list[str]:
        """`count` strings. The loop of vocabularies: what `text` does, without its calls."""
        unpack, view, end, at = _U64.unpack_from, self.view, self.end, self.at
        texts: list[str] = []
        for _ in range(count):
            if end - at < 8:
                raise self._ends(at, 8, f"a length in {what}")
            (length,) = unpack(view, at)
            at += 8
            if length > end - at:
                raise self._ends(at, length, f"a string in {what}")
            try:
                texts.append(str(view[at : at + length], "utf-8"))
            except UnicodeDecodeError:
                self._decoded(at, length, f"a string in {what}")
            at += length
        self.at = at
        return texts

    def _decoded(self, at: int, length: int, what: str) -> str:
        try:
            return str(self.view[at : at + length], "utf-8")
        except UnicodeDecodeError as error:
            got = f"the bytes {bytes(self.view[at + error.start : at + error.end]).hex(' ')}"
            raise self.fault("INF013", at + error.start, f"{what} in UTF-8", got) from None

    def _ends(self, at: int, bytes: int, what: str) -> InferenceError:
        size = len(self.view)
        if self.end == size:
            return self.fault(
                "INF012",
                at,
                f"{bytes} bytes of {what}",
                f"{size - at} bytes to the end of the file",
                help="the file is damaged or cut off: fetch it again and compare its size",
            )
        return self.fault(
            "INF012",
            at,
            f"metadata and tensor names of at most {self.end} bytes in all",
            f"{bytes} more bytes of {what}",
        )
