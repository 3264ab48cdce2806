"""Whether two screenshots show the same screen, looked at closely: laid over one another and compared in small cells.

Why it exists: a job hunter's screenshots are nearly all of the same few programs, often with the same text to another
person. A short fingerprint cannot tell those apart (measured: 0 of 128 bits between the same message to two people),
while a re-saved, shrunk or cropped copy of one screen stays the same in every cell. The strips at the top and the
bottom, where the system shows its clock, do not count.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exitzero.core.errors import BadInput
from exitzero.work.outreach.pictures import Load, Picture, near, opened

if TYPE_CHECKING:
    from PIL.Image import Image

#: Cells that may differ: a blinking cursor. Measured: copies differ in 0 cells, one letter of a name in 7.
SAME_CELLS = 4
#: Without the older file only looks this close are called the same.
BLIND_BITS = 10

_CELL = 4
_LEVEL = 20
_LONGEST_SIDE = 1600
_CLOCK_STRIP = 0.055
#: A crop takes at most this much off a side's length; beyond, it is another picture.
_MOST_CROPPED = 0.15
#: So many of the nearest are looked at closely; each takes 50 to 200 ms.
_MOST_COMPARED = 60


@dataclass(frozen=True, slots=True)
class Match:
    """A known picture that shows the same screen. ``bits`` is the distance of the looks, of 128.

    ``exact`` means the very same file. ``cells`` is the number of cells that differ, ``None`` if the older file is gone
    and the looks alone decided.
    """

    known_id: str
    bits: int
    exact: bool
    cells: int | None


def changed_cells(first: bytes, second: bytes) -> int | None:
    """Cells of 4 by 4 pixels that differ when one picture lies on the other; ``None`` if the sizes cannot fit.

    :class:`BadInput` if either is no picture.
    """
    one, other = (opened(data)[0].convert("L") for data in (first, second))
    found: list[int] = []
    if one.size == other.size:
        found.append(_count(one, other))
    else:
        if abs(one.width * other.height - other.width * one.height) <= 0.01 * one.width * other.height:
            found.append(_resized(one, other))
        if _fits(one.width, other.width) and _fits(one.height, other.height):
            found.append(_count(*_overlap(one, other, _offset(one, other))))
    return min(found, default=None)


def find_same(
    data: bytes, picture: Picture, *, known: Sequence[tuple[str, str]], digests: Sequence[tuple[str, str]], load: Load
) -> Match | None:
    """The known picture that shows the same screen as ``data``, if any.

    ``known`` are (id, looks) and ``digests`` (id, sha256) of every picture used before. Slow (seconds with many
    alike): not for the thread of the window.
    """
    for known_id, digest in digests:
        if digest == picture.sha256:
            return Match(known_id=known_id, bits=0, exact=True, cells=0)
    blind: Match | None = None
    for known_id, bits in near(picture, known)[:_MOST_COMPARED]:
        older = load(known_id)
        try:
            cells = changed_cells(older, data) if older else None
        except BadInput:  # Damaged since: as good as gone.
            older = None
            cells = None
        if not older:
            if bits <= BLIND_BITS and blind is None:
                blind = Match(known_id=known_id, bits=bits, exact=False, cells=None)
        elif cells is not None and cells <= SAME_CELLS:
            return Match(known_id=known_id, bits=bits, exact=False, cells=cells)
    return blind


# ---------------------------------------------------------------------------------------------- laying over


def _fits(one: int, other: int) -> bool:
    return abs(one - other) <= _MOST_CROPPED * max(one, other)


def _resized(one: "Image", other: "Image") -> int:
    """The finer one shrunk to the coarser, so that nothing is asked for that the coarser cannot hold."""
    from PIL.Image import Resampling

    coarse, fine = sorted((one, other), key=lambda image: image.width)
    return _count(coarse, fine.resize(coarse.size, Resampling.LANCZOS))


def _count(one: "Image", other: "Image") -> int:
    """Cells that differ, without the strips of the clock, in two pictures of one size that lie on each other.

    Large ones are shrunk first, so that a cell holds about as much text on every screen; not earlier, since a copy
    that was cropped by a few pixels would then no longer lie on the same grid.
    """
    from PIL import ImageChops

    if (longest := max(one.size)) > _LONGEST_SIDE:
        size = (one.width * _LONGEST_SIDE // longest or 1, one.height * _LONGEST_SIDE // longest or 1)
        one, other = one.resize(size, reducing_gap=3.0), other.resize(size, reducing_gap=3.0)
    apart = ImageChops.difference(one.reduce(_CELL), other.reduce(_CELL))
    strip = max(1, round(apart.height * _CLOCK_STRIP))
    apart = apart.crop((0, strip, apart.width, max(strip + 1, apart.height - strip)))
    return sum(apart.histogram()[_LEVEL:])


def _overlap(one: "Image", other: "Image", offset: tuple[int, int]) -> "tuple[Image, Image]":
    """What both show when the second begins at ``offset`` of the first."""
    x, y = offset
    left, top = (max(x, 0), max(y, 0)), (max(-x, 0), max(-y, 0))
    width = min(one.width - left[0], other.width - top[0])
    height = min(one.height - left[1], other.height - top[1])
    return (
        one.crop((*left, left[0] + width, left[1] + height)),
        other.crop((*top, top[0] + width, top[1] + height)),
    )


def _offset(one: "Image", other: "Image") -> tuple[int, int]:
    """Where one picture lies in the other, found roughly in small copies and then ever more finely."""
    from PIL import ImageChops, ImageStat

    best = (0, 0)
    for factor in (8, 4, 2, 1):
        small, smaller = one.reduce(factor), other.reduce(factor)
        if factor == 8:
            wide, high = abs(one.width - other.width) // 8 + 1, abs(one.height - other.height) // 8 + 1
            tried = [(x, y) for x in range(-wide, wide + 1) for y in range(-high, high + 1)]
        else:
            tried = [(best[0] * 2 + x, best[1] * 2 + y) for x in (-1, 0, 1) for y in (-1, 0, 1)]

        def apart(offset: tuple[int, int], pair: "tuple[Image, Image]" = (small, smaller)) -> float:
            return float(ImageStat.Stat(ImageChops.difference(*_overlap(*pair, offset))).mean[0])

        best = min(tried, key=apart)
    return best
