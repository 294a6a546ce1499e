"""Barriers in shared memory (PTX ISA 9.0, section 9.7.13.15)."""

from __future__ import annotations

from ptxgen.isa.table import Effect, Row, instruction

_SHARED = ("shared", "shared::cta")
_ALL_SHARED = (*_SHARED, "shared::cluster")
_SCOPES = ("cta", "cluster")
_SINCE = {
    "space=shared::cta": ((7, 8), 80),
    "scope": ((8, 0), 80),
    "sem": ((8, 0), 80),
    "sem=relaxed": ((8, 6), 90),
    "scope=cluster": ((8, 0), 90),
}
_BOTH = ("sem -> scope", "scope -> sem")

MBARRIER_INIT = instruction(
    "mbarrier.init{.space}.b64 [addr], count",
    slots={"space": _SHARED},
    operands="addr:address count:u32",
    needs=_SINCE,
    ptx=(7, 0),
    sm=80,
    effects=(Effect.WRITE,),
    section="9.7.13.15.9",
    doc="make the 8 bytes at addr a barrier that count arrivals complete, in phase 0",
)
MBARRIER_INVAL = instruction(
    "mbarrier.inval{.space}.b64 [addr]",
    slots={"space": _SHARED},
    operands="addr:address",
    needs=_SINCE,
    ptx=(7, 0),
    sm=80,
    effects=(Effect.WRITE,),
    section="9.7.13.15.10",
    doc="end the barrier at addr: its memory may be used for something else",
)


def _transactions(operation: str, section: str, doc: str) -> Row:
    return instruction(
        f"mbarrier.{operation}{{.sem}}{{.scope}}{{.space}}.b64 [addr], txCount",
        slots={"sem": ("relaxed",), "scope": _SCOPES, "space": _ALL_SHARED},
        operands="addr:address txCount:u32",
        legal=_BOTH,
        ptx=(8, 0),
        sm=90,
        effects=(Effect.ATOMIC,),
        section=section,
        doc=doc,
    )


MBARRIER_EXPECT_TX = _transactions(
    "expect_tx", "9.7.13.15.11", "the current phase also waits for txCount bytes of asynchronous copies"
)
MBARRIER_COMPLETE_TX = _transactions(
    "complete_tx", "9.7.13.15.12", "count txCount bytes of asynchronous copies as done, without copying"
)


def _arrivals(operation: str, section: str, what: str) -> tuple[Row, ...]:
    """The seven lines that `arrive` and `arrive_drop` have alike."""

    def line(
        name: str,
        operands: str,
        types: str,
        doc: str,
        ptx: tuple[int, int],
        sm: int,
        sem: tuple[str, ...] = ("release", "relaxed"),
        scope: tuple[str, ...] = _SCOPES,
    ) -> Row:
        slots = {"sem": sem, "scope": scope, "space": _SHARED}
        return instruction(
            f"mbarrier.{operation}{name} {operands}",
            slots={key: value for key, value in slots.items() if f".{key}}}" in name},
            operands=types,
            legal=_BOTH,
            needs=_SINCE,
            ptx=ptx,
            sm=sm,
            effects=(Effect.ATOMIC, Effect.FENCE),
            section=section,
            doc=doc,
        )

    local, remote = "{.sem}{.scope}{.space}.b64", "{.sem}{.scope}.shared::cluster.b64"
    return (
        line(
            local,
            "state, [addr]",
            "=state:b64 addr:address",
            f"{what} once; state = the phase before",
            (7, 0),
            80,
        ),
        line(
            local,
            "state, [addr], count",
            "=state:b64 addr:address count:u32",
            f"{what} count times; state = the phase before",
            (7, 8),
            90,
        ),
        line(
            remote,
            "_, [addr]{, count}",
            "=_:sink addr:shared count:u32",
            f"{what} count times (once without count) at a barrier of a CTA of the cluster",
            (8, 0),
            90,
        ),
        line(
            f".expect_tx{local}",
            "state, [addr], txCount",
            "=state:b64 addr:address txCount:u32",
            f"{what} once, after the phase was made to wait for txCount bytes more; state = the phase before",
            (8, 0),
            90,
        ),
        line(
            f".expect_tx{remote}",
            "_, [addr], txCount",
            "=_:sink addr:shared txCount:u32",
            f"{what} once at a barrier of a CTA of the cluster, which waits for txCount bytes more",
            (8, 0),
            90,
        ),
        line(
            ".noComplete{.sem}{.scope}{.space}.b64",
            "state, [addr], count",
            "=state:b64 addr:address count:u32",
            f"{what} count times, which must not complete the phase; state = the phase before",
            (7, 0),
            80,
            ("release",),
            ("cta",),
        ),
    )


