"""A subscribed calendar in a life: its events become mocks by the rule, and its silence never counts against anyone."""

from collections.abc import Callable, Iterator

import pytest

from exitzero.core import facts
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.work.mocks.rule import DEFAULT_RULE
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local
from tests.engine.mock_kit import (
    MOCKS,
    answer,
    book,
    calendar_file,
    changed,
    edit,
    event,
    feed,
    page,
    pass_time,
    round_of,
    today,
)
from tests.servers.feeds import Feeds, Page

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
SOON = NOON + DAY
SECRET = "private-0123456789abcdef"


@pytest.fixture
def feeds() -> Iterator[Feeds]:
    """A server with one calendar at a secret address."""
    with Feeds(**{SECRET: Page(calendar_file(event("a@x", SOON)), tagged=True)}) as served:
        yield served


def begun(life: Start, feeds: Feeds, **kind: object) -> Life:
    """A life that owes a mock a day."""
    mine = life(start=NOON, **kind)
    feeds.now = lambda: mine.now
    mine.adopt(MOCKS)
    round_of(mine)
    return mine


def connect(life: Life, feeds: Feeds) -> str:
    """Subscribe to the calendar."""
    return life.engine.calendars.connect_ics(f"{feeds.url}/{SECRET}", "Interviews", DEFAULT_RULE)


def put(feeds: Feeds, *events: str) -> None:
    """What the calendar shows from now on."""
    feeds.pages[f"/{SECRET}"].body = calendar_file(*events)


def break_down(feeds: Feeds, status: int) -> None:
    """The server answers with an error, whatever it is asked."""
    shown = feeds.pages[f"/{SECRET}"]
    shown.status, shown.tagged = status, False


def titles(life: Life) -> list[str]:
    """The mocks that stand ahead."""
    return [view.title for view in today(life).ahead]


def test_events_of_a_calendar_become_mocks_by_the_rule(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON), event("b@x", SOON + HOUR, title="Dentist"), event("c@x", SOON + 30 * DAY))
    calendar = connect(mine, feeds)
    assert titles(mine) == ["Mock interview"]
    assert [(fact.mock, fact.origin) for fact in mine.facts(facts.MockBooked)] == [("a@x", calendar), ("c@x", calendar)]
    view = feed(mine)
    assert (view.kind, view.shown, view.two_way, view.events, view.mocks) == ("ics", "127.0.0.1", False, 3, 2)
    assert (view.as_of, view.trouble) == (NOON, "")
    span = mine.ask(lambda questions: questions.mocks.agenda(7))
    assert [each.title for each in span.events] == ["Dentist"]
    assert today(mine).state == "met"
    mine.check_file()


def test_what_a_calendar_holds_are_the_mocks_that_it_still_lists(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON), event("b@x", SOON + 3 * DAY))
    connect(mine, feeds)
    pass_time(mine, SOON + DAY)
    put(feeds, event("b@x", SOON + 3 * DAY))
    mine.engine.calendars.sync_now()
    assert page(mine, "a@x").view.state == "booked", "what is over is not taken out with its line"
    assert (feed(mine).events, feed(mine).mocks) == (1, 1)


