"""Screenshots as proof: what is refused, what counts as the same screen, and how they are kept."""

import os
import stat
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.work.outreach.pictures import (
    THRESHOLD,
    Picture,
    distance,
    fingerprint,
    keep,
    near,
    nearest,
    same_words,
    taken_at,
    thumbnail,
)
from exitzero.work.outreach.pictures_compare import SAME_CELLS, changed_cells, find_same
from tests.work.outreach.screens import BODY, COPIES, DARK, TEMPLATE, chat, mail, saved

JANE = chat("Jane Doe", [(True, TEMPLATE.format("Jane"))])
PHONE = chat("Jane Doe", [(True, "Hi Jane, is the role still open?")], size=(828, 1792))
APPLICATION = mail("jane@example.com", "Application: backend engineer", BODY.format("Jane"))
SCREENS = {
    "chat": JANE,
    "dark chat": chat("Jane Doe", [(True, TEMPLATE.format("Jane"))], colours=DARK),
    "telephone": PHONE,
    "mail": APPLICATION,
}
SMALL = saved(JANE.resize((320, 200)))


@dataclass(frozen=True, slots=True)
class _Kept:
    """Pictures used before: their files, their looks and their digests by name."""

    files: dict[str, bytes]
    looks: list[tuple[str, str]]
    digests: list[tuple[str, str]]


def _remembered(images: dict[str, Image.Image]) -> _Kept:
    files = {name: saved(image) for name, image in images.items()}
    pictures = {name: fingerprint(data) for name, data in files.items()}
    return _Kept(
        files=files,
        looks=[(name, picture.dhash) for name, picture in pictures.items()],
        digests=[(name, picture.sha256) for name, picture in pictures.items()],
    )


@pytest.fixture(scope="module")
def screens() -> _Kept:
    """The four screens, remembered."""
    return _remembered(SCREENS)


# ---------------------------------------------------------------------------------------------- the same screen


@pytest.mark.parametrize("copy", COPIES, ids=list(COPIES))
@pytest.mark.parametrize("screen", SCREENS, ids=list(SCREENS))
def test_a_copy_of_a_screen_is_the_same_screen(screens: _Kept, screen: str, copy: str) -> None:
    """Saved anew, shrunk, enlarged or cropped: found among all screens, by its looks and then cell by cell."""
    data = COPIES[copy](SCREENS[screen])
    picture = fingerprint(data)
    assert screen in dict(near(picture, screens.looks))
    found = find_same(data, picture, known=screens.looks, digests=screens.digests, load=screens.files.get)
    assert found is not None
    assert (found.known_id, found.exact) == (screen, False)
    assert found.cells is not None
    assert found.cells <= SAME_CELLS


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (JANE, chat("Jane Doe", [(True, TEMPLATE.format("Jane"))], clock="23:58")),
        (APPLICATION, mail("jane@example.com", "Application: backend engineer", BODY.format("Jane"), clock="07:00")),
    ],
    ids=["at the top", "at the bottom"],
)
def test_another_clock_makes_no_other_screen(one: Image.Image, other: Image.Image) -> None:
    """A second screenshot of the same screen, taken later, is the same proof."""
    first, second = saved(one), saved(other)
    assert first != second
    assert changed_cells(first, second) == 0
    assert nearest(fingerprint(second), [("one", fingerprint(first).dhash)]) == ("one", 0)


OTHERS = {
    "same text to another person": (JANE, chat("John Roe", [(True, TEMPLATE.format("John"))])),
    "one letter of a name": (
        chat("Jane Doe", [(True, TEMPLATE.format("Jane"))]), chat("Jana Doe", [(True, TEMPLATE.format("Jana"))])
    ),
    "another message to her": (JANE, chat("Jane Doe", [(True, "Hello Jane, did you have a look at my CV?")])),
    "an answer came": (JANE, chat("Jane Doe", [(True, TEMPLATE.format("Jane")), (False, "Sure.")])),
    "another talk": (JANE, chat("Mark Lee", [(True, "Hello Mark, we met in Lyon."), (False, "Yes! Send it over.")])),
    "same mail to another person": (
        APPLICATION, mail("tom@example.org", "Application: backend engineer", BODY.format("Tom"))
    ),
    "shortest names": (mail("li@example.com", "CV", "Dear Li,"), mail("lu@example.com", "CV", "Dear Lu,")),
    "another mail": (APPLICATION, mail("rita@example.org", "Question", "Hello Rita,\n\nwhen may I call you?")),
    "another program": (JANE, APPLICATION),
    "another theme": (JANE, SCREENS["dark chat"]),
    "another machine": (JANE, PHONE),
}  # fmt: skip


