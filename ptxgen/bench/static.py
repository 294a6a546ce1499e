"""What can be measured without a GPU: registers, shared memory and spills of every kernel, and the GEMVs' hot loops.

`python -m ptxgen.bench.static` prints the page docs/static.md; a test regenerates it and compares.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence

import attrs
from attrs import frozen

from ptxgen import toolchain
from ptxgen.bench.sass import Instruction, Listing, hot_loop, listings, loads_shared
from ptxgen.kernels import IntegerGemv, Kernel, QuantGemv, WarpPerRow, registry
from ptxgen.kernels.blocks.unpackers import product_form
from ptxgen.kernels.gemv.units import Units
from ptxgen.passes import Pipeline
from ptxgen.toolchain import Assembly, Tool

TARGET = "sm_90"
"""The target of the table; kernels that exist elsewhere only are assembled for their own oldest."""

COLUMNS = 14336
"""Columns of the GEMVs whose loops are counted: so many that ptxas does not unroll the loop completely."""

BATCH = 8
"""Rows of activations of the batched GEMVs whose loops are counted."""

_INTRODUCTION = """# Static measures

What ptxas {version} makes of every kernel at its default sizes, for {target} (or the kernel's own oldest target).
Written by `python -m ptxgen.bench.static`; a test regenerates it. No GPU is involved.

## Hot loops of the GEMVs

Machine instructions of the innermost loop that loads weights (loops inside it that load none, the staging of
activations and the wait for a copy, left out), divided by the weight bytes that a thread consumes in it, at k =
{columns}; batched kernels on {batch} rows of activations, and per byte and row. The copies of weights to shared memory
are part of the loop.
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


def target_of(kernel: Kernel) -> str:
    """The target of the tables, or the kernel's own oldest where it is not one."""
    return TARGET if TARGET in kernel.targets() else kernel.default_target()


def assembled(kernel: Kernel, ptxas: Tool | None = None, *, passes: Pipeline | None = None) -> Assembly:
    """The kernel's text for the table's target, assembled; with `passes`, its plain text after these."""
    target = target_of(kernel)
    return toolchain.assemble(_text(kernel, target, passes), target, ptxas)


def _text(kernel: Kernel, target: str, passes: Pipeline | None) -> str:
    if passes is None:
        return kernel.emit_ptx(target)
    module = kernel.build(target, level="O0")
    passes.run(module)
    return module.to_ptx()


def measured(kernel: QuantGemv | IntegerGemv) -> QuantGemv | IntegerGemv:
    """The kernel at the size at which its loop is counted."""
    batched = any(field.name == "m" and field.init for field in attrs.fields(type(kernel)))
    return attrs.evolve(kernel, k=COLUMNS, **({"m": BATCH} if batched and getattr(kernel, "m", 0) else {}))


def gemv_loop(kernel: QuantGemv | IntegerGemv, *, passes: Pipeline | None = None) -> HotLoop | None:
    """The hot loop of a GEMV at its own sizes, or None if ptxas left no loop."""
    cubin = assembled(kernel, passes=passes).cubin
    (listing,) = listings(toolchain.disassemble(cubin)).values()
    return loop_of(listing, share(kernel, passes=passes))


@frozen
class Share:
    """A lane's share of a step: its weight bytes, and how many instructions of which kind belong to it."""

    bytes: float
    instructions: int
    kind: Callable[[Instruction], bool]


def loop_of(listing: Listing, share: Share) -> HotLoop | None:
    """The hot loop of a listing, and the bytes of the shares that it has, however ptxas unrolled it."""
    loop = hot_loop(listing, share.kind)
    if loop is None:
        return None
    return HotLoop(len(loop.instructions), loop.count(share.kind) / share.instructions * share.bytes)


def share(kernel: QuantGemv | IntegerGemv, *, passes: Pipeline | None = None) -> Share:
    """The share of a GEMV: by its integer dot products, or by its loads of weights.

    These are counted in the text of the kernel of one row and one step, in which each lane loads one share.
    """
    form = product_form(kernel.format)
    bytes = kernel.format.bytes / form.lanes
    if isinstance(kernel, IntegerGemv):
        return Share(bytes, len(form.quads) * kernel.batch, _of_signed if form.signed else _of_unsigned)
    units = Units.of(kernel.format, kernel.k)
    small = QuantGemv(n=1, k=units.step_columns, format=kernel.format, strategy=WarpPerRow())
    return Share(units.step_bytes / 32, _text(small, TARGET, passes).count("ld.shared"), loads_shared)


def _of_signed(instruction: Instruction) -> bool:
    return instruction.is_a("IDP")


def _of_unsigned(instruction: Instruction) -> bool:
    """Not those that add up activations."""
    return instruction.is_a("IDP") and "U8" in instruction.opcode


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
    target = target_of(kernel)
    launched = {step.entry: step.config.shared_bytes for step in kernel.plan().launches}
    for used in assembled(kernel).resources:
        shared = used.shared + launched.get(used.entry, 0)
        spilled = used.spill_stores + used.spill_loads
        name = f"`{kernel.name}`" if used.entry == kernel.name else f"`{kernel.name}`: `{used.entry}`"
        yield (name, target, str(used.registers), str(shared), str(spilled))


def _table(head: Sequence[str], rows: Iterator[Sequence[str]] | map[Sequence[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


if __name__ == "__main__":
    sys.stdout.write(page())
