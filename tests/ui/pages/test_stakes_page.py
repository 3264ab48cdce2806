"""The page Stakes shows what the engine would really do, and never a secret."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from exitzero.core.stakes import Stakes
from exitzero.ui.alarm import QUIET
from exitzero.ui.appeal import Appeal
from exitzero.ui.page import Page
from exitzero.ui.pages.contract import ContractScreen
from exitzero.ui.pages.stakes import StakesScreen
from exitzero.ui.pages.stakes_text import Words
from tests.engine.kit import DAY_ONE, local, terms
from tests.servers.beeminder import GOOD_TOKEN, Beeminder
from tests.servers.misbehaving import Misbehaving, Reply, Seen
from tests.ui.stakes_life import Staked
from tests.ui.window_kit import staged

pytestmark = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)

TOPIC = "planted-topic-7"


class Ntfy(Misbehaving):
    """An ntfy server that takes what it is sent."""

    def next_reply(self, seen: Seen) -> Reply:
        super().next_reply(seen)
        return Reply.of({"id": "x1", "time": 1, "event": "message", "topic": TOPIC})


@pytest.fixture
def ntfy() -> Iterator[Ntfy]:
    """A channel's other side."""
    server = Ntfy()
    yield server
    server.close()


@pytest.fixture
def beeminder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Beeminder]:
    """Beeminder's other side."""
    with Beeminder() as server:
        monkeypatch.setenv("EXITZERO_BEEMINDER_URL", server.url)
        yield server


Open = Callable[..., Page]


@pytest.fixture
def opened() -> Iterator[Callable[[Staked, type[Page]], Page]]:
    """Show a page of a life; it is taken apart before the life ends."""
    pages: list[Page] = []

    def show(day: Staked, kind: type[Page]) -> Page:
        day.attach()
        page = kind(day.link)
        pages.append(page)
        page.resize(1204, 900)
        page.show()
        page.finish_growing()
        return page

    yield show
    for page in pages:
        page.hide()
        page.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


def stakes_of(opened: Callable[[Staked, type[Page]], Page], day: Staked) -> StakesScreen:
    page = opened(day, StakesScreen)
    assert isinstance(page, StakesScreen)
    day.until(lambda: page.is_revealed)
    return page


def all_words(widget: QWidget) -> str:
    """Everything that stands on a page, fields and descriptions for screen readers included."""
    found = [label.text() for label in widget.findChildren(QLabel)]
    found += [line.text() for line in widget.findChildren(QLineEdit)]
    for each in widget.findChildren(QWidget):
        found += [each.accessibleName(), each.accessibleDescription(), each.toolTip()]
    return "\n".join(found)


def connect_ntfy(day: Staked, ntfy: Ntfy) -> None:
    answers = {"server": ntfy.url, "topic": TOPIC, "token": ""}
    day.life.engine.connections.connect_channel("ntfy", "phone", answers)


def arm(day: Staked, stakes: Stakes) -> None:
    day.life.do(lambda actions: actions.adopt(replace(terms(), stakes=stakes)))


def test_what_would_come_stands_in_its_order(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page], ntfy: Ntfy
) -> None:
    """The rungs to come, the coins at the verdict, the post a quarter of an hour later, word for word."""
    day = staked()
    connect_ntfy(day, ntfy)
    day.life.engine.connections.test_channel("phone")
    arm(day, Stakes(frozenset({"phone"}), alarm=2))
    day.at("20:30")
    page = stakes_of(opened, day)
    planned = day.life.ask(lambda questions: questions.preview_of_failure())
    post = next(each for each in planned if each.kind == "shame")
    day.until(lambda: any(post.text in line for line in page.plan.texts))
    kinds = [line.split(", ")[1] for line in page.plan.texts]
    assert kinds.index("Coins burned") < kinds.index("Shame post to phone")
    assert page.plan.texts[0].startswith("22:00, Alarm")
    assert page.text.preview.text() == post.text
    assert not any("Shame post" in line for line in page.off.texts)
    assert any(line.startswith("Beeminder") for line in page.off.texts)


