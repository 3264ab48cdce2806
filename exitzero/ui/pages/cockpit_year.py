"""The year on a card of the cockpit: the heat map, and under it the last days as far as there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from exitzero.ui import format as words
from exitzero.ui.pages.cockpit_recent import RecentDays
from exitzero.ui.widgets.card import Card
from exitzero.ui.widgets.heat_map import WEEKS, DayCell, HeatMap

if TYPE_CHECKING:
    from datetime import date

    from exitzero.engine.views import Year


def year_cells(year: Year) -> dict[date, DayCell]:
    """The cells of a year, with what each says when it is pointed at. Any thread: a year of words takes a while."""
    cells = {}
    for day in year.days:
        code = "" if day.exit_code is None else " · " + _tr("exit {0}").format(day.exit_code)
        cells[day.label] = DayCell(
            words.outcome_state(day.state),
            day.exit_code,
            f"{words.day_long(day.label)}{code}\n{day.words}".rstrip(),
            overridden=day.overridden,
        )
    return cells


def _tr(text: str) -> str:
    return QCoreApplication.translate("YearCard", text)


class YearCard(Card):
    """Fifty-three weeks; a click or Enter opens a day."""

    day_activated = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("Weeks", parent)
        self.setObjectName("year")
        self.heat_map = HeatMap()
        self.heat_map.day_activated.connect(self.day_activated)
        self.recent = RecentDays()
        self.recent.day_activated.connect(self.day_activated)
        self.body.addWidget(self.heat_map)
        self.body.addWidget(self.recent, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._name_span()

    def _name_span(self) -> None:
        """The heat map drops weeks that a narrow card does not hold; the heading must not claim them."""
        self.set_title(self.tr("Last {0} weeks").format(self.heat_map.weeks_shown or WEEKS))

    def show_year(self, year: Year, cells: dict[date, DayCell], today: date) -> None:
        """Show these days; ``today`` is the one that is framed."""
        self.heat_map.set_days(cells, today, words.first_weekday())
        self.recent.set_days(year.days, today)
        self._name_span()
        if year.success_percent is None:
            self.set_note(self.tr("No day judged yet"))
        else:
            self.set_note(self.tr("Exit 0 on {0} %").format(year.success_percent))
