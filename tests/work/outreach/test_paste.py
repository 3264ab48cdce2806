"""Paste: what an address, a sender, a profile's lines or a card say, without asking the network."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Platform
from exitzero.work.outreach.paste import read_paste
from exitzero.work.outreach.slugs import name_from, role_from

PEOPLE = [
    ("https://www.linkedin.com/in/ada-lovelace-1a2b3c", "Ada Lovelace", "linkedin"),
    ("linkedin.com/in/ada-lovelace-1a2b3c4d/?originalSubdomain=uk", "Ada Lovelace", "linkedin"),
    ("https://de.linkedin.com/in/j%C3%B6rg-beispiel-mba", "Jörg Beispiel", "linkedin"),
    ("https://www.linkedin.com/in/ludwig-van-example-984772/overlay/contact-info/", "Ludwig van Example", "linkedin"),
    ("https://www.linkedin.com/in/adalovelace", "Adalovelace", "linkedin"),
    ("https://www.linkedin.com/in/ACoAAB12345", "", "linkedin"),
    ("https://x.com/ada_lovelace/status/123", "Ada Lovelace", "x"),
    ("https://twitter.com/ada99", "ada99", "x"),
    ("@ada_l", "Ada L", "x"),
    ("https://github.com/ada/engine/pull/3", "Ada", "github"),
    ("https://wellfound.com/u/ada-lovelace", "Ada Lovelace", "wellfound"),
    ("https://t.me/ada_lovelace", "Ada Lovelace", "telegram"),
    ("https://wa.me/4915550100", "", "whatsapp"),
    ("https://discord.com/users/123", "", "discord"),
]

COMPANIES = [
    ("https://www.linkedin.com/company/analytical-engines/about/", "Analytical Engines", "", "linkedin"),
    ("https://www.linkedin.com/company/12345", "", "", "linkedin"),
    ("https://www.linkedin.com/jobs/view/senior-ml-engineer-at-analytical-engines-3812345678/?refId=x",
     "Analytical Engines", "Senior ML Engineer", "linkedin"),
    ("https://www.linkedin.com/jobs/view/3812345678", "", "", "linkedin"),
    ("https://www.linkedin.com/jobs/search/?currentJobId=3812345678&geoId=1", "", "", "linkedin"),
    ("https://github.com/orgs/analytical-engines/people", "Analytical Engines", "", "github"),
    ("https://wellfound.com/company/acme", "Acme", "", "wellfound"),
    ("https://wellfound.com/company/acme/jobs/1234-staff-engineer", "Acme", "Staff Engineer", "wellfound"),
    ("https://wellfound.com/jobs/1234567-senior-designer", "", "Senior Designer", "wellfound"),
    ("https://boards.greenhouse.io/acme/jobs/4000001?gh_src=abc", "Acme", "", "portal"),
    ("https://job-boards.eu.greenhouse.io/acme-robotics/jobs/4000001", "Acme Robotics", "", "portal"),
    ("https://boards.greenhouse.io/embed/job_app?for=acme&token=123", "Acme", "", "portal"),
    ("https://jobs.lever.co/acme/0a1b2c3d-1111-2222-3333-444455556666/apply", "Acme", "", "portal"),
    ("https://jobs.ashbyhq.com/Acme%20Robotics/0a1b2c3d-1111-2222-3333-444455556666", "Acme Robotics", "", "portal"),
    ("https://acme.wd5.myworkdayjobs.com/en-US/External/job/Berlin/Senior-Engineer--Platform_R-12345",
     "Acme", "Senior Engineer Platform", "portal"),
    ("https://wd5.myworkdaysite.com/recruiting/acme/Careers/job/Berlin/Data-Engineer_JR123", "Acme", "Data Engineer",
     "portal"),
    ("https://apply.workable.com/acme/j/AB12CD34EF/", "Acme", "", "portal"),
    ("https://jobs.smartrecruiters.com/AcmeInc/743999-senior-qa-engineer", "AcmeInc", "Senior QA Engineer", "portal"),
    ("https://acme.recruitee.com/o/head-of-design", "Acme", "Head of Design", "portal"),
    ("https://acme.jobs.personio.de/job/123456?language=de", "Acme", "", "portal"),
    ("https://acme.bamboohr.com/careers/12", "Acme", "", "portal"),
    ("https://acme.teamtailor.com/jobs/123456-product-manager", "Acme", "Product Manager", "portal"),
    ("https://careers-acme.icims.com/jobs/1234/site-reliability-engineer/job", "Acme", "Site Reliability Engineer",
     "portal"),
    ("https://acme.breezy.hr/p/0a1b2c3d4e5f-ios-developer", "Acme", "iOS Developer", "portal"),
    ("https://www.welcometothejungle.com/en/companies/acme/jobs/data-analyst_paris", "Acme", "Data Analyst", "portal"),
    ("https://www.ycombinator.com/companies/acme/jobs/aBcDeFg-founding-engineer", "Acme", "Founding Engineer",
     "portal"),
    ("https://join.com/companies/acme/123-office-manager", "Acme", "Office Manager", "portal"),
    ("https://www.indeed.com/viewjob?jk=0a1b2c3d", "", "", "portal"),
    ("https://www.indeed.com/cmp/Acme-Robotics", "Acme Robotics", "", "portal"),
    ("https://careers.acme.example/jobs/123-backend-engineer", "Acme", "Backend Engineer", "other"),
    ("https://www.acme-robotics.co.uk/about", "Acme Robotics", "", "other"),
]  # fmt: skip


@pytest.mark.parametrize(("link", "name", "platform"), PEOPLE)
def test_a_profiles_link_names_a_person(link: str, name: str, platform: str) -> None:
    """The name is guessed from the address; an id is no name."""
    draft = read_paste(link)
    assert (draft.kind, draft.name, draft.platform) == (Kind.PERSON, name, platform)
    assert draft.link.startswith("https://")


@pytest.mark.parametrize(("link", "name", "role", "platform"), COMPANIES)
def test_a_company_or_job_link_names_company_and_role(link: str, name: str, role: str, platform: str) -> None:
    """Each portal has its own place for the company and, where it says it at all, for the role."""
    draft = read_paste(link)
    assert (draft.kind, draft.name, draft.role, draft.platform) == (Kind.COMPANY, name, role, platform)
    assert draft.link


def test_what_follows_a_person_through_sites_is_left_out_of_the_link() -> None:
    """Trackers go, what names the job stays."""
    draft = read_paste("https://boards.greenhouse.io/acme/jobs/7?gh_jid=7&gh_src=abc&utm_source=x#app")
    assert draft.link == "https://boards.greenhouse.io/acme/jobs/7?gh_jid=7"


PROFILE = """
Ada Lovelace
Ada Lovelace
(She/Her)
 · 1st
