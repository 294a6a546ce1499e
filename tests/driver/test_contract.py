"""Launch configurations against the limits of entry and device."""

from __future__ import annotations

from typing import Any

import pytest
from attrs import evolve

import ptxgen
from ptxgen.driver import DriverError
from ptxgen.driver.contract import EntryLimits, check_config
from ptxgen.driver.emulated.properties import emulated_properties
from ptxgen.launch import LaunchConfig
from tests.driver.ptx import BY_VALUE

HOPPER = emulated_properties("sm_90a", 1 << 30)
AMPERE = emulated_properties("sm_86", 1 << 30)


@pytest.mark.parametrize(
    ("config", "limits", "static", "id", "text"),
    [
        (LaunchConfig(1, 4096), {}, 0, "DEV050", "block.x is 4096"),
        (LaunchConfig(1, (1024, 2)), {}, 0, "DEV050", "a CTA of 2048 threads, the device allows 1024"),
        (LaunchConfig(1, (1, 1, 65)), {}, 0, "DEV050", "block.z is 65"),
        (LaunchConfig(1, 128), {"max_threads": 64}, 0, "DEV050", ".maxntid"),
        (LaunchConfig(1, 64), {"block": (32, 2, 1)}, 0, "DEV050", ".reqntid"),
        (LaunchConfig((1, 65536), 1), {}, 0, "DEV051", "grid.y is 65536"),
        (LaunchConfig(1, 1, 101_376), {}, 1, "DEV052", "1 bytes of static and 101376 of dynamic"),
        (LaunchConfig(1, 1), {}, 98 * 1024 + 4096, "DEV052", "static"),
        (LaunchConfig(2, 1, cluster=2), {}, 0, "DEV053", "need sm_90"),
    ],
)
def test_refusals(config: LaunchConfig, limits: dict[str, Any], static: int, id: str, text: str) -> None:
    with pytest.raises(DriverError) as caught:
        check_config("k", config, EntryLimits(**limits), AMPERE, static)
    assert caught.value.id == id
    assert text in caught.value.message


def test_the_limits_themselves_are_allowed() -> None:
    check_config("k", LaunchConfig((2**31 - 1, 65535, 65535), 1024, 101_376), EntryLimits(1024), AMPERE, 0)


def test_clusters() -> None:
    check_config("k", LaunchConfig(16, 32, cluster=16), EntryLimits(), HOPPER, 0)
    for config, limits in (
        (LaunchConfig(32, 32, cluster=32), EntryLimits()),
        (LaunchConfig(8, 32, cluster=8), EntryLimits(max_cluster_ctas=4)),
        (LaunchConfig(8, 32, cluster=4), EntryLimits(cluster=(2, 1, 1))),
        (LaunchConfig(3, 32), EntryLimits(cluster=(2, 1, 1))),
    ):
        with pytest.raises(DriverError) as caught:
            check_config("k", config, limits, HOPPER, 0)
        assert caught.value.id == "DEV053"


def test_a_device_without_cooperative_launches() -> None:
    with pytest.raises(DriverError) as caught:
        check_config(
            "k", LaunchConfig(1, 1, cooperative=True), EntryLimits(), evolve(HOPPER, cooperative=False), 0
        )
    assert caught.value.id == "DEV054"


def test_directives_become_limits() -> None:
    module = ptxgen.parse(BY_VALUE)
    assert EntryLimits.of_entry(module.function("tiled")) == EntryLimits(block=(32, 2, 1))
    assert EntryLimits.of_entry(module.function("bounded")) == EntryLimits(max_threads=64)
    assert EntryLimits.of_entry(module.function("by_value")) == EntryLimits()
