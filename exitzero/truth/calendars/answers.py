"""What an answer of a calendar service means when it is not a yes.

Why it exists: CalDAV and Google fail in the same ways, and whatever failed must make a clause *unknown*, never an empty
calendar. Nothing that the service wrote is quoted: it may repeat a secret.
"""

from datetime import UTC, datetime

from exitzero.core.observation import SourceTrouble
from exitzero.net.http import Answer
from exitzero.net.politeness import FIRST_PAUSE, parse_retry_after

_COMES_BACK = "Nothing counts against you meanwhile; it is tried again by itself."


def trouble(answer: Answer, *, service: str, sign_in: str, limited: bool = False) -> SourceTrouble:
    """Why ``answer`` is no use. ``service`` is its name for the person, ``sign_in`` what mends a refused sign-in.

    ``limited`` says that the service's own words call this a rate limit, whatever the status.
    """
    seen = f"(Seen: status {answer.status}.)"
    now = answer.server_at or datetime(2000, 1, 1, tzinfo=UTC)
    told = max(parse_retry_after(answer.headers.get("retry-after"), now=now) or FIRST_PAUSE, FIRST_PAUSE)
    if answer.status == 429 or limited:
        return SourceTrouble(
            f"{service} was asked too often.", f"{_COMES_BACK} {seen}", reason="rate_limited", retry_after=told
        )
    if answer.status == 401:
        # Trying again by ourselves with a wrong password can lock an account.
        return SourceTrouble(f"{service} does not accept the sign-in.", sign_in, reason="refused")
    if answer.status == 403:
        return SourceTrouble(
            f"{service} does not allow this.", f"The calendar may be read-only or not yours. {seen}", reason="refused"
        )
    if answer.status in {404, 410}:
        return SourceTrouble(
            f"{service} has nothing at this address.",
            f"The calendar may have been deleted or moved: choose it again. {seen}",
            reason="not_found",
        )
    if answer.status in {413, 507}:
        return SourceTrouble(f"{service} has no room for this.", f"Make room there. {seen}", reason="refused")
    if answer.status >= 500 or answer.status == 423:
        return SourceTrouble(
            f"{service} has a fault of its own.", f"{_COMES_BACK} {seen}", reason="server_error", retry_after=told
        )
    return schema_changed(service, f"status {answer.status}")


def schema_changed(service: str, seen: str) -> SourceTrouble:
    """An answer whose form is not the agreed one; ``seen`` is in our words."""
    return SourceTrouble(
        f"{service} answered in a way that cannot be read.",
        f"Check that the address is that of a calendar service. (Seen: {seen}.)",
        reason="schema_changed",
        retry_after=FIRST_PAUSE,
    )
