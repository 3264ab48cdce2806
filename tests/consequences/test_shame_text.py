"""The words of a shame post: the day's facts, never the same twice, as long as the channel counts, calling nobody."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exitzero.consequences.shame_text import (
    DEFAULTS,
    FIELDS,
    Bluntness,
    ShameFacts,
    check_template,
    default_template,
    is_repeated,
    links,
    mentions,
    rendered,
    x_length,
)
from exitzero.core.errors import BadInput

FACTS = ShameFacts(
    label=date(2026, 11, 20),
    missing=("LeetCode", "outreach"),
    due=3,
    exit_code=3,
    deadline="23:59",
    streak_lost=12,
    failures=4,
)
LATEST = date(2026, 1, 1) + timedelta(days=3650)


def test_every_field_is_filled_with_the_days_facts() -> None:
    """All of them in one template."""
    text = rendered(" | ".join(f"{{{name}}}" for name in FIELDS), FACTS)
    assert text == "2026-11-20 | Friday | LeetCode, outreach | 2 | 1 | 3 | 3 | 23:59 | 12 | 4"


@pytest.mark.parametrize(
    "template",
    [
        "",
        "  ",
        "{nobody}",
        "{date.year}",
        "{date!r}",
        "{date:>10}",
        "{}",
        "{0}",
        "{missing[0]}",
        "open {date",
        "x" * 2001,
    ],
)
def test_a_template_that_could_fail_at_midnight_is_refused_when_typed(template: str) -> None:
    """A failed day is no time for a syntax error."""
    with pytest.raises(BadInput) as bad:
        check_template(template)
    assert bad.value.field == "shame.template"


def test_braces_can_be_written() -> None:
    """Doubled, as in any format string."""
    assert rendered("{{{date}}} {met}", FACTS) == "{2026-11-20} 1"


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("I failed.", "I failed.\n2026-11-20 · 1 of 3"),
        ("I failed on {date}.", "I failed on 2026-11-20.\n1 of 3"),
        ("I missed {count}.", "I missed 2.\n2026-11-20"),
        ("{date}: {met}", "2026-11-20: 1"),
    ],
)
def test_the_day_and_the_counts_are_always_in(template: str, text: str) -> None:
    """Channels refuse the same words twice, and so do readers."""
    assert rendered(template, FACTS) == text


@given(
    st.sampled_from(["I failed.", *(one for variants in DEFAULTS.values() for one in variants)]),
    st.lists(st.dates(date(2026, 1, 1), LATEST), min_size=2, max_size=6, unique=True),
)
def test_no_two_days_have_the_same_text(template: str, days: list[date]) -> None:
    """Whatever else is equal about them."""
    texts = [rendered(template, ShameFacts(day, ("LeetCode",), 1, 1, "23:59")) for day in days]
    for index, text in enumerate(texts):
        assert not is_repeated(text, texts[:index])


def test_a_text_that_was_posted_is_known_again() -> None:
    """Case and spaces do not make another text."""
    assert is_repeated("I  failed\ntoday", ["something", "i failed TODAY "])
    assert not is_repeated("I failed today", ["I failed yesterday"])


@pytest.mark.parametrize("level", Bluntness)
def test_our_own_words_fit_into_every_channel(level: Bluntness) -> None:
    """The shortest is X; they hold no link, call nobody, and change from day to day."""
    facts = ShameFacts(date(2026, 9, 30), ("LeetCode", "outreach", "mock interviews"), 3, 127, "23:59", 365, 30)
    seen: list[str] = []
    for offset in range(7):
        template = default_template(level, facts.label + timedelta(days=offset))
        text = rendered(template, facts)
        assert x_length(text) <= 280
        assert links(text) == ()
        assert mentions(text) == ()
        assert seen[-1:] != [template]
        seen.append(template)


@pytest.mark.parametrize(
    "template",
    [
        "thanks @boss {date}",
        "＠boss",
        ".@boss",
        "@{weekday}",
        "{missing}@boss",
        "@everyone",
        "<!channel>",
        "<@123>",
        "(@a)",
    ],
)
def test_nobody_is_called_who_did_not_agree(template: str) -> None:
    """Also not by putting a name together from a field."""
    with pytest.raises(BadInput, match="agreed"):
        check_template(template)


def test_a_friend_who_agreed_may_be_called() -> None:
    """By the name that was agreed to, and no other."""
    check_template("@Friend, hold me to it. {date}", consented=["friend"])
    with pytest.raises(BadInput):
        check_template("@friends {date}", consented=["friend"])


def test_a_mail_address_calls_nobody() -> None:
    """The sign stands within a word."""
    assert mentions("write to me@example.org") == ()


@given(st.text(max_size=60))
def test_whatever_a_clause_is_called_it_calls_nobody(name: str) -> None:
    """Facts come from outside and have agreed to nothing."""
    text = rendered(
        "{date} {met}: {missing}.", ShameFacts(date(2026, 11, 20), (name, f"@{name}", f"<!{name}"), 3, 1, "")
    )
    assert mentions(text) == ()


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", 0),
        ("plain", 5),
        ("é", 1),
        ("e\u0301", 1),
        ("“quoted” – it’s", 15),
        ("面接", 4),
        ("한국", 4),
        ("😀", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇩🇪", 2),
        ("1️⃣", 2),
        ("❤️", 2),
        ("https://example.org/a/very/long/path/that/goes/on?and=on", 23),
        ("see https://a.io.", 28),
        ("a → b", 6),
    ],
)
def test_x_counts_letters_its_own_way(text: str, length: int) -> None:
    """Its published rules: most letters 1, East Asian and emoji 2, a link 23."""
    assert x_length(text) == length


@given(st.text(alphabet=st.characters(max_codepoint=0x2FF, exclude_characters=".@:/#*0123456789©®"), max_size=80))
def test_without_links_and_signs_x_counts_plain_letters(text: str) -> None:
    """Latin text is as long as it looks."""
    import unicodedata

    assert x_length(text) == len(unicodedata.normalize("NFC", text))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("at https://example.org/x, now", ("https://example.org/x",)),
        ("at example.org.", ("example.org",)),
        ("23:59. Missing", ()),
        ("me@example.org", ()),
        ("v1.2.3 and 3.5", ()),
        ("exit 1. Next", ()),
    ],
)
def test_links_are_what_x_would_bill(text: str, found: tuple[str, ...]) -> None:
    """Bare names count, numbers and ends of sentences do not."""
    assert links(text) == found
