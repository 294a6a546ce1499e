"""How the lanes of a warp share a quantised block: the face that every format shows to every kernel.

An unpacker gives codes, four neighbouring ones in the bytes of a word, with a scale (and an offset) for each group:
a weight is scale * (code - zero) + offset. Integer dot products take the words as they are; `code_floats` and
`weights` make float32 of them. A format is complete with a layout (`ptxgen.quant`) and an unpacker.

An integer below 2^23 placed in the low bits of the float 2^23 makes the float 2^23 + integer: one `prmt` and one
subtraction convert a byte, exactly, where a conversion instruction has half the rate.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from attrs import frozen

from ptxgen.isa.types import b32, f32
from ptxgen.kernels.blocks.pieces import Piece, PieceReader
from ptxgen.quant import BlockFormat

if TYPE_CHECKING:
    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

LOW, HIGH = 0x0F0F0F0F, 0xF0F0F0F0
"""The low and the high four bits of each byte."""

TWO_23 = float(1 << 23)
MAGIC = 0x4B000000
"""The bits of the float 2^23."""

BYTE_TO_MAGIC = 0x7640
"""`prmt` of a word and the magic number: byte 0 of the word, a zero, the upper half of the magic number."""

_MERGE = 0xF8
"""`lop3` of (a, b, c) for a | (b & c). ptxas does not join `and` and `or` by itself where both have a constant."""

_SIGNS = 0x80808080
_SIGN = 128


@frozen
class Quad:
    """Four neighbouring codes of a share: their first column, relative to the share's, and the group of their scale."""

    column: int
    group: int


@frozen
class ShareForm:
    """What is known of a lane's share of a block without a kernel.

    `lanes` lanes share a block. Quad i of a share holds four neighbouring columns, so that activations can be loaded
    four at a time. Codes are unsigned unless `signed`; the weight is zero at code `zero`, plus the offset if `affine`.
    Half of the codes of an affine format are below `middle`: sums of codes less that are smaller than sums of codes.
    Bits that are high in a byte may stay there: codes of group g are 2^`raised[g]` times those of the file then, and
    the scale is that much smaller. `unit` columns of a block share a scale.
    """

    lanes: int
    quads: tuple[Quad, ...]
    zero: int = 0
    affine: bool = False
    middle: int = 0
    signed: bool = False
    raised: tuple[int, ...] = ()
    unit: int = 32

    @property
    def groups(self) -> int:
        """How many scales a share has."""
        return 1 + max(quad.group for quad in self.quads)

    def raised_by(self, group: int) -> int:
        """How far the codes of a group are raised."""
        return self.raised[group] if self.raised else 0


@frozen(eq=False)
class Codes:
    """A lane's share of one block: a word of four codes for each quad, and scales and offsets by group."""

    words: Sequence[Value]
    scales: Sequence[Value]
    offsets: Sequence[Value] = ()


class Unpacker(ABC):
    """One lane's share of a block. Made once, before the loop over blocks.

    `span` (4, 8, 16 or 32) is how many bytes of each run of codes a lane takes, and `position` its number among the
    lanes that share a block: the plain 0 where there is one alone. Quad i of the share holds the columns
    `column + form.quads[i].column` to + 3 of the block. `pieces` are the bytes that the lane needs.
    """

    column: Value | int
    pieces: Sequence[Piece]

    def __init__(self, k: KernelBuilder, format: BlockFormat, position: Value | int, span: int) -> None:
        self.k = k
        self.format = format
        self.position = position
        self.span = span
        self.form = self.form_of(format, span)

    @classmethod
    @abstractmethod
    def form_of(cls, format: BlockFormat, span: int) -> ShareForm:
        """The form of shares of so many bytes a run."""

    @abstractmethod
    def decode(self, pieces: Sequence[Any]) -> Codes:
        """Codes as bytes and scales as float32, each exact, from the pieces in their order."""

    def piece(self, member: str, bytes: int = 0) -> Piece:
        """A member of the block, or of it the `bytes` bytes that the lane's position says."""
        found = self.format.block.members[member]
        if not bytes or isinstance(self.position, int):
            return Piece(found.offset, bytes or found.bytes)
        return Piece(found.offset, bytes, self.position, bytes)

    def reader(self, start: Pointer, blocks: int = 1) -> PieceReader:
        """What loads the share of neighbouring blocks, from the one at `start` on."""
        return PieceReader(self.k, self.pieces, start, blocks, self.format.bytes)

    def load(self, block: Pointer) -> list[Any]:
        """Start the loads of the share of the block at `block`, whose address may change no more."""
        return self.reader(block).load()[0]


def code_floats(share: Unpacker, codes: Codes, quad: int, less: int = 0) -> list[Value]:
    """The four codes of a quad less `zero`, and less so much, as float32. Exact."""
    k, word = share.k, codes.words[quad]
    shifted, zero = (word ^ _SIGNS, _SIGN) if share.form.signed else (word, share.form.zero)
    return [k.add(f32, byte_float(k, shifted, byte), -(TWO_23 + zero + less)) for byte in range(4)]


def weights(share: Unpacker, codes: Codes, quad: int) -> list[Value]:
    """The four float32 weights of a quad, equal to the format's `decode` up to the sign of zeros.

    Scale times code is exact in every format (at most 24 bits), so one rounding remains: that of adding the offset.
    """
    k, group = share.k, share.form.quads[quad].group
    scale = codes.scales[group]
    floats = code_floats(share, codes, quad)
    if not codes.offsets:
        return [code * scale for code in floats]
    return [k.fma(code, scale, codes.offsets[group]) for code in floats]


def byte_float(k: KernelBuilder, word: Value, byte: int) -> Value:
    """2^23 plus an unsigned byte of a word, as float32."""
    return k.bitcast(f32, k.prmt(word, MAGIC, BYTE_TO_MAGIC + byte))


def merge(k: KernelBuilder, low: Value, source: Value, mask: Value | int) -> Value:
    """low | (source & mask), one instruction."""
    return k.bitcast(b32, k.lop3(low, source, mask, _MERGE))


UNPACKERS: dict[str, type[Unpacker]] = {}
"""By the names of formats; see `unpackers`."""

U = TypeVar("U", bound=Unpacker)


def unpacks(*formats: str) -> Callable[[type[U]], type[U]]:
    """A class decorator: enters the unpacker of formats with these names."""

    def enter(made: type[U]) -> type[U]:
        UNPACKERS.update(dict.fromkeys(formats, made))
        return made

    return enter
