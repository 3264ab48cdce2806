"""What stands in a calendar, sorted into days and lanes before it is painted, and the strokes both grids share.

The sorting runs where the question is answered, in a reader thread: five thousand events must not hold up the screen.

Long, because both grids need the same lanes, strokes and words, and must not differ in any of them.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from PySide6.QtCore import QCoreApplication, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter

from exitzero.ui import theme
from exitzero.ui.format import hour_text, local, zone
from exitzero.ui.theme import Role, State
from exitzero.ui.widgets import icons, paint
from exitzero.ui.widgets.day_axis import Axis, DaySpan, day_span
from exitzero.work.mocks.views import CalendarSpan, EventView, MockView

MOST_LANES = 4
_NARROW = 30
UNTITLED = "Mock interview"
"""How the titles begin that are made for an interview without one; here, since the record would bring the database."""

LEAST = 30
"""Minutes that a block is at least as tall as, so that its time can be read."""


@dataclass(frozen=True, slots=True)
class Item:
    """A mock interview or another calendar's event. ``word`` says in words what the colour and shape say.

    ``short`` is what it is about where there is no room for the title; ``hour`` is when it begins, on the clocks it
    was laid out for.
    """

    starts: datetime
    ends: datetime
    title: str
    word: str
    state: State | None
    mock: MockView | None = None
    event: EventView | None = None
    short: str = ""
    hour: str = ""

    @property
    def uid(self) -> str:
        """The mock's own name, empty for an event of another calendar."""
        return self.mock.uid if self.mock is not None else ""

    @property
    def all_day(self) -> bool:
        """Whether it has no hours."""
        return self.event is not None and self.event.all_day

    @property
    def movable(self) -> bool:
        """Whether dragging it means something: what is over or called off stays where it was."""
        return self.mock is not None and self.mock.state == "booked"


@dataclass(frozen=True, slots=True)
class Block:
    """An item in a column of hours: from which position to which; ``left`` and ``width`` are shares of the column."""

    item: Item
    top: float
    bottom: float
    left: float = 0.0
    width: float = 1.0


@dataclass(frozen=True, slots=True)
class LaidDay:
    """A date with all that stands in it. ``hidden`` are counts, with their position, of what found no lane.

    ``items`` are all of them, whole days first, then by time.
    """

    span: DaySpan
    mocks: tuple[Item, ...]
    others: tuple[Item, ...]
    all_day: tuple[Item, ...]
    blocks: tuple[Block, ...]
    hidden: tuple[tuple[float, int], ...]
    items: tuple[Item, ...]

    @property
    def label(self) -> date:
        """The date."""
        return self.span.label


@dataclass(frozen=True, slots=True)
class Laid:
    """Some days, laid out; ``axis`` is the one of their hours."""

    source: CalendarSpan
    days: tuple[LaidDay, ...]
    axis: Axis
    by_date: dict[date, LaidDay] = field(default_factory=dict)

    @property
    def zone(self) -> str:
        """The zone that the days are cut in."""
        return self.source.zone


def tr(text: str) -> str:
    """The words in the person's language."""
    return QCoreApplication.translate("Calendar", text)


def standing(mock: MockView) -> tuple[State, str]:
    """How a mock interview stands: colour and shape, and the word."""
    if mock.clash:
        return State.UNKNOWN, tr("clash")
    if mock.asks:
        return State.AT_RISK, tr("needs an outcome")
    if mock.state == "booked":
        return (State.SAFE, tr("booked")) if mock.counts else (State.REST, tr("booked, does not count"))
    return {
        "complete": (State.SAFE, tr("complete")),
        "incomplete": (State.AT_RISK, tr("incomplete")),
        "missed": (State.FAILED, tr("missed")),
    }.get(mock.state, (State.REST, tr("cancelled")))


