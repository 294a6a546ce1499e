"""What one instruction does for one thread: bytes of each memory, and arithmetic."""

from __future__ import annotations

import re

from attrs import frozen

from ptxgen.debug.body import Body, operand
from ptxgen.debug.residency import cta_threads
from ptxgen.ir.analysis import Place
from ptxgen.ir.analysis.alias import locate
from ptxgen.ir.analysis.memory import MemoryAccess
from ptxgen.ir.instruction import Instruction
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Role
from ptxgen.isa.types import TYPES

_ONE = (
    "add", "sub", "mul", "div", "rcp", "sqrt", "rsqrt", "ex2", "lg2", "sin", "cos", "tanh", "min", "max", "neg", "abs",
)  # fmt: skip
_OPERATIONS = {**dict.fromkeys(_ONE, 1), "fma": 2, "mad": 2}
"""Operations of a floating-point instruction, for each element."""
_DOTS = {"dp4a": 8, "dp2a": 4}
"""Operations of a dot product of small integers."""
_PRODUCTS = {"mma": 32, "wmma": 32, "wgmma": 128}
"""Threads that share a product of the tensor cores."""
_SHAPE = re.compile(r"\.m(\d+)n(\d+)k(\d+)")
_MOVERS = frozenset(("ld", "ldu", "st", "atom", "red", "cp", "ldmatrix", "stmatrix", "wmma", "multimem"))
_WARP = 32
_ENDS = ("global", "shared::cta", "shared::cluster")
"""Where bulk copies come from and go to; the target stands first."""


@frozen
class Work:
    """Bytes of global, shared and local memory, arithmetic, and products of tensor cores (in operations, two for each
    element that is multiplied and added).

    What threads do together is shared out among them: `mma` among a warp, `wgmma` among a warpgroup, bulk copies among
    a CTA. `unsized` counts copies of which the text does not say how many bytes they move, `shapeless` products of
    which it does not say how large they are (`tcgen05.mma`, whose descriptor says it).
    """

    loaded: float = 0
    stored: float = 0
    shared: float = 0
    local: float = 0
    arithmetic: float = 0
    products: float = 0
    unsized: int = 0
    shapeless: int = 0

    def __add__(self, other: Work) -> Work:
        return Work(
            self.loaded + other.loaded,
            self.stored + other.stored,
            self.shared + other.shared,
            self.local + other.local,
            self.arithmetic + other.arithmetic,
            self.products + other.products,
            self.unsized + other.unsized,
            self.shapeless + other.shapeless,
        )

    @property
    def operations(self) -> float:
        return self.arithmetic + self.products

    @property
    def moved(self) -> float:
        """Bytes of global memory."""
        return self.loaded + self.stored


NOTHING = Work()


def work_of(body: Body, place: Place) -> Work:
    """What the instruction at a place does for one thread; what a guard may skip counts."""
    instruction = body.instruction(place)
    if instruction.form.has("bulk"):
        return _bulk(body, place, instruction)
    if instruction.opcode in _MOVERS and (operation := body.memory.at(place)) is not None:
        return sum((_moved(access) for access in operation.accesses), NOTHING)
    return _computed(instruction)


def expected(body: Body, place: Place) -> float | None:
    """The bytes that an mbarrier is told to wait for, as each thread's share; None where that is not known."""
    instruction = body.instruction(place)
    if instruction.opcode != "mbarrier" or "expect_tx" not in instruction.name:
        return None
    given = operand(instruction, "txCount")
    return _shared_out(body, body.constant(given, place) if given is not None else None)


def _computed(instruction: Instruction) -> Work:
    form = instruction.form
    if form.opcode in _PRODUCTS:
        shape = _SHAPE.search(instruction.name)
        multiplies = "mma" in form.name.split(".")[1:] or form.opcode == "mma" or "mma_async" in form.name
        if shape is None or not multiplies:
            return NOTHING
        m, n, k = map(int, shape.groups())
        threads = _PRODUCTS[form.opcode]
        return Work(
            products=2 * m * n * k / threads,
            shared=_described(instruction, m, n, k) / threads if form.opcode == "wgmma" else 0,
        )
    if instruction.name.startswith("tcgen05.mma"):
        return Work(shapeless=1)
    if form.opcode in _DOTS:
        return Work(arithmetic=_DOTS[form.opcode])
    type = form.operands[0].type if form.operands else None
    if type is None or not (type.is_float or type.is_packed) or type.is_integer:
        return NOTHING
    return Work(arithmetic=(2 if type.is_packed else 1) * _OPERATIONS.get(form.opcode, 0))


def _described(instruction: Instruction, m: int, n: int, k: int) -> float:
    """The bytes of shared memory that a product of a warpgroup reads by descriptors."""
    _, a, b = [TYPES[part] for part in instruction.name.split(".") if part in TYPES][:3]
    first = operand(instruction, "a-desc") is not None
    return (m * k * a.bits * first + n * k * b.bits) / 8


def _bulk(body: Body, place: Place, instruction: Instruction) -> Work:
    """A copy that one thread asks for. Boxes of tensors are as large as their map says, not the text."""
    given = operand(instruction, "size")
    size = body.constant(given, place) if given is not None else None
    if instruction.opcode == "st":
        return Work(shared=size or 0)
    ends = [name for name in instruction.form.modifiers if name in _ENDS]
    if len(ends) < 2:
        return NOTHING
    share = _shared_out(body, size)
    if share is None:
        return Work(unsized=int("global" in ends))
    into = Work(stored=share) if ends[0] == "global" else Work(shared=share)
    return into + (Work(loaded=share) if ends[1] == "global" else Work(shared=share))


def _moved(access: MemoryAccess) -> Work:
    size = _bytes(access)
    match locate(access).space:
        case StateSpace.SHARED:
            return Work(shared=size)
        case StateSpace.LOCAL:
            return Work(local=size)
        case StateSpace.GLOBAL | StateSpace.GENERIC:
            return Work(stored=size) if access.writes else Work(loaded=size)
        case _:
            return NOTHING


def _bytes(access: MemoryAccess) -> float:
    """The bytes of one access for each thread."""
    instruction = access.instruction
    if instruction.opcode == "wmma":
        return _fragment(instruction)
    if access.size is not None:
        return access.size
    data = next((s for s in instruction.form.operands if s.role is Role.VALUE and s.type is not None), None)
    return data.type.bytes * max(1, data.count) if data is not None and data.type is not None else 0


def _fragment(instruction: Instruction) -> float:
    """A matrix that `wmma.load` or `wmma.store` moves: each element once, though several lanes may hold it."""
    shape = _SHAPE.search(instruction.name)
    element = TYPES.get(instruction.name.rpartition(".")[2])
    if shape is None or element is None:
        return 0
    m, n, k = map(int, shape.groups())
    which = instruction.name.split(".")[2]
    return {"a": m * k, "b": k * n}.get(which, m * n) * element.bits / 8 / _WARP


def _shared_out(body: Body, size: int | None) -> float | None:
    threads = cta_threads(body)
    return None if size is None or threads is None else size / threads
