"""The table behind its tab: filtered and searched while one types, sorted by any column, changed in bulk, kept.

Long, because filter, sorting, paging, choosing and keeping views are one state that has to stay in step.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QPoint, QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPaintEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QInputDialog,
    QLineEdit,
    QMenu,
    QSizePolicy,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from exitzero.core.errors import ExitZeroError
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.layout import Flow
from exitzero.ui.pages.outreach_bulk import BulkBar
from exitzero.ui.pages.outreach_pane import Pane
from exitzero.ui.pages.outreach_rows import PAGE, ROW, RowPainter, TargetRows
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Banner, Button, Card, Kind, Text
from exitzero.ui.widgets.menu_chip import MenuChip
from exitzero.work.outreach.views import STAGES, BulkEdit, Facets, Filter, SavedView, TablePage, TargetView

WIDTHS = "outreach.table_widths"
"""The preference that holds the widths of columns."""

_SEARCH_MS = 40
_KEEP_MS = 500
_MOST_FIELDS = 8


class TargetTable(QTableView):
    """The view: arrows walk rows, Space chooses, Enter opens, Ctrl+A chooses all, Ctrl+C copies."""

    opened = Signal(int)
    menu_wanted = Signal(int, QPoint)
    widths_changed = Signal()

    def __init__(self, rows: TargetRows) -> None:
        super().__init__()
        self.rows = rows
        self.words = ""
        self.own_widths: dict[str, int] = {}
        """The widths that the person gave columns, by what the table is sorted by for them."""
        self._setting = False
        self.setModel(rows)
        self.setItemDelegate(RowPainter(self))
        self.setAccessibleName(self.tr("Targets"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setStyleSheet("QTableView, QTableView:focus { border: none; padding: 0; background: transparent; }")
        self.setShowGrid(False)
        self.setMouseTracking(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._menu_at)
        down = self.verticalHeader()
        down.setVisible(False)
        down.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        down.setDefaultSectionSize(ROW)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setMinimumSectionSize(48)
        head.sectionResized.connect(self._resized)
        self.doubleClicked.connect(self._open)
        self.setMinimumHeight(ROW * 4)
        self.set_widths()

    def set_widths(self) -> None:
        """Give each column the width that the person gave it, else its usual one."""
        self._setting = True
        for at, each in enumerate(self.rows.heads):
            self.setColumnWidth(at, self.own_widths.get(each.sort, each.width))
        self._setting = False

    def _resized(self, at: int, _old: int, new: int) -> None:
        if not self._setting and 0 <= at < len(self.rows.heads) and new > 0:
            self.own_widths[self.rows.heads[at].sort] = new
            self.widths_changed.emit()

    @property
    def here(self) -> TargetView | None:
        """The target that the keyboard is on."""
        return self.rows.target(self.currentIndex().row()) if self.currentIndex().isValid() else None

    def keyboardSearch(self, search: str) -> None:
        """Letters are the page's keys, not a search in the rows."""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        here = self.here
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and here is not None:
            self.opened.emit(here.id)
        elif event.key() in {Qt.Key.Key_Menu, Qt.Key.Key_M} and here is not None and not event.modifiers():
            where = self.visualRect(self.currentIndex()).bottomLeft()
            self.menu_wanted.emit(here.id, self.viewport().mapToGlobal(where))
        elif event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            flags = QItemSelectionModel.SelectionFlag
            self.selectionModel().select(self.currentIndex(), flags.Toggle | flags.Rows)
        elif event.matches(QKeySequence.StandardKey.Copy):
            self._copy()
        elif event.key() in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            bar = self.horizontalScrollBar()
            bar.setValue(bar.value() + (80 if event.key() == Qt.Key.Key_Right else -80))
        else:
            super().keyPressEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        painter = QPainter(self.viewport())
        look = theme.current()
        if self.hasFocus():
            paint.draw_focus_ring(painter, QRectF(self.viewport().rect()), 4)
        if not self.rows.total and self.words:
            painter.setFont(look.font(Role.BODY13))
            painter.setPen(look.dim)
            area = QRectF(self.viewport().rect()).adjusted(24, 12, -24, -12)
            painter.drawText(area, int(Qt.AlignmentFlag.AlignCenter) | int(Qt.TextFlag.TextWordWrap), self.words)

    def _open(self, index: QModelIndex) -> None:
        target = self.rows.target(index.row())
        if target is not None:
            self.opened.emit(target.id)

    def _menu_at(self, at: QPoint) -> None:
        target = self.rows.target(self.indexAt(at).row())
        if target is not None:
            self.menu_wanted.emit(target.id, self.viewport().mapToGlobal(at))

    def _copy(self) -> None:
        from PySide6.QtGui import QGuiApplication

        chosen = sorted({index.row() for index in self.selectionModel().selectedRows()})
        lines = ["\t".join(self.rows.cell(row, at).text for at in range(len(self.rows.heads))) for row in chosen]
        QGuiApplication.clipboard().setText("\n".join(lines))


