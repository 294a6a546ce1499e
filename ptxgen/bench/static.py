"""What can be measured without a GPU: registers, shared memory and spills of every kernel, and the GEMVs' hot loops.

`python -m ptxgen.bench.static` prints the page docs/static.md; a test regenerates it and compares.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence

import attrs
from attrs import frozen

from ptxgen import toolchain
from ptxgen.bench.sass import Listing, hot_loop, listings, loads_constant_data
from ptxgen.kernels import IntegerGemv, Kernel, QuantGemv, registry
from ptxgen.toolchain import Assembly, Tool

TARGET = "sm_90"
"""The target of the table; kernels that exist elsewhere only are assembled for their own oldest."""

COLUMNS = 18432
"""Columns of the GEMVs whose loops are counted: so many that ptxas does not unroll the loop completely."""

BATCH = 8
"""Rows of activations of the batched GEMVs whose loops are counted."""

_INTRODUCTION = """# Static measures

What ptxas {version} makes of every kernel at its default sizes, for {target} (or the kernel's own oldest target).
Written by `python -m ptxgen.bench.static`; a test regenerates it. No GPU is involved.

## Hot loops of the GEMVs

Machine instructions of the innermost loop that loads weights (loops inside it that load none, such as the staging of
activations, left out), divided by the weight bytes that a thread consumes in it, at k = {columns}; batched kernels on
{batch} rows of activations, and per byte and row.
"""

_PEERS = {"Q4_K": 8.8, "Q5_K": 8.5, "Q6_K": 11.1, "Q5_0": 7.5, "Q4_0": 4.8, "Q8_0": 3.4}
"""Machine instructions a weight byte in llama.cpp's plain batch-1 kernels, sm_90, nvcc 13.0 with -use_fast_math."""


@frozen
class HotLoop:
    """The loop that loads weights: its instructions, and the weight bytes that a thread consumes in a turn."""

    instructions: int
    bytes: float

    @property
    def per_byte(self) -> float:
        """Machine instructions a weight byte."""
        return self.instructions / self.bytes


def assembled(kernel: Kernel, ptxas: Tool | None = None) -> Assembly:
    """The kernel's text for the table's target, assembled."""
    target = TARGET if TARGET in kernel.targets() else kernel.default_target()
    return toolchain.assemble(kernel.emit_ptx(target), target, ptxas)


def measured(kernel: QuantGemv | IntegerGemv) -> QuantGemv | IntegerGemv:
    """The kernel at the size at which its loop is counted."""
    batched = any(field.name == "m" and field.init for field in attrs.fields(type(kernel)))
    return attrs.evolve(kernel, k=COLUMNS, **({"m": BATCH} if batched and getattr(kernel, "m", 0) else {}))


def gemv_loop(kernel: QuantGemv | IntegerGemv) -> HotLoop | None:
    """The hot loop of a GEMV at its own sizes, or None if ptxas left no loop.

    What one load brings is known from the kernel of one row and one step, in which each lane loads one share.
    """
    (listing,) = listings(toolchain.disassemble(assembled(kernel).cubin)).values()
    return loop_of(listing, *share(kernel))


def loop_of(listing: Listing, share_bytes: float, share_loads: int) -> HotLoop | None:
    """The hot loop of a listing, where `share_loads` loads bring `share_bytes` bytes of weights."""
    loop = hot_loop(listing, loads_constant_data)
    if loop is None:
        return None
    shares = loop.count(loads_constant_data) / share_loads
    return HotLoop(len(loop.instructions), shares * share_bytes)


def share(kernel: QuantGemv | IntegerGemv) -> tuple[float, int]:
    """Weight bytes of a lane's share of a step, and the instructions that load them."""
    options = {name: 1 for name in ("rows", "unroll") if hasattr(kernel.strategy, name)}
    family = IntegerGemv if isinstance(kernel, IntegerGemv) else QuantGemv
    small = family(
        n=1,
        k=kernel.columns_a_step,
        format=kernel.format,
        strategy=attrs.evolve(kernel.strategy, **options),  # pyright: ignore[reportArgumentType]
    )
    return small.sizes["row_bytes"] / 32, small.emit_ptx(TARGET).count("ld.global.nc")


def gemvs() -> Iterator[QuantGemv | IntegerGemv]:
    """The GEMVs whose loops are counted."""
    for kernel in registry.kernels():
        if issubclass(kernel, QuantGemv | IntegerGemv):
            yield kernel()


def page() -> str:
    """The page."""
    ptxas = toolchain.find("ptxas")
    version = ptxas.version if ptxas else ""
    head = _INTRODUCTION.format(version=version, target=TARGET, columns=COLUMNS, batch=BATCH)
    loops = _table(("kernel", "instructions", "bytes", "per byte", "llama.cpp"), map(_loop_row, gemvs()))
    resources = _table(
        ("kernel", "target", "registers", "shared bytes", "spilled bytes"),
        (row for kernel in registry.kernels() for row in _resource_rows(kernel())),
    )
    return "\n".join([head, *loops, "", "## Resources", "", *resources, ""])


def _loop_row(kernel: QuantGemv | IntegerGemv) -> Sequence[str]:
    large = measured(kernel)
    loop = gemv_loop(large)
    if loop is None:
        return (f"`{kernel.name}`", "unrolled", "", "", "")
    rows = getattr(large, "m", 0)
    per_byte = f"{loop.per_byte:.2f}" + (f" ({loop.per_byte / rows:.2f} a row)" if rows else "")
    peer = "" if rows else str(_PEERS.get(kernel.format.name, ""))
    return (f"`{kernel.name}`", str(loop.instructions), f"{loop.bytes:g}", per_byte, peer)


def _resource_rows(kernel: Kernel) -> Iterator[Sequence[str]]:
    target = TARGET if TARGET in kernel.targets() else kernel.default_target()
    for used in assembled(kernel).resources:
        spilled = used.spill_stores + used.spill_loads
        name = f"`{kernel.name}`" if used.entry == kernel.name else f"`{kernel.name}`: `{used.entry}`"
        yield (name, target, str(used.registers), str(used.shared), str(spilled))


def _table(head: Sequence[str], rows: Iterator[Sequence[str]] | map[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


if __name__ == "__main__":
    sys.stdout.write(page())
