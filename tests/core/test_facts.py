"""Every kind of fact comes back from the journal as it was written, also years later."""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exitzero.core import facts
from exitzero.core.codec import canonical
from exitzero.core.contract import Terms
from exitzero.core.facts import KINDS, BetPlaced, Fact, RungMissed, UnreadableFact, decode, encode, label_of
from tests.core.strategies import at, clock_times, instants, terms

texts = st.text(st.characters(codec="utf-8"), max_size=12)
for kind, strategy in [
    (datetime, instants),
    (time, clock_times),
    (str, texts),
    (int, st.integers(-(2**53), 2**53)),
    (Terms, terms),
]:
    st.register_type_strategy(kind, strategy)
st.register_type_strategy(Mapping, st.dictionaries(texts, texts, max_size=3))


def stored(fact: Fact) -> tuple[str, int, Any]:
    """What the journal has of a fact, read back from its bytes."""
    return type(fact).__name__, fact.VERSION, json.loads(canonical(encode(fact)).encode())


@pytest.mark.parametrize("kind", sorted(set(KINDS) - {"UnreadableFact"}))
def test_each_kind_of_fact_survives_the_journal(kind: str) -> None:
    """Encode, seal as text, read, decode: the same fact, and the same text the next time."""

    @settings(max_examples=12)
    @given(st.from_type(KINDS[kind]))
    def survives(fact: Fact) -> None:
        back = decode(*stored(fact))
        assert back == fact
        assert type(back) is KINDS[kind]
        assert canonical(encode(back)) == canonical(encode(fact))

    survives()


def test_facts_are_frozen_and_listed_under_their_own_names() -> None:
    """The class that is found by a kind is the slotted one, which cannot be changed after the fact."""
    assert len(KINDS) > 20
    for name, kind in KINDS.items():
        assert kind.__name__ == name
        assert hasattr(kind, "__dataclass_fields__")
        assert "__slots__" in vars(kind)
        assert kind is getattr(facts, name)


def test_a_fact_is_about_a_day_if_it_has_a_label() -> None:
    """The day page finds its facts by their label."""
    label = date(2026, 3, 4)
    assert label_of(BetPlaced(label, 5)) == label
    assert label_of(facts.EngineStopped("window")) is None
    assert label_of(facts.CoinsMoved("start", 10, "start")) is None
    labels = {get_type_hints(kind).get("label") for kind in KINDS.values()}
    assert labels == {date, date | None, None}


def test_a_kind_from_a_newer_program_is_kept_and_shown() -> None:
    """An unknown fact stops nothing and loses nothing."""
    fact = decode("GardenWatered", 1, {"plant": "oak", "by": 2})
    assert fact == UnreadableFact("GardenWatered", '{"by":2,"plant":"oak"}')


def test_a_newer_version_of_a_known_kind_is_kept_and_shown() -> None:
    """A shape from the future is not guessed at."""
    payload = {"label": "2026-03-04", "sum": 5}
    assert decode("BetPlaced", 2, payload) == UnreadableFact("BetPlaced", canonical(payload))


def test_an_older_version_is_lifted_step_by_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two changes of shape later the first fact is still read."""
    steps = {
        ("RungMissed", 1): lambda plain: {**plain, "name": plain["rung"]},
        ("RungMissed", 2): lambda plain: {**plain, "name": plain["name"].upper()},
    }
    monkeypatch.setattr(RungMissed, "VERSION", 3)
    monkeypatch.setattr(facts, "LIFTERS", steps)
    payload = {"label": "2026-03-04", "rung": "alarm", "due": "2026-03-04T22:00:00Z"}
    assert decode("RungMissed", 1, payload) == RungMissed(date(2026, 3, 4), "ALARM", at("2026-03-04 22:00"))
    newer = {**payload, "name": "alarm"}
    assert decode("RungMissed", 2, newer) == decode("RungMissed", 1, payload)


@pytest.mark.parametrize("payload", [{}, {"label": "soon", "amount": 5}, {"label": "2026-03-04", "amount": "5"}])
def test_a_damaged_payload_is_refused(payload: dict[str, object]) -> None:
    """A fact that does not fit its kind raises rather than saying something else."""
    with pytest.raises((TypeError, ValueError, KeyError)):
        decode("BetPlaced", 1, payload)


def test_instants_come_back_in_utc() -> None:
    """Whatever zone wrote them, read instants compare and show as UTC."""
    fact = decode(*stored(RungMissed(date(2026, 3, 4), "alarm", at("2026-03-04 22:00", "Asia/Kolkata"))))
    assert isinstance(fact, RungMissed)
    assert fact.due.tzinfo is UTC
