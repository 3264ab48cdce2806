"""Every widget in every state, in one window: run it to look, or give it a folder to fill with pictures.

python tests/ui/widgets/gallery.py                         a window, F1 to F5 the states, F6 the theme
QT_QPA_PLATFORM=offscreen python tests/ui/widgets/gallery.py --out FOLDER    PNG files instead
"""

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[3]))

from PySide6.QtCore import QRectF, Qt, QTime
from PySide6.QtGui import QPainter, QPaintEvent, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSpinBox,
    QTimeEdit,
    QVBoxLayout,
    QWidget,
)

from exitzero.ui import theme
from exitzero.ui.theme import Mode, Role, State, Tone
from exitzero.ui.widgets import icons, tray_icon
from exitzero.ui.widgets.card import Banner, Button, Card, Chip, EmptyState, Figure, Kind, Meter, Row, Text
from exitzero.ui.widgets.countdown import Countdown
from exitzero.ui.widgets.field import Check, Field
from exitzero.ui.widgets.heat_map import DayCell, HeatMap
from exitzero.ui.widgets.ladder_axis import LadderAxis, Rung
from exitzero.ui.widgets.nav_rail import NavItem, NavRail
from exitzero.ui.widgets.status_strip import StatusItem, StatusStrip
from exitzero.ui.widgets.survival_bar import Segment, SurvivalBar
from exitzero.ui.widgets.terminal_log import LogLine, TerminalLog

TODAY = date(2026, 11, 19)
START = datetime(2026, 11, 19, 0, 0, tzinfo=UTC)
END = START + timedelta(hours=23, minutes=59)
NOW = START + timedelta(hours=20, minutes=17, seconds=33)

_LINES = (
    LogLine("14:02:10", "outreach", "2/5 proven", "info", "Grab recruiting · subject matched in Sent", 1),
    LogLine("15:00:00", "leetcode", "0 accepted since 00:00", "plain", "Asia/Kolkata", 2),
    LogLine("16:00:01", "leetcode", "unreachable: 503, retry in 60 s", "unknown", "", 3),
    LogLine("16:01:02", "leetcode", "0 accepted since 00:00", "plain", "", 4),
    LogLine("18:30:00", "mocks", "reminder set for Sat 17:00", "good", "1 h before", 5),
    LogLine("19:12:44", "contract", "lowering outreach 5→3 accepted", "info", "effective Thu 26 Nov", 6),
    LogLine("20:00:00", "warning", "streak of 12 at risk, 3 h 59 m left", "warn", "", 7),
    LogLine("20:00:00", "lockdown", "armed for 22:00: 14 sites", "warn", "", 8),
    LogLine("20:17:33", "leetcode", "0 accepted since 00:00", "bad", "judged now, today exits 3", 9),
)


class Lines:
    """A few lines, over and over, as many as asked for; those from ``hole`` on are still being read."""

    def __init__(self, count: int, hole: int | None = None) -> None:
        self._count = count
        self._hole = hole

    def count(self) -> int:
        return self._count

    def lines(self, first: int, n: int) -> Sequence[LogLine | None]:
        return [
            None if self._hole is not None and row >= self._hole else _LINES[row % len(_LINES)]._replace(seq=row)
            for row in range(first, min(first + n, self._count))
        ]


def year() -> dict[date, DayCell]:
    """A plausible year."""
    days = {}
    for back in range(1, 360):
        day = TODAY - timedelta(days=back)
        spin = (back * 7919 + back * back * 31) % 100
        state, code = (
            (State.SAFE, 0)
            if spin < 74
            else (State.FAILED, 3)
            if spin < 90
            else (State.REST, None)
            if spin < 96
            else (State.UNKNOWN, 69)
        )
        days[day] = DayCell(state, code, f"{day:%a %d %b} · exit {code}", overridden=back % 61 == 0)
    days[TODAY] = DayCell(State.AT_RISK, None, "today")
    return days