def lay_out(span: CalendarSpan, *, hours: bool) -> Laid:
    """Sort a span's items into its days; with ``hours`` also into lanes. For any thread."""
    days = [day_span(span.first + timedelta(days=at), span.zone) for at in range((span.last - span.first).days + 1)]
    axis = Axis(days if hours else [], span.zone)
    mocks: dict[date, list[Item]] = {day.label: [] for day in days}
    others: dict[date, list[Item]] = {day.label: [] for day in days}
    whole: dict[date, list[Item]] = {day.label: [] for day in days}
    for item in _items(span):
        target = whole if item.all_day else mocks if item.mock is not None else others
        for label in _dates(item, span):
            target[label].append(item)
    laid = []
    for day in days:
        blocks, hidden = _lanes(axis, day, mocks[day.label], others[day.label]) if hours else ((), ())
        mine, theirs, long = tuple(mocks[day.label]), tuple(others[day.label]), tuple(whole[day.label])
        items = (*long, *sorted((*mine, *theirs), key=_by_time))
        laid.append(LaidDay(day, mine, theirs, long, blocks, hidden, items))
    return Laid(span, tuple(laid), axis, {day.label: day for day in laid})


def as_item(mock: MockView, zone_name: str = "") -> Item:
    """A mock interview as an item, on the clocks of a zone."""
    state, word = standing(mock)
    title = mock.title or mock.topic or UNTITLED
    plain = title.startswith(UNTITLED)
    short = (mock.topic or mock.partner or mock.platform or title) if plain else title
    return Item(mock.starts, mock.ends, title, word, state, mock=mock, short=short, hour=_hour(mock.starts, zone_name))


def _items(span: CalendarSpan) -> Iterable[Item]:
    for mock in span.mocks:
        yield as_item(mock, span.zone)
    busy = tr("busy")
    for event in span.events:
        hour = "" if event.all_day else _hour(event.starts, span.zone)
        yield Item(event.starts, event.ends, event.title or busy, event.calendar, None, event=event, hour=hour)


def _hour(starts: datetime, zone_name: str) -> str:
    return hour_text(local(starts, zone_name)) if zone_name else ""


def _dates(item: Item, span: CalendarSpan) -> Iterable[date]:
    place = zone(span.zone)
    first = item.starts.astimezone(place).date()
    end = max(item.ends - timedelta(seconds=1), item.starts)
    last = first if end.date() == item.starts.date() == first else end.astimezone(place).date()
    label = max(first, span.first)
    while label <= min(last, span.last):
        yield label
        label += timedelta(days=1)


def _by_time(item: Item) -> tuple[datetime, datetime]:
    return item.starts, item.ends


def _lanes(
    axis: Axis, day: DaySpan, mocks: Sequence[Item], others: Sequence[Item]
) -> tuple[tuple[Block, ...], tuple[tuple[float, int], ...]]:
    """Mocks take their lanes first; what overlaps too much of them is counted instead of shown."""
    lanes: list[list[tuple[float, float]]] = [[] for _ in range(MOST_LANES)]
    placed: list[tuple[float, float, int, Item]] = []
    left: list[float] = []
    for item in (*sorted(mocks, key=_by_time), *sorted(others, key=_by_time)):
        top = axis.position(day, item.starts)
        bottom = max(axis.position(day, item.ends), min(top + LEAST, axis.length))
        top = min(top, bottom - LEAST)
        for number, lane in enumerate(lanes):
            if all(bottom <= begins or ends <= top for begins, ends in lane):
                lane.append((top, bottom))
                placed.append((top, bottom, number, item))
                break
        else:
            left.append(top)
    placed.sort(key=lambda each: (each[0], each[2]))
    blocks: list[Block] = []
    cluster: list[tuple[float, float, int, Item]] = []
    reach = -1.0
    groups: list[tuple[float, float]] = []

    def close() -> None:
        if cluster:
            shares = _shares(cluster)
            blocks.extend(Block(item, top, bottom, *shares[lane]) for top, bottom, lane, item in cluster)
            groups.append((cluster[0][0], reach))
            cluster.clear()

    for each in placed:
        if each[0] >= reach:
            close()
        cluster.append(each)
        reach = max(reach, each[1])
    close()
    hidden = []
    for begins, ends in groups:
        count = sum(begins <= top < ends for top in left)
        if count:
            hidden.append((begins, count))
    return tuple(blocks), tuple(hidden)


def _shares(cluster: Sequence[tuple[float, float, int, Item]]) -> list[tuple[float, float]]:
    """Left edge and width of each lane; one with a mock in it is twice as wide as one without."""
    weights = [1.0] * (max(each[2] for each in cluster) + 1)
    for _top, _bottom, lane, item in cluster:
        if item.mock is not None:
            weights[lane] = 2.0
    whole = sum(weights)
    return [(sum(weights[:lane]) / whole, weight / whole) for lane, weight in enumerate(weights)]


