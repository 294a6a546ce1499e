"""What does not run yet, and why. An entry that starts to work fails its test, so the list can only shrink."""

from __future__ import annotations

NOT_EMULATED: dict[str, str] = {
    "dot_products": "vabsdiff4.u32.u32.u32 is not emulated",
}
"""Programs with an instruction that the emulator refuses, and what it says."""
