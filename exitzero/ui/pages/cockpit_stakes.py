"""What a failed day costs, on a card of the cockpit."""

from PySide6.QtWidgets import QWidget

from exitzero.core.today import Today
from exitzero.ui.theme import Tone
from exitzero.ui.widgets.card import Card, Row

_SIGNS = {"coins": "−", "bet": "−", "shame": "!", "beeminder": "$", "lockdown": "×", "alarm": "♪", "hook": ">"}


class StakesCard(Card):
    """What a failed day costs, or what it did cost."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("If today fails", parent)
        self.setObjectName("stakes")
        self.body.setSpacing(0)
        self._shown: object = None

    def show_today(self, today: Today) -> None:
        """Show the stakes of this day."""
        shown = (today.stakes, today.outcome, today.spared, today.bet)
        if shown == self._shown:
            return
        self._shown = shown
        while (item := self.body.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.setParent(None)
                widget.deleteLater()
        self._head_words(today)
        for index, stake in enumerate(today.stakes):
            tone = Tone.BAD if stake.armed and today.outcome in {"", "failed"} else Tone.DIM
            amount = stake.amount if stake.armed else self.tr("off")
            row = Row(_SIGNS.get(stake.kind, "−"), stake.text, amount, tone, last=index == len(today.stakes) - 1)
            if not stake.armed:
                row.set_amount(amount, Tone.DIM)
            self.body.addWidget(row)
        if not today.stakes:
            self.body.addWidget(Row("", self.tr("Nothing is at stake"), "", Tone.DIM, last=True))
        self.body.addStretch(1)

    def _head_words(self, today: Today) -> None:
        armed = any(stake.armed for stake in today.stakes)
        if today.outcome == "failed":
            self.set_title(self.tr("Today failed"))
            self.set_note(
                self.tr("Spared") if today.spared else self.tr("Ordered"), Tone.DIM if today.spared else Tone.BAD
            )
        elif today.outcome:
            self.set_title(self.tr("If today had failed"))
            self.set_note(self.tr("Called off"))
        else:
            self.set_title(self.tr("If today fails"))
            self.set_note(self.tr("Armed") if armed else self.tr("Nothing armed"), Tone.WARN if armed else Tone.DIM)
