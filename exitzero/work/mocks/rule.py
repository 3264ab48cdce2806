"""Which events of a calendar are mock interviews: the person's rule, as plain words that stand in the journal.

A rule is a mapping with these keys, each optional, its values divided by commas and compared without case:

- ``all``: ``yes`` takes every event with a time (a calendar of its own for mocks).
- ``words``: an event whose title or notes hold one of them.
- ``hosts``: an event whose link leads to one of these hosts, or below it.
- ``people``: an event with one of these guests, by address or by domain.
- ``calendars``: only events of these calendars inside a file that holds several.
- ``without``: never an event whose title holds one of them.

Whole days, declined and cancelled events are never mocks.
"""

from collections.abc import Mapping
from urllib.parse import urlsplit

from exitzero.core.calendars import CalendarEvent
from exitzero.core.errors import BadInput

KEYS = ("all", "words", "hosts", "people", "calendars", "without")

DEFAULT_RULE: Mapping[str, str] = {
    "words": "mock interview, mock, pramp, interviewing.io",
    "hosts": "pramp.com, interviewing.io, tryexponent.com",
}
"""The rule that a form begins with."""

LONGEST = 1_000


def checked_rule(rule: Mapping[str, str]) -> dict[str, str]:
    """The rule with its values in one form. Raises :class:`BadInput` on ``rule`` if it could never take anything."""
    for key in rule:
        if key not in KEYS:
            raise BadInput("rule", f"A rule knows {', '.join(KEYS)}, and no {key!r}.")
    found = {key: ", ".join(_parts(rule[key])) for key in KEYS if rule.get(key)}
    found = {key: value for key, value in found.items() if value}
    if any(len(value) > LONGEST for value in found.values()):
        raise BadInput("rule", "This is too long for a rule.")
    if found.get("all", "no") not in {"yes", "no"}:
        raise BadInput("rule", "all is yes or no.")
    if found.get("all") == "no":
        del found["all"]
    if not found.keys() & {"all", "words", "hosts", "people"}:
        raise BadInput("rule", "Say by which words, links or people a mock interview is known, or take all events.")
    return found


def takes(rule: Mapping[str, str], event: CalendarEvent) -> bool:
    """True if an event is a mock interview by this rule."""
    if event.all_day or event.cancelled or event.declined:
        return False
    calendars = _parts(rule.get("calendars", ""))
    if calendars and event.calendar.casefold() not in calendars:
        return False
    title = event.title.casefold()
    if any(word in title for word in _parts(rule.get("without", ""))):
        return False
    if rule.get("all") == "yes":
        return True
    text = f"{title}\n{event.notes.casefold()}"
    return (
        any(word in text for word in _parts(rule.get("words", "")))
        or _is_below(_host(event.link), _parts(rule.get("hosts", "")))
        or any(_is_person(mail.casefold(), _parts(rule.get("people", ""))) for mail in event.attendees)
    )


def _parts(text: str) -> list[str]:
    return list(dict.fromkeys(part for each in text.casefold().split(",") if (part := " ".join(each.split()))))


def _host(link: str) -> str:
    try:
        return urlsplit(link).hostname or ""
    except ValueError:
        return ""


def _is_below(host: str, hosts: list[str]) -> bool:
    return bool(host) and any(host == each or host.endswith(f".{each}") for each in hosts)


def _is_person(mail: str, people: list[str]) -> bool:
    return mail in people or _is_below(mail.rpartition("@")[2], [each.lstrip("@") for each in people])
