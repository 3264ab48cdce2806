"""The contract's lockdown: sites and causes as fields, bad lists told line by line, changes with the day they hold."""

from collections.abc import Callable
from dataclasses import replace
from datetime import time
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from exitzero.consequences import lockdown_sites
from exitzero.core.blocking import MOST_SITES, Blocking, Window
from exitzero.core.contract import Terms
from exitzero.ui.pages.contract import ContractScreen
from exitzero.ui.pages.contract_lockdown import LockdownForm
from tests.ui.pages import samples
from tests.ui.pages.conftest import Stage

Opened = Callable[[Blocking], ContractScreen]
FULL = Blocking(
    groups=frozenset({"video", "games"}),
    sites=frozenset({"lobste.rs", "xn--mnchen-3ya.de"}),
    failed=True,
    no_mocks=True,
    rung="alarm",
    windows=frozenset({Window(0, time(9), time(12)), Window(5, time(22), time(2, 30))}),
)


@pytest.fixture
def opened(stage: Stage) -> Opened:
    """The contract page over a contract with this lockdown."""

    def show(blocking: Blocking) -> ContractScreen:
        stage.records.contract_record = samples.contract_page(latest=replace(samples.TERMS, blocking=blocking))
        return stage.open(ContractScreen)

    return show


def rows_of(stage: Stage, page: ContractScreen) -> list[str]:
    """The preview, once the pause after an edit is over."""
    stage.bot.waitUntil(lambda: not page._pause.isActive())
    stage.settle()
    return page.preview.rows


def form_of(page: ContractScreen) -> LockdownForm:
    """The lockdown's fields."""
    return page.form.lockdown


def test_the_form_gives_back_what_it_was_given(opened: Opened) -> None:
    """Groups, sites, causes, rung and schedule go through the fields unchanged."""
    page = opened(FULL)
    assert page.form.terms().blocking == FULL
    assert not page.edited


def test_what_is_in_force_names_sites_and_causes(stage: Stage) -> None:
    """In the words of the other terms; nothing is listed where no site is chosen."""
    assert stage.open(ContractScreen).terms.words("Lockdown") == ""
    current = replace(samples.VERSION, terms=replace(samples.TERMS, blocking=FULL))
    stage.records.contract_record = samples.contract_page(current=current)
    page = stage.open(ContractScreen)
    assert page.terms.words("Lockdown") == "Games, Video, 2 sites of your own"
    assert page.terms.words("Locked by") == (
        "a failed day, no mock ahead, missing work from alarm on, Monday 09:00 to 12:00, Saturday 22:00 to 02:30"
    )


def test_an_edit_elsewhere_keeps_the_lockdown(opened: Opened) -> None:
    """Changing the stake takes no site off the list."""
    page = opened(FULL)
    page.form.burn.setValue(70)
    assert page.form.terms().blocking == FULL


def test_a_group_that_this_version_does_not_know_is_kept(opened: Opened) -> None:
    """It may come from a newer program; taking it out in silence would loosen the contract."""
    agreed = Blocking(groups=frozenset({"video", "radio"}), failed=True)
    page = opened(agreed)
    form_of(page).groups["video"].on.setChecked(False)
    assert page.form.terms().blocking.groups == {"radio"}


def test_more_holds_today_and_fewer_in_seven_days(stage: Stage, opened: Opened) -> None:
    """The preview is the one of every other term."""
    page = opened(Blocking(groups=frozenset({"video"}), failed=True))
    form = form_of(page)
    form.groups["social"].on.setChecked(True)
    form.groups["video"].on.setChecked(False)
    rows = rows_of(stage, page)
    assert rows[0].startswith("▲ Lockdown of the group social: off → on, today")
    assert rows[1].startswith("▼ Lockdown of the group video: on → off, in 7 days")


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("lobste.rs", "lobste.rs"),
        ("https://www.reddit.com/r/all?x=1", "www.reddit.com"),
        ("  NEWS.ycombinator.com:443 ", "news.ycombinator.com"),
        ("*.tumblr.com", "tumblr.com"),
        ("münchen.de", "xn--mnchen-3ya.de"),
    ],
)
def test_a_site_is_taken_as_it_is_typed_or_pasted(stage: Stage, opened: Opened, typed: str, name: str) -> None:
    """A link, capitals, a port, a star, other letters: Enter adds the host name."""
    page = opened(Blocking())
    own = form_of(page).own
    own.type.setText(typed)
    QTest.keyClick(own.type, Qt.Key.Key_Return)
    assert page.form.terms().blocking.sites == {name}
    assert own.type.text() == ""
    assert any(row.startswith(f"▲ Lockdown of {name}: off → on") for row in rows_of(stage, page))


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("github.com", "This is where work is done"),
        ("leetcode.com", "Your work is verified there"),
        ("10.0.0.1", "a hosts file can only block names"),
        ("youtube", "write example.com, not example"),
        ("ada@example.com", "is an e-mail address"),
        ("mail.google.com", ""),
        ("lobste.rs", "is there already"),
    ],
)
def test_a_refused_name_has_its_reason_at_the_field(opened: Opened, typed: str, reason: str) -> None:
    """And what was typed stays, to be put right."""
    page = opened(Blocking(sites=frozenset({"lobste.rs"})))
    form = form_of(page)
    form.own.type.setText(typed)
    form.own.add_typed()
    trouble = form.fields["lockdown.sites"].trouble
    assert trouble
    assert reason in trouble
    assert form.own.type.text() == typed
    assert page.form.terms().blocking.sites == {"lobste.rs"}
    QTest.keyClick(form.own.type, Qt.Key.Key_X)
    assert not form.fields["lockdown.sites"].trouble, "typing on takes the mark away"


