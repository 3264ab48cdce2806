"""Which names a lock is made of: the groups that are shipped, what a person types or pastes, lists from elsewhere.

A hosts file knows no wildcards, so a site is a list of names, and a name is made right here, before the helper's
policy sees it. Nothing here decides what may be blocked: :mod:`exitzero.lockdown.policy` does, and this puts its
reasons into words.
"""

import ipaddress
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from encodings.idna import nameprep
from functools import cache
from pathlib import Path
from types import MappingProxyType
from urllib.parse import unquote

from exitzero.core.errors import BadInput
from exitzero.lockdown.install import resources
from exitzero.lockdown.policy import LONGEST_NAME, Policy, Why

FIELD = "sites"
VARIANTS = ("www.", "m.")
LONGEST_TOLD = 80

_FORM = Policy(hostname="")
_NOT_A_HOST_NAME = frozenset(
    {Why.NOT_A_NAME, Why.NOT_NORMAL, Why.TOO_LONG, Why.SINGLE_LABEL, Why.BAD_LABEL, Why.ADDRESS}
)
_SCHEME = re.compile(r"([a-z][a-z0-9+.-]*)://", re.IGNORECASE)
_PORT = re.compile(r":\d{0,5}")
_GROUP = re.compile(r"\[([a-z]+)\] (\S.*)")
_ADBLOCK_ELEMENT = re.compile(r"^##[.\[]|(?<=[^\s#])#[@?$%]{0,2}#(?=\S)")
_DOTS = str.maketrans({"\u3002": ".", "\uff0e": ".", "\uff61": "."})

_WORDS: Mapping[Why, str] = {
    Why.NOT_A_NAME: "This is not the name of a site.",
    Why.NOT_NORMAL: "This is not written as a host name (lower case, no spaces, no dot at the end).",
    Why.TOO_LONG: "This is longer than the 253 characters that a host name may have.",
    Why.SINGLE_LABEL: "This has no dot, so it is not the name of a site; write example.com, not example.",
    Why.BAD_LABEL: "Host names are made of letters, digits and hyphens, with dots between them.",
    Why.ADDRESS: "This is a network address; a hosts file can only block names.",
    Why.RESERVED: "Names with this ending belong to this computer or the local network and stay reachable.",
    Why.OWN_NAME: "This is this computer's own name; it has to find itself.",
    Why.TRUTH_SOURCE: "Your work is verified there; blocked, you could never get out by working.",
    Why.WORK: "This is where work is done: code, calls, calendars.",
    Why.ACCOUNT: "You sign in to other things with it; blocked, you could be shut out of your accounts.",
    Why.UPDATES: "This computer gets its updates there.",
    Why.BROWSER: "Your browsers need it to start, to search and to stay safe.",
    Why.MAIL: "Your mail comes from there.",
    Why.MONEY: "This is a bank or a payment service.",
    Why.SAFETY: "Somebody may need help from there.",
    Why.NETWORK: "Certificates, time or name look-ups come from there, and much else would break.",
    Why.OWN_RULE: "An administrator of this computer protects it (in the helper's own list).",
}


@dataclass(frozen=True, slots=True)
class Site:
    """A site as people call it, and every host name that has to go for it to be out of reach; the main one first."""

    name: str
    hosts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """Sites that are chosen together; ``name`` is the word for settings and commands, ``title`` for the screen."""

    name: str
    title: str
    sites: tuple[Site, ...]

    @property
    def hosts(self) -> tuple[str, ...]:
        """Every host name of the group, sorted."""
        return tuple(sorted({host for site in self.sites for host in site.hosts}))


@dataclass(frozen=True, slots=True)
class Problem:
    """A part of a list that was not taken, with the number of its line (from 1) and why."""

    line: int
    text: str
    message: str

    def __str__(self) -> str:
        return f"Line {self.line}: {self.text!r}: {self.message}"


def groups() -> Mapping[str, Group]:
    """The groups that come with the program, by their names, in the order of the file."""
    return _shipped().groups


