"""Other projects, measured in a Python of their own, so that nothing of theirs is needed to use or test ours."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent
NOT_INSTALLED = 3
"""Exit status of a peer's script that cannot import its peer."""


class MissingPeerError(Exception):
    """The peer cannot be asked; the message says what is missing and how to get it."""


def ask(python: str, script: str, packages: str, request: dict[str, Any]) -> dict[str, Any]:
    """Run a script of this folder in another Python: JSON in, JSON out on the last line."""
    try:
        answer = subprocess.run(
            [python, str(FOLDER / script)],
            input=json.dumps(request),
            capture_output=True,
            text=True,
            check=False,
        )
    except FileNotFoundError as error:
        raise MissingPeerError(f"there is no Python {python!r}") from error
    if answer.returncode == NOT_INSTALLED:
        raise MissingPeerError(
            f"{packages}: not installed for {python}. To compare:\n"
            f"    python -m venv peers && peers/bin/pip install {packages}\n"
            "    and run this again with --peer-python peers/bin/python"
        )
    if answer.returncode:
        raise SystemExit(f"{script} failed:\n{answer.stderr}")
    return json.loads(answer.stdout.splitlines()[-1])
