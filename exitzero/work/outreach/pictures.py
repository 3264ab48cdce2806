"""Screenshots as proof: what a picture is, whether it is one, which known one it resembles, where it is kept.

Why it exists: a message in a chat without links can only be proved by a picture of it, and a picture must count once
for ever, also when it was saved anew, shrunk or cropped. The short fingerprint here finds the pictures that may be the
same; ``pictures_compare`` then looks at them closely. Pillow and dhash are imported when the first picture comes.
"""

import os
import re
import threading
import warnings
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING

from exitzero.core.errors import BadInput, OutsideTrouble

if TYPE_CHECKING:
    from PIL.Image import Image

FIELD = "proof"
LARGEST_BYTES = 20 * 1024 * 1024
#: Three screens of 4K beside one another have 25 million.
LARGEST_PIXELS = 64_000_000
SMALLEST_SIDE = 200
#: Bits of 128. Measured: a screen saved anew or shrunk is 0 to 2 away from itself, cropped a little up to 17; another
#: program 51 and more. But other messages in the same program are only 0 to 9 away, so the bits alone decide nothing.
THRESHOLD = 20

_SUFFIXES = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "bmp": ".bmp", "gif": ".gif"}
_FORMATS = ("PNG", "JPEG", "WEBP", "BMP", "GIF")
#: What Pillow's readers raise on files that end early or lie about themselves.
_BROKEN = (OSError, SyntaxError, ValueError, EOFError, IndexError, KeyError, TypeError, OverflowError, MemoryError,
           ArithmeticError, AttributeError, AssertionError, NotImplementedError)  # fmt: skip
#: Which warnings are heard is a setting of the whole process; two threads that read pictures would mix theirs up.
_READING = threading.Lock()


@dataclass(frozen=True, slots=True)
class Picture:
    """What is remembered of a screenshot: its digest, its looks in 128 bits (hex), its size in pixels, its format."""

    sha256: str
    dhash: str
    width: int
    height: int
    kind: str


# ---------------------------------------------------------------------------------------------- reading