def expanded(names: Iterable[str]) -> tuple[str, ...]:
    """The host names to block for names of one's own: each with www. and m., a known site whole; sorted, each once.

    A name that begins with www. or m. means the site that it is a form of. Raises BadInput("sites", ...) for what is
    no name.
    """
    found: set[str] = set()
    for name in names:
        host = normal(name)
        base = _base(host)
        site = _shipped().sites.get(base) or _shipped().sites.get(host)
        found |= {host, base}
        found.update(form + base for form in VARIANTS if len(form + base) <= LONGEST_NAME)
        if site is not None:
            found.update(site.hosts)
    return tuple(sorted(found))


def normal(name: str) -> str:
    """The host name in what was typed or pasted: a link, a name with a port, in capitals, with ``*.``, international.

    Raises BadInput("sites", ...) that says why it is none. Whether it may be blocked, :func:`refused` says.
    """
    text = name.strip().strip("\ufeff\u200b").strip()
    if not text:
        raise BadInput(FIELD, "Write the name of a site, as example.com.")
    told = _short(text)
    scheme = _SCHEME.match(text)
    if scheme is not None:
        if scheme[1].lower() not in {"http", "https", "ws", "wss", "ftp"}:
            raise BadInput(FIELD, f"{told} is not the address of a web site.")
        text = text[scheme.end() :]
    host = _without_path(text.removeprefix("//"))
    if "@" in host:
        if scheme is None:
            raise BadInput(FIELD, f"{told} is an e-mail address; write the site's name alone.")
        host = host.rpartition("@")[2]
    host = _ascii(_without_port(host, told).removeprefix("*.").lstrip(".").rstrip("."), told)
    why = _FORM.why_not(host)
    if why in {Why.RESERVED, Why.NOT_NORMAL} and "." not in host:
        why = Why.SINGLE_LABEL
    if why is not None and why in _NOT_A_HOST_NAME:
        raise BadInput(FIELD, f"{told}: {why_words(why)}")
    return host


def imported(text: str) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """Read a list from elsewhere: hosts file, one name a line, Adblock ``||name^``, links, comments.

    The names in the order of the list, each once; and everything that was not taken, with its line. Names that the
    policy refuses are among the names: ask :func:`refused`.
    """
    names: dict[str, None] = {}
    problems: list[Problem] = []
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text.removeprefix("\ufeff")), start=1):
        for word in _words(number, line, problems):
            try:
                names[normal(word)] = None
            except BadInput as error:
                problems.append(Problem(number, _short(word), error.message))
    return tuple(names), tuple(problems)


def why_words(why: Why) -> str:
    """Why the helper refuses a name, in a sentence for the person."""
    return _WORDS[why]


def refused(names: Iterable[str], *, hostname: str, extra: Iterable[str] = ()) -> dict[str, str]:
    """Which of these host names may not be blocked, each with its reason in a sentence.

    ``hostname`` is this machine's name, ``extra`` what its administrator protects besides. The helper asks again.
    """
    policy = Policy(hostname=hostname, extra=extra)
    return {name: why_words(why) for name in names if (why := policy.why_not(name)) is not None}


@dataclass(frozen=True, slots=True)
class _Shipped:
    groups: Mapping[str, Group]
    sites: Mapping[str, Site]


@cache
def _shipped() -> _Shipped:
    return read(resources() / "sites.txt")


def read(path: Path) -> _Shipped:
    """Read a file of groups; its form is told at the top of the one that is shipped. ValueError names a bad line."""
    titles: dict[str, str] = {}
    sites: dict[str, list[Site]] = {}
    known: dict[str, Site] = {}
    group = ""
    for number, raw in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        if (header := _GROUP.fullmatch(line)) is not None:
            group = header[1]
            titles[group], sites[group] = header[2], []
            continue
        title, colon, hosts = line.partition(": ")
        if not colon or not group:
            raise ValueError(f"{path.name}, line {number}: neither a group nor a site")
        site = Site(title, tuple(dict.fromkeys(form for host in hosts.split() for form in _forms(host))))
        sites[group].append(site)
        # An "=" name that is not the main one (old.reddit.com) does not stand for the whole site.
        heads = [host for host in hosts.split() if not host.startswith("=")] or [site.hosts[0]]
        known.update(dict.fromkeys(heads, site))
        known[_base(site.hosts[0])] = site
    made = {name: Group(name, titles[name], tuple(of)) for name, of in sites.items()}
    return _Shipped(MappingProxyType(made), MappingProxyType({key.lstrip("="): site for key, site in known.items()}))


