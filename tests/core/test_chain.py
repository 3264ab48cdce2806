"""The chain over the journal finds whatever is done to the file."""

from collections.abc import Sequence
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from exitzero.core.chain import GENESIS, ChainReport, Entry, check_anchor, seal, verify

LENGTH = 8


def written(payloads: Sequence[str]) -> list[Entry]:
    """A journal with those payloads."""
    entries: list[Entry] = []
    previous = GENESIS
    for number, payload in enumerate(payloads, start=1):
        at = f"2026-03-04T12:00:{number:02}Z"
        sealed = seal(number, at, kind="BetPlaced", version=1, payload=payload, previous=previous)
        entries.append(Entry(number, at, "BetPlaced", 1, payload, previous, sealed))
        previous = sealed
    return entries


JOURNAL = written([f'{{"amount":{n}}}' for n in range(LENGTH)])
places = st.integers(0, LENGTH - 1)


def test_a_journal_as_written_is_whole() -> None:
    """Nothing is found where nothing was done, also in an empty one."""
    report = verify(JOURNAL)
    assert report == ChainReport(LENGTH, LENGTH, JOURNAL[-1].hash)
    assert report.is_whole
    assert verify([]) == ChainReport(0, 0, GENESIS)


def test_the_check_goes_on_from_a_known_place() -> None:
    """At start only what is new since the last check is followed."""
    known = JOURNAL[4]
    assert verify(JOURNAL[5:], after_seq=known.seq, after_hash=known.hash) == ChainReport(
        LENGTH - 5, LENGTH, JOURNAL[-1].hash
    )
    wrong = verify(JOURNAL[5:], after_seq=known.seq, after_hash=GENESIS)
    assert (wrong.broken_at, wrong.what) == (6, "an entry does not follow from the one before")


@given(
    places,
    st.sampled_from([("at", "2020-01-01T00:00:00Z"), ("kind", "CoinsMoved"), ("version", 2), ("payload", "{}")]),
)
def test_an_edited_entry_is_found(place: int, edit: tuple[str, str | int]) -> None:
    """Whatever column is changed, the entry no longer fits its seal."""
    edited = list(JOURNAL)
    edited[place] = edited[place]._replace(**{edit[0]: edit[1]})  # type: ignore[arg-type]
    report = verify(edited)
    assert not report.is_whole
    assert (report.broken_at, report.what, report.checked) == (place + 1, "an entry was changed", place)


@given(places)
def test_an_edit_with_its_seal_made_anew_is_found_at_the_next_entry(place: int) -> None:
    """Whoever seals the changed entry again breaks the one after it, and at the end the anchor."""
    edited = list(JOURNAL)
    old = edited[place]
    sealed = seal(old.seq, old.at, kind=old.kind, version=old.version, payload="{}", previous=old.previous)
    edited[place] = old._replace(payload="{}", hash=sealed)
    report = verify(edited)
    if place < LENGTH - 1:
        assert (report.broken_at, report.what) == (place + 2, "an entry does not follow from the one before")
    else:
        anchored = check_anchor(report, LENGTH, edited[-1].hash, JOURNAL[-1].hash)
        assert (anchored.broken_at, anchored.what) == (LENGTH, "the past was rewritten")


@given(places)
def test_a_deleted_entry_is_found(place: int) -> None:
    """A gap in the numbers shows, and closing it breaks the chain; at the end the anchor tells."""
    gone = [entry for entry in JOURNAL if entry.seq != place + 1]
    report = verify(gone)
    if place == LENGTH - 1:
        assert report.is_whole
        report = check_anchor(report, LENGTH, None, JOURNAL[-1].hash)
        assert (report.broken_at, report.what) == (LENGTH, "newer entries are missing")
    else:
        assert (report.broken_at, report.what) == (place + 1, "an entry is missing")
        closed = [entry._replace(seq=number) for number, entry in enumerate(gone, start=1)]
        assert verify(closed).broken_at == place + 1


@given(places)
def test_a_truncated_or_rolled_back_journal_is_found_by_the_anchor(place: int) -> None:
    """An older copy of the file is a good chain, but it lacks the newest hash that was kept elsewhere."""
    older = JOURNAL[:place]
    report = verify(older)
    assert report.is_whole
    found = check_anchor(report, LENGTH, None, JOURNAL[-1].hash)
    assert not found.is_whole
    assert found.checked == place


def test_a_rolled_back_journal_that_grew_again_is_found_by_the_anchor() -> None:
    """Going on from an older copy makes other hashes than those that were kept."""
    other = written([entry.payload for entry in JOURNAL[:4]] + ['{"amount":99}'] * 4)
    report = check_anchor(verify(other), LENGTH, other[-1].hash, JOURNAL[-1].hash)
    assert report.what == "the past was rewritten"


@given(st.permutations(JOURNAL))
def test_reordered_entries_are_found(order: list[Entry]) -> None:
    """The order is sealed; renumbering the entries as well does not help."""
    assume(order != JOURNAL)
    assert not verify(order).is_whole
    assert not verify([entry._replace(seq=number) for number, entry in enumerate(order, start=1)]).is_whole


@given(places)
def test_an_entry_put_in_twice_is_found(place: int) -> None:
    """A repeated entry does not follow from itself."""
    assert verify([*JOURNAL[: place + 1], JOURNAL[place], *JOURNAL[place + 1 :]]).broken_at == place + 2


def test_the_anchor_that_fits_changes_nothing() -> None:
    """A journal that holds its anchor is whole; one broken before stays broken where it was."""
    report = verify(JOURNAL)
    assert check_anchor(report, 5, JOURNAL[4].hash, JOURNAL[4].hash) is report
    broken = replace(report, broken_at=2, what="an entry was changed")
    assert check_anchor(broken, 5, None, JOURNAL[4].hash) is broken


@pytest.mark.parametrize("column", ["at", "kind", "payload", "previous"])
def test_every_column_is_sealed(column: str) -> None:
    """No column could be changed without its seal."""
    columns = {"at": "a", "kind": "b", "payload": "c", "previous": "d"}
    plain = seal(1, columns["at"], kind=columns["kind"], version=1, payload="c", previous="d")
    columns[column] = "x"
    changed = seal(
        1, columns["at"], kind=columns["kind"], version=1, payload=columns["payload"], previous=columns["previous"]
    )
    assert changed != plain
    assert len(plain) == 64
