"""A launch as it is asked for: entry, grid, CTA, and arguments; what is not given is guessed.

Arguments are written `n=4096`, buffers `x=4096xf32`, `x=32x64xf16:zeros`, `x=64xu8:out` or `x=@file.npy`. A name is a
parameter's, or its position (`0=...`), since compilers make up names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from shlex import quote

import numpy as np
from attrs import evolve, field, frozen

from ptxgen.debug.body import symbols_in
from ptxgen.debug.errors import DebugError
from ptxgen.emulator.dtypes import dtype_of
from ptxgen.ir.analysis import LaunchFacts
from ptxgen.ir.module import Function, Module, Variable
from ptxgen.isa.types import TYPES, Type
from ptxgen.verification.trials import Content, Scalar, Trial, guessed

Triple = tuple[int, int, int]
_BUFFER = re.compile(r"(?P<dims>\d+(?:x\d+)*)x(?P<type>[a-z]\w*?)(?::(?P<role>random|zeros|out))?")
MOST_BYTES = 1 << 30
"""The largest buffer that is made."""
ALIGNMENT = 256
"""What the address of a buffer is a multiple of, as with any allocator of CUDA."""


@frozen
class Given:
    """A buffer: its bytes, and whether the launch may read them (`out` buffers start uninitialised)."""

    bytes: bytes
    filled: bool = True


@frozen
class LaunchRequest:
    """What is asked for. `entry` may be empty in a module with one entry."""

    entry: str = ""
    grid: Triple | None = None
    block: Triple | None = None
    cluster: Triple = (1, 1, 1)
    shared_bytes: int | None = None
    numbers: Mapping[str, str] = field(factory=dict[str, str])
    buffers: Mapping[str, str] = field(factory=dict[str, str])
    seed: int = 0

    def chosen(self, module: Module) -> Function:
        """The entry that is meant. DBG010 if that is not clear."""
        entries = module.entries
        found = [e for e in entries if e.name == self.entry] if self.entry else list(entries)
        if len(found) != 1:
            names = ", ".join(e.name for e in entries) or "(none)"
            problem = f"no entry {self.entry!r}" if self.entry else f"{len(entries)} entries"
            raise DebugError("DBG010", f"the module has {problem}", help=f"--entry takes one of: {names}")
        return found[0]

    def bound(self, function: Function) -> LaunchRequest:
        """The same with parameters by name, where positions were given. DBG011 for a name that no parameter has."""
        return evolve(self, numbers=_bound(self.numbers, function), buffers=_bound(self.buffers, function))

    def resolved(self, module: Module) -> Resolved:
        """The launch with all arguments. DBG011 for a name that no parameter has, DBG012 for a bad value."""
        function = self.chosen(module)
        bound = self.bound(function)
        numbers, buffers = bound.numbers, bound.buffers
        rng = np.random.default_rng(self.seed)
        trial = next(t for t in guessed(module, 1, self.seed) if t.entry == function.name)
        mentioned = {name for i in function.instructions() for name in symbols_in(i)}
        arguments: list[Scalar | Given] = []
        open_: list[str] = []
        for parameter, guess in zip(function.params, trial.arguments, strict=True):
            if parameter.name in buffers:
                arguments.append(_buffer(buffers[parameter.name], rng))
            elif parameter.name in numbers:
                arguments.append(Scalar(_number(numbers[parameter.name], parameter)))
            else:
                if parameter.name in mentioned:
                    open_.append(parameter.name)
                arguments.append(Given(guess.bytes) if isinstance(guess, Content) else guess)
        extents = (("--grid", self.grid), ("--block", self.block or function.directive("reqntid")))
        missing = tuple(name for name, known in extents if known is None)
        made = Trial(
            function.name,
            self.grid or trial.grid,
            self.block or trial.block,
            trial.arguments,
            trial.shared_bytes if self.shared_bytes is None else self.shared_bytes,
        )
        return Resolved(function, made, tuple(arguments), self.cluster, (*missing, *open_))


@frozen
class Resolved:
    """A launch with everything that it needs. `open` are the parameters and options that were not given but guessed."""

    function: Function
    trial: Trial
    arguments: tuple[Scalar | Given, ...]
    cluster: Triple
    open: tuple[str, ...]

    @property
    def guessed(self) -> bool:
        return bool(self.open)

    @property
    def options(self) -> str:
        """What was guessed, as options that say it: to be copied and put right."""
        extents = {"--grid": self.trial.grid, "--block": self.trial.block}
        words = [f"{name} {','.join(map(str, extents[name]))}" for name in self.open if name in extents]
        for parameter, argument in zip(self.function.params, self.arguments, strict=True):
            if parameter.name not in self.open or parameter.shape:
                continue
            if isinstance(argument, Given):
                words.append(f"--buffer {quote(f'{parameter.name}={len(argument.bytes) // 4}xf32')}")
            elif parameter.type.is_float:
                words.append(f"--arg {quote(f'{parameter.name}=1.0')}")
            else:
                number = int.from_bytes(argument.bytes, "little")
                words.append(f"--arg {quote(f'{parameter.name}={number}')}")
        return " ".join(words)

    def facts(self) -> LaunchFacts:
        """What the static engine may rely on: what was given, whatever else was guessed."""
        named = list(zip(self.function.params, self.arguments, strict=True))
        given = [(p, a) for p, a in named if p.name not in self.open]
        numbers = {
            p.name: int.from_bytes(a.bytes, "little")
            for p, a in given
            if isinstance(a, Scalar) and not p.type.is_float and len(a.bytes) <= 8
        }
        sizes = {p.name: len(a.bytes) for p, a in given if isinstance(a, Given)}
        return LaunchFacts(
            grid=None if "--grid" in self.open else self.trial.grid,
            block=None if "--block" in self.open else self.trial.block,
            arguments=numbers,
            alignments=dict.fromkeys(sizes, ALIGNMENT),
            sizes=sizes,
        )


def parse_pairs(texts: tuple[str, ...]) -> dict[str, str]:
    """`NAME=VALUE` options as a mapping. DBG012 for text of another form."""
    found: dict[str, str] = {}
    for text in texts:
        name, equals, value = text.partition("=")
        if not (name and equals and value):
            raise DebugError("DBG012", f"{text!r} is not NAME=VALUE", help="--arg n=4096 --buffer x=4096xf32")
        found[name] = value
    return found


def _bound(given: Mapping[str, str], function: Function) -> dict[str, str]:
    names = [p.name for p in function.params]
    bound: dict[str, str] = {}
    for name, value in given.items():
        if name in names:
            bound[name] = value
        elif name.isdecimal() and int(name) < len(names):
            bound[names[int(name)]] = value
        else:
            raise DebugError(
                "DBG011",
                f"{function.name} has no parameter {name!r}",
                help=f"parameters: {', '.join(names) or '(none)'}; a position (0, 1, ...) does as well",
            )
    return bound


def _number(text: str, parameter: Variable) -> bytes:
    type = parameter.type
    if parameter.shape:
        raise DebugError("DBG012", f"{parameter.name} is a structure; give its bytes with --buffer")
    try:
        if type.is_float:
            return np.array(float(text), dtype_of(type)).tobytes()
        value = int(text, 0)
        return (value & ((1 << type.bits) - 1)).to_bytes(type.bytes, "little")
    except (ValueError, OverflowError):
        raise DebugError("DBG012", f"{text!r} is not a number of type {type}") from None


def _buffer(text: str, rng: np.random.Generator) -> Given:
    if text.startswith("@"):
        try:
            array = np.load(Path(text[1:]), allow_pickle=False)
        except (OSError, ValueError) as error:
            raise DebugError("DBG012", f"{text[1:]!r} cannot be read as an array: {error}") from None
        return Given(np.ascontiguousarray(array).tobytes())
    match = _BUFFER.fullmatch(text)
    type = TYPES.get(match["type"]) if match else None
    if match is None or type is None or type.bits < 8:
        raise DebugError(
            "DBG012", f"{text!r} is not a buffer", help="write 4096xf32, 32x64xf16:zeros or @file.npy"
        )
    count = 1
    for extent in match["dims"].split("x"):
        count *= int(extent)
    if count * type.bytes > MOST_BYTES:
        raise DebugError("DBG012", f"{text!r} has more than {MOST_BYTES} bytes")
    if match["role"] in ("zeros", "out"):
        return Given(bytes(count * type.bytes), filled=match["role"] == "zeros")
    return Given(_random(type, count, rng))


def _random(type: Type, count: int, rng: np.random.Generator) -> bytes:
    """Numbers of a type: normal ones for floats, small ones for integers, so that they may be indices."""
    if type.is_float and type.bits in (16, 32, 64) and type.name != "bf16":
        return rng.standard_normal(count).astype(f"f{type.bytes}").tobytes()
    if type.name == "bf16":
        return (
            (rng.standard_normal(count).astype(np.float32).view(np.uint32) >> 16).astype(np.uint16).tobytes()
        )
    return rng.integers(0, 16, count).astype(f"u{type.bytes}").tobytes()
