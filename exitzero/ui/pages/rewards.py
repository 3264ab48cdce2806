"""What a good record earned: badges from verified facts, themes by balance, freezes that keep a streak.

Nothing here can be wished for; each figure comes from judged days and proved observations.
"""

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from exitzero.engine.views import BadgeView, Rewards
from exitzero.ui import theme
from exitzero.ui.pages.layout import Flow, empty_layout
from exitzero.ui.pages.wording import number
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets import icons, paint
from exitzero.ui.widgets.card import Button, Figure, Text

_BADGE = QSize(232, 92)


class Badge(QWidget):
    """One badge: a ring that fills with progress, and a mark in it once it is earned."""

    def __init__(self, view: BadgeView) -> None:
        super().__init__()
        self.view = view
        self.setFixedSize(_BADGE)
        self.setToolTip(view.words)
        done = self.tr("earned") if self.earned else self.tr("{0} of {1}").format(view.progress, view.needs)
        self.setAccessibleName(f"{view.title}, {done}. {view.words}")

    @property
    def earned(self) -> bool:
        """Whether it is complete."""
        return self.view.progress >= self.view.needs

    def paintEvent(self, event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        rect = QRectF(self.rect())
        safe = look.state(State.SAFE)
        line = theme.mix(safe, look.panel, 0.5) if self.earned else look.line
        paint.draw_box(painter, rect, theme.RADIUS_CARD, look.raised, line)
        ring = QRectF(14, 22, 48, 48)
        painter.setPen(QPen(look.track, 4))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring.adjusted(2, 2, -2, -2))
        share = min(1.0, self.view.progress / max(self.view.needs, 1))
        if share:
            painter.setPen(QPen(safe, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawArc(ring.adjusted(2, 2, -2, -2), 90 * 16, -round(share * 360 * 16))
        if self.earned:
            icons.draw(painter, "tick", QRectF(ring.center().x() - 10, ring.center().y() - 10, 20, 20), safe)
        else:
            percent = f"{int(share * 100)}%"
            font = look.font(Role.MONO12)
            centre = Qt.AlignmentFlag.AlignHCenter
            paint.draw_text(painter, ring, percent, font=font, color=look.dim, align=centre)
        left = 74.0
        width = rect.width() - left - 10
        title = look.font(Role.STRONG13)
        paint.draw_text(
            painter,
            QRectF(left, 14, width, 20),
            paint.elided(title, self.view.title, width),
            font=title,
            color=look.text if self.earned else look.dim,
        )
        small = look.font(Role.SMALL12)
        painter.setFont(small)
        painter.setPen(look.dim)
        flags = int(Qt.AlignmentFlag.AlignLeft) | int(Qt.AlignmentFlag.AlignTop) | int(Qt.TextFlag.TextWordWrap)
        painter.drawText(QRectF(left, 34, width, 34), flags, self.view.words)
        if not self.earned:
            count = f"{number(self.view.progress)}/{number(self.view.needs)}"
            area = QRectF(left, 68, width, 16)
            paint.draw_text(painter, area, count, font=look.font(Role.MONO12), color=look.dim)


class RewardsView(QWidget):
    """Badges, freezes and themes, behind a tab of the ledger."""

    buy_wanted = Signal()
    coat_wanted = Signal(str)
    """The person chose an unlocked theme, by its name."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shown: Rewards | None = None
        self.badges: list[Badge] = []
        self.earned = Text("", Role.LABEL12, Tone.DIM)
        self._badge_flow = Flow(spacing=10)
        self.freezes = Figure("–", "", role=Role.FIGURE28)
        self.freezes.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        self.freeze_words = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.freeze_words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.buy = Button(self.tr("Buy a freeze"))
        self.buy.clicked.connect(self._buy)
        self._theme_flow = Flow(spacing=10)
        self.themes: list[str] = []
        self._lay_out()

    def show_rewards(self, rewards: Rewards) -> None:
        """Show what is earned and held."""
        self.buy.set_busy(False, self.tr("Buy a freeze for {0} coins").format(rewards.freeze_price))
        self.buy.setEnabled(not rewards.freeze_refusal)
        if rewards == self._shown:
            return
        self._shown = rewards
        empty_layout(self._badge_flow)
        self.badges = [Badge(view) for view in rewards.badges]
        for badge in self.badges:
            self._badge_flow.addWidget(badge)
        done = sum(badge.earned for badge in self.badges)
        self.earned.setText(self.tr("Badges  {0} of {1}").format(done, len(self.badges)))
        self.freezes.set_value(str(rewards.freezes), self.tr("held"))
        self._say_freeze(rewards.freeze_refusal)
        empty_layout(self._theme_flow)
        self.themes = []
        for name, title, coins, unlocked in rewards.themes:
            told = self.tr("unlocked") if unlocked else self.tr("from {0} coins").format(number(coins))
            self.themes.append(f"{title}: {told}")
            if not unlocked:
                self._theme_flow.addWidget(Text(f"○ {title}  {told}", Role.MONO13, Tone.DIM))
                continue
            put_on = Button(self.tr("Put on {0}").format(title))
            put_on.setObjectName(f"coat_{name}")
            put_on.clicked.connect(partial(self.coat_wanted.emit, name))
            self._theme_flow.addWidget(put_on)

    def set_trouble(self, message: str) -> None:
        """Say why none was bought."""
        self.buy.set_busy(False)
        self._say_freeze(message)

    def _say_freeze(self, refusal: str) -> None:
        words = self.tr(
            "The oldest is used by itself on the next failed day after the one it was bought on: the streak stays, "
            "everything else happens."
        )
        self.freeze_words.setText(f"{words}\n{refusal}" if refusal else words)

    def _buy(self) -> None:
        self.buy.set_busy(True)
        self.buy_wanted.emit()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(15, 14, 15, 15)
        column.setSpacing(12)
        column.addWidget(self.earned)
        column.addLayout(self._badge_flow)
        column.addSpacing(8)
        column.addWidget(Text(self.tr("Streak freezes"), Role.LABEL12, Tone.DIM))
        row = QHBoxLayout()
        row.setSpacing(18)
        row.addWidget(self.freezes)
        row.addWidget(self.freeze_words, 1)
        row.addWidget(self.buy)
        column.addLayout(row)
        column.addSpacing(8)
        column.addWidget(Text(self.tr("Themes"), Role.LABEL12, Tone.DIM))
        column.addLayout(self._theme_flow)
        column.addWidget(
            Text(
                self.tr("A balance unlocks them, and takes them away again when it falls."),
                Role.SMALL12,
                Tone.DIM,
                wrap=True,
            )
        )
        column.addStretch(1)
