"""What was pasted as a calendar's address, and what to paste instead when it is something else.

Why it exists: every service has an address for people and another for programs, and shows the wrong one first. No
message quotes the address, for it may be the secret one.
"""

import re
from typing import NoReturn
from urllib.parse import SplitResult, urlsplit

from exitzero.core.errors import BadInput
from exitzero.net.http import is_loopback

FIELD = "address"
LONGEST_ADDRESS = 2_000

_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_DRIVE = re.compile(r"[A-Za-z]:[\\/]")
_BARE_HOST = re.compile(r"(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::\d+)?/\S+")

_GOOGLE = (
    "In Google Calendar open Settings, choose the calendar on the left, go to “Integrate calendar” and copy "
    "“Secret address in iCal format”; it ends in basic.ics."
)
_OUTLOOK = (
    "In Outlook open Settings, Calendar, Shared calendars, publish the calendar with all details and copy the ICS "
    "link, not the HTML link; it ends in calendar.ics."
)
_ICLOUD = (
    "In iCloud Calendar click the person beside the calendar's name, tick “Public Calendar” and copy that link; "
    "it begins with webcal://."
)
_NEXTCLOUD = (
    "In Nextcloud Calendar open the calendar's menu, choose “Share link” and copy the subscription link; "
    "it ends in ?export."
)


def check_address(text: str) -> str:
    """The https address behind what was pasted; :class:`BadInput` (``address``) with what to paste instead.

    ``webcal:`` is https. Plain http is for this machine alone.
    """
    pasted = text.strip().strip("<>\"'").strip()
    if not pasted:
        _no("Paste the address of the calendar.")
    if len(pasted) > LONGEST_ADDRESS:
        _no("This is longer than an address can be: paste the calendar's address, not the calendar.")
    if pasted.upper().startswith("BEGIN:"):
        _no("This is a calendar itself: save it as a file and import it, or paste the address that it came from.")
    _refuse_file(pasted)
    if any(sign.isspace() or not sign.isprintable() for sign in pasted):
        _no("An address has no spaces: paste one address alone.")
    if "://" not in pasted and _BARE_HOST.fullmatch(pasted):
        pasted = f"https://{pasted}"
    found = _SCHEME.match(pasted)
    if found is None:
        mail = re.fullmatch(r"[^@/]+@[^@/]+", pasted)
        _no(
            "This is a mail address. A calendar's address begins with https:// or webcal://."
            if mail
            else "The address has to begin with https:// or webcal://."
        )
    scheme = found[1].lower()
    if scheme in {"webcal", "webcals", "feed"}:
        scheme, rest = "https", pasted[found.end() :]
        # Some write webcal:https://..., some webcal:host/...
        rest = re.sub(r"^(?://)?https?://", "//", rest, flags=re.IGNORECASE)
        pasted = f"https:{rest if rest.startswith('//') else '//' + rest}"
    return _checked(pasted, scheme)


def _checked(address: str, scheme: str) -> str:
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        _no("This is not a readable address: copy it again, whole.")
    if scheme not in {"http", "https"}:
        _no("The address has to begin with https:// or webcal://.")
    if not host or port == 0 or not _is_host(host):
        _no("The address names no server: copy it again, whole.")
    if scheme == "http" and not is_loopback(host):
        _no("The address has to begin with https://: without it everyone on the way can read it.")
    _refuse_page(parts, host)
    return parts._replace(scheme=scheme, fragment="").geturl()


def _is_host(host: str) -> bool:
    if ":" in host:
        return True
    try:
        name = host.encode("idna").decode()
    except UnicodeError:
        return False
    return all(
        re.fullmatch(r"[A-Za-z0-9_](?:[A-Za-z0-9_-]*[A-Za-z0-9_])?", label) for label in name.rstrip(".").split(".")
    )


def _refuse_file(pasted: str) -> None:
    if pasted.lower().startswith("file:") or pasted.startswith(("/", "~", "./", "../", "\\\\")) or _DRIVE.match(pasted):
        _no("This is a file on a computer. Import it instead; only an address can be subscribed to.")
    if "/" not in pasted and pasted.lower().endswith((".ics", ".ical", ".ifb")):
        _no("This is the name of a file. Import it instead; only an address can be subscribed to.")


def _refuse_page(parts: SplitResult, host: str) -> None:
    """Say what to paste for the pages that services show to people."""
    path = parts.path.lower()
    if _of(host, "google.com") or _of(host, "googleusercontent.com"):
        if not ("/calendar/ical/" in path or path.endswith(".ics")) and "caldav" not in path:
            kind = "the address of an embedded calendar" if "embed" in path else "a page of Google Calendar"
            _no(f"This is {kind}, not of its events. {_GOOGLE}")
        if "caldav" in path:
            _no(f"This is Google's CalDAV address, which needs a sign-in. {_GOOGLE}")
    elif _of(host, "outlook.com", "live.com", "office.com", "office365.com", "microsoft.com"):
        if not path.endswith(".ics"):
            _no(f"This is a page of Outlook, not the calendar itself. {_OUTLOOK}")
    elif _of(host, "icloud.com"):
        if "/published/" not in path:
            _no(f"This is a page of iCloud, not the calendar itself. {_ICLOUD}")
    elif "/apps/calendar/" in path:
        _no(f"This is a page of Nextcloud, not the calendar itself. {_NEXTCLOUD}")
    elif path.endswith((".html", ".htm")):
        _no("This is a web page. Look on it for a link that ends in .ics, or for “iCal”, and copy that one.")


def _of(host: str, *domains: str) -> bool:
    return any(host == domain or host.endswith(f".{domain}") for domain in domains)


def _no(message: str) -> NoReturn:
    raise BadInput(FIELD, message)
