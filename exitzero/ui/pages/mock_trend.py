"""The scores over time, by row and by topic: whether the practice changes anything, and what to practise next."""

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.ui import theme
from exitzero.ui.format import day_text, local
from exitzero.ui.pages.fields import Choice
from exitzero.ui.pages.layout import columned, scrolled
from exitzero.ui.pages.wording import MINUS
from exitzero.ui.theme import Role, Tone
from exitzero.ui.widgets import paint
from exitzero.ui.widgets.card import Button, Card, EmptyState, Figure, Text
from exitzero.ui.widgets.trend_chart import HIGH, TrendChart
from exitzero.work.mocks.views import ScorePoint, Trend


class Bars(QWidget):
    """Averages side by side in one scale from 1 to 5, each with its number and how it changed."""

    def __init__(self, name: str, empty: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows: list[tuple[str, float, str, Tone]] = []
        self._empty = empty
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_rows(self, rows: Sequence[tuple[str, float, str, Tone]]) -> None:
        """Name, average, what stands beside it, and in which tone."""
        self._rows = list(rows)
        self.setAccessibleDescription(", ".join(f"{name} {value:.1f} {note}".strip() for name, value, note, _t in rows))
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(260, max(1, len(self._rows)) * 28)

    def minimumSizeHint(self) -> QSize:
        return QSize(220, self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        body, mono = look.font(Role.BODY13), look.font(Role.MONO13)
        if not self._rows:
            paint.draw_text(painter, QRectF(0, 0, self.width(), 28), self._empty, font=body, color=look.dim)
            return
        name_width, note_width = min(150.0, self.width() * 0.36), 96.0
        for at, (name, value, note, tone) in enumerate(self._rows):
            top = at * 28.0
            words = paint.elided(body, name, name_width - 8)
            paint.draw_text(painter, QRectF(0, top, name_width, 28), words, font=body, color=look.text)
            track = QRectF(name_width, top + 10, self.width() - name_width - note_width - 8, 8)
            paint.draw_box(painter, track, 3, look.track, None)
            share = (value - 1) / (HIGH - 1)
            filled = QRectF(track.left(), track.top(), max(track.width() * share, 4.0), 8)
            paint.draw_box(painter, filled, 3, look.info, None)
            area = QRectF(track.right() + 10, top, 34, 28)
            paint.draw_text(painter, area, f"{value:.1f}", font=mono, color=look.text)
            side = QRectF(self.width() - 58, top, 58, 28)
            right = Qt.AlignmentFlag.AlignRight
            paint.draw_text(painter, side, note, font=look.font(Role.MONO12), color=look.tone(tone), align=right)


class TrendPage(QWidget):
    """The trend with its filters. ``picture_wanted`` and ``table_wanted`` ask for files, ``opened`` for one sheet."""

    opened = Signal(str)
    picture_wanted = Signal()
    table_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("trend-page")
        self._trend: Trend | None = None
        self._zone = ""

    def build(self) -> Iterator[None]:
        """Make the parts in steps; nothing else may be called before the last one."""
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self.empty = EmptyState(
            self.tr("No scores yet"),
            self.tr("After each interview, fill in the score sheet. Three sheets are enough to see a direction."),
            icon="insights",
        )
        outer.addWidget(self.empty)
        self.content = QWidget()
        outer.addWidget(self.content)
        _area, column = scrolled(self.content)
        column.setContentsMargins(0, 0, 0, 0)
        yield
        column.addWidget(self._make_chart(), 1)
        yield
        columns, (left, right) = columned(720, 1, 1)
        self.rows = Bars(self.tr("By row"), self.tr("No row was scored yet."))
        self.topics = Bars(self.tr("By topic"), self.tr("No interview had a topic."))
        for title, note, bars, side in (
            (self.tr("By row"), self.tr("last 5, against the 5 before"), self.rows, left),
            (self.tr("By topic"), self.tr("average, and how many"), self.topics, right),
        ):
            card = Card(title)
            card.set_note(note)
            card.body.addWidget(bars)
            card.body.addStretch(1)
            side.addWidget(card)
        column.addWidget(columns)
        self.content.hide()

    def _make_chart(self) -> Card:
        card = Card(self.tr("Trend"))
        head = QHBoxLayout()
        head.setSpacing(20)
        self.latest = Figure("–", "", role=Role.FIGURE40)
        self.sat = Figure("0", self.tr("sat"), role=Role.FIGURE28)
        self.missed = Figure("0", self.tr("missed"), role=Role.FIGURE28)
        for figure in (self.sat, self.missed):
            figure.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.row, self.topic = Choice(width=170), Choice(width=170)
        self.row.setAccessibleName(self.tr("Which row"))
        self.topic.setAccessibleName(self.tr("Which topic"))
        self.row.currentIndexChanged.connect(self._draw)
        self.topic.currentIndexChanged.connect(self._draw)
        self.picture = Button(self.tr("Save PNG"), icon="export", small=True)
        self.table = Button(self.tr("Save CSV"), icon="export", small=True)
        self.picture.clicked.connect(self.picture_wanted)
        self.table.clicked.connect(self.table_wanted)
        head.addWidget(self.latest, 1)
        head.addWidget(self.sat)
        head.addWidget(self.missed)
        card.body.addLayout(head)
        tools = QHBoxLayout()
        tools.setSpacing(8)
        for part in (self.row, self.topic):
            tools.addWidget(part)
        tools.addStretch(1)
        tools.addWidget(self.picture)
        tools.addWidget(self.table)
        card.body.addLayout(tools)
        self.chart = TrendChart()
        self.chart.opened.connect(self.opened)
        self.chart.pointed.connect(self._point)
        card.body.addWidget(self.chart, 1)
        self.told = Text("", Role.BODY13, Tone.DIM)
        card.body.addWidget(self.told)
        return card

    def show_trend(self, trend: Trend, zone: str) -> None:
        """Show the scores; the filters stay as they are."""
        self._trend, self._zone = trend, zone
        some = bool(trend.points)
        self.empty.setVisible(not some)
        self.content.setVisible(some)
        self.sat.set_value(str(trend.sat), self.tr("sat"))
        self.missed.set_value(str(trend.missed), self.tr("missed"), Tone.BAD if trend.missed else Tone.DIM)
        self._fill(self.row, self.tr("All rows"), [name for name, _now, _before in trend.by_row])
        self._fill(self.topic, self.tr("All topics"), [name for name, _count, _value in trend.by_topic if name])
        self.rows.set_rows([(name, now, *_change(now, before)) for name, now, before in trend.by_row])
        self.topics.set_rows(
            [(name or self.tr("no topic"), value, f"{count}×", Tone.DIM) for name, count, value in trend.by_topic]
        )
        self._draw()

    def _fill(self, choice: Choice, whole: str, names: Sequence[str]) -> None:
        before = choice.currentData()
        choice.blockSignals(True)
        choice.clear()
        choice.addItem(whole, "")
        for name in names:
            choice.addItem(name, name)
        choice.choose(before)
        choice.blockSignals(False)

    def _draw(self) -> None:
        if self._trend is None:
            return
        row, topic = str(self.row.currentData() or ""), str(self.topic.currentData() or "")
        self.chart.show_points(self._trend.points, row, topic, self._zone)
        points = [p for p in self._trend.points if (not row or row in p.scores) and (not topic or p.topic == topic)]
        last = [float(p.scores[row]) if row else p.average for p in points[-5:]]
        unit = self.tr("average of the last {0}").format(len(last)) if last else ""
        self.latest.set_value(f"{sum(last) / len(last):.1f}" if last else "–", unit)
        self.told.setText("")
        if points:
            self._point(points[-1])

    def _point(self, point: ScorePoint) -> None:
        day = day_text(local(point.at, self._zone).date(), year=True)
        scores = ", ".join(f"{name} {score}" for name, score in point.scores.items())
        about = " · ".join(part for part in (point.topic, point.platform) if part)
        self.told.setText(f"{day}  {about}  {scores}")


def _change(now: float, before: float | None) -> tuple[str, Tone]:
    if before is None:
        return "", Tone.DIM
    change = now - before
    if abs(change) < 0.05:
        return "±0", Tone.DIM
    return (f"+{change:.1f}", Tone.GOOD) if change > 0 else (f"{MINUS}{-change:.1f}", Tone.BAD)
