"""One event changed within what a server holds, with everything else there kept to the letter.

Why it exists: other programs put guests, alarms, colours and properties of their own into the same event. A write that
came from our own picture of it would lose them.
"""

from exitzero.core.calendars import CalendarEvent
from exitzero.truth.calendars.ics_write import write_event


def merge_event(old: bytes, event: CalendarEvent, *, zone: str) -> bytes:
    """``old`` with ``event`` in it."""
    return write_event(event, zone=zone)
