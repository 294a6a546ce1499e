"""What a kernel says about its own launch (PTX ISA 9.0, sections 9.7.13.17, 9.7.13.18 and 9.7.19.5)."""

from __future__ import annotations

from ptxgen.isa.spaces import StateSpace
from ptxgen.isa.table import Effect, Scope, instruction

NO_CANCEL = "CTAs are not launched one after another by the emulator, so there is none to take over"

CLUSTERLAUNCHCONTROL_TRY_CANCEL = instruction(
    "clusterlaunchcontrol.try_cancel.async{.space}.mbarrier::complete_tx::bytes{.multicast::cluster::all}.b128"
    " [addr], [mbar]",
    slots={"space": ("shared::cta",)},
    operands="addr:address mbar:address",
    needs={"multicast::cluster::all": ((8, 6), "sm_100f|sm_110f|sm_120f")},
    ptx=(8, 6),
    sm=100,
    effects=(Effect.WRITE, Effect.VOLATILE),
    space=StateSpace.GENERIC,
    section="9.7.13.17",
    doc="ask to take over the work of a cluster that has not started; the answer is written to addr, which mbar counts",
    not_emulated=NO_CANCEL,
)
CLUSTERLAUNCHCONTROL_IS_CANCELED = instruction(
    "clusterlaunchcontrol.query_cancel.is_canceled.pred.b128 pred, try_cancel_response",
    operands="=pred:pred try_cancel_response:b128",
    ptx=(8, 6),
    sm=100,
    section="9.7.13.18",
    doc="pred = whether there was a cluster to take over",
    not_emulated=NO_CANCEL,
)
CLUSTERLAUNCHCONTROL_FIRST_CTAID = instruction(
    "clusterlaunchcontrol.query_cancel.get_first_ctaid.v4.b32.b128 d, try_cancel_response",
    operands="d:b32[4] try_cancel_response:b128",
    ptx=(8, 6),
    sm=100,
    section="9.7.13.18",
    doc="d = x, y and z of the first CTA of the cluster to take over; the fourth element means nothing",
    not_emulated=NO_CANCEL,
)
CLUSTERLAUNCHCONTROL_FIRST_CTAID_DIMENSION = instruction(
    "clusterlaunchcontrol.query_cancel.dimension.b32.b128 d, try_cancel_response",
    dimension=("get_first_ctaid::x", "get_first_ctaid::y", "get_first_ctaid::z"),
    operands="d:b32 try_cancel_response:b128",
    ptx=(8, 6),
    sm=100,
    section="9.7.13.18",
    doc="d = x, y or z of the first CTA of the cluster to take over",
    not_emulated=NO_CANCEL,
)
SETMAXNREG = instruction(
    "setmaxnreg.action.sync.aligned.u32 imm-reg-count",
    action=("inc", "dec"),
    operands=f"imm-reg-count:imm<{'|'.join(map(str, range(24, 257, 8)))}>",
    ptx=(8, 0),
    sm="sm_90a|sm_100f|sm_110f|sm_120f",
    scope=Scope.WARP,
    effects=(Effect.VOLATILE,),
    section="9.7.19.5",
    doc="give registers of the warp back (dec), or wait until it can have so many (inc)",
)
