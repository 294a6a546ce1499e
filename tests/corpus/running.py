"""Running a program of the corpus on a device and comparing it with the host's results."""

from __future__ import annotations

from functools import cache

import numpy as np

from ptxgen.driver import Device, LaunchConfig
from tests.corpus.cases import Arrays, Program, Variant


@cache
def golden(program: Program) -> Arrays:
    with np.load(program.golden) as stored:
        return dict(stored)


def run(program: Program, text: str, device: Device) -> Arrays:
    """All arrays after the program's launches."""
    module = device.load_module(text, name=f"{program.name}.ptx")
    arrays = program.fresh()
    held = {name: device.to_device(array) for name, array in arrays.items()}
    for launch in program.launches:
        arguments = [held[a] if isinstance(a, str) else a for a in launch.arguments]
        config = LaunchConfig(launch.grid, launch.block, launch.shared_bytes)
        module.get_kernel(launch.entry).launch(config, arguments)
    device.synchronize()
    return {name: array.to_host() for name, array in held.items()}


def allowed(program: Program, variant: Variant) -> Arrays:
    """How far each result may be from the golden; what is not named must be equal bit for bit."""
    arrays = program.fresh() | golden(program)
    return program.error(arrays) | (program.contraction(arrays) if variant.contracts else {})


def differences(program: Program, variant: Variant, found: Arrays) -> list[str]:
    """What is wrong with the results, in words; empty if nothing is."""
    bounds = allowed(program, variant)
    wrong: list[str] = []
    for name in program.results:
        expected, result = golden(program)[name].reshape(-1), found[name].reshape(-1)
        if name in program.unordered:
            expected, result = np.sort(expected), np.sort(result)
        if name in bounds:
            apart = np.abs(result.astype(np.float64) - expected.astype(np.float64))
            bad = ~(apart <= np.broadcast_to(bounds[name].reshape(-1), apart.shape))
        else:
            bits = np.dtype(f"u{expected.itemsize}")
            bad = expected.view(bits) != result.view(bits)
            if expected.dtype.kind == "f":
                bad &= ~(np.isnan(expected) & np.isnan(result))
        if bad.any():
            at = np.flatnonzero(bad)
            first = int(at[0])
            wrong.append(
                f"{name}: {at.size} of {bad.size} elements differ, at {at[:8].tolist()}; "
                f"[{first}] is {result[first]!r}, not {expected[first]!r}"
            )
    return wrong
