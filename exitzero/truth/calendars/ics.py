"""Calendar files, read and written: the one door to what ``ics_read``, ``ics_write`` and ``ics_merge`` do."""

from exitzero.truth.calendars.ics_merge import merge_event
from exitzero.truth.calendars.ics_read import LONGEST_FILE, read
from exitzero.truth.calendars.ics_values import recurrence_of
from exitzero.truth.calendars.ics_write import write, write_event, write_feed

__all__ = ["LONGEST_FILE", "merge_event", "read", "recurrence_of", "write", "write_event", "write_feed"]
