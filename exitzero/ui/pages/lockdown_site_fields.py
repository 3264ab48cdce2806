"""The sites of a lockdown as fields: shipped groups that can be opened and looked up, and a list of one's own.

What may be locked is decided by the helper's policy; the same rules are asked here, so that a refused name is told at
the field and not at the end.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from platform import node
from typing import NamedTuple

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from exitzero.consequences import lockdown_sites
from exitzero.consequences.lockdown_sites import Group, Problem
from exitzero.core.blocking import MOST_SITES
from exitzero.core.errors import BadInput
from exitzero.ui import theme
from exitzero.ui.pages.layout import Flow, empty_layout
from exitzero.ui.pages.lockdown_words import names_text, readable, sites_text
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Button, Kind, Text


class Imported(NamedTuple):
    """A list that was read: names that may be locked, and every part that was not taken, with its line and reason."""

    names: tuple[str, ...]
    problems: tuple[Problem, ...]


def read_list(text: str) -> Imported:
    """Read a list of sites line by line. Takes seconds for a long one: not for the Qt thread."""
    names: dict[str, None] = {}
    problems: list[Problem] = []
    for number, line in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        found, bad = lockdown_sites.imported(line)
        problems += [replace(each, line=number) for each in bad]
        refused = lockdown_sites.refused(found, hostname=node())
        problems += [Problem(number, name, why) for name, why in refused.items()]
        names.update(dict.fromkeys(name for name in found if name not in refused))
    return Imported(tuple(names), tuple(problems))


_LIST_HEIGHT = 168
_SHOWN_PROBLEMS = 12


def dim_words(words: str = "", tone: Tone = Tone.DIM) -> Text:
    """Small words that wrap under their control and never make the form wider."""
    text = Text(words, Role.SMALL12, tone, wrap=True)
    text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
    return text


def in_row(*widgets: QWidget, stretched: QWidget | None = None) -> QWidget:
    """Widgets beside each other, close."""
    holder = QWidget()
    line = QHBoxLayout(holder)
    line.setContentsMargins(0, 0, 0, 0)
    line.setSpacing(10)
    for widget in widgets:
        line.addWidget(widget, 1 if widget is stretched else 0)
    if stretched is None:
        line.addStretch(1)
    return holder


def in_column(*widgets: QWidget) -> QWidget:
    """Widgets below each other, close."""
    holder = QWidget()
    column = QVBoxLayout(holder)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(6)
    for widget in widgets:
        left = Qt.AlignmentFlag.AlignLeft if isinstance(widget, Button) else Qt.AlignmentFlag(0)
        column.addWidget(widget, 0, left)
    return holder


class GroupLine(QWidget):
    """A shipped group: on or off, how much it holds, and on demand every name in it with where it leads now."""

    changed = Signal()
    remade = Signal()
    resolve_wanted = Signal(object)

    def __init__(self, group: Group, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.group = group
        self._found: dict[str, str] = {}
        self.on = QCheckBox(group.title)
        self.on.setMinimumWidth(104)
        words = f"{sites_text(len(group.sites))}, {names_text(len(group.hosts))}"
        self.on.setAccessibleDescription(words)
        self.on.toggled.connect(self.changed)
        self.show_names = Button(self.tr("Show"), Kind.QUIET, small=True)
        self.show_names.setCheckable(True)
        self.show_names.setAccessibleName(self.tr("Show what is in {0}").format(group.title))
        self.show_names.toggled.connect(self._unfold)
        line = QHBoxLayout()
        line.setSpacing(12)
        line.addWidget(self.on)
        line.addWidget(Text(words, Role.SMALL12, Tone.DIM), 1)
        line.addWidget(self.show_names)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(line)
        self.names: QPlainTextEdit | None = None
        self.resolve: Button | None = None

    def show_found(self, found: dict[str, str]) -> None:
        """Say where the names lead."""
        self._found |= {name: words for name, words in found.items() if name in self.group.hosts}
        if self.resolve is not None:
            self.resolve.set_busy(False, self.tr("Where do they lead now?"))
        self._write()

    def _unfold(self, on: bool) -> None:
        if self.names is None:
            # Made when first wanted: six of them would be six text documents on every visit of the contract.
            self.names = QPlainTextEdit()
            self.names.setReadOnly(True)
            self.names.setTabChangesFocus(True)
            self.names.setFixedHeight(_LIST_HEIGHT)
            self.names.setFont(theme.current().font(Role.MONO12))
            self.names.setAccessibleName(self.tr("Host names of {0}").format(self.group.title))
            self.resolve = Button(self.tr("Where do they lead now?"), small=True)
            self.resolve.clicked.connect(self._resolve)
            self._fold = in_column(self.names, self.resolve)
            self._column.addWidget(self._fold)
            self._write()
        self._fold.setVisible(on)
        self.show_names.setText(self.tr("Hide") if on else self.tr("Show"))
        self.remade.emit()

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        unfolded = [each for each in (self.names, self.resolve) if each is not None]
        return [self.on, self.show_names, *unfolded]

    def _resolve(self) -> None:
        if self.resolve is not None:
            self.resolve.set_busy(True, self.tr("Looking up"))
        self.resolve_wanted.emit(self.group.hosts)

    def _write(self) -> None:
        if self.names is None:
            return
        lines = []
        for site in self.group.sites:
            lines.append(site.name)
            lines += [f"    {host}" + (f"  {self._found[host]}" if host in self._found else "") for host in site.hosts]
        self.names.setPlainText("\n".join(lines))


class OwnSites(QWidget):
    """The person's own sites: typed, pasted or imported, each with its reason where it cannot be locked."""

    changed = Signal()
    remade = Signal()
    resolve_wanted = Signal(object)
    read_wanted = Signal(str)
    import_wanted = Signal(str)
    refused = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sites: tuple[str, ...] = ()
        self._agreed: frozenset[str] = frozenset()
        self._found: dict[str, str] = {}
        self.problems: tuple[Problem, ...] = ()
        self.type = QLineEdit()
        self.type.setPlaceholderText(self.tr("example.com, or paste a link"))
        self.type.setAccessibleName(self.tr("A site of your own"))
        self.type.setMaximumWidth(280)
        self.type.returnPressed.connect(self.add_typed)
        self.type.textEdited.connect(self._typing)
        self.add = Button(self.tr("Add"))
        self.add.clicked.connect(self.add_typed)
        self.add.setEnabled(False)
        self.paste = Button(self.tr("Import a list…"))
        self.paste.setCheckable(True)
        self.paste.toggled.connect(self._unfold)
        self.resolve = Button(self.tr("Where do they lead now?"), Kind.QUIET, small=True)
        self.resolve.clicked.connect(self._resolve)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(2)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self._column.addLayout(self._rows)
        typing = Flow()
        for widget in (in_row(self.type, self.add), self.paste, self.resolve):
            typing.addWidget(widget)
        self.type.setMinimumWidth(220)
        holder = QWidget()
        holder.setLayout(typing)
        self._column.addWidget(holder)
        self.list: QPlainTextEdit | None = None
        self.told = dim_words()
        self.told.hide()
        self._column.addWidget(self.told)
        self.removers: dict[str, Button] = {}
        self._make()

    def sites(self) -> frozenset[str]:
        """What stands there."""
        return frozenset(self._sites)

    def load(self, sites: frozenset[str]) -> None:
        """Show what is agreed."""
        self._agreed = sites
        self._sites = tuple(sorted(sites))
        self.told.hide()  # It spoke of an edit that is gone, or agreed.
        self._make()

    def add_typed(self) -> None:
        """Take what was typed; a reason is told where it cannot be taken."""
        try:
            name = lockdown_sites.normal(self.type.text())
            self._check(name)
        except BadInput as error:
            self.refused.emit(error.message)
            self.type.selectAll()
            return
        self.refused.emit("")
        self.type.clear()
        self.add.setEnabled(False)
        self._take([name])

    def take_text(self, text: str) -> None:
        """Put a list into the field for import, to be looked over first."""
        self.paste.setChecked(True)
        if self.list is not None:
            self.list.setPlainText(text)

    def take_list(self) -> None:
        """Have the list read; :meth:`show_imported` takes what comes of it."""
        if self.list is not None and self.take.isEnabled():
            self.take.set_busy(True, self.tr("Reading"))
            self.import_wanted.emit(self.list.toPlainText())

    def show_imported(self, imported: Imported) -> None:
        """Add every name of the list; each line that was not taken is told with its number and its reason."""
        if self.list is None:
            return
        self.take.set_busy(False, self.tr("Add these"))
        names = imported.names
        room = MOST_SITES - len(self._sites)
        fresh = [name for name in names if name not in self._sites]
        self._take(fresh[:room])
        self.problems = imported.problems
        words = [self.tr("{0} added.").format(sites_text(min(len(fresh), room)))]
        if len(fresh) > room:
            words.append(self.tr("{0} more do not fit: at most {1}.").format(len(fresh) - room, MOST_SITES))
        already = len(names) - len(fresh)
        if already:
            words.append(self.tr("{0} were there already.").format(already))
        if self.problems:
            words.append(self.tr("Not taken: {0}.").format(len(self.problems)))
        lines = [_told(each) for each in self.problems]
        if len(lines) > _SHOWN_PROBLEMS:
            rest = len(lines) - _SHOWN_PROBLEMS
            lines = [*lines[:_SHOWN_PROBLEMS], self.tr("and {0} more, which stand in the list below").format(rest)]
        self.told.setText("\n".join([" ".join(words), *lines]))
        self.told.set_tone(Tone.WARN if self.problems else Tone.GOOD)
        self.told.show()
        # What could not be taken stays, to be put right where it stands.
        texts = [each.text for each in self.problems]
        self.list.setPlainText("\n".join(texts))

    def forget_import(self) -> None:
        """The list could not be read; it can be tried again."""
        if self.list is not None:
            self.take.set_busy(False, self.tr("Add these"))

    def show_found(self, found: dict[str, str]) -> None:
        """Say where the names lead."""
        self._found |= found
        self.resolve.set_busy(False, self.tr("Where do they lead now?"))
        self._make()

    def stops(self) -> list[QWidget]:
        """What the Tab key visits."""
        unfolded = [self.list, self.take, self.read] if self.list is not None else []
        return [*self.removers.values(), self.type, self.add, self.paste, self.resolve, *unfolded]

    def _check(self, name: str) -> None:
        if name in self._sites:
            raise BadInput("sites", self.tr("{0} is there already.").format(readable(name)))
        for why in lockdown_sites.refused([name], hostname=node()).values():
            raise BadInput("sites", f"{readable(name)}: {why}")

    def _take(self, names: Sequence[str]) -> None:
        if names:
            self._sites = tuple(sorted({*self._sites, *names}))
            self._make()
            self.changed.emit()

    def _remove(self, name: str) -> None:
        self._sites = tuple(each for each in self._sites if each != name)
        self._make()
        self.type.setFocus(Qt.FocusReason.OtherFocusReason)
        self.changed.emit()

    def _make(self) -> None:
        empty_layout(self._rows)
        self.removers = {}
        for name in self._sites:
            remove = Button("", Kind.QUIET, icon="close", small=True)
            remove.setAccessibleName(self.tr("Take {0} out").format(name))
            remove.setToolTip(remove.accessibleName())
            remove.clicked.connect(partial(self._remove, name))
            self.removers[name] = remove
            leads = Text(self._found.get(name, ""), Role.SMALL12, Tone.DIM)
            leads.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
            fresh = Text("" if name in self._agreed else self.tr("new"), Role.SMALL12, Tone.INFO)
            line = in_row(remove, Text(readable(name), Role.MONO13), fresh, leads, stretched=leads)
            self._rows.addWidget(line)
        if not self._sites:
            self._rows.addWidget(dim_words(self.tr("None yet. A site is locked with its www. and m. names.")))
        self.resolve.setVisible(bool(self._sites))
        self.remade.emit()

    def _typing(self) -> None:
        self.add.setEnabled(bool(self.type.text().strip()))
        self.refused.emit("")

    def _resolve(self) -> None:
        self.resolve.set_busy(True, self.tr("Looking up"))
        self.resolve_wanted.emit(self._sites)

    def _unfold(self, on: bool) -> None:
        if self.list is None:
            self.list = QPlainTextEdit()
            self.list.setTabChangesFocus(True)
            self.list.setFixedHeight(_LIST_HEIGHT)
            self.list.setFont(theme.current().font(Role.MONO12))
            self.list.setAccessibleName(self.tr("List to import"))
            self.list.setPlaceholderText(
                self.tr("Names or links, one a line; also a hosts file or an Adblock list (||example.com^)")
            )
            self.take = Button(self.tr("Add these"))
            self.take.clicked.connect(self.take_list)
            self.read = Button(self.tr("Read a file…"))
            self.read.clicked.connect(self._choose)
            self._fold = in_column(self.list, in_row(self.take, self.read))
            self._column.addWidget(self._fold)
        self._fold.setVisible(on)
        self.remade.emit()
        if on:
            self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _choose(self) -> None:
        dialog = QFileDialog(self, self.tr("A list of sites"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read_wanted)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _told(problem: Problem) -> str:
    """A part of a list that was not taken, with the number of its line."""
    words = problem.message if problem.message.startswith(problem.text) else f"{problem.text}: {problem.message}"
    return f"Line {problem.line}: {words}"