Chief Technology Officer at Analytical Engines | Mathematics
London, England, United Kingdom · Contact info
500+ connections
Message
More
https://www.linkedin.com/in/ada-l-99
"""


def test_the_lines_of_a_profile_page_fill_the_form() -> None:
    """Buttons and counts go, the headline is role and company, the rest is kept in the notes."""
    draft = read_paste(PROFILE)
    assert draft == Draft(
        "Ada Lovelace", company="Analytical Engines", role="Chief Technology Officer", platform=Platform.LINKEDIN,
        link="https://www.linkedin.com/in/ada-l-99",
        notes="Chief Technology Officer at Analytical Engines | Mathematics\n"
        "London, England, United Kingdom · Contact info",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "draft"),
    [
        ("Ada Lovelace\nCTO at Acme", Draft("Ada Lovelace", company="Acme", role="CTO")),
        ("Ada Lovelace, PhD\nCTO @ Acme", Draft("Ada Lovelace", company="Acme", role="CTO")),
        ("Ada Lovelace", Draft("Ada Lovelace")),
        ("Ada Lovelace <ada@acme.example>",
         Draft("Ada Lovelace", company="Acme", email="ada@acme.example", platform=Platform.EMAIL)),
        ('From: "Ada Lovelace" <ada@gmail.com>', Draft("Ada Lovelace", email="ada@gmail.com", platform=Platform.EMAIL)),
        ("mailto:ada.lovelace@acme.example?subject=Hello",
         Draft("Ada Lovelace", company="Acme", email="ada.lovelace@acme.example", platform=Platform.EMAIL)),
        ("recruiting@acme.example",
         Draft("", company="Acme", email="recruiting@acme.example", platform=Platform.EMAIL)),
        ("Kay Example\nkay@gmail.com\nhttps://github.com/kay",
         Draft("Kay Example", email="kay@gmail.com", platform=Platform.GITHUB, link="https://github.com/kay")),
        ("Acme hiring Staff Engineer in Berlin | LinkedIn\nhttps://www.linkedin.com/jobs/view/123",
         Draft("Acme", Kind.COMPANY, role="Staff Engineer", platform=Platform.LINKEDIN,
               link="https://www.linkedin.com/jobs/view/123")),
        ("Staff Engineer at Acme\nhttps://jobs.lever.co/acme/1",
         Draft("Acme", Kind.COMPANY, role="Staff Engineer", platform=Platform.PORTAL,
               link="https://jobs.lever.co/acme/1")),
        ("https://acme.example and https://www.linkedin.com/in/ada-lovelace",
         Draft("Ada Lovelace", platform=Platform.LINKEDIN, link="https://www.linkedin.com/in/ada-lovelace",
               links=("https://acme.example",), notes="and")),
        ("BEGIN:VCARD\nVERSION:3.0\nFN:Ada\nORG:Acme\nEND:VCARD", Draft("Ada", company="Acme")),
    ],
)  # fmt: skip
def test_a_text_fills_the_form(text: str, draft: Draft) -> None:
    """Senders, signatures, page titles and cards."""
    assert read_paste(text) == draft


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Paste a profile"),
        (" \n\t", "Paste a profile"),
        ("Message\nConnect", "Paste a profile"),
        ("please remember to buy milk, eggs and so on!", "buy milk"),
        ("BEGIN:VCARD\nFN:A\nEND:VCARD\nBEGIN:VCARD\nFN:B\nEND:VCARD", "2 contacts"),
        ("BEGIN:VCARD\nNOTE:x\nEND:VCARD", "name"),
        ("x" * 20_001, "too long"),
    ],
)
def test_a_text_without_a_target_is_refused_in_words(text: str, words: str) -> None:
    """It says what to paste instead, or quotes what was not understood."""
    with pytest.raises(BadInput, match=words) as refused:
        read_paste(text)
    assert refused.value.field == "paste"


@pytest.mark.parametrize(
    ("slug", "name"),
    [("ada", "Ada"), ("ada-b-c-1234abcd", "Ada B C"), ("anne-marie-example-phd", "Anne Marie Example"), ("1234", "")],
)
def test_names_from_slugs(slug: str, name: str) -> None:
    """Ids and titles at the end are no part of a name."""
    assert name_from(slug) == name


def test_an_id_is_no_role() -> None:
    """A bare id says nothing."""
    assert role_from("0a1b2c3d-1111-2222-3333-444455556666") == ""
    assert role_from("4000001") == ""


@given(st.text(max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    """No text on a clipboard is a fault of the program."""
    with contextlib.suppress(BadInput):
        assert read_paste(text) != Draft("")


def test_a_long_text_of_one_sort_is_read_at_once() -> None:
    """No pattern looks at the same signs again and again."""
    for text in ("a" * 20_000, "a." * 10_000, "a@" * 10_000, " " * 20_000, "-" * 20_000, "<" * 20_000, "a b " * 5_000):
        with contextlib.suppress(BadInput):
            read_paste(text)
