"""Streams, events and graphs: the order of work on a device."""

from __future__ import annotations

from abc import ABC, abstractmethod


class Event(ABC):
    """A mark in a stream. `stream` is where it was recorded last."""

    stream: Stream

    @property
    @abstractmethod
    def done(self) -> bool:
        """Whether the work before the mark has finished."""

    @abstractmethod
    def synchronize(self) -> None:
        """Wait on the host until it has."""

    @abstractmethod
    def elapsed_since(self, start: Event) -> float:
        """Milliseconds between two marks on the GPU. DEV031 on the emulator, where they would mean nothing."""


class Stream(ABC):
    """A queue of work: what is given to one stream happens in that order.

    Use it as a context manager to make it the device's current stream in this thread.
    """

    @property
    @abstractmethod
    def handle(self) -> int:
        """The `CUstream` as an int (0 on the emulator)."""

    @property
    @abstractmethod
    def closed(self) -> bool:
        """Whether the stream was given back."""

    @property
    @abstractmethod
    def done(self) -> bool:
        """Whether all work given so far has finished."""

    @abstractmethod
    def synchronize(self) -> None:
        """Wait on the host for all work given so far. Raises what that work did wrong (DriverError)."""

    @abstractmethod
    def record(self, event: Event | None = None) -> Event:
        """Mark this point, by a new event unless one is given."""

    @abstractmethod
    def wait(self, event: Event) -> None:
        """Later work in this stream waits for the event."""

    @abstractmethod
    def close(self) -> None:
        """Wait for the work given so far and give the stream back."""

    @abstractmethod
    def __enter__(self) -> Stream: ...

    @abstractmethod
    def __exit__(self, *exception: object) -> None: ...


class Graph(ABC):
    """Work that was captured and not run. It keeps the arrays alive that the work uses."""

    @abstractmethod
    def instantiate(self) -> ExecutableGraph:
        """Make it runnable. DEV033 while the capture is still open or after it failed."""

    @property
    @abstractmethod
    def nodes(self) -> int:
        """Number of operations."""


class ExecutableGraph(ABC):
    """A graph that can be run any number of times."""

    @abstractmethod
    def replay(self, stream: Stream | None = None) -> None:
        """Run the whole graph in a stream (None: the current one)."""

    @abstractmethod
    def update(self, graph: Graph) -> None:
        """Take the arguments and configurations of another graph of the same shape. DEV034 if it differs in more."""
