"""The bug finder: rules on PTX and runs of the emulator that together say what is wrong, how sure that is, and why."""

from __future__ import annotations

from ptxgen.debug.adopted import every_rule
from ptxgen.debug.engine import analyze_module, analyze_text
from ptxgen.debug.findings import FileReport, Finding, Related
from ptxgen.debug.rule import RULES, Confidence, Family, Rule, Verdict

__all__ = [
    "RULES",
    "Confidence",
    "Family",
    "FileReport",
    "Finding",
    "Related",
    "Rule",
    "Verdict",
    "analyze_module",
    "analyze_text",
    "every_rule",
]
