"""What the address of a profile or of a job says by itself, without asking the network.

Why it exists: a pasted link, a quick line, an import and the search for duplicates all read the same addresses, and
"the same profile in any spelling" has to mean the same to each of them. Names from an address are guesses for a form.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

from exitzero.work.outreach.draft import Kind, Platform
from exitzero.work.outreach.slugs import company_from, name_from, role_from

_ADDRESS = re.compile(r"(?:https?://|www\.)\S+|(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,}/\S*", re.IGNORECASE)

_BY_HOST = {
    "linkedin.com": Platform.LINKEDIN, "lnkd.in": Platform.LINKEDIN,
    "x.com": Platform.X, "twitter.com": Platform.X,
    "wellfound.com": Platform.WELLFOUND, "angel.co": Platform.WELLFOUND,
    "github.com": Platform.GITHUB,
    "discord.com": Platform.DISCORD, "discord.gg": Platform.DISCORD, "discordapp.com": Platform.DISCORD,
    "slack.com": Platform.SLACK,
    "t.me": Platform.TELEGRAM, "telegram.me": Platform.TELEGRAM, "telegram.org": Platform.TELEGRAM,
    "wa.me": Platform.WHATSAPP, "whatsapp.com": Platform.WHATSAPP,
}  # fmt: skip
_PORTALS = (
    "greenhouse.io", "lever.co", "ashbyhq.com", "myworkdayjobs.com", "myworkdaysite.com", "workable.com",
    "smartrecruiters.com", "recruitee.com", "personio.com", "personio.de", "bamboohr.com", "teamtailor.com",
    "jobvite.com", "icims.com", "breezy.hr", "rippling.com", "join.com", "indeed.com", "glassdoor.com",
    "welcometothejungle.com", "workatastartup.com", "ycombinator.com", "stepstone.de", "xing.com", "monster.com",
    "ziprecruiter.com", "dice.com", "hired.com", "otta.com", "simplyhired.com",
)  # fmt: skip
_SHARED = frozenset({*_BY_HOST, *_PORTALS, "google.com", "notion.site", "notion.so", "facebook.com", "instagram.com"})

_FREE_MAIL = frozenset(
    {"gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "msn.com", "yahoo.com", "ymail.com",
     "icloud.com", "me.com", "mac.com", "aol.com", "proton.me", "protonmail.com", "pm.me", "gmx.de", "gmx.net",
     "gmx.com", "web.de", "fastmail.com", "hey.com", "zoho.com", "mail.com", "mail.ru", "yandex.ru", "yandex.com",
     "qq.com", "163.com", "t-online.de", "orange.fr", "free.fr", "libero.it", "hotmail.co.uk", "yahoo.co.uk",
     "yahoo.co.in", "tutanota.com"}
)  # fmt: skip

# What follows a person through a site, and says nothing of the page.
_TRACKS = re.compile(
    r"utm_\w+|trk\w*|lipi|lici|midtoken|midsig|refid|trackingid|originalsubdomain|gh_src|lever-\w+|source|src|ref|"
    r"referrer|fbclid|gclid|mc_[ce]id|s|t|si|igsh|position|pagenum|_ga|from",
    re.IGNORECASE,
)
# Sites on which a path means the same in small and in capital letters.
_ANY_CASE = frozenset({"linkedin.com", "x.com", "github.com", "wellfound.com", "t.me"})

_X_PAGES = frozenset(
    {"home", "search", "i", "intent", "hashtag", "settings", "messages", "explore", "notifications", "login", "share",
     "compose", "signup", "tos", "privacy", "about"}
)  # fmt: skip
_GITHUB_PAGES = frozenset(
    {"features", "settings", "topics", "trending", "marketplace", "explore", "login", "join", "about", "pricing",
     "search", "notifications", "pulls", "issues", "sponsors", "collections", "new", "apps", "enterprise", "security"}
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class LinkReading:
    """What an address says: empty where it says nothing. ``job`` is set where it is one job, not a profile."""

    link: str
    platform: Platform
    kind: Kind = Kind.COMPANY
    name: str = ""
    company: str = ""
    role: str = ""
    job: bool = False
    profile: bool = False


@dataclass(frozen=True, slots=True)
class _Place:
    """An address taken apart: host without www., the path's parts decoded, the query."""

    host: str
    parts: tuple[str, ...]
    query: dict[str, str]

    def part(self, at: int) -> str:
        return self.parts[at] if at < len(self.parts) else ""

    def after(self, *words: str) -> str:
        """The part after the first of the words that is in the path."""
        for at, part in enumerate(self.parts[:-1]):
            if part.lower() in words:
                return self.parts[at + 1]
        return ""


