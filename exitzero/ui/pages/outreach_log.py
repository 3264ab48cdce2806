"""Logging an outreach with its proof: a link to the message, a mail's subject, or a screenshot.

Every rule answers at the field it is about, while one types. Nothing counts before the button is pressed, and what was
counted is said with how far the day is. Long, because three kinds of proof share one target and one button.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.errors import BadInput, ExitZeroError
from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.fields import Choice, Field
from exitzero.ui.pages.layout import Flow, Tabs, empty_layout
from exitzero.ui.pages.outreach_drafts import DraftKeeper
from exitzero.ui.pages.outreach_picker import TargetPicker
from exitzero.ui.pages.outreach_sheet import SheetForm, TabPage, fit, plain
from exitzero.ui.pages.wording import own_zone
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Meter, Text
from exitzero.ui.widgets.picture_drop import PictureDrop
from exitzero.work.outreach.views import FoundMail, LinkCheck, PictureCheck, ProofView, TargetView

LINK, MAIL, PICTURE = "link", "mail", "picture"
_ASK_MS = 200


class LogForm(SheetForm):
    """The sheet. ``logged`` carries the proof that counts now."""

    logged = Signal(object)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__("Log an outreach", "Prove it", parent)
        self.title.setText(self.tr("Log an outreach"))
        self.set_accept(self.tr("Prove it"))
        self.link = link
        self._picture = b""
        self._check: LinkCheck | None = None
        self._looked: PictureCheck | None = None
        self._mails: tuple[FoundMail, ...] = ()
        self._note = (0, "")
        self.meter = Meter()
        self.picker = TargetPicker(link)
        self.picker.new_wanted.connect(self._make_target)
        self.picker.chosen.connect(self._check_ready)
        self.target_field = Field(self.tr("To whom"), self.picker)
        self.tabs = Tabs()
        self._pages = {LINK: self._link_page(), MAIL: self._mail_page(), PICTURE: self._picture_page()}
        self.tabs.add(LINK, self.tr("Message link"), self._pages[LINK])
        self.tabs.add(MAIL, self.tr("Mail subject"), self._pages[MAIL])
        self.tabs.add(PICTURE, self.tr("Screenshot"), self._pages[PICTURE])
        self.tabs.turned.connect(self._turned)
        fit(self._pages, LINK)
        self.note_box = QPlainTextEdit()
        self.note_box.setTabChangesFocus(True)
        self.note_box.setFixedHeight(64)
        self.note_box.textChanged.connect(self._touched)
        self.note_field = Field(self.tr("Note (optional)"), self.note_box)
        for widget in (self.meter, self.target_field):
            self.body.addWidget(widget)
        self.body.addWidget(self.tabs)
        self.body.addWidget(self.note_field)
        self.body.addWidget(plain(self.tr("Proof is kept on this machine only."), role=Role.SMALL12))
        self.body.addStretch(1)
        self.accepted.connect(self._prove)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_ASK_MS)
        self._timer.timeout.connect(self._ask_link)
        self.keeper = DraftKeeper(link, "log", self._as_json, self)
        self.keeper.found.connect(self._restore)
        self.keeper.look()
        self._check_ready()

    def begin(self, target: TargetView | None = None) -> QWidget:
        """Get ready, for this target if one is given; gives what the keyboard goes to."""
        self.set_trouble("")
        if target is not None:
            self.picker.choose(target)
            self.platform.choose(target.platform)
        return self.picker.line if not self.picker.target else self._first()

    def show_quota(self, count: int, target: int) -> None:
        """Say how far the day is."""
        self.meter.setVisible(target > 0)
        self.meter.set_progress(count, max(target, 1))
        self.note.setText(self.tr("{0} of {1} proven today").format(count, target) if target else "")

    def take_picture(self, data: bytes) -> None:
        """Look at a screenshot that was dropped, pasted or chosen."""
        self._picture = data
        self._looked = None
        self.drop.show_bytes(data)
        self.picture_field.set_trouble("")
        self.picture_field.set_hint(self.tr("Looking whether it was used before…"))
        self._show_same(None)
        self._check_ready()
        self.link.run(lambda errands: (data, errands.proofs.look(data)), self._picture_looked, self._picture_refused)

    # The three pages

    def _link_page(self) -> TabPage:
        self.link_line = QLineEdit()
        self.link_line.setPlaceholderText("https://")
        self.link_line.textChanged.connect(self._link_typed)
        self.link_line.returnPressed.connect(self._prove)
        self.link_field = Field(
            self.tr("Link to the message itself"), self.link_line, self.tr("Open the conversation and copy its address")
        )
        self.verdict = Text("", Role.STRONG13, wrap=True)
        self.verdict.hide()
        return TabPage(self.link_field, self.verdict)

    def _mail_page(self) -> TabPage:
        self.subject = QLineEdit()
        self.subject.returnPressed.connect(self._find_mail)
        self.subject.textChanged.connect(self._touched)
        self.find_button = Button(self.tr("Find in Sent mail"), icon="search")
        self.find_button.clicked.connect(self._find_mail)
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(8)
        row.addWidget(self.subject, 1)
        row.addWidget(self.find_button)
        line.setFocusProxy(self.subject)
        self.subject.setAccessibleName(self.tr("Subject of the mail"))
        self.subject_field = Field(
            self.tr("Subject of the mail"),
            line,
            self.tr("It has to be in your sent mail of today. Only headers are read."),
        )
        self._mail_list = QVBoxLayout()
        self._mail_list.setSpacing(4)
        self.mail_choice = QButtonGroup(self)
        self.mail_choice.idToggled.connect(self._check_ready)
        page = TabPage(self.subject_field)
        page.column.insertLayout(1, self._mail_list)
        return page

    def _picture_page(self) -> TabPage:
        self.drop = PictureDrop()
        self.drop.taken.connect(self.take_picture)
        self.drop.refused.connect(self._drop_refused)
        self.drop.pressed.connect(self._choose_file)
        self.picture_field = Field(
            self.tr("Screenshot of the message"),
            self.drop,
            self.tr("Each picture counts once, also resized or cropped"),
        )
        self.file_button = Button(self.tr("Choose a file"), small=True)
        self.file_button.clicked.connect(self._choose_file)
        self.paste_button = Button(self.tr("Paste"), small=True)
        self.paste_button.clicked.connect(self.drop.paste)
        for button in (self.file_button, self.paste_button):
            pasting = QShortcut(QKeySequence.StandardKey.Paste, button)
            pasting.setContext(Qt.ShortcutContext.WidgetShortcut)
            pasting.activated.connect(self.drop.paste)
        buttons = QWidget()
        flow = Flow(buttons)
        flow.addWidget(self.file_button)
        flow.addWidget(self.paste_button)
        self.old = PictureDrop()
        self.old.setEnabled(False)
        self.old.setAcceptDrops(False)
        self.old_words = plain("", Tone.BAD)
        self.old_field = Field(self.tr("The older one"), self.old)
        self.old_field.hide()
        self.old_words.hide()
        both = QWidget()
        row = QHBoxLayout(both)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.picture_field, 1, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self.old_field, 1, Qt.AlignmentFlag.AlignTop)
        self.platform = Choice([(told.platform_title(key), key) for key in told.PLATFORM_TITLES], 180)
        self.platform_field = Field(self.tr("Where it was written"), self.platform)
        return TabPage(both, self.old_words, buttons, self.platform_field)

    # Links

    def _link_typed(self) -> None:
        self._check = None
        self.verdict.hide()
        self.link_field.set_trouble("")
        self._touched()
        if self.link_line.text().strip():
            self._timer.start()

    def _ask_link(self) -> None:
        text = self.link_line.text().strip()
        if text:
            self.link.ask(
                lambda questions: (text, questions.outreach.check_link(text)), self._link_checked, self._link_refused
            )

    def _link_checked(self, answer: tuple[str, LinkCheck]) -> None:
        text, check = answer
        if text != self.link_line.text().strip():
            return
        self._check = check
        if check.used is not None or check.used_words:
            self.link_field.set_trouble(check.used_words or self.tr("This link was used before."))
            self.verdict.hide()
        elif check.weak:
            self._say(f"▲ {check.words} " + self.tr("Weak: nobody can check what stands there."), Tone.WARN)
        else:
            self._say(f"● {check.words}", Tone.GOOD)
        self._check_ready()

    def _link_refused(self, error: Exception) -> bool:
        self.verdict.hide()
        if isinstance(error, BadInput):
            self.link_field.set_trouble(error.message)
        return isinstance(error, ExitZeroError)

    def _say(self, text: str, tone: Tone) -> None:
        self.verdict.setText(text)
        self.verdict.set_tone(tone)
        self.verdict.show()
        self.link_line.setAccessibleDescription(text)

    # Mails

    def _find_mail(self) -> None:
        subject = self.subject.text().strip()
        if not subject:
            self.subject_field.set_trouble(self.tr("Type some words of the subject."))
            return
        self.subject_field.set_trouble("")
        self.find_button.set_busy(True, self.tr("Looking"))
        self.link.run(lambda errands: errands.mail.find(subject), self._mails_found, self._mails_refused)

    def _mails_found(self, mails: Sequence[FoundMail]) -> None:
        self.find_button.set_busy(False, self.tr("Find in Sent mail"))
        self._mails = tuple(mails)
        for button in self.mail_choice.buttons():
            self.mail_choice.removeButton(button)
        empty_layout(self._mail_list)
        if not mails:
            self.subject_field.set_trouble(self.tr("No mail with these words was sent today."))
        zone = own_zone(self.link)
        good = [at for at, mail in enumerate(self._mails) if not mail.refused]
        for at, mail in enumerate(self._mails):
            radio = QRadioButton(f"{words.when(mail.at, self.link.now(), zone)}  {mail.subject}")
            radio.setToolTip(mail.to)
            radio.setEnabled(not mail.refused)
            radio.setChecked(good == [at])
            self.mail_choice.addButton(radio, at)
            self._mail_list.addWidget(radio)
            to = f"■ {mail.refused}" if mail.refused else self.tr("to {0}").format(mail.to)
            self._mail_list.addWidget(plain(to, Tone.BAD if mail.refused else Tone.DIM, Role.SMALL12))
        self._check_ready()

    def _mails_refused(self, error: Exception) -> bool:
        self.find_button.set_busy(False, self.tr("Find in Sent mail"))
        title, advice = told.said(error)
        self.subject_field.set_trouble(f"{title} {advice}".strip())
        return isinstance(error, ExitZeroError)

    # Pictures

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("A screenshot"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(self.tr("Pictures (*.png *.jpg *.jpeg *.webp *.bmp *.gif)"))
        dialog.fileSelected.connect(self.drop.take_file)
        dialog.open()

    def _drop_refused(self, message: str) -> None:
        self.picture_field.set_trouble(message)

    def _picture_looked(self, answer: tuple[bytes, PictureCheck]) -> None:
        data, check = answer
        if data is not self._picture and data != self._picture:
            return
        self._looked = check
        size = self.tr("{0} × {1} pixels, never used before").format(check.width, check.height)
        self.picture_field.set_hint(f"● {size}" if check.same is None else "")
        self._show_same(check)
        self._check_ready()

    def _picture_refused(self, error: Exception) -> bool:
        title, advice = told.said(error)
        self.picture_field.set_trouble(f"{title} {advice}".strip())
        self._picture = b""
        self._check_ready()
        return isinstance(error, ExitZeroError)

    def _show_same(self, check: PictureCheck | None) -> None:
        same = check.same if check is not None else None
        self.old_field.setVisible(same is not None)
        self.old_words.setVisible(same is not None)
        self.old.clear()
        if check is None or same is None:
            return
        stamp = words.when(same.at, self.link.now(), own_zone(self.link))
        self.old_words.setText(f"■ {check.same_words}")
        self.old_field.label.setText(self.tr("{0}, {1}").format(same.target_name, stamp))
        key = same.key
        self.link.run(lambda errands: errands.proofs.thumbnail(key, 320), self._old_came, self._old_gone)

    def _old_came(self, data: bytes) -> None:
        self.old.show_bytes(data)

    def _old_gone(self, error: Exception) -> bool:
        self.old_field.set_hint(told.said(error)[0])
        return isinstance(error, ExitZeroError)

    # Proving

    def _make_target(self, line: str) -> None:
        self.target_field.set_trouble("")
        self.link.do(lambda actions: (actions.outreach.quick(line), line), self._target_made, self._target_refused)

    def _target_made(self, made: tuple[int, str]) -> None:
        number, line = made
        self.picker.show_chosen(number, line.split("@", maxsplit=1)[0].split(" #")[0].strip(), self.tr("new"))
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _target_refused(self, error: Exception) -> bool:
        self.target_field.set_trouble(told.said(error)[0])
        return isinstance(error, ExitZeroError)

    def _has_proof(self) -> bool:
        """Whether there is something to prove by; says at its field what is missing."""
        if self.tabs.current == LINK:
            if not self.link_line.text().strip():
                self.link_field.set_trouble(self.tr("Paste the link to the message."))
            return bool(self.link_line.text().strip())
        if self.tabs.current == MAIL:
            if self.mail_choice.checkedId() < 0:
                self.subject_field.set_trouble(self.tr("Find the mail first, and choose it."))
            return self.mail_choice.checkedId() >= 0
        if not self._picture:
            self.picture_field.set_trouble(self.tr("Drop, paste or choose a screenshot first."))
        return bool(self._picture) and (self._looked is None or self._looked.same is None)

    def _check_ready(self, *_what: object) -> None:
        if hasattr(self, "tabs"):
            self._touched()

    def _prove(self) -> None:
        if not self.picker.target:
            self.target_field.set_trouble(self.tr("Say to whom it was written."))
            self.picker.line.setFocus(Qt.FocusReason.OtherFocusReason)
            return
        if not self.accept.isEnabled() or not self._has_proof():
            return
        target, note = self.picker.target, self.note_box.toPlainText().strip()
        self.target_field.set_trouble("")
        self.set_busy(self.tr("Proving"))
        way = self.tabs.current
        if way == LINK:
            text = self.link_line.text().strip()
            self.link.do(lambda actions: actions.outreach.log_link(target, text), self._proved, self._refused)
        elif way == MAIL:
            mail = self._mails[self.mail_choice.checkedId()].message_id
            self.link.run(lambda errands: errands.proofs.log_mail(target, mail), self._proved, self._refused)
        else:
            data, platform = self._picture, str(self.platform.currentData())
            self.link.run(
                lambda errands: errands.proofs.log_picture(target, data, platform), self._proved, self._refused
            )
        self._note = (target, note)

    def _proved(self, proof: ProofView) -> None:
        target, note = self._note
        if note:
            self.link.do(lambda actions: actions.outreach.note(target, note))
        self.set_trouble("")
        self.start_empty()
        self.logged.emit(proof)

    def _refused(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("It could not be logged."))
        message = f"{title} {advice}".strip()
        fields = {LINK: self.link_field, MAIL: self.subject_field, PICTURE: self.picture_field}
        self.set_trouble("")
        self.verdict.hide()
        if isinstance(error, BadInput) and error.field in {"proof", "subject"}:
            fields[self.tabs.current].set_trouble(message)
        elif isinstance(error, BadInput) and error.field == "target":
            self.target_field.set_trouble(message)
        else:
            self.set_trouble(message)
        self._check_ready()
        return isinstance(error, ExitZeroError)

    def start_empty(self) -> None:
        """Forget what was typed and taken."""
        self.keeper.forget()
        self.picker.clear()
        self.link_line.clear()
        self.subject.clear()
        self.note_box.clear()
        self._mails_gone()
        self._picture, self._looked = b"", None
        self.drop.clear()
        self.picture_field.set_trouble("")
        self._show_same(None)
        self.keeper.forget()
        self._check_ready()

    def _mails_gone(self) -> None:
        self._mails = ()
        for button in self.mail_choice.buttons():
            self.mail_choice.removeButton(button)
        empty_layout(self._mail_list)

    # The half-written form

    def _touched(self) -> None:
        if hasattr(self, "keeper"):
            self.keeper.touch()

    def _as_json(self) -> dict[str, Any] | None:
        kept = {
            "link": self.link_line.text().strip(),
            "subject": self.subject.text().strip(),
            "note": self.note_box.toPlainText().strip(),
        }
        if not any(kept.values()):
            return None
        return {"way": self.tabs.current, **kept}

    def _restore(self, kept: Mapping[str, Any]) -> None:
        if self._as_json() is not None:
            return
        way = str(kept.get("way") or LINK)
        self.tabs.turn_to(way if way in {LINK, MAIL} else LINK)
        self.link_line.setText(str(kept.get("link") or ""))
        self.subject.setText(str(kept.get("subject") or ""))
        self.note_box.setPlainText(str(kept.get("note") or ""))

    def _first(self) -> QWidget:
        return {LINK: self.link_line, MAIL: self.subject}.get(self.tabs.current, self.drop)

    def _turned(self, _key: str) -> None:
        self.set_trouble("")
        self._check_ready()
        fit(self._pages, self.tabs.current)
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)