def segments(state: State) -> list[Segment]:
    """The bar's three clauses on a day of that state."""
    kinds = {
        State.SAFE: [("1/1", 1.0, State.SAFE), ("5/5", 1.0, State.SAFE), ("2/1", 1.0, State.SAFE)],
        State.AT_RISK: [("0/1", 0.0, State.FAILED), ("2/5", 0.4, State.AT_RISK), ("2/1", 1.0, State.SAFE)],
        State.FAILED: [("0/1", 0.0, State.FAILED), ("2/5", 0.4, State.FAILED), ("0/1", 0.0, State.FAILED)],
        State.UNKNOWN: [("?/1", 0.0, State.UNKNOWN), ("2/5", 0.4, State.AT_RISK), ("2/1", 1.0, State.SAFE)],
        State.REST: [("rest", 0.0, State.REST), ("rest", 0.0, State.REST), ("rest", 0.0, State.REST)],
    }[state]
    names = (("LeetCode", 50.0), ("Outreach", 35.0), ("Mocks", 15.0))
    return [Segment(n, c, w, f, s) for (n, w), (c, f, s) in zip(names, kinds, strict=True)]


RUNGS = (
    Rung(START + timedelta(hours=9), "09:00", "bet 10", True),
    Rung(START + timedelta(hours=20), "20:00", "warning", True),
    Rung(START + timedelta(hours=22), "22:00", "alarm", False),
    Rung(START + timedelta(hours=23), "23:00", "shame queued", False),
    Rung(END, "23:59", "judgement", False),
)
NAV = (
    NavItem("cockpit", "Cockpit", "cockpit"),
    NavItem("leetcode", "LeetCode", "leetcode"),
    NavItem("outreach", "Outreach", "outreach"),
    NavItem("mocks", "Mocks", "mocks"),
    NavItem("days", "Days", "days"),
    NavItem("contract", "Contract", "contract"),
    NavItem("ledger", "Ledger", "ledger"),
    NavItem("health", "Health", "health"),
)
FIGURES = {
    State.SAFE: ("100", "0", "All three clauses are met. Judged now, today exits 0."),
    State.AT_RISK: ("29", "3", "LeetCode 0 of 1, outreach 2 of 5. Judged now, today exits 3."),
    State.FAILED: ("14", "7", "The deadline passed with three clauses open. Today exits 7."),
    State.UNKNOWN: ("29", "69", "LeetCode has not answered since 16:00. Nothing is judged until it does."),
    State.REST: ("–", "0", "A rest day, planned on 2 Nov. Nothing is owed."),
}
TONES = {
    State.SAFE: Tone.GOOD,
    State.AT_RISK: Tone.BAD,
    State.FAILED: Tone.BAD,
    State.UNKNOWN: Tone.UNKNOWN,
    State.REST: Tone.GOOD,
}


