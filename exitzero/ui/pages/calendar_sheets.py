"""What the calendar's sheets do: booking, changing, moving, calling off and answering for an interview.

They are apart from the views so that any of them can open the same form and the same score sheet.
"""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFileDialog, QWidget

from exitzero.core.errors import BadInput, ExitZeroError, OutsideTrouble
from exitzero.desktop.browser import open_url
from exitzero.ui.dialogs import ConfirmSheet, SideSheet
from exitzero.ui.format import clock, day_text, local, zone
from exitzero.ui.link import Link
from exitzero.ui.page import UnseenPage
from exitzero.ui.pages.mock_form import MockForm
from exitzero.ui.pages.mock_outcome import OutcomeForm
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.ports import Errands, Questions
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.calendar_items import Item, as_item
from exitzero.ui.widgets.toast import Toast
from exitzero.work.mocks.views import PLATFORMS, FeedView, MockEdit, MockPage, Outcome
from exitzero.work.outreach.views import TargetPage

DRAFT = "draft.mocks.form"
_DRAFT_MS = 500
_USUAL = time(18, 0)


class _Opening(NamedTuple):
    """What a sheet needs about an interview; ``scores`` wants the score sheet rather than the form."""

    page: MockPage | None
    rows: tuple[str, ...]
    scores: bool
    feeds: tuple[FeedView, ...]


