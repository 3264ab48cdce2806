"""What a failed day costs: one file for each stick, all delivered through the one outbox."""
