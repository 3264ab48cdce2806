"""What a calendar was like when it was last asked, as the text that :class:`Changes` hands out.

Why it exists: a service may tell changes by a sync token, or only by a tag of the whole and one of each event; and what
was told holds only for the span it was told for.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from exitzero.core.spans import Span

_VERSION = 1


@dataclass(frozen=True, slots=True)
class State:
    """Either ``sync`` is the service's own token, or ``ctag`` and ``etags`` (by href) are what was seen in ``span``."""

    span: Span
    sync: str = ""
    ctag: str = ""
    etags: Mapping[str, str] = field(default_factory=dict)

    def to_text(self) -> str:
        """The token."""
        told: dict[str, object] = {"v": _VERSION, "from": self.span.start.isoformat(), "to": self.span.end.isoformat()}
        told |= {"sync": self.sync} if self.sync else {"ctag": self.ctag, "etags": dict(self.etags)}
        return json.dumps(told, separators=(",", ":"))

    @classmethod
    def from_text(cls, text: str) -> "State | None":
        """What :meth:`to_text` wrote; ``None`` for anything else, which means: read the whole."""
        try:
            told = json.loads(text)
            if told["v"] != _VERSION:
                return None
            span = Span(datetime.fromisoformat(told["from"]), datetime.fromisoformat(told["to"]))
            etags = {str(href): str(etag) for href, etag in told.get("etags", {}).items()}
            state = cls(span, sync=str(told.get("sync", "")), ctag=str(told.get("ctag", "")), etags=etags)
        except (ValueError, TypeError, KeyError, AttributeError, RecursionError):
            return None
        return state if span.start.tzinfo and span.end.tzinfo else None

    def holds_for(self, span: Span) -> bool:
        """Whether nothing of ``span`` lies outside of what was looked at."""
        return self.span.start <= span.start and span.end <= self.span.end
