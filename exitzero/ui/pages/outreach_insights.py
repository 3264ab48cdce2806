"""The hunt in figures: how far targets come, who answers where, who waits longest; to keep as picture and as table."""

from collections import Counter
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QPoint
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from exitzero.core.errors import ExitZeroError, OutsideTrouble
from exitzero.ui import theme
from exitzero.ui.format import plural
from exitzero.ui.link import Link
from exitzero.ui.pages import outreach_words as told
from exitzero.ui.pages.layout import columned, empty_layout, scrolled
from exitzero.ui.pages.outreach_pane import Pane
from exitzero.ui.pages.outreach_sheet import plain
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets.card import Banner, Button, Card, Figure, Kind, Text
from exitzero.ui.widgets.charts import Bar, BarChart, ColumnChart, FunnelChart
from exitzero.work.outreach.csv_write import table
from exitzero.work.outreach.views import Insights, Rate

_MOST_RATES = 8
_MOST_WAITING = 8
_DAY_GROUPS = ((0, 0, "same day"), (1, 1, "1"), (2, 3, "2–3"), (4, 7, "4–7"), (8, 14, "8–14"), (15, 9999, "15+"))


class InsightsPane(Pane):
    """Cards with charts."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(link, parent)
        self.insights: Insights | None = None
        ground = QWidget(self)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(ground)
        area, column = scrolled(ground)
        self._area = area
        column.setContentsMargins(0, 10, 0, 10)
        self.trouble = Banner()
        self.trouble.activated.connect(self.refresh)
        column.addWidget(self.trouble)
        column.addWidget(self._head())
        columns, (left, right) = columned(860, 1, 1)
        column.addWidget(columns)
        column.addStretch(1)
        nothing = self.tr("Fills with the first proved contacts.")
        self.funnel = FunnelChart(self.tr("Funnel"), nothing)
        self.by_platform = BarChart(self.tr("Reply rate by platform"), nothing)
        self.by_tag = BarChart(self.tr("Reply rate by tag"), self.tr("Fills once targets with tags were contacted."))
        self.by_week = ColumnChart(self.tr("Reply rate by week of the first contact"), nothing)
        self.days = ColumnChart(self.tr("Days to the first reply"), self.tr("Fills with the first reply."))
        self.proofs = ColumnChart(self.tr("Proved a week"), nothing)
        for side, title, chart in (
            (left, self.tr("Funnel"), self.funnel),
            (left, self.tr("Proved a week"), self.proofs),
            (left, self.tr("Reply rate by week of the first contact"), self.by_week),
            (right, self.tr("Reply rate by platform"), self.by_platform),
            (right, self.tr("Reply rate by tag"), self.by_tag),
            (right, self.tr("Days to the first reply"), self.days),
        ):
            card = Card(title)
            card.body.addWidget(chart)
            card.body.addStretch(1)
            side.addWidget(card)
        self.waiting = Card(self.tr("Who waits longest"))
        self._waiting = QVBoxLayout()
        self._waiting.setSpacing(2)
        self.waiting.body.addLayout(self._waiting)
        right.addWidget(self.waiting)
        left.addStretch(1)
        right.addStretch(1)

    def refresh(self) -> None:
        self.link.ask(lambda questions: questions.outreach.insights(), self._show, self._failed)

    def as_picture(self) -> QPixmap:
        """All charts as one picture, on the page's ground."""
        page = self._area.widget() or self
        picture = QPixmap(page.size() * 2)
        picture.setDevicePixelRatio(2.0)
        picture.fill(theme.current().background)
        page.render(picture, QPoint(0, 0))
        return picture

    def save_picture(self, path: str) -> None:
        """Keep the charts as PNG."""
        done = self.as_picture().save(path if path.lower().endswith(".png") else f"{path}.png")
        words = self.tr("The picture is kept") if done else self.tr("The picture could not be written there.")
        self.said.emit(words, Tone.GOOD if done else Tone.BAD, False)

    def save_table(self, path: str) -> None:
        """Keep the figures as CSV."""
        insights = self.insights
        if insights is None:
            return
        goal = Path(path if path.lower().endswith(".csv") else f"{path}.csv")
        self.link.run(lambda _errands: _write(goal, as_csv(insights)), self._saved, self._not_saved)

    def _saved(self, _nothing: object) -> None:
        self.said.emit(self.tr("The figures are kept"), Tone.GOOD, False)

    def _not_saved(self, error: Exception) -> bool:
        title, advice = told.said(error)
        self.said.emit(f"{title} {advice}".strip(), Tone.BAD, False)
        return isinstance(error, ExitZeroError)

    def _head(self) -> QWidget:
        card = Card("")
        self.figures = {
            "total": Figure("–", self.tr("targets"), role=Role.FIGURE28),
            "contacted": Figure("–", self.tr("contacted"), role=Role.FIGURE28),
            "rate": Figure("–", self.tr("% reply"), role=Role.FIGURE28),
            "days": Figure("–", self.tr("days to reply"), role=Role.FIGURE28),
        }
        picture = Button(self.tr("Export PNG"), icon="export", small=True)
        figures = Button(self.tr("Export CSV"), icon="export", small=True)
        picture.clicked.connect(partial(self._ask_path, "hunt.png", "PNG (*.png)", self.save_picture))
        figures.clicked.connect(partial(self._ask_path, "hunt.csv", "CSV (*.csv)", self.save_table))
        row = QHBoxLayout()
        row.setSpacing(18)
        for figure in self.figures.values():
            row.addWidget(figure, 1)
        row.addWidget(picture)
        row.addWidget(figures)
        card.body.addLayout(row)
        return card

    def _ask_path(self, name: str, kind: str, then: object) -> None:
        dialog = QFileDialog(self, self.tr("Export"), name, kind)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(name.rpartition(".")[2])
        dialog.fileSelected.connect(then)
        dialog.open()

    def _failed(self, error: Exception) -> bool:
        title, advice = told.said(error, self.tr("The figures cannot be read"))
        self.trouble.show_message(Tone.BAD, title, advice, action=self.tr("Try again"), dismissable=False)
        return isinstance(error, ExitZeroError)

    def _show(self, insights: Insights) -> None:
        self.trouble.clear()
        if insights == self.insights:
            return
        self.insights = insights
        overall = insights.overall
        self.figures["total"].set_value(str(insights.total), self.tr("targets"))
        self.figures["contacted"].set_value(str(overall.contacted), self.tr("contacted"))
        self.figures["rate"].set_value(str(overall.percent) if overall.contacted else "–", self.tr("% reply"))
        median = overall.median_days
        self.figures["days"].set_value("–" if median is None else f"{median:g}", self.tr("days to reply"))
        self.funnel.show_bars(_funnel(insights))
        self.by_platform.show_bars(_rates(insights.by_platform, platform=True))
        self.by_tag.show_bars(_rates(insights.by_tag))
        self.by_week.show_bars(_weeks(insights.by_week))
        most = max((count for _week, count in insights.proofs_by_week), default=0)
        self.proofs.show_bars(
            [Bar(_week(week), count / (most or 1), str(count)) for week, count in insights.proofs_by_week]
        )
        self.days.show_bars(_days(insights.days_to_reply))
        self._show_waiting(insights)

    def _show_waiting(self, insights: Insights) -> None:
        empty_layout(self._waiting)
        for target, days in insights.waiting[:_MOST_WAITING]:
            row = QHBoxLayout()
            name = Button(target.name, Kind.QUIET, small=True)
            name.setAccessibleName(self.tr("Open {0}").format(target.name))
            name.clicked.connect(partial(self.opened.emit, target.id))
            row.addWidget(name)
            row.addWidget(plain(told.role_line(target)), 1)
            wait = plural(days, self.tr("{0} day"), self.tr("{0} days"))
            row.addWidget(Text(wait, Role.MONO13))
            self._waiting.addLayout(row)
        if not insights.waiting:
            self._waiting.addWidget(plain(self.tr("Nobody waits for an answer.")))


