"""Calendars as a truth: files and subscriptions, CalDAV and Google, each behind the types of ``core.calendars``."""
