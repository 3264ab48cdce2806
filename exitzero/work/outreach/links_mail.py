"""Which pages of a web mail are one mail, and which are a folder, a search or an unsent draft.

Why it exists: every web mail hides the mail's own number somewhere else in its address, and the same mail is reached
through many folders and accounts; the number alone is what tells two mails apart.
"""

import base64
import re
from urllib.parse import unquote

from exitzero.core.errors import BadInput
from exitzero.work.outreach.links_page import LinkProof, Page, Platform, refusal

_OPEN = "Open the sent mail itself and paste its address, or give its subject."


def _not_a_mail(page: Page, service: str) -> BadInput:
    """The refusal of a page that is no mail, by the kind of page that it is."""
    words = {part.lower() for part in re.split(r"[/?&=#]", "/".join((*page.parts, unquote(page.fragment))))}
    if words & {"login", "signin", "auth", "logout"}:
        return refusal(f"That is the login page of {service}.", _OPEN)
    if words & {"compose", "drafts", "draft", "create"}:
        return refusal(
            f"That is a mail in {service} that is not sent.", "Send it, then paste the address of the sent mail."
        )
    if words & {"search", "advanced-search", "searches"}:
        return refusal(f"That is a search in {service}, not a mail.", _OPEN)
    if words & {"settings", "options", "calendar", "contacts", "people"}:
        return refusal(f"That is a page of {service}, not a mail.", _OPEN)
    return refusal(f"That is a mailbox in {service}, not a mail.", _OPEN)


# ---------------------------------------------------------------------------------------------- Gmail

_GMAIL_LETTERS = "BCDFGHJKLMNPQRSTVWXZbcdfghjklmnpqrstvwxz"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_GMAIL_TOKEN = re.compile(rf"[{_GMAIL_LETTERS}]{{20,80}}")
_GMAIL_HEX = re.compile(r"[0-9a-f]{14,18}", re.IGNORECASE)
_GMAIL_INNER = re.compile(r"#?(?:thread|msg)-(f|a):(r?-?[0-9]+)(?:\|msg-[fa]:r?-?[0-9]+)?")


def _gmail_number(token: str) -> str:
    """The number of a conversation in hex where the token hides one, as older addresses have it; else the token.

    The token is base 64 written in the forty letters that make no words.
    """
    number = 0
    for letter in token:
        number = number * len(_GMAIL_LETTERS) + _GMAIL_LETTERS.index(letter)
    digits = ""
    while number:
        number, digit = divmod(number, len(_BASE64))
        digits = _BASE64[digit] + digits
    try:
        inner = base64.b64decode(digits + "=" * (-len(digits) % 4))
    except ValueError:
        return token
    hidden = re.fullmatch(rb"f:([0-9]{15,20})", inner)
    return f"{int(hidden[1]):x}" if hidden else token


def gmail(page: Page) -> LinkProof | None:
    """A mail in Gmail, by the number of its conversation, whatever the folder and account."""
    if page.host in {"gmail.com", "inbox.google.com"}:
        raise refusal("That is the home page of Gmail.", _OPEN)
    if page.host != "mail.google.com":
        return None
    folder, _, rest = page.fragment.partition("?")[0].strip("/").partition("/")
    if page.get("view") == "cm" or folder in {"drafts", "compose"}:
        raise refusal("That is a mail in Gmail that is not sent.", "Send it, then paste the address of the sent mail.")
    number = ""
    inner = _GMAIL_INNER.fullmatch(page.get("permmsgid") or page.get("permthid") or page.get("th"))
    last = rest.rpartition("/")[2]
    if inner:
        number = f"{int(inner[2]):x}" if inner[1] == "f" else f"{inner[1]}:{inner[2]}"
    elif _GMAIL_HEX.fullmatch(page.get("th")):
        number = page.get("th").lower()
    elif folder in {"settings", "contacts"}:
        raise _not_a_mail(page, "Gmail")
    elif _GMAIL_HEX.fullmatch(last):
        number = last.lower()
    elif _GMAIL_TOKEN.fullmatch(last):
        number = _gmail_number(last)
    else:
        raise _not_a_mail(page, "Gmail")
    if number[0] in "ar":  # A number the mailbox made itself; it has no short form of its own.
        key = f"mail.google.com/mail?permthid=thread-{number}"
        return page.proof(Platform.EMAIL, "A mail in Gmail.", key=key)
    return page.proof(Platform.EMAIL, "A mail in Gmail.", key=f"mail.google.com/mail#all/{number}")


# ---------------------------------------------------------------------------------------------- others

_OUTLOOK = {
    "outlook.live.com": "outlook.live.com",
    "outlook.office.com": "outlook.office.com",
    "outlook.office365.com": "outlook.office.com",
    "outlook.cloud.microsoft": "outlook.office.com",
}
_OUTLOOK_NUMBER = re.compile(r"[A-Za-z0-9+/=_%-]{20,600}")


