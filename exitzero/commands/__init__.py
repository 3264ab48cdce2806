"""Commands that are many: one module a subject, put together by :mod:`exitzero.cli`."""
