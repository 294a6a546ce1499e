"""Banks of shared memory: 32 of four bytes, each of which gives one word at a time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

BANKS = 32
_BYTES = 4


def wavefronts(starts: Sequence[int], size: int) -> int:
    """How often the busiest bank is asked for different words, for lanes that access `size` bytes each: 1 is ideal.

    Of 8-byte accesses half a warp is served at once, of 16-byte ones eight lanes.
    """
    together = max(1, BANKS * _BYTES // max(_BYTES, size))
    worst = 1
    for first in range(0, len(starts), together):
        words = {
            (start + offset) // _BYTES
            for start in starts[first : first + together]
            for offset in range(0, max(_BYTES, size), _BYTES)
        }
        worst = max(worst, *Counter(word % BANKS for word in words).values())
    return worst


def updates(starts: Sequence[int], size: int) -> int:
    """How often the busiest bank is asked for updates: of one word as often as lanes update it."""
    words = (start // _BYTES + word for start in starts for word in range(max(1, size // _BYTES)))
    return max(Counter(word % BANKS for word in words).values(), default=1) * _BYTES // max(_BYTES, size) or 1
