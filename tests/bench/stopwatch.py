"""A stand-in for a GPU with a clock: the emulator, whose events tell times that the test has chosen."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count

import attrs
import pytest

from ptxgen.driver import EmulatedDevice
from ptxgen.driver.emulated.streams import EmulatedEvent


class ClockedDevice(EmulatedDevice):
    """An emulator that passes for a GPU with a cache of 64 KiB."""

    kind = "cuda"

    def __init__(self) -> None:
        super().__init__()
        self.properties = attrs.evolve(self.properties, l2_bytes=1 << 16)


@contextmanager
def clocked(monkeypatch: pytest.MonkeyPatch, milliseconds: Callable[[int], float]) -> Iterator[ClockedDevice]:
    """A device on which the n-th time between two events, from 0, is `milliseconds(n)`."""
    numbers = count()
    monkeypatch.setattr(EmulatedEvent, "elapsed_since", lambda self, start: milliseconds(next(numbers)))
    with ClockedDevice() as device:
        yield device