def outlook(page: Page) -> LinkProof | None:
    """A mail in Outlook on the web: …/id/<number>, or ?ItemID=<number>."""
    if page.within("outlook.com", "hotmail.com"):
        raise refusal("That is the home page of Outlook.", _OPEN)
    host = _OUTLOOK.get(page.host)
    if host is None:
        return None
    number = page.get("itemid")
    for marker, following in zip(page.low, page.parts[1:], strict=False):
        if marker in {"id", "read"}:
            number = following
    if "drafts" in page.low or "compose" in page.low:
        raise _not_a_mail(page, "Outlook")
    # Two spellings of the same base 64 are about; a + may also have become a space on its way.
    number = unquote(number).replace(" ", "+").replace("-", "/").replace("_", "+")
    if not _OUTLOOK_NUMBER.fullmatch(number):
        raise _not_a_mail(page, "Outlook")
    return page.proof(Platform.EMAIL, "A mail in Outlook.", key=page.on(host, "mail", "id", number))


def yahoo(page: Page) -> LinkProof | None:
    """A mail in Yahoo or AOL: …/messages/<number>."""
    service = {"mail.yahoo.com": "Yahoo Mail", "mail.aol.com": "AOL Mail"}.get(page.host)
    if service is None:
        return None
    found = re.search(r"/messages?/([A-Za-z0-9_.-]{4,200})(?:/|$)", f"/{'/'.join(page.parts)}")
    if found is None or "compose" in page.low:
        raise _not_a_mail(page, service)
    return page.proof(Platform.EMAIL, f"A mail in {service}.", key=page.on(page.host, "d", "messages", found[1]))


def proton(page: Page) -> LinkProof | None:
    """A mail in Proton: u/<account>/<folder>/<conversation>[/<message>]."""
    if page.host not in {"mail.proton.me", "mail.protonmail.com", "account.proton.me", "proton.me"}:
        return None
    parts = page.parts[2:] if page.parts[:1] == ("u",) else page.parts
    match parts:
        case (folder, conversation, *_) if re.fullmatch(r"[A-Za-z0-9_-]{40,}={0,2}", conversation) and not re.search(
            r"draft", folder
        ):
            key = page.on("mail.proton.me", "u", "0", "all-mail", conversation)
            return page.proof(Platform.EMAIL, "A mail in Proton Mail.", key=key)
        case _:
            raise _not_a_mail(page, "Proton Mail")


def fastmail(page: Page) -> LinkProof | None:
    """A mail in Fastmail: mail/<folder>/T<conversation>.M<message>."""
    if not page.within("fastmail.com"):
        return None
    if page.parts[:1] == ("mail",) and page.low[1:2] != ("drafts",):
        for part in page.parts[1:]:
            if found := re.fullmatch(r"(?:[TA][A-Za-z0-9_-]{6,}\.)?(M[A-Za-z0-9_-]{6,})|(T[A-Za-z0-9_-]{10,})", part):
                key = page.on("app.fastmail.com", "mail", "All", found[1] or found[2])
                return page.proof(Platform.EMAIL, "A mail in Fastmail.", key=key)
    raise _not_a_mail(page, "Fastmail")


def icloud(page: Page) -> LinkProof | None:
    """Mails in iCloud have no address of their own: always refused."""
    if not page.within("icloud.com"):
        return None
    raise refusal(
        "Mails in iCloud have no link of their own.",
        "Give the subject of the sent mail, or use a screenshot of it.",
    )


def zoho(page: Page) -> LinkProof | None:
    """A mail in Zoho: zm/#mail/folder/<folder>/p/<number>."""
    if not re.fullmatch(r"mail\.zoho\.(com(\.au|\.cn)?|eu|in|jp|sa|uk|ca)", page.host):
        return None
    if found := re.search(r"(?:/|^)(?:p|m|mail)/([0-9]{8,25})(?:/|$)", f"{'/'.join(page.parts)}/{page.fragment}"):
        key = f"{page.host}/zm#mail/folder/all/p/{found[1]}"
        return page.proof(Platform.EMAIL, "A mail in Zoho Mail.", key=key)
    raise _not_a_mail(page, "Zoho Mail")


def others(page: Page) -> LinkProof | None:
    """A mail in HEY, Tuta or Superhuman; Gmail's and Outlook's kin without such addresses are refused."""
    match page.host, page.parts:
        case "app.hey.com", ("topics" | "messages" as kind, number, *_) if number.isdecimal():
            key = page.on(page.host, kind, number)
            return page.proof(Platform.EMAIL, "A mail in HEY.", key=key)
        case (("app.tuta.com" | "mail.tutanota.com"), ("mail", folder, number, *_)):
            key = page.on("app.tuta.com", "mail", folder, number)
            return page.proof(Platform.EMAIL, "A mail in Tuta.", key=key)
        case "mail.superhuman.com", (*_, "thread", number) | (*_, "threads", number):
            key = page.on(page.host, "thread", number)
            return page.proof(Platform.EMAIL, "A mail in Superhuman.", key=key)
        case (("app.hey.com" | "app.tuta.com" | "mail.tutanota.com" | "mail.superhuman.com"), _):
            raise _not_a_mail(page, "this web mail")
        case _ if page.within("gmx.net", "gmx.com", "web.de", "navigator.gmx.net", "mail.ru", "mail.yandex.com"):
            raise refusal(
                "Mails there have no link of their own.", "Give the subject of the sent mail, or use a screenshot."
            )
        case _:
            return None
