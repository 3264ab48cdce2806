"""Adding, logging and importing: errors stand at their field, nothing typed is lost, and what counts is said."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from exitzero.ui import theme
from exitzero.ui.pages.outreach import OutreachScreen
from exitzero.work.outreach.csv_columns import Column
from exitzero.work.outreach.days import DateOrder
from tests.engine.kit import Life
from tests.ui.pages.outreach_life import THREAD, Hunt, screenshot, words_of


@pytest.fixture
def hunt(life: Callable[..., Life], qtbot: QtBot, qapp: QApplication) -> Iterator[Hunt]:
    """A hunt that has begun."""
    theme.apply(qapp, theme.Mode.DARK, reduced_motion=True)
    begun = Hunt(life(), qtbot)
    yield begun
    begun.close()


# Adding


def test_a_line_is_read_while_it_is_typed_and_added_by_enter(hunt: Hunt) -> None:
    """What was understood stands below it, and Enter keeps it."""
    page = hunt.open(OutreachScreen)
    QTest.keyClick(page, Qt.Key.Key_N)
    assert page.add_sheet.is_open
    QTest.keyClicks(page.add.line, "Ada Byron @ Analytical, CTO #warm +3d")
    assert page.add.read.words("Company") == "Analytical"
    assert page.add.read.words("Follow-up") == "Sat 13 Jun 2026"
    QTest.keyClick(page.add.line, Qt.Key.Key_Return)
    hunt.until(lambda: not page.add_sheet.is_open)
    assert "Ada Byron" in hunt.names("to_contact")
    assert page.toast.text.text() == "Ada Byron is added"
    page.toast.action.click()
    hunt.until(lambda: "Ada Byron" not in hunt.names("to_contact"))


def test_a_line_that_cannot_be_read_says_why_at_the_line(hunt: Hunt) -> None:
    """Nothing is kept, and what was typed stays."""
    page = hunt.open(OutreachScreen)
    page.open_add("Ada Byron +99999999d")
    assert page.add.line_field.trouble
    assert not page.add.read.isVisible()
    page.add.accept.click()
    assert page.add_sheet.is_open
    assert page.add.line.text() == "Ada Byron +99999999d"


def test_the_form_refuses_at_the_field(hunt: Hunt) -> None:
    """Each wrong value is told below its own field, the engine's answers too."""
    page = hunt.open(OutreachScreen)
    page.open_add()
    page.add.tabs.turn_to("form")
    form = page.add.form
    page.add.accept.click()
    hunt.until(lambda: form.fields["name"].trouble)
    form.name.setText("Ada Byron")
    form.follow_up.setText("some day")
    page.add.accept.click()
    assert form.fields["follow_up"].trouble
    form.follow_up.setText("+2d")
    form.email.setText("not an address")
    page.add.accept.click()
    hunt.until(lambda: form.fields["email"].trouble)
    form.email.setText("ada@example.org")
    form.add_own.click()
    name, value = form.own_rows[0]
    name.setCurrentText("salary")
    value.setText("90k")
    page.add.accept.click()
    hunt.until(lambda: not page.add_sheet.is_open)
    found = hunt.ask(lambda outreach: outreach.find("ada"))[0]
    assert (found.email, dict(found.fields)) == ("ada@example.org", {"salary": "90k"})


def test_a_paste_goes_on_in_the_form(hunt: Hunt) -> None:
    """What the text says is filled in; the rest is asked."""
    page = hunt.open(OutreachScreen)
    page.open_add()
    page.add.tabs.turn_to("paste")
    page.add.paste_box.setPlainText("Ada Byron <ada@analytical.example>")
    assert page.add.pasted.words("E-mail") == "ada@analytical.example"
    page.add.to_form.click()
    assert page.add.tabs.current == "form"
    assert page.add.form.name.text() == "Ada Byron"


def test_a_half_written_form_survives_a_crash(hunt: Hunt) -> None:
    """It is kept while one types, offered by the next page, and forgotten once it was sent."""
    page = hunt.open(OutreachScreen)
    page.open_add("Ada Byron @ Analyt")
    page.add.tabs.turn_to("form")
    page.add.form.name.setText("Half a name")
    page.add.keeper.keep()
    page.log.link_line.setText("https://www.linkedin.com/messaging/")
    page.log.keeper.keep()
    again = hunt.open(OutreachScreen)
    hunt.until(lambda: again.add.form.name.text() == "Half a name")
    assert again.add.line.text() == "Ada Byron @ Analyt"
    assert again.add.tabs.current == "form"
    hunt.until(lambda: again.log.link_line.text() == "https://www.linkedin.com/messaging/")
    again.open_add()
    assert again.add.restored.isVisible()
    again.add.drop.click()
    kept = "draft.outreach.add"
    hunt.until(lambda: hunt.life.ask(lambda questions: questions.preference(kept, "none")) is None)


