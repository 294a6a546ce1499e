"""The page that sets ptxgen-debug beside ptxas and compute-sanitizer, on the same texts.

`python -m tests.debug.comparison > docs/debug-comparison.md` writes it; it needs ptxas.
"""

from __future__ import annotations

import sys

from ptxgen.debug.rules import RULES
from ptxgen.toolchain import assemble
from tests.debug.cases import Case, read_cases

COVERED = {
    "PTX101": "–", "PTX103": "–", "PTX120": "synccheck", "PTX122": "synccheck", "PTX124": "synccheck", "PTX125": "–",
    "PTX127": "–", "PTX128": "–", "PTX129": "–", "PTX130": "synccheck", "PTX131": "synccheck", "PTX132": "synccheck",
    "PTX133": "–", "PTX134": "–", "PTX137": "–", "PTX140": "memcheck", "PTX141": "memcheck", "PTX144": "–",
    "PTX145": "–", "PTX150": "racecheck", "PTX151": "–", "PTX152": "–", "PTX153": "–", "PTX154": "racecheck",
    "PTX155": "–", "PTX156": "–", "PTX157": "racecheck", "PTX191": "racecheck", "PTX192": "racecheck",
    "PTX194": "synccheck", "PTX195": "synccheck",
}  # fmt: skip
"""The faults, and the tool of compute-sanitizer whose documented area each falls into.

The texts of PTX151, PTX152, PTX153, PTX155 and PTX156 are races in global memory, which racecheck does not name."""

HEAD = """\
# ptxgen-debug, ptxas and compute-sanitizer

{count} faults, each in a short text of its own (the first fixture of its rule, in `tests/debug/fixtures`). What
ptxgen-debug says of the text alone (the race between CTAs: of a launch with 3 CTAs of 64 threads); what ptxas says when
it assembles the same text; and what compute-sanitizer documents. `python -m tests.debug.comparison` writes this page.

| fault | ptxgen-debug | ptxas | compute-sanitizer documents |
|---|---|---|---|
"""
TAIL = """
The texts are those on which the rules are tested, so ptxgen-debug finds each of them: the table shows what kinds of
fault the tools are for, and is no measure of how many they find. How many seeded faults it finds in kernels and
compiled programs is counted in `tests/debug/test_defects.py`.

The last column is read from the documentation, not from runs: [its
overview](https://docs.nvidia.com/compute-sanitizer/ComputeSanitizer) names out-of-bounds and misaligned accesses
(memcheck), hazards in shared memory (racecheck), uninitialised accesses to global memory (initcheck) and invalid
usage of synchronisation primitives (synccheck). A tool stands where the fault is of that area; – says that the
overview names no such check, not that the tool is silent. compute-sanitizer looks at a running program: it needs a
GPU and an input that shows the fault, and there it sees real addresses, which a text alone does not have. An
*unknown* of ptxgen-debug says that the text leaves the question open; with `--grid` and `--block` it may be decided.
"""


def chosen() -> dict[str, Case]:
    """The first text of each rule that it must catch."""
    found: dict[str, Case] = {}
    for case in read_cases():
        if case.catches and case.rule in COVERED:
            found.setdefault(case.rule, case)
    return found


def said(case: Case) -> str:
    """What ptxgen-debug says."""
    finding = next(f for f in case.report().findings if f.id == case.rule)
    return f"{finding.severity.value} {finding.id}, {finding.verdict.value}"


def assembled(case: Case) -> str:
    """What ptxas says."""
    target = case.text.partition(".target ")[2].split()[0].rstrip(",;")
    answer = assemble(case.text, target)
    messages = "; ".join(d.message.replace("|", "\\|") for d in answer.diagnostics)
    return f"{'warns' if answer.accepted else 'refuses'}: {messages}" if messages else "nothing"


def page() -> str:
    """The whole page."""
    cases = chosen()
    rows = [
        f"| {RULES[id].title} | {said(cases[id])} | {assembled(cases[id])} | {tool} |"
        for id, tool in COVERED.items()
    ]
    return HEAD.format(count=len(rows)) + "\n".join(rows) + "\n" + TAIL


if __name__ == "__main__":
    sys.stdout.write(page())