def opened(data: bytes) -> "tuple[Image, str]":
    """The picture, upright and on white, and its format; :class:`BadInput` (field ``proof``) if it cannot be one."""
    # WebP is read by name, or Pillow would import every format it has to look for it.
    from PIL import Image, ImageOps, UnidentifiedImageError, WebPImagePlugin  # noqa: F401

    if not data:
        raise BadInput(FIELD, "The picture is empty. Take the screenshot again.")
    if len(data) > LARGEST_BYTES:
        raise BadInput(FIELD, "The picture is larger than 20 MB. Crop it to the message, or save it as PNG or JPEG.")
    try:
        with _READING, warnings.catch_warnings():
            # Sizes have limits of our own below; what else Pillow warns of is a broken file.
            warnings.simplefilter("ignore")
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            image: Image.Image = Image.open(BytesIO(data), formats=_FORMATS)
            kind = (
                "jpeg" if image.format == "MPO" else (image.format or "").lower()
            )  # A photo with a preview beside it.
            frames = 1 if kind == "jpeg" else getattr(image, "n_frames", 1)
            _check_size(image.width, image.height, frames)
            image.load()
            image = ImageOps.exif_transpose(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise BadInput(FIELD, _TOO_MANY) from None
    except UnidentifiedImageError:
        raise BadInput(
            FIELD, "That is no picture that can be read. Save the screenshot as PNG or JPEG and drop it again."
        ) from None
    except _BROKEN:
        raise BadInput(FIELD, "The picture is cut off or damaged. Take the screenshot again.") from None
    if image.has_transparency_data:
        image = image.convert("RGBA")
        ground = Image.new("RGBA", image.size, "white")
        ground.alpha_composite(image)
        image = ground
    return image.convert("RGB"), kind


_TOO_MANY = "The picture has more than 64 million pixels. Crop it to the message."


def _check_size(width: int, height: int, frames: int) -> None:
    if width * height > LARGEST_PIXELS:
        raise BadInput(FIELD, _TOO_MANY)
    if min(width, height) < SMALLEST_SIDE:
        raise BadInput(
            FIELD,
            f"The picture is only {width} by {height} pixels. Show the whole message, at least 200 pixels a side.",
        )
    if frames > 1:
        raise BadInput(FIELD, "That is a moving picture. Take a still screenshot of the message.")


def fingerprint(data: bytes) -> Picture:
    """What to remember of a screenshot; :class:`BadInput` (field ``proof``) if it is none, or shows nothing."""
    import dhash
    from PIL.Image import Resampling

    image, kind = opened(data)
    # A little noise is what JPEG makes of one colour.
    if all(high - low <= 8 for low, high in _extrema(image)):
        raise BadInput(FIELD, "The picture shows one colour only. Take the screenshot again, with the message on it.")
    # dhash reads pictures in a way that Pillow is about to drop; the 81 greys are all that it needs.
    greys = list(image.convert("L").resize((9, 9), Resampling.LANCZOS).tobytes())
    return Picture(
        sha256=sha256(data).hexdigest(),
        dhash=f"{dhash.dhash_int(greys, 8):032x}",
        width=image.width,
        height=image.height,
        kind=kind,
    )


def _extrema(image: "Image") -> list[tuple[int, int]]:
    spans: list[tuple[int, int]] = []
    for band in image.split():
        levels = [level for level, count in enumerate(band.histogram()) if count]
        spans.append((levels[0], levels[-1]))
    return spans


# ---------------------------------------------------------------------------------------------- likeness


def distance(one: str, other: str) -> int:
    """Bits of 128 by which two looks differ."""
    return (int(one, 16) ^ int(other, 16)).bit_count()


def near(picture: Picture, known: Sequence[tuple[str, str]]) -> list[tuple[str, int]]:
    """The known pictures, as (id, looks), that may show the same screen, nearest first, each with its distance.

    At equal distance the later in ``known`` comes first.
    """
    found = [(distance(picture.dhash, looks), -place, known_id) for place, (known_id, looks) in enumerate(known)]
    return [(known_id, bits) for bits, _, known_id in sorted(found) if bits <= THRESHOLD]


def nearest(picture: Picture, known: Sequence[tuple[str, str]]) -> tuple[str, int] | None:
    """The known picture, as (id, looks), that looks most like this one; ``None`` if none is near."""
    return next(iter(near(picture, known)), None)


def same_words(*, target: str, when: str, exact: bool) -> str:
    """The sentence beside two pictures: for whom and when (a date in words) the older one was used."""
    if exact:
        return f"This very picture proved the outreach to {target} on {when}. A proof counts once: take a new one."
    same = f"This picture shows the same screen as the one for {target} on {when}."
    return f"{same} A proof counts once: show the new message."


# ---------------------------------------------------------------------------------------------- time

_EXIF_BLOCK, _EXIF_TIMES = 0x8769, ((0x9003, 0x9011), (0x9004, 0x9012))
_EXIF_CHANGED = (0x0132, 0x9010)
_OFFSET = re.compile(r"([+-])([01]\d):([0-5]\d)")
_EXIF_TIME = re.compile(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)")
_ISO_TIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:?\d\d)")
_PNG_HEAD = b"\x89PNG\r\n\x1a\n"


def taken_at(data: bytes) -> datetime | None:
    """The instant that the picture itself says it was taken at, in UTC; ``None`` if it says none, or not in which zone.

    A claim of the file and no evidence: it may only make a proof older. Never raises.
    """
    try:
        return _from_exif(data) or _from_png(data)
    except _BROKEN:
        return None