def test_every_bad_line_of_a_list_is_told_and_stays(stage: Stage, opened: Opened) -> None:
    """With its number and reason; the good ones are taken."""
    page = opened(Blocking(sites=frozenset({"lobste.rs"})))
    own = form_of(page).own
    own.paste.click()
    assert own.list is not None
    own.list.setPlainText(
        "# mine\n0.0.0.0 news.ycombinator.com\n||tumblr.com^\n10.0.0.3 nas\nexample\ngithub.com\nlobste.rs\n"
    )
    own.take.click()
    assert not own.take.isEnabled(), "it is read by a thread"
    stage.settle()
    assert page.form.terms().blocking.sites == {"lobste.rs", "news.ycombinator.com", "tumblr.com"}
    told = own.told.text().splitlines()
    assert told[0] == "2 sites added. 1 were there already. Not taken: 3."
    assert told[1].startswith("Line 4: 10.0.0.3 nas: It leads to 10.0.0.3")
    assert told[2].startswith("Line 5: example: This has no dot")
    assert told[3] == "Line 6: github.com: This is where work is done: code, calls, calendars."
    assert own.list.toPlainText().splitlines() == ["10.0.0.3 nas", "example", "github.com"]


def test_a_list_longer_than_what_fits_says_how_many_do_not(stage: Stage, opened: Opened) -> None:
    """Up to the most that a contract may hold, and no silence about the rest."""
    page = opened(Blocking())
    own = form_of(page).own
    own.paste.click()
    assert own.list is not None
    own.list.setPlainText("\n".join(f"site{number}.example.net" for number in range(MOST_SITES + 5)))
    own.take_list()
    stage.settle()
    assert len(page.form.terms().blocking.sites) == MOST_SITES
    assert f"5 more do not fit: at most {MOST_SITES}." in own.told.text()


def test_a_list_is_read_from_a_file(stage: Stage, opened: Opened, tmp_path: Path) -> None:
    """It is shown first and added by a press; a file that is not there is told at the field."""
    page = opened(Blocking())
    form = form_of(page)
    file = tmp_path / "hosts"
    file.write_bytes(b"\xef\xbb\xbf0.0.0.0 tumblr.com\r\n")
    form.own.read_wanted.emit(str(file))
    stage.settle()
    assert form.own.list is not None
    assert "tumblr.com" in form.own.list.toPlainText()
    assert not page.edited
    form.own.take_list()
    stage.settle()
    assert page.form.terms().blocking.sites == {"tumblr.com"}
    rows_of(stage, page)
    form.own.read_wanted.emit(str(tmp_path / "none"))
    stage.settle()
    assert "could not be read" in form.fields["lockdown.sites"].trouble


