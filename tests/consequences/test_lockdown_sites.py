"""What a lock is made of: shipped groups that the helper takes, names as people paste them, lists from elsewhere."""

from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.consequences.lockdown_limits import LIMITS, THREAT_MODEL, WAYS_OUT
from exitzero.consequences.lockdown_sites import (
    expanded,
    groups,
    imported,
    normal,
    read,
    refused,
    why_words,
)
from exitzero.core.errors import BadInput
from exitzero.lockdown.policy import PROTECTED, Policy, Why

ALL = tuple(host for group in groups().values() for host in group.hosts)


def test_the_groups_that_the_product_promises_are_there_each_with_sites() -> None:
    """Six groups, none of them for show."""
    assert list(groups()) == ["video", "social", "news", "games", "chat", "shopping"]
    assert all(len(group.sites) >= 8 and group.title for group in groups().values())


def test_no_shipped_name_is_refused_by_the_helper() -> None:
    """A group with one refused name would make the whole lock fail."""
    assert refused(ALL, hostname="ez-desk") == {}


def test_everything_together_stays_within_what_the_helper_takes() -> None:
    """500 of 600: a hundred are left for one's own."""
    assert len(ALL) <= 500


def test_no_name_is_in_two_groups_or_two_sites() -> None:
    """Else choosing one would choose part of another."""
    counted = Counter(host for group in groups().values() for site in group.sites for host in site.hosts)
    assert [host for host, times in counted.items() if times > 1] == []


def test_every_shipped_name_is_written_as_it_is_blocked() -> None:
    """What the file says is what stands in the hosts file."""
    assert [host for host in ALL if normal(host) != host] == []


def test_known_companions_come_along() -> None:
    """A video site is not out of reach while its short links and its players answer."""
    video = groups()["video"].hosts
    assert {"youtube.com", "www.youtube.com", "m.youtube.com", "youtu.be", "youtube-nocookie.com"} <= set(video)
    assert "gql.twitch.tv" in video


@pytest.mark.parametrize(
    ("typed", "host"),
    [
        ("youtube.com", "youtube.com"),
        ("  HTTPS://Someone:pw@WWW.YouTube.com:443/watch?v=1#t  ", "www.youtube.com"),
        ("x.com:8080", "x.com"),
        ("//x.com/path", "x.com"),
        ("reddit.com.", "reddit.com"),
        ("*.reddit.com", "reddit.com"),
        (".reddit.com", "reddit.com"),
        ("x.com/home@me", "x.com"),
        ("Bücher.de", "xn--bcher-kva.de"),
        ("Bu\u0308cher。de", "xn--bcher-kva.de"),
        ("straße.de", "xn--strae-oqa.de"),
        ("हिन्दी.com", "xn--j2bd4cyah0f.com"),
        ("xn--bcher-kva.de", "xn--bcher-kva.de"),
        ("ｅｘａｍｐｌｅ.com", "example.com"),
    ],
)
def test_what_is_typed_or_pasted_becomes_a_host_name(typed: str, host: str) -> None:
    """Links, ports, capitals, dots at the end, wildcards, other scripts (as browsers write them today)."""
    assert normal(typed) == host
    assert normal(host) == host


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("", "Write the name"),
        ("youtube", "no dot"),
        ("localhost", "no dot"),
        ("1.2.3.4", "network address"),
        ("http://127.1/", "network address"),
        ("[::1]:80", "network address"),
        ("2001:db8::1", "network address"),
        ("someone@gmail.com", "e-mail"),
        ("mailto:someone@gmail.com", "e-mail"),
        ("you tube.com", "space"),
        ("file:///etc/passwd", "not the address of a web site"),
        ("javascript:alert(1)", "letters, digits"),
        ("a_b.com", "letters, digits"),
        ("-a.com", "letters, digits"),
        ("a..com", "letters, digits"),
        ("☃.com", "letters, digits"),
        ("x.com:http", "letters, digits"),
        ("a" * 300 + ".com", "253"),
    ],
)
def test_what_is_no_name_is_refused_with_its_reason(typed: str, words: str) -> None:
    """The person learns what to change."""
    with pytest.raises(BadInput, match=words) as caught:
        normal(typed)
    assert caught.value.field == "sites"
    assert len(caught.value.message) < 220


@given(st.text(max_size=60))
def test_any_text_is_a_name_or_bad_input(text: str) -> None:
    """Whatever is pasted: a name that the helper would read as one, or one kind of error."""
    try:
        host = normal(text)
    except BadInput:
        return
    assert Policy(hostname="").why_not(host) in {None, Why.RESERVED, *PROTECTED.values()}
    assert normal(host) == host


def test_own_names_are_taken_with_their_usual_forms() -> None:
    """A hosts file has no wildcards."""
    assert expanded(["Example.org", "http://example.org/x"]) == ("example.org", "m.example.org", "www.example.org")
    assert expanded(["www.example.org"]) == expanded(["example.org"])


def test_an_own_name_of_a_known_site_takes_the_whole_site() -> None:
    """Whoever types reddit.com does not want to be left with old.reddit.com."""
    assert {"old.reddit.com", "v.redd.it", "www.reddit.com"} <= set(expanded(["m.reddit.com"]))
    assert {"youtu.be", "music.youtube.com"} <= set(expanded(["youtube.com"]))
    assert "web.whatsapp.com" in expanded(["whatsapp.com"])