def _funnel(insights: Insights) -> list[Bar]:
    steps = insights.funnel.steps
    first = steps[0][2] if steps else 0
    bars = []
    if not first:
        return []
    before = 0
    contacted = insights.overall.contacted
    for at, (stage, title, count) in enumerate(steps):
        note = f"{round(100 * count / before)} %" if at and before else ""
        if stage == "rejected":  # No further step: whoever was written to may end there.
            note = told.tr("{0} % of contacted").format(round(100 * count / contacted)) if contacted else ""
        bars.append(Bar(told.tr(title), count / first, str(count), note))
        before = count
    return bars


def _rates(rates: Sequence[Rate], *, platform: bool = False) -> list[Bar]:
    shown = [rate for rate in rates if rate.contacted][:_MOST_RATES]
    whole = _scale(rate.percent for rate in shown)
    return [
        Bar(
            told.platform_title(rate.name) if platform else rate.name,
            rate.percent / whole,
            f"{rate.percent} %",
            told.tr("{0} of {1}").format(rate.replied, rate.contacted),
        )
        for rate in shown
    ]


def _scale(percents: Iterable[int]) -> int:
    """The end of a scale that holds all of these: 25, 50, 75 or 100 per cent."""
    return max(25, -(-max(percents, default=0) // 25) * 25)


def _week(name: str) -> str:
    """A week in few letters: ``W24`` of ``2026-W24``."""
    return name.rpartition("-")[2]


def _weeks(rates: Sequence[Rate]) -> list[Bar]:
    whole = _scale(rate.percent for rate in rates)
    shares = [(rate.name, rate.percent, f"{rate.percent}%" if rate.contacted else "–") for rate in rates]
    return [Bar(_week(name), percent / whole, value) for name, percent, value in shares]


def _days(days: Sequence[int]) -> list[Bar]:
    if not days:
        return []
    counted: Counter[str] = Counter()
    for day in days:
        counted[next(name for least, most, name in _DAY_GROUPS if least <= max(day, 0) <= most)] += 1
    most = max(counted.values())
    return [Bar(told.tr(name), counted[name] / most, str(counted[name])) for _least, _most, name in _DAY_GROUPS]


def _write(goal: Path, data: bytes) -> None:
    try:
        goal.write_bytes(data)
    except OSError as error:
        raise OutsideTrouble("The file could not be written.", str(error.strerror or error)) from error


def as_csv(insights: Insights) -> bytes:
    """The figures as one table: what, of whom, how many were contacted and replied, the share, the days."""
    rows: list[tuple[str, ...]] = [
        ("funnel", title, str(count), "", "", "") for _stage, title, count in insights.funnel.steps
    ]
    for what, rates in (
        ("all", (insights.overall,)),
        ("platform", insights.by_platform),
        ("tag", insights.by_tag),
        ("week", insights.by_week),
    ):
        for rate in rates:
            days = "" if rate.median_days is None else f"{rate.median_days:g}"
            rows.append((what, rate.name, str(rate.contacted), str(rate.replied), str(rate.percent), days))
    rows += [("proved", week, str(count), "", "", "") for week, count in insights.proofs_by_week]
    rows += [("waits", target.name, "", "", "", str(days)) for target, days in insights.waiting]
    return table(("What", "Name", "Count", "Replied", "Percent", "Days"), rows)
