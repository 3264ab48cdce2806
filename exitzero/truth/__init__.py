"""Outside truths, one file a source: each asks its service and says what it saw, what it vouches for, and why."""