def is_past(item: Item, now: datetime) -> bool:
    """Whether it steps back: what is over, unless it still waits for an answer."""
    return item.ends <= now and not (item.mock is not None and item.mock.asks)


def hours_text(item: Item, zone_name: str) -> str:
    """``16:00–17:00`` on the clocks of a zone."""
    starts, ends = local(item.starts, zone_name), local(item.ends, zone_name)
    if starts.utcoffset() == ends.utcoffset() or item.ends - item.starts >= timedelta(hours=12):
        return f"{hour_text(starts)}–{hour_text(ends)}"
    # The clocks change meanwhile: without the names of the hours 01:30–02:00 could be half an hour or one and a half.
    return f"{hour_text(starts)} {starts.tzname()}–{hour_text(ends)} {ends.tzname()}"


def moved_to(item: Item, label: date, zone_name: str) -> tuple[datetime, datetime]:
    """The same hours of the clock on another date; as long as before also where the clocks change."""
    place = zone(zone_name)
    wall = item.starts.astimezone(place).replace(tzinfo=None)
    starts = datetime.combine(label, wall.time(), tzinfo=place).astimezone(UTC)
    return starts, starts + (item.ends - item.starts)


def place_name(zone_name: str) -> str:
    """A zone as people say it: ``New York``."""
    return zone_name.rpartition("/")[2].replace("_", " ") or zone_name


def other_zone(item: Item, zone_name: str) -> str:
    """``10:00 New York``: when it begins where it was agreed, empty if that is the same clock."""
    if item.mock is None or not item.mock.zone or item.mock.zone == zone_name:
        return ""
    here, there = local(item.starts, zone_name), local(item.starts, item.mock.zone)
    if here.utcoffset() == there.utcoffset():
        return ""
    shift = (there.date() - here.date()).days
    mark = f" {'+' if shift > 0 else '−'}{abs(shift)} d" if shift else ""
    return f"{hour_text(there)}{mark} {place_name(item.mock.zone)}"


def spoken(item: Item, zone_name: str) -> str:
    """An item for a screen reader."""
    hours = tr("all day") if item.all_day else hours_text(item, zone_name)
    parts = [item.title, hours, other_zone(item, zone_name), item.word]
    if item.mock is not None:
        parts += [item.mock.platform, item.mock.partner]
        if item.mock.conflicts:
            parts.append(tr("overlaps {0}").format(", ".join(item.mock.conflicts)))
    return ", ".join(part for part in parts if part)


def draw_ground(painter: QPainter, rect: QRectF, item: Item, *, past: bool, chosen: bool) -> QColor:
    """The box of an item; gives the colour for its words."""
    look = theme.current()
    if item.state is None:
        # Flat: there may be thousands of them, and what is not mine steps back.
        ink = look.dim if past else theme.mix(look.text, look.panel, 0.78)
        painter.fillRect(rect, look.raised if past else look.track)
        painter.fillRect(QRectF(rect.left(), rect.top(), 2, rect.height()), look.line if past else look.strong_line)
    else:
        color = look.state(item.state)
        share = 0.08 if past else 0.2
        ink = theme.mix(look.text, look.panel, 0.62) if past else look.text
        conflict = bool(item.mock and item.mock.conflicts) and not past
        line = look.state(State.AT_RISK) if conflict else theme.mix(color, look.panel, 0.3 if past else 0.55)
        paint.draw_box(painter, rect, 4, theme.mix(color, look.panel, share), line)
        bar = theme.mix(color, look.panel, 0.5) if past else color
        painter.save()
        painter.setClipRect(QRectF(rect.left(), rect.top(), 3, rect.height()))
        paint.draw_box(painter, rect, 4, bar, None)
        painter.restore()
    if chosen:
        paint.draw_focus_ring(painter, rect, 4)
    return ink