@pytest.mark.parametrize("saving", ["PNG", "JPEG"])
@pytest.mark.parametrize("pair", OTHERS, ids=list(OTHERS))
def test_another_screen_is_another_proof(pair: str, saving: str) -> None:
    """Even where the looks are the same in every bit, other words on the screen are seen."""
    one, other = OTHERS[pair]
    first, second = saved(one), saved(other, saving)
    cells = changed_cells(first, second)
    assert cells is None or cells > SAME_CELLS
    before = fingerprint(first)
    found = find_same(
        second, fingerprint(second), known=[("a", before.dhash)], digests=[("a", before.sha256)], load=lambda _: first
    )
    assert found is None


def test_looks_alone_cannot_tell_messages_apart() -> None:
    """Why pictures are compared closely at all: the same text to another person has the very same looks."""
    one, other = (fingerprint(saved(image)) for image in OTHERS["same text to another person"])
    assert distance(one.dhash, other.dhash) == 0


def test_a_cropped_copy_is_not_mistaken_for_the_same_text_to_another_person() -> None:
    """Of two screens that look alike, the one that the copy was made of is found."""
    twins = {"jane": JANE, "john": OTHERS["same text to another person"][1]}
    kept = _remembered(twins)
    for name, image in twins.items():
        data = COPIES["cropped, as JPEG"](image)
        found = find_same(data, fingerprint(data), known=kept.looks, digests=kept.digests, load=kept.files.get)
        assert found is not None
        assert found.known_id == name


def test_the_very_same_file_is_found_by_its_digest() -> None:
    """No look at the pictures is needed, and the older file may be gone."""
    data = saved(JANE)
    picture = fingerprint(data)
    found = find_same(data, picture, known=[], digests=[("a", picture.sha256)], load=lambda _: None)
    assert found is not None
    assert (found.known_id, found.exact, found.bits) == ("a", True, 0)


@pytest.mark.parametrize("kept", [None, b"damaged"])
def test_without_the_older_file_the_looks_decide(kept: bytes | None) -> None:
    """A lost file is no way to count a proof twice; the match says that nobody could compare."""
    older = fingerprint(saved(JANE))
    data = COPIES["half, as JPEG"](JANE)
    found = find_same(data, fingerprint(data), known=[("a", older.dhash)], digests=[], load=lambda _: kept)
    assert found is not None
    assert (found.known_id, found.exact, found.cells) == ("a", False, None)
    data = saved(APPLICATION)
    assert find_same(data, fingerprint(data), known=[("a", older.dhash)], digests=[], load=lambda _: kept) is None


def test_the_nearest_of_many_is_told_with_its_distance() -> None:
    """Nothing within the threshold is nothing; at the same distance the later one is named."""
    picture = Picture(sha256="0" * 64, dhash=f"{0:032x}", width=300, height=300, kind="png")
    far, close = f"{(1 << THRESHOLD + 1) - 1:032x}", f"{0b111:032x}"
    assert nearest(picture, []) is None
    assert nearest(picture, [("far", far)]) is None
    assert nearest(picture, [("far", far), ("early", close), ("late", close)]) == ("late", 3)
    assert near(picture, [("edge", f"{(1 << THRESHOLD) - 1:032x}")]) == [("edge", THRESHOLD)]


def test_the_words_name_the_person_and_the_day() -> None:
    """Both sentences say whose proof it was, when, and what to do."""
    for exact in (True, False):
        words = same_words(target="Jane Doe", when="12 November", exact=exact)
        assert "Jane Doe" in words
        assert "12 November" in words
        assert "A proof counts once" in words


# ---------------------------------------------------------------------------------------------- what is no proof


def _chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def _png(width: int, height: int, body: bytes = b"") -> bytes:
    head = _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + _chunk(b"IDAT", zlib.compress(body)) + _chunk(b"IEND", b"")


def _moving(kind: str) -> bytes:
    written = BytesIO()
    JANE.save(written, kind, save_all=True, append_images=[PHONE.resize(JANE.size)], duration=100)
    return written.getvalue()


