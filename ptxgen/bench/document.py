"""The file that `ptxgen bench run` writes: every raw sample, and where it was taken."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import UTC, datetime

import attrs

from ptxgen.bench.ceilings import Ceilings
from ptxgen.bench.environment import environment
from ptxgen.bench.results import Result, Speed
from ptxgen.bench.suite import Suite
from ptxgen.driver import Device
from ptxgen.verification import Comparison


def document(device: Device, suite: Suite, results: Sequence[Result]) -> dict[str, object]:
    """Everything about a run of the suite, without its schema."""
    return {
        "taken": datetime.now(UTC).isoformat(timespec="seconds"),
        "environment": environment(device),
        "settings": {"samples": suite.samples, "seconds": suite.seconds, "seed": suite.seed},
        "ceilings": attrs.asdict(suite.ceilings) if suite.ceilings else None,
        "results": [_result(result, suite.ceilings) for result in results],
    }


def _result(result: Result, ceilings: Ceilings | None) -> dict[str, object]:
    proof = result.proof
    return {
        "name": result.name,
        "family": result.family,
        "fields": dict(result.fields),
        "timed_fields": dict(result.timed_fields) if result.timed_fields else None,
        "ok": result.ok,
        "fault": result.fault,
        "proof": proof
        and {
            "agree": proof.agree,
            **{where: [_comparison(c) for c in found] for where, found in proof.comparisons.items()},
        },
        "traffic": attrs.asdict(result.traffic) if result.traffic else None,
        "speed": _speed(result.speed, ceilings) if result.speed else None,
    }


def _speed(speed: Speed, ceilings: Ceilings | None) -> dict[str, object]:
    return {
        "median_us": speed.timing.median,
        "spread": speed.timing.spread,
        "copies": speed.copies,
        "bytes": speed.cost.bytes,
        "flops": speed.cost.flops,
        "bytes_per_second": speed.bandwidth,
        "flops_per_second": speed.rate,
        "fraction_of_ceiling": speed.fraction(ceilings) if ceilings else None,
        "peer": speed.peer,
        "peer_median_us": speed.peer_timing.median if speed.peer_timing else None,
        "ratio_to_peer": speed.ratio,
        "samples_us": list(speed.timing.samples),
        "peer_samples_us": list(speed.peer_timing.samples) if speed.peer_timing else None,
    }


def _comparison(comparison: Comparison) -> dict[str, object]:
    return {
        "output": comparison.output,
        "ok": comparison.ok,
        "error": _finite(comparison.error),
        "tolerance": _finite(comparison.tolerance),
        "elements": comparison.elements,
        "outside": comparison.outside,
    }


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
