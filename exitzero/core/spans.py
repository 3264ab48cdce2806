"""Spans of time and what they cover together.

A truth source vouches for spans ("I have every accepted submission between these instants"); the judge may call
something *not met* only inside spans that are covered without a gap.
"""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple


class Span(NamedTuple):
    """A half-open stretch of time, ``start <= t < end``, both aware instants."""

    start: datetime
    end: datetime

    def __contains__(self, instant: object) -> bool:
        return isinstance(instant, datetime) and self.start <= instant < self.end


def merge(spans: Iterable[Span]) -> tuple[Span, ...]:
    """The same coverage with overlapping and touching spans joined, oldest first, empty ones dropped."""
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.start < span.end):
        if merged and span.start <= merged[-1].end:
            merged[-1] = Span(merged[-1].start, max(merged[-1].end, span.end))
        else:
            merged.append(span)
    return tuple(merged)


def covers(spans: Iterable[Span], wanted: Span) -> bool:
    """True if every instant of ``wanted`` lies in ``spans``; an empty ``wanted`` is always covered."""
    if wanted.start >= wanted.end:
        return True
    return any(span.start <= wanted.start and wanted.end <= span.end for span in merge(spans))


def subtract(spans: Iterable[Span], known: Iterable[Span]) -> tuple[Span, ...]:
    """What ``spans`` cover that ``known`` does not, merged."""
    left: list[Span] = []
    taken = merge(known)
    for span in merge(spans):
        start = span.start
        for other in taken:
            if other.end <= start or other.start >= span.end:
                continue
            if start < other.start:
                left.append(Span(start, other.start))
            start = max(start, other.end)
        if start < span.end:
            left.append(Span(start, span.end))
    return tuple(left)