def _from_exif(data: bytes) -> datetime | None:
    from PIL import Image, WebPImagePlugin  # noqa: F401 - as above

    with _READING, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            exif = Image.open(BytesIO(data), formats=_FORMATS).getexif()
            block = exif.get_ifd(_EXIF_BLOCK)
        except Image.DecompressionBombError:
            return None
    said = [(block.get(time), block.get(offset)) for time, offset in _EXIF_TIMES]
    said.append((exif.get(_EXIF_CHANGED[0]), block.get(_EXIF_CHANGED[1])))
    for time, offset in said:
        at = _EXIF_TIME.fullmatch(str(time or "").strip("\0 "))
        zone = _OFFSET.fullmatch(str(offset or "").strip("\0 "))
        if at and zone:
            ahead = timedelta(hours=int(zone[2]), minutes=int(zone[3])) * (-1 if zone[1] == "-" else 1)
            year, month, day, hour, minute, second = map(int, at.groups())
            return datetime(year, month, day, hour, minute, second, tzinfo=timezone(ahead)).astimezone(UTC)
    return None


def _from_png(data: bytes) -> datetime | None:
    """From *Creation Time* with an offset, else from the time of the last change, which a PNG has in UTC."""
    if not data.startswith(_PNG_HEAD):
        return None
    place, changed = len(_PNG_HEAD), None
    while place + 12 <= len(data):
        size, kind = int.from_bytes(data[place : place + 4]), data[place + 4 : place + 8]
        body = data[place + 8 : place + 8 + size]
        place += 12 + size
        if kind == b"tIME" and len(body) == 7:
            month, day, hour, minute, second = body[2:]
            changed = datetime(int.from_bytes(body[:2]), month, day, hour, minute, min(second, 59), tzinfo=UTC)
        elif kind == b"tEXt" and body.startswith(b"Creation Time\0"):
            at = _spoken(body.partition(b"\0")[2].decode("latin-1").strip())
            if at is not None:
                return at
    return changed


def _spoken(text: str) -> datetime | None:
    if _ISO_TIME.fullmatch(text):
        return datetime.fromisoformat(text).astimezone(UTC)
    if re.search(r"([+-]\d{4}|GMT|UTC|UT|Z)$", text) and not text.endswith("-0000"):  # -0000 is *zone unknown*.
        at = parsedate_to_datetime(text)
        return at.astimezone(UTC) if at.tzinfo is not None else None
    return None


# ---------------------------------------------------------------------------------------------- keeping


def keep(data: bytes, folder: Path) -> Path:
    """Put a screenshot away under its digest, readable by its owner only; the same picture is kept once.

    Whole or not at all: a crash leaves no half a picture under the name. :class:`BadInput` if it is no picture,
    :class:`OutsideTrouble` if the disk refuses it.
    """
    picture = fingerprint(data)
    path = folder / f"{picture.sha256}{_SUFFIXES[picture.kind]}"
    try:
        if path.is_file() and sha256(path.read_bytes()).hexdigest() == picture.sha256:
            return path
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = folder / f".{picture.sha256}.{token_hex(4)}.new"
        try:
            _write(draft, data)
            os.replace(draft, path)
        finally:
            draft.unlink(missing_ok=True)
        _sync(folder)
    except OSError as trouble:
        raise OutsideTrouble(
            "The screenshot could not be kept.",
            f"Make room on the disk or check the folder {folder}: {trouble.strerror or trouble}.",
            reason="disk",
        ) from trouble
    return path


def _write(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with open(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    """Make the rename last through a power cut; Windows opens no folders and needs none of it."""
    if not hasattr(os, "O_DIRECTORY"):
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        with suppress(OSError):  # Some network disks cannot; the picture itself is written.
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def thumbnail(path: Path, size: int) -> bytes:
    """A kept screenshot as a small PNG, at most ``size`` pixels a side; :class:`OutsideTrouble` if it is gone."""
    try:
        image, _ = opened(path.read_bytes())
    except (OSError, BadInput) as trouble:
        raise OutsideTrouble(
            "A kept screenshot cannot be read.",
            "It was removed or damaged outside the program; its date and digest still count. Restore it from a backup.",
            reason="missing",
        ) from trouble
    image.thumbnail((size, size))
    written = BytesIO()
    image.save(written, "PNG")
    return written.getvalue()


Load = Callable[[str], bytes | None]
"""The bytes of a kept picture by its id; ``None`` if it is gone."""