def _blank(kind: str) -> bytes:
    return saved(Image.new("RGB", (400, 300), "#336699"), kind)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Dear Jane, please find attached", "no picture"),
        (b"%PDF-1.7 " + b"x" * 500, "no picture"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "no picture"),
        (saved(JANE) + b"\0" * (20 * 1024 * 1024), "20 MB"),
        (saved(JANE.crop((0, 0, 1280, 199))), "1280 by 199"),
        (saved(JANE.crop((0, 0, 199, 800))), "199 by 800"),
        (_blank("PNG"), "one colour"),
        (_blank("JPEG"), "one colour"),
        (saved(Image.new("RGBA", (400, 300), (0, 0, 0, 0))), "one colour"),
        (_moving("GIF"), "moving"),
        (_moving("PNG"), "moving"),
        (_moving("WEBP"), "moving"),
        (_png(60000, 60000), "64 million"),
        (_png(10000, 9000), "64 million"),
        (_png(9000, 8000), "64 million"),
        (saved(JANE)[:3000], "damaged"),
        (saved(JANE, "JPEG")[:9000], "damaged"),
        (_png(400, 300, b"\0" * 100), "damaged"),
    ],
    ids=["nothing", "text", "pdf", "svg", "large", "flat", "narrow", "blank png", "blank jpeg", "transparent", "gif",
         "apng", "webp", "bomb", "half a bomb", "too many pixels", "cut png", "cut jpeg", "short png"],
)  # fmt: skip
def test_what_shows_no_message_is_refused(tmp_path: Path, data: bytes, words: str) -> None:
    """The field is named, and the sentence says what is wrong and what to do."""
    for asked in (fingerprint, lambda data: keep(data, tmp_path / "proofs")):
        with pytest.raises(BadInput, match=words) as refused:
            asked(data)
        assert refused.value.field == "proof"
        assert ". " in refused.value.message
    assert not list(tmp_path.iterdir())


def test_a_fingerprint_tells_format_and_size_as_seen() -> None:
    """A photo of a screen that lies on its side is turned upright first; one still frame of a GIF is a picture."""
    assert fingerprint(saved(JANE)) == Picture(
        sha256=sha256(saved(JANE)).hexdigest(), dhash=fingerprint(saved(JANE)).dhash, width=1280, height=800, kind="png"
    )
    turned = Image.Exif()
    turned[0x0112] = 6
    written = BytesIO()
    JANE.rotate(90, expand=True).save(written, "JPEG", exif=turned, quality=95)
    picture = fingerprint(written.getvalue())
    assert (picture.width, picture.height, picture.kind) == (1280, 800, "jpeg")
    assert distance(picture.dhash, fingerprint(saved(JANE)).dhash) <= 2
    assert fingerprint(saved(JANE.convert("P"), "GIF")).kind == "gif"
    assert len(picture.dhash) == 32


def test_a_transparent_ground_is_white() -> None:
    """Some programs cut windows out; what lies under nothing must not change the looks."""
    cut = JANE.convert("RGBA")
    cut.putalpha(JANE.convert("L").point(lambda level: 0 if level == 255 else 255))
    assert changed_cells(saved(cut), saved(JANE)) == 0


@given(st.binary(max_size=300))
def test_any_bytes_are_a_picture_or_bad_input(data: bytes) -> None:
    """Whatever is dropped, nothing but BadInput comes out, and asking for its time never raises."""
    for head in (b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe1", b"GIF89a", b"RIFF\x10\0\0\0WEBP", b"BM"):
        taken_at(head + data)
        with pytest.raises(BadInput):
            fingerprint(head + data)


@given(st.data())
def test_a_damaged_picture_is_a_picture_or_bad_input(data: st.DataObject) -> None:
    """Flipped bytes and lost ends in real files come out as BadInput or as some picture."""
    whole = bytearray(data.draw(st.sampled_from([SMALL, SMALL_JPEG, SMALL_WEBP, SMALL_GIF])))
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(1, len(whole)))])
    taken_at(damaged)
    try:
        picture = fingerprint(damaged)
    except BadInput:
        return
    assert min(picture.width, picture.height) >= 200


SMALL_JPEG, SMALL_WEBP, SMALL_GIF = (saved(JANE.resize((320, 200)), kind) for kind in ("JPEG", "WEBP", "GIF"))


# ---------------------------------------------------------------------------------------------- time


def _with_exif(times: dict[int, str], changed: str = "") -> bytes:
    exif = Image.Exif()
    exif.get_ifd(0x8769).update(times)
    if changed:
        exif[0x0132] = changed
    written = BytesIO()
    JANE.save(written, "JPEG", exif=exif)
    return written.getvalue()


def _with_chunks(*chunks: bytes) -> bytes:
    whole = saved(JANE)
    return whole[:33] + b"".join(chunks) + whole[33:]


TIME = _chunk(b"tIME", struct.pack(">HBBBBB", 2026, 11, 20, 9, 30, 60))


