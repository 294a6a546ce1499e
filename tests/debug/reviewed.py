"""Warnings on correct code, each looked at: (rule, function) with the reason why the code is right. For tests only."""

from __future__ import annotations

REVIEWED: dict[tuple[str, str], str] = {
    ("PTX150", "first"): "A text of every syntax, never run: all threads store the same constants there.",
}