# Logging


def test_a_link_is_judged_while_it_is_typed(hunt: Hunt) -> None:
    """A profile is refused with what to paste instead; a message says what it was taken as."""
    hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    page.open_log()
    page.log.link_line.setText("https://www.linkedin.com/in/ada-byron")
    hunt.until(lambda: "profile" in page.log.link_field.trouble)
    page.log.link_line.setText(THREAD.format(1))
    hunt.until(page.log.verdict.isVisible)
    assert page.log.verdict.text() == "● A message on LinkedIn."
    assert not page.log.link_field.trouble


def test_a_weak_link_is_marked_with_sign_and_word(hunt: Hunt) -> None:
    """Colour alone says nothing."""
    page = hunt.open(OutreachScreen)
    page.open_log()
    page.log.link_line.setText("https://forum.example.org/topic/4711/answer/12")
    hunt.until(page.log.verdict.isVisible)
    assert page.log.verdict.text().startswith("▲ ")
    assert "Weak" in page.log.verdict.text()


def test_an_outreach_is_logged_and_counts(hunt: Hunt) -> None:
    """Target by a few letters, link, Enter: the bar moves, and the proof can be taken back."""
    ada = hunt.add("Ada Byron", role="CTO")
    hunt.add("Bo Ek")
    page = hunt.open(OutreachScreen)
    QTest.keyClick(page, Qt.Key.Key_L)
    QTest.keyClicks(page.log.picker.line, "byr")
    hunt.until(page.log.picker.list.isVisible)
    QTest.keyClick(page.log.picker.line, Qt.Key.Key_Return)
    assert page.log.picker.target == ada
    page.log.link_line.setText(THREAD.format(2))
    page.log.note_box.setPlainText("Asked about the team.")
    page.log.accept.click()
    hunt.until(lambda: not page.log_sheet.is_open)
    hunt.until(lambda: page.head.figure.accessibleName() == "1 / 5 proven")
    assert page.toast.text.text().startswith("Proved: Ada Byron. 1 of 5 today.")

    def history() -> list[str]:
        return [event.words for event in hunt.ask(lambda outreach: outreach.target(ada)).history]

    hunt.until(lambda: "Asked about the team." in history())
    page.toast.action.click()
    hunt.until(lambda: page.head.figure.accessibleName() == "0 / 5 proven")


def test_a_used_link_is_refused_with_its_date(hunt: Hunt) -> None:
    """Once for ever, across targets."""
    ada, bo = hunt.add("Ada Byron"), hunt.add("Bo Ek")
    hunt.life.do(lambda actions: actions.outreach.log_link(ada, THREAD.format(3)))
    page = hunt.open(OutreachScreen)
    page.open_log(hunt.target(bo))
    page.log.link_line.setText(THREAD.format(3) + "?utm_source=x")
    hunt.until(lambda: page.log.link_field.trouble)
    assert "Ada Byron" in page.log.link_field.trouble
    page.log.accept.click()
    hunt.until(page.log.accept.isEnabled)
    assert page.log_sheet.is_open


