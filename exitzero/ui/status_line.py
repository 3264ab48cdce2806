"""What the strip at the bottom says of the engine and of the data."""

from PySide6.QtCore import QCoreApplication

from exitzero.ui import format as words
from exitzero.ui.link import Link
from exitzero.ui.pages.lockdown_words import short_state, short_text
from exitzero.ui.theme import State
from exitzero.ui.widgets.status_strip import StatusItem


def _tr(text: str) -> str:
    return QCoreApplication.translate("StatusLine", text)


def left_items(link: Link) -> list[StatusItem]:
    """How the engine does: it runs, when it asks next, whether the journal is whole, the last backup."""
    status = link.status
    today = link.watch.today
    zone = today.zone if today is not None else link.machine_zone()
    now = link.now()
    if status is None:
        return [StatusItem("engine", _tr("engine starting"), State.UNKNOWN)]
    items = []
    if status.mode == "second":
        pid = getattr(status, "holder", 0)
        items.append(
            StatusItem(
                "engine",
                _tr("looking on"),
                State.AT_RISK,
                _tr("Process {0} runs the engine; this window shows what it does.").format(pid),
                clickable=True,
            )
        )
    else:
        tip = _tr("The engine watches. Press for the health page.")
        items.append(StatusItem("engine", _tr("engine"), State.SAFE, tip, clickable=True))
    if status.next_check is not None:
        text = _tr("next check {0}").format(words.when(status.next_check, now, zone))
        items.append(StatusItem("next", text))
    if today is not None and (lock := short_text(today.lock, now, zone)):
        items.append(StatusItem("lockdown", lock, short_state(today.lock), today.lock.cause))
    if status.chain:
        items.append(StatusItem("chain", status.chain, clickable=True))
    if status.last_backup is not None:
        text = _tr("backup {0}").format(words.when(status.last_backup, now, zone))
    else:
        text = _tr("no backup yet")
    items.append(StatusItem("backup", text, clickable=True))
    return items


def right_items(link: Link, version: str) -> list[StatusItem]:
    """What must be known of what is shown: a demo, a stand-in, the version."""
    today = link.watch.today
    items = []
    if today is not None and today.demo:
        items.append(StatusItem("demo", _tr("demo"), State.UNKNOWN, _tr("Generated days; nothing is real.")))
    if today is not None and not today.official:
        tip = _tr("A truth source is answered by a stand-in, not by the service itself.")
        items.append(StatusItem("stand-in", _tr("stand-in"), State.UNKNOWN, tip))
    if version:
        items.append(StatusItem("version", f"v{version}"))
    return items
