"""What a test of a pass asserts: one body becomes another, or stays."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from ptxgen.passes import Pipeline
from tests.passes.text import kernel, rows, statements


@pytest.fixture
def becomes() -> Callable[[str, str, str], None]:
    """Assert that a pipeline turns one body into another."""

    def check(pipeline: str, before: str, after: str) -> None:
        module = kernel(before)
        steps = Pipeline.parse(pipeline).run(module)
        assert statements(module) == rows(after)
        assert any(step.statistics.changed for step in steps)

    return check


@pytest.fixture
def stays() -> Callable[[str, str], None]:
    """Assert that a pipeline leaves a body as it is, and says so."""

    def check(pipeline: str, body: str, target: str = "sm_100") -> None:
        module = kernel(body, target)
        before = statements(module)
        steps = Pipeline.parse(pipeline).run(module)
        assert statements(module) == before
        assert not any(step.statistics.changed for step in steps)

    return check
