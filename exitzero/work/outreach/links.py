"""Links as proof: what a pasted link leads to, whether that is something one wrote, and whether it was used before.

Why it exists: an outreach counts only with evidence, and a link is the quickest one. No page is opened; the address
alone decides, so that it works without a network and tells nobody. The spelling is in ``links_page``, the rules of
the platforms in the other ``links_`` modules.
"""

import re

from exitzero.core.errors import BadInput
from exitzero.work.outreach import links_chat, links_mail, links_portals, links_social
from exitzero.work.outreach.links_page import LinkProof, Page, Platform, Rule, read, refusal

__all__ = ["LinkProof", "Platform", "check", "platform_of"]

_RULES: tuple[Rule, ...] = (
    links_social.linkedin,
    links_social.x,
    links_mail.gmail,
    links_mail.outlook,
    links_mail.yahoo,
    links_mail.proton,
    links_mail.fastmail,
    links_mail.icloud,
    links_mail.zoho,
    links_mail.others,
    links_social.wellfound,
    links_chat.discord,
    links_chat.slack,
    links_chat.whatsapp,
    links_chat.telegram,
    links_social.github,
    links_portals.portals,
)

_SHORTENERS = frozenset(
    {
        "bit.ly",
        "bitly.com",
        "tinyurl.com",
        "t.co",
        "lnkd.in",
        "goo.gl",
        "ow.ly",
        "buff.ly",
        "is.gd",
        "v.gd",
        "rb.gy",
        "cutt.ly",
        "rebrand.ly",
        "shorturl.at",
        "tiny.cc",
        "t.ly",
        "dub.sh",
        "short.io",
        "bl.ink",
        "dlvr.it",
        "trib.al",
        "fb.me",
        "youtu.be",
        "amzn.to",
        "qr.ae",
        "hubs.ly",
        "db.tt",
        "surl.li",
        "s.id",
        "linktr.ee",
        "bit.do",
        "soo.gd",
        "x.gd",
        "1drv.ms",
        "aka.ms",
        "g.co",
        "forms.gle",
        "maps.app.goo.gl",
        "share.google",
        "wa.link",
    }
)
#: Pages that only lead on: host, first part of the path, the field with the real link.
_WRAPPERS = (
    (r"(.+\.)?safelinks\.protection\.outlook\.com", "", "url"),
    (r"google\.[a-z.]{2,6}", "url", "q"),
    (r"google\.[a-z.]{2,6}", "url", "url"),
    (r"(.+\.)?linkedin\.com", "safety", "url"),
    (r"(.+\.)?linkedin\.com", "redir", "url"),
    (r"slack-redir\.net", "link", "url"),
    (r"(l|lm)\.(facebook|instagram|messenger)\.com", "", "u"),
    (r"steamcommunity\.com", "linkfilter", "url"),
    (r"vk\.com", "away.php", "to"),
)  # fmt: skip
_DEEPEST = 3


def _unwrapped(page: Page) -> Page:
    """The page itself where a mail program or site put its own *leaving this page* in front."""
    for _ in range(_DEEPEST):
        for host, first, field in _WRAPPERS:
            inner = page.get(field)
            if re.fullmatch(host, page.host) and (not first or page.low[:1] == (first,)) and inner:
                page = read(inner)
                break
        else:
            return page
    return page


def check(text: str) -> LinkProof:
    """What a pasted link proves; :class:`BadInput` (field ``proof``) says what it is instead and what to paste."""
    page = _unwrapped(read(text))
    if page.host in _SHORTENERS:
        raise refusal("That is a shortened link.", "Open it and paste the long address that the browser then shows.")
    if not page.port:
        for rule in _RULES:
            if (proof := rule(page)) is not None:
                return proof
    return _other(page)


# ---------------------------------------------------------------------------------------------- any other page