def test_the_address_stands_in_the_keyring_and_nowhere_else(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    calendar = connect(mine, feeds)
    break_down(feeds, 404)
    with pytest.raises(OutsideTrouble):
        mine.engine.calendars.sync_now(calendar)
    assert SECRET in (mine.vault.get(f"calendar.{calendar}") or "")
    held = b"".join(path.read_bytes() for path in mine.folder.iterdir() if path.is_file())
    assert SECRET.encode() not in held
    mine.engine.calendars.disconnect(calendar)
    assert mine.vault.get(f"calendar.{calendar}") is None


def test_what_is_no_calendar_is_refused_and_nothing_is_kept(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    feeds.pages["/page"] = Page(b"<html>Sign in</html>", content_type="text/html")
    with pytest.raises(OutsideTrouble):
        mine.engine.calendars.connect_ics(f"{feeds.url}/page", "Interviews", DEFAULT_RULE)
    for address, name, rule, field in (
        ("ada@example.org", "Interviews", DEFAULT_RULE, "address"),
        (f"{feeds.url}/{SECRET}", " ", DEFAULT_RULE, "name"),
        (f"{feeds.url}/{SECRET}", "Interviews", {}, "rule"),
        (f"{feeds.url}/{SECRET}", "Interviews", {"colour": "red"}, "rule"),
    ):
        with pytest.raises(BadInput) as caught:
            mine.engine.calendars.connect_ics(address, name, rule)
        assert caught.value.field == field
    connect(mine, feeds)
    with pytest.raises(BadInput, match="already"):
        connect(mine, feeds)


def test_a_preview_shows_what_the_rule_takes(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON), event("b@x", SOON + HOUR, title="Dentist"))
    address = f"{feeds.url}/{SECRET}"
    seen = mine.engine.calendars.preview_ics(address, {"words": "dent"})
    assert [each.title for each in seen.matching] == ["Dentist"]
    assert [each.title for each in seen.others] == ["Mock interview"]
    calendar = connect(mine, feeds)
    again = mine.ask(lambda questions: questions.mocks.preview_rule(calendar, {"all": "yes"}))
    assert len(again.matching) == 2


def test_another_rule_takes_and_leaves_what_is_ahead(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON), event("b@x", SOON + HOUR, title="Dentist"))
    calendar = connect(mine, feeds)
    mine.engine.calendars.rule(calendar, {"words": "Dentist"})
    assert titles(mine) == ["Dentist"]
    assert [fact.how for fact in mine.facts(facts.MockCancelled)] == ["the rule for Interviews takes it no more"]
    mine.engine.calendars.rule(calendar, DEFAULT_RULE)
    assert titles(mine) == ["Mock interview"]
    mine.check_file()


def test_a_calendar_is_read_again_every_half_hour_and_asked_for_news_only(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    feeds.asked.clear()
    pass_time(mine, NOON + 4 * HOUR, every=5 * MINUTE)
    assert len(feeds.asked) == 8
    assert all("if-none-match" in asked.headers for asked in feeds.asked)
    assert feed(mine).as_of == NOON + 4 * HOUR


def test_what_was_moved_there_is_moved_here_and_what_is_gone_is_told(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    put(feeds, event("a@x", SOON + HOUR))
    pass_time(mine, NOON + HOUR, every=10 * MINUTE)
    assert page(mine, "a@x").view.starts == SOON + HOUR
    put(feeds)
    pass_time(mine, NOON + 2 * HOUR, every=10 * MINUTE)
    assert titles(mine) == []
    assert [fact.how for fact in mine.facts(facts.MockCancelled)] == ["gone from the calendar Interviews"]
    put(feeds, event("a@x", SOON))
    pass_time(mine, NOON + 3 * HOUR, every=10 * MINUTE)
    assert page(mine, "a@x").view.counts
    mine.check_file()


def test_a_cancelled_event_is_taken_out(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    put(feeds, event("a@x", SOON, "STATUS:CANCELLED"))
    pass_time(mine, NOON + HOUR)
    assert [fact.how for fact in mine.facts(facts.MockCancelled)] == ["cancelled in the calendar Interviews"]


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 200), (b"<html>", 200), (b"gone", 404), (b"busy", 503), (b"BEGIN:VCALENDAR\r\nBEGIN:VEV", 200)],
    ids=["empty", "a page", "not there", "down", "broken off"],
)
def test_a_calendar_that_cannot_be_read_deletes_nothing(life: Start, feeds: Feeds, body: bytes, status: int) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    shown = feeds.pages[f"/{SECRET}"]
    good = shown.body
    shown.body, shown.status = body, status
    pass_time(mine, NOON + 2 * HOUR, every=20 * MINUTE)
    assert titles(mine) == ["Mock interview"]
    assert mine.facts(facts.MockCancelled) == []
    assert feed(mine).trouble
    assert feed(mine).as_of == NOON
    shown.body, shown.status = good, 200
    pass_time(mine, NOON + 10 * HOUR, every=20 * MINUTE)
    assert feed(mine).trouble == ""


