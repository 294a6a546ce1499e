"""Before anything is timed: the result is right, on the emulator, on hardware, and at the size that is timed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ptxgen.bench.errors import BenchError
from ptxgen.bench.results import Proof, Traffic
from ptxgen.driver import Device, EmulatedDevice
from ptxgen.driver.call import BoundRun
from ptxgen.emulator import traffic as counting
from ptxgen.isa.spaces import StateSpace
from ptxgen.kernels import Kernel
from ptxgen.verification import compare_outputs

REFERENCE_FLOPS = 3e11
"""Above this the float64 reference of the timed size would take minutes; the default size is proven all the same."""
_POISON = 0xFF
"""Bytes of outputs before a run: a NaN in every float type."""


def prove(kernel: Kernel, device: Device | None, seed: int) -> tuple[Proof, Traffic]:
    """Run at this size on the emulator, and on the device if there is one, and compare both with float64."""
    inputs = kernel.example_inputs(np.random.default_rng(seed))
    watch = counting.Traffic()
    with EmulatedDevice(track_initialised=True, observers=[watch]) as emulator:
        here = kernel.run(inputs, device=emulator)
    compared = {"emulator": compare_outputs(kernel, inputs, here)}
    if device is None:
        return Proof(compared), _summary(watch)
    there = kernel.run(inputs, device=device)
    compared["hardware"] = compare_outputs(kernel, inputs, there)
    agree = all(np.array_equal(there[name], here[name]) for name in here) if kernel.bitwise else None
    return Proof(compared, agree), _summary(watch)


def run_poisoned(bound: BoundRun) -> dict[str, NDArray[Any]]:
    """Run once into outputs that held nothing but NaNs: what the kernel leaves out shows."""
    for name, array in bound.kernel.signature.outputs.items():
        if not array.reads:
            there = bound.values[name]
            bound.device.fill(there.address, _POISON, there.nbytes, there.buffer, None)
    bound.launch()
    bound.device.synchronize()
    return {name: np.array(value) for name, value in bound.outputs().items()}


def require_right(kernel: Kernel, inputs: Mapping[str, Any], outputs: Mapping[str, NDArray[Any]]) -> Proof:
    """The proof at the timed size. BEN002 if an output is outside its tolerance."""
    if kernel.cost().flops > REFERENCE_FLOPS:
        return Proof({})
    proof = Proof({"timed": compare_outputs(kernel, inputs, outputs)})
    for comparison in proof.comparisons["timed"]:
        if not comparison.ok:
            raise BenchError(
                "BEN002",
                f"{kernel.name}: {comparison.outside} of {comparison.elements} elements of {comparison.output} are"
                f" wrong at the size to be timed: off by {comparison.error:.3g}, allowed {comparison.tolerance:.3g}",
                help="it is not timed before it is right",
            )
    return proof


def _summary(watch: counting.Traffic) -> Traffic:
    """Sectors of the global loads of all instructions together, and every bank conflict."""
    loads = [t for t in watch.instructions if t.space is StateSpace.GLOBAL and not t.write and t.sectors]
    requests, sectors = sum(t.requests for t in loads), sum(t.sectors for t in loads)
    asked = sum(t.bytes for t in loads)
    return Traffic(
        sectors / requests if requests else 0.0,
        asked / (sectors * counting.SECTOR) if sectors else 0.0,
        watch.conflicts,
    )