@pytest.mark.parametrize(
    ("data", "at"),
    [
        (saved(JANE), None),
        (_with_exif({0x9003: "2026:11:20 10:42:07"}), None),
        (_with_exif({0x9003: "2026:11:20 10:42:07", 0x9011: "+01:00"}), datetime(2026, 11, 20, 9, 42, 7, tzinfo=UTC)),
        (_with_exif({0x9004: "2026:11:20 00:42:07", 0x9012: "-05:30"}), datetime(2026, 11, 20, 6, 12, 7, tzinfo=UTC)),
        (_with_exif({0x9010: "+00:00"}, "2026:11:20 10:42:07"), datetime(2026, 11, 20, 10, 42, 7, tzinfo=UTC)),
        (_with_exif({0x9003: "2026:02:31 10:42:07", 0x9011: "+01:00"}), None),
        (_with_exif({0x9003: "0000:00:00 00:00:00", 0x9011: "+01:00"}), None),
        (_with_chunks(TIME), datetime(2026, 11, 20, 9, 30, 59, tzinfo=UTC)),
        (_with_chunks(_chunk(b"tEXt", b"Creation Time\x002026-11-20T10:00:00+01:00"), TIME),
         datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
        (_with_chunks(_chunk(b"tEXt", b"Creation Time\0Fri, 20 Nov 2026 10:00:00 +0100")),
         datetime(2026, 11, 20, 9, 0, tzinfo=UTC)),
        (_with_chunks(_chunk(b"tEXt", b"Creation Time\0Fri 20 Nov 2026 10:00:00 AM CET")), None),
        (_with_chunks(_chunk(b"tEXt", b"Creation Time\0yesterday +0100")), None),
        (_with_chunks(_chunk(b"tIME", b"\xff" * 7)), None),
        (b"", None),
        (b"no picture", None),
        (_png(60000, 60000), None),
    ],
)  # fmt: skip
def test_only_a_time_with_its_zone_is_believed(data: bytes, at: datetime | None) -> None:
    """A local time could be any of 26 hours, so it says nothing; PNG's own time is UTC."""
    assert taken_at(data) == at


# ---------------------------------------------------------------------------------------------- keeping


@pytest.mark.parametrize(("kind", "suffix"), [("PNG", ".png"), ("JPEG", ".jpg"), ("WEBP", ".webp"), ("BMP", ".bmp")])
def test_a_picture_is_kept_once_under_its_digest(tmp_path: Path, kind: str, suffix: str) -> None:
    """Byte for byte, for its owner's eyes only, and nothing else is left in the folder."""
    data, folder = saved(JANE, kind), tmp_path / "proofs"
    path = keep(data, folder)
    assert path == keep(data, folder)
    assert path.name == sha256(data).hexdigest() + suffix
    assert path.read_bytes() == data
    assert list(folder.iterdir()) == [path]
    if os.name == "posix":
        assert stat.S_IMODE(path.stat().st_mode) == 0o600
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_damaged_kept_picture_is_replaced(tmp_path: Path) -> None:
    """A name that promises a digest must hold it."""
    data = saved(JANE)
    path = keep(data, tmp_path)
    path.write_bytes(b"half")
    assert keep(data, tmp_path).read_bytes() == data


def test_a_disk_that_refuses_is_trouble_in_words(tmp_path: Path) -> None:
    """The person is told what to do, and no half a file stays."""
    blocked = tmp_path / "a-file"
    blocked.write_text("in the way")
    with pytest.raises(OutsideTrouble, match="could not be kept"):
        keep(saved(JANE), blocked)
    path = keep(saved(JANE), tmp_path / "proofs")
    path.unlink()
    path.mkdir()  # The rename onto a folder fails after the draft was written.
    with pytest.raises(OutsideTrouble, match="could not be kept"):
        keep(saved(JANE), tmp_path / "proofs")
    assert list((tmp_path / "proofs").iterdir()) == [path]


def test_a_thumbnail_is_a_small_png(tmp_path: Path) -> None:
    """It keeps the shape; a picture that is gone or damaged is trouble in words."""
    path = keep(saved(PHONE, "JPEG"), tmp_path)
    small = Image.open(BytesIO(thumbnail(path, 160)))
    assert (small.format, max(small.size)) == ("PNG", 160)
    assert small.width == round(160 * PHONE.width / PHONE.height)
    path.write_bytes(b"half")
    with pytest.raises(OutsideTrouble, match="cannot be read"):
        thumbnail(path, 160)
    path.unlink()
    with pytest.raises(OutsideTrouble, match="cannot be read"):
        thumbnail(path, 160)
