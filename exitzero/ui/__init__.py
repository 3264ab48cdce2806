"""What the person sees and touches: Qt, and nothing that decides. Only this package and ``app`` import PySide6."""

import builtins
from importlib import import_module

import_module("PySide6")  # puts an import function of its own in the place of Python's
# That function reads the source text of every module imported from then on, only to see whether it speaks of PySide6,
# and keeps all of it: 23 MB and an eighth of the time for the database's libraries alone. It serves the opt-in
# spelling of Qt's names (``from __feature__ import …``), which nothing here uses.
builtins.__import__ = getattr(builtins, "__orig_import__", builtins.__import__)
