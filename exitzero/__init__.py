"""ExitZero: an accountability cockpit that believes evidence only."""

__version__ = "0.1.0"
