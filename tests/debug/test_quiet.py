"""Quiet on correct code: no errors on what compilers made and on our own kernels; warnings there are reviewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from ptxgen import Severity
from ptxgen.debug import analyze_text
from ptxgen.kernels.base import Kernel
from ptxgen.kernels.registry import kernels
from ptxgen.passes import Pipeline
from tests.debug.reviewed import REVIEWED

TESTS = Path(__file__).parents[1]
FOREIGN = sorted((TESTS / "text" / "corpus").glob("*.ptx"))
COMPILED = sorted((TESTS / "corpus" / "ptx").glob("*.ptx"))


def judged(text: str, name: str) -> None:
    """No errors, and no warning of our own rules that is not on the list; one of the checker's is its own tests'."""
    report = analyze_text(text, name)
    assert not report.problem
    loud = [f for f in report.findings if f.severity is not Severity.HINT and f.id >= "PTX100"]
    errors = [f for f in report.findings if f.severity is Severity.ERROR]
    assert not errors, errors[0]
    assert {(f.id, f.function) for f in loud} <= REVIEWED.keys(), loud


def test_there_are_enough_files() -> None:
    assert len(FOREIGN) + len(COMPILED) >= 60


@pytest.mark.parametrize("path", FOREIGN, ids=lambda p: p.stem)
def test_compilers_and_people(path: Path) -> None:
    judged(path.read_text(), path.name)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(
            p, marks=() if ".O3.sm_90." in p.name else pytest.mark.slow, id=p.name.removesuffix(".ptx")
        )
        for p in COMPILED
    ],
)
def test_the_corpus(path: Path) -> None:
    judged(path.read_text(), path.name)


@pytest.mark.slow
@pytest.mark.parametrize("kernel", kernels(), ids=lambda k: k.name)
def test_our_kernels(kernel: type[Kernel]) -> None:
    for target in dict.fromkeys((kernel.default_target(), kernel.targets()[-1])):
        for level in ("O0", "O2"):
            module = kernel().build(target)
            Pipeline.level(level).run(module)
            judged(module.to_ptx(), f"{kernel.name}.{target}.{level}")


def test_every_review_says_why() -> None:
    assert all(reason.endswith(".") for reason in REVIEWED.values())