def test_a_part_of_a_known_site_stays_a_part() -> None:
    """Whoever types old.reddit.com meant just that."""
    assert "reddit.com" not in expanded(["old.reddit.com"])


def test_expanding_what_was_expanded_adds_no_other_site() -> None:
    """Lists that go round do not grow into other sites."""
    assert set(expanded(["youtube.com"])) <= set(expanded(expanded(["youtube.com"])))
    assert not {host for host in expanded(["youtube.com"]) if "reddit" in host}


LIST = """\ufeff# Title: a list\r
127.0.0.1 localhost\r
0.0.0.0 ads.example.org other.example.org # both\r
::1 six.example.org
10.0.0.5 build.example.org
## a comment
plain.example.org
one.example.org, two.example.org;three.example.org

! Adblock comment
[Adblock Plus 2.0]
||blocked.example.org^
||asked.example.org^$third-party
||important.example.org^$important
||part.example.org/path
@@||exception.example.org^
example.org##.banner
##.everywhere
https://link.example.org/page#top
not_a_name.example.org
0.0.0.0 0.0.0.0
plain.example.org"""


def test_a_list_from_elsewhere_is_read_in_every_usual_form() -> None:
    """Hosts lines, names, Adblock rules, links; each name once, in order."""
    names, _ = imported(LIST)
    assert names == tuple(
        f"{name}.example.org"
        for name in (
            "ads", "other", "six", "plain", "one", "two", "three", "blocked", "important", "link",
        )
    )  # fmt: skip


def test_every_line_that_was_not_taken_is_told_with_its_number() -> None:
    """None is lost: a list that silently shrinks would be believed."""
    _, problems = imported(LIST)
    assert [problem.line for problem in problems] == [2, 5, 13, 15, 16, 17, 18, 20, 21]
    assert str(problems[1]).startswith("Line 5: '10.0.0.5 build.example.org': It leads to 10.0.0.5")
    assert all(problem.message for problem in problems)


@given(st.lists(st.text(alphabet="ab.#|^$@!/: \u2028\x0bü", max_size=12), max_size=6))
def test_each_line_gives_a_name_a_problem_or_is_empty_or_a_comment(lines: list[str]) -> None:
    """The same over any lines."""
    for line in lines:
        names, problems = imported(f"\n{line}\n")
        text = line.strip()
        assert names or problems or not text.strip(" ,;\t\x0b\u2028") or text.startswith(("#", "!"))
        assert all(problem.line == 2 for problem in problems)


def test_a_large_list_is_read_at_once() -> None:
    """Public lists have a hundred thousand lines; every one is read, and what is too much is not this function's."""
    names, problems = imported("".join(f"0.0.0.0 host{number}.example.org\n" for number in range(20_000)))
    assert (len(names), problems) == (20_000, ())


@pytest.mark.parametrize("why", list(Why))
def test_every_reason_of_the_helper_has_a_sentence(why: Why) -> None:
    """No code word reaches the screen."""
    words = why_words(why)
    assert words.endswith(".")
    assert str(why) not in words or str(why).isalpha()


def test_the_sentences_differ() -> None:
    """One reason, one sentence."""
    assert len({why_words(why) for why in Why}) == len(Why)


def test_refused_names_come_with_their_sentence() -> None:
    """What the machine, the work and the person's safety need, and the machine's own name."""
    told = refused(["leetcode.com", "youtube.com", "desk.lan.net", "google.com", "bad.local"], hostname="desk")
    assert set(told) == {"leetcode.com", "desk.lan.net", "google.com", "bad.local"}
    assert told["leetcode.com"] == why_words(Why.TRUTH_SOURCE)
    assert told["desk.lan.net"] == why_words(Why.OWN_NAME)
    assert refused(["club.org"], hostname="desk", extra=["club.org"]) == {"club.org": why_words(Why.OWN_RULE)}


def test_a_broken_file_of_groups_names_its_line(tmp_path: Path) -> None:
    """A mistake in the shipped file is found by its line, not by a missing site."""
    file = tmp_path / "sites.txt"
    file.write_text("# c\n[video] Video\nno colon here\n")
    with pytest.raises(ValueError, match="line 3"):
        read(file)
    file.write_text("Before any group: x.com\n")
    with pytest.raises(ValueError, match="line 1"):
        read(file)


def test_what_a_lock_cannot_stop_is_said_whole() -> None:
    """Each way round that was found has its place on the page, with what can be done about it."""
    told = " ".join(f"{limit.title} {limit.words} {limit.remedy}" for limit in LIMITS).lower()
    for route in (
        "open tab", "firefox", "vpn", "proxy", "tor", "phone", "address", "administrator", "flatpak", "apps",
        "virtual machine", "clock", "own line", "flag", "relay", "minute",
    ):  # fmt: skip
        assert route in told, route
    assert all(limit.title and limit.words.endswith(".") and limit.remedy.endswith(".") for limit in LIMITS)
    assert len({limit.title for limit in LIMITS}) == len(LIMITS)


def test_the_way_out_is_a_ladder_that_ends_by_hand() -> None:
    """Nobody is ever stuck, not even without the program."""
    assert len(WAYS_OUT) == 5
    assert "verified" in WAYS_OUT[0].words
    assert "15 minutes" in WAYS_OUT[2].words
    assert "# exitzero" in WAYS_OUT[4].words
    assert "speed bump" in THREAT_MODEL
    assert "24 hours" in THREAT_MODEL
