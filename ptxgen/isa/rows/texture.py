"""Texture fetches and queries (PTX ISA 9.0, section 9.7.10)."""

from __future__ import annotations

from collections.abc import Mapping

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Row, instruction, type_or_name
from ptxgen.isa.types import f32, s32, u32

NO_TEXTURES = "the emulator has no texture objects: the driver makes those, with formats, filters and borders"

_SAMPLED = ("1d", "2d", "3d", "a1d", "a2d", "cube", "acube")
_GEOMETRIES = (*_SAMPLED, "2dms", "a2dms")
_COORDINATES = {"1d": 1, "2d": 2, "3d": 4, "a1d": 2, "a2d": 4, "cube": 4, "acube": 4, "2dms": 4, "a2dms": 4}
_OFFSETS = {"1d": 1, "a1d": 1, "2d": 2, "a2d": 2, "2dms": 2, "a2dms": 2}
_SLOPES = {"1d": 1, "a1d": 1, "2d": 2, "a2d": 2}
_LEGAL = ("geom=cube|acube -> ctype=f32", "geom=2dms|a2dms -> ctype=s32")


_REFUSED = {
    "": ("!geom=cube|acube",),
    ".base": ("!geom=cube|acube",),
    ".grad": ("!geom=cube|acube|a1d|a2d",),
}


def _parts(modifiers: Mapping[str, str]) -> Mapping[str, str]:
    """Coordinates start with the layer of an array, so they may be bits; three of them come as four."""
    geometry = modifiers["geom"]
    element = "b32" if geometry in ("a1d", "a2d", "acube", "2dms", "a2dms") else modifiers.get("ctype", "f32")
    slope = f"f32[{_SLOPES.get(geometry, 4)}]"
    return {
        "c": f"{element}[{_COORDINATES[geometry]}]",
        "e": f"s32[{_OFFSETS.get(geometry, 4)}]",
        "dPdx": slope,
        "dPdy": slope,
    }


def _fetch(
    name: str,
    width: str,
    operands: str,
    types: str,
    section: str,
    doc: str,
    *,
    sampler: bool,
    legal: tuple[str, ...],
    compared: str,
    **slots: tuple[type_or_name, ...],
) -> Row:
    """One fetch; with `sampler`, how to sample comes from an operand of its own.

    Together with one, ptxas 13.0 refuses some geometries that the manual has; so does the table.
    """
    place = "[a, b, c]" if sampler else "[a, c]"
    present = {key: value for key, value in slots.items() if f".{key}" in name + width}
    return instruction(
        f"{name}{width} d{{|p}}, {place}{operands}",
        slots=present,
        operands=f"{'d:f16x2[2]' if 'f16x2' in width else 'd:dtype[4]'} =p:pred a:generic c:any {types}",
        resolve=_parts,
        legal=legal,
        allowed={"e": "!geom=cube|acube", "f": compared},
        effects=(Effect.READ,),
        space=StateSpace.GENERIC,
        section=section,
        doc=doc + (", sampled as b says" if sampler else ""),
        not_emulated=NO_TEXTURES,
    )


def _tex(
    level: str, operands: str, types: str, doc: str, geometries: tuple[str, ...] = _SAMPLED
) -> tuple[Row, ...]:
    return tuple(
        _fetch(
            f"tex{level}.geom",
            width,
            operands + "{, e}{, f}",
            f"{types} e:any f:f32",
            "9.7.10.3",
            doc,
            sampler=sampler,
            legal=(*_LEGAL, *(_REFUSED.get(level, ()) if sampler else ())),
            compared="ctype=f32 !geom=3d",
            geom=geometries,
            dtype=("u32", "s32", "f16", "f32"),
            ctype=("s32", "f32"),
        )
        for width in (".v4.dtype.ctype", ".v2.f16x2.ctype")
        for sampler in (False, True)
    )


TEX = _tex("", "", "", "d = the texel at c; p = whether it is in memory", _GEOMETRIES)
TEX_BASE = _tex(".base", "", "", "d = the texel at c of the finest level", _GEOMETRIES)
TEX_LEVEL = _tex(".level", ", lod", "lod:ctype", "d = the texel at c of level lod")
TEX_GRAD = _tex(
    ".grad", ", dPdx, dPdy", "dPdx:any dPdy:any", "d = the texel at c of the level that the slopes ask for"
)
TLD4 = tuple(
    _fetch(
        "tld4.comp.geom",
        ".v4.dtype.f32",
        "{, e}{, f}",
        "e:any f:f32",
        "9.7.10.4",
        "d = one component of the four texels around c; p = whether they are in memory",
        sampler=sampler,
        legal=(),
        compared="geom=2d|a2d",
        comp=("r", "g", "b", "a"),
        geom=("2d", "a2d") if sampler else ("2d", "a2d", "cube", "acube"),
        dtype=(u32, s32, f32),
    )
    for sampler in (False, True)
)
TXQ = instruction(
    "txq.query.b32 d, [a]",
    query=(
        "width", "height", "depth", "channel_data_type", "channel_order", "normalized_coords", "array_size",
        "num_mipmap_levels", "num_samples", "force_unnormalized_coords", "filter_mode", "addr_mode_0",
        "addr_mode_1", "addr_mode_2",
    ),
    operands="d:b32 a:generic",
    section="9.7.10.5",
    doc="d = an attribute of the texture or sampler a",
    not_emulated=NO_TEXTURES,
)  # fmt: skip
TXQ_LEVEL = instruction(
    "txq.level.query.b32 d, [a], lod",
    query=("width", "height", "depth"),
    operands="d:b32 a:generic lod:b32",
    section="9.7.10.5",
    doc="d = an extent of level lod of the texture a",
    not_emulated=NO_TEXTURES,
)
ISTYPEP = instruction(
    "istypep.kind p, a",
    kind=("texref", "samplerref", "surfref"),
    operands="=p:pred a:u64",
    section="9.7.10.6",
    doc="p = whether a is a texture, a sampler or a surface",
    not_emulated=NO_TEXTURES,
)
