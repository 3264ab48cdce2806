"""Values go to plain data and come back the same, by their types alone."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.codec import canonical, from_plain, to_plain
from exitzero.core.contract import CountingRule, Terms
from exitzero.core.words import ClauseKind
from tests.core.strategies import at, terms


class Pair(NamedTuple):
    """Two things with names."""

    left: int
    right: str


@dataclass(frozen=True, slots=True)
class Sample:
    """One field of each sort that the codec knows."""

    when: datetime
    label: date
    clock: time
    kind: ClauseKind
    rule: CountingRule
    pair: Pair
    days: frozenset[int]
    names: tuple[str, ...]
    counts: Mapping[str, int]
    share: float
    flag: bool
    anything: Any = None
    maybe: Pair | None = None
    later: list[int] = field(default_factory=list)


SAMPLE = Sample(
    when=at("2026-03-04 12:00"),
    label=date(2026, 3, 4),
    clock=time(23, 59),
    kind=ClauseKind.FOCUS,
    rule=CountingRule.REVIEW,
    pair=Pair(1, "ö"),
    days=frozenset({6, 0}),
    names=("b", "a"),
    counts={"easy": 2},
    share=1.0,
    flag=True,
    anything={"free": [1]},
)


def test_plain_data_is_what_a_person_would_write() -> None:
    """The stored form is readable, sorted where order means nothing, and in UTC."""
    assert to_plain(SAMPLE) == {
        "when": "2026-03-04T12:00:00Z",
        "label": "2026-03-04",
        "clock": "23:59",
        "kind": "focus",
        "rule": 2,
        "pair": {"left": 1, "right": "ö"},
        "days": [0, 6],
        "names": ["b", "a"],
        "counts": {"easy": 2},
        "share": 1.0,
        "flag": True,
        "anything": {"free": [1]},
        "maybe": None,
        "later": [],
    }


def test_instants_of_any_zone_are_stored_in_utc() -> None:
    """The same instant has one text."""
    kolkata = timezone(timedelta(hours=5, minutes=30))
    assert to_plain(datetime(2026, 3, 4, 17, 30, tzinfo=kolkata)) == "2026-03-04T12:00:00Z"
    assert from_plain(datetime, "2026-03-04T17:30:00+05:30").tzinfo is UTC


@given(terms)
def test_any_contract_survives_the_journal(each: Terms) -> None:
    """Terms come back from their stored text as they were, and the text is the same the next time."""
    text = canonical(to_plain(each))
    back = from_plain(Terms, json.loads(text))
    assert back == each
    assert canonical(to_plain(back)) == text


@given(st.times())
def test_a_clock_time_keeps_its_seconds(clock: time) -> None:
    """What was given to the second is not rounded on the way."""
    assert from_plain(time, to_plain(clock)) == clock


def test_missing_fields_take_their_defaults_and_unknown_ones_are_ignored() -> None:
    """A newer program reads older facts, and an older one what a newer one added."""
    plain = {**to_plain(SAMPLE), "colour": "green"}
    del plain["maybe"], plain["anything"], plain["later"]
    back = from_plain(Sample, plain)
    assert (back.pair, back.maybe, back.anything, back.later) == (SAMPLE.pair, None, None, [])
    assert from_plain(object, {"free": 1}) == {"free": 1}
    assert from_plain(Pair | None, {"left": 1, "right": "x"}) == Pair(1, "x")


@pytest.mark.parametrize(
    ("kind", "plain"),
    [
        (int, "1"),
        (str, None),
        (bool, 1),
        (float, "1.0"),
        (float, True),
        (datetime, "yesterday"),
        (date, "2026-13-01"),
        (time, "25:00"),
        (datetime, 5),
        (ClauseKind, "chess"),
        (Pair, {"left": 1}),
        (Sample, {}),
        (list[int], [1]),
    ],
)
def test_what_does_not_fit_is_refused(kind: Any, plain: object) -> None:
    """A damaged payload raises; it never becomes a value of the wrong type."""
    with pytest.raises((TypeError, ValueError, KeyError)):
        from_plain(kind, plain)


def test_a_whole_number_is_a_fraction_too() -> None:
    """JSON writes 1.0 as it likes."""
    back = from_plain(float, 1)
    assert (back, type(back)) == (1.0, float)


@pytest.mark.parametrize("value", [b"bytes", object(), Sample, timedelta(1)])
def test_what_has_no_plain_form_is_refused(value: object) -> None:
    """Nothing is stored by its accidental text."""
    with pytest.raises(TypeError, match="no plain form"):
        to_plain(value)


def test_one_value_has_one_text() -> None:
    """The canonical text does not depend on the order of keys, and keeps letters as they are."""
    assert canonical({"b": 1, "a": ["ö", None, True]}) == '{"a":["ö",null,true],"b":1}'
    assert canonical({"b": 1, "a": 2}) == canonical({"a": 2, "b": 1})


def test_numbers_that_json_does_not_have_are_refused() -> None:
    """NaN would be read differently elsewhere, or not at all."""
    with pytest.raises(ValueError, match="JSON"):
        canonical(float("nan"))


@given(st.text(st.characters(codec=None, categories=["Cs", "L"])))
def test_half_a_surrogate_pair_does_not_stop_the_journal(text: str) -> None:
    """A title cut in the middle of an emoji can be stored and sealed."""
    stored = canonical({"title": text})
    assert stored.encode().decode() == stored
    assert len(json.loads(stored)["title"]) == len(text)
