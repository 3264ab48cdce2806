"""A calendar that is written to as well, on a real Radicale: edits on both sides, clashes, a server that vanishes."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlmodel import select

from exitzero.core import facts
from exitzero.core.errors import BadInput, OutsideTrouble
from exitzero.store import tables
from exitzero.store.database import Unit
from exitzero.work.mocks.rule import DEFAULT_RULE
from tests.engine.kit import DAY, DAY_ONE, HOUR, MINUTE, Life, local
from tests.engine.mock_kit import MOCKS, book, edit, event, feed, page, pass_time, round_of, today
from tests.servers.radicale import PASSWORD, USER, Question, Radicale, Relay, Said

pytest.importorskip("radicale", reason="Radicale is not installed")

Start = Callable[..., Life]
NOON = local(DAY_ONE, "12:00")
SOON = NOON + DAY


@pytest.fixture
def radicale(tmp_path: Path) -> Iterator[Radicale]:
    """A server with nothing in it."""
    folder = tmp_path / "radicale"
    folder.mkdir()
    with Radicale(folder) as served:
        yield served


class Both:
    """A life and the other program that writes to the same calendar."""

    def __init__(self, life: Life, radicale: Radicale) -> None:
        self.life = life
        self.radicale = radicale
        self.url = radicale.make_calendar("work")
        life.adopt(MOCKS)
        round_of(life)
        (remote,) = life.engine.calendars.list_remote(url=radicale.url, user=USER, password=PASSWORD)
        self.remote = remote.id
        self.calendar = life.engine.calendars.connect_caldav(
            url=radicale.url,
            user=USER,
            password=PASSWORD,
            remote=remote.id,
            name="Work",
            rule=DEFAULT_RULE,
            two_way=True,
        )

    def sync(self) -> None:
        """Read and write now."""
        self.life.engine.calendars.sync_now(self.calendar)

    def names(self) -> list[str]:
        """The files that the server holds."""
        folder = self.radicale.folder / "collections" / "collection-root" / USER / "work"
        return sorted(path.name for path in folder.glob("*.ics"))

    def only(self) -> str:
        """The one event as it stands there."""
        (name,) = self.names()
        return self.radicale.text(self.url + name)

    def write(self, text: str, name: str = "") -> None:
        """What the other program makes of the one event, or a new one called ``name``."""
        self.radicale.write(self.url + (name or self.names()[0]), text.replace("\r\n", "\n"))

    def edit_there(self, **lines: str) -> None:
        """The other program changes properties of the one event."""
        inner = self.only().partition("BEGIN:VEVENT")[2].partition("END:VEVENT")[0].strip().split("\n")
        kept = [line for line in inner if line.split(":")[0].split(";")[0] not in lines]
        kept += [f"{name}:{value}" for name, value in lines.items() if value]
        self.write("\n".join(["BEGIN:VEVENT", *kept, "END:VEVENT"]))

    def delete_there(self) -> None:
        """The other program deletes the one event."""
        assert self.radicale.ask("DELETE", self.url + self.names()[0]).status == 200


@pytest.fixture
def both(life: Start, radicale: Radicale) -> Both:
    """A life with a calendar that is written to."""
    return Both(life(start=NOON), radicale)


def test_a_mock_booked_here_stands_there_and_one_made_there_comes_here(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar, link="https://meet.example.org/x", notes="Bring water")
    assert feed(mine).unsynced == 1
    pass_time(mine, NOON + MINUTE, every=MINUTE)
    text = both.only()
    assert f"UID:{uid}" in text
    assert "SUMMARY:Graphs" in text
    assert "TZID=Europe/Berlin" in text
    assert feed(mine).unsynced == 0
    both.write(event("there@x", SOON + 4 * HOUR), "there.ics")
    pass_time(mine, NOON + 15 * MINUTE, every=5 * MINUTE)
    assert {view.uid for view in today(mine).ahead} == {uid, "there@x"}
    assert [fact.origin for fact in mine.facts(facts.MockBooked)] == ["by_hand", both.calendar]
    mine.check_file()


def test_edits_of_different_things_on_both_sides_are_merged(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.edit_there(DESCRIPTION="From there", LOCATION="Room 4", **{"X-COLOUR": "red"})
    wanted = edit(SOON + HOUR, uid=uid, title="Trees", calendar=both.calendar)
    mine.do(lambda actions: actions.mocks.change(wanted))
    both.sync()
    shown = page(mine, uid)
    assert (shown.view.title, shown.view.starts, shown.notes) == ("Trees", SOON + HOUR, "From there")
    text = both.only()
    for kept in ("SUMMARY:Trees", "DESCRIPTION:From there", "LOCATION:Room 4", "X-COLOUR:red"):
        assert kept in text
    assert (shown.view.clash, feed(mine).unsynced, feed(mine).clashes) == (False, 0, 0)
    asked = len(mine.facts(facts.SourcePolled))
    both.sync()
    assert (len(mine.facts(facts.SourcePolled)), len(mine.facts(facts.MockMoved))) == (asked + 1, 1)


@pytest.mark.parametrize(("keep", "title"), [("mine", "Mine"), ("theirs", "Theirs")])
def test_the_same_thing_edited_on_both_sides_is_a_clash_that_loses_nothing(both: Both, keep: str, title: str) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.edit_there(SUMMARY="Theirs", DESCRIPTION="Only there")
    wanted = edit(SOON, uid=uid, title="Mine", calendar=both.calendar)
    mine.do(lambda actions: actions.mocks.change(wanted))
    both.sync()
    both.sync()
    shown = page(mine, uid)
    assert (shown.view.title, shown.view.clash, shown.notes) == ("Mine", True, "Only there")
    assert shown.remote is not None
    assert shown.remote.title == "Theirs"
    assert "SUMMARY:Theirs" in both.only()
    assert feed(mine).clashes == 1
    with pytest.raises(BadInput):
        mine.engine.calendars.resolve(uid, keep="neither")
    mine.engine.calendars.resolve(uid, keep=keep)
    both.sync()
    assert (page(mine, uid).view.title, page(mine, uid).view.clash) == (title, False)
    assert f"SUMMARY:{title}" in both.only()
    assert "DESCRIPTION:Only there" in both.only()
    with pytest.raises(BadInput, match="settle"):
        mine.engine.calendars.resolve(uid, keep=keep)


def test_the_same_edit_on_both_sides_is_none(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.edit_there(SUMMARY="Trees")
    wanted = edit(SOON, uid=uid, title="Trees", calendar=both.calendar)
    mine.do(lambda actions: actions.mocks.change(wanted))
    both.sync()
    assert (page(mine, uid).view.clash, feed(mine).unsynced) == (False, 0)


def test_taken_out_here_is_gone_there(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    mine.do(lambda actions: actions.mocks.cancel(uid))
    both.sync()
    assert both.names() == []
    both.sync()
    assert len(mine.facts(facts.MockCancelled)) == 1
    mine.do(lambda actions: actions.mocks.undo())
    both.sync()
    assert page(mine, uid).view.counts
    assert f"UID:{uid}" in both.only()


def test_deleted_there_is_taken_out_here(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.delete_there()
    both.sync()
    assert page(mine, uid).view.state == "cancelled"
    assert [fact.how for fact in mine.facts(facts.MockCancelled)] == ["gone from the calendar Work"]
    both.sync()
    assert both.names() == []


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_deleted_there_and_changed_here_is_asked(both: Both, keep: str) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.delete_there()
    wanted = edit(SOON, uid=uid, title="Mine", calendar=both.calendar)
    mine.do(lambda actions: actions.mocks.change(wanted))
    both.sync()
    assert page(mine, uid).view.clash
    assert page(mine, uid).view.counts
    mine.engine.calendars.resolve(uid, keep=keep)
    both.sync()
    assert page(mine, uid).view.state == ("booked" if keep == "mine" else "cancelled")
    assert len(both.names()) == (1 if keep == "mine" else 0)


@pytest.mark.parametrize("keep", ["mine", "theirs"])
def test_taken_out_here_and_changed_there_is_asked(both: Both, keep: str) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.edit_there(SUMMARY="Theirs")
    mine.do(lambda actions: actions.mocks.cancel(uid))
    both.sync()
    assert (page(mine, uid).view.clash, both.names()) == (True, both.names()[:1])
    mine.engine.calendars.resolve(uid, keep=keep)
    both.sync()
    assert page(mine, uid).view.state == ("cancelled" if keep == "mine" else "booked")
    assert len(both.names()) == (0 if keep == "mine" else 1)


def test_a_server_that_vanishes_in_between_gets_everything_when_it_is_back(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    both.edit_there(DESCRIPTION="From there")
    both.radicale.kill()
    wanted = edit(SOON + HOUR, uid=uid, title="Trees", calendar=both.calendar)
    mine.do(lambda actions: actions.mocks.change(wanted))
    with pytest.raises(OutsideTrouble):
        both.sync()
    pass_time(mine, NOON + 2 * HOUR, every=20 * MINUTE)
    assert (feed(mine).unsynced, feed(mine).trouble != "") == (1, True)
    assert page(mine, uid).view.counts
    assert mine.facts(facts.MockCancelled) == []
    both.radicale.start()
    pass_time(mine, NOON + 10 * HOUR, every=20 * MINUTE)
    assert (feed(mine).unsynced, feed(mine).trouble) == (0, "")
    text = both.only()
    assert "SUMMARY:Trees" in text
    assert "DESCRIPTION:From there" in text


def test_a_wrong_password_is_told_and_not_tried_again_and_again(both: Both) -> None:
    mine = both.life
    (both.radicale.folder / "users").write_text(f"{USER}:another\n", encoding="utf-8")
    with pytest.raises(OutsideTrouble):
        both.sync()
    asked = len(mine.facts(facts.SourceFailed))
    pass_time(mine, NOON + 3 * HOUR, every=10 * MINUTE)
    assert len(mine.facts(facts.SourceFailed)) == asked
    assert "sign-in" in feed(mine).trouble


def test_an_undone_booking_is_taken_out_there_too(both: Both) -> None:
    mine = both.life
    book(mine, SOON, calendar=both.calendar)
    both.sync()
    assert len(both.names()) == 1
    mine.do(lambda actions: actions.mocks.undo())
    both.sync()
    assert both.names() == []
    assert today(mine).ahead == ()


def test_a_calendar_that_can_only_be_read_is_no_place_to_book(both: Both) -> None:
    mine = both.life
    other = mine.engine.calendars
    second = both.radicale.make_calendar("other")
    read_only = other.connect_caldav(
        url=both.radicale.url,
        user=USER,
        password=PASSWORD,
        remote=second,
        name="Read",
        rule=DEFAULT_RULE,
        two_way=False,
    )
    with pytest.raises(BadInput) as caught:
        book(mine, SOON, calendar=read_only)
    assert caught.value.field == "calendar"


def test_an_edit_there_between_our_reading_and_our_writing_is_read_again_and_merged(both: Both) -> None:
    """The server answers what stood; then somebody changes it before we write."""
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    both.sync()
    races = [lambda: both.edit_there(DESCRIPTION="Just now")]

    def change(question: Question, said: Said) -> Said:
        if question.method == "REPORT" and races:
            races.pop()()
        return said

    with Relay(both.radicale, change) as relay:
        behind(both, relay)
        mine.do(lambda actions: actions.mocks.change(edit(SOON, uid=uid, title="Trees", calendar=both.calendar)))
        both.sync()
    assert not races
    assert (page(mine, uid).notes, page(mine, uid).view.title) == ("Just now", "Trees")
    text = both.only()
    assert "DESCRIPTION:Just now" in text
    assert "SUMMARY:Trees" in text
    assert (feed(mine).unsynced, feed(mine).clashes) == (0, 0)


def test_a_write_whose_answer_is_lost_is_written_once(both: Both) -> None:
    mine = both.life
    uid = book(mine, SOON, calendar=both.calendar)
    lost = ["PUT"]

    def change(question: Question, said: Said) -> Said | None:
        return None if question.method == "PUT" and lost and lost.pop() else said

    with Relay(both.radicale, change) as relay:
        behind(both, relay)
        with pytest.raises(OutsideTrouble):
            both.sync()
        assert feed(mine).unsynced == 1
        pass_time(mine, NOON + HOUR, every=10 * MINUTE)
    assert len(both.names()) == 1
    assert (feed(mine).unsynced, feed(mine).clashes, feed(mine).trouble) == (0, 0, "")
    assert len(mine.facts(facts.MockBooked)) == 1
    assert page(mine, uid).view.counts


def test_a_mock_that_lies_beyond_what_is_read_stays(both: Both) -> None:
    mine = both.life
    uid = book(mine, NOON + 500 * DAY, calendar=both.calendar)
    both.sync()
    pass_time(mine, NOON + 3 * DAY, every=6 * HOUR)
    assert page(mine, uid).view.counts
    assert mine.facts(facts.MockCancelled) == []


def behind(both: Both, relay: Relay) -> None:
    """Let the calendar be asked through the relay from now on."""
    name = f"calendar.{both.calendar}"
    secret = both.life.vault.get(name) or ""
    both.life.vault.set(name, secret.replace(both.radicale.url, relay.url))

    def work(unit: Unit) -> None:
        for row in unit.session.exec(select(tables.MockRow)).all():
            row.href = row.href.replace(both.radicale.url, relay.url)
            row.base = row.base.replace(both.radicale.url, relay.url)
        for event_row in unit.session.exec(select(tables.CalendarEventRow)).all():
            event_row.body = event_row.body.replace(both.radicale.url, relay.url)

    both.life.engine.database.write(work).result()
