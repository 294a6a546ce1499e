"""What tiles must keep to: threads of matrix instructions, alignment of rows and fragments, strides, copies.

Each rule looks at one function and yields what breaks it, with the nearest value that does not. A rule speaks only
where the text proves it: an address of unknown alignment is nobody's fault.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod

from ptxgen.errors import Severity
from ptxgen.ir.operands import Immediate
from ptxgen.isa.spaces import StateSpace
from ptxgen.passes.tile_budgets import bank_conflicts, registers, residency
from ptxgen.passes.tiles import Broken, TileRule, Tiles

_MATRIX = ("mma", "wmma", "wgmma", "ldmatrix", "stmatrix", "movmatrix")


def partial_warp(tiles: Tiles) -> Iterator[Broken]:
    """All lanes of a warp (all warps of a warpgroup) take part in a matrix instruction: PTX ISA 9.7.14, 9.7.15."""
    block = tiles.threads.launch.block
    if block is None:
        return
    for number in tiles.analysis.cfg.order:
        for instruction in tiles.analysis.function.blocks[number].instructions:
            if instruction.opcode not in _MATRIX:
                continue
            unit = 128 if instruction.opcode == "wgmma" else 32
            everybody = instruction.guard is None and number not in tiles.analysis.divergence.blocks
            if prod(block) < unit or (everybody and prod(block) % unit):
                right = -(-prod(block) // unit) * unit
                who = "warpgroups of 128" if unit == 128 else "whole warps of 32"
                yield Broken(
                    f"{instruction.opcode} needs {who} threads, the CTA has {prod(block)}",
                    f".reqntid {right}",
                    instruction,
                )
                return


def misaligned_row(tiles: Tiles) -> Iterator[Broken]:
    """Rows of `ldmatrix` and `stmatrix` begin at multiples of 16 bytes: PTX ISA 9.7.14.5.15."""
    for operation, access in tiles.of("ldmatrix", "stmatrix"):
        rows = {"x1": 8, "x2": 16, "x4": 32}.get(operation.instruction.form.modifiers.get("num", ""), 8)
        if tiles.misaligned(operation, access, 16, rows):
            yield Broken(
                f"{operation.instruction.name} takes rows at {access.address}, not all multiples of 16 bytes",
                "make rows multiples of 16 bytes long, and align the array to 16",
                operation.instruction,
            )


def fragment_stride(tiles: Tiles) -> Iterator[Broken]:
    """Rows of `wmma` fragments lie multiples of 16 bytes apart (8 halves, 4 words): CUDA C++ guide, wmma."""
    for operation, _ in tiles.of("wmma"):
        instruction = operation.instruction
        strides = [o.value for o in instruction.operands if isinstance(o, Immediate)]
        type = instruction.form.type
        if type is None or type.bits < 8 or not strides or strides[0] * type.bytes % 16 == 0:
            continue
        step = 16 // type.bytes
        below = strides[0] // step * step
        yield Broken(
            f"{instruction.name} has a stride of {strides[0]} elements, which are {strides[0] * type.bytes} bytes",
            f"multiples of {step}: {below} or {below + step}" if below else f"multiples of {step}: {step}",
            instruction,
        )


def misaligned_fragment(tiles: Tiles) -> Iterator[Broken]:
    """Fragments of `wmma` begin at multiples of 16 bytes at least: PTX ISA 9.7.14.4.3."""
    for operation, access in tiles.of("wmma"):
        if tiles.misaligned(operation, access, 16):
            yield Broken(
                f"{operation.instruction.name} takes a fragment at {access.address}, no multiple of 16 bytes",
                "begin fragments at multiples of 16 bytes",
                operation.instruction,
            )


def misaligned_copy(tiles: Tiles) -> Iterator[Broken]:
    """Both ends of a copy are aligned: PTX ISA 9.7.9.25.

    `cp.async` to its size, bulk copies to 16 bytes, tensor tiles in shared memory to 128, mbarriers to 8.
    """
    for operation, access in tiles.of("cp"):
        form = operation.instruction.form
        if not form.has("bulk"):
            step = access.size or 1
        elif access.space is not StateSpace.SHARED:
            step = 16
        else:
            step = 128 if form.has("tensor") and access.writes else 8
        if tiles.misaligned(operation, access, step):
            yield Broken(
                f"{form.name} accesses {access.address} in {access.space} memory, no multiple of {step} bytes",
                f"begin at multiples of {step} bytes",
                operation.instruction,
            )


def bulk_size(tiles: Tiles) -> Iterator[Broken]:
    """Bulk copies move multiples of 16 bytes: PTX ISA 9.7.9.25.4.1."""
    for operation, access in tiles.of("cp"):
        form, operands = operation.instruction.form, operation.instruction.operands
        if not form.has("bulk") or form.has("tensor") or access is not operation.accesses[0]:
            continue
        sizes = [o.value for o in operands if isinstance(o, Immediate)]
        if sizes and sizes[0] % 16:
            below = sizes[0] // 16 * 16
            yield Broken(
                f"{form.name} moves {sizes[0]} bytes", f"{below} or {below + 16} bytes", operation.instruction
            )


RULES: tuple[TileRule, ...] = (
    TileRule("PAS030", "partial warp at a matrix instruction", Severity.ERROR, partial_warp),
    TileRule("PAS031", "misaligned matrix row", Severity.ERROR, misaligned_row),
    TileRule("PAS032", "stride of a fragment", Severity.ERROR, fragment_stride),
    TileRule("PAS033", "misaligned fragment", Severity.ERROR, misaligned_fragment),
    TileRule("PAS034", "misaligned copy", Severity.ERROR, misaligned_copy),
    TileRule("PAS035", "size of a bulk copy", Severity.ERROR, bulk_size),
    TileRule("PAS036", "CTAs that do not fit an SM", Severity.WARNING, residency),
    TileRule("PAS037", "more registers than there are", Severity.WARNING, registers),
    TileRule("PAS038", "bank conflict", Severity.WARNING, bank_conflicts),
)