def draw_line(painter: QPainter, rect: QRectF, item: Item, zone_name: str, *, past: bool, chosen: bool) -> None:
    """An item on one line, as in a month: shape, hour, title."""
    look = theme.current()
    ink = draw_ground(painter, rect, item, past=past, chosen=chosen)
    left = rect.left() + 7
    font = look.font(Role.SMALL11)
    if item.state is not None:
        color = theme.mix(look.state(item.state), look.panel, 0.6) if past else look.state(item.state)
        paint.draw_state_mark(painter, item.state, QRectF(left, rect.center().y() - 4, 8, 8), color)
        left += 13
    title = item.short or item.title
    words = title if item.all_day else f"{item.hour or hour_text(local(item.starts, zone_name))} {title}"
    right = rect.right() - 4
    if item.mock is not None and item.mock.conflicts:
        icons.draw(painter, "warning", QRectF(right - 14, rect.center().y() - 7, 14, 14), look.state(State.AT_RISK))
        right -= 16
    area = QRectF(left, rect.top(), right - left, rect.height())
    paint.draw_text(painter, area, _cut(font, words, area.width()), font=font, color=ink)


def draw_block(painter: QPainter, rect: QRectF, item: Item, zone_name: str, *, past: bool, chosen: bool) -> None:
    """An item in a column of hours: as many lines as there is room for, none where no word could be read."""
    look = theme.current()
    if rect.width() < _NARROW and item.mock is None:
        draw_ground(painter, rect, item, past=past, chosen=chosen)
        return
    if rect.height() < 26:
        draw_line(painter, rect, item, zone_name, past=past, chosen=chosen)
        return
    ink = draw_ground(painter, rect, item, past=past, chosen=chosen)
    left, top = rect.left() + 8, rect.top() + 2
    width = rect.width() - 12
    strong, small = look.font(Role.STRONG13 if item.state is not None else Role.SMALL12), look.font(Role.SMALL11)
    mark = 0.0
    if item.state is not None:
        color = theme.mix(look.state(item.state), look.panel, 0.6) if past else look.state(item.state)
        paint.draw_state_mark(painter, item.state, QRectF(left, top + 5, 8, 8), color)
        mark = 13.0
    # In a narrow lane the amber edge and the words below say it without the sign.
    warn = item.mock is not None and bool(item.mock.conflicts) and width > 84
    if warn:
        icons.draw(painter, "warning", QRectF(rect.right() - 18, top + 2, 14, 14), look.state(State.AT_RISK))
    title = _cut(strong, item.short or item.title, width - mark - (18 if warn else 0))
    paint.draw_text(painter, QRectF(left + mark, top, width - mark, 18), title, font=strong, color=ink)
    top += 16
    for words, warns in _lines(item, zone_name):
        if top + 15 > rect.bottom():
            break
        area = QRectF(left, top, width, 15)
        color = look.state(State.AT_RISK) if warns and not past else look.dim
        paint.draw_text(painter, area, _cut(small, words, width), font=small, color=color)
        top += 15


def _lines(item: Item, zone_name: str) -> list[tuple[str, bool]]:
    lines = [(hours_text(item, zone_name), False)]
    if item.mock is None:
        return [*lines, (item.word, False)]
    there = other_zone(item, zone_name)
    if there:
        lines.append((there, False))
    if item.mock.conflicts:
        lines.append((tr("overlaps {0}").format(item.mock.conflicts[0]), True))
    where = " · ".join(part for part in (item.mock.platform, item.mock.partner) if part)
    return [*lines, (item.word, item.mock.asks), (where, False)]


def _cut(font: QFont, words: str, width: float) -> str:
    """The words as far as there is room; remembered, since measuring takes longer than painting."""
    key = (font.family(), font.pixelSize(), font.weight(), words, round(width))
    found = _cuts.get(key)
    if found is None:
        if len(_cuts) > _MOST_CUTS:
            _cuts.clear()
        found = _cuts[key] = paint.elided(font, words, width)
    return found


_cuts: dict[tuple[str, int, int, str, int], str] = {}
_MOST_CUTS = 4_000


def draw_plus(painter: QPainter, rect: QRectF, count: int, align: Qt.AlignmentFlag) -> None:
    """How many more there are than are shown."""
    look = theme.current()
    font = look.font(Role.SMALL11)
    paint.draw_text(painter, rect, tr("+{0} more").format(count), font=font, color=look.dim, align=align)
