"""How the lanes of a warp share a quantised block: the face that every format shows to every strategy.

An unpacker gives codes, four neighbouring ones in the bytes of a word, with a scale (and an offset) for each group:
a weight is scale * (code - zero) + offset. Integer dot products take the words as they are; `code_floats` and
`weights` make float32 of them.

An integer below 2^23 placed in the low bits of the float 2^23 makes the float 2^23 + integer: one `prmt` and one
subtraction convert a byte, exactly, where a conversion instruction has half the rate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from attrs import frozen

from ptxgen.isa.types import f32
from ptxgen.kernels.blocks.words import Moving
from ptxgen.kernels.errors import KernelError
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

NIBBLES = 0x0F0F0F0F
"""The low four bits of each byte."""

TWO_23 = float(1 << 23)
MAGIC = 0x4B000000
"""The bits of the float 2^23."""

BYTE_TO_MAGIC = 0x7440
"""`prmt` of a word and the magic number: byte 0 of the word, two zeros, the magic number's top byte."""

AND_OR = 0xEA
"""`lop3` for (a & b) | c. ptxas does not join `and` and `or` by itself where both have a constant."""

_SIGNS = 0x80808080
_SIGN = 128


@frozen
class Quad:
    """Four neighbouring codes of a share: their first column, relative to the share's, and the group of their scale."""

    column: int
    group: int


@frozen(eq=False)
class Codes:
    """A lane's share of one block: a word of four codes for each quad, and scales and offsets by group."""

    words: Sequence[Value]
    scales: Sequence[Value]
    offsets: Sequence[Value] = ()


class Unpacker(ABC):
    """One lane's share of a block. Made once, before the loop over blocks.

    `lanes` lanes share a block; lane `position` of them takes `span` bytes (4, 8 or 16) of each run of codes. Quad i of
    the share holds the columns `column + quads[i].column` to + 3 of the block, so that activations can be loaded four
    at a time. Codes are unsigned unless `signed`; the weight is zero at code `zero` (plus the offset, if there is one).
    """

    lanes: int
    column: Value
    quads: Sequence[Quad]
    zero: int = 0
    signed: ClassVar[bool] = False

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value, span: int) -> None:
        self.k = k
        self.format = format
        self.position = position
        self.span = span

    @staticmethod
    @abstractmethod
    def lanes_a_block(format: BlockFormat, span: int) -> int:
        """How many lanes share a block when each takes `span` bytes of a run of codes."""

    @abstractmethod
    def open(self, block: Pointer) -> Sequence[Moving]:
        """The lane's places in a block, which move together from block to block of a row.

        `block` is aligned as the format says; the places move by multiples of 4 bytes.
        """

    @abstractmethod
    def load(self, places: Sequence[Any]) -> Any:
        """Start the loads of the lane's share."""

    @abstractmethod
    def decode(self, loaded: Any) -> Codes:
        """Codes as bytes and scales as float32, each exact."""

    @property
    def groups(self) -> int:
        """How many scales a share has."""
        return 1 + max(quad.group for quad in self.quads)


def code_floats(unpacker: Unpacker, word: Value) -> list[Value]:
    """The four codes of a word less `zero`, as float32. Exact."""
    k = unpacker.k
    shifted, zero = (word ^ _SIGNS, _SIGN) if unpacker.signed else (word, unpacker.zero)
    return [k.add(f32, k.prmt(shifted, MAGIC, BYTE_TO_MAGIC + byte), -(TWO_23 + zero)) for byte in range(4)]


def weights(unpacker: Unpacker, codes: Codes, quad: int) -> list[Value]:
    """The four float32 weights of a quad, equal to the format's `decode` up to the sign of zeros.

    Scale times code is exact in every format (at most 24 bits), so one rounding remains: that of adding the offset.
    """
    k, group = unpacker.k, unpacker.quads[quad].group
    scale = codes.scales[group]
    floats = code_floats(unpacker, codes.words[quad])
    if not codes.offsets:
        return [code * scale for code in floats]
    return [k.fma(code, scale, codes.offsets[group]) for code in floats]


def unpacker(format: BlockFormat) -> type[Unpacker]:
    """The unpacker of a format. KRN020 for a format that kernels cannot unpack yet."""
    from ptxgen.kernels.blocks.unpack_bytes import Bytes
    from ptxgen.kernels.blocks.unpack_nibbles import Nibbles
    from ptxgen.kernels.blocks.unpack_q6_k import Q6K
    from ptxgen.kernels.blocks.unpack_super_blocks import SuperBlocks

    unpackers: dict[str, type[Unpacker]] = {
        "Q4_0": Nibbles,
        "Q4_1": Nibbles,
        "Q5_0": Nibbles,
        "Q5_1": Nibbles,
        "Q8_0": Bytes,
        "Q4_K": SuperBlocks,
        "Q5_K": SuperBlocks,
        "Q6_K": Q6K,
    }
    try:
        return unpackers[format.name]
    except KeyError:
        raise KernelError(
            "KRN020", f"no kernel unpacks {format.name}", help=f"formats: {', '.join(unpackers)}"
        ) from None
