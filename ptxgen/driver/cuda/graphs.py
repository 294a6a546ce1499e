"""Capture, instantiate, update and replay CUDA graphs."""

from __future__ import annotations

import weakref
from collections.abc import Generator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from ptxgen.driver.cuda.streams import CudaStream
from ptxgen.driver.errors import DriverError
from ptxgen.driver.streams import ExecutableGraph, Graph, Stream

if TYPE_CHECKING:
    from ptxgen.driver.cuda.device import CudaDevice


class CudaGraph(Graph):
    """A `CUgraph` and the objects that its nodes use. Empty until the capture has ended well."""

    def __init__(self, device: CudaDevice) -> None:
        self.device = device
        self.kept: tuple[object, ...] = ()
        self._raw: Any = None

    def complete(self, raw: Any, kept: list[object]) -> None:
        """Take over a captured graph."""
        self._raw = raw
        self.kept = tuple(kept)
        weakref.finalize(self, self.device.context.destroy, "cuGraphDestroy", raw).atexit = False

    @property
    def raw(self) -> Any:
        """The `CUgraph`. DEV033 if the capture is open or failed."""
        if self._raw is None:
            raise DriverError("DEV033", "the capture of this graph is still open, or it failed")
        return self._raw

    @property
    def nodes(self) -> int:
        with self.device.context.current() as cu:
            return int(cu("cuGraphGetNodes", self.raw, 0)[1])

    def instantiate(self) -> ExecutableGraph:
        return CudaExecutable(self)


class CudaExecutable(ExecutableGraph):
    """A `CUgraphExec`."""

    def __init__(self, graph: CudaGraph) -> None:
        self.device = graph.device
        self._kept = graph.kept
        with self.device.context.current() as cu:
            self._raw: Any = cu("cuGraphInstantiate", graph.raw, 0)
        weakref.finalize(self, self.device.context.destroy, "cuGraphExecDestroy", self._raw).atexit = False

    def replay(self, stream: Stream | None = None) -> None:
        target = self.device.own(stream)
        target.require_open()
        with self.device.context.current() as cu:
            cu("cuGraphLaunch", self._raw, target.raw)
        target.keep(self, self._kept)

    def update(self, graph: Graph) -> None:
        if not isinstance(graph, CudaGraph) or graph.device is not self.device:
            raise DriverError("DEV030", "the graph belongs to another device")
        try:
            with self.device.context.current() as cu:
                cu("cuGraphExecUpdate", self._raw, graph.raw)
        except DriverError as error:
            if error.code != "CUDA_ERROR_GRAPH_EXEC_UPDATE_FAILURE":
                raise
            raise DriverError(
                "DEV034",
                "the graph differs in more than arguments and configurations",
                help="instantiate the new graph instead",
                code=error.code,
            ) from error
        self._kept = graph.kept


@contextmanager
def capture(device: CudaDevice, stream: CudaStream) -> Generator[Graph]:
    """Capture what is given to `stream`. However the block ends, the stream stops capturing."""
    stream.require_open()
    stream.require_no_capture("begin a capture")
    graph = CudaGraph(device)
    with device.context.current() as cu:
        # Relaxed: loading a module or taking memory inside the block is safe here and must not spoil the capture.
        mode = cu.api.CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_RELAXED
        cu("cuStreamBeginCapture", stream.raw, mode)
    kept: list[object] = []
    stream.kept = kept
    try:
        with stream:
            yield graph
    except BaseException:
        stream.kept = None
        # The block's own error is what the caller must see; ending a broken capture fails by nature.
        with suppress(DriverError):
            _abandon(device, stream)
        raise
    stream.kept = None
    try:
        with device.context.current() as cu:
            raw = cu("cuStreamEndCapture", stream.raw)
    except DriverError as error:
        raise DriverError(
            "DEV032",
            f"the work could not be captured: {error.message}",
            help="something in the block waited, or used a stream that is not part of the capture",
            code=error.code,
        ) from error
    graph.complete(raw, kept)


def _abandon(device: CudaDevice, stream: CudaStream) -> None:
    with device.context.current() as cu:
        raw = cu("cuStreamEndCapture", stream.raw)
        if int(raw):
            cu("cuGraphDestroy", raw)
