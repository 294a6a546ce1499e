"""Forms of asynchronous instructions that are not emulated although their row is."""

from __future__ import annotations

from ptxgen.isa.table import Form


def refusal(form: Form) -> str:
    """Why a form is not emulated; empty if it is."""
    mode = form.modifiers.get("load_mode", "tile")
    if mode != "tile":
        return f"tensor copies move tiles, not {mode}"
    if form.has("cp_mask"):
        return "bulk copies have no byte masks"
    if form.has("cta_group"):
        return "mbarriers of pairs of CTAs belong to the fifth generation of tensor cores"
    return ""
