"""Which pages of job portals say that an application was sent, and which are the ad, the empty form or a list.

Why it exists: every portal has an ad, a form and a page of thanks at neighbouring addresses, and only the last one,
or the application's own page, is a proof.
"""

import re
from dataclasses import dataclass

from exitzero.work.outreach.links_page import LinkProof, Page, Platform, refusal

_THANKS = re.compile(
    r"thanks|thank[-_]?you|thanks-for-applying|confirmation|confirmed|submitted|success|applied|completed?"
    r"|(post|already)[-_]?(apply|applied|received)|application[-_]?(submitted|confirmation|complete|sent|success)"
    r"|applicationconfirmation|apply[-_](success|confirmation)|submit[-_]?success",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"log-?in|sign-?in|sign-?up|sign_in|register|auth|sso|users|password.*", re.IGNORECASE)
_LOCALE = re.compile(r"[a-z]{2}([-_][a-z]{2})?", re.IGNORECASE)
_INSTEAD = "Paste the page of thanks after sending, or the application's own page; else the subject of its mail."


@dataclass(frozen=True, slots=True)
class _Portal:
    """One portal. Patterns meet the path without slashes at its ends, joined to the query's ``name=value`` by ``?``."""

    name: str
    hosts: str
    #: The page of one application, or of a message in it.
    own: str = r"(?!)"
    #: The application form, where the page of thanks has the same address: taken, but weak.
    same: str = r"(?!)"
    form: str = r".*/(apply|application|applications/new|autofillwithresume|applymanually)(/.*)?"
    ad: str = r"(?!)"
    lists: str = r"(?!)"
    messages: str = r"(?!)"


_ID = r"[0-9a-z-]*[0-9][0-9a-z-]{2,}"
_PORTALS = (
    _Portal(
        "Greenhouse",
        r"(job-boards|boards|my|job-app)(\.eu)?\.greenhouse\.io",
        own=rf"(users/)?(applications?|my_applications)/{_ID}.*",
        form=r"embed/job_app.*",
        ad=r"[^/]+/jobs/\d+.*",
        lists=r"applications|my_applications|dashboard",
    ),
    _Portal("Lever", r"jobs(\.eu)?\.lever\.co", ad=r"[^/]+/[0-9a-f-]{36}.*"),
    _Portal(
        "Workday",
        r"[a-z0-9_-]+\.wd\d+\.myworkdayjobs(-impl)?\.com|wd\d+\.myworkdaysite\.com",
        own=r"(.*/)?jobtasks/completed/application.*",
        same=r"(.*/)?userhome.*",
        ad=r"(.*/)?(job|details)/.*",
    ),
    _Portal(
        "Ashby",
        r"jobs\.ashbyhq\.com",
        same=r"[^/]+/[0-9a-f-]{36}/application",
        ad=r"[^/]+/[0-9a-f-]{36}.*",
    ),
    _Portal(
        "SmartRecruiters",
        r"(jobs|careers|my|www)?\.?smartrecruiters\.com",
        own=rf"(.*/)?applications?/{_ID}.*",
        form=r"oneclick-ui/.*|.*/apply(/.*)?",
        ad=r"[^/]+/\d+.*",
        lists=r"(.*/)?applications?",
    ),
    _Portal(
        "Indeed",
        r"(.+\.)?indeed\.[a-z.]{2,6}",
        own=rf"(.*/)?(applications?|applied|app-details?|myjobs/applied)/{_ID}.*|applied\?(.*&)?(appid|jk|id)=.*",
        messages=rf"(messages/|.*/)?conversations?/{_ID}.*",
        form=r"(beta/)?indeedapply/form.*|applystart.*",
        ad=r"viewjob.*|rc/clk.*|pagead/.*|m/viewjob.*",
        lists=r"applied.*|myjobs.*|saved.*|jobs.*|conversations?.*|messages.*|interviews.*",
    ),
    _Portal(
        "Workable",
        r"(apply|jobs)\.workable\.com",
        own=rf"(.*/)?(applications?|candidates?)/{_ID}.*",
        ad=r"[^/]+/j/[0-9a-z]+.*|view/.*",
    ),
    _Portal(
        "BambooHR",
        r"[a-z0-9-]+\.bamboohr\.com",
        own=rf"(.*/)?applications?/{_ID}.*",
        ad=r"(careers|jobs/view\.php|jobs)(/|\?|$).*",
    ),
    _Portal(
        "Teamtailor",
        r"[a-z0-9.-]+\.teamtailor\.com",
        own=rf"(.*/)?applications/{_ID}.*|connect/.*applications?/{_ID}.*",
        messages=rf"(.*/)?messages/{_ID}.*|(.*/)?conversations?/{_ID}.*",
        ad=r"(.*/)?jobs/\d+.*",
        lists=r"(.*/)?(jobs|connect)(/.*)?",
    ),
    _Portal("Personio", r"[a-z0-9-]+\.jobs\.personio\.(de|com)", ad=r"job/\d+.*"),
    _Portal(
        "Jobvite",
        r"(jobs|app|careers)\.jobvite\.com",
        ad=r"(.*/)?job/[a-z0-9]+.*",
        form=r"(.*/)?job/[a-z0-9]+/apply.*|(.*/)?apply",
    ),
    _Portal(
        "iCIMS",
        r"[a-z0-9.-]+\.icims\.com",
        own=rf"jobs/(applications?|candidate/applications?)/{_ID}.*",
        form=r"jobs/\d+/(?!.*\bjob$).*?/?(apply|candidate|questions|assessment|forms).*",
        ad=r"jobs/\d+.*",
        lists=r"jobs/(dashboard|search|intro|candidate).*",
    ),
    _Portal(
        "Handshake",
        r"([a-z0-9-]+\.)?joinhandshake\.(com|co\.uk)",
        own=rf"(stu/)?(applications|job-applications)/{_ID}.*",
        messages=rf"(stu/)?(inbox|messages|conversations)/(conversations/)?{_ID}.*",
        ad=r"(stu/)?(jobs|job-search|postings)/\d+.*",
        lists=r"(stu/)?(applications|inbox|messages|conversations|jobs|job-search|postings).*",
    ),
    _Portal(
        "Welcome to the Jungle",
        r"(app\.)?(otta|welcometothejungle)\.com",
        own=rf"(.*/)?(applications?|applied)/{_ID}.*",
        messages=rf"(.*/)?(messages|conversations|inbox)/{_ID}.*",
        ad=r"(jobs|(.*/)?companies/[^/]+/jobs)/.+",
        lists=r"(.*/)?(applications?|applied|jobs|saved|messages|inbox).*",
    ),
    _Portal(
        "Hired",
        r"([a-z]+\.)?hired\.com",
        own=rf"(.*/)?(interview[-_]requests?|offers|applications?)/{_ID}.*",
        messages=rf"(.*/)?(messages|conversations|inbox)/{_ID}.*",
        ad=r"jobs?/.+",
        lists=r"(.*/)?(interview[-_]requests?|messages|inbox|jobs|applications).*",
    ),
)  # fmt: skip
_HOSTS = tuple((re.compile(portal.hosts), portal) for portal in _PORTALS)


