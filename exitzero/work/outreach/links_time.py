"""When a message was written, where its own address says so.

Why it exists: a proof counts on its own day only. X, Discord and Slack number their messages by the time at which they
were written, so that an old one is told apart without opening it.
"""

import re
from datetime import UTC, datetime, timedelta

from exitzero.work.outreach.links_page import LinkProof, Platform

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_X_BEGAN, _DISCORD_BEGAN = 1_288_834_974_657, 1_420_070_400_000
#: The first numbers that hold a time; X counted one by one before.
_FIRST_TIMED = 1 << 40
_X_POST = re.compile(r"/status/(\d+)")
_DISCORD_MESSAGE = re.compile(r"/channels/(?:@me|\d+)/\d+/(\d+)")
_SLACK_MESSAGE = re.compile(r"/p(\d{10})(\d{6})")


def told_at(proof: LinkProof) -> datetime | None:
    """The instant at which the message was written, ``None`` where the address does not say."""
    found: datetime | None = None
    match proof.platform:
        case Platform.X:
            found = _numbered(_X_POST.search(proof.shown), _X_BEGAN)
        case Platform.DISCORD:
            found = _numbered(_DISCORD_MESSAGE.search(proof.shown), _DISCORD_BEGAN)
        case Platform.SLACK:
            seconds = _SLACK_MESSAGE.search(proof.shown)
            found = _EPOCH + timedelta(seconds=int(seconds[1]), microseconds=int(seconds[2])) if seconds else None
        case _:
            pass
    return found


def _numbered(match: re.Match[str] | None, began: int) -> datetime | None:
    if match is None or not _FIRST_TIMED < (number := int(match[1])) < 1 << 63:
        return None
    return _EPOCH + timedelta(milliseconds=(number >> 22) + began)
