"""The suite: every kernel proven, then timed beside its peer; one that fails does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence

import attrs
import numpy as np
from attrs import frozen

from ptxgen.bench.ceilings import Ceilings
from ptxgen.bench.peers import PEERS, TorchRuns, torch_of
from ptxgen.bench.proving import prove, require_right, run_poisoned
from ptxgen.bench.results import ABOVE, Proof, Result, Speed, Traffic
from ptxgen.bench.sizes import timed
from ptxgen.bench.timing import Contestant, GraphRuns, race
from ptxgen.driver import Device
from ptxgen.driver.call import bind
from ptxgen.errors import PtxgenError
from ptxgen.kernels import Kernel

L2_TIMES = 3
"""The inputs of the runs that take turns are together this many times the L2 cache."""
MOST_COPIES = 64


@frozen
class Suite:
    """How kernels are measured. `device` is the GPU, or None: then nothing is timed.

    seconds: when this much time has gone, the kernels that are left are reported as not measured.
    """

    device: Device | None
    ceilings: Ceilings | None
    samples: int = 50
    seconds: float = 480.0
    seed: int = 0

    def run(self, kernels: Sequence[type[Kernel]]) -> Iterator[Result]:
        """One result for each kernel, in their order."""
        started = time.monotonic()
        for kernel in kernels:
            if time.monotonic() - started > self.seconds:
                yield _missing(kernel, f"not measured: the {self.seconds:.0f} s of the suite were over")
            else:
                yield self.measure(kernel)

    def measure(self, kernel: type[Kernel]) -> Result:
        """Prove one kernel, and time it if there is a GPU. Its faults are in the result."""
        proof: Proof | None = None
        traffic: Traffic | None = None
        fields: Mapping[str, object] | None = None
        speed: Speed | None = None
        fault: str | None = None
        try:
            proof, traffic = prove(kernel(), self.device, self.seed)
            if not proof.ok:
                fault = "wrong at its default size"
            elif self.device is not None:
                large = timed(kernel)
                fields = described(large)
                at_size, speed = self._time(large, self.device)
                proof = attrs.evolve(proof, comparisons={**proof.comparisons, **at_size.comparisons})
                fault = self._unbelievable(speed)
        except PtxgenError as error:
            fault = f"{error.id}: {error.message}"
        return Result(kernel.name, kernel.family, described(kernel()), fields, proof, traffic, speed, fault)

    def _time(self, kernel: Kernel, device: Device) -> tuple[Proof, Speed]:
        inputs = kernel.example_inputs(np.random.default_rng(self.seed))
        bytes_in = sum(np.asarray(value).nbytes for value in inputs.values())
        copies = min(MOST_COPIES, max(1, -(-L2_TIMES * device.properties.l2_bytes // max(1, bytes_in))))
        bound = [bind(kernel, inputs, device) for _ in range(copies)]
        proof = require_right(kernel, inputs, run_poisoned(bound[0]))
        contestants: dict[str, Contestant] = {"ptxgen": GraphRuns(device, [each.launch for each in bound])}
        peer, torch = PEERS.get(kernel.name), torch_of(device)
        if peer is not None and torch is not None:
            works = [work for each in bound if (work := peer.work(torch, kernel, each.values))]
            if works:
                contestants["peer"] = TorchRuns(torch, works)
        times = race(contestants, samples=self.samples)
        beside = peer.name if "peer" in times and peer else None
        return proof, Speed(times["ptxgen"], kernel.cost(), copies, beside, times.get("peer"))

    def _unbelievable(self, speed: Speed) -> str | None:
        if self.ceilings is None or speed.fraction(self.ceilings) <= ABOVE:
            return None
        share = speed.fraction(self.ceilings)
        return f"BEN003: {share:.0%} of the ceiling: the benchmark is wrong, not the kernel fast"


def described(kernel: Kernel) -> dict[str, object]:
    """Fields and their values, as JSON can hold them."""
    values = {field.name: getattr(kernel, field.name) for field in attrs.fields(type(kernel)) if field.init}
    return {n: v if isinstance(v, bool | int | float | str | None) else str(v) for n, v in values.items()}


def _missing(kernel: type[Kernel], why: str) -> Result:
    return Result(kernel.name, kernel.family, described(kernel()), None, None, None, None, why)
