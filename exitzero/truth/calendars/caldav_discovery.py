"""Finding a person's calendars from whatever address they typed.

Why it exists: between a server's name and a list of calendars lie a well-known address, a principal and a home, any of
which may be missing or on another host; nobody should have to know.
"""

import re
from dataclasses import replace
from urllib.parse import urljoin, urlsplit

from exitzero.core.calendars import RemoteCalendar
from exitzero.truth.calendars import answers
from exitzero.truth.calendars.caldav_wire import APPLE, CAL, DAV, Entry, Multistatus, Wire, propfind

_WRITE = ("write", "write-content", "bind", "all")


def calendars(wire: Wire, url: str) -> tuple[RemoteCalendar, ...]:
    """The calendars that can hold events, from an address without a slash at its end."""
    names = (
        "D:resourcetype",
        "D:displayname",
        "D:current-user-privilege-set",
        "C:supported-calendar-component-set",
        "A:calendar-color",
    )
    listed = wire.multi("PROPFIND", _home(wire, url), body=propfind(*names), depth=1)
    return tuple(_calendar(entry) for entry in listed.entries if _holds_events(entry))


def _home(wire: Wire, url: str) -> str:
    """The collection that holds the calendars."""
    body = propfind("D:current-user-principal", "C:calendar-home-set", "D:resourcetype")
    start = _first(wire, url, body)
    entry = start.entries[0] if start.entries else Entry(start.url, 404)
    home = entry.href_in(f"{CAL}calendar-home-set")
    if not home and (principal := entry.href_in(f"{DAV}current-user-principal")):
        found = wire.multi("PROPFIND", urljoin(start.url, principal), body=body, depth=0)
        home = found.entries[0].href_in(f"{CAL}calendar-home-set") if found.entries else ""
        start = found
    # Some small servers name neither; then the address itself is the home, or the one calendar.
    return urljoin(start.url, home) if home else start.url


def _first(wire: Wire, url: str, body: bytes) -> Multistatus:
    """The first place that answers as WebDAV: what was typed, and the well-known address of its host."""
    well_known = urljoin(url, "/.well-known/caldav")
    typed = url + "/"
    order = (typed, well_known) if urlsplit(typed).path.strip("/") else (well_known, typed)
    answer, at = wire.follow("PROPFIND", order[0], body=body, depth=0)
    if answer.status != 207:
        answer, at = wire.follow("PROPFIND", order[1], body=body, depth=0)
    if answer.status == 207:
        return wire.read(answer, at)
    if answer.status in {405, 501} or answer.status < 400:
        raise answers.trouble(replace(answer, status=404), service=wire.service, sign_in="")
    raise wire.trouble(answer)


def _holds_events(entry: Entry) -> bool:
    if not entry.has(f"{DAV}resourcetype", f"{CAL}calendar"):
        return False
    kinds = entry.props.get(f"{CAL}supported-calendar-component-set")
    names = {kind.get("name", "").upper() for kind in kinds.iter(f"{CAL}comp")} if kinds is not None else set()
    return not names or "VEVENT" in names


def _calendar(entry: Entry) -> RemoteCalendar:
    rights = entry.props.get(f"{DAV}current-user-privilege-set")
    colour = entry.text(f"{APPLE}calendar-color")[:7]
    name = entry.href.rstrip("/").rpartition("/")[2]
    return RemoteCalendar(
        id=entry.href,
        name=entry.text(f"{DAV}displayname") or name,
        # Who does not tell their rights is believed to have them: the first write would say no.
        writable=rights is None or any(rights.find(f".//{DAV}{right}") is not None for right in _WRITE),
        colour=colour if re.fullmatch(r"#[0-9A-Fa-f]{6}", colour) else "",
    )