def with_scheme(text: str) -> str:
    """The web address as typed, with https:// in front where the scheme was left out; empty if it is no address."""
    if _ADDRESS.fullmatch(text) is None:
        return ""
    return text if re.match(r"https?://", text, re.IGNORECASE) else f"https://{text}"


def addresses(text: str) -> list[str]:
    """Every web address in a text as it stands there, without the punctuation after it."""
    return [found.group().rstrip(".,;:!?)]}>'\"") for found in _ADDRESS.finditer(text)]


def platform_of(link: str) -> Platform:
    """The platform that an address belongs to; unsaid for no address, other for a site that is not known."""
    place = _place(link)
    if place is None:
        return Platform.UNSAID
    for known, platform in _BY_HOST.items():
        if place.host == known or place.host.endswith(f".{known}"):
            return platform
    return Platform.PORTAL if _of(place.host, _PORTALS) else Platform.OTHER


def canonical(link: str) -> str:
    """One spelling for all spellings of the same page, to compare by and not to open; empty if it is no address."""
    place = _place(link)
    if place is None:
        return ""
    host = _one_host(place.host)
    parts = place.parts
    if host in _ANY_CASE:
        parts = tuple(part.casefold() for part in parts)
    if host == "linkedin.com" and parts[:1] in {("in",), ("company",), ("school",), ("showcase",)}:
        parts = parts[:2]
    if host == "linkedin.com" and parts[:2] == ("jobs", "view"):
        number = re.search(r"(\d+)$", place.part(2))
        parts = ("jobs", "view", number.group(1) if number else place.part(2))
    elif host == "linkedin.com" and place.query.get("currentjobid"):
        return f"linkedin.com/jobs/view/{place.query['currentjobid']}"
    elif platform_of(link) is Platform.PORTAL and parts and parts[-1].lower() in {"apply", "application"}:
        parts = parts[:-1]
    query = urlencode(sorted(place.query.items()))
    if host in _ANY_CASE and host != "linkedin.com":
        query = ""
    if host == "linkedin.com" and parts[:1] in {("in",), ("company",), ("jobs",)}:
        query = ""
    return "/".join((host, *parts)) + (f"?{query}" if query else "")


def own_domain(link: str) -> str:
    """The domain of a company's own site; empty for a platform or a portal, where many share one."""
    place = _place(link)
    if place is None or _of(place.host, _SHARED):
        return ""
    return registered(place.host)


def registered(host: str) -> str:
    """The part of a host's name that was registered, near enough: acme.com, acme.co.uk."""
    labels = host.lower().strip(".").split(".")
    double = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in {"co", "com", "org", "net", "ac", "gov", "edu"}
    return ".".join(labels[-3 if double else -2 :])


def mail_domain(email: str) -> str:
    """The domain of a company's own mail; empty for a provider at which anybody has an address."""
    domain = registered(email.rpartition("@")[2])
    return "" if domain in _FREE_MAIL else domain


def read_link(link: str) -> LinkReading | None:
    """What a profile's or a job's address says; ``None`` if it is no web address."""
    place = _place(link)
    if place is None:
        return None
    clean = LinkReading(_without_tracks(link), platform_of(link))
    reader = _READERS.get(_one_host(place.host).removeprefix("eu."))
    if reader is None:
        reader = next((read for end, read in _READERS_BELOW.items() if place.host.endswith(f".{end}")), None)
    return reader(place, clean) if reader is not None else _read_other(place, clean)


def _split(link: str) -> SplitResult | None:
    try:
        parts = urlsplit(with_scheme(link.strip()))
        return parts if parts.scheme.lower() in {"http", "https"} and "." in (parts.hostname or "") else None
    except ValueError:
        return None


@lru_cache(maxsize=1024)
def _place(link: str) -> _Place | None:
    parts = _split(link)
    if parts is None:
        return None
    host = (parts.hostname or "").lower().strip(".").removeprefix("www.")
    query = {key.lower(): value for key, value in parse_qsl(parts.query) if not _TRACKS.fullmatch(key)}
    return _Place(host, tuple(unquote(part) for part in parts.path.split("/") if part), query)


