"""Names read back out of the ends of addresses: ``ada-lovelace-1a2b3c``, ``senior-ml-engineer``.

Why it exists: sites build these ends in the same few ways, and a wrong guess (an id taken for a name) costs more
than none.
"""

import re
from urllib.parse import unquote

_TITLES = frozenset({"mba", "phd", "md", "cfa", "cpa", "pmp", "msc", "bsc", "shrm", "sphr", "cissp"})
_PARTICLES = frozenset({"van", "von", "de", "der", "den", "da", "di", "del", "la", "du", "bin", "al", "ten", "ter"})
_SHORT_ROLES = frozenset(
    {"ai", "ml", "qa", "ui", "ux", "it", "hr", "vp", "cto", "ceo", "cfo", "coo", "sre", "api", "ios", "sdet", "ii",
     "iii", "iv", "aws", "sql", "php", "usa", "uk", "emea", "nlp", "devops", "pm", "swe"}
)  # fmt: skip
_SPELLED = {"ios": "iOS", "devops": "DevOps"}
_SMALL_ROLES = frozenset({"of", "and", "for", "the", "in", "to", "with", "at"})


def name_from(slug: str) -> str:
    """A person's name from the end of an address: ``ada-lovelace-1a2b3c`` is Ada Lovelace."""
    parts = [part for part in re.split(r"[-_.\s+]+", unquote(slug)) if part]
    kept = [part for part in parts if not any(sign.isdigit() for sign in part)]
    while len(kept) > 1 and (
        kept[-1].lower() in _TITLES or (len(kept[-1]) >= 8 and re.fullmatch(r"[a-f]+", kept[-1].lower()))
    ):
        kept.pop()
    return " ".join(
        part.lower() if at and part.lower() in _PARTICLES else part[:1].upper() + part[1:]
        for at, part in enumerate(kept)
    )


def company_from(slug: str) -> str:
    """A company's name from the end of an address: ``analytical-engines`` is Analytical Engines."""
    words = [word for word in re.split(r"[-_\s+]+", unquote(slug)) if word]
    return " ".join(word[:1].upper() + word[1:] for word in words)


def role_from(slug: str) -> str:
    """A role from the end of a job's address: ``123-senior-ml-engineer`` is Senior ML Engineer; empty for a bare id."""
    text = re.sub(r"_(?:JR|R|REQ|ID)?-?\d[\w-]*$", "", unquote(slug), flags=re.IGNORECASE)
    words = [word for word in re.split(r"[-_\s+]+", text) if word and not any(sign.isdigit() for sign in word)]
    if not words or (len(words) == 1 and len(words[0]) > 24) or re.fullmatch(r"[0-9a-f-]{32,}", slug.lower()):
        return ""
    return " ".join(_role_word(word, at) for at, word in enumerate(words))


def _role_word(word: str, at: int) -> str:
    low = word.lower()
    if low in _SPELLED:
        return _SPELLED[low]
    if low in _SHORT_ROLES:
        return low.upper()
    return low if at and low in _SMALL_ROLES else word[:1].upper() + word[1:]
