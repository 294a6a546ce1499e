"""Surfaces: images that can be written (PTX ISA 9.0, section 9.7.11)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.table import Effect, Row, instruction, type_or_name

NO_SURFACES = "the emulator has no surface objects: the driver makes those, in a layout of its own"

_GEOMETRIES = ("1d", "2d", "3d", "a1d", "a2d")
_COORDINATES = {"1d": 1, "2d": 2, "3d": 4, "a1d": 2, "a2d": 4}
_MODES = ("trap", "clamp", "zero")
_BITS = ("b8", "b16", "b32", "b64")


def _coordinates(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """Three coordinates come as four; those of an array start with its layer, so they may be bits."""
    geometry = modifiers["geom"]
    return {"b": f"{'b32' if geometry[0] == 'a' else 's32'}[{_COORDINATES[geometry]}]"}


def _surface(
    line: str,
    operands: str,
    section: str,
    effect: Effect,
    doc: str,
    legal: tuple[str, ...] = (),
    needs: Mapping[str, tuple[tuple[int, int], int | str]] | None = None,
    **slots: tuple[type_or_name, ...],
) -> Row:
    return instruction(
        line,
        slots={"mode": _MODES, **slots},
        operands=operands,
        resolve=_coordinates,
        legal=legal,
        needs=needs,
        effects=(effect,),
        section=section,
        doc=doc,
        not_emulated=NO_SURFACES,
    )


SULD = _surface(
    "suld.b.geom{.cop}{.vec}.dtype.mode d, [a, b]",
    "d:dtype+[vec] a:generic b:any",
    "9.7.11.1",
    Effect.READ,
    "d = the bytes of the surface at b; mode says what lies outside",
    legal=("vec=v4 -> !dtype=b64",),
    geom=_GEOMETRIES,
    cop=("ca", "cg", "cs", "cv"),
    vec=("v2", "v4"),
    dtype=_BITS,
)
SUST = _surface(
    "sust.b.geom{.cop}{.vec}.ctype.mode [a, b], c",
    "a:generic b:any c:ctype+[vec]",
    "9.7.11.2",
    Effect.WRITE,
    "the bytes of the surface at b = c; mode says what happens outside",
    legal=("vec=v4 -> !ctype=b64",),
    geom=_GEOMETRIES,
    cop=("wb", "cg", "cs", "wt"),
    vec=("v2", "v4"),
    ctype=_BITS,
)
SUST_FORMATTED = _surface(
    "sust.p.geom{.vec}.b32.mode [a, b], c",
    "a:generic b:any c:b32[vec]",
    "9.7.11.2",
    Effect.WRITE,
    "the element of the surface at b = c in the surface's format",
    geom=_GEOMETRIES[:3],
    vec=("v2", "v4"),
)
SURED = _surface(
    "sured.b.op.geom.ctype.mode [a, b], c",
    "a:generic b:any c:ctype",
    "9.7.11.3",
    Effect.ATOMIC,
    "the bytes of the surface at b become op of them and c, in one step",
    legal=(
        "op=add -> ctype=u32|u64|s32",
        "op=min|max -> ctype=u32|s32|u64|s64",
        "op=and|or -> ctype=b32",
    ),
    needs={"op=min|max ctype=u64|s64": ((8, 1), 50)},
    op=("add", "min", "max", "and", "or"),
    geom=_GEOMETRIES[:3],
    ctype=("u32", "u64", "s32", "b32", "s64"),
)
SURED_FORMATTED = _surface(
    "sured.p.op.geom.ctype.mode [a, b], c",
    "a:generic b:any c:ctype",
    "9.7.11.3",
    Effect.ATOMIC,
    "the element of the surface at b becomes op of it and c in the surface's format, in one step",
    legal=("ctype=b64 -> op=min|max",),
    needs={"b64": ((8, 1), 50)},
    op=("add", "min", "max", "and", "or"),
    geom=_GEOMETRIES[:3],
    ctype=("b32", "b64"),
)
SUQ = instruction(
    "suq.query.b32 d, [a]",
    query=("width", "height", "depth", "channel_data_type", "channel_order", "array_size", "memory_layout"),
    operands="d:b32 a:generic",
    section="9.7.11.4",
    doc="d = an attribute of the surface a",
    not_emulated=NO_SURFACES,
)
