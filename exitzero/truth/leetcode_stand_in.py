"""A small LeetCode on the loopback address, for the demo and for tests.

Why it exists: the cockpit can be tried without a name or a network, and tests ask over a real socket. It answers the
two queries this program sends the way the service does (20 rows whatever is asked, a calendar of UTC days over all
verdicts, times as text, an unknown user told with a status of 200), from submissions held in memory.
"""

import json
import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from exitzero.core.observation import Difficulty
from exitzero.truth.leetcode_parse import DAY, instant, seconds
from exitzero.truth.leetcode_query import ROW_CAP

ACCEPTED = "Accepted"
_WINDOW_DAYS = 366


@dataclass(frozen=True, slots=True)
class Submission:
    """Something handed in at ``at``; ``verdict`` is in the service's words (``Accepted``, ``Wrong Answer``, …)."""

    number: int
    at: datetime
    slug: str
    title: str
    difficulty: Difficulty = Difficulty.EASY
    verdict: str = ACCEPTED


class StandIn:
    """Serves one person's submissions at :attr:`url` until :meth:`close`; also a context manager.

    ``now`` gives the service's own time: it stands in the ``Date`` of every answer, and submissions later than it are
    not shown yet. It is called from the server's threads, as :meth:`add` may be from any.
    """

    def __init__(
        self,
        user: str,
        submissions: Iterable[Submission] = (),
        *,
        now: Callable[[], datetime],
        daily: tuple[str, str, Difficulty] = ("two-sum", "Two Sum", Difficulty.EASY),
    ) -> None:
        self.user = user
        self._now = now
        self._daily = daily
        self._lock = threading.Lock()
        self._submissions = list(submissions)
        self._requests = 0
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, args=(0.1,), name="exitzero-leetcode-stand-in", daemon=True
        )
        self._thread.start()

    def __enter__(self) -> "StandIn":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def url(self) -> str:
        """The base address to give to :class:`exitzero.truth.leetcode.LeetCode`."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def requests(self) -> int:
        """How many questions were answered so far."""
        with self._lock:
            return self._requests

    def add(self, submission: Submission) -> None:
        """Hand something in."""
        with self._lock:
            self._submissions.append(submission)

    def now(self) -> datetime:
        """The service's own time, in UTC."""
        return self._now().astimezone(UTC)

    def close(self) -> None:
        """Stop serving; a second call does nothing."""
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.server_close()

    def answer(self, payload: Mapping[str, object]) -> dict[str, object]:
        """What the service says to one question."""
        variables = payload.get("variables")
        asked: Mapping[str, object] = variables if isinstance(variables, dict) else {}
        with self._lock:
            self._requests += 1
            known = [entry for entry in self._submissions if entry.at <= self.now()]
        known.sort(key=lambda entry: (entry.at, entry.number), reverse=True)
        if payload.get("operationName") == "exitzeroDifficulty":
            return {"data": _questions(known, asked)}
        if payload.get("operationName") != "exitzero":
            return {"errors": [{"message": "Unknown operation."}]}
        if str(asked.get("username", "")).lower() != self.user.lower():
            return _UNKNOWN_USER
        limit = asked.get("limit")
        cap = min(limit, ROW_CAP) if isinstance(limit, int) else ROW_CAP
        slug, title, difficulty = self._daily
        return {
            "data": {
                "matchedUser": {
                    "username": self.user,
                    "submitStatsGlobal": {"acSubmissionNum": _totals(known)},
                    "userCalendar": _calendar(known, self.now()),
                },
                "recentAcSubmissionList": [
                    _row(entry) for entry in [one for one in known if one.verdict == ACCEPTED][:cap]
                ],
                "recentSubmissionList": [{**_row(entry), "statusDisplay": entry.verdict} for entry in known[:cap]],
                "activeDailyCodingChallengeQuestion": {
                    "date": self.now().date().isoformat(),
                    "link": f"/problems/{slug}/",
                    "question": {"title": title, "titleSlug": slug, "difficulty": difficulty.value.title()},
                },
            }
        }


_UNKNOWN_USER: dict[str, object] = {
    "errors": [
        {"message": "That user does not exist.", "path": ["matchedUser"], "extensions": {"handled": True}},
        {"message": "User matching query does not exist.", "path": ["recentAcSubmissionList"]},
    ],
    "data": {"matchedUser": None, "recentAcSubmissionList": None},
}


def _row(entry: Submission) -> dict[str, object]:
    return {
        "id": str(entry.number),
        "title": entry.title,
        "titleSlug": entry.slug,
        "timestamp": str(seconds(entry.at)),
    }


def _totals(known: Iterable[Submission]) -> list[dict[str, object]]:
    accepted = [entry for entry in known if entry.verdict == ACCEPTED]
    rows: list[dict[str, object]] = []
    for word in (None, *Difficulty):
        of_word = [entry for entry in accepted if word in {None, entry.difficulty}]
        rows.append(
            {
                "difficulty": "All" if word is None else word.value.title(),
                "count": len({entry.slug for entry in of_word}),
                "submissions": len(of_word),
            }
        )
    return rows


def _calendar(known: Iterable[Submission], now: datetime) -> dict[str, object]:
    oldest = now - timedelta(days=_WINDOW_DAYS - 1)
    days = Counter(
        seconds(entry.at) // DAY * DAY for entry in known if entry.at.astimezone(UTC).date() >= oldest.date()
    )
    # This year's days stand before last year's, as the service sends them.
    ordered = sorted(days, key=lambda day: (instant(day).year != now.year, day))
    return {
        "totalActiveDays": len(days),
        "submissionCalendar": json.dumps({str(day): days[day] for day in ordered}),
    }


def _questions(known: Iterable[Submission], asked: Mapping[str, object]) -> dict[str, object]:
    words = {entry.slug: entry.difficulty.value.title() for entry in known}
    return {
        f"q{name[1:]}": {"titleSlug": slug, "difficulty": words[slug]} if slug in words else None
        for name, slug in asked.items()
        if isinstance(slug, str)
    }


def _handler(stand_in: StandIn) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            try:
                payload = json.loads(self.rfile.read(min(int(length), 1_000_000)))
            except ValueError:
                payload = None
            known = self.path.rstrip("/") == "/graphql" and isinstance(payload, dict)
            body = json.dumps(stand_in.answer(payload) if known else {"errors": [{"message": "Bad request."}]}).encode()
            self.send_response(200 if known else 400)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def date_time_string(self, timestamp: float | None = None) -> str:  # noqa: ARG002 - the base's signature
            return format_datetime(stand_in.now(), usegmt=True)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base's signature
            """Say nothing: it would go to standard error."""

    return Handler
