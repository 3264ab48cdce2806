"""Targets of every shape for the round trips: quotes, signs, other scripts, empty fields."""

from datetime import date

from hypothesis import strategies as st

from exitzero.core.errors import BadInput
from exitzero.work.outreach.draft import Draft, Kind, Platform, Stage

_SIGNS = st.sampled_from(list(" ,;:\"'\\@#!~+-=*&|<>()[]{}%éßñ漢字😀\u2028\ufeff\u00a0"))
WORDS = st.sampled_from(
    [
        "co",
        "company:",
        "Acme",
        "Inc.",
        "fri",
        "tomorrow",
        "2026-12-01",
        "+3d",
        "@",
        "#",
        "n/a",
        "=1+1",
        "'=x",
        "a/b.io/c",
    ]
)
TEXT = st.one_of(st.text(_SIGNS, max_size=20), st.lists(WORDS, max_size=4).map(" ".join))
NOTES = st.one_of(TEXT, st.text(st.sampled_from(list('ab\n\r\t\\";,= ')), max_size=20))
LINKS = st.sampled_from(
    ["https://www.linkedin.com/in/ada-lovelace", "http://acme.example/a,b;c", "https://x.com/ada?a=1&b=%20#top,",
     "https://acme.example/\"q\"", "https://münchen.example/ü", "HTTPS://EXAMPLE.ORG/", "https://a.example/it's"]
)  # fmt: skip
EMAILS = st.sampled_from(
    ["ada@example.org", "a.b+c@mail.example.co.uk", "-x@example.org", "=y@example.org", "ü@ex.org"]
)
KEYS = st.one_of(st.sampled_from(["salary", "priority", "phone", "Größe", "own-key"]), TEXT)


def _checked(draft: Draft) -> Draft | None:
    try:
        return draft.checked()
    except BadInput:
        return None


def drafts(keys: st.SearchStrategy[str] = KEYS) -> st.SearchStrategy[Draft]:
    """Checked targets of both kinds."""
    built = st.builds(
        Draft,
        name=TEXT,
        kind=st.sampled_from(Kind),
        company=TEXT,
        role=TEXT,
        platform=st.sampled_from(Platform),
        link=st.one_of(st.just(""), LINKS),
        email=st.one_of(st.just(""), EMAILS),
        stage=st.sampled_from(Stage),
        tags=st.lists(TEXT, max_size=3).map(tuple),
        notes=NOTES,
        source=TEXT,
        fields=st.dictionaries(keys, TEXT, max_size=3),
        follow_up=st.one_of(st.none(), st.dates(date(1990, 1, 1), date(2100, 1, 1))),
        links=st.lists(LINKS, max_size=3).map(tuple),
    )
    return built.map(_checked).filter(lambda draft: draft is not None).map(lambda draft: draft or Draft("never"))