class SheetsPage(UnseenPage):
    """A page with the form and the score sheet over it. ``cursor_day`` is the day that a new one is put on."""

    form: MockForm
    outcome: OutcomeForm
    cursor_day: date

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self._draft_kept: object = None
        self._calling_off = ""
        self._moving = ""
        self._for = ("", "")
        self._file: QFileDialog | None = None

    def _make_sheets(self) -> Iterator[None]:
        self.form = MockForm(self.link)
        self.form_sheet = SideSheet(self, self.form)
        yield from self.form.build()
        self.form.save_wanted.connect(self._save)
        self.form.touched.connect(self._typed)
        self.form.cancelled.connect(self.form_sheet.close_sheet)
        self.form.discard_wanted.connect(self._discard)
        self.form.answer_wanted.connect(self.open_outcome)
        self.form.cancel_wanted.connect(self._ask_cancel)
        self.form.join_wanted.connect(self.join)
        self.form_sheet.closed.connect(self._keep_draft)
        yield
        self.outcome = OutcomeForm()
        self.outcome_sheet = SideSheet(self, self.outcome)
        yield from self.outcome.build()
        self.outcome.save_wanted.connect(self._save_outcome)
        self.outcome.cancelled.connect(self.outcome_sheet.close_sheet)
        self.outcome.move_wanted.connect(self.open_details)
        self.outcome.details_wanted.connect(self.open_details)
        self.outcome.rows_wanted.connect(self._save_rows)
        self.outcome_sheet.closed.connect(self.outcome.keep)
        yield
        self.sheet = ConfirmSheet(self)
        self.sheet.accepted.connect(self._cancel_mock)
        self.toast = Toast(self)
        self.toast.activated.connect(self.undo)
        self._draft_timer = QTimer(self)
        self._draft_timer.setSingleShot(True)
        self._draft_timer.setInterval(_DRAFT_MS)
        self._draft_timer.timeout.connect(self._keep_draft)
        self.link.run(_zones, self._take_zones)

    def _zone(self) -> str:
        return own_zone(self.link)

    def _take_zones(self, names: tuple[str, ...]) -> None:
        self.form.set_surroundings(self._zone(), names, ())

    # Booking

    def _wish(self) -> None:
        """Book one on the day that is shown, at a usual hour that is still ahead."""
        now = self.link.now()
        place = zone(self._zone())
        starts = datetime.combine(self.cursor_day, _USUAL, tzinfo=place).astimezone(UTC)
        if starts <= now:
            starts = (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        self._begin(starts, starts + timedelta(hours=1), with_time=True)

    def begin_new(self, starts: datetime, ends: datetime) -> None:
        """Book one at a time that was drawn."""
        self._begin(starts, ends, with_time=False)

    def _begin(self, starts: datetime, ends: datetime, *, with_time: bool) -> None:
        edit = MockEdit(starts, ends, self._zone(), platform=PLATFORMS[0])
        self.form.begin(edit, self.link.now())
        self.form_sheet.show_over(self.form.partner)
        then = self._offer_all if with_time else self._offer_words
        self.link.ask(lambda questions: questions.preference(DRAFT, None), then)

    def _offer_all(self, draft: object) -> None:
        if isinstance(draft, dict) and self.form_sheet.is_open:
            self._draft_kept = draft
            self.form.offer_draft(draft)

    def _offer_words(self, draft: object) -> None:
        if isinstance(draft, dict):
            # The time that was drawn just now is the one that is meant.
            self._offer_all({key: value for key, value in draft.items() if key not in {"date", "time", "zone"}})

    def _begin_for(self, target: object) -> None:
        """Book one for a target of the outreach board."""
        if isinstance(target, int):
            self.link.ask(lambda questions: questions.outreach.target(target), self._begin_prefilled, self._trouble)
        else:
            self._wish()

    def _begin_prefilled(self, page: TargetPage | None) -> None:
        now = self.link.now()
        starts = (now + timedelta(days=1)).astimezone(zone(self._zone()))
        starts = starts.replace(hour=_USUAL.hour, minute=0, second=0, microsecond=0).astimezone(UTC)
        edit = MockEdit(starts, starts + timedelta(hours=1), self._zone(), platform=PLATFORMS[0])
        name = ""
        if page is not None:
            view = page.target
            name = view.name
            edit = MockEdit(
                edit.starts,
                edit.ends,
                edit.zone,
                platform="Company",
                partner=view.name,
                topic=view.role,
                target=view.id,
            )
        self.form.begin(edit, now, target_name=name)
        self.form_sheet.show_over(self.form.date)

    def _typed(self) -> None:
        self._draft_timer.start()

    def _keep_draft(self) -> None:
        self._draft_timer.stop()
        words = self.form.draft_words() or None
        if words != self._draft_kept:
            self._draft_kept = words
            self.link.do(lambda actions: actions.set_preference(DRAFT, words))

    def _discard(self) -> None:
        self._forget_draft()
        self._begin_blank()

    def _begin_blank(self) -> None:
        try:
            starts = self.form.starts()
        except BadInput:
            starts = self.link.now() + timedelta(days=1)
        edit = MockEdit(starts, starts + timedelta(hours=1), self._zone(), platform=PLATFORMS[0])
        self.form.begin(edit, self.link.now())

    def _forget_draft(self) -> None:
        self._draft_timer.stop()
        if self._draft_kept is not None:
            self._draft_kept = None
            self.link.do(lambda actions: actions.set_preference(DRAFT, None))

    def _save(self, edit: MockEdit, only_record: bool) -> None:
        if edit.uid:
            self.link.do(lambda actions: actions.mocks.change(edit), self._saved, self._not_saved)
        else:
            self.link.do(
                lambda actions: actions.mocks.book(edit, only_record=only_record), self._booked, self._not_saved
            )

    def _booked(self, _uid: object) -> None:
        starts = self.form.starts()
        here = local(starts, self._zone())
        self._end_form()
        words = self.tr("Booked for {0} {1}.").format(day_text(here.date()), clock(starts, self._zone()))
        self.toast.say(words, action=self.tr("Undo"))

    def _saved(self, _nothing: object) -> None:
        self._end_form()
        self.toast.say(self.tr("Saved."), action=self.tr("Undo"))

    def _end_form(self) -> None:
        self._forget_draft()
        self.form.save.set_busy(False)
        # What stands in it is saved: closing must not keep it as a draft again.
        self.form.forget()
        self.form_sheet.close_sheet()

    def _not_saved(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        field = error.field if isinstance(error, BadInput) else ""
        message = error.message if isinstance(error, BadInput) else str(error)
        self.form.set_trouble(field, message if known else self.tr("It could not be stored. The details are logged."))
        if field == "starts":
            self.form.offer_record()
        return known

    # One that is there

    def _open_item(self, item: Item) -> None:
        if item.mock is not None:
            self.open_mock(item.mock.uid)
        elif item.event is not None:
            self.toast.say(
                self.tr("{0}, from {1}. It can be changed there only.").format(item.title, item.event.calendar),
                tone=Tone.INFO,
            )

    def open_mock(self, uid: str) -> None:
        """Open an interview: its score sheet once it is over, else its form."""
        self.link.ask(partial(_opening, uid, None), self._open_page, self._trouble, newest_only=False)

    def open_details(self, uid: str) -> None:
        """Open the form of an interview."""
        self.link.ask(partial(_opening, uid, False), self._open_page, self._trouble, newest_only=False)

    def open_outcome(self, uid: str) -> None:
        """Open the score sheet of an interview."""
        self.link.ask(partial(_opening, uid, True), self._open_page, self._trouble, newest_only=False)

    def _open_page(self, opening: _Opening) -> None:
        page = opening.page
        if page is None:
            self.toast.say(self.tr("This interview is not in the record any more."), tone=Tone.WARN)
            return
        for sheet in (self.form_sheet, self.outcome_sheet):
            sheet.close_sheet()
        if opening.scores:
            self.outcome.begin(page, opening.rows, self._zone())
            first = next(iter(self.outcome.outcomes.values()))
            self.outcome_sheet.show_over(first)
        else:
            self.form.set_surroundings(self._zone(), (), opening.feeds)
            self.form.begin(edit_of(page, opening.feeds), self.link.now(), page)
            self.form_sheet.show_over(self.form.date)

    def _move(self, uid: str, starts: datetime, ends: datetime) -> None:
        self._moving = f"{day_text(local(starts, self._zone()).date())} {clock(starts, self._zone())}"
        self.link.do(lambda actions: actions.mocks.move(uid, starts, ends), self._moved, self._not_moved)

    def _moved(self, _nothing: object) -> None:
        self.toast.say(self.tr("Moved to {0}.").format(self._moving), action=self.tr("Undo"))

    def _not_moved(self, error: Exception) -> bool:
        known = self._trouble(error)
        self.refresh()
        return known

    def undo(self) -> None:
        """Take the last change back."""
        self.link.do(lambda actions: actions.mocks.undo(), self._undone, self._trouble)

    def _undone(self, what: str) -> None:
        self.toast.say(self.tr("Taken back: {0}").format(what) if what else self.tr("There is nothing to take back."))

    def _ask_cancel(self, uid: str) -> None:
        self._calling_off = uid
        self.sheet.ask(
            title=self.tr("Call this interview off?"),
            words=self.tr("It leaves the calendar and does not count from now on. The journal keeps that it stood."),
            accept=self.tr("Call it off"),
            danger=True,
        )

    def _cancel_mock(self, _reason: str) -> None:
        uid = self._calling_off
        self.link.do(lambda actions: actions.mocks.cancel(uid), self._called_off, self._not_called_off)

    def _called_off(self, _nothing: object) -> None:
        self.sheet.close_sheet()
        self.form_sheet.close_sheet()
        self.toast.say(self.tr("Called off."), action=self.tr("Undo"))

    def _not_called_off(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        self.sheet.set_trouble(str(error) if known else self.tr("It could not be stored."))
        return known

    def _save_outcome(self, outcome: Outcome) -> None:
        self.link.do(lambda actions: actions.mocks.answer(outcome), self._answered, self._not_answered)

    def _answered(self, _nothing: object) -> None:
        self.outcome.save.set_busy(False)
        self.outcome.forget()
        self.outcome_sheet.close_sheet()
        self.toast.say(self.tr("Written down."), action=self.tr("Undo"))

    def _not_answered(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        field = error.field if isinstance(error, BadInput) else ""
        message = error.message if isinstance(error, BadInput) else str(error)
        self.outcome.set_trouble(field, message if known else self.tr("It could not be stored."))
        return known

    def _save_rows(self, rows: tuple[str, ...]) -> None:
        self.link.do(lambda actions: actions.mocks.set_score_rows(rows), None, self._trouble)

    def join(self, address: str) -> None:
        """Open the link of an interview in the browser."""
        self.link.run(partial(_browse, address), self._browsed, self._trouble)

    def _browsed(self, shown: bool) -> None:
        if not shown:
            self.toast.say(self.tr("This machine has no browser to show it with."), tone=Tone.WARN)

    # Trouble

    def _say(self, words: str) -> None:
        self.toast.say(words)

    def _trouble(self, error: Exception) -> bool:
        known = isinstance(error, ExitZeroError)
        words = f"{error.title} {error.advice}".strip() if isinstance(error, OutsideTrouble) else str(error)
        if isinstance(error, BadInput):
            words = error.message
        self.toast.say(words if known else self.tr("It did not work. The details are in the log."), tone=Tone.BAD)
        return known


def edit_of(page: MockPage, feeds: Sequence[FeedView]) -> MockEdit:
    """The form's contents for an interview that is there."""
    view = page.view
    calendar = next((feed.id for feed in feeds if view.calendar in {feed.id, feed.name}), "")
    return MockEdit(
        starts=view.starts,
        ends=view.ends,
        zone=view.zone,
        title=as_item(view).title,
        uid=view.uid,
        platform=view.platform,
        partner=view.partner,
        topic=view.topic,
        link=view.link,
        notes=page.notes,
        checklist=page.checklist,
        reminders=page.reminders,
        calendar=calendar,
        target=page.target,
    )


def _opening(uid: str, scores: bool | None, questions: Questions) -> _Opening:
    page = questions.mocks.page(uid)
    if scores is None:
        scores = page is not None and (page.view.asks or page.view.state in {"complete", "incomplete", "missed"})
    return _Opening(page, questions.mocks.score_rows(), scores, questions.mocks.feeds())


def _zones(_errands: Errands) -> tuple[str, ...]:
    from zoneinfo import available_timezones

    return tuple(sorted(name for name in available_timezones() if "/" in name and not name.startswith("Etc/")))


def _browse(address: str, _errands: Errands) -> bool:
    return open_url(address)
