"""The control-flow graph of a function as a drawing: boxes and paths with what they mean."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise

from attrs import frozen

from ptxgen.debug.body import Body
from ptxgen.debug.report.html.layout import Point, Sizes, laid_out
from ptxgen.ir.analysis import Edge
from ptxgen.isa.table import Effect

MOST = 60
"""Blocks of a function that is drawn; a larger one is told of in words."""
_LABEL = 22
SIZES = Sizes()


@frozen
class Box:
    """A block: its place (upper left corner), what it is called, its lines, and whether only some threads run it."""

    x: float
    y: float
    label: str
    line: int
    summary: str
    divergent: bool
    branches: bool
    barrier: bool
    worst: str


@frozen
class Path:
    """An edge: an SVG path, its condition and where that is written, and whether threads part here."""

    d: str
    divergent: bool
    back: bool
    condition: str
    x: float
    y: float


@frozen
class Drawing:
    """A function's graph. Without boxes it was too large (`blocks` of them)."""

    name: str
    blocks: int
    unreachable: int
    boxes: tuple[Box, ...] = ()
    paths: tuple[Path, ...] = ()
    width: float = 0
    height: float = 0


def drawn(body: Body, marks: dict[int, str]) -> Drawing:
    """The drawing of a function. `marks`: the worst severity of the findings at a line."""
    cfg = body.analysis.cfg
    unreachable = len(cfg.blocks) - len(cfg.order)
    if len(cfg.order) > MOST or not cfg.order:
        return Drawing(body.function.name, len(cfg.order), unreachable)
    reachable = cfg.reachable()
    edges = [e for n in cfg.order for e in cfg.edges[n] if e.target in reachable]
    pairs = list(dict.fromkeys((e.source, e.target) for e in edges))
    layout = laid_out(cfg.order, pairs, SIZES)
    boxes = tuple(_box(body, n, layout.centres[n], marks) for n in cfg.order)
    by_pair = {(e.source, e.target): e for e in edges}
    paths = tuple(_path(body, by_pair[pair], route) for pair, route in layout.routes.items())
    return Drawing(body.function.name, len(cfg.order), unreachable, boxes, paths, layout.width, layout.height)


def _box(body: Body, number: int, centre: Point, marks: dict[int, str]) -> Box:
    block = body.function.blocks[number]
    lines = [i.line for i in block.instructions if i.line]
    label = body.label(number)
    count = len(block.instructions)
    span = "" if not lines else f"line {lines[0]}" if lines[0] == lines[-1] else f"{lines[0]}–{lines[-1]}"
    divergence = body.analysis.divergence
    worst = min((marks[line] for line in lines if line in marks), default="", key=_RANK.__getitem__)
    return Box(
        round(centre.x - SIZES.width / 2, 1),
        round(centre.y - SIZES.height / 2, 1),
        label if len(label) <= _LABEL else f"{label[: _LABEL - 1]}…",
        lines[0] if lines else 0,
        f"{span} · {count} instruction{'s' if count != 1 else ''}",
        number in divergence.blocks,
        number in divergence.branches,
        any(Effect.BARRIER in i.form.row.effects for i in block.instructions),
        worst,
    )


_RANK = {"error": 0, "warning": 1, "hint": 2}


def _path(body: Body, edge: Edge, route: Sequence[Point]) -> Path:
    order = body.analysis.cfg.order
    back = order.index(edge.target) <= order.index(edge.source)
    guard = edge.condition
    condition = "" if guard is None else f"@{'!' if guard.negated else ''}{guard.register.name}"
    divergent = edge.source in body.analysis.divergence.branches
    start = route[0]
    aside = 8 if route[1].x >= start.x else -10 - 6.4 * len(condition)
    place = Point(start.x + aside, start.y + 14)
    if back:
        place = Point(route[1].x + 5, (route[1].y + route[2].y) / 2 + 4)
    return Path(
        " ".join(_around(route) if back else _down(route)),
        divergent,
        back,
        condition if len(condition) <= _LABEL else "",
        round(place.x, 1),
        round(place.y, 1),
    )


def _down(route: Sequence[Point]) -> Iterator[str]:
    """Curves from point to point that leave and arrive upright."""
    yield f"M{route[0].x:.1f} {route[0].y:.1f}"
    for one, other in pairwise(route):
        middle = (one.y + other.y) / 2
        yield f"C{one.x:.1f} {middle:.1f} {other.x:.1f} {middle:.1f} {other.x:.1f} {other.y:.1f}"


def _around(route: Sequence[Point]) -> Iterator[str]:
    """A way with rounded corners along the right side."""
    start, corner, turn, end = route
    if start.y == end.y:
        start, corner = Point(start.x, start.y + 12), Point(corner.x, corner.y + 12)
        turn, end = Point(turn.x, turn.y - 12), Point(end.x, end.y - 12)
    yield f"M{start.x:.1f} {start.y:.1f}H{corner.x - 8:.1f}"
    yield f"Q{corner.x:.1f} {corner.y:.1f} {corner.x:.1f} {corner.y - 8:.1f}V{turn.y + 8:.1f}"
    yield f"Q{turn.x:.1f} {turn.y:.1f} {turn.x - 8:.1f} {turn.y:.1f}H{end.x:.1f}"
