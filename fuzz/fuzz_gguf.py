"""Fuzz the reader of GGUF files: mutated and truncated files give a clear error or the model that is meant.

`python fuzz/fuzz_gguf.py --runs 5000 --seed 1`. Files with our checksum must be refused or have the metadata and
tensors that they had; of other files, whatever is read must be what the `gguf` package reads of the same bytes.
With `--memory 512` the process may map so many MiB more than it has at the start.
"""

from __future__ import annotations

import argparse
import json
import random
import struct
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from attrs import frozen

from ptxgen.quant import FORMATS
from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files import ModelFile, Tensor, open_model, write_gguf
from ptxgen_inference.files.scales import scale_fault
from ptxgen_inference.files.scan import scan

ERROR_CHARACTERS = 2000
NUMBERS = (
    0,
    1,
    2,
    8,
    31,
    33,
    64,
    255,
    1 << 16,
    1 << 31,
    (1 << 32) - 1,
    1 << 33,
    1 << 62,
    (1 << 63) - 1,
    (1 << 64) - 1,
)
METADATA: dict[str, Any] = {
    "general.architecture": "llama",
    "general.alignment": 32,
    "llama.block_count": 2,
    "llama.attention.layer_norm_rms_epsilon": float(np.float32(1e-5)),
    "tokenizer.ggml.tokens": ["<s>", "</s>", *(f"word{i}" for i in range(20)), "é"],
    "tokenizer.ggml.scores": [float(-i) for i in range(23)],
    "tokenizer.ggml.token_type": [3, 3] + [1] * 21,
    "tokenizer.ggml.add_bos_token": True,
    "some.flags": [True, False],
}

Model = tuple[dict[str, Any], list[tuple[str, tuple[int, ...], int]], list[bytes]]
"""Metadata; name, shape and type of each tensor; and their bytes."""


@frozen
class Seed:
    """A sound file: its bytes, where the table ends and the data starts, and the model in it."""

    content: bytes
    signed: bool
    end: int
    start: int
    model: Model


def tensors() -> list[Tensor]:
    """One tensor of each format, and a vector."""
    rng = np.random.default_rng(5)
    made = [("norm.weight", (6,), FORMATS["F32"])]
    made += [(f"blk.{i}.weight", (2, 256), format) for i, format in enumerate(FORMATS.values())]
    return [
        Tensor(name, shape, format, format.encode(rng.standard_normal(shape).astype(np.float32)))
        for name, shape, format in made
    ]


def seeds(folder: Path) -> list[Seed]:
    """A file of our writer and one of the `gguf` package's."""
    write_gguf(folder / "ours.gguf", METADATA, tensors())
    writer = gguf.GGUFWriter(folder / "theirs.gguf", "llama")
    writer.add_uint32("llama.block_count", 2)
    writer.add_float64("llama.double", 0.5)
    writer.add_int8("llama.byte", -3)
    writer.add_array("tokenizer.ggml.tokens", METADATA["tokenizer.ggml.tokens"])
    writer.add_array("tokenizer.ggml.scores", METADATA["tokenizer.ggml.scores"])
    for tensor in tensors():
        type = gguf.GGMLQuantizationType(tensor.format.ggml_type)
        writer.add_tensor(tensor.name, tensor.data, raw_dtype=type)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return [_seed(folder / "ours.gguf", signed=True), _seed(folder / "theirs.gguf", signed=False)]


def _seed(path: Path, *, signed: bool) -> Seed:
    content = path.read_bytes()
    structure = scan(path.name, memoryview(content))
    return Seed(content, signed, structure.end, structure.tensors[0].at, as_we_read(open_model(path)))


def as_we_read(model: ModelFile) -> Model:
    """What a model has, to be compared."""
    found = list(model.tensors.values())
    table = [(t.name, t.shape, t.format.ggml_type) for t in found]
    return dict(model.metadata), table, [t.data.tobytes() for t in found]


def as_gguf_reads(path: Path) -> Model:
    """The same, as the `gguf` package has it."""
    reader = gguf.GGUFReader(path)
    metadata = {name: f.contents() for name, f in reader.fields.items() if not name.startswith("GGUF.")}
    table = [(t.name, tuple(map(int, t.shape[::-1])), int(t.tensor_type)) for t in reader.tensors]
    return metadata, table, [np.asarray(t.data).tobytes() for t in reader.tensors]


