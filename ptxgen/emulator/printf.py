"""The text that `printf` makes in a kernel (CUDA C++ Programming Guide 13.0, "Formatted Output")."""

from __future__ import annotations

import re
import struct
from collections.abc import Callable
from functools import lru_cache

from attrs import frozen

_FIELD = re.compile(
    r"%(?P<flags>[-+ #0]*)(?P<width>\*|\d+)?(?:\.(?P<precision>\*|\d*))?(?P<size>hh|h|ll|l|j|z|t)?"
    r"(?P<letter>[cdiouxXpeEfFgGaAs%])"
)
_WIDE = frozenset(("ll", "l", "j", "z", "t"))
_SIZES = {"hh": 8, "h": 16}


@frozen
class Field:
    """One conversion: the text before it, and what it takes from the arguments."""

    before: str
    flags: str
    width: str
    precision: str | None
    size: str
    letter: str

    @property
    def stars(self) -> int:
        """How many of width and precision come from the arguments."""
        return (self.width == "*") + (self.precision == "*")

    @property
    def bytes(self) -> int:
        """Bytes of the argument itself; 0 for `%%`."""
        if self.letter == "%":
            return 0
        return 8 if self.letter in "pseEfFgGaA" or self.size in _WIDE else 4


@lru_cache(maxsize=256)
def fields(format: str) -> tuple[tuple[Field, ...], str]:
    """The conversions of a format, and the text after the last."""
    found: list[Field] = []
    end = 0
    for match in _FIELD.finditer(format):
        part = match.groupdict()
        found.append(
            Field(
                format[end : match.start()],
                part["flags"],
                part["width"] or "",
                part["precision"],
                part["size"] or "",
                part["letter"],
            )
        )
        end = match.end()
    return tuple(found), format[end:]


def layout(format: str) -> tuple[list[tuple[int, int]], int]:
    """(offset, size) of each argument in the buffer that the kernel passes, and the bytes of all; aligned by size."""
    places: list[tuple[int, int]] = []
    offset = 0
    for field in fields(format)[0]:
        for size in (*(4,) * field.stars, *((field.bytes,) if field.bytes else ())):
            offset = -(-offset // size) * size
            places.append((offset, size))
            offset += size
    return places, offset


def formatted(format: str, raw: bytes, string_at: Callable[[int], str]) -> str:
    """The text of one call. `raw` holds the arguments as `layout` places them; `string_at` reads a `%s`."""
    parts, rest = fields(format)
    values = iter([raw[start : start + size] for start, size in layout(format)[0]])
    text: list[str] = []
    for field in parts:
        text.append(field.before)
        if field.letter == "%":
            text.append("%")
            continue
        width = str(_integer(next(values))) if field.width == "*" else field.width
        flags = field.flags
        if width.startswith("-"):
            width, flags = width[1:], flags + "-"
        precision = field.precision
        if precision == "*":
            given = _integer(next(values))
            precision = None if given < 0 else str(given)
        text.append(_converted(field, flags, width, precision, next(values), string_at))
    return "".join((*text, rest))


def _integer(raw: bytes, *, signed: bool = True) -> int:
    return int.from_bytes(raw, "little", signed=signed)


def _converted(
    field: Field, flags: str, width: str, precision: str | None, raw: bytes, string_at: Callable[[int], str]
) -> str:
    letter = field.letter
    point = "" if precision is None else f".{precision or 0}"
    if letter == "s":
        return f"%{flags}{width}{point}s" % string_at(_integer(raw, signed=False))
    if letter == "c":
        return f"%{flags}{width}s" % chr(raw[0])
    if letter == "p":
        return f"%{flags}{width}s" % hex(_integer(raw, signed=False))
    if letter in "aA":
        return f"%{flags}{width}s" % _hexadecimal(raw, letter)
    if letter in "eEfFgG":
        return f"%{flags}{width}{point}{letter}" % struct.unpack("<d", raw)
    bits = _SIZES.get(field.size, 8 * len(raw))
    value = _integer(raw, signed=False) & ((1 << bits) - 1)
    if letter in "di":
        value -= (value >> (bits - 1)) << bits
    if letter == "o" and "#" in flags:
        return f"%{flags.replace('#', '')}{width}{point}s" % f"0{value:o}"
    return f"%{flags}{width}{point}{'d' if letter == 'u' else letter}" % value


def _hexadecimal(raw: bytes, letter: str) -> str:
    (value,) = struct.unpack("<d", raw)
    text = re.sub(r"\.?0*p", "p", float.hex(value))
    return text.upper() if letter == "A" else text
