"""Stop strings: text is given out as soon as it cannot be the start of one."""

from __future__ import annotations

from attrs import define, field

from ptxgen_inference.errors import InferenceError


def _require_text(_: object, __: object, stops: tuple[str, ...]) -> None:
    if "" in stops:
        raise InferenceError("INF055", "a stop string is empty", help="leave it out, or give it a character")


@define
class StopStrings:
    """Cuts a text before the first stop string in it. Text comes in pieces, and stop strings may span them.

    `stopped` is true once one has been found; of two that begin at different places the earlier counts.
    """

    stops: tuple[str, ...] = field(validator=_require_text)
    stopped: bool = False
    held: str = ""

    def push(self, text: str) -> str:
        """The text that is certain by now. Nothing comes after a stop string."""
        if self.stopped:
            return ""
        self.held += text
        found = [at for at in map(self.held.find, self.stops) if at >= 0]
        self.stopped = bool(found)
        certain = min(found) if found else len(self.held) - self._possible()
        given, self.held = self.held[:certain], "" if found else self.held[certain:]
        return given

    def end(self) -> str:
        """The rest: no more text comes."""
        given, self.held = self.held, ""
        return given

    def _possible(self) -> int:
        """How many characters at the end may begin a stop string."""
        longest = max(map(len, self.stops), default=1) - 1
        for length in range(min(longest, len(self.held)), 0, -1):
            if any(stop.startswith(self.held[-length:]) for stop in self.stops):
                return length
        return 0