class TablePane(Pane):
    """The table with its filters."""

    export_wanted = Signal(object)

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self._sort = "-created_at"
        self._generation = 0
        self.answered = 0
        """The number of the question whose answer stands there."""
        self._views: tuple[SavedView, ...] = ()
        self.facets = Facets()
        self.search = QLineEdit()
        self.search.setObjectName("table-search")
        self.search.setPlaceholderText(self.tr("Search"))
        self.search.setAccessibleName(self.tr("Search the table"))
        self.search.setToolTip(self.tr("Search in every field  /"))
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(240)
        self.stage = MenuChip(self.tr("Stage"), [(told.stage_title(stage), stage) for stage in STAGES])
        self.platform = MenuChip(self.tr("Platform"))
        self.tag = MenuChip(self.tr("Tag"))
        self.kind = MenuChip(self.tr("Kind"), [(told.kind_title(kind), kind) for kind in ("person", "company")])
        self.due = _toggle(self.tr("Due"))
        self.archived = _toggle(self.tr("Archived"))
        self.order = Button(self.tr("Sort"), small=True)
        self.order.clicked.connect(self._sort_menu)
        self.views = Button(self.tr("Views"), small=True)
        self.views.clicked.connect(self._views_menu)
        self.reset = Button(self.tr("Clear filters"), Kind.QUIET, small=True)
        self.reset.clicked.connect(self.clear)
        self.count = Text("", Role.MONO13, Tone.DIM)
        self._edit: tuple[BulkEdit, str] = (BulkEdit(), "")
        self._widths_timer = QTimer(self)
        self._widths_timer.setSingleShot(True)
        self._widths_timer.setInterval(_KEEP_MS)
        self._widths_timer.timeout.connect(self._keep_widths)
        self._widths_known = False
        self._make_table()
        self._lay_out()
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_SEARCH_MS)
        self._timer.timeout.connect(self._ask)
        self.search.textChanged.connect(self._timer.start)
        for chip in (self.stage, self.platform, self.tag, self.kind):
            chip.changed.connect(self._ask)
        self.due.toggled.connect(self._ask)
        self.archived.toggled.connect(self._ask)

    def _lay_out(self) -> None:
        bar = QWidget()
        flow = Flow(bar, spacing=6)
        for widget in (
            self.search, self.stage, self.platform, self.tag, self.kind, self.due, self.archived, self.order,
            self.views, self.reset,
        ):  # fmt: skip
            flow.addWidget(widget)
        bar.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        head = QHBoxLayout()
        head.setSpacing(10)
        head.addWidget(bar, 1)
        head.addWidget(self.count, 0, Qt.AlignmentFlag.AlignTop)
        self.count.setMinimumHeight(30)
        self.trouble = Banner()
        self.trouble.activated.connect(self.refresh)
        card = Card("", flush=True)
        card.body.addWidget(self.table)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(10)
        column.addLayout(head)
        column.addWidget(self.trouble)
        column.addWidget(self.bulk)
        column.addWidget(card, 1)

    def _make_table(self) -> None:
        self.rows = TargetRows(self)
        self.rows.wanted.connect(self._ask_rows)
        self.table = TargetTable(self.rows)
        self.table.opened.connect(self.opened)
        self.table.menu_wanted.connect(self._menu)
        self.table.widths_changed.connect(self._widths_timer.start)
        self.table.horizontalHeader().sectionClicked.connect(self._sort_by_column)
        self.table.selectionModel().selectionChanged.connect(self._chosen_changed)
        self.bulk = BulkBar()
        self.bulk.wanted.connect(self._bulk)
        self.bulk.cleared.connect(self.table.clearSelection)

    def refresh(self) -> None:
        if not self._widths_known:
            self._widths_known = True
            self.link.ask(lambda questions: questions.preference(WIDTHS, None), self._show_widths)
        self.link.ask(lambda questions: questions.outreach.facets(), self._show_facets)
        self.link.ask(lambda questions: questions.outreach.saved_views(), self._show_views)
        self._ask()

    def wanted(self) -> Filter:
        """What the table shows."""
        return Filter(
            text=self.search.text().strip(),
            stages=self.stage.chosen,
            platforms=self.platform.chosen,
            tags=self.tag.chosen,
            kinds=self.kind.chosen,
            due_only=self.due.isChecked(),
            archived=self.archived.isChecked(),
            sort=self._sort,
        )

    def show_filter(self, wanted: Filter) -> None:
        """Show exactly this."""
        for control in (self.search, self.due, self.archived):
            control.blockSignals(True)
        self.search.setText(wanted.text)
        self.due.setChecked(wanted.due_only)
        self.archived.setChecked(wanted.archived)
        for control in (self.search, self.due, self.archived):
            control.blockSignals(False)
        for chip, keys in (
            (self.stage, wanted.stages),
            (self.platform, wanted.platforms),
            (self.tag, wanted.tags),
            (self.kind, wanted.kinds),
        ):
            chip.choose(keys)
        self._sort = wanted.sort
        self.table.clearSelection()
        self._ask()

    def clear(self) -> None:
        """Show everything."""
        self.show_filter(Filter(sort=self._sort))

    def take_keyboard(self) -> None:
        self.table.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_search(self) -> None:
        """Put the keyboard into the search line."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @property
    def chosen(self) -> TargetView | None:
        """The target that the keyboard is on."""
        return self.table.here

    # Asking

    def _ask(self, *_what: object) -> None:
        self._generation += 1
        number, wanted = self._generation, self.wanted()
        self.rows.sorted_by = wanted.sort
        self.link.ask(lambda questions: (number, questions.outreach.table(wanted, 0, PAGE)), self._show, self._failed)

    def _ask_rows(self, first: int) -> None:
        number, wanted = self._generation, self.wanted()
        self.link.ask(
            lambda questions: (number, questions.outreach.table(wanted, first, PAGE)),
            self._more,
            self._failed,
            newest_only=False,
        )

    def _show(self, answer: tuple[int, TablePage]) -> None:
        number, page = answer
        self.trouble.clear()
        if number != self._generation:
            return
        self.answered = number
        here = self.table.here
        chosen = {target.id for target in self._chosen_loaded()}
        place = self.table.verticalScrollBar().value()
        self.rows.begin(page.rows, page.total, self.link.now(), self.zone)
        self._choose_again(chosen, here.id if here is not None else 0)
        self.table.verticalScrollBar().setValue(place)
        self.table.words = self.tr("Nobody matches. Clear a filter, or add a target with N.")
        many = told.tr("{0} target") if page.total == 1 else told.tr("{0} targets")
        self.count.setText(many.format(f"{page.total:,}".replace(",", " ")))
        self.reset.setVisible(self.wanted() != Filter(sort=self._sort))
        self.table.viewport().update()

    def _choose_again(self, chosen: set[int], here: int) -> None:
        flags = QItemSelectionModel.SelectionFlag
        row = self.rows.row_of(here) if here else -1
        if row >= 0:
            self.table.selectionModel().setCurrentIndex(self.rows.index(row, 0), flags.NoUpdate)
        for number in chosen:
            row = self.rows.row_of(number)
            if row >= 0:
                self.table.selectionModel().select(self.rows.index(row, 0), flags.Select | flags.Rows)
        self._chosen_changed()

    def _more(self, answer: tuple[int, TablePage]) -> None:
        number, page = answer
        if number == self._generation:
            self.rows.extend(page.rows, page.first)

    def _failed(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("The table cannot be read"))
        self.trouble.show_message(Tone.BAD, title, advice, action=self.tr("Try again"), dismissable=False)
        return isinstance(error, ExitZeroError)

    def _show_facets(self, facets: Facets) -> None:
        self.facets = facets
        self.platform.set_choices([(told.platform_title(key), key) for key in facets.platforms])
        self.tag.set_choices([(tag, tag) for tag in facets.tags])
        self.bulk.tags = facets.tags
        before = len(self.rows.heads)
        self.rows.set_fields(facets.fields[:_MOST_FIELDS])
        if len(self.rows.heads) != before:
            self.table.set_widths()

    def _show_widths(self, kept: Any) -> None:
        if isinstance(kept, dict):
            self.table.own_widths |= {str(name): width for name, width in kept.items() if isinstance(width, int)}
            self.table.set_widths()

    def _keep_widths(self) -> None:
        kept = dict(self.table.own_widths)
        self.link.do(lambda actions: actions.set_preference(WIDTHS, kept))

    # Sorting

    def _sort_by_column(self, at: int) -> None:
        what = self.rows.heads[at].sort
        rising = self._sort != what
        self._sort = what if rising else f"-{what}"
        self._ask()

    def _sort_menu(self) -> None:
        menu = self._new_menu()
        for head in self.rows.heads:
            for sort, sign in ((head.sort, "↑"), (f"-{head.sort}", "↓")):
                entry = menu.addAction(f"{told.tr(head.title)} {sign}", partial(self._set_sort, sort))
                entry.setCheckable(True)
                entry.setChecked(sort == self._sort)
        self._popup(menu, self.order)

    def _set_sort(self, sort: str) -> None:
        self._sort = sort
        self._ask()

    # Views

    def _show_views(self, views: Sequence[SavedView]) -> None:
        self._views = tuple(views)

    def _views_menu(self) -> None:
        menu = self._new_menu()
        for view in self._views:
            menu.addAction(view.name, partial(self.show_filter, view.filter))
        if not self._views:
            menu.addAction(self.tr("No view is kept yet")).setEnabled(False)
        menu.addSeparator()
        menu.addAction(self.tr("Keep this view…"), self._name_view)
        forget = menu.addMenu(self.tr("Forget a view"))
        forget.setEnabled(bool(self._views))
        for view in self._views:
            forget.addAction(view.name, partial(self._forget_view, view.name))
        menu.addSeparator()
        menu.addAction(self.tr("Export these as CSV…"), partial(self._export, "csv"))
        menu.addAction(self.tr("Export these as vCard…"), partial(self._export, "vcf"))
        self._popup(menu, self.views)

    def _export(self, kind: str) -> None:
        self.export_wanted.emit((kind, self.wanted()))

    def _name_view(self) -> None:
        dialog = QInputDialog(self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setWindowTitle(self.tr("Keep this view"))
        dialog.setLabelText(self.tr("Name"))
        dialog.textValueSelected.connect(self.keep_view)
        dialog.open()

    def keep_view(self, name: str) -> None:
        """Keep what is shown under a name."""
        view = SavedView(name.strip(), replace(self.wanted()))
        if view.name:
            self.do(lambda actions: actions.outreach.save_view(view), self.tr("View kept: {0}").format(view.name))

    def _forget_view(self, name: str) -> None:
        self.do(lambda actions: actions.outreach.delete_view(name), self.tr("View forgotten: {0}").format(name))

    # Choosing and changing many

    def _chosen_rows(self) -> list[int]:
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def _chosen_loaded(self) -> list[TargetView]:
        found = (self.rows.target(row) for row in self._chosen_rows())
        return [target for target in found if target is not None]

    def _chosen_changed(self, *_what: object) -> None:
        self.bulk.today = self.today
        rows = len(self._chosen_rows())
        self.bulk.show_count(rows if rows > 1 else 0)

    def _bulk(self, edit: BulkEdit, words: str) -> None:
        self._edit = edit, words
        rows, loaded = self._chosen_rows(), self._chosen_loaded()
        if len(loaded) == len(rows):
            self._change_all([target.id for target in loaded])
            return
        wanted = self.wanted()
        self.link.ask(lambda questions: (rows, questions.outreach.ids(wanted)), self._ids_came, self._not_done)

    def _ids_came(self, answer: tuple[list[int], Sequence[int]]) -> None:
        rows, ids = answer
        self._change_all([ids[row] for row in rows if row < len(ids)])

    def _change_all(self, targets: Sequence[int]) -> None:
        edit, words = self._edit
        done = self.tr("{0} targets {1}").format(len(targets), words)
        if edit.delete or edit.archive is not None:
            self.table.clearSelection()
        self.do(lambda actions: actions.outreach.bulk(targets, edit), done)

    def _menu(self, number: int, where: QPoint) -> None:
        row = self.rows.row_of(number)
        target = self.rows.target(row)
        if target is not None:
            self.menu_for(target, where)

    def _new_menu(self) -> QMenu:
        menu = QMenu(self)
        menu.aboutToHide.connect(menu.deleteLater)
        return menu

    def _popup(self, menu: QMenu, button: Button) -> None:
        menu.popup(button.mapToGlobal(QPoint(0, button.height() + 2)))


def _toggle(text: str) -> Button:
    button = Button(text, small=True)
    button.setCheckable(True)
    return button
