"""The upper part of the cockpit, one glance long: am I safe, how long, what next, what is at stake."""

import re
from datetime import datetime, timedelta

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QMenu, QSizePolicy, QVBoxLayout, QWidget

from exitzero.core.today import Today, summary
from exitzero.ui import format as words
from exitzero.ui import theme
from exitzero.ui.link import Link
from exitzero.ui.theme import Role, State, Tone
from exitzero.ui.widgets.card import Button, Card, Chip, Figure, Kind, Text
from exitzero.ui.widgets.countdown import Countdown
from exitzero.ui.widgets.ladder_axis import LadderAxis, Rung
from exitzero.ui.widgets.survival_bar import Segment, SurvivalBar

BETS = (5, 10, 25)
_RIGHT_WIDTH = 336
_NARROW = 940
_NARROW_WIDTH = 236
_LEAD = timedelta(hours=9)
_EXITS = re.compile(r"(exits )(\d+)")


class Hero(Card):
    """Survival, ladder, countdown, streak, coins and the day's bet."""

    bet_wanted = Signal(int)
    clause_wanted = Signal(int)
    """The place of the clause that was clicked in the bar."""

    def __init__(self, link: Link, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self.setObjectName("hero")
        self.setAccessibleName(self.tr("Daily survival"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        self._link = link
        self._today: Today | None = None
        self._sentence = ""
        self._which = Text("", Role.LABEL12, Tone.DIM)
        self.figure = Figure("–", "%", role=Role.FIGURE64)
        self.figure.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.chip = Chip(State.REST, self.tr("Reading"), solid=True)
        self.sentence = Text(self.tr("Reading the day…"), Role.BODY14, wrap=True)
        self.sentence.setObjectName("sentence")
        self.sentence.setTextFormat(Qt.TextFormat.RichText)
        self.note = Text("", Role.BODY13, Tone.DIM, wrap=True)
        self.note.setObjectName("hero-note")
        self.note.hide()
        self.bar = SurvivalBar()
        self.bar.set_message(self.tr("Reading the clauses…"))
        self.bar.activated.connect(self.clause_wanted)
        self.ladder = LadderAxis()
        self.ladder.set_message(self.tr("Reading the ladder…"))
        self._until = Text(self.tr("Until judgement"), Role.LABEL12, Tone.DIM)
        self.countdown = Countdown()
        self._narrow_countdown = Countdown(role=Role.FIGURE40)
        for countdown in (self.countdown, self._narrow_countdown):
            countdown.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._narrow_countdown.hide()
        self.next = Text("", Role.BODY13, Tone.DIM)
        self.next.setObjectName("next-rung")
        self._streak = Text("", Role.MONO14, Tone.DIM)
        self._coins = Text("", Role.MONO14, Tone.DIM)
        for rich in (self._streak, self._coins):
            rich.setTextFormat(Qt.TextFormat.RichText)
        self.bet = Button("", Kind.PLAIN, small=True)
        self.bet.setObjectName("bet")
        self.bet.clicked.connect(self._bet)
        self.bet_more = Button("", Kind.PLAIN, icon="more", small=True)
        self.bet_more.setObjectName("bet-more")
        self.bet_more.setAccessibleName(self.tr("Bet another amount"))
        self.bet_more.setToolTip(self.tr("Bet another amount"))
        self.bet_more.clicked.connect(self._choose_bet)
        self._amount = 10
        self._arrange()
        self._show_bet(None)

    def _arrange(self) -> None:
        head = QHBoxLayout()
        head.addWidget(Text(self.tr("Daily survival"), Role.LABEL12, Tone.DIM), 1)
        head.addWidget(self._which)
        told = QVBoxLayout()
        told.setSpacing(5)
        told.addStretch(1)
        told.addWidget(self.chip)
        told.addWidget(self.sentence)
        told.addWidget(self.note)
        told.addStretch(1)
        standing = QHBoxLayout()
        standing.setSpacing(18)
        standing.addWidget(self.figure, 0, Qt.AlignmentFlag.AlignVCenter)
        standing.addLayout(told, 1)
        left = QVBoxLayout()
        left.setSpacing(0)
        left.addLayout(head)
        left.addSpacing(4)
        left.addLayout(standing)
        left.addSpacing(12)
        left.addWidget(self.bar)
        left.addSpacing(6)
        left.addWidget(self.ladder)
        left.addStretch(1)
        right = QVBoxLayout()
        right.setSpacing(0)
        right_side = Qt.AlignmentFlag.AlignRight
        right.addWidget(self._until, 0, right_side)
        right.addStretch(2)
        right.addWidget(self.countdown)
        right.addWidget(self._narrow_countdown)
        right.addSpacing(4)
        right.addWidget(self.next, 0, right_side)
        right.addStretch(3)
        right.addWidget(self._streak, 0, right_side)
        right.addSpacing(6)
        betting = QHBoxLayout()
        betting.setContentsMargins(8, 0, 0, 0)
        betting.setSpacing(4)
        betting.addWidget(self.bet)
        betting.addWidget(self.bet_more)
        self._betting = QWidget()
        self._betting.setLayout(betting)
        coins = QHBoxLayout()
        coins.setSpacing(4)
        coins.addStretch(1)
        coins.addWidget(self._coins)
        coins.addWidget(self._betting)
        right.addLayout(coins)
        holder = QWidget()
        holder.setLayout(right)
        right.setContentsMargins(0, 0, 0, 0)
        holder.setFixedWidth(_RIGHT_WIDTH)
        self._holder = holder
        row = QHBoxLayout()
        row.setSpacing(36)
        row.addLayout(left, 1)
        row.addWidget(holder)
        self.body.addLayout(row)

    def set_waiting(self, text: str) -> None:
        """What is said while there is no day to show yet."""
        if self._today is None:
            self.sentence.setText(text)

    def show_today(self, today: Today | None, now: datetime) -> None:
        """Show a day, or None: it is still being read."""
        self._today = today
        if today is None:
            self._show_bet(None)
            for countdown in (self.countdown, self._narrow_countdown):
                countdown.set_target(None)
            return
        state = words.state_of(today)
        self._which.setText(
            self.tr("{0} · contract v{1}").format(words.day_text(today.label), today.contract)
            + (f" · {today.zone}" if today.zone != self._link.machine_zone() else "")
        )
        self.figure.set_value(str(today.percent), "%")
        self.figure.setAccessibleDescription(self.tr("Survival"))
        self.chip.set_state(state, self._chip_word(today, state))
        self._sentence = summary(today)
        self._dress()
        self._show_note(today, now)
        self.bar.set_message(self.tr("Nothing is owed today"))
        closed = bool(today.outcome) or now >= today.closes
        self.bar.set_segments(
            [
                Segment(
                    clause.kind.heading,
                    words.count_text(clause),
                    clause.weight,
                    clause.fraction,
                    words.clause_state(clause, closed=closed)[0],
                )
                for clause in today.clauses
            ]
        )
        self._show_ladder(today, now, state)
        self._show_bet(today)
        ended = self._is_over(today)
        self._until.setText(self.tr("Next day in") if ended else self.tr("Until judgement"))
        for countdown in (self.countdown, self._narrow_countdown):
            countdown.set_passed_word("")
            countdown.set_target(self._remaining)
            countdown.updateGeometry()
        self.pass_minute(now)

    def pass_minute(self, now: datetime) -> None:
        """Say again what depends on the time of day."""
        today = self._today
        if today is None:
            return
        self.ladder.set_now(
            min(now, today.closes) if now >= today.starts else None,
            words.clock(now, today.zone) if now < today.closes else "",
        )
        rung = words.next_rung(today, now)
        if self._is_over(today):
            self.next.setText(self._ended_words(today))
        elif today.post_at is not None and now < today.post_at:
            # Queued, with its own countdown: verified work still takes it back.
            self.next.setText(self.tr("Shame post in {0}, unless verified").format(words.span(today.post_at - now)))
        elif rung is not None:
            self.next.setText(self.tr("Next: {0} in {1}").format(rung.name, words.span(rung.due - now)))
        elif now < today.deadline:
            self.next.setText(self.tr("Next: judgement at {0}").format(words.clock(today.deadline, today.zone)))
        else:
            closes = words.clock(today.closes, today.zone)
            self.next.setText(self.tr("Counts until {0}").format(closes) if now < today.closes else "")
        if today.bet_until is not None and now >= today.bet_until:
            self._show_bet(today)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = self.width() < _NARROW
        if narrow != self._narrow_countdown.isVisibleTo(self):
            self.countdown.setVisible(not narrow)
            self._narrow_countdown.setVisible(narrow)
            self._holder.setFixedWidth(_NARROW_WIDTH if narrow else _RIGHT_WIDTH)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange and self._today is not None:
            self._dress()

    def _remaining(self) -> float | None:
        if self._today is None:
            return None
        until = self._today.ends if self._is_over(self._today) else self._today.deadline
        return (until - self._link.now()).total_seconds()

    @staticmethod
    def _is_over(today: Today) -> bool:
        """Whether the day's own deadline has nothing more to say: judged, waiting for proof, or a day of rest."""
        return bool(today.outcome or today.held) or not today.clauses

    def _ended_words(self, today: Today) -> str:
        if today.outcome:
            return self.tr("Judged: exit {0}").format(today.exit_code)
        return self.tr("Held until there is proof") if today.held else self.tr("Nothing is due")

    def _chip_word(self, today: Today, state: State) -> str:
        if today.outcome == "excused":
            return self.tr("Excused")
        if today.outcome == "unproved":
            return self.tr("Unproved")
        if today.held and not today.outcome:
            return self.tr("Held")
        if state is State.SAFE and today.overridden:
            return self.tr("Overridden")
        return words.state_word(today)

    def _dress(self) -> None:
        """The sentence with its exit code in the code's colour, the streak and the coins with theirs."""
        today = self._today
        if today is None:
            return
        look = theme.current()
        code = look.tone(words.exit_tone(today.exit_code)).name()
        sentence = self._sentence.replace("&", "&amp;").replace("<", "&lt;")
        self.sentence.setText(_EXITS.sub(rf'\1<b style="color:{code}">\2</b>', sentence))
        self.sentence.setAccessibleName(self._sentence)
        good = look.state(State.SAFE).name() if today.streak else look.dim.name()
        days = words.plural(today.streak, self.tr("{0} day"), self.tr("{0} days"))
        self._streak.setText(f'{self.tr("streak")} <b style="color:{good}">{days}</b>')
        self._streak.setToolTip(self.tr("Longest so far: {0}").format(today.best_streak))
        self._streak.setAccessibleName(f"{self.tr('streak')} {days}")
        coins = f'{self.tr("coins")} <b style="color:{look.text.name()}">{today.coins}</b>'
        if today.bet:
            coins += " " + self.tr("({0} bet)").format(today.bet)
        if today.debt:
            owed = self.tr("{0} owed").format(today.debt)
            coins += f' <span style="color:{look.state(State.FAILED).name()}">{owed}</span>'
        self._coins.setText(coins)
        self._coins.setAccessibleName(re.sub("<[^>]+>", "", coins))

    def _show_note(self, today: Today, now: datetime) -> None:
        """What cannot be told from the figures: why it is unknown and when we try again, or what waits."""
        text, tone = "", Tone.DIM
        failing = next((source for source in today.sources if source.reason), None)
        if today.clock_doubt:
            text, tone = today.clock_doubt, Tone.UNKNOWN
        elif today.held and not today.outcome:
            text, tone = today.held, Tone.UNKNOWN
        elif today.spared:
            text = self.tr("It costs nothing: {0}").format(today.spared)
        elif today.overridden:
            text = self.tr("Overridden: {0}").format(today.overridden)
        elif today.excused:
            text = self.tr("Emergency pass: {0}").format(today.excused)
        elif today.unknown and failing is not None:
            text, tone = failing.title, Tone.UNKNOWN
        elif today.unknown:
            text, tone = today.unknown[0].words, Tone.UNKNOWN
        if tone is Tone.UNKNOWN and failing is not None:
            again = failing.retry_at or failing.next_at
            if again is not None and again > now:
                text += " " + self.tr("We try again at {0}.").format(words.clock(again, today.zone))
            if not today.outcome:
                text += " " + self.tr("Unknown never punishes.")
        if not text and today.waiting:
            text = words.plural(
                len(today.waiting),
                self.tr("{0} earlier day still waits for proof."),
                self.tr("{0} earlier days still wait for proof."),
            )
            tone = Tone.UNKNOWN
        self.note.setText(text)
        self.note.set_tone(tone)
        self.note.setVisible(bool(text))

    def _show_ladder(self, today: Today, now: datetime, state: State) -> None:
        if not today.clauses:
            self.ladder.set_message(self.tr("No rung fires on a day of rest"))
        missed = self.tr("{0} (missed)")
        rungs = [
            Rung(
                rung.due,
                words.clock(rung.due, today.zone),
                missed.format(rung.name) if rung.state == "missed" else rung.name,
                rung.state == "fired",
            )
            for rung in today.rungs
        ]
        if today.clauses or rungs:
            judged = bool(today.outcome)
            rungs.append(Rung(today.deadline, words.clock(today.deadline, today.zone), self.tr("judgement"), judged))
        if today.bet_until is not None and not today.bet and not today.outcome:
            closes = words.clock(today.bet_until, today.zone)
            rungs.append(Rung(today.bet_until, closes, self.tr("bet closes"), now >= today.bet_until))
        self.ladder.set_axis(
            self._axis_begins(today, now, [rung.at for rung in rungs]),
            today.closes,
            min(now, today.closes) if now >= today.starts else None,
            rungs,
            now_text=words.clock(now, today.zone) if now < today.closes else "",
            state=state,
        )

    @staticmethod
    def _axis_begins(today: Today, now: datetime, marks: list[datetime]) -> datetime:
        """Some hours before the first mark: a night without rungs would press the evening into a corner."""
        if not marks:
            return today.starts
        return max(today.starts, min(now, min(marks) - _LEAD))

    def _show_bet(self, today: Today | None) -> None:
        can = (
            today is not None
            and not today.bet
            and not today.outcome
            and today.coins > 0
            and today.bet_until is not None
            and self._link.now() < today.bet_until
        )
        self._betting.setVisible(can)
        if today is None or today.bet_until is None or not can:
            return
        self._amount = min(10, today.coins)
        self.bet.setText(self.tr("Bet {0}").format(self._amount))
        self.bet.setAccessibleName(self.bet.text())
        self.bet.updateGeometry()
        tip = self.tr("Comes back with a bonus if today exits 0, is lost if it fails. Until {0}; cannot be taken back.")
        self.bet.setToolTip(tip.format(words.clock(today.bet_until, today.zone)))

    def _bet(self) -> None:
        self.bet_wanted.emit(self._amount)

    def bet_menu(self) -> QMenu:
        """The amounts that can be bet."""
        menu = QMenu(self)
        coins = self._today.coins if self._today is not None else 0
        for amount in (*(bet for bet in BETS if bet < coins), coins):
            text = self.tr("Bet {0}") if amount != coins else self.tr("Bet all {0}")
            action = menu.addAction(text.format(amount))
            action.triggered.connect(lambda _=False, amount=amount: self.bet_wanted.emit(amount))
        return menu

    def _choose_bet(self) -> None:
        menu = self.bet_menu()
        menu.exec(self.bet_more.mapToGlobal(QPoint(0, self.bet_more.height() + 2)))
        menu.deleteLater()
