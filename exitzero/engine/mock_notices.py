"""What the person is told about mock interviews: it comes, it begins, how was it."""

from datetime import datetime
from zoneinfo import ZoneInfo

from exitzero.desktop.notifications import Notice
from exitzero.work.mocks.reminders import AFTERWARDS, AT_START, Due

KIND = "mocks"

JOIN, SNOOZE, ANSWER = ("join", "Join now"), ("snooze", "In 10 minutes"), ("answer", "Say how it was")
"""The buttons: the key that a press is told by, and its words."""

URGENT = 10
"""From so many minutes before the start a reminder is urgent."""


def tag_of(uid: str) -> str:
    """The name of a mock's notice, whose place each later one takes."""
    return f"{KIND}:{uid}"


def uid_of(tag: str) -> str:
    """The mock that a notice is about; empty if it is about none."""
    return tag.removeprefix(f"{KIND}:") if tag.startswith(f"{KIND}:") else ""


def of_reminder(due: Due, now: datetime, zone: str) -> Notice:
    """A reminder that comes ``now``, told in the person's ``zone``."""
    at = f"{due.starts.astimezone(ZoneInfo(zone)):%H:%M}"
    join: tuple[tuple[str, str], ...] = (JOIN,) if due.link else ()
    actions: tuple[tuple[str, str], ...]
    if due.minutes == AFTERWARDS:
        title, body, actions = f"How was it? {due.title}", "Say whether it was complete, and score it.", (ANSWER,)
    elif due.minutes == AT_START and due.begun:
        title, body, actions = f"{due.title} has begun", f"It began at {at}. Join now.", join
    elif due.minutes == AT_START:
        title, body, actions = f"{due.title} begins now", "Join now.", join
    else:
        day = "" if (due.starts - now).total_seconds() < 12 * 3600 else f"{due.starts.astimezone(ZoneInfo(zone)):%a} "
        title = f"{due.title} in {_left(due.starts, now)}"
        body = f"It begins {day}at {at}."
        actions = (*join, SNOOZE) if due.minutes <= URGENT else (SNOOZE,)
    return Notice(
        kind=KIND,
        title=title,
        body=body,
        urgent=AT_START <= due.minutes <= URGENT,
        replaces=tag_of(due.uid),
        actions=actions,
    )


def _left(starts: datetime, now: datetime) -> str:
    minutes = max(round((starts - now).total_seconds() / 60), 1)
    days, hours = divmod(round(minutes / 60), 24)
    if minutes < 90:
        return f"{minutes} min"
    if days == 0 or minutes < 23 * 60:
        return f"{round(minutes / 60)} h"
    return "1 day" if days == 1 and not hours else f"{days} d {hours} h" if hours else f"{days} days"