_INSTEAD = "Paste the page of the message or application itself, or use a screenshot."
_LOGIN = r"log-?in|log_in|sign-?in|sign_in|sign-?up|sign_up|register|auth|oauth2?|sso|logout|session|sessions|wp-login"
_ALONE = (
    (rf"({_LOGIN}|wp-login\.php)(/.*)?", "That is a login page."),
    (r"(.*/)?(settings|preferences|account|options)", "That is a settings page."),
    (r"search(/.*)?|results", "That is a search, not a message."),
    (r"home|feed|dashboard|start|welcome", "That is a home page, not a message."),
    (r"notifications|inbox|mail|messages|conversations|messaging|direct/inbox|chat|chats",
     "That is an inbox without a message."),
    (r"jobs|careers?|open-?(positions|roles)|vacancies|positions|join-us|karriere|stellen",
     "That is a list of jobs, not an application."),
    (r"about(-us)?|company|companies|team|contact(-us)?|pricing|imprint|impressum",
     "That is a company page, not a message."),
    (r"@[^/]+|(users?|profiles?|people|member|members|u|in|author)/[^/]+", "That is a profile, not a message."),
    (r"apply|.*/apply|application-form", "That is an application form, which is not sent yet."),
)  # fmt: skip
_NETWORKS = {
    "facebook.com": "Facebook",
    "instagram.com": "Instagram",
    "threads.net": "Threads",
    "threads.com": "Threads",
    "tiktok.com": "TikTok",
    "xing.com": "Xing",
    "reddit.com": "Reddit",
    "medium.com": "Medium",
    "bsky.app": "Bluesky",
    "gitlab.com": "GitLab",
    "messenger.com": "Messenger",
    "stackoverflow.com": "Stack Overflow",
    "crunchbase.com": "Crunchbase",
    "glassdoor.com": "Glassdoor",
    "leetcode.com": "LeetCode",
}
_SEARCHERS = re.compile(r"(google|bing|duckduckgo|ecosia|qwant|startpage|search\.yahoo|yandex|baidu|kagi)\.[a-z.]{2,6}")


def _other(page: Page) -> LinkProof:
    """A page of a kind that nobody can check: taken as weak, unless it plainly is none."""
    path = "/".join(page.low)
    route = page.route.strip("!/").lower()
    network = next((title for host, title in _NETWORKS.items() if page.within(host)), "")
    if _SEARCHERS.fullmatch(page.host):
        raise refusal("That is a page of a search engine.", _INSTEAD)
    if not path and not page.query and not route:
        raise refusal(f"That is the home page of {network or page.host}.", _INSTEAD)
    if re.fullmatch(r"(login|signin|auth|accounts?|sso|id)\..+", page.host):
        raise refusal("That is a login page.", _INSTEAD)
    if network and re.fullmatch(r"(profile(\.php)?/?[^/]*|user/[^/]+|r/[^/]+|profile/[^/]+|[^/]+)", path):
        raise refusal(f"That is a profile or a list on {network}, not a message.", _INSTEAD)
    for pattern, what in _ALONE:
        if re.fullmatch(pattern, path or route):
            raise refusal(what, _INSTEAD)
    return page.proof(Platform.OTHER, f"A page of {page.host}; its kind cannot be checked.", weak=True)


# ---------------------------------------------------------------------------------------------- platform

_PLATFORMS = (
    (Platform.LINKEDIN, ("linkedin.com", "lnkd.in")),
    (Platform.X, ("x.com", "twitter.com", "t.co")),
    (Platform.WELLFOUND, ("wellfound.com", "angel.co")),
    (Platform.DISCORD, ("discord.com", "discordapp.com", "discord.gg", "discord.me")),
    (Platform.SLACK, ("slack.com",)),
    (Platform.WHATSAPP, ("whatsapp.com", "wa.me", "wa.link")),
    (Platform.TELEGRAM, ("t.me", "telegram.me", "telegram.dog", "telegram.org")),
    (Platform.GITHUB, ("github.com", "github.io")),
    (Platform.EMAIL, ("mail.google.com", "gmail.com", "outlook.com", "outlook.live.com", "outlook.office.com",
                      "outlook.office365.com", "outlook.cloud.microsoft", "mail.yahoo.com", "mail.aol.com",
                      "mail.proton.me", "mail.protonmail.com", "fastmail.com", "mail.zoho.com", "mail.zoho.eu",
                      "app.hey.com", "app.tuta.com", "mail.superhuman.com")),
)  # fmt: skip


def platform_of(link: str) -> Platform:
    """The platform that a link (of a profile, a job, anything) or a mail address belongs to; never raises."""
    text = link.strip()
    if text.lower().startswith("mailto:") or re.fullmatch(r"[^\s@/:]+@[^\s@/]+\.[^\s@/]+", text):
        return Platform.EMAIL
    text = re.sub(r"^http:", "https:", text, flags=re.IGNORECASE)
    try:
        page = _unwrapped(read(text))
    except BadInput:
        return Platform.OTHER
    for platform, hosts in _PLATFORMS:
        if page.within(*hosts):
            return platform
    return Platform.PORTAL if links_portals.portal_of(page.host) else Platform.OTHER
