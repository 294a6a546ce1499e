"""The one way in: a model from a path of any kind."""

from __future__ import annotations

from os import PathLike
from pathlib import Path

from ptxgen_inference.errors import InferenceError
from ptxgen_inference.files.gguf import open_gguf
from ptxgen_inference.files.hugging_face import open_folder
from ptxgen_inference.files.model import ModelFile


def open_model(path: str | PathLike[str]) -> ModelFile:
    """The model of a GGUF file (of a split one, all parts), or of a folder or file of safetensors.

    Tensors are views of the mapped files where they need not be rearranged. Raises INF010 to INF030.
    """
    given = Path(path)
    if not given.exists():
        raise InferenceError("INF030", f"cannot read {given}: there is no such file or folder")
    if given.is_dir() and not (given / "config.json").exists():
        raise _no_model(given)
    return open_folder(given) if given.is_dir() or given.suffix == ".safetensors" else open_gguf(given)


def _no_model(folder: Path) -> InferenceError:
    ours = sorted(each.name for each in folder.glob("*.gguf"))
    if ours:
        return InferenceError(
            "INF030", f"cannot read {folder}: it is a folder of GGUF files", help=f"name {ours[0]}"
        )
    return InferenceError(
        "INF030",
        f"cannot read {folder}: the folder has no config.json",
        help="name a GGUF file, or a folder with config.json and *.safetensors",
    )
