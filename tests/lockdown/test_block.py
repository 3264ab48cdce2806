"""Bytes in, bytes out: whatever a hosts file holds, it is given back as it was."""

import os

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from exitzero.lockdown import block
from tests.lockdown.shapes import CLEAN, MARK, OURS_LEFT, UNTIL, recorded

# EXITZERO_WIDE tries many more.
EXAMPLES = 4000 if os.environ.get("EXITZERO_WIDE") else 120
pytestmark = pytest.mark.timeout(900)  # Only the wide run takes so long.
SITES = st.lists(
    st.from_regex(r"\A[a-z0-9]{1,10}(-[a-z0-9]{1,5})?\.[a-z]{2,6}\Z"), min_size=1, max_size=12, unique=True
)
LINES = st.one_of(
    st.binary(max_size=40),
    st.sampled_from(
        [
            b"127.0.0.1 localhost",
            b"# c",
            b"",
            b"\r",
            b"0.0.0.0 a.com # exitzero",
            b"0.0.0.0 a.com # exitzero\r",
            b"0.0.0.0 a.com # exitzero\r\r",
            b"# exitzero-begin v1 id=deadbeef until=2026-01-01T00:00:00Z pad=lf",
            b"# exitzero-begin v1 id=deadbeef until=2026-01-01T00:00:00Z pad=crlf",
            b"# exitzero-end v1",
            b"10.0.0.1 x # exitzero",
            b"\xef\xbb\xbf127.0.0.1 a",
        ]
    ),
)
FILES = st.one_of(
    st.binary(max_size=300),
    st.builds(
        lambda lines, newline, ended: newline.join(lines) + (newline if ended else b""),
        st.lists(LINES, max_size=12),
        st.sampled_from([b"\n", b"\r\n", b"\r"]),
        st.booleans(),
    ),
)


def locked(data: bytes, names: list[str]) -> bytes:
    return block.planned(data, names, mark=MARK, until=UNTIL)


@settings(max_examples=EXAMPLES)
@given(FILES, SITES)
@example(b"", ["a.com"])
@example(b"a\r\n0.0.0.0 b.com # exitzero\r", ["a.com"])
def test_lock_and_release_give_the_same_bytes(data: bytes, names: list[str]) -> None:
    """Any bytes without our lines come back as they were; with some, as they were without those."""
    base = block.strip(data)
    inside = locked(data, names)
    assert block.strip(inside) == base
    assert inside.startswith(base)
    if block.TAG not in data:
        assert base == data


@settings(max_examples=EXAMPLES)
@given(FILES, SITES, SITES)
def test_twice_is_once_and_the_last_one_counts(data: bytes, first: list[str], second: list[str]) -> None:
    """Locking again changes nothing, and another list leaves no trace of the one before."""
    inside = locked(data, first)
    assert locked(inside, first) == inside
    assert locked(inside, second) == locked(data, second)
    assert block.strip(block.strip(inside)) == block.strip(inside)


@settings(max_examples=EXAMPLES)
@given(FILES, SITES, st.lists(LINES, min_size=1, max_size=4))
def test_lines_added_after_the_block_stay(data: bytes, names: list[str], more: list[bytes]) -> None:
    """No byte that a person adds behind our block is lost or glued to another."""
    added = b"\n".join(line for line in more if b"exitzero" not in line) + b"\n"
    assume(block.TAG not in data)
    left = block.strip(locked(data, names) + added)
    assert left in (data + added, data + b"\n" + added, data + b"\r\n" + added)


@settings(max_examples=EXAMPLES)
@given(FILES, SITES, st.data())
def test_some_of_our_lines_gone_the_persons_bytes_are_not(data: bytes, names: list[str], draw: st.DataObject) -> None:
    """Whichever of our lines somebody deletes, the person's own bytes stay, but for the line end that we had added."""
    assume(block.TAG not in data)
    inside = locked(data, names)
    begin = inside.index(b"# exitzero-begin", len(data))
    ours = inside[begin:].splitlines(keepends=True)
    kept = draw.draw(st.lists(st.booleans(), min_size=len(ours), max_size=len(ours)))
    left = block.strip(inside[:begin] + b"".join(line for line, keep in zip(ours, kept, strict=True) if keep))
    assert left in (data, inside[:begin])


@pytest.mark.parametrize("name", [*CLEAN, *recorded()])
def test_each_shape_of_file_comes_back(name: str) -> None:
    """Every recorded hosts file is the same after a lock, and its own bytes come first during it."""
    data = {**CLEAN, **recorded()}[name]
    inside = locked(data, ["youtube.com", "www.youtube.com"])
    assert inside.startswith(block.strip(data))
    assert block.strip(inside) == block.strip(data)
    if name in CLEAN:
        assert block.strip(data) == data


@pytest.mark.parametrize(("before", "after"), OURS_LEFT.values(), ids=OURS_LEFT)
def test_what_an_old_backup_brought_back_goes(before: bytes, after: bytes) -> None:
    """Lines of ours go wherever they stand, and foreign lines after them stay."""
    assert block.strip(before) == after


def test_the_blocks_line_ends_are_the_files_own() -> None:
    """A CRLF file stays one, and a missing last line end is added before our block."""
    inside = locked(b"a\r\nb", ["x.com"])
    assert inside.startswith(b"a\r\nb\r\n# exitzero-begin")
    assert inside.count(b"\n") == inside.count(b"\r\n")


def test_both_families_and_one_name_a_line() -> None:
    """Without the second family a dual-stack host would be reached all the same."""
    lines = locked(b"", ["x.com", "y.com"]).splitlines()
    for name in (b"x.com", b"y.com"):
        assert b"0.0.0.0 " + name + b" # exitzero" in lines
        assert b":: " + name + b" # exitzero" in lines


@pytest.mark.parametrize(
    "line",
    [
        b"10.0.0.1 x.com # exitzero",
        b"0.0.0.0 x.com y.com # exitzero",
        b"0.0.0.0 x.com  # exitzero",
        b"0.0.0.0 x.com # exitzero!",
        b" 0.0.0.0 x.com # exitzero",
        b"0.0.0.0 X.com # exitzero",
        b"# exitzero-beginning",
        b"# exitzero",
    ],
)
def test_only_what_we_write_is_ours(line: bytes) -> None:
    """A line that differs by one byte from ours is somebody else's."""
    assert not block.is_ours(line)
    assert block.strip(line) == line


def test_a_name_that_the_person_leads_elsewhere_is_a_conflict() -> None:
    """The person's own address wins over ours in the resolver, so it is told and not removed."""
    data = b"10.0.0.7 youtube.com www.youtube.com\n0.0.0.0 x.com\n127.0.0.1 y.com # z.com\n10.1.1.1 a # reddit.com\n"
    names = ["youtube.com", "x.com", "y.com", "z.com", "reddit.com", "other.com"]
    assert block.conflicts(locked(data, names), names) == ("youtube.com",)
