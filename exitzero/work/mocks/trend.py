"""How the scores go: by row of the sheet and by topic, the last five against the five before."""

from collections.abc import Sequence

from exitzero.store import tables
from exitzero.work.mocks.record import scores_of
from exitzero.work.mocks.views import ScorePoint, Trend

AT_ONCE = 5


def trend_of(rows: Sequence[tables.MockRow]) -> Trend:
    """The trend of answered mocks, oldest first."""
    points = tuple(_point(row) for row in rows if row.state != "missed" and scores_of(row))
    topics: dict[str, list[float]] = {}
    for point in points:
        topics.setdefault(point.topic or point.platform or "Other", []).append(point.average)
    names = dict.fromkeys(name for point in points for name in point.scores)
    return Trend(
        points=points,
        by_row=tuple((name, *_now_and_before([p.scores[name] for p in points if name in p.scores])) for name in names),
        by_topic=tuple(
            (topic, len(averages), _mean(averages))
            for topic, averages in sorted(topics.items(), key=lambda pair: (-len(pair[1]), pair[0]))
        ),
        sat=sum(row.state in {"complete", "incomplete"} for row in rows),
        missed=sum(row.state == "missed" for row in rows),
    )


def _point(row: tables.MockRow) -> ScorePoint:
    scores = scores_of(row)
    return ScorePoint(row.starts, row.uid, row.topic, row.platform, _mean(list(scores.values())), scores)


def _now_and_before(scores: Sequence[float]) -> tuple[float, float | None]:
    before = scores[-2 * AT_ONCE : -AT_ONCE]
    return _mean(scores[-AT_ONCE:]), _mean(before) if before else None


def _mean(numbers: Sequence[float]) -> float:
    return sum(numbers) / len(numbers)
