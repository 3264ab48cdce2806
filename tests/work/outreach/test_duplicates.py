"""Duplicates: what is the same in another spelling, what only looks it, and that many take no longer than few."""

import time

import pytest

from exitzero.work.outreach.csv_read import drafts, guess_mapping, sniff
from exitzero.work.outreach.csv_write import write
from exitzero.work.outreach.draft import Draft, Kind
from exitzero.work.outreach.duplicates import Index, Reason, company_key, find, name_key
from exitzero.work.outreach.profile_links import canonical


def _company(name: str, *, role: str = "", link: str = "", email: str = "") -> Draft:
    return Draft(name, Kind.COMPANY, role=role, link=link, email=email)


@pytest.mark.parametrize(
    ("kept", "new", "reason"),
    [
        (Draft("A", email="ada.l@gmail.com"), Draft("B", email="AdaL+jobs@googlemail.com"), Reason.EMAIL),
        (Draft("A", link="https://www.linkedin.com/in/ada-l/"),
         Draft("B", link="http://de.linkedin.com/in/Ada-L?trk=abc#top"), Reason.LINK),
        (Draft("A", link="https://x.com/ada"), Draft("B", links=("https://twitter.com/Ada/status/1",)), Reason.LINK),
        (Draft("Ada Lovelace", company="Acme, Inc."), Draft("Lovelace, Ada", company="ACME"), Reason.NAME_AT_COMPANY),
        (Draft("José Núñez", company="Acme"), Draft("jose nunez", company="Acme Ltd & Co. KG"),
         Reason.NAME_AT_COMPANY),
        (Draft("Ada B. Lovelace", company="Acme"), Draft("Ada Lovelace", company="Acme"), Reason.NAME_AT_COMPANY),
        (_company("Acme, Inc."), _company("ACME GmbH"), Reason.COMPANY),
        (_company("Acme", role="Engineer"), _company("acme ltd", role="engineer"), Reason.COMPANY_AND_ROLE),
        (_company("Acme", role="Engineer"), _company("The Acme Company"), Reason.COMPANY),
        (_company("Acme Robotics", link="https://acme.example"),
         _company("Acme", link="https://careers.acme.example/jobs/7"), Reason.DOMAIN),
        (_company("Acme R.", email="jobs@acme.example"), _company("Acme", link="https://www.acme.example"),
         Reason.DOMAIN),
        (_company("A", link="https://boards.greenhouse.io/acme/jobs/7?gh_src=x"),
         _company("B", link="https://boards.greenhouse.io/acme/jobs/7/apply"), Reason.LINK),
        (_company("A", link="https://www.linkedin.com/jobs/view/engineer-at-acme-12345/"),
         _company("B", link="https://www.linkedin.com/jobs/search/?currentJobId=12345&keywords=x"), Reason.LINK),
    ],
)  # fmt: skip
def test_the_same_in_another_spelling_is_found(kept: Draft, new: Draft, reason: Reason) -> None:
    """Each way to see that a target is there already, with its reason, and in both directions."""
    match = find(new, Index([("kept", kept)]))
    assert match is not None
    assert (match.reference, match.name, match.reason, match.sure) == ("kept", kept.name, reason, True)
    assert reason in match.words
    back = find(kept, Index([("new", new)]))
    assert back is not None
    assert back.reason is reason


@pytest.mark.parametrize(
    ("kept", "new"),
    [
        (Draft("Ada Lovelace", company="Acme"), Draft("Ada Lovelace", company="Globex")),
        (Draft("Ada Lovelace", company="Acme"), Draft("Ada King", company="Acme")),
        (Draft("Ada", email="ada@acme.example"), Draft("Kay", email="kay@acme.example")),
        (Draft("Ada", email="jobs@acme.example"), Draft("Kay", email="jobs@acme.example")),
        (Draft("Ada", link="https://jobs.lever.co/acme/1"), Draft("Kay", link="https://jobs.lever.co/acme/1")),
        (Draft("Acme"), _company("Acme")),
        (_company("Acme", email="a@gmail.com"), _company("Globex", email="b@gmail.com")),
        (_company("Acme", link="https://jobs.lever.co/acme"), _company("Globex", link="https://jobs.lever.co/globex")),
        (_company("Group"), _company("Holding")),
        (Draft("Кай"), Draft("Зоя")),
        (Draft("A", link="https://acme.example/p?id=1"), Draft("B", link="https://acme.example/p?id=2")),
    ],
)
def test_what_only_looks_alike_is_not_the_same(kept: Draft, new: Draft) -> None:
    """Colleagues, shared mailboxes, shared job links and shared portals make nobody the same."""
    assert find(new, Index([("kept", kept)])) is None


def test_two_roles_at_one_company_are_shown_and_not_sure() -> None:
    """They are two applications, so the second is not left out by itself."""
    match = find(_company("Acme", role="Designer"), Index([("kept", _company("Acme", role="Engineer"))]))
    assert match is not None
    assert (match.reason, match.sure) == (Reason.COMPANY, False)


def test_the_same_name_without_companies_is_shown_and_not_sure() -> None:
    """A name alone says little."""
    match = find(Draft("Ada Lovelace"), Index([(1, Draft("ada lovelace"))]))
    assert match is not None
    assert (match.reason, match.sure) == (Reason.NAME, False)
    assert match.words.startswith("May be there")


def test_a_sure_reason_goes_before_an_unsure_one() -> None:
    """The same role later in the index is found although the company alone comes first."""
    index = Index([("first", _company("Acme", role="Engineer")), ("second", _company("Acme", role="Designer"))])
    match = index.find(_company("ACME", role="designer"))
    assert match is not None
    assert (match.reference, match.sure) == ("second", True)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://www.linkedin.com/in/ada/", "linkedin.com/in/Ada/overlay/contact-info/"),
        ("https://github.com/Ada", "http://www.github.com/ada/?tab=repositories"),
        ("https://angel.co/company/acme", "https://wellfound.com/company/acme/"),
        ("https://acme.example/a?b=1&utm_source=x", "HTTPS://ACME.example/a/?b=1#top"),
    ],
)
def test_one_page_has_one_spelling(one: str, other: str) -> None:
    """Scheme, www, language, trackers, slashes and case do not make another page."""
    assert canonical(one) == canonical(other) != ""


def test_keys_of_names() -> None:
    """A legal form is dropped unless it is all there is; other scripts keep their letters."""
    assert company_key("S.A.P. SE") == company_key("SAP")
    assert company_key("Co") == "co"
    assert name_key("がく") != name_key("かく")
    assert name_key("") == ""


def test_ten_thousand_rows_are_compared_in_a_moment() -> None:
    """An index, not every one against every other: far below what ten thousand times ten thousand would take."""
    people = [
        Draft(f"Name{at} Example{at}", company=f"Company {at % 700}", email=f"p{at}@example.org")
        for at in range(10_000)
    ]
    known = Index((str(at), draft) for at, draft in enumerate(people))
    table = sniff(write(people))
    began = time.perf_counter()
    preview = drafts(table, guess_mapping(table.header), known=known)
    spent = time.perf_counter() - began
    assert len(preview.known) == 10_000
    assert {row.duplicate_of.reference for row in preview.rows if row.duplicate_of} == {str(at) for at in range(10_000)}
    assert spent < 20
