"""PTX text around the bodies of this room's kernels."""

from __future__ import annotations

HEADER = ".version 8.6\n.target sm_90\n.address_size 64\n"
REGISTERS = """
    .reg .pred %p<8>; .reg .b16 %h<8>; .reg .b32 %r<32>; .reg .b64 %rd<16>; .reg .f32 %f<8>;
"""


def kernel(
    body: str, *, params: str = ".param .u64 p, .param .u64 q", before: str = "", after: str = ""
) -> str:
    """A module with one entry `k`. `after` stands between the parameters and the body (`.reqnctapercluster`)."""
    return f"{HEADER}{before}.visible .entry k({params}) {after}\n{{\n{REGISTERS}{body}\n}}\n"
