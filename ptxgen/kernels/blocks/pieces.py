"""Pieces of quantised blocks on their way to a lane's registers, whatever the alignment of blocks is.

Many formats have blocks of 4i + 2 bytes: every second one begins between two words. Where a lane has both of such a
pair, it loads them as the words that they lie in, and each piece is cut out of these with at most one `prmt` a word.
Where only 2 bytes are sure of where a lane's blocks begin, it rounds that down and the selectors are registers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from attrs import define, field, frozen

from ptxgen.ir.builder.pointer import Cursor
from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.types import b32, f16, s8, s32, u8, u16, u32, u64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ptxgen.ir.builder import KernelBuilder, Pointer, Value

_WORD = 4
_WIDEST = 16
_IN_PLACE, _UP_BY_A_HALF, _A_BYTE = 0x3210, 0x5432, 0x1111
"""`prmt` selectors: the first word; its upper half and the lower half of the next; by so much more a byte further."""


@frozen(eq=False)
class Piece:
    """`bytes` bytes of a block from byte `offset` on, and `stride` bytes further on for each `lane`.

    Pieces of whole words have a `stride` of whole words. A piece of 2 bytes is an f16, one of 1 byte is signed.
    """

    offset: int
    bytes: int
    lane: Value | None = None
    stride: int = 0

    @property
    def end(self) -> int:
        """Where the piece ends, for lane 0."""
        return self.offset + self.bytes


@frozen(eq=False)
class Start:
    """Where a lane's blocks begin: at a multiple of 4 bytes, or `odd` bytes (0 or 2) behind one."""

    k: KernelBuilder
    odd: Value | None = None

    def selector(self, further: int) -> Value:
        """The `prmt` selector for the word `further` bytes (0 or 2) behind a word's first."""
        assert self.odd is not None
        first = _UP_BY_A_HALF if further else _IN_PLACE
        return self.k.bitcast(b32, self.odd * _A_BYTE + first)


@define(eq=False)
class _Run:
    """Neighbouring pieces of one or more blocks, which are loaded together."""

    begin: int
    end: int
    lane: Value | None
    stride: int
    place: Cursor = field(init=False)


