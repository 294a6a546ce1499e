"""The LZ4 block format in Python, as the kernels handle it: what to expect of them, byte by byte.

A block is a series of sequences: a token (number of literals in the upper half, length of the match less 4 in the
lower), more bytes of the first number where it is 15, the literals, two bytes of offset, more bytes of the second. The
last sequence ends after its literals. Its literals are at least five, and the last match starts at least twelve bytes
before the end (github.com/lz4/lz4, doc/lz4_Block_format.md).
"""

from __future__ import annotations

from enum import IntEnum

SHORTEST_MATCH = 4
LAST_LITERALS = 5
LAST_MATCH = 12
MORE = 15
"""A number in a token that goes on in the bytes after it: each adds up to 255, and 255 goes on."""

WINDOW = 32
"""Positions that the compressor looks at together: one a lane."""

HASH_BITS = 11
HASH_FACTOR = 2654435761
"""Knuth's multiplicative hash of four bytes."""


class Status(IntEnum):
    """How a page was decoded."""

    OK = 0
    TRUNCATED = 1
    """A sequence reaches beyond the end of the block, or there is none."""
    TOO_LONG = 2
    """The block holds more than a page."""
    BAD_OFFSET = 3
    """A match that starts before the page, or at itself."""


def bound(length: int) -> int:
    """The most bytes that a page of `length` bytes becomes, rounded up to whole 16 bytes."""
    return -(-(length + length // 255 + 16) // 16) * 16


def compress(page: bytes) -> bytes:
    """The greedy parse of the kernel: windows of 32 positions, the first one with a match wins."""
    out = bytearray()
    table = [0] * (1 << HASH_BITS)  # one more than the last position of each hash
    n = len(page)
    anchor = base = 0
    while base <= n - LAST_MATCH:
        found = _first_match(page, table, base)
        if found is None:
            base += WINDOW
            continue
        start, source = found
        length = SHORTEST_MATCH
        while start + length < n - LAST_LITERALS and page[start + length] == page[source + length]:
            length += 1
        _emit(out, page[anchor:start], start - source, length)
        anchor = base = start + length
    _emit(out, page[anchor:], 0, SHORTEST_MATCH)
    return bytes(out)


def decompress(block: bytes, room: int) -> tuple[bytes, Status]:
    """What a block holds, at most `room` bytes, or what came out of it until a fault; and the fault."""
    out = bytearray()
    at = 0

    def more(number: int) -> int:
        nonlocal at
        if number == MORE:
            while True:
                number += block[at]
                at += 1
                if block[at - 1] != 255:
                    break
        return number

    try:
        while True:
            token = block[at]
            at += 1
            literals = more(token >> 4)
            if literals > len(block) - at:
                return bytes(out), Status.TRUNCATED
            if literals > room - len(out):
                return bytes(out), Status.TOO_LONG
            out += block[at : at + literals]
            at += literals
            if at == len(block):
                return bytes(out), Status.OK
            offset = block[at] | block[at + 1] << 8
            at += 2
            if offset == 0 or offset > len(out):
                return bytes(out), Status.BAD_OFFSET
            length = more(token & 15) + SHORTEST_MATCH
            if length > room - len(out):
                return bytes(out), Status.TOO_LONG
            for _ in range(length):
                out.append(out[-offset])
    except IndexError:
        return bytes(out), Status.TRUNCATED


def _first_match(page: bytes, table: list[int], base: int) -> tuple[int, int] | None:
    """Where the first match of a window starts, and what it repeats. Positions up to it enter the table."""
    seen: dict[bytes, int] = {}
    entries: list[tuple[int, int]] = []
    found = None
    for position in range(base, min(base + WINDOW, len(page) - LAST_MATCH + 1)):
        four = page[position : position + 4]
        slot = (int.from_bytes(four, "little") * HASH_FACTOR & 0xFFFFFFFF) >> (32 - HASH_BITS)
        before = table[slot] - 1
        entries.append((slot, position + 1))
        if four in seen:
            found = position, seen[four]
        elif before >= 0 and page[before : before + 4] == four:
            found = position, before
        seen.setdefault(four, position)
        if found:
            break
    for slot, entry in entries:
        table[slot] = max(table[slot], entry)
    return found


def _emit(out: bytearray, literals: bytes, offset: int, length: int) -> None:
    """Append a sequence; without an offset, the last one."""
    short = min(len(literals), MORE), min(length - SHORTEST_MATCH, MORE)
    out.append(short[0] << 4 | short[1])
    _emit_more(out, len(literals))
    out += literals
    if offset:
        out += offset.to_bytes(2, "little")
        _emit_more(out, length - SHORTEST_MATCH)


def _emit_more(out: bytearray, number: int) -> None:
    if number >= MORE:
        full, last = divmod(number - MORE, 255)
        out += b"\xff" * full + bytes([last])
