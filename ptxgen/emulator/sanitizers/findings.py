"""What a sanitizer finds: who did what, where, and to which memory."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import field, frozen

from ptxgen.emulator.errors import Place
from ptxgen.errors import Diagnostic, PtxgenError, Severity, SourceLocation, source_line

KINDS: dict[tuple[str, str], tuple[str, str]] = {
    ("memcheck", "out-of-bounds"): ("SAN001", "check the index against the extent before the access"),
    ("memcheck", "misaligned"): ("SAN002", "accesses must be aligned to their whole size, vectors included"),
    ("memcheck", "use-after-free"): ("SAN003", "keep the array alive until the launch has ended"),
    ("memcheck", "written-read-only"): (
        "SAN004",
        "read with plain ld.global what the launch itself writes: .nc and .const may return old values",
    ),
    ("memcheck", "leak"): ("SAN005", "free it, or drop every reference to the array, before the device is closed"),
    ("initcheck", "memory"): ("SAN010", "write the memory on every path before its value is used"),
    ("initcheck", "register"): ("SAN011", "give the register a value on every path that leads here"),
    ("initcheck", "host-read"): ("SAN012", "let the kernel write all that is read back, or read back less"),
    ("racecheck", "write-write"): ("SAN020", "put a barrier between the two writes, or give them different places"),
    ("racecheck", "read-write"): ("SAN021", "put a barrier between the read and the write"),
    ("racecheck", "atomic-plain"): ("SAN022", "make both accesses atomic, or put a barrier between them"),
    ("racecheck", "proxy-fence"): (
        "SAN024",
        "let the threads that stored execute fence.proxy.async, and then a barrier, before the copy",
    ),
    ("racecheck", "narrow-scope"): ("SAN025", "let both have a scope with both CTAs in it: .cluster, .gpu or .sys"),
    ("racecheck", "exited-cta"): (
        "SAN026",
        "let no CTA of a cluster end before the others are done with its memory: barrier.cluster",
    ),
    ("racecheck", "register-fence"): ("SAN027", "execute wgmma.fence between the two, in all warps of the warpgroup"),
    ("racecheck", "in-flight"): ("SAN023", "wait for the copy, and then for the threads that waited for theirs"),
    ("synccheck", "divergent-barrier"): (
        "SAN030",
        "move the barrier out of the branch, or make the condition the same for the whole CTA",
    ),
    ("synccheck", "deadlock"): ("SAN031", "let every thread that is waited for come to the barrier"),
    ("synccheck", "absent-lane"): ("SAN032", "keep all lanes of the warp alive until after the exchange"),
    ("synccheck", "member-mask"): ("SAN033", "name every lane that executes it, and no lane that does not"),
    ("synccheck", "barrier-count"): ("SAN034", "barriers are 0 to 15; all threads name the same multiple of 32"),
    ("synccheck", "mbarrier"): ("SAN036", "init once, in one thread; then as many arrivals a phase as init says"),
    ("synccheck", "unequal-operands"): ("SAN038", "give the same value in all lanes of the warp"),
    ("synccheck", "unexpected-bytes"): ("SAN037", "let the phase expect all bytes: mbarrier.arrive.expect_tx"),
    ("synccheck", "endless"): ("SAN039", "let what the loop waits for happen, or raise Limits.thread_steps"),
    ("synccheck", "unfinished-async"): ("SAN035", "wait for every group of copies before the thread ends"),
}  # fmt: skip
"""Each (tool, kind) with its stable id and its remedy."""


@frozen
class Witness:
    """One of the instructions that a finding is about, and threads that executed it (a sample of them).

    `line` is the PTX line (0 if the code is not from text), `location` the author's line where it is known.
    """

    action: str
    instruction: str
    line: int
    location: SourceLocation | None
    threads: tuple[Place, ...]

    def __str__(self) -> str:
        where = f"ptx line {self.line}" if self.line else "the built code"
        same = self.location is None or self.location.line == self.line
        author = "" if same else f" ({self.location})"
        who = f"CTA {self.threads[0].cta}, thread {self.threads[0].thread}" if self.threads else "some thread"
        return f"{self.action} by {who} at {where}{author}: {self.instruction}"


@frozen
class Finding:
    """One fault. Occurrences of the same fault at the same instructions are counted, not repeated.

    tool and kind are keys of `KINDS`. witness executed the instruction that revealed the fault; other, in races, the
    instruction that it conflicts with. address and nbytes say which bytes, in `space`; buffer names the memory, as
    well as it is known (of what is out of bounds, the nearest buffer); entry is the kernel. count: how many threads (or
    bytes, for leaks) showed it.
    """

    tool: str
    kind: str
    message: str
    witness: Witness | None = None
    other: Witness | None = None
    space: str = ""
    address: int | None = None
    nbytes: int = 0
    buffer: str = ""
    entry: str = ""
    count: int = 1
    notes: tuple[str, ...] = field(factory=tuple[str, ...])

    @property
    def id(self) -> str:
        return KINDS[self.tool, self.kind][0]

    @property
    def help(self) -> str:
        return KINDS[self.tool, self.kind][1]

    @property
    def line(self) -> int:
        """The PTX line, 0 where there is none."""
        return self.witness.line if self.witness is not None else 0

    @property
    def location(self) -> SourceLocation | None:
        """The author's line, where it is known."""
        return self.witness.location if self.witness is not None else None

    @property
    def threads(self) -> tuple[Place, ...]:
        """Threads in which it was seen, those of both instructions."""
        both = (self.witness, self.other)
        return tuple(place for w in both if w is not None for place in w.threads)

    def diagnostic(self) -> Diagnostic:
        """The same for whoever prints diagnostics."""
        message, notes = f"{self.tool}: {self.message}", tuple(self.details())
        return Diagnostic(self.id, Severity.ERROR, message, self.line, self.location, self.help, notes)

    def __str__(self) -> str:
        lines = [f"{self.tool}[{self.id}] {self.kind}: {self.message}"]
        if self.location is not None:
            lines.append(f"  --> {self.location}   {source_line(self.location)}".rstrip())
        lines += [f"  {detail}" for detail in self.details()]
        return "\n".join((*lines, f"  help: {self.help}"))

    def details(self) -> list[str]:
        """What is known beside the message: the instructions with their threads, the bytes, how often."""
        details = [str(w) for w in (self.witness, self.other) if w is not None]
        if self.address is not None:
            # Of what is out of bounds the buffer is only the nearest one, which the notes tell.
            owner = f" of {self.buffer}" if self.buffer and self.kind != "out-of-bounds" else ""
            size = f"{self.nbytes} bytes " if self.nbytes else ""
            details.append(f"{size}at {self.space} address {self.address:#x}{owner}")
        if self.count > 1:
            details.append(f"seen {self.count} times")
        return [*details, *self.notes]


class SanitizerError(PtxgenError):
    """A launch in which sanitizers found something; `findings` has it all, the error itself says the first."""

    def __init__(self, findings: Sequence[Finding]) -> None:
        first = findings[0]
        more = (f"{len(findings) - 1} more findings",) if len(findings) > 1 else ()
        super().__init__(
            first.id,
            f"{first.tool}: {first.message}",
            help=first.help,
            location=first.location,
            line=first.line,
            notes=(*first.details(), *more),
        )
        self.findings = tuple(findings)