def _of(host: str, sites: tuple[str, ...] | frozenset[str]) -> bool:
    return any(host == site or host.endswith(f".{site}") for site in sites)


def _one_host(host: str) -> str:
    for site in ("linkedin.com", "wellfound.com"):
        if host.endswith(f".{site}"):
            return site
    host = host.removeprefix("m.").removeprefix("mobile.")
    return {"twitter.com": "x.com", "angel.co": "wellfound.com", "telegram.me": "t.me"}.get(host, host)


def _without_tracks(link: str) -> str:
    parts = _split(link)
    if parts is None:
        return link.strip()
    query = urlencode([(key, value) for key, value in parse_qsl(parts.query) if not _TRACKS.fullmatch(key)])
    return parts._replace(query=query, fragment="").geturl()


# ------------------------------------------------------------------------------------------ site by site


def _read_linkedin(place: _Place, reading: LinkReading) -> LinkReading:
    first, slug = place.part(0).lower(), place.part(1)
    if first in {"in", "pub"} and slug:
        link = f"https://www.linkedin.com/in/{slug}" if first == "in" else reading.link
        return replace(reading, link=link, kind=Kind.PERSON, name=name_from(slug), profile=True)
    if first in {"company", "school", "showcase"} and slug:
        name = "" if slug.isdigit() else company_from(slug)
        return replace(reading, link=f"https://www.linkedin.com/{first}/{slug}", name=name, profile=True)
    if first == "jobs":
        return _read_linkedin_job(place, reading)
    return replace(reading, kind=Kind.PERSON)


def _read_linkedin_job(place: _Place, reading: LinkReading) -> LinkReading:
    number = place.query.get("currentjobid", "")
    if number.isdigit():
        return replace(reading, link=f"https://www.linkedin.com/jobs/view/{number}", job=True)
    role, at, company = re.sub(r"-?\d+$", "", place.after("view")).rpartition("-at-")
    if not at:
        return replace(reading, job=True, role=role_from(company))
    return replace(reading, job=True, role=role_from(role), name=company_from(company))


def _read_x(place: _Place, reading: LinkReading) -> LinkReading:
    handle = place.part(0).removeprefix("@")
    if not re.fullmatch(r"\w{1,15}", handle) or handle.lower() in _X_PAGES:
        return replace(reading, kind=Kind.PERSON)
    return replace(
        reading, link=f"https://x.com/{handle}", kind=Kind.PERSON, name=name_from(handle) or handle, profile=True
    )


def _read_github(place: _Place, reading: LinkReading) -> LinkReading:
    first = place.part(0)
    if first.lower() == "orgs" and place.part(1):
        name = company_from(place.part(1))
        return replace(reading, link=f"https://github.com/{place.part(1)}", name=name, profile=True)
    if not first or first.lower() in _GITHUB_PAGES:
        return replace(reading, kind=Kind.PERSON)
    return replace(
        reading, link=f"https://github.com/{first}", kind=Kind.PERSON, name=name_from(first) or first, profile=True
    )


def _read_wellfound(place: _Place, reading: LinkReading) -> LinkReading:
    first = place.part(0).lower()
    if first in {"u", "p"} and place.part(1):
        return replace(reading, kind=Kind.PERSON, name=name_from(place.part(1)), profile=True)
    if first == "company" and place.part(1):
        role = role_from(place.part(3)) if place.part(2) == "jobs" else ""
        job = bool(place.part(3))
        return replace(reading, name=company_from(place.part(1)), role=role, job=job, profile=not job)
    if first == "jobs":
        return replace(reading, job=True, role=role_from(place.part(1)))
    return reading


def _read_chat(place: _Place, reading: LinkReading) -> LinkReading:
    handle = place.part(0).removeprefix("@")
    if reading.platform is Platform.TELEGRAM and handle and not handle.startswith(("+", "joinchat", "c")):
        return replace(reading, kind=Kind.PERSON, name=name_from(handle) or handle, profile=True)
    if reading.platform is Platform.SLACK and place.host.count(".") > 1:
        host = company_from(place.host.split(".", maxsplit=1)[0])
        return replace(reading, kind=Kind.PERSON, company="" if host == "App" else host, profile="team" in place.parts)
    return replace(reading, kind=Kind.PERSON, profile="users" in place.parts)


