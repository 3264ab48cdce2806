"""What a shame post says. Pure, so that the preview, the rehearsal and the post can never differ: templates with the
day's facts, how long a text is for a channel, what it links to, and whom it would call by name."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from string import Formatter

from exitzero.core.errors import BadInput

FIELD = "shame.template"
LONGEST_TEMPLATE = 2000
X_LIMIT = 280
X_LINK = 23

# Not strftime: Qt sets the process's locale, and a text must not depend on who imported what.
_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


class Bluntness(StrEnum):
    """How hard the words are."""

    MILD = "mild"
    PLAIN = "plain"
    HARSH = "harsh"


@dataclass(frozen=True, slots=True)
class ShameFacts:
    """The day's facts that a template may use. ``missing`` names the clauses not met, ``due`` is how many were owed.

    ``deadline`` is a wall-clock time in the day's own zone. ``failures`` counts the failed days of the last thirty,
    this one included; ``streak_lost`` is the length of the streak that ended.
    """

    label: date
    missing: tuple[str, ...]
    due: int
    exit_code: int
    deadline: str
    streak_lost: int = 0
    failures: int = 1


FIELDS = {
    "date": "the day, as 2026-11-20",
    "weekday": "its name, as Friday",
    "missing": "what was not done",
    "count": "how many clauses were missed",
    "met": "how many were met",
    "due": "how many were owed",
    "exit_code": "the day's exit code",
    "deadline": "when it was due, as 23:59",
    "streak_lost": "the length of the streak that ended, in days",
    "failures": "failed days among the last thirty",
}
"""What a template may name, each with what it stands for."""

# Several a level: no two days in a row read alike, even with the numbers left out.
DEFAULTS = {
    Bluntness.MILD: (
        "I did not finish my day. {date}: {met} of {due} done by {deadline}, still missing: {missing}. Tomorrow again.",
        "{weekday}, {date}: I owed {due} and did {met}. Missing: {missing}. Ask me tomorrow how it went.",
        "A small confession for {date}: {count} of {due} left undone ({missing}). It is on me.",
    ),
    Bluntness.PLAIN: (
        "I failed my day. {date}, due {deadline}: {missing} not done ({met} of {due}). exit {exit_code}",
        "Process finished with exit code {exit_code}. {weekday} {date}, {met} of {due}. Not done: {missing}. "
        "Failed days this month: {failures}.",
        "{date}: I said I would, and I did not. Missing: {missing} ({count} of {due}). A streak of {streak_lost} ends.",
    ),
    Bluntness.HARSH: (
        "I had the whole of {weekday} and wasted it. {date}: {met} of {due}. Never even done: {missing}. "
        "Failure {failures} in 30 days. exit {exit_code}",
        "Excuses: many. Work: {met} of {due}. {date}, deadline {deadline}, not done: {missing}. Hold it against me.",
        "I lied to myself again. {date}: {missing} undone, {count} of {due} broken, a streak of {streak_lost} in the "
        "bin.",
    ),
}


def check_template(template: str, *, consented: Collection[str] = ()) -> None:
    """Raise :class:`BadInput` on ``shame.template`` for what could not be posted on a failed day.

    ``consented`` are the names (without @) of people who agreed to be mentioned.
    """
    if not template.strip():
        raise BadInput(FIELD, "A shame post needs a text.")
    if len(template) > LONGEST_TEMPLATE:
        raise BadInput(FIELD, f"The text may have {LONGEST_TEMPLATE} characters at most.")
    # A value may begin or end with a letter or not; "@{weekday}" calls somebody either way.
    apart, together = "", ""
    for text, name, spec, conversion in _parts(template):
        apart += text
        together += text
        if name is None:
            continue
        apart += " "
        together += "x"
        if name not in FIELDS or spec or conversion:
            shown = "{" + name + "}"
            raise BadInput(FIELD, f"There is no {shown}; use {', '.join('{' + one + '}' for one in FIELDS)}.")
    named = (*mentions(apart), *mentions(together))
    strangers = [one for one in named if one.lstrip("@＠").casefold() not in {c.casefold() for c in consented}]
    if strangers:
        raise BadInput(FIELD, f"{strangers[0]} would be called into this; name only people who agreed to it.")


def rendered(template: str, facts: ShameFacts, *, consented: Collection[str] = ()) -> str:
    """The text for one day. Where the template names neither the day nor a count, a line with both is added, so that
    no two days read the same. Raises :class:`BadInput` like :func:`check_template`.
    """
    check_template(template, consented=consented)
    count = len(facts.missing)
    values = {
        "date": facts.label.isoformat(),
        "weekday": _WEEKDAYS[facts.label.weekday()],
        "missing": ", ".join(_harmless(one) for one in facts.missing) or "nothing",
        "count": str(count),
        "met": str(max(0, facts.due - count)),
        "due": str(facts.due),
        "exit_code": str(facts.exit_code),
        "deadline": facts.deadline,
        "streak_lost": str(facts.streak_lost),
        "failures": str(facts.failures),
    }
    parts = _parts(template)
    text = "".join(literal + (values[name] if name is not None else "") for literal, name, _, _ in parts).strip()
    used = {name for _, name, _, _ in parts}
    tail = [values["date"]] if "date" not in used else []
    if not used & {"count", "met"}:
        tail.append(f"{values['met']} of {values['due']}")
    return unicodedata.normalize("NFC", f"{text}\n{' · '.join(tail)}" if tail else text)


def default_template(level: Bluntness, label: date, *, streak_lost: int = 1) -> str:
    """Our own words for that day; the next day has others. No streak is mourned where none was lost."""
    variants = [words for words in DEFAULTS[level] if streak_lost or "{streak_lost}" not in words]
    return variants[label.toordinal() % len(variants)]


def is_repeated(text: str, earlier: Iterable[str]) -> bool:
    """True if an earlier text reads the same but for case and spaces: channels refuse that, and readers too."""
    wanted = _bare(text)
    return any(_bare(one) == wanted for one in earlier)


# ---------------------------------------------------------------------------------------------- links, names, length

_LINK = re.compile(
    r"(?i)(?:\bhttps?://[^\s<>\"]+[^\s<>\"'.,;:!?)\]}]"
    r"|(?<![@\w.-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,24}(?:/[^\s<>\"]*[^\s<>\"'.,;:!?)\]}])?(?![\w@]))"
)
# A preceding letter makes it part of a mail address. <!channel> and <!here> are Slack's, <@1> also Discord's.
_MENTION = re.compile(r"(?<!\w)[@＠][\w][\w.-]*|<[!@＠#]")
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}"
    "|[0-9#*]\ufe0f?\u20e3"
    "|[\u00a9\u00ae\u203c\u2049\u2100-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]"
    "[\ufe0f\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]*"
    "(?:\u200d[\u2100-\u2bff\U0001f000-\U0001faff][\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)
_LIGHT = ((0x0000, 0x10FF), (0x2000, 0x200D), (0x2010, 0x201F), (0x2032, 0x2037))


def links(text: str) -> tuple[str, ...]:
    """What a reader could tap: addresses with http, and bare names such as example.org, which X links (and bills)."""
    return tuple(_LINK.findall(text))


def mentions(text: str) -> tuple[str, ...]:
    """Whom the text would call: @name in any channel's form."""
    return tuple(_MENTION.findall(text))