@frozen(eq=False)
class Bytes:
    """A piece in registers."""

    k: KernelBuilder
    words_of_run: Sequence[Any]
    offset: int
    selectors: tuple[Value, Value] | None = None

    def word(self, index: int = 0) -> Value:
        """Word `index` of the piece."""
        at, further = divmod(self.offset + index * _WORD, _WORD)
        first, *second = self.words_of_run[at : at + 2]
        if self.selectors is not None:
            return self.k.prmt(first, second[0] if second else first, self.selectors[further // 2])
        return self.k.prmt(first, second[0], _UP_BY_A_HALF) if further else first

    def words(self, count: int) -> list[Value]:
        """The first `count` words."""
        return [self.word(i) for i in range(count)]

    def half(self) -> Value:
        """The first two bytes as an f16."""
        if self.selectors is not None:
            return self.k.unpack(f16, self.word())[0]
        at, further = divmod(self.offset, _WORD)
        return self.k.unpack(f16, self.words_of_run[at])[further // 2]


@frozen(eq=False)
class Number:
    """A piece that was loaded as what it is: an f16 of 2 bytes, or a signed number of 1 byte, as s32."""

    value: Value

    def half(self) -> Value:
        """The f16."""
        return self.value

    def signed(self) -> Value:
        """The number."""
        return self.value


class PieceReader:
    """Loads pieces of `blocks` neighbouring blocks of `block_bytes` bytes, the first at `start`.

    It moves along a row by multiples of 4 bytes. No byte outside of the blocks is loaded, except for those that share
    a word with the first.
    """

    def __init__(
        self, k: KernelBuilder, pieces: Sequence[Piece], start: Pointer, blocks: int = 1, block_bytes: int = 0
    ) -> None:
        self._k = k
        self._pieces = [
            [(piece, block * block_bytes + piece.offset) for piece in pieces] for block in range(blocks)
        ]
        self._start, base = _footing(k, start)
        self._runs: list[_Run] = []
        self._of: dict[tuple[int, int], _Run] = {}
        odd = self._start.odd
        self._selectors = None if odd is None else (self._start.selector(0), self._start.selector(2))
        static = sorted(
            ((at, piece, (b, i)) for b, row in enumerate(self._pieces) for i, (piece, at) in enumerate(row)),
            key=lambda entry: entry[0],
        )
        for at, piece, key in static:
            self._join(at, piece, key)
        made: dict[tuple[int, int, bool], Cursor] = {}
        for run in self._runs:
            exact = start if run.end - run.begin <= 2 else base
            lane = (id(run.lane), run.stride, exact is base)
            if lane not in made:
                place = exact if run.lane is None else exact.row(run.lane, run.stride)
                made[lane] = place.cast(u8).cursor()
            run.place = made[lane]
        self._cursors = list(made.values())
        self._nc = start.space is StateSpace.GLOBAL

    def load(self, offset: int = 0, first: int = 0, blocks: int = 0) -> list[list[Any]]:
        """Start the loads of the pieces of blocks from `first` on (0: of all), `offset` bytes further on.

        `offset` is a multiple of 4. Gives the pieces of each block.
        """
        wanted = range(first, first + blocks) if blocks else range(len(self._pieces))
        ends: dict[int, tuple[int, int]] = {}
        for b in wanted:
            for i, (piece, at) in enumerate(self._pieces[b]):
                run = id(self._of[b, i])
                begin, end = ends.get(run, (at, at))
                ends[run] = min(begin, at), max(end, at + piece.bytes)
        loaded = {id(run): self._load(run, offset, *ends[id(run)]) for run in self._runs if id(run) in ends}
        return [
            [
                self._piece(self._of[b, i], at, ends[id(self._of[b, i])][0], loaded)
                for i, (_, at) in enumerate(self._pieces[b])
            ]
            for b in wanted
        ]

    def advance(self, bytes: int) -> None:
        """Move by so many bytes, a multiple of 4."""
        for cursor in self._cursors:
            cursor.advance(bytes)

    def _join(self, at: int, piece: Piece, key: tuple[int, int]) -> None:
        """Add a piece to the run before it, if that ends where it begins and they have their lanes in common."""
        end = at + piece.bytes
        for run in self._runs:
            if run.lane is piece.lane and run.stride == piece.stride and run.end == at:
                run.end = end
                self._of[key] = run
                return
        self._of[key] = made = _Run(at, end, piece.lane, piece.stride)
        self._runs.append(made)

    def _piece(self, run: _Run, at: int, begin: int, loaded: dict[int, Any]) -> Any:
        found = loaded[id(run)]
        if run.end - run.begin <= 2:
            return found
        return Bytes(self._k, found, at - _whole(begin), self._selectors)

    def _load(self, run: _Run, offset: int, begin: int, end: int) -> Any:
        """The words of a run from `begin` to `end`, or what it is where that is no word."""
        if run.end - run.begin == 1:
            byte = run.place.at(offset + run.begin).cast(s8)
            return Number(byte.load(as_type=s32, nc=self._nc))
        if run.end - run.begin == 2:
            return Number(run.place.at(offset + run.begin).cast(f16).load(nc=self._nc))
        count, half = divmod(end - _whole(begin), _WORD)
        place = run.place.at(offset + _whole(begin)).cast(b32)
        words = list(self._words(place, count))
        if self._start.odd is not None:
            words.append(self._behind(place.at(count).cast(u16), both=half > 0))
        elif half:
            words.append(self._k.bitcast(b32, place.at(count).cast(u16).load(as_type=u32, nc=self._nc)))
        return words

    def _words(self, place: Pointer, count: int) -> list[Value]:
        """By the widest loads that the alignment allows."""
        width = min(place.align, _WIDEST) // _WORD
        words: list[Value] = []
        while len(words) < count:
            while width > count - len(words):
                width //= 2
            found = place.load(len(words), vec=width, nc=self._nc)
            words += found if width > 1 else (found,)
        return words

    def _behind(self, place: Pointer, *, both: bool) -> Value:
        """The word behind the whole ones of a run, of which only what belongs to blocks is loaded."""
        k, odd = self._k, self._start.odd
        assert odd is not None
        low, high = k.var(u32, 0), k.var(u32, 0)
        if both:
            place.load(into=low, as_type=u32, nc=self._nc)
        with k.predicated(odd != 0):
            upper = place.at(1) if both else place
            upper.load(into=high if both else low, as_type=u32, nc=self._nc)
        return k.bitcast(b32, k.mad(high, 1 << 16, low) if both else low.get())


def _whole(bytes: int) -> int:
    """Rounded down to whole words."""
    return bytes // _WORD * _WORD


def _footing(k: KernelBuilder, start: Pointer) -> tuple[Start, Pointer]:
    """Where blocks begin, and the pointer to them rounded down to a multiple of 4."""
    if start.align >= _WORD:
        return Start(k), start
    address = start.address
    wide = address.type is u64
    odd = (k.cvt(u32, address) if wide else address) & 2
    rounded = address - (k.cvt(u64, odd) if wide else odd)
    return Start(k, odd), k.pointer_to(rounded, start.type, start.space, align=_WORD)