(
    MBARRIER_ARRIVE,
    MBARRIER_ARRIVE_COUNT,
    MBARRIER_ARRIVE_REMOTE,
    MBARRIER_ARRIVE_EXPECT_TX,
    MBARRIER_ARRIVE_EXPECT_TX_REMOTE,
    MBARRIER_ARRIVE_NO_COMPLETE,
) = _arrivals("arrive", "9.7.13.15.13", "arrive")
(
    MBARRIER_ARRIVE_DROP,
    MBARRIER_ARRIVE_DROP_COUNT,
    MBARRIER_ARRIVE_DROP_REMOTE,
    MBARRIER_ARRIVE_DROP_EXPECT_TX,
    MBARRIER_ARRIVE_DROP_EXPECT_TX_REMOTE,
    MBARRIER_ARRIVE_DROP_NO_COMPLETE,
) = _arrivals("arrive_drop", "9.7.13.15.14", "leave all later phases and arrive")


def _wait(line: str, types: str, ptx: tuple[int, int], sm: int, doc: str) -> Row:
    return instruction(
        line,
        slots={"sem": ("acquire", "relaxed"), "scope": _SCOPES, "space": _SHARED},
        operands=f"=waitComplete:pred addr:address {types}",
        legal=_BOTH,
        needs=_SINCE,
        ptx=ptx,
        sm=sm,
        effects=(Effect.READ, Effect.FENCE),
        section="9.7.13.15.16",
        doc=doc,
    )


MBARRIER_TEST_WAIT = _wait(
    "mbarrier.test_wait{.sem}{.scope}{.space}.b64 waitComplete, [addr], state",
    "state:b64",
    (7, 0),
    80,
    "waitComplete = whether the phase that state names is over",
)
MBARRIER_TEST_WAIT_PARITY = _wait(
    "mbarrier.test_wait.parity{.sem}{.scope}{.space}.b64 waitComplete, [addr], phaseParity",
    "phaseParity:u32",
    (7, 1),
    80,
    "waitComplete = whether the phase of this parity (the current or the one before) is over",
)
MBARRIER_TRY_WAIT = _wait(
    "mbarrier.try_wait{.sem}{.scope}{.space}.b64 waitComplete, [addr], state{, suspendTimeHint}",
    "state:b64 suspendTimeHint:u32",
    (7, 8),
    90,
    "wait for a while; waitComplete = whether the phase that state names is over",
)
MBARRIER_TRY_WAIT_PARITY = _wait(
    "mbarrier.try_wait.parity{.sem}{.scope}{.space}.b64 waitComplete, [addr], phaseParity{, suspendTimeHint}",
    "phaseParity:u32 suspendTimeHint:u32",
    (7, 8),
    90,
    "wait for a while; waitComplete = whether the phase of this parity (the current or the one before) is over",
)
MBARRIER_PENDING_COUNT = instruction(
    "mbarrier.pending_count.b64 count, state",
    operands="=count:u32 state:b64",
    ptx=(7, 0),
    sm=80,
    section="9.7.13.15.17",
    doc="count = how many arrivals were missing when state was taken",
)
