"""The parts that pages are made of. Each paints itself from the theme, says what it shows to a screen reader, and
knows nothing of the product's records: a page hands it small named tuples. Import from the module that has it, so that
a start pays only for what its first page shows."""
