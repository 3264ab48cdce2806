"""Which events are mocks: by words, links, guests and calendars; never whole days, cancelled or declined ones."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from exitzero.core.calendars import CalendarEvent
from exitzero.core.errors import BadInput
from exitzero.work.mocks.rule import DEFAULT_RULE, checked_rule, takes

AT = datetime(2026, 6, 10, 16, tzinfo=UTC)
PLAIN = CalendarEvent("a@x", AT, AT, title="Lunch")


@pytest.mark.parametrize(
    ("rule", "event", "taken"),
    [
        ({"words": "mock"}, replace(PLAIN, title="MOCK with Grace"), True),
        ({"words": "mock, system  design"}, replace(PLAIN, notes="A system design round"), True),
        ({"words": "mock"}, PLAIN, False),
        ({"hosts": "pramp.com"}, replace(PLAIN, link="https://www.pramp.com/x"), True),
        ({"hosts": "pramp.com"}, replace(PLAIN, link="https://notpramp.com/x"), False),
        ({"hosts": "pramp.com"}, replace(PLAIN, link="https://["), False),
        ({"people": "grace@x.org"}, replace(PLAIN, attendees=("Grace@x.org",)), True),
        ({"people": "@x.org"}, replace(PLAIN, attendees=("any@x.org",)), True),
        ({"people": "x.org"}, replace(PLAIN, attendees=("any@y.org",)), False),
        ({"all": "yes"}, PLAIN, True),
        ({"all": "yes", "without": "lunch"}, PLAIN, False),
        ({"all": "yes", "calendars": "Interviews"}, replace(PLAIN, calendar="interviews"), True),
        ({"all": "yes", "calendars": "Interviews"}, replace(PLAIN, calendar="Home"), False),
        ({"all": "yes"}, replace(PLAIN, all_day=True), False),
        ({"all": "yes"}, replace(PLAIN, cancelled=True), False),
        ({"all": "yes"}, replace(PLAIN, declined=True), False),
        (DEFAULT_RULE, replace(PLAIN, title="Mock interview"), True),
    ],
)
def test_a_rule_takes_what_it_says(rule: dict[str, str], event: CalendarEvent, taken: bool) -> None:
    assert takes(checked_rule(rule), event) is taken


@pytest.mark.parametrize(
    "rule", [{}, {"words": " , "}, {"without": "x"}, {"colour": "red"}, {"all": "maybe"}, {"words": "x" * 2000}]
)
def test_a_rule_that_could_take_nothing_is_refused(rule: dict[str, str]) -> None:
    with pytest.raises(BadInput) as caught:
        checked_rule(rule)
    assert caught.value.field == "rule"
