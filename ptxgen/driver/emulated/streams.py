"""Order on the emulator: everything happens at once, unless it is being recorded for a graph."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from attrs import define, field, frozen

from ptxgen.driver.errors import DriverError
from ptxgen.driver.streams import Event, ExecutableGraph, Graph, Stream

if TYPE_CHECKING:
    from ptxgen.driver.emulated.device import EmulatedDevice


@frozen
class Operation:
    """One recorded step. `shape` is what an update must not change: the kind of work and what it runs."""

    shape: tuple[str, ...]
    run: Callable[[], None]
    keep: tuple[object, ...] = ()


class EmulatedEvent(Event):
    """A mark that is reached as soon as it is made."""

    def __init__(self, stream: Stream) -> None:
        self.stream = stream

    @property
    def done(self) -> bool:
        return True

    def synchronize(self) -> None:
        return

    def elapsed_since(self, start: Event) -> float:
        raise DriverError(
            "DEV031",
            "the emulator has no GPU time between two events",
            help='measure on a GPU (open_device("cuda")); for the emulator\'s own speed use time.perf_counter',
        )


class EmulatedStream(Stream):
    """Runs each piece of work when it is given, or records it while a capture is open."""

    def __init__(self, device: EmulatedDevice) -> None:
        self.device = device
        self._closed = False
        self.recording: list[Operation] | None = None

    @property
    def handle(self) -> int:
        return 0

    @property
    def closed(self) -> bool:
        return self._closed

    @property
    def done(self) -> bool:
        return True

    def submit(self, operation: Operation) -> None:
        """Run or record. DEV030 after `close`."""
        if self._closed:
            raise DriverError("DEV030", "the stream was closed")
        self.device.require_open()
        if self.recording is not None:
            self.recording.append(operation)
        else:
            operation.run()

    def require_no_capture(self, action: str) -> None:
        """DEV032 while this stream records."""
        if self.recording is not None:
            raise DriverError(
                "DEV032",
                f"cannot {action} while the stream is being captured",
                help="do it before or after the capture; inside, only launches and copies with wait=False",
            )

    def synchronize(self) -> None:
        self.require_no_capture("wait for the stream")

    def record(self, event: Event | None = None) -> Event:
        mark = event or EmulatedEvent(self)
        mark.stream = self
        return mark

    def wait(self, event: Event) -> None:
        return

    def close(self) -> None:
        self.require_no_capture("close the stream")
        self._closed = True

    def __enter__(self) -> Stream:
        self.device.push_stream(self)
        return self

    def __exit__(self, *exception: object) -> None:
        self.device.pop_stream()


@define(eq=False)
class EmulatedGraph(Graph):
    """A list of recorded operations; `operations` is None until the capture has ended well."""

    stream: EmulatedStream
    operations: tuple[Operation, ...] | None = field(default=None)

    def complete(self) -> tuple[Operation, ...]:
        """The operations. DEV033 if the capture is open or failed."""
        if self.operations is None:
            raise DriverError("DEV033", "the capture of this graph is still open, or it failed")
        return self.operations

    @property
    def nodes(self) -> int:
        return len(self.complete())

    def instantiate(self) -> ExecutableGraph:
        return EmulatedExecutable(self.stream.device, self.complete())


@define(eq=False)
class EmulatedExecutable(ExecutableGraph):
    """Recorded operations that run in order."""

    device: EmulatedDevice
    operations: tuple[Operation, ...]

    def replay(self, stream: Stream | None = None) -> None:
        target = self.device.own(stream)
        for operation in self.operations:
            target.submit(operation)

    def update(self, graph: Graph) -> None:
        given = graph.complete() if isinstance(graph, EmulatedGraph) else ()
        old, new = ([o.shape for o in operations] for operations in (self.operations, given))
        if old != new:
            raise DriverError(
                "DEV034",
                "the graph differs in more than arguments and configurations",
                help="instantiate the new graph instead",
            )
        self.operations = given
