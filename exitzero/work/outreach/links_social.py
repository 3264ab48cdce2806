"""Which pages of LinkedIn, X, Wellfound and GitHub are something one wrote, and which are somebody's profile.

Why it exists: on these sites nearly every address is a person, a company or a list; only a few are a conversation, a
comment or an application, and those few are named here.
"""

import re
from dataclasses import replace
from urllib.parse import unquote

from exitzero.core.errors import BadInput
from exitzero.work.outreach.links_page import LinkProof, Page, Platform, refusal

_NUMBER = re.compile(r"[0-9]{1,25}")


def _listed(page: Page, pages: tuple[tuple[str, str], ...], *, otherwise: str, instead: str) -> BadInput:
    """The refusal with the words of the first pattern that the path, in lower case, begins with."""
    path = "/".join(page.low)
    for pattern, what in pages:
        if re.match(rf"(?:{pattern})(?:/|$)", path):
            return refusal(what, instead)
    return refusal(otherwise, instead)


# ---------------------------------------------------------------------------------------------- LinkedIn

_LINKEDIN_INSTEAD = "Open the conversation and paste its address (linkedin.com/messaging/thread/…)."
_LINKEDIN_PAGES = (
    (r"in/[^/]+/recent-activity", "That is somebody's activity on LinkedIn, not a message."),
    (r"in|pub|profile|sales/lead|sales/people|talent/profile", "That is a profile on LinkedIn, not a message."),
    (r"company|school|showcase|sales/company", "That is a company page on LinkedIn, not a message."),
    (r"jobs/view", "That is a job ad on LinkedIn, not an application."),
    (r"jobs/(tracker|application)|my-items", "That is the list of your applications on LinkedIn, not one of them."),
    (r"jobs", "That is a list of jobs on LinkedIn, not an application."),
    (r"search|sales/search|talent/search", "That is a search on LinkedIn, not a message."),
    (r"messaging/(thread/new|compose)", "That is a message on LinkedIn that is not sent."),
    (r"messaging|sales/inbox|talent/inbox|inmail", "That is the inbox of LinkedIn, without a message."),
    (r"login|uas|checkpoint|authwall|signup|start|m/login|login-submit", "That is the login page of LinkedIn."),
    (r"mypreferences|psettings|settings|premium", "That is a settings page of LinkedIn."),
    (r"feed/update|posts|pulse|newsletters|embed", "That is a post on LinkedIn, not a message."),
    (r"feed|home|$", "That is the home page of LinkedIn, not a message."),
    (r"mynetwork|notifications|groups|events|learning", "That is a list on LinkedIn, not a message."),
)
_THREAD = re.compile(r"[A-Za-z0-9_:=+/-]{6,200}")
_COMMENT = re.compile(r"urn:li:comment:\((?:urn:li:)?(?:activity|ugcPost|share|groupPost):([0-9]+),([0-9]+)\)")
_DASH_COMMENT = re.compile(r"urn:li:fsd_comment:\(([0-9]+),(?:urn:li:)?(?:activity|ugcPost|share|groupPost):([0-9]+)\)")


def _linkedin_comment(page: Page) -> str:
    """The number of the comment or reply that the link leads to, if to any.

    It alone tells comments apart: the post in front of it has one number as an activity and another as a share.
    """
    for name in ("replyUrn", "commentUrn"):
        if found := _COMMENT.fullmatch(unquote(page.get(name))):
            return found[2]
    for name in ("dashReplyUrn", "dashCommentUrn"):
        if found := _DASH_COMMENT.fullmatch(unquote(page.get(name))):
            return found[1]
    return ""


def _linkedin_shown(page: Page) -> str:
    """The address of a comment with nothing in it but the comment."""
    urns = {"commenturn", "replyurn", "dashcommenturn", "dashreplyurn"}
    kept = tuple((name, unquote(value)) for name, value in page.query if name.lower() in urns)
    return replace(page, host="linkedin.com", query=kept, fragment="").plain


