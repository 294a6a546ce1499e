"""The launch contract: what device and entry allow, checked before a launch reaches the driver."""

from __future__ import annotations

from attrs import frozen

from ptxgen.driver.errors import DriverError
from ptxgen.driver.properties import DeviceProperties
from ptxgen.ir.module import Function
from ptxgen.launch import Dim3, LaunchConfig

CLUSTER_CTAS = 16
"""CTAs of a cluster at most; more than 8 need the kernel's consent, which the driver asks for."""


@frozen
class EntryLimits:
    """What an entry's own directives demand of a launch (PTX ISA 9.0, section 11.4).

    `max_threads` is the product of `.maxntid`, `block` is `.reqntid`, `cluster` is `.reqnctapercluster`.
    """

    max_threads: int | None = None
    block: Dim3 | None = None
    cluster: Dim3 | None = None
    max_cluster_ctas: int | None = None

    @staticmethod
    def of_entry(function: Function) -> EntryLimits:
        """The limits that a parsed entry states."""
        threads = _extents(function, "maxntid")
        return EntryLimits(
            threads[0] * threads[1] * threads[2] if threads else None,
            _extents(function, "reqntid"),
            _extents(function, "reqnctapercluster"),
            (_extents(function, "maxclusterrank") or (None,))[0],
        )


def _extents(function: Function, name: str) -> Dim3 | None:
    directive = function.directive(name)
    if directive is None:
        return None
    x, y, z = (*(int(a) for a in directive.arguments), 1, 1)[:3]
    return x, y, z


def check_config(
    entry: str, config: LaunchConfig, limits: EntryLimits, device: DeviceProperties, static_shared: int
) -> None:
    """DEV050 block, DEV051 grid, DEV052 shared memory, DEV053 cluster, DEV054 cooperative launch.

    `static_shared` is what the entry declares, in bytes.
    """
    _check_block(entry, config, limits, device)
    for axis, extent, limit in zip("xyz", config.grid, device.grid, strict=True):
        if extent > limit:
            raise DriverError("DEV051", f"{entry!r}: grid.{axis} is {extent}, the device allows {limit}")
    total = static_shared + config.shared_bytes
    if total > device.shared_per_cta_optin:
        raise DriverError(
            "DEV052",
            f"{entry!r}: {static_shared} bytes of static and {config.shared_bytes} of dynamic shared memory "
            f"exceed the {device.shared_per_cta_optin} that {device.name} allows a CTA",
            help="use a smaller tile or fewer stages",
        )
    _check_cluster(entry, config, limits, device)
    if config.cooperative and not device.cooperative:
        raise DriverError("DEV054", f"{entry!r}: {device.name} has no cooperative launches")


def _check_block(entry: str, config: LaunchConfig, limits: EntryLimits, device: DeviceProperties) -> None:
    for axis, extent, limit in zip("xyz", config.block, device.block, strict=True):
        if extent > limit:
            raise DriverError("DEV050", f"{entry!r}: block.{axis} is {extent}, the device allows {limit}")
    threads = config.cta_threads
    if threads > device.threads_per_cta:
        raise DriverError(
            "DEV050",
            f"{entry!r}: a CTA of {threads} threads, the device allows {device.threads_per_cta}",
            help="use smaller CTAs and a larger grid",
        )
    if limits.block is not None and config.block != limits.block:
        raise DriverError(
            "DEV050", f"{entry!r} requires a block of {limits.block} (.reqntid), got {config.block}"
        )
    if limits.max_threads is not None and threads > limits.max_threads:
        raise DriverError(
            "DEV050", f"{entry!r} allows {limits.max_threads} threads a CTA (.maxntid), got {threads}"
        )


def _check_cluster(entry: str, config: LaunchConfig, limits: EntryLimits, device: DeviceProperties) -> None:
    cluster = config.cluster
    if limits.cluster is not None and cluster is not None and cluster != limits.cluster:
        raise DriverError(
            "DEV053", f"{entry!r} requires clusters of {limits.cluster} (.reqnctapercluster), got {cluster}"
        )
    if limits.cluster is not None and any(g % c for g, c in zip(config.grid, limits.cluster, strict=True)):
        raise DriverError(
            "DEV053",
            f"{entry!r}: clusters of {limits.cluster} (.reqnctapercluster) do not divide {config.grid}",
        )
    if cluster is None:
        return
    if not device.clusters:
        raise DriverError("DEV053", f"{entry!r}: clusters need sm_90 or later, the device is {device.target}")
    ctas = cluster[0] * cluster[1] * cluster[2]
    limit = min(CLUSTER_CTAS, limits.max_cluster_ctas or CLUSTER_CTAS)
    if ctas > limit:
        raise DriverError("DEV053", f"{entry!r}: a cluster of {ctas} CTAs, at most {limit} are allowed")
