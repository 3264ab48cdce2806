"""One SQLite file: the journal of facts, the tables folded from it, and ordinary records."""