def _forms(host: str) -> tuple[str, ...]:
    return (host[1:],) if host.startswith("=") else (host, *(form + host for form in VARIANTS))


def _base(host: str) -> str:
    for form in VARIANTS:
        rest = host.removeprefix(form)
        if rest != host and "." in rest:
            return rest
    return host


def _words(number: int, line: str, problems: list[Problem]) -> Iterator[str]:
    """The words of a line that are meant to be names; what cannot be meant so is told."""
    text = line.strip()
    if not text or text.startswith(("#", "!")) or (text.startswith("[") and "adblock" in text.lower()):
        if _ADBLOCK_ELEMENT.search(text[:3]):
            problems.append(Problem(number, _short(text), "This hides a part of a page; only whole sites are taken."))
        return
    if text.startswith(("||", "@@")) or _ADBLOCK_ELEMENT.search(text):
        yield from _adblock(number, text, problems)
        return
    words = [word for word in re.split(r"[\s,;]+", re.split(r"\s#", text, maxsplit=1)[0]) if word]
    if len(words) > 1 and (address := _address(words[0])) is not None:
        if not (address.is_unspecified or address.is_loopback):
            message = f"It leads to {words[0]} instead of blocking."
            problems.append(Problem(number, _short(text), message))
            return
        words = words[1:]
    yield from words


def _adblock(number: int, text: str, problems: list[Problem]) -> Iterator[str]:
    rule, _, options = text.partition("$")
    if text.startswith("@@"):
        message = "This is an exception from blocking."
    elif not text.startswith("||"):
        message = "This hides a part of a page; only whole sites are taken."
    elif set(options.split(",")) - {"", "all", "document", "important", "doc"}:
        message = "This blocks only under conditions that a hosts file cannot know."
    elif not rule.rstrip("|").endswith("^") and "/" in rule:
        message = "This blocks a part of a site; only whole sites are taken."
    else:
        yield rule[2:].rstrip("|").removesuffix("^")
        return
    problems.append(Problem(number, _short(text), message))


def _address(text: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        return ipaddress.ip_address(text.split("%", 1)[0])
    except ValueError:
        return None


def _without_path(text: str) -> str:
    return re.split(r"[/?#\\]", text, maxsplit=1)[0]


def _without_port(host: str, told: str) -> str:
    if _address(host.strip("[]")) is not None or host.startswith("["):
        raise BadInput(FIELD, f"{told}: {why_words(Why.ADDRESS)}")
    name, colon, _ = host.partition(":")
    if colon and not _PORT.fullmatch(host[len(name) :]):
        raise BadInput(FIELD, f"{told}: {why_words(Why.BAD_LABEL)}")
    return name


def _ascii(host: str, told: str) -> str:
    """The name as the network knows it. As browsers do it today, ß stays itself and is not turned into ss."""
    if any(character.isspace() for character in host):
        raise BadInput(FIELD, f"{told} has a space in it; write one name at a time, as example.com.")
    try:
        return ".".join(_label(label) for label in unquote(host, errors="strict").translate(_DOTS).split("."))
    except UnicodeError as error:
        raise BadInput(FIELD, f"{told}: {why_words(Why.BAD_LABEL)}") from error


def _label(label: str) -> str:
    if label.isascii():
        return label.lower()
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", label).lower())
    nameprep(plain)  # Raises for characters that no name may hold.
    if plain.isascii():
        return plain
    if not all(character == "-" or unicodedata.category(character)[0] in "LMN" for character in plain):
        raise UnicodeError("a sign that is no letter")
    return "xn--" + plain.encode("punycode").decode("ascii")


def _short(text: str) -> str:
    return text if len(text) <= LONGEST_TOLD else text[: LONGEST_TOLD - 1] + "…"
