"""Tensor memory: allocation, copies, fences (PTX ISA 9.0, sections 9.7.16.7 to 9.7.16.12)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Row, Scope, instruction, type_or_name

NO_TENSOR_MEMORY = "tensor memory (tcgen05) is not emulated"
DATA_CENTRE = "sm_100f|sm_110f"

GROUPS = ("cta_group::1", "cta_group::2")
_NUMBERS = ("x1", "x2", "x4", "x8", "x16", "x32", "x64", "x128")
_REGISTERS = {"16x64b": 1, "16x128b": 2, "16x256b": 4, "32x32b": 1, "16x32bx2": 1}
_FITS = ("shape=16x128b -> !num=x128", "shape=16x256b -> !num=x64|x128")


def _parts(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """A shape gives a number of registers for each repetition."""
    count = int(modifiers["num"][1:]) * _REGISTERS[modifiers["shape"]]
    element = modifiers.get("type", "f32" if "redOp" in modifiers else "b32")
    return {"r": f"{element}[{count}]", "=r": f"{element}[{count}]"}


def _tcgen05(
    line: str,
    operands: str,
    effects: tuple[Effect, ...],
    section: str,
    doc: str,
    *,
    scope: Scope = Scope.THREAD,
    sm: str = DATA_CENTRE,
    ptx: tuple[int, int] = (8, 6),
    legal: tuple[str, ...] = (),
    tied: Mapping[str, str] | None = None,
    sized: bool = False,
    types: tuple[str, ...] = (),
    **slots: tuple[type_or_name, ...],
) -> Row:
    return instruction(
        line,
        slots={**slots, "type": types} if types else slots,
        operands=operands,
        resolve=_parts if sized else None,
        legal=legal,
        tied=tied,
        ptx=ptx,
        sm=sm,
        scope=scope,
        effects=effects,
        space=StateSpace.GENERIC,
        section=section,
        doc=doc,
        not_emulated=NO_TENSOR_MEMORY,
    )


TCGEN05_ALLOC = _tcgen05(
    "tcgen05.alloc.cta_group.sync.aligned{.space}.b32 [dst], nCols",
    "dst:address nCols:u32",
    (Effect.WRITE, Effect.VOLATILE),
    "9.7.16.7.1",
    "wait for nCols columns of tensor memory; their address is written to shared memory at dst",
    scope=Scope.WARP,
    cta_group=GROUPS,
    space=("shared::cta",),
)
TCGEN05_DEALLOC = _tcgen05(
    "tcgen05.dealloc.cta_group.sync.aligned.b32 taddr, nCols",
    "taddr:b32 nCols:u32",
    (Effect.VOLATILE,),
    "9.7.16.7.1",
    "give nCols columns of tensor memory back",
    scope=Scope.WARP,
    cta_group=GROUPS,
)
TCGEN05_RELINQUISH = _tcgen05(
    "tcgen05.relinquish_alloc_permit.cta_group.sync.aligned",
    "",
    (Effect.VOLATILE,),
    "9.7.16.7.1",
    "the CTA will allocate no more tensor memory",
    scope=Scope.WARP,
    cta_group=GROUPS,
)
TCGEN05_LD = _tcgen05(
    "tcgen05.ld.sync.aligned.shape.num{.pack}.b32 r, [taddr]",
    "=r:any taddr:tensor",
    (Effect.READ,),
    "9.7.16.8.3",
    "start reading tensor memory into registers of the warp",
    scope=Scope.WARP,
    legal=_FITS,
    sized=True,
    shape=("16x64b", "16x128b", "16x256b", "32x32b"),
    num=_NUMBERS,
    pack=("pack::16b",),
)
TCGEN05_LD_SPLIT = _tcgen05(
    "tcgen05.ld.sync.aligned.shape.num{.pack}.b32 r, [taddr], immHalfSplitoff",
    "=r:any taddr:tensor immHalfSplitoff:imm",
    (Effect.READ,),
    "9.7.16.8.3",
    "start reading two halves of tensor memory into registers of the warp",
    scope=Scope.WARP,
    sized=True,
    shape=("16x32bx2",),
    num=_NUMBERS,
    pack=("pack::16b",),
)


def _reduced(shape: str, kind: str, tail: str, tail_type: str, types: tuple[str, ...] = ()) -> Row:
    return _tcgen05(
        f"tcgen05.ld.red.sync.aligned.shape.num.redOp{kind} r, redval, [taddr]{tail}",
        f"=r:any =redval:{'type' if types else 'f32'} taddr:tensor {tail_type}",
        (Effect.READ,),
        "9.7.16.8.3",
        "start reading tensor memory into registers of the warp; redval = their smallest or largest",
        scope=Scope.WARP,
        sm="sm_103f|sm_110f",
        ptx=(8, 8),
        sized=True,
        shape=(shape,),
        num=_NUMBERS[1:],
        redOp=("min", "max"),
        types=types,
    )


_SPLIT = (", immHalfSplitoff", "immHalfSplitoff:imm")
_FLOAT = "{.abs}{.NaN}.f32"
TCGEN05_LD_RED_F32 = _reduced("32x32b", _FLOAT, "", "")
TCGEN05_LD_RED_F32_SPLIT = _reduced("16x32bx2", _FLOAT, *_SPLIT)
TCGEN05_LD_RED = _reduced("32x32b", ".type", "", "", types=("u32", "s32"))
TCGEN05_LD_RED_SPLIT = _reduced("16x32bx2", ".type", *_SPLIT, types=("u32", "s32"))
TCGEN05_ST = _tcgen05(
    "tcgen05.st.sync.aligned.shape.num{.unpack}.b32 [taddr], r",
    "taddr:tensor r:any",
    (Effect.WRITE,),
    "9.7.16.8.4",
    "start writing registers of the warp to tensor memory",
    scope=Scope.WARP,
    legal=_FITS,
    sized=True,
    shape=("16x64b", "16x128b", "16x256b", "32x32b"),
    num=_NUMBERS,
    unpack=("unpack::16b",),
)
TCGEN05_ST_SPLIT = _tcgen05(
    "tcgen05.st.sync.aligned.shape.num{.unpack}.b32 [taddr], immHalfSplitoff, r",
    "taddr:tensor immHalfSplitoff:imm r:any",
    (Effect.WRITE,),
    "9.7.16.8.4",
    "start writing registers of the warp to two halves of tensor memory",
    scope=Scope.WARP,
    sized=True,
    shape=("16x32bx2",),
    num=_NUMBERS,
    unpack=("unpack::16b",),
)
TCGEN05_WAIT = _tcgen05(
    "tcgen05.wait_operation.sync.aligned",
    "",
    (Effect.FENCE,),
    "9.7.16.8.5",
    "wait until the warp's reads or writes of tensor memory have finished",
    scope=Scope.WARP,
    wait_operation=("wait::ld", "wait::st"),
)
TCGEN05_CP = _tcgen05(
    "tcgen05.cp.cta_group.shape{.multicast}{.fmt} [taddr], s-desc",
    "taddr:tensor s-desc:b64",
    (Effect.READ, Effect.WRITE),
    "9.7.16.9.1",
    "start copying what the descriptor says from shared memory to tensor memory",
    legal=(
        "shape=64x128b -> multicast=warpx2::02_13|warpx2::01_23",
        "shape=32x128b -> multicast=warpx4",
        "multicast -> shape=64x128b|32x128b",
    ),
    cta_group=GROUPS,
    shape=("128x256b", "4x256b", "128x128b", "64x128b", "32x128b"),
    multicast=("warpx2::02_13", "warpx2::01_23", "warpx4"),
    fmt=("b8x16.b6x16_p32", "b8x16.b4x16_p64"),
)
TCGEN05_SHIFT = _tcgen05(
    "tcgen05.shift.cta_group.down [taddr]",
    "taddr:tensor",
    (Effect.READ, Effect.WRITE),
    "9.7.16.9.2",
    "start moving the rows of tensor memory down by one",
    sm="sm_100a|sm_103a|sm_110a",
    cta_group=GROUPS,
)
TCGEN05_FENCE = _tcgen05(
    "tcgen05.order",
    "",
    (Effect.FENCE,),
    "9.7.16.11.1",
    "order this thread's tcgen05 operations before or after it meets other threads",
    order=("fence::before_thread_sync", "fence::after_thread_sync"),
)
TCGEN05_COMMIT = _tcgen05(
    "tcgen05.commit.cta_group.mbarrier::arrive::one{.space}{.multicast}.b64 [mbar]{, ctaMask}",
    "mbar:address ctaMask:u16",
    (Effect.ATOMIC,),
    "9.7.16.12.1",
    "arrive at the mbarrier when this thread's tcgen05 operations have finished",
    tied={"ctaMask": "multicast"},
    cta_group=GROUPS,
    space=("shared::cluster",),
    multicast=("multicast::cluster",),
)
