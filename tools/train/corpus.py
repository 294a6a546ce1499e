"""The text: the King James Bible as Debian's `bible` program prints it, and its split into chapters.

`apt-get install bible-kjv` (package `bible-kjv-text` 4.38), then `bible -f gen1:1-rev22:21 > kjv.txt`: a verse a
line, its reference before it. Every `EVERY`-th chapter is held out; one that has much of its text word for word
elsewhere (the parallel chapters of Kings, Chronicles, Isaiah and the Gospels) would be a leak, and the next chapter
takes its place.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

import attrs

SHA256 = "cd45f0c9cedab8e4439bd6486c8952c77cc8b0ecc5d1f6ae3513f2039f47229d"
EVERY = 40
SHINGLE = 8
LARGEST_SHARE = 0.03


@attrs.frozen
class Split:
    """Chapters by the side they are on; a chapter is its verses' lines, with a newline at each line's end."""

    training: tuple[str, ...]
    held_out: tuple[str, ...]


def chapters(text: str) -> list[str]:
    """The chapters of the whole text, in order."""
    found: list[str] = []
    last = ""
    for line in text.splitlines(keepends=True):
        match = re.match(r"(\S+?)(\d+):(\d+) ", line)
        if match is None:
            raise ValueError(f"expected a line that starts with a verse's reference, found {line[:40]!r}")
        chapter = match[1] + match[2] if match[3] == "1" else last
        if chapter != last or match[3] == "1":
            found.append("")
        found[-1] += line
        last = chapter
    return found


def _shingles(chapter: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"[a-z]+", re.sub(r"(?m)^\S+ ", "", chapter).lower())
    return (tuple(words[at : at + SHINGLE]) for at in range(len(words) - SHINGLE + 1))


def shared(chapter: str, others: Iterable[str]) -> float:
    """The share of a chapter's runs of `SHINGLE` words that occur in other chapters too."""
    own = list(_shingles(chapter))
    known = {shingle for other in others for shingle in _shingles(other)}
    return sum(shingle in known for shingle in own) / max(1, len(own))


def split(text: str) -> Split:
    """Training and held-out chapters, the same ones at every run."""
    every = chapters(text)
    places: dict[tuple[str, ...], set[int]] = {}
    for index, chapter in enumerate(every):
        for shingle in _shingles(chapter):
            places.setdefault(shingle, set()).add(index)

    def parallel(index: int) -> bool:
        own = list(_shingles(every[index]))
        return sum(len(places[shingle]) > 1 for shingle in own) > LARGEST_SHARE * len(own)

    starts = range(EVERY // 2, len(every), EVERY)
    held = [next(index for index in range(start, len(every)) if not parallel(index)) for start in starts]
    return Split(
        tuple(chapter for index, chapter in enumerate(every) if index not in held),
        tuple(every[index] for index in held),
    )


def read(path: Path) -> str:
    """The text of the file, which is the one this model was made from or an error."""
    data = path.read_bytes()
    if (found := hashlib.sha256(data).hexdigest()) != SHA256:
        raise ValueError(
            f"expected the text with SHA-256 {SHA256}, found {found}: print it with bible-kjv 4.38"
        )
    return data.decode("ascii")
