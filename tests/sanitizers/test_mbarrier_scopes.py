"""The scopes of arrivals and waits at mbarriers: who is told what, across the CTAs of a cluster and inside one."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.sanitizers.asynchronous_programs import ASYNCHRONOUS
from tests.sanitizers.cluster_programs import neighbours
from tests.sanitizers.programs import Program
from tests.sanitizers.watching import findings

ARRIVAL = "mbarrier.arrive.release.cluster.shared::cluster"
WAIT = "mbarrier.try_wait.parity.acquire.cluster.shared::cta"


@pytest.mark.parametrize("schedule", [None, 1])
@pytest.mark.parametrize(
    ("arrival", "wait", "kinds"),
    [
        (".release.cluster", ".acquire.cluster", set[str]()),
        (".release.cta", ".acquire.cluster", {"read-write"}),
        (".release.cluster", ".acquire.cta", {"read-write"}),
        (".release.cta", ".acquire.cta", {"read-write"}),
        # Libraries name no scope at mbarriers of other CTAs.
        ("", ".acquire.cluster", set[str]()),
        ("", "", set[str]()),
    ],
)
def test_words_of_another_cta_come_by_wide_scopes_only(
    arrival: str, wait: str, kinds: set[str], schedule: int | None
) -> None:
    program = neighbours()
    text = program.text.replace(ARRIVAL, f"mbarrier.arrive{arrival}.shared::cluster")
    text = text.replace(WAIT, f"mbarrier.try_wait.parity{wait}.shared::cta")
    found, _ = findings(program, text, "collect", schedule)
    assert {f.kind for f in found if f.kind != "exited-cta"} == kinds
    for finding in found:
        if finding.kind == "read-write":
            assert finding.other is not None
            assert {finding.line, finding.other.line} == {
                number
                for number, line in enumerate(text.splitlines(), 1)
                if "st.shared::cluster" in line or "ld.shared.u32 %r14" in line
            }


@pytest.mark.parametrize("make", ASYNCHRONOUS, ids=lambda make: make.__name__)
def test_inside_a_cta_its_own_scope_is_enough(make: Callable[[], Program]) -> None:
    program = make()
    text = program.text.replace("mbarrier.arrive.shared::cta", "mbarrier.arrive.release.cta.shared::cta")
    text = text.replace("try_wait.parity.shared::cta", "try_wait.parity.acquire.cta.shared::cta")
    assert findings(program, text, "collect")[0] == ()
