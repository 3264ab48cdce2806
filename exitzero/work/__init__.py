"""One folder for each kind of work: its pure rules, its tables, the actions that write, the questions that read."""