def linkedin(page: Page) -> LinkProof | None:
    """A conversation, a comment, or the page of one's application."""
    if page.within("lnkd.in"):
        raise refusal("That is a shortened link.", "Open it and paste the long address of the message.")
    if not page.within("linkedin.com"):
        return None
    match page.parts:
        case ("messaging", "thread" | "detail", thread, *_) if thread != "new" and _THREAD.fullmatch(thread):
            key = page.on("linkedin.com", "messaging", "thread", thread.rstrip("="))
            shown = page.on("linkedin.com", "messaging", "thread", thread)
            return page.proof(Platform.LINKEDIN, "A message on LinkedIn.", key=key, shown=shown)
        case ("sales", "inbox", thread, *_) if thread not in {"compose", "new"} and _THREAD.fullmatch(thread):
            key = page.on("linkedin.com", "sales", "inbox", thread)
            return page.proof(Platform.LINKEDIN, "A message in LinkedIn Sales Navigator.", key=key)
        case ("talent", "inbox", *_, thread) if re.fullmatch(r"[A-Za-z0-9_=-]*[0-9][A-Za-z0-9_=-]{5,}", thread):
            key = page.on("linkedin.com", "talent", "inbox", thread)
            return page.proof(Platform.LINKEDIN, "A message in LinkedIn Recruiter.", key=key)
        case ("feed", "update", *_) | ("posts", _, *_):
            if comment := _linkedin_comment(page):
                key = page.on("linkedin.com", "comment", comment)
                return page.proof(Platform.LINKEDIN, "A comment on LinkedIn.", key=key, shown=_linkedin_shown(page))
            raise refusal(
                "That is a post on LinkedIn, not a message.",
                "On your comment choose … → Copy link to comment, or paste the address of the conversation.",
            )
        case (
            ("jobs", "application", job, *_)
            | ("jobs", "tracker", "applied", job, *_)
            | ("jobs", "view", job, "post-apply", *_)
        ) if found := re.fullmatch(r"(?:.*-)?([0-9]{6,})", job):
            key = page.on("linkedin.com", "jobs", "application", found[1])
            shown = page.on("linkedin.com", *page.parts)
            return page.proof(Platform.LINKEDIN, "An application on LinkedIn.", key=key, shown=shown)
        case _:
            raise _listed(
                page,
                _LINKEDIN_PAGES,
                otherwise="That is a page of LinkedIn, not a message.",
                instead=_LINKEDIN_INSTEAD,
            )


# ---------------------------------------------------------------------------------------------- X

_X_INSTEAD = "Open the conversation (x.com/messages/…) or your reply (x.com/…/status/…) and paste its address."
_X_PAGES = (
    (r"messages/compose|compose|intent", "That is a message on X that is not sent."),
    (r"messages|i/chat", "That is the inbox of X, without a message."),
    (r"login|i/flow|account|oauth|signup|logout", "That is the login page of X."),
    (r"settings|i/premium.*|i/verified.*", "That is a settings page of X."),
    (r"search|explore|hashtag|search-advanced", "That is a search on X, not a message."),
    (r"home|$", "That is the home page of X, not a message."),
    (r"notifications|i/.*|jobs.*|tos|privacy|about|share|download|lists", "That is a page of X, not a message."),
    (r"[a-z0-9_]{1,15}(/[a-z_]+)?$", "That is a profile on X, not a message."),
)


def x(page: Page) -> LinkProof | None:
    """A conversation, or a public reply or mention."""
    if page.within("t.co"):
        raise refusal("That is a shortened link.", "Open it and paste the long address of the message.")
    if not page.within("x.com", "twitter.com"):
        return None
    match page.parts:
        case ("messages", talk, *_) if re.fullmatch(r"[0-9]{2,25}(-[0-9]{2,25})?", talk):
            key = page.on("x.com", "messages", "-".join(sorted(talk.split("-"), key=lambda one: (len(one), one))))
            return page.proof(Platform.X, "A message on X.", key=key)
        case ("i", "chat", talk, *_) if re.fullmatch(r"g?[0-9]{5,25}([:-][0-9]{2,25})?", talk):
            ids = re.split(r"[:-]", talk)
            # The new chat shows the same conversation as the old messages.
            kind = ("messages",) if len(ids) == 2 else ("i", "chat")
            key = page.on("x.com", *kind, "-".join(sorted(ids, key=lambda one: (len(one), one))))
            shown = page.on("x.com", "i", "chat", talk)
            return page.proof(Platform.X, "A message on X.", key=key, shown=shown)
        case (name, "status" | "statuses", post, *_) | (name, "web", "status", post, *_) if _NUMBER.fullmatch(post):
            key = page.on("x.com", "i", "status", post)
            shown = key if name == "i" else page.on("x.com", name, "status", post)
            return page.proof(Platform.X, "A public post or reply on X.", key=key, shown=shown)
        case _:
            raise _listed(page, _X_PAGES, otherwise="That is a page of X, not a message.", instead=_X_INSTEAD)


# ---------------------------------------------------------------------------------------------- Wellfound

_WELLFOUND_INSTEAD = "Open the conversation or the application and paste its address (wellfound.com/jobs/messages/…)."
_WELLFOUND_PAGES = (
    (r"jobs/applications|applications", "That is the list of your applications on Wellfound, not one of them."),
    (r"(jobs/)?(messages|conversations|inbox)", "That is the inbox of Wellfound, without a message."),
    (r"jobs/[0-9]+.*|company/[^/]+/jobs/.+", "That is a job ad on Wellfound, not an application."),
    (r"u|p|profile|candidates?", "That is a profile on Wellfound, not a message."),
    (r"company|startups?", "That is a company page on Wellfound, not a message."),
    (r"login|signup|join|users|logout", "That is the login page of Wellfound."),
    (r"settings|account|jobs/profile|jobs/settings", "That is a settings page of Wellfound."),
    (r"search|discover|role|location|l|remote|jobs(/.*)?", "That is a list of jobs on Wellfound, not an application."),
    (r"home|$", "That is the home page of Wellfound, not a message."),
)


