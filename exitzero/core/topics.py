"""What a change can touch, so that visible pages know when to ask again."""

from enum import StrEnum


class Topic(StrEnum):
    """One subject that pages show."""

    CONTRACT = "contract"
    DAY = "day"
    SOURCES = "sources"
    COINS = "coins"
    CONSEQUENCES = "consequences"
    JOURNAL = "journal"
    PREFERENCES = "preferences"
    HEALTH = "health"
    LOCKDOWN = "lockdown"
    OUTREACH = "outreach"
    MOCKS = "mocks"


Topics = frozenset[Topic]
