"""Video instructions: 32-bit arithmetic on bytes and halves of registers (PTX ISA 9.0, section 9.7.18)."""

from __future__ import annotations

from itertools import product

from ptxgen.isa.table import Row, instruction, type_or_name

_TYPES = ("u32", "s32")
_PARTS = ("b0", "b1", "b2", "b3", "h0", "h1")
_SECOND = ("add", "min", "max")
_COMPARE = ("eq", "ne", "lt", "le", "gt", "ge")
_HALVES = tuple(f"h{a}{b}" for a, b in product("0123", repeat=2))
_HALF_MASKS = ("h0", "h1", "h10")
_BYTES = tuple("b" + "".join(chosen) for chosen in product("01234567", repeat=4))
_BYTE_MASKS = tuple(
    "b" + "".join(str(3 - i) for i, taken in enumerate(mask) if taken)
    for mask in product((0, 1), repeat=4)
    if any(mask)
)

_SCALAR = {"vadd": "a + b", "vsub": "a - b", "vabsdiff": "|a - b|", "vmin": "min(a, b)", "vmax": "max(a, b)"}
_SHIFT = {"vshl": "a << b", "vshr": "a >> b"}
_PACKED = {**_SCALAR, "vavrg": "the average of a and b"}


def _video(
    opcode: str,
    dotted: str,
    operands: str,
    types: str,
    section: str,
    doc: str,
    **slots: tuple[type_or_name, ...],
) -> Row:
    return instruction(
        f"{opcode}{dotted} {operands}",
        slots=slots,
        operands=types,
        ptx=(2, 0) if opcode.isalpha() else (3, 0),
        sm=20 if opcode.isalpha() else 30,
        section=section,
        doc=doc,
    )


def _scalar(
    opcode: str, dotted: str, types: str, section: str, meaning: str, **slots: tuple[type_or_name, ...]
) -> tuple[Row, ...]:
    """The three lines of a scalar instruction: alone, with a second operation on c, and merged into c."""
    parts = {"asel": _PARTS, "bsel": _PARTS}
    sources = "a{.asel}, b{.bsel}"
    return (
        _video(opcode, dotted, f"d, {sources}", types, section, f"d = {meaning}", **parts, **slots),
        _video(
            opcode,
            f"{dotted}.op2",
            f"d, {sources}, c",
            f"{types} c:u32",
            section,
            f"d = op2 of {meaning} and c",
            op2=_SECOND,
            **parts,
            **slots,
        ),
        _video(
            opcode,
            dotted,
            f"d.dsel, {sources}, c",
            f"{types} c:u32",
            section,
            f"d = c with one part replaced by {meaning}",
            dsel=_PARTS,
            **parts,
            **slots,
        ),
    )


def _packed(
    opcode: str,
    count: int,
    dotted: str,
    saturate: str,
    section: str,
    meaning: str,
    **slots: tuple[type_or_name, ...],
) -> tuple[Row, ...]:
    """The two lines of a packed instruction: merged into c, and summed with c."""
    parts, masks = (_HALVES, _HALF_MASKS) if count == 2 else (_BYTES, _BYTE_MASKS)
    operands, types = "d{.mask}, a{.asel}, b{.bsel}, c", "d:u32 a:u32 b:u32 c:u32"
    slots = {**slots, "mask": masks, "asel": parts, "bsel": parts}
    what = "halves" if count == 2 else "bytes"
    return (
        _video(
            f"{opcode}{count}",
            f"{dotted}{saturate}",
            operands,
            types,
            section,
            f"d = {meaning} for each of {count} {what}; those outside the mask are c's",
            **slots,
        ),
        _video(
            f"{opcode}{count}",
            f"{dotted}.add",
            operands,
            types,
            section,
            f"d = c and the sum of {meaning} over {count} {what} in the mask",
            **slots,
        ),
    )


_TYPED = {"dtype": _TYPES, "atype": _TYPES, "btype": _TYPES}
_OPERANDS = "d:dtype a:atype b:btype"

SCALAR = {
    opcode: _scalar(opcode, ".dtype.atype.btype{.sat}", _OPERANDS, "9.7.18.1.1", meaning, **_TYPED)
    for opcode, meaning in _SCALAR.items()
}
SHIFT = {
    opcode: _scalar(
        opcode,
        ".dtype.atype.u32{.sat}.mode",
        "d:dtype a:atype b:u32",
        "9.7.18.1.2",
        meaning,
        dtype=_TYPES,
        atype=_TYPES,
        mode=("clamp", "wrap"),
    )
    for opcode, meaning in _SHIFT.items()
}
VMAD = (
    _video(
        "vmad",
        ".dtype.atype.btype{.sat}{.scale}",
        "d, {-}a{.asel}, {-}b{.bsel}, {-}c",
        f"{_OPERANDS} c:dtype",
        "9.7.18.1.3",
        "d = a * b + c, shifted right by scale",
        asel=_PARTS,
        bsel=_PARTS,
        scale=("shr7", "shr15"),
        **_TYPED,
    ),
    _video(
        "vmad",
        ".dtype.atype.btype.po{.sat}{.scale}",
        "d, a{.asel}, b{.bsel}, c",
        f"{_OPERANDS} c:dtype",
        "9.7.18.1.3",
        "d = a * b + c + 1, shifted right by scale",
        asel=_PARTS,
        bsel=_PARTS,
        scale=("shr7", "shr15"),
        **_TYPED,
    ),
)
VSET = _scalar(
    "vset",
    ".atype.btype.cmp",
    "d:u32 a:atype b:btype",
    "9.7.18.1.4",
    "1 where a compares to b, else 0",
    atype=_TYPES,
    btype=_TYPES,
    cmp=_COMPARE,
)
PACKED = {
    f"{opcode}{count}": _packed(
        opcode, count, ".dtype.atype.btype", "{.sat}", f"9.7.18.2.{1 if count == 2 else 3}", meaning, **_TYPED
    )
    for count in (2, 4)
    for opcode, meaning in _PACKED.items()
}
VSET_PACKED = {
    f"vset{count}": _packed(
        "vset",
        count,
        ".atype.btype.cmp",
        "",
        f"9.7.18.2.{2 if count == 2 else 4}",
        "1 where a compares to b, else 0",
        atype=_TYPES,
        btype=_TYPES,
        cmp=_COMPARE,
    )
    for count in (2, 4)
}