def test_a_rehearsal_is_marked_and_says_what_would_fail(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page], ntfy: Ntfy
) -> None:
    """The word REHEARSAL, the same lines, a failure where the program is missing; nothing is posted."""
    day = staked()
    connect_ntfy(day, ntfy)
    day.life.engine.connections.test_channel("phone")
    day.life.do(lambda actions: actions.set_preference("hook.program", "/nowhere/at-all"))
    arm(day, Stakes(frozenset({"phone"}), hook=True))
    page = stakes_of(opened, day)
    posted = len(ntfy.seen)
    page.plan.rehearse.click()
    day.until(lambda: page.plan.rehearsed)
    assert page.plan.banner.accessibleName().startswith("REHEARSAL.")
    hook = next(line for line in page.plan.texts if "Program of your own" in line)
    assert "would fail" in hook
    assert any("Shame post to phone" in line and "would be posted" in line for line in page.plan.texts)
    assert len(ntfy.seen) == posted
    page.plan.banner.activated.emit()
    assert not page.plan.rehearsed


def test_a_channel_is_connected_tested_and_let_go_of(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page], ntfy: Ntfy
) -> None:
    """Trouble stands at its field, a test is asked about first, and the secret is nowhere afterwards."""
    day = staked()
    page = stakes_of(opened, day)
    page.channels.add.click()
    day.until(lambda: page.side.is_open)
    form = page.form
    form.service.choose("ntfy")
    assert isinstance(form.fields["topic"].control, QLineEdit)
    assert form.fields["topic"].control.echoMode() is QLineEdit.EchoMode.Password
    form.connect_button.click()
    day.until(lambda: form.fields["topic"].trouble)
    server, topic = form.fields["server"].control, form.fields["topic"].control
    assert isinstance(server, QLineEdit)
    server.setText(ntfy.url)
    topic.setText(TOPIC)
    form.name.setText("phone")
    form.connect_button.click()
    day.until(lambda: "phone" in page.channels.rows)
    assert not page.side.is_open
    assert topic.text() == ""
    page.channels.rows["phone"].test.click()
    assert page.sheet.is_open
    assert ntfy.seen == []
    page.sheet.accept.click()
    day.until(lambda: page.channels.rows["phone"].view.proved_at)
    assert len(ntfy.seen) == 1
    assert TOPIC not in all_words(page)
    page.channels.rows["phone"].disconnect_button.click()
    page.sheet.accept.click()
    day.until(lambda: not page.channels.rows)


def test_an_armed_channel_cannot_be_disconnected(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page], ntfy: Ntfy
) -> None:
    """The contract is the place to disarm it; the row says so."""
    day = staked()
    connect_ntfy(day, ntfy)
    day.life.engine.connections.rehearse_channel("phone")
    arm(day, Stakes(frozenset({"phone"})))
    page = stakes_of(opened, day)
    page.channels.rows["phone"].disconnect_button.click()
    page.sheet.accept.click()
    day.until(lambda: "disarm it there first" in page.channels.rows["phone"].told.text())


def test_beeminder_takes_a_good_token_only(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page], beeminder: Beeminder
) -> None:
    """A wrong one is told at the field; a good one shows account and goals and is not shown again."""
    day = staked()
    page = stakes_of(opened, day)
    day.until(page.beeminder.field.isVisible)
    page.beeminder.token.setText("wrong")
    page.beeminder.connect_button.click()
    day.until(lambda: page.beeminder.field.trouble)
    page.beeminder.token.setText(GOOD_TOKEN)
    page.beeminder.connect_button.click()
    day.until(lambda: "ada" in page.beeminder.words.text())
    assert "leetcode" in page.beeminder.goals.text()
    assert beeminder.charges == []
    assert GOOD_TOKEN not in all_words(page)


def test_words_are_previewed_while_typed_and_stored_when_saved(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page]
) -> None:
    """A wrong field cannot be saved; a good text is what the engine would then post."""
    day = staked()
    page = stakes_of(opened, day)
    card = page.text
    day.until(lambda: "LeetCode 0/1" in card.preview.text())
    card.template.setPlainText("Not done: {nothing_known}")
    assert "There is no {nothing_known}" in card.field.trouble
    assert not card.save.isEnabled()
    card.template.setPlainText("{date}: {missing} not done, {met} of {due}.")
    assert card.preview.text() == f"{DAY_ONE}: LeetCode 0/1 not done, 0 of 1."
    card.save.click()
    day.until(lambda: day.life.ask(lambda q: q.preference("shame.template", "")) == card.words().template)
    day.until(lambda: card._stored == Words("{date}: {missing} not done, {met} of {due}.", "plain"))
    assert not card.save.isEnabled()