def test_a_bad_event_hides_no_other_and_is_not_gone(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    bad = event("a@x", SOON).replace(f"DTSTART:{SOON:%Y%m%dT%H%M%SZ}", "DTSTART:whenever")
    put(feeds, bad, event("b@x", SOON + 2 * HOUR))
    pass_time(mine, NOON + HOUR)
    assert {view.uid for view in today(mine).ahead} == {"a@x", "b@x"}
    assert len(feed(mine).skipped) == 1
    assert mine.facts(facts.MockCancelled) == []


def test_what_began_is_kept_when_its_calendar_drops_it(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    mine.to(SOON + 2 * HOUR)
    put(feeds)
    round_of(mine)
    assert mine.facts(facts.MockCancelled) == []
    assert [view.uid for view in today(mine).asking] == ["a@x"]
    answer(mine, "a@x", "complete")
    assert page(mine, "a@x").view.state == "complete"


def test_ones_own_words_about_a_subscribed_mock_stay(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    calendar = connect(mine, feeds)
    shown = page(mine, "a@x")
    wanted = edit(SOON, uid="a@x", title="Graphs with Grace", topic="Graphs", notes="mine", calendar=calendar)
    mine.do(lambda actions: actions.mocks.change(wanted))
    put(feeds, event("a@x", SOON + HOUR, title="Mock interview (moved)"))
    pass_time(mine, NOON + HOUR)
    now = page(mine, "a@x")
    assert (now.view.title, now.view.topic, now.notes) == ("Graphs with Grace", "Graphs", "mine")
    assert now.view.starts == SOON + HOUR != shown.view.starts
    with pytest.raises(BadInput, match="Interviews"):
        mine.do(lambda actions: actions.mocks.move("a@x", SOON, SOON + HOUR))
    with pytest.raises(BadInput, match="Interviews"):
        mine.do(lambda actions: actions.mocks.cancel("a@x"))


def test_ones_own_feed_read_back_makes_no_second_mock(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    uid = book(mine, SOON, title="Mock of my own")
    feeds.pages[f"/{SECRET}"].body = mine.engine.calendars.export_ics()
    connect(mine, feeds)
    assert [view.uid for view in today(mine).ahead] == [uid]
    span = mine.ask(lambda questions: questions.mocks.agenda(7))
    assert span.events == ()
    put(feeds)
    pass_time(mine, NOON + HOUR)
    assert page(mine, uid).view.counts


def test_a_disconnected_calendar_leaves_its_mocks_as_ones_own(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    calendar = connect(mine, feeds)
    mine.engine.calendars.disconnect(calendar)
    assert mine.ask(lambda questions: questions.mocks.feeds()) == ()
    assert titles(mine) == ["Mock interview"]
    mine.do(lambda actions: actions.mocks.cancel("a@x"))
    assert titles(mine) == []
    mine.check_file()


def test_a_calendar_that_is_connected_again_goes_on_with_its_mocks(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    mine.engine.calendars.disconnect(connect(mine, feeds))
    connect(mine, feeds)
    put(feeds, event("a@x", SOON + HOUR))
    pass_time(mine, NOON + HOUR)
    shown = page(mine, "a@x").view
    assert (shown.starts, shown.calendar) == (SOON + HOUR, "Interviews")
    assert len(mine.facts(facts.MockBooked)) == 1


def test_an_event_of_no_known_zone_is_in_the_persons_own(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    floating = event("a@x", SOON).replace(f"{SOON:%Y%m%dT%H%M%SZ}", f"{SOON:%Y%m%dT%H%M%S}")
    put(feeds, floating, event("b@x", SOON).replace("DTSTART:", "DTSTART;TZID=Nowhere:"))
    connect(mine, feeds)
    assert {view.zone for view in today(mine).ahead} <= {"Europe/Berlin", "UTC"}
    assert page(mine, "a@x").view.zone == "Europe/Berlin"


def test_a_calendar_that_is_down_is_no_reason_to_override_a_day(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds)
    connect(mine, feeds)
    break_down(feeds, 503)
    pass_time(mine, mine.day(DAY_ONE).closes + HOUR, every=20 * MINUTE)
    assert (mine.state(DAY_ONE), mine.day(DAY_ONE).can_override) == ("failed", False)


def test_a_series_is_as_many_mocks_as_come_soon(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON, "RRULE:FREQ=WEEKLY;COUNT=52"))
    connect(mine, feeds)
    assert len(mine.facts(facts.MockBooked)) == 13
    assert feed(mine).events == 52


# The clause


def test_a_mock_deleted_just_after_green_stands_for_the_day_and_is_seen(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    connect(mine, feeds)
    deadline = mine.day(DAY_ONE).closes
    put(feeds, event("a@x", SOON + 2 * DAY))
    pass_time(mine, deadline - 10 * MINUTE, every=20 * MINUTE)
    mine.to(deadline + MINUTE)
    put(feeds)
    round_of(mine)
    assert mine.state(DAY_ONE) == "success"
    assert [fact.mock for fact in mine.facts(facts.MockCancelled)] == ["a@x"]
    assert today(mine).state == "not_met"


def test_a_mock_deleted_before_the_deadline_does_not_count_for_the_day(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON + 2 * DAY))
    connect(mine, feeds)
    deadline = mine.day(DAY_ONE).closes
    put(feeds)
    pass_time(mine, deadline + HOUR, every=20 * MINUTE)
    assert mine.state(DAY_ONE) == "failed"


def test_a_mock_moved_out_of_the_week_just_after_the_deadline_counted_for_the_day(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds, event("a@x", SOON + 2 * DAY))
    connect(mine, feeds)
    deadline = mine.day(DAY_ONE).closes
    pass_time(mine, deadline, every=20 * MINUTE)
    put(feeds, event("a@x", SOON + 30 * DAY))
    pass_time(mine, deadline + HOUR, every=20 * MINUTE)
    assert mine.state(DAY_ONE) == "success"
    assert (today(mine).count, today(mine).state) == (0, "not_met")


def test_a_calendar_that_is_down_at_the_deadline_never_fails_the_day(life: Start, feeds: Feeds) -> None:
    """Connected the day before, with nothing in it; only an answer from after the deadline says that nothing stood."""
    mine = begun(life, feeds)
    put(feeds)
    connect(mine, feeds)
    second = mine.day(DAY_ONE).ends
    pass_time(mine, second + HOUR)
    label = DAY_ONE + DAY
    break_down(feeds, 503)
    pass_time(mine, mine.day(label).closes + 5 * HOUR)
    assert mine.state(label) in {"held", "open"}
    feeds.pages[f"/{SECRET}"].status = 200
    put(feeds, event("a@x", SOON + 3 * DAY, changed(SOON + 2 * HOUR)))
    pass_time(mine, mine.now + 7 * HOUR, every=20 * MINUTE)
    assert mine.state(label) == "success"
    mine.check_file()


def test_a_calendar_connected_today_is_no_excuse_for_today(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    put(feeds)
    connect(mine, feeds)
    break_down(feeds, 503)
    pass_time(mine, mine.day(DAY_ONE).closes + HOUR, every=20 * MINUTE)
    assert mine.state(DAY_ONE) == "failed"


def test_a_booking_that_is_seen_late_corrects_a_failed_day(life: Start, feeds: Feeds) -> None:
    """Some services show hours later what was booked."""
    mine = begun(life, feeds)
    put(feeds)
    connect(mine, feeds)
    deadline = mine.day(DAY_ONE).closes
    pass_time(mine, deadline + HOUR, every=20 * MINUTE)
    assert mine.state(DAY_ONE) == "failed"
    put(feeds, event("a@x", SOON + 2 * DAY, changed(deadline - HOUR)))
    pass_time(mine, deadline + 3 * HOUR, every=20 * MINUTE)
    assert mine.state(DAY_ONE) == "success"
    assert [fact.label for fact in mine.facts(facts.VerdictCorrected)] == [DAY_ONE]
    mine.check_file()


def test_a_calendar_connected_afterwards_corrects_nothing(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    deadline = mine.day(DAY_ONE).closes
    pass_time(mine, deadline + HOUR)
    assert mine.state(DAY_ONE) == "failed"
    put(feeds, event("a@x", SOON + 2 * DAY, changed(deadline - HOUR)))
    connect(mine, feeds)
    pass_time(mine, deadline + 3 * HOUR)
    assert mine.state(DAY_ONE) == "failed"
    assert today(mine).state == "met"


def test_a_server_whose_clock_is_ahead_vouches_for_nothing_to_come(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    feeds.now = lambda: mine.now + 10 * DAY
    connect(mine, feeds)
    assert feed(mine).as_of == NOON


def test_a_mock_booked_by_hand_after_the_deadline_does_not_count_for_the_day(life: Start, feeds: Feeds) -> None:
    mine = begun(life, feeds)
    deadline = mine.day(DAY_ONE).closes
    mine.to(deadline + MINUTE)
    book(mine, SOON + 2 * DAY)
    pass_time(mine, deadline + HOUR)
    assert mine.state(DAY_ONE) == "failed"
    assert mine.facts(facts.VerdictCorrected) == []
