"""Tensor cores: matrices spread over the registers of warps, moved, multiplied and added (PTX ISA 9.0: 9.7.14, 9.7.15).

All warps of a context work at once: a fragment is `[warps, 32 lanes, elements]`, a matrix `[warps, rows, columns]`.
"""