class CockpitPicture(QWidget):
    """The widgets put together as on the first page."""

    def __init__(self, state: State) -> None:
        super().__init__()
        outer = QHBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        rail = NavRail()
        rail.set_items(NAV, [NavItem("shutdown", "Shutdown", "shutdown"), NavItem("settings", "Settings", "settings")])
        rail.set_active("cockpit")
        rail.set_state(state)
        rail.set_badge("outreach", "3")
        outer.addWidget(rail)
        right = QVBoxLayout()
        right.setSpacing(0)
        outer.addLayout(right, 1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        board = QWidget()
        board.setObjectName("page")
        area.setWidget(board)
        page = QVBoxLayout(board)
        page.setContentsMargins(20, 16, 20, 14)
        page.setSpacing(theme.GAP)
        right.addWidget(area, 1)
        page.addWidget(self._survival(state))
        row = QHBoxLayout()
        row.setSpacing(theme.GAP)
        for card in self._cards(state):
            row.addWidget(card, 1)
        page.addLayout(row)
        low = QHBoxLayout()
        low.setSpacing(theme.GAP)
        low.addWidget(self._log(state), 11)
        side = QVBoxLayout()
        side.setSpacing(theme.GAP)
        side.addWidget(self._stakes())
        side.addWidget(self._year())
        side.addStretch(1)
        low.addLayout(side, 10)
        page.addLayout(low, 1)
        strip = StatusStrip()
        strip.set_items(
            [
                StatusItem("engine", "engine", State.UNKNOWN if state is State.UNKNOWN else State.SAFE, clickable=True),
                StatusItem("next", "next check 20:32"),
                StatusItem("chain", "log chain verified", clickable=True),
                StatusItem("backup", "backup 06:00"),
            ],
            [StatusItem("sync", "sync off"), StatusItem("version", "v0.1")],
        )
        right.addWidget(strip)

    def _survival(self, state: State) -> Card:
        share, _code, words = FIGURES[state]
        card = Card()
        row = QHBoxLayout()
        row.setSpacing(28)
        left = QVBoxLayout()
        left.setSpacing(8)
        head = QHBoxLayout()
        head.addWidget(Text("Daily survival", Role.LABEL12, Tone.DIM), 1)
        head.addWidget(Text("Thu 19 Nov · Contract v7", Role.LABEL12, Tone.DIM))
        left.addLayout(head)
        figures = QHBoxLayout()
        figures.setSpacing(16)
        figure = Figure(share, "%" if share != "–" else "", role=Role.FIGURE64)
        figure.setFixedWidth(figure.sizeHint().width())
        figures.addWidget(figure)
        column = QVBoxLayout()
        column.setSpacing(6)
        column.addStretch(1)
        column.addWidget(Chip(state, solid=True))
        column.addWidget(Text(words, Role.BODY14, Tone.DIM, wrap=True))
        column.addStretch(1)
        figures.addLayout(column, 1)
        left.addLayout(figures)
        bar = SurvivalBar()
        bar.set_segments(segments(state))
        left.addWidget(bar)
        axis = LadderAxis()
        axis.set_axis(START, END, NOW, RUNGS, now_text="now 20:17", state=state)
        left.addWidget(axis)
        row.addLayout(left, 1)
        side = QVBoxLayout()
        side.setSpacing(8)
        label = Text("Until judgement", Role.LABEL12, Tone.DIM)
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
        side.addWidget(label)
        side.addStretch(1)
        countdown = Countdown()
        left_seconds = {State.FAILED: -5.0, State.UNKNOWN: None}.get(state, 13287.4)
        countdown.set_target(lambda: left_seconds)
        countdown.set_passed_word("judged 23:59, exit 7")
        side.addWidget(countdown)
        following = Text("Next: alarm in 01:42:27", Role.BODY14, Tone.DIM)
        following.setAlignment(Qt.AlignmentFlag.AlignRight)
        side.addWidget(following)
        side.addStretch(2)
        coins = Text("streak 12 days   coins 240 (10 bet)", Role.MONO14, Tone.DIM)
        coins.setAlignment(Qt.AlignmentFlag.AlignRight)
        side.addWidget(coins)
        row.addLayout(side)
        card.body.addLayout(row)
        return card

    def _cards(self, state: State) -> list[Card]:
        specs = (
            (
                "LeetCode",
                State.FAILED,
                "missing",
                "0",
                "/ 1 accepted today",
                "Last accepted: Two Sum II, yesterday 22:14. Daily challenge: medium.",
                "checked 4 min ago, leetcode.com",
                ("Check now", Kind.PRIMARY, "check"),
            ),
            (
                "Outreach",
                State.AT_RISK,
                "behind",
                "2",
                "/ 5 proven today",
                "Stripe, hiring manager (LinkedIn) · Grab, recruiting (e-mail). 3 follow-ups due.",
                "sent mail counted 11 min ago, IMAP",
                ("Log outreach", Kind.PLAIN, ""),
            ),
            (
                "Mock interviews",
                State.SAFE,
                "covered",
                "Sat 18:00",
                "system design",
                "in 1 day 21 h, Pramp. 2 booked in the next 7 days, 1 needs an outcome.",
                "calendar synced 2 min ago, CalDAV",
                ("Schedule", Kind.PLAIN, ""),
            ),
        )
        cards = []
        for index, (title, own, word, value, unit, text, note, (button, kind, icon)) in enumerate(specs):
            shown = own if state in {State.AT_RISK, State.UNKNOWN} else state
            card = Card(title)
            if state is State.UNKNOWN and index == 0:
                shown = State.UNKNOWN
            card.set_state(shown, word if shown is own else "")
            card.body.addWidget(Figure(value, unit))
            meter = Meter()
            if index == 2:
                meter.set_pieces([None, State.SAFE, None, None, State.AT_RISK, None, None])
            else:
                done, target = ((0, 1), (2, 5))[index]
                meter.set_progress(done, target, State.SAFE)
            card.body.addWidget(meter)
            card.body.addWidget(Text(text, Role.BODY13, Tone.DIM, wrap=True))
            foot = Text(note, Role.SMALL12, Tone.DIM, wrap=True)
            extra = [Button("Why?", Kind.QUIET, icon="why")] if index == 0 else []
            card.add_footer(foot, *extra, Button(button, kind, icon=icon))
            cards.append(card)
        return cards

    def _log(self, state: State) -> Card:
        card = Card(sunken=True, flush=True)
        log = TerminalLog()
        log.set_source(Lines(9))
        log.set_prompt("exitzero status; echo $?", FIGURES[state][1], TONES[state])
        card.body.addWidget(log)
        return card

    def _stakes(self) -> Card:
        card = Card("If today fails")
        card.set_note("armed", Tone.WARN)
        card.body.setSpacing(0)
        rows = (
            ("−", "Coins burned", "60", Tone.BAD),
            ("!", "Shame post, Mastodon and 1 friend", "preview", Tone.BAD),
            ("$", "Beeminder charge", "$5", Tone.BAD),
            ("×", "Lockdown until verified", "14 sites", Tone.WARN),
        )
        for sign, text, amount, tone in rows:
            card.body.addWidget(Row(sign, text, amount, tone, last=sign == "×"))
        return card

    def _year(self) -> Card:
        card = Card("Last 53 weeks")
        card.set_note("Exit 0 on 81%")
        heat = HeatMap()
        heat.set_days(year(), TODAY)
        card.body.addWidget(heat)
        return card


class PartsPicture(QWidget):
    """What the first page does not show: buttons, fields, banners, empty and waiting states, tray pictures."""

    def __init__(self) -> None:
        super().__init__()
        grid = QGridLayout(self)
        grid.setContentsMargins(20, 20, 20, 20)
        grid.setSpacing(theme.GAP)
        grid.addWidget(self._buttons(), 0, 0)
        grid.addWidget(self._fields(), 1, 0)
        grid.addWidget(self._banners(), 0, 1)
        grid.addWidget(self._bars(), 1, 1)
        grid.addWidget(self._empty(), 0, 2)
        grid.addWidget(self._trays(), 1, 2)
        for column in range(3):
            grid.setColumnStretch(column, 1)

    def _buttons(self) -> Card:
        card = Card("Buttons and chips")
        for busy in (False, True):
            row = QHBoxLayout()
            for kind in Kind:
                button = Button(kind.value.capitalize(), kind)
                button.setDisabled(busy)
                row.addWidget(button)
            row.addStretch(1)
            card.body.addLayout(row)
        row = QHBoxLayout()
        working = Button("Check now", Kind.PRIMARY, icon="check")
        working.set_busy(True, "Checking")
        row.addWidget(working)
        row.addWidget(Button("Small", Kind.PLAIN, small=True))
        row.addWidget(Button("Check now", Kind.PRIMARY, icon="check"))
        for name in ("copy", "filter", "pause", "fullscreen", "pin"):
            row.addWidget(Button("", Kind.QUIET, icon=name))
        row.addStretch(1)
        card.body.addLayout(row)
        for solid in (False, True):
            row = QHBoxLayout()
            row.setSpacing(12)
            for state in State:
                row.addWidget(Chip(state, solid=solid))
            row.addStretch(1)
            card.body.addLayout(row)
        for done in (0, 3, 5):
            meter = Meter()
            meter.set_progress(done, 5, State.AT_RISK if done == 3 else State.SAFE)
            card.body.addWidget(meter)
        meter = Meter()
        meter.set_progress(310, 480, State.SAFE)
        card.body.addWidget(meter)
        meter = Meter()
        meter.set_pieces([State.SAFE, State.FAILED, State.UNKNOWN, State.REST, State.AT_RISK, None])
        card.body.addWidget(meter)
        card.body.addStretch(1)
        return card

    def _fields(self) -> Card:
        card = Card("Fields")
        card.set_accent(State.AT_RISK)
        name = Field("LeetCode name", QLineEdit("grace"), "The name in the address of your profile")
        name.set_check(Check.RUNNING)
        card.body.addWidget(name)
        good = Field("LeetCode name", QLineEdit("ada"))
        good.set_check(Check.GOOD, "found, 412 solved")
        card.body.addWidget(good)
        proof = Field("Proof", QLineEdit("https://www.linkedin.com/in/some-profile"))
        proof.set_check(Check.BAD, "That is a profile, not a message. Open the conversation and paste its link.")
        card.body.addWidget(proof)
        row = QHBoxLayout()
        combo = QComboBox()
        combo.addItems(["any accepted", "new only"])
        row.addWidget(Field("What counts", combo))
        spin = QSpinBox()
        spin.setValue(5)
        row.addWidget(Field("A day", spin))
        row.addWidget(Field("Deadline", QTimeEdit(QTime(23, 59))))
        card.body.addLayout(row)
        box = QCheckBox("Burn coins when the day fails")
        box.setChecked(True)
        card.body.addWidget(Field("Burn", box, "Switching it off takes effect on 26 Nov"))
        off = QLineEdit("not to be changed")
        off.setDisabled(True)
        card.body.addWidget(off)
        card.body.addStretch(1)
        return card

    def _banners(self) -> Card:
        card = Card("Banners")
        for tone, title, advice, action in (
            (Tone.INFO, "A new contract takes effect tomorrow", "Outreach rises from 3 to 5 a day.", "See it"),
            (Tone.WARN, "The keyring is locked", "Secrets stay in memory until ExitZero ends.", "Unlock"),
            (
                Tone.BAD,
                "The journal was edited outside ExitZero",
                "Fact 4,117 does not fit the one before it. Nothing was changed; the health page shows it.",
                "Open health",
            ),
            (Tone.UNKNOWN, "LeetCode does not answer", "Today is held until it does.", ""),
            (Tone.GOOD, "Backup verified", "", ""),
        ):
            banner = Banner()
            banner.show_message(tone, title, advice, action=action)
            card.body.addWidget(banner)
        card.body.addStretch(1)
        return card

    def _bars(self) -> Card:
        card = Card("Bars without their data, and odd ones")
        card.body.addWidget(SurvivalBar())
        crowded = SurvivalBar()
        crowded.set_segments(
            [
                Segment(n, "1/2", 1, 0.5, s)
                for n, s in zip(
                    ("LeetCode", "Outreach", "Mocks", "Focus", "Tasks", "Shutdown"), (*State, State.SAFE), strict=True
                )
            ]
        )
        card.body.addWidget(crowded)
        card.body.addWidget(LadderAxis())
        axis = LadderAxis()
        axis.set_axis(
            START,
            END,
            START + timedelta(minutes=2),
            [
                *RUNGS,
                Rung(START + timedelta(hours=22, minutes=5), "22:05", "second alarm", False),
                Rung(START, "00:00", "day begins", True),
            ],
            now_text="now 00:02",
        )
        card.body.addWidget(axis)
        heat = HeatMap()
        card.body.addWidget(heat)
        young = HeatMap()
        young.set_days({day: cell for day, cell in year().items() if day > TODAY - timedelta(days=24)}, TODAY)
        card.body.addWidget(young)
        log = TerminalLog()
        log.set_source(Lines(1_000_000, hole=999_993))
        card.body.addWidget(log, 1)
        return card

    def _empty(self) -> Card:
        card = Card("Empty")
        card.body.addWidget(
            EmptyState(
                "No contract yet",
                "A contract says what you owe a day and until when. It takes two minutes.",
                "Write the contract",
                icon="contract",
            ),
            1,
        )
        log = TerminalLog()
        log.set_source(None)
        log.setMaximumHeight(90)
        card.body.addWidget(log)
        return card

    def _trays(self) -> Card:
        card = Card("Tray and icons")
        row = QGridLayout()
        codes = {State.SAFE: 0, State.AT_RISK: 3, State.FAILED: 7, State.UNKNOWN: None, State.REST: 0}
        for line, state in enumerate(State):
            for column, size in enumerate((16, 22, 24, 32, 48, 64)):
                picture = QLabel()
                picture.setPixmap(
                    tray_icon.render_pixmap(state, 0.62, size, exit_code=codes[state], ratio=self.devicePixelRatioF())
                )
                row.addWidget(picture, line, column)
        card.body.addLayout(row)
        board = _IconBoard()
        card.body.addWidget(board, 1)
        return card


class _IconBoard(QWidget):
    def paintEvent(self, _event: QPaintEvent) -> None:
        look = theme.current()
        painter = QPainter(self)
        for index, name in enumerate(icons.names()):
            icons.draw(painter, name, QRectF(index % 10 * 40 + 8, index // 10 * 36 + 8, 20, 20), look.text)


def grab(widget: QWidget, width: int, height: int) -> QPixmap:
    """A picture of a page on the theme's ground."""
    widget.setAttribute(Qt.WidgetAttribute.WA_DontShowOnScreen)
    widget.resize(width, height)
    widget.show()
    QApplication.processEvents()
    QApplication.processEvents()
    return widget.grab()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", type=Path)
    chosen = parser.parse_args()
    app = QApplication(sys.argv[:1])
    if chosen.out is None:
        theme.apply(app, Mode.SYSTEM)
        area = QScrollArea()
        area.setWidgetResizable(True)
        board = QWidget()
        column = QVBoxLayout(board)
        for state in State:
            picture = CockpitPicture(state)
            picture.setMinimumHeight(900)
            column.addWidget(picture)
        column.addWidget(PartsPicture())
        area.setWidget(board)
        area.resize(1600, 900)
        area.show()
        app.exec()
        return
    chosen.out.mkdir(parents=True, exist_ok=True)
    scale = round(app.devicePixelRatio())
    for mode in (Mode.DARK, Mode.LIGHT):
        theme.apply(app, mode, reduced_motion=True)
        for state in State:
            name = f"cockpit-{state.name.lower()}-{mode}-{scale}x.png"
            grab(CockpitPicture(state), 1600, 900).save(str(chosen.out / name))
        grab(CockpitPicture(State.AT_RISK), 1280, 720).save(str(chosen.out / f"small-{mode}-{scale}x.png"))
        grab(CockpitPicture(State.AT_RISK), 800, 450).save(str(chosen.out / f"tiny-{mode}-{scale}x.png"))
        grab(PartsPicture(), 1600, 900).save(str(chosen.out / f"parts-{mode}-{scale}x.png"))


if __name__ == "__main__":
    main()