def test_nothing_is_logged_without_a_target_or_a_proof(hunt: Hunt) -> None:
    """Each missing thing is told at its field."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    page.open_log()
    page.log.link_line.setText(THREAD.format(4))
    page.log.accept.click()
    assert page.log.target_field.trouble == "Say to whom it was written."
    page.log.picker.choose(hunt.target(ada))
    page.log.link_line.clear()
    page.log.accept.click()
    assert page.log.link_field.trouble == "Paste the link to the message."
    page.log.tabs.turn_to("picture")
    page.log.accept.click()
    assert page.log.picture_field.trouble


def test_a_new_target_is_made_in_the_log(hunt: Hunt) -> None:
    """One line is enough; nobody has to leave the sheet."""
    page = hunt.open(OutreachScreen)
    page.open_log()
    QTest.keyClicks(page.log.picker.line, "Cleo Ray @ Quillstack, CTO")
    hunt.until(page.log.picker.list.isVisible)
    QTest.keyClick(page.log.picker.line, Qt.Key.Key_Return)
    hunt.until(lambda: page.log.picker.target)
    assert hunt.target(page.log.picker.target).name == "Cleo Ray"


def test_a_screenshot_is_dropped_looked_at_and_counts(hunt: Hunt, tmp_path: Path) -> None:
    """A file from the desktop; its twin is shown beside the old one and refused."""
    ada, bo = hunt.add("Ada Byron"), hunt.add("Bo Ek")
    page = hunt.open(OutreachScreen)
    page.open_log(hunt.target(ada))
    page.log.tabs.turn_to("picture")
    first = tmp_path / "chat.png"
    first.write_bytes(screenshot("Hello Ada, I read about your team"))
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(first))])
    drop = QDropEvent(
        QPointF(20, 20), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    )
    page.log.drop.dropEvent(drop)
    assert page.log.drop.has_picture
    hunt.until(lambda: "never used before" in words_of(page.log.picture_field))
    page.log.platform.choose("whatsapp")
    page.log.accept.click()
    hunt.until(lambda: not page.log_sheet.is_open)
    hunt.until(lambda: page.head.figure.accessibleName() == "1 / 5 proven")
    page.open_log(hunt.target(bo))
    page.log.tabs.turn_to("picture")
    page.log.take_picture(screenshot("Hello Ada, I read about your team", scale=0.8))
    hunt.until(page.log.old_words.isVisible)
    assert "Ada Byron" in page.log.old_words.text()
    hunt.until(lambda: page.log.old.has_picture)
    page.log.accept.click()
    assert page.log_sheet.is_open
    assert page.head.figure.accessibleName() == "1 / 5 proven"


def test_a_screenshot_is_pasted(hunt: Hunt) -> None:
    """Ctrl+V on the field; a clipboard without a picture says so."""
    page = hunt.open(OutreachScreen)
    page.open_log()
    page.log.tabs.turn_to("picture")
    QGuiApplication.clipboard().setText("only words")
    page.log.paste_button.click()
    assert page.log.picture_field.trouble == "There is no picture in the clipboard."
    QGuiApplication.clipboard().setImage(QImage.fromData(screenshot("Hello")))
    page.log.drop.setFocus()
    QTest.keyClick(page.log.drop, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    hunt.until(lambda: "never used before" in words_of(page.log.picture_field))


def test_a_file_that_is_no_picture_is_refused(hunt: Hunt, tmp_path: Path) -> None:
    """At the field, with what would do."""
    page = hunt.open(OutreachScreen)
    page.open_log()
    page.log.tabs.turn_to("picture")
    (tmp_path / "notes.png").write_bytes(b"these are no pixels")
    page.log.drop.take_file(str(tmp_path / "notes.png"))
    hunt.until(lambda: page.log.picture_field.trouble)
    page.log.drop.take_file(str(tmp_path / "missing.png"))
    assert "cannot be read" in page.log.picture_field.trouble


def test_a_mail_cannot_be_found_without_a_mailbox(hunt: Hunt) -> None:
    """The reason stands at the subject."""
    page = hunt.open(OutreachScreen)
    page.open_log()
    page.log.tabs.turn_to("mail")
    page.log.find_button.click()
    assert page.log.subject_field.trouble == "Type some words of the subject."
    page.log.subject.setText("Application")
    page.log.find_button.click()
    hunt.until(lambda: page.log.find_button.isEnabled() and page.log.subject_field.trouble)


def test_the_way_of_proving_takes_the_keyboard(hunt: Hunt) -> None:
    """Ctrl+V pastes at once, on the picture's place and on its buttons; where it was written is known already."""
    ada = hunt.add("Ada Byron", platform="linkedin")
    page = hunt.open(OutreachScreen)
    page.open_log(hunt.target(ada))
    assert page.log.platform.currentData() == "linkedin"
    page.log.tabs.turn_to("picture")
    assert page.log.drop.hasFocus()
    QGuiApplication.clipboard().setImage(QImage.fromData(screenshot("Hello Ada")))
    page.log.file_button.setFocus()
    QTest.keyClick(page.log.file_button, Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    hunt.until(lambda: page.log.drop.has_picture)
    page.log.tabs.turn_to("link")
    assert page.log.link_line.hasFocus()


def test_undo_right_after_a_proof_takes_the_proof_back(hunt: Hunt) -> None:
    """Not the step before it: that one stays."""
    ada = hunt.add("Ada Byron")
    page = hunt.open(OutreachScreen)
    page.open_log(hunt.target(ada))
    page.log.link_line.setText(THREAD.format(7))
    page.log.accept.click()
    hunt.until(lambda: page.toast.isVisible() and page.toast.action.text() == "Take back")
    page.undo()
    hunt.until(lambda: "taken back" in page.toast.text.text())
    assert hunt.target(ada).proofs == 0
    assert hunt.names("to_contact") == ["Ada Byron"]


def test_the_form_reads_the_platform_off_the_link(hunt: Hunt) -> None:
    """Or off the address, where the person does not say one; a page of no platform stays unsaid."""
    ada = hunt.add("Ada Byron", link="https://www.linkedin.com/in/ada-byron")
    bo = hunt.add("Bo Ek", link="https://bo.example/about")
    cleo = hunt.add("Cleo Ray", link="https://www.linkedin.com/in/cleo", platform="email")
    dora = hunt.add("Dora Ann", email="dora@example.org")
    assert [hunt.target(each).platform for each in (ada, bo, cleo, dora)] == ["linkedin", "", "email", "email"]


# Importing


TRACKER = """Company,Job Title,Contact Name,Email,Status,Next,Salary
Analytical,CTO,Ada Byron,ada@example.org,Applied,3/4/2026,90k
Quillstack,Engineer,Bo Ek,bo@example.org,Sleeping,5/6/2026,
Quillstack,Engineer,Bo Ek,bo@example.org,Sleeping,5/6/2026,
Tidepool,Lead,Cleo Ray,not an address,Wishlist,,
"""


def test_a_file_is_mapped_tried_and_imported_with_one_undo(hunt: Hunt, tmp_path: Path) -> None:
    """What is there already, what repeats and what cannot be read is told row by row before anything is kept."""
    hunt.add("Ada Byron", company="Analytical", email="ada@example.org")
    page = hunt.open(OutreachScreen)
    QTest.keyClick(page, Qt.Key.Key_I)
    assert page.import_sheet.is_open
    file = tmp_path / "tracker.csv"
    file.write_text(TRACKER)
    form = page.bring
    form.take_file(str(file))
    hunt.until(lambda: form.rows.records)
    assert form.mapping()[2] is Column.NAME
    told = [form.rows.texts(row)[5] for row in range(len(form.rows.records))]
    assert told[0].startswith("There already: Ada Byron")
    assert told[1].startswith("“Sleeping” is no stage")
    assert told[2].startswith("Left out, repeats row")
    assert form.rows.texts(3)[0] == "5"
    assert "Sleeping" in form.stage_choices
    form.stage_choices["Sleeping"].choose("rejected")
    hunt.until(lambda: [row.draft.stage for row in form.rows.records if row.draft][1].value == "rejected")
    hunt.until(form.accept.isEnabled)
    assert form.accept.text() == "Import 1 target"
    form.all_too.setChecked(True)
    assert form.accept.text() == "Import 3 targets"
    form.all_too.setChecked(False)
    form.accept.click()
    hunt.until(lambda: not page.import_sheet.is_open)
    assert "Bo Ek" in hunt.names("rejected")
    assert page.toast.text.text() == "1 target is imported"
    page.toast.action.click()
    hunt.until(lambda: "Bo Ek" not in hunt.names("rejected"))


def test_open_dates_are_asked_for(hunt: Hunt, tmp_path: Path) -> None:
    """3/4 is guessed by nobody; the import waits for the answer."""
    page = hunt.open(OutreachScreen)
    page.open_import()
    file = tmp_path / "tracker.csv"
    file.write_text(TRACKER)
    form = page.bring
    form.take_file(str(file))
    hunt.until(lambda: form.rows.records)
    form.meanings[5].choose(Column.FOLLOW_UP)
    hunt.until(form.dates_field.isVisible)
    hunt.until(lambda: form.dates_field.trouble)
    assert not form.accept.isEnabled()
    form.dates.choose(DateOrder.DAY_FIRST)
    hunt.until(form.accept.isEnabled)
    first = form.rows.records[0].draft
    assert first is not None
    assert first.follow_up is not None
    assert (first.follow_up.day, first.follow_up.month) == (3, 4)


def test_a_file_that_is_no_list_is_refused(hunt: Hunt, tmp_path: Path) -> None:
    """The sheet says why and waits for another file."""
    page = hunt.open(OutreachScreen)
    page.open_import()
    (tmp_path / "empty.csv").write_bytes(b"")
    page.bring.take_file(str(tmp_path / "empty.csv"))
    hunt.until(page.bring.file_trouble.isVisible)
    page.bring.take_file(str(tmp_path / "gone.csv"))
    hunt.until(lambda: "cannot be read" in page.bring.file_trouble.text())
    assert not page.bring.accept.isEnabled()


@pytest.mark.parametrize("kind", ["csv", "vcf"])
def test_what_is_exported_comes_back(hunt: Hunt, tmp_path: Path, kind: str) -> None:
    """The file holds every target, and the import knows them all again."""
    for name in ("Ada Byron", "Bo Ek"):
        hunt.add(name, email=f"{name[:2].lower().strip()}@example.org")
    page = hunt.open(OutreachScreen)
    goal = tmp_path / f"targets.{kind}"
    page.export(kind, None, str(goal))
    hunt.until(lambda: "2 targets are in" in page.toast.text.text())
    page.open_import()
    page.bring.take_file(str(goal))
    hunt.until(lambda: len(page.bring.rows.records) == 2)
    assert all(page.bring.rows.texts(row)[5].startswith("There already") for row in range(2))
    assert not page.bring.accept.isEnabled()
