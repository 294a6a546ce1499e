"""How much a program may use before it is stopped."""

from __future__ import annotations

from attrs import frozen


@frozen
class Limits:
    """Bounds on memory, grid and time; each is an error (`EMU02x`) when it is passed.

    memory_bytes: all buffers together. grid_threads: threads of one launch. thread_steps: instructions that one
    thread may execute in one launch. call_depth: nested calls of device functions. local_bytes: local memory of one
    thread, call frames included. shared_bytes: static and dynamic shared memory of one CTA. block_threads: threads of
    one CTA. batch_lanes: threads that are executed together (a matter of speed only).
    """

    memory_bytes: int = 16 << 30
    grid_threads: int = 1 << 32
    thread_steps: int = 10_000_000
    call_depth: int = 64
    local_bytes: int = 512 << 10
    shared_bytes: int = 227 << 10
    block_threads: int = 1024
    batch_lanes: int = 32768