def test_a_program_with_an_open_quote_is_refused_at_its_field(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page]
) -> None:
    """Nothing is stored before it can be read."""
    day = staked()
    page = stakes_of(opened, day)
    page.hook.line.setText("/usr/bin/env 'x")
    page.hook.save.click()
    day.until(lambda: page.hook.field.trouble)
    assert day.life.ask(lambda q: q.preference("hook.program", "")) == ""
    page.hook.line.setText("/usr/bin/env x")
    page.hook.save.click()
    day.until(lambda: day.life.ask(lambda q: q.preference("hook.program", "")) == "/usr/bin/env x")


def test_quiet_hours_that_swallow_the_alarm_are_told(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page]
) -> None:
    """The rung that would stay silent is named."""
    day = staked(Stakes(alarm=1))
    page = stakes_of(opened, day)
    page.quiet.begin.setTime(page.quiet.begin.time().fromString("21:30", "HH:mm"))
    page.quiet.on.setChecked(True)
    day.until(lambda: day.life.ask(lambda q: q.preference(QUIET, None)) == ["21:30", "07:00"])
    assert page.quiet.words.text().startswith("◆ alarm, last call")


def test_only_a_channel_that_was_tried_can_be_armed_in_the_contract(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page], ntfy: Ntfy
) -> None:
    """The box is shut with the reason beside it, opens after a rehearsal, and the change has its date."""
    day = staked()
    connect_ntfy(day, ntfy)
    page = opened(day, ContractScreen)
    assert isinstance(page, ContractScreen)
    day.until(lambda: page.is_revealed)  # Before that nobody can type; the first look fills the form.
    switches = page.form.stakes.channels
    day.until(lambda: "phone" in switches.boxes)
    assert not switches.boxes["phone"].isEnabled()
    day.life.engine.connections.rehearse_channel("phone")
    day.until(lambda: [box for box in switches.boxes.values() if box.isEnabled()])  # the boxes are made anew
    switches.boxes["phone"].setChecked(True)
    page.form.stakes.alarm.choose(3)
    day.until(lambda: len(page.preview.rows) == 2)
    assert page.preview.rows[0] == "▲ Shame post to phone: off → armed, today"
    assert page.form.terms().stakes == Stakes(frozenset({"phone"}), alarm=3)


def test_an_edit_elsewhere_keeps_the_stakes(
    staked: Callable[..., Staked], opened: Callable[[Staked, type[Page]], Page]
) -> None:
    """What the form does not show as changed is what was agreed."""
    agreed = Stakes(alarm=2, growing=True, appeal_minutes=30)
    day = staked(agreed)
    page = opened(day, ContractScreen)
    assert isinstance(page, ContractScreen)
    day.until(lambda: page.is_revealed)
    page.form.burn.setValue(70)
    assert page.form.terms().stakes == agreed


def test_the_time_for_an_appeal_is_said_until_it_is_over(staked: Callable[..., Staked], ntfy: Ntfy) -> None:
    """A failed day's post waits a quarter of an hour; the window says so, leads to the day, and stops saying so."""
    day = staked()
    connect_ntfy(day, ntfy)
    day.life.engine.connections.rehearse_channel("phone")
    arm(day, Stakes(frozenset({"phone"})))
    with staged(day.bot) as stage:
        appeal = Appeal(day.link, stage.window)
        day.life.live(local(DAY_ONE + timedelta(days=1), "00:12"), every=timedelta(hours=1))
        day.life.pulse()
        assert day.life.state(DAY_ONE) == "failed"
        day.attach()
        day.until(lambda: appeal.title)
        assert "Until 00:26" in appeal.title
        assert stage.window.banner.accessibleName() == appeal.title
        assert "Shame post to phone" in stage.window.banner.accessibleDescription()
        appeal._open()
        assert stage.window.current == "day"
        day.life.to(day.life.now + timedelta(minutes=20))
        day.link.watch.minute.emit()
        day.until(lambda: not appeal.title)
        assert not stage.window.banner.isVisible()
        appeal.deleteLater()