def test_a_group_can_be_opened_and_asked_where_its_names_lead(
    stage: Stage, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every host name is shown, and what the system's resolver says of each, on demand only."""
    asked: list[tuple[str, ...]] = []

    def look_up(names: tuple[str, ...]) -> list[Any]:
        from exitzero.desktop.reach import Finding, State

        asked.append(tuple(names))
        nowhere = ("0.0.0.0", "::")  # noqa: S104 - what a lock writes
        return [Finding(name, State.BLOCKED, "", addresses=nowhere) for name in names[:1]] + [
            Finding(name, State.UNKNOWN, f"The look-up of {name} had no answer in time.") for name in names[1:]
        ]

    monkeypatch.setattr("exitzero.ui.pages.contract.look_up", look_up)  # the network itself
    page = opened(Blocking(sites=frozenset({"lobste.rs"})))
    line = form_of(page).groups["chat"]
    line.show_names.click()
    assert line.names is not None
    assert line.resolve is not None
    shown = line.names.toPlainText()
    assert all(host in shown for host in lockdown_sites.groups()["chat"].hosts)
    assert asked == []
    line.resolve.click()
    stage.settle()
    assert asked == [lockdown_sites.groups()["chat"].hosts]
    assert f"{asked[0][0]}  → 0.0.0.0, nowhere" in line.names.toPlainText()
    assert "had no answer in time" in line.names.toPlainText()
    form_of(page).own.resolve.click()
    stage.settle()
    assert asked[1] == ("lobste.rs",)
    assert not page.edited, "looking is no edit"


def test_a_stretch_of_the_week_is_added_changed_and_taken_out(stage: Stage, opened: Opened) -> None:
    """Weekday, from and to; one that ends before it starts ends the next day."""
    page = opened(Blocking(groups=frozenset({"video"})))
    schedule = form_of(page).schedule
    schedule.add.click()
    (line,) = schedule.lines
    line.day.choose(4)
    line.begin.set_value(time(22))
    line.end.set_value(time(6))
    assert line.words.text() == "ends the next day"
    assert page.form.terms().blocking.windows == {Window(4, time(22), time(6))}
    assert rows_of(stage, page) == ["▲ Lockdown on Friday 22:00 to 06:00: off → on, today"]
    line.remove.click()
    assert page.form.terms().blocking.windows == frozenset()
    assert schedule.add.hasFocus(), "the keyboard is not lost with the row"


def test_a_stretch_without_length_and_a_cause_without_sites_are_marked(stage: Stage, opened: Opened) -> None:
    """At their own fields, and nothing can be adopted meanwhile."""
    page = opened(Blocking(groups=frozenset({"video"})))
    form = form_of(page)
    form.schedule.add.click()
    form.schedule.lines[0].end.set_value(form.schedule.lines[0].begin.value)
    rows_of(stage, page)
    assert "it has no length" in form.fields["lockdown.windows"].trouble
    assert not page.preview.adopt.isEnabled()
    form.schedule.lines[0].remove.click()
    form.groups["video"].on.setChecked(False)
    form.failed.setChecked(True)
    rows_of(stage, page)
    assert "Choose the sites first" in form.fields["lockdown.sites"].trouble


def test_adopting_hands_the_lockdown_over(stage: Stage, opened: Opened) -> None:
    """What stood in the fields is what is agreed."""
    page = opened(Blocking())
    form = form_of(page)
    form.groups["news"].on.setChecked(True)
    form.failed.setChecked(True)
    form.rung.choose("alarm")
    rows_of(stage, page)
    page.preview.adopt.click()
    page.sheet.accept.click()
    stage.settle()
    ((name, terms),) = stage.records.done
    assert name == "adopt"
    assert isinstance(terms, Terms)
    assert terms.blocking == Blocking(groups=frozenset({"news"}), failed=True, rung="alarm")


def test_the_lockdown_page_and_the_form_lead_to_each_other(stage: Stage) -> None:
    """From the lockdown page the form comes into sight at once, and back by a button."""
    page = stage.open(ContractScreen, "lockdown")
    form = form_of(page)
    stage.bot.waitUntil(lambda: 0 <= form.mapTo(page, form.rect().topLeft()).y() < 60)
    with stage.bot.waitSignal(page.navigate) as gone:
        form.open_page.click()
    assert gone.args == ["lockdown", None]


def test_tab_visits_rows_that_came_later_where_they_stand(stage: Stage, opened: Opened) -> None:
    """An added site and an added stretch are visited in the order of reading."""
    page = opened(Blocking(groups=frozenset({"video"})))
    form = form_of(page)
    form.own.type.setText("lobste.rs")
    form.own.add_typed()
    form.schedule.add.click()
    stage.settle()
    form.groups["shopping"].on.setFocus()
    seen: list[QWidget] = []
    for _step in range(30):
        here = page.window().focusWidget()
        seen.append(here)
        if here is form.schedule.add:
            break
        QTest.keyClick(here, Qt.Key.Key_Tab)
    order = [form.own.removers["lobste.rs"], form.own.type, form.failed, form.rung, form.schedule.lines[0].day]
    places = [seen.index(each) for each in order]
    assert places == sorted(places)
    assert all(each.accessibleName() or each.property("text") for each in seen)