def wellfound(page: Page) -> LinkProof | None:
    """A conversation or an application."""
    if not page.within("wellfound.com", "angel.co"):
        return None
    parts = page.parts[1:] if page.low[:1] in {("jobs",), ("recruit",)} else page.parts
    match parts:
        case ("applications" as kind, number, *_) if re.fullmatch(r"[0-9a-f-]*[0-9][0-9a-f-]{2,}", number):
            words = "An application on Wellfound."
        case ("messages" | "conversations" as kind, number, *_) if re.fullmatch(
            r"[0-9a-f-]*[0-9][0-9a-f-]{2,}", number
        ):
            kind, words = "messages", "A message on Wellfound."
        case _:
            raise _listed(
                page,
                _WELLFOUND_PAGES,
                otherwise="That is a page of Wellfound, not a message.",
                instead=_WELLFOUND_INSTEAD,
            )
    key = page.on("wellfound.com", "jobs", kind, number)
    return page.proof(Platform.WELLFOUND, words, key=key, shown=page.on("wellfound.com", *page.parts))


# ---------------------------------------------------------------------------------------------- GitHub

_GITHUB_INSTEAD = "On your comment choose … → Copy link (…#issuecomment-…), or paste the pull request you opened."
_GITHUB_PAGES = (
    (r"login|signup|sessions?|join|password_reset", "That is the login page of GitHub."),
    (r"settings|account|organizations", "That is a settings page of GitHub."),
    (r"search", "That is a search on GitHub, not a message."),
    (r"notifications|pulls|issues|stars|dashboard|explore|trending|topics|marketplace|sponsors|features|about|pricing",
     "That is a list on GitHub, not a message."),
    (r"orgs/[^/]+|enterprises/.*", "That is a company page on GitHub, not a message."),
    (r"$", "That is the home page of GitHub, not a message."),
    (r"[^/]+$", "That is a profile on GitHub, not a message."),
    (r"[^/]+/[^/]+/(issues|pulls|discussions)$", "That is a list on GitHub, not a message."),
    (r"[^/]+/[^/]+/(issues|discussions|compare|pull)/(new|.*\.\.\.).*", "That is a form on GitHub that is not sent."),
    (r"[^/]+/[^/]+", "That is a repository on GitHub, not a message."),
)  # fmt: skip
_GITHUB_SAID = re.compile(
    r"(issuecomment-|discussioncomment-|pullrequestreview-|commitcomment-|discussion_r|r|issue-)([0-9]{1,20})"
)
_GITHUB_OPENED = {
    "issues": "An issue on GitHub.",
    "pull": "A pull request on GitHub.",
    "discussions": "A discussion on GitHub.",
}


def github(page: Page) -> LinkProof | None:
    """A comment, or an issue, pull request or discussion."""
    if page.within("gist.github.com", "github.io", "githubusercontent.com") or page.host == "docs.github.com":
        raise refusal("That is a page on GitHub, not a message.", _GITHUB_INSTEAD)
    if page.host != "github.com":
        return None
    parts, low = page.parts, page.low
    if low[:1] == ("orgs",) and low[2:3] == ("discussions",):  # Discussions of an organisation.
        parts, low = (parts[1], "discussions", *parts[2:]), (low[1], "discussions", *low[2:])
    said = _GITHUB_SAID.fullmatch(page.fragment)
    match low:
        case (owner, repository, "issues" | "pull" | "discussions" as kind, number, *_) if _NUMBER.fullmatch(
            number
        ) and owner not in {"settings", "search"}:
            words = _GITHUB_OPENED[kind]
            # An issue and a pull request never share a number; GitHub leads from either address to the right one.
            path = page.on("github.com", owner, repository, "issues" if kind == "pull" else kind, number.lstrip("0"))
            shown = page.on("github.com", parts[0], parts[1], parts[2], number)
        case (owner, repository, "commit", commit, *_) if said and re.fullmatch(r"[0-9a-f]{7,64}", commit):
            words = ""
            path = shown = page.on("github.com", owner, repository, "commit", commit)
        case _:
            raise _listed(page, _GITHUB_PAGES, otherwise="That is a page on GitHub.", instead=_GITHUB_INSTEAD)
    if said and said[1] != "issue-":
        inline = "discussion_r" if said[1] in {"r", "discussion_r"} else said[1]
        inline = "r" if inline == "discussion_r" and low[2] == "commit" else inline
        end = f"#{inline}{said[2]}"
        return page.proof(Platform.GITHUB, "A comment on GitHub.", key=path + end, shown=shown + end)
    return page.proof(Platform.GITHUB, words, key=path, shown=shown)
