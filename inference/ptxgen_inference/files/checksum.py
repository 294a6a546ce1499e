"""The checksum that our own files carry over header, metadata and tensor table.

GGUF has none: in a file without it a changed number is another number. The SHA-256 stands in one metadata key, and a
second key at the other end of the metadata says that it must be there, so that a fault in one of the names is seen.
"""

from __future__ import annotations

import hashlib

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.scan import Structure

DIGEST, CHECKED = "ptxgen.structure.sha256", "ptxgen.structure.checked"
BLANK = "0" * 64
"""What stands for the digest while it is computed."""


def digest(view: memoryview, structure: Structure) -> str:
    """The digest of everything before the tensor data, with `BLANK` in its own place."""
    at = structure.value_at[DIGEST] + 8
    hashed = hashlib.sha256(view[:at])
    hashed.update(BLANK.encode("ascii"))
    hashed.update(view[at + len(BLANK) : structure.end])
    return hashed.hexdigest()


def verify(source: str, view: memoryview, structure: Structure) -> None:
    """Check a file that has a checksum. Raises INF024."""
    metadata = structure.metadata
    if DIGEST not in metadata and CHECKED not in metadata:
        return
    given = metadata.get(DIGEST)
    whole = isinstance(given, str) and len(given) == len(BLANK) and given.isascii()
    if not whole or digest(view, structure) != given or metadata.get(CHECKED) is not True:
        raise InferenceError(
            "INF024",
            f"{source}: expected header, metadata and tensor table with the checksum that they were written with, "
            "got others",
            help="the file was damaged or edited: fetch or make it again",
        )
