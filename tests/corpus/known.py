"""What does not work yet, and why. An entry that starts to work fails its test, so the list can only shrink."""

from __future__ import annotations

UNKNOWN_INSTRUCTIONS: dict[str, str] = {
    "dot_products": "vabsdiff4.u32.u32.u32",
}
"""Programs with an instruction that the table lacks."""