def _company_first(place: _Place, reading: LinkReading) -> LinkReading:
    """``host/company/…/role``: Greenhouse, Lever, Ashby, Workable, SmartRecruiters, Jobvite, Rippling."""
    slug = place.query.get("for") or place.part(0)
    named = slug.lower() not in {"", "j", "jobs", "embed", "api", "v1"}
    rest = [
        part for part in place.parts[1:] if part.lower() not in {"jobs", "job", "j", "apply", "application", "embed"}
    ]
    role = role_from(rest[-1]) if rest and "-" in rest[-1] and not _is_id(rest[-1]) else ""
    return replace(reading, name=company_from(slug) if named else "", role=role, job=bool(rest or place.query))


def _company_in_host(place: _Place, reading: LinkReading) -> LinkReading:
    """``company.host/…/role``: Workday, Recruitee, Personio, BambooHR, Teamtailor, Breezy, iCIMS."""
    slug = re.sub(r"^(?:careers|jobs|career|job)-", "", place.host.split(".", maxsplit=1)[0])
    rest = [part for part in place.parts if part.lower() not in {"jobs", "job", "apply", "careers", "o", "p", "login"}]
    last = rest[-1] if rest else ""
    is_job = any(part.lower() in {"job", "jobs", "o", "p", "careers", "details", "j"} for part in place.parts)
    role = role_from(last) if is_job and ("-" in last or "_" in last) and not _is_id(last) else ""
    return replace(reading, name=company_from(slug), role=role, job=bool(is_job and last))


def _workday_site(place: _Place, reading: LinkReading) -> LinkReading:
    role = role_from(place.parts[-1]) if "job" in place.parts else ""
    return replace(reading, name=company_from(place.after("recruiting")), role=role, job=bool(role))


def _company_after(place: _Place, reading: LinkReading) -> LinkReading:
    """``…/companies/company/jobs/role``: Welcome to the Jungle, Y Combinator, JOIN, Indeed, Xing."""
    company = company_from(place.after("companies", "cmp", "company"))
    job = bool(place.after("jobs")) or "jk" in place.query or "viewjob" in place.parts
    role = place.after("jobs").split("_", maxsplit=1)[0]
    if place.host.endswith("ycombinator.com"):
        role = role.partition("-")[2]
    if place.host.endswith("join.com"):
        role, job = place.part(2), bool(place.part(2))
    return replace(reading, name=company, role=role_from(role), job=job)


def _is_id(part: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}-[0-9a-f-]{20,}|\d+", part.lower()) is not None


def _read_other(place: _Place, reading: LinkReading) -> LinkReading:
    """A company's own site: the name is its domain; under careers or jobs the last part may be the role."""
    if reading.platform is Platform.PORTAL:
        return _company_after(place, reading)
    labels = place.host.split(".")
    label = registered(place.host).split(".", maxsplit=1)[0]
    asked = {part.lower() for part in place.parts} | set(labels[:-2])
    job = bool(asked & {"jobs", "job", "careers", "career", "positions", "openings", "vacancies"})
    last = place.parts[-1] if place.parts else ""
    role = role_from(last) if job and "-" in last and not _is_id(last) else ""
    return replace(reading, name=company_from(label), role=role, job=job and len(place.parts) > 0)


_Reader = Callable[[_Place, LinkReading], LinkReading]
_READERS: dict[str, _Reader] = {
    "linkedin.com": _read_linkedin,
    "x.com": _read_x,
    "github.com": _read_github,
    "wellfound.com": _read_wellfound,
    "t.me": _read_chat,
    "wa.me": _read_chat,
    "discord.com": _read_chat,
    "apply.workable.com": _company_first,
    "ats.rippling.com": _company_first,
    "jobs.jobvite.com": _company_first,
}
_READERS_BELOW: dict[str, _Reader] = {
    "slack.com": _read_chat,
    "whatsapp.com": _read_chat,
    "greenhouse.io": _company_first,
    "lever.co": _company_first,
    "ashbyhq.com": _company_first,
    "smartrecruiters.com": _company_first,
    "myworkdayjobs.com": _company_in_host,
    "myworkdaysite.com": _workday_site,
    "workable.com": _company_in_host,
    "recruitee.com": _company_in_host,
    "jobs.personio.com": _company_in_host,
    "jobs.personio.de": _company_in_host,
    "bamboohr.com": _company_in_host,
    "teamtailor.com": _company_in_host,
    "icims.com": _company_in_host,
    "breezy.hr": _company_in_host,
}