def portal_of(host: str) -> str:
    """The name of the portal that a host belongs to; empty if it is none."""
    found = _find(host)
    return found.name if found else ""


def _find(host: str) -> _Portal | None:
    return next((portal for pattern, portal in _HOSTS if pattern.fullmatch(host)), None)


def _is(pattern: str, path: str) -> bool:
    return re.fullmatch(pattern, path, re.IGNORECASE | re.DOTALL) is not None


def portals(page: Page) -> LinkProof | None:
    """A page of thanks, an application or a message on a job portal."""
    portal = _find(page.host)
    if portal is None:
        return None
    page = _without_locale(page)
    path = "/".join(page.parts)
    asked = path + "?" + "&".join(f"{name}={value}" for name, value in page.query) if page.query else path
    if _is(portal.own, asked):
        return page.proof(Platform.PORTAL, f"An application on {portal.name}.")
    if _is(portal.messages, asked):
        return page.proof(Platform.PORTAL, f"A message on {portal.name}.")
    login = any(map(_LOGIN.fullmatch, page.parts))
    # A word alone, as in myjobs.indeed.com/applied, is a list.
    alone = len(page.parts) == 1 and not page.query
    if any(map(_THANKS.fullmatch, page.parts)) and not login and not alone:
        # Thanks without the job's number are the same page for every application there.
        told = any(re.search(r"[0-9]", part) for part in page.parts) or bool(page.query)
        return page.proof(Platform.PORTAL, f"An application sent on {portal.name}.", weak=not told)
    if _is(portal.same, asked):
        return page.proof(Platform.PORTAL, f"An application page on {portal.name}.", weak=True)
    if login:
        raise refusal(f"That is the login page of {portal.name}.", _INSTEAD)
    if _is(portal.form, asked):
        raise refusal(f"That is the application form on {portal.name}, which is not sent yet.", _INSTEAD)
    if _is(portal.ad, asked):
        raise refusal(f"That is a job ad on {portal.name}, not an application.", _INSTEAD)
    if not page.parts and not page.query:
        raise refusal(f"That is the home page of {portal.name}.", _INSTEAD)
    if _is(portal.lists, asked) or "search" in page.low:
        raise refusal(f"That is a list on {portal.name}, not one application.", _INSTEAD)
    raise refusal(f"That is a page of {portal.name} with jobs of a company, not an application.", _INSTEAD)


def _without_locale(page: Page) -> Page:
    """The same page without the language in front of its path, which changes with the reader."""
    if len(page.parts) > 1 and _LOCALE.fullmatch(page.parts[0]) and page.low[0] not in {"in", "my", "rc"}:
        return Page(page.host, page.port, page.parts[1:], page.query, page.fragment)
    return page