def x_length(text: str) -> int:
    """How long X counts it: a link 23, an emoji 2, a letter of Chinese, Japanese or Korean 2, most others 1."""
    text = unicodedata.normalize("NFC", text)
    total, at = 0, 0
    for found in _LINK.finditer(text):
        total += _weighed(text[at : found.start()])
        # A bare name may stay unlinked, and then counts as it is written.
        written = 0 if "://" in found[0] else _weighed(found[0])
        total += max(X_LINK, written)
        at = found.end()
    return total + _weighed(text[at:])


def _weighed(text: str) -> int:
    total, at = 0, 0
    for found in _EMOJI.finditer(text):
        total += sum(map(_weight, text[at : found.start()])) + 2
        at = found.end()
    return total + sum(map(_weight, text[at:]))


def _weight(character: str) -> int:
    return 1 if any(low <= ord(character) <= high for low, high in _LIGHT) else 2


def _parts(template: str) -> list[tuple[str, str | None, str, str]]:
    try:
        parts = list(Formatter().parse(template))
    except ValueError as error:
        raise BadInput(FIELD, "A brace is left open; write {{ and }} for braces themselves.") from error
    return [(literal, name, spec or "", conversion or "") for literal, name, spec, conversion in parts]


def _harmless(value: str) -> str:
    """A fact's own words, which nobody has agreed to be called by."""
    return " ".join(re.sub(r"[@＠]", "(at)", re.sub(r"<(?=[!#@＠]|$)", "‹", value)).split())


def _bare(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())
