"""Lanes of a warp: masks that name too few, exchanges to which half of the lanes do not come."""

from __future__ import annotations

import re
from collections.abc import Iterator

from tests.debug.defects import Where, operator

_WHOLE = r"\s*shfl\.sync.*(, -1;|0xffffffff;|, 4294967295;)"


@operator("narrow mask", "SAN032", "SAN033", "PTX125", "PTX124", "PTX066", where=Where.HERE)
def narrow_mask(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(_WHOLE, line):
            yield number, re.sub(r"(-1|0xffffffff|4294967295);", "0x0000ffff;", line)


@operator("shuffle of half a warp", "SAN032", "SAN033", "SAN031", "PTX124", where=Where.HERE)
def divergent_shuffle(lines: list[str]) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(lines):
        if re.match(_WHOLE, line):
            yield (
                number,
                (
                    "{ .reg .pred %part; .reg .b32 %who; mov.u32 %who, %laneid; setp.lt.u32 %part, %who, 16; "
                    f"@%part {line.strip()} }}"
                ),
            )