def mutated(seed: Seed, rng: random.Random) -> tuple[bytes, bool]:
    """A mutant, and whether bytes of tensors were changed in their place."""
    data = bytearray(seed.content)
    touched = False
    for _ in range(rng.choice((1, 1, 1, 2, 4))):
        match rng.randrange(8):
            case 0:
                del data[rng.randrange(len(data) + 1) :]
            case 1:
                data += rng.choice((bytes(1), bytes(32), rng.randbytes(rng.randrange(1, 200)), bytes(data)))
            case 2 if len(data) > seed.start:
                at = rng.randrange(seed.start, len(data))
                data[at] = rng.choice((0x7C, 0x7E, 0xFF, rng.randrange(256)))
                touched = True
            case _:
                _edit(data, min(seed.end, len(data)), rng)
    return bytes(data), touched


def _edit(data: bytearray, end: int, rng: random.Random) -> None:
    """One edit before `end`."""
    at, other = rng.randrange(end + 1), rng.randrange(end + 1)
    size = rng.choice((1, 2, 4, 8, 24, 64))
    match rng.randrange(7):
        case 0 if at < len(data):
            data[at] ^= 1 << rng.randrange(8)
        case 1 if at < len(data):
            data[at] = rng.randrange(256)
        case 2 if at + 8 <= end:
            number = rng.choice(
                (*NUMBERS, len(data), struct.unpack_from("<Q", data, at)[0] + rng.choice((-32, -1, 1, 32)))
            )
            struct.pack_into("<Q", data, at, number % (1 << 64))
        case 3 if at + 4 <= end:
            struct.pack_into("<I", data, at, rng.choice(NUMBERS) % (1 << 32))
        case 4:
            del data[at : min(at + size, end)]
        case 5:
            data[at:at] = data[other : other + size]
        case _:
            data[at : at + size] = data[other : other + min(size, end - at)]


def _opened(path: Path) -> ModelFile | InferenceError:
    try:
        return open_model(path)
    except InferenceError as error:
        return error


def check(path: Path, seed: Seed, touched: bool) -> str:
    """What becomes of a mutant: an error's id, `same` or `read`. Raises AssertionError for a finding."""
    opened = _opened(path)
    if isinstance(opened, InferenceError):
        assert len(str(opened)) < ERROR_CHARACTERS, "an error as long as the file"
        return opened.id
    for tensor in opened.tensors.values():
        fault = scale_fault(tensor)
        assert fault is None or tensor.name in fault, "a scale without its tensor's name"
    read = as_we_read(opened)
    if seed.signed:
        assert repr(read[:2]) == repr(seed.model[:2]), "other metadata or another table"
        assert touched or read[2] == seed.model[2], "other weights"
        return "same"
    assert repr(read) == repr(as_gguf_reads(path)), "not what the gguf package reads"
    return "same" if repr(read) == repr(seed.model) else "read"


def run(runs: int, seed: int) -> dict[str, Any]:
    """How often each outcome came, and the processor time of the slowest file."""
    rng = random.Random(seed)
    outcomes: Counter[str] = Counter()
    slowest = 0.0
    with tempfile.TemporaryDirectory() as folder:
        given = seeds(Path(folder))
        path = Path(folder) / "model.gguf"
        for _ in range(runs):
            chosen = rng.choice(given)
            data, touched = mutated(chosen, rng)
            path.write_bytes(data)
            start = time.thread_time()
            try:
                outcome = check(path, chosen, touched)
            except Exception:
                Path("fuzz-finding.gguf").write_bytes(data)
                raise
            slowest = max(slowest, time.thread_time() - start)
            outcomes["signed " * chosen.signed + outcome] += 1
    return {"runs": runs, "slowest": slowest, "outcomes": dict(sorted(outcomes.items()))}


def limit(mebibytes: int) -> None:
    """Let this process map no more than it has and `mebibytes`."""
    import resource

    pages = int(Path("/proc/self/statm").read_text().split()[0])
    most = pages * resource.getpagesize() + (mebibytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (most, most))


def main() -> None:
    """Run, and print the outcomes as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--memory", type=int, metavar="MIB", help="memory that may be taken (Linux)")
    arguments = parser.parse_args()
    if arguments.memory:
        limit(arguments.memory)
    print(json.dumps(run(arguments.runs, arguments.seed), indent=2))


if __name__ == "__main__":
    main()
