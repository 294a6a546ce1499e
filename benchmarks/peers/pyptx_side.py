"""Reads PTX files with pyptx, in pyptx's own Python. `benchmarks/parse_against_pyptx.py` starts it.

In (JSON, standard input): files, runs. Out: version, and for each file either `error`, or the median processor time of
a parse in `seconds` and the `names` of all instructions in the order of the text.
"""

import json
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

try:
    from pyptx.ir.nodes import Block, Function, Instruction
    from pyptx.parser import parse
except ImportError:
    sys.exit(3)


def names(statements):
    """Full names of the instructions, those of inner scopes included; `.loc` is one to pyptx, but not to PTX."""
    for statement in statements:
        if isinstance(statement, Block):
            yield from names(statement.body)
        elif isinstance(statement, Instruction) and not statement.opcode.startswith("."):
            yield statement.opcode + "".join(statement.modifiers)


def measure(text, runs):
    """One warm-up, then the median."""
    try:
        module = parse(text)
    except Exception as error:
        return {"error": f"{type(error).__name__}: {error}"}
    times = []
    for _ in range(runs):
        start = time.process_time()
        parse(text)
        times.append(time.process_time() - start)
    bodies = [directive.body for directive in module.directives if isinstance(directive, Function)]
    return {"seconds": statistics.median(times), "names": [name for body in bodies for name in names(body)]}


request = json.loads(sys.stdin.read())
results = {name: measure(Path(name).read_text("utf-8"), request["runs"]) for name in request["files"]}
print(json.dumps({"version": version("pyptx"), "results": results}))
